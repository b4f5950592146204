package main

import (
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The unit runs as a user that its own steps make, and with the options that they
// write the hub's certificate has the name by which devices call it.
func TestTheUnitRunsByItsOwnSteps(t *testing.T) {
	b, err := os.ReadFile("../../assets/packaging/vejviser-hub.service")
	if err != nil {
		t.Fatal(err)
	}
	find := func(expr string) string {
		t.Helper()
		m := regexp.MustCompile("(?m)" + expr).FindSubmatch(b)
		if m == nil {
			t.Fatalf("the unit has no %s", expr)
		}
		return string(m[1])
	}
	if user, made := find(`^User=(\S+)$`), find(`^#   useradd --system .* (\S+)$`); user != made {
		t.Errorf("it runs as %q and makes %q", user, made)
	}
	options, file := find(`^#   echo 'HUB_OPTIONS=(.*)' > .*$`), find(`^#   echo .* > (\S+)$`)
	if reads := find(`^EnvironmentFile=(\S+)$`); reads != file {
		t.Errorf("it reads %q and writes %q", reads, file)
	}
	line := strings.Replace(find(`^ExecStart=\S+vejviser-hub serve (.*)$`), "$HUB_OPTIONS", options, 1)
	p := newPlace(t)
	cmd := p.program(io.Discard, io.Discard, "da").serveCommand()
	cmd.Flags().String("data", "", "") // of the root command
	if err := cmd.ParseFlags(strings.Fields(line)); err != nil {
		t.Fatal(err)
	}
	s := serving{listen: cmd.Flag("listen").Value.String(), publicURL: cmd.Flag("public-url").Value.String()}
	if loopback(s.listen) {
		t.Errorf("nobody reaches it at %s", s.listen)
	}
	if got := strings.Join(names(s), " "); !strings.Contains(got, "hub.lindeby.example") || !strings.Contains(cmd.Flag("host").Value.String(), "hub.lindeby.example") {
		t.Errorf("its certificate has the names %s", got)
	}
}
