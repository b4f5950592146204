package hub

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"golang.org/x/time/rate"
)

// planCard takes in a contact card: sealed, so that the hub can read only what may be
// known of it. It is where the referrals with its code are. One that was erased makes
// nothing: its machine has done its part. One whose day has passed by the hub's clock is
// refused: where that machine's clock is wrong, somebody must see that it was not kept.
func (t *taking) planCard(d *draft, op protocol.Op) (made, error) {
	today := t.h.today()
	c, err := decode(op, func(c *card.Sealed) error { return c.Validate(today) })
	if err != nil {
		return made{}, err
	}
	c.ID = strings.ToLower(c.ID)
	info, err := json.Marshal(c.Info)
	if err != nil {
		return made{}, err
	}
	if err := guard(info, today); err != nil { // the box is sealed, and its letters are nobody's
		return made{}, fieldOf(err)
	}
	ref := refOf(record.Card, c.ID)
	if t.h.wasErased(ref) {
		return made{ref: ref}, nil
	}
	if c.DeleteBy < today {
		return made{}, &unfit{protocol.RefusedMalformed, "delete_by"}
	}
	of, err := d.byCode(c.Code)
	if err != nil {
		return made{}, err
	}
	in := t.who.tokens("") // a guide who keeps a card is to see it, wherever its referral is
	if len(of.referrals) > 0 && t.who.device.Role != protocol.Guide {
		in = []string{record.Organisation(t.who.device.Organisation)}
	}
	for _, r := range of.referrals {
		in = append(in, r.In...)
	}
	m, err := t.fresh(d, op, record.Card, c.ID, record.Tokens(in...), c)
	var no *unfit
	if errors.As(err, &no) && no.code == protocol.RefusedGone {
		return made{ref: ref}, nil
	}
	m.code = string(c.Code)
	return m, err
}

// planErase erases for good what the device can see, or has made. It is written on the list of
// what was erased before the operation is answered; what follows from it is done when
// the batch is stored, or at the hub's next start. One that is not here is erased all
// the same: after a restore, who erased may be heard before who made it.
func (t *taking) planErase(d *draft, op protocol.Op) (made, error) {
	x, err := decode(op, (*localdb.Erasure).Check)
	if err != nil {
		return made{}, err
	}
	role := t.who.device.Role
	if !mayErase[role][x.Kind] {
		return made{}, &unfit{protocol.RefusedRole, "kind"}
	}
	ref := refOf(x.Kind, x.ID)
	was, err := d.get(ref)
	if err != nil {
		return made{}, err
	}
	if alive(was) && was.Device != t.who.id && !record.Carries(t.who.feeds, x.Kind, was.In) {
		return made{}, &unfit{protocol.RefusedGone, ""} // to this device it is not there
	}
	if was.Kind == "" && !t.h.wasErased(ref) && !t.unsigned && t.h.limits.take("e"+t.who.id, rate.Every(24*time.Hour/unknownDaily), unknownBurst) > 0 {
		return made{}, &unfit{protocol.RefusedMalformed, "id"} // the list is kept for ever: it is not for ids that were made up
	}
	refs, err := d.h.goesWith(ref)
	if err != nil {
		return made{}, err
	}
	for _, r := range refs {
		if err := t.h.note(r); err != nil {
			return made{}, err
		}
		if !slices.Contains(t.erase, r) {
			t.erase = append(t.erase, r)
		}
	}
	return made{ref: ref}, nil
}

// planLook makes nothing: that somebody read a card is for the audit log alone.
func (t *taking) planLook(op protocol.Op) (made, error) {
	_, err := decode(op, (*localdb.Look).Check)
	return made{}, err
}

// tellLooked writes down that a card was read, and what for. An answer that was lost
// has the device tell of it again: a line twice is better than none.
func (h *Hub) tellLooked(who *caller, op *protocol.Op, a protocol.Answer) {
	var x localdb.Look
	if op.Kind != protocol.OpLook || a.State != protocol.Accepted && a.State != protocol.Duplicate || json.Unmarshal(op.Body, &x) != nil {
		return
	}
	h.audit.add(entry{Device: who.id, Role: string(who.device.Role), Action: "card", Object: strings.ToLower(x.Card), Purpose: x.Purpose, Result: string(a.State)})
}
