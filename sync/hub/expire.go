package hub

import (
	"context"
	"errors"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// cardGrace is how long a key may lie here of a card that this node has not met yet.
const cardGrace = 24 * time.Hour

// expireCards erases the cards whose day has passed, by the hub's own clock. Every
// machine does the same; none waits for another.
func (h *Hub) expireCards(ctx context.Context) error {
	today := h.today()
	var old []record.Ref
	err := h.eachCard(ctx, func(r record.Record, c *card.Sealed) error {
		if c.DeleteBy < today {
			old = append(old, r.Ref())
		}
		return nil
	})
	if err != nil {
		return err
	}
	var errs []error
	for _, ref := range old {
		errs = append(errs, h.eraseFor(ctx, ref, "hub", "expired"))
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(errs...)
}

// cardsPlayed does what records of cards ask for that the log brought, from whichever
// node of a cluster: with a tombstone the key goes.
func (h *Hub) cardsPlayed(rs []record.Record) {
	for i := range rs {
		r := &rs[i]
		if r.Kind != record.Card {
			continue
		}
		if !r.Deleted {
			if err := h.cardKeys.met(r.ID); err != nil {
				h.o.Logger.Warn("a key of a card cannot be read", "err", err)
			}
			continue
		}
		if err := errors.Join(h.cardKeys.destroy(r.ID), h.note(r.Ref())); err != nil {
			h.o.Logger.Error("the key of a card that was erased is here still", "err", err)
			h.unfinished.Store(r.Ref(), true)
		}
	}
}

// tellErased writes down who erased what.
func (h *Hub) tellErased(who *caller, op *protocol.Op, a protocol.Answer) {
	var x localdb.Erasure
	if op.Kind != protocol.OpErase || a.State != protocol.Accepted || json.Unmarshal(op.Body, &x) != nil {
		return
	}
	h.audit.add(entry{Device: who.id, Role: string(who.device.Role), Action: "erase", Object: string(x.Kind) + " " + x.ID, Result: "done"})
}
