package hub

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/log/embedded"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// childDir names the folder of a hub that this process is to be, in a test.
const childDir = "VEJVISER_TEST_HUB"

// beHub serves a hub until it is killed, and prints its address and an invitation.
func beHub(dir string) error {
	ctx := context.Background()
	key, err := LogKey(dir, nil, rand.Reader)
	if err != nil {
		return err
	}
	l, err := embedded.Open(ctx, embedded.Options{Dir: filepath.Join(dir, "log"), Key: key})
	if err != nil {
		return err
	}
	h, err := Open(ctx, Options{Dir: dir, Log: l, Name: "Lindeby hub"})
	if err != nil {
		return err
	}
	inv, err := h.Invite(ctx, Invitation{Role: protocol.Guide, Organisation: "Fællesskabsby"})
	if err != nil {
		return err
	}
	at, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("%s %s\n", at.Addr(), inv.Code)
	return h.Server().Serve(at)
}

// child starts a hub in a process of its own.
func child(t *testing.T, dir string) (*exec.Cmd, string, protocol.Invitation) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childDir+"="+dir)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal("the hub did not start:", err)
	}
	addr, code, _ := strings.Cut(strings.TrimSpace(line), " ")
	inv, err := protocol.ParseInvitation(code)
	if err != nil {
		t.Fatal(err)
	}
	return c, "http://" + addr, inv
}

// A hub killed at any moment, also in the middle of a batch: what was acknowledged
// is there, what was not is there whole or not at all, and sending it again makes
// it be there once.
func TestAHubKilledAtAnyMomentLosesNothingAndTakesNothingTwice(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "hub")
	m := &machine{t: t, key: newKey(t)}
	m.r = &rig{t: t, hub: &Hub{id: &identity{Name: "Lindeby hub"}}, srv: new(httptest.Server)}
	var waiting []protocol.Op
	sent, acked := 0, 0
	slow := time.Duration(0)
	for n := range hubKills {
		start := time.Now()
		c, url, inv := child(t, dir)
		slow = max(slow, time.Since(start))
		m.r.srv.URL, m.token = url, ""
		if n == 0 {
			var yes protocol.Enrolled
			m.post(protocol.PathDevices, enrolment(m.key, inv.Secret), &yes)
			m.id = yes.Device
		}
		m.login()
		if m.session.Counter > m.counter {
			t.Fatalf("the hub knows up to %d of %d", m.session.Counter, m.counter)
		}
		end := time.AfterFunc(time.Duration(20+mathrand.IntN(300))*time.Millisecond, func() { _ = c.Process.Kill() })
		for {
			for len(waiting) < 40 {
				ref := newReferral(t, "")
				waiting = append(waiting, m.op(protocol.OpReferral, ref), m.op(protocol.OpEvent, event(ref.Code, referral.Shown)))
				sent += 2
			}
			code, out := m.tryPush(waiting...)
			if code != http.StatusOK {
				break // it is dead
			}
			done := 0
			for _, a := range out.Answers {
				if a.State == protocol.Accepted || a.State == protocol.Duplicate {
					done++
				}
			}
			waiting, acked = waiting[done:], acked+done
		}
		end.Stop()
		_ = c.Process.Kill()
		_ = c.Wait()
	}
	r := newRig(t, func(r *rig) { r.dir = dir })
	m.r, m.token = r, ""
	m.login()
	if len(waiting) > 0 {
		m.push(waiting...)
	}
	n := 0
	ids := map[string]bool{}
	for after := uint64(0); ; {
		ls, tr := m.changes(after, "")
		for _, l := range ls {
			if l.Record != nil && l.Record.Kind.Family() == record.Cases {
				n++
				ids[l.Record.ID] = true
			}
		}
		if after = tr.Next.Seq; tr.Next.Seq == tr.Head {
			break
		}
	}
	if n != sent || len(ids) != sent {
		t.Errorf("%d sent, %d acknowledged before a kill, %d there, %d different", sent, acked, n, len(ids))
	}
	t.Logf("%d kills, %d operations, %d acknowledged, slowest start %v", hubKills, sent, acked, slow)
}
