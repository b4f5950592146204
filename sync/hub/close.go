package hub

import (
	"errors"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// tip is fresh for a suggestion or a gap. Of one that was closed meanwhile, a
// machine that tells it again (after a restore, a repair, a new enrolment) hears a
// plain yes: it has done its part.
func (t *taking) tip(d *draft, op protocol.Op, k record.Kind, id string, in []string, v any) (made, error) {
	m, err := t.fresh(d, op, k, id, in, v)
	var no *unfit
	if errors.As(err, &no) && no.code == protocol.RefusedGone {
		return made{ref: refOf(k, id)}, nil
	}
	return m, err
}

// planClose ends a suggestion or a gap. One that is gone already is closed. Of one
// that is not here a tombstone is laid down all the same: after a restore who closed
// it may be heard before who made it.
func (t *taking) planClose(d *draft, op protocol.Op) (made, error) {
	x, err := decode(op, func(x *localdb.Closing) error {
		if err := x.Check(); err != nil {
			return err
		}
		if !isUUID(x.ID) {
			return &directory.RefusedError{Field: "id", Reason: "not_a_uuid"}
		}
		return nil
	})
	if err != nil {
		return made{}, err
	}
	ref := refOf(record.Kind(x.Kind), x.ID)
	was, err := d.get(ref)
	if err != nil {
		return made{}, err
	}
	m := made{ref: ref}
	switch {
	case was.Deleted:
		return m, nil
	case was.Kind != "" && !record.Carries(t.who.feeds, ref.Kind, was.In):
		return made{}, &unfit{protocol.RefusedGone, ""} // to this guide it is not there
	}
	return m, d.put(record.Record{Kind: ref.Kind, ID: ref.ID, V: 1, Deleted: true, Op: op.ID, Device: t.who.id}, op.ID)
}

// tellClosed writes down who closed what, and as what.
func (h *Hub) tellClosed(who *caller, op *protocol.Op, a protocol.Answer) {
	var x localdb.Closing
	if op.Kind != protocol.OpClose || a.State != protocol.Accepted || json.Unmarshal(op.Body, &x) != nil {
		return
	}
	h.audit.add(entry{Device: who.id, Role: string(who.device.Role), Action: "close", Object: x.Kind + " " + x.ID, Result: x.Outcome})
}
