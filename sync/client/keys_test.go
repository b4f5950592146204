package client

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/card"
)

// run has a machine work by itself until the test ends.
func (p *pc) run(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func soon(t *testing.T, what string, fn func() bool) {
	t.Helper()
	for until := time.Now().Add(15 * time.Second); !fn(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal(what)
		}
	}
}

// A citizen says yes at the desk: moments later the guide can call, and when they take
// it back nobody can, without anybody having done anything.
func TestAGuideCanCallMomentsAfterTheDeskKeptTheCard(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	d, g := h.pc(t, desk, "Lindeby Bibliotek"), h.pc(t, guide, "Projektet")
	d.sync(t)
	g.sync(t)
	d.run(t)
	g.run(t)
	r := d.refer(t)
	if err := d.s.KeepCard(card.Card{Info: card.Info{Code: r.Code, Consent: card.Consent{Text: "1", Language: "da", How: "spoken"}}, FirstName: "Anna", Phone: "00 00 00 00"}); err != nil {
		t.Fatal(err)
	}
	id := ""
	soon(t, "the guide cannot call", func() bool {
		i, err := g.s.CardOf(r.Code)
		if err != nil || i == nil {
			return false
		}
		id = i.ID
		c, err := g.s.OpenCard(id, "call")
		if err != nil && !errors.Is(err, localdb.ErrKeyAway) {
			t.Fatal(err)
		}
		return err == nil && c.FirstName == "Anna"
	})
	if err := g.s.EraseCard(id); err != nil {
		t.Fatal(err)
	}
	soon(t, "the desk has it still", func() bool {
		_, err := d.s.OpenCard(id, "call")
		return errors.Is(err, localdb.ErrNotFound)
	})
	if keys, err := d.s.CardKeysToSend(); err != nil || len(keys) != 0 {
		t.Error(keys, err)
	}
}
