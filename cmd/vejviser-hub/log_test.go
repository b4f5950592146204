package main

import (
	"strings"
	"testing"
	"time"

	natsserver "github.com/nats-io/nats-server/v2/server"
)

// A cluster that is named and cannot be opened is not remembered: the hub in the
// folder starts on its own log as before. What is wrong is said in words.
func TestALogThatDoesNotOpenIsNotRemembered(t *testing.T) {
	p := newPlace(t)
	p.ok("import", p.file("two.jsonl", two))
	url := lockedNATS(t)
	for _, c := range []struct{ url, says string }{
		{strings.Replace(url, "nats://", "nats://hub:wrong@", 1), "lukker ikke hubben ind"},
		{"nats://%zz", "adresse"},
	} {
		code, _, errs := p.run("serve", "--listen", "127.0.0.1:0", "--log", c.url)
		if code != 1 || !strings.Contains(errs, c.says) {
			t.Errorf("%s: exit %d, %s", c.url, code, errs)
		}
		if strings.Contains(errs, "wrong@") {
			t.Error("a password is shown: " + errs)
		}
		if s := status(t, p); s["communities"] != 2.0 {
			t.Error(s)
		}
	}
}

// lockedNATS is a node that wants a password.
func lockedNATS(t *testing.T) string {
	t.Helper()
	s, err := natsserver.NewServer(&natsserver.Options{Host: "127.0.0.1", Port: -1, Username: "hub", Password: "right", NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the node does not start")
	}
	return s.ClientURL()
}
