package hub

import (
	"context"
	"fmt"
	"strconv"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/google/uuid"
)

// Rescued is the account of a rescue file: what a machine had not sent when it was
// revoked, and what became of it. They sum to what the file holds.
type Rescued struct {
	Device  string         `json:"device"`
	Taken   int            `json:"taken"`
	Known   int            `json:"known"` // taken in or refused before, here or from the same file
	Refused []RescueRefuse `json:"refused"`
}

// RescueRefuse says which operation of a rescue file was refused, and why.
type RescueRefuse struct {
	Counter uint64 `json:"counter"`
	Kind    string `json:"kind"`
	Code    string `json:"code"`
	Field   string `json:"field,omitzero"`
}

// Rescue takes what a revoked machine left: operations that it never signed, because
// its key went first. That the file is the machine's is shown by nothing but that it
// was sealed to this hub and that an administrator brings it, so it is the one way
// in. They are admitted as the machine's own, in the order and under the counters
// that they had, so that the same file twice, and what had arrived after all, is
// known and not done again. Errors: ErrRescue, ErrNoDevice.
func (h *Hub) Rescue(ctx context.Context, sealed []byte) (out Rescued, err error) {
	device, ops, err := localdb.OpenRescue(sealed, h.id.Seed)
	if err != nil {
		return out, fmt.Errorf("%w: %w", ErrRescue, err)
	}
	d, _, err := h.device(device)
	if err != nil {
		return out, err
	}
	hold := holdingsOf(d)
	if d == nil || hold == nil {
		return out, fmt.Errorf("%w: %s", ErrNoDevice, device)
	}
	defer func() {
		h.audit.add(entry{Role: "admin", Action: "rescue", Object: device, Result: resultOf(err) + " taken:" + strconv.Itoa(out.Taken) + " known:" + strconv.Itoa(out.Known) + " refused:" + strconv.Itoa(len(out.Refused))})
	}()
	out.Device = device
	unlock, err := h.admit.lock(ctx, device)
	if err != nil {
		return out, err
	}
	defer unlock()
	if err := h.abreast(ctx); err != nil {
		return out, err
	}
	t := &taking{h: h, who: actor{id: device, device: d, feeds: feedsOf(hold)}, group: groupOps, unsigned: true}
	if t.counter, err = h.counter(device); err != nil {
		return out, err
	}
	was := t.rescued(ops, &out)
	err = t.all(ctx)
	for i, a := range t.answers {
		if a.State == protocol.Refused {
			out.refuse(was[i], t.p.Ops[i].Kind, a)
		} else {
			out.Taken++
		}
	}
	if err != nil {
		return out, err
	}
	h.eraseNoted(ctx, t.erase)
	return out, h.widenEvents(ctx, t.codes)
}

func (r *Rescued) refuse(counter uint64, kind string, a protocol.Answer) {
	r.Refused = append(r.Refused, RescueRefuse{counter, knownKind(kind), a.Code, a.Field})
}

// rescued makes a push of what the hub does not know, and gives the counters that the
// operations had. One that never reached the hub, though a later one did – its machine
// had put it aside – comes behind the others, under a counter and an id of its own. The
// key of a contact card is in no rescue file, and went with the machine: nobody could
// read the card.
func (t *taking) rescued(ops []journal.Op, out *Rescued) (was []uint64) {
	t.p.Known = t.counter.Known
	last := t.counter.Counter
	var late []protocol.Op
	var lateWas []uint64
	for _, o := range ops {
		again := uuid.NewSHA1(conflictSpace, []byte("rescue\x00"+t.who.id+"\x00"+strconv.FormatUint(o.Counter, 10)+"\x00"+o.ID)).String()
		op := protocol.Op{Counter: o.Counter, ID: o.ID, Kind: o.Kind, V: max(o.V, 1), At: o.At, Actor: o.Actor, Body: o.Body}
		if !isUUID(op.ID) {
			op.ID = again
		}
		if a, known := t.counter.answered(op.ID, again); known {
			if a.State == protocol.Refused {
				out.refuse(o.Counter, o.Kind, a)
			} else {
				out.Known++
			}
			continue
		}
		switch {
		case o.Kind == protocol.OpCard:
			out.refuse(o.Counter, o.Kind, protocol.Answer{Code: protocol.RefusedGone, Field: "key"})
		case o.Counter <= last:
			op.ID = again
			late, lateWas = append(late, op), append(lateWas, o.Counter)
		default:
			t.p.Ops, was, last = append(t.p.Ops, op), append(was, o.Counter), o.Counter
		}
	}
	for i := range late {
		last++
		late[i].Counter = last
	}
	t.p.Ops = append(t.p.Ops, late...)
	return append(was, lateWas...)
}

// answered gives the answer to an operation that took a counter which the device was
// not known to have heard of.
func (c *counterBody) answered(ids ...string) (a protocol.Answer, known bool) {
	for _, id := range ids {
		for _, x := range c.Taken {
			if x.Print != printOf(id) {
				continue
			}
			for _, k := range c.Kept {
				if k.Counter == x.Counter {
					return k, true
				}
			}
			return protocol.Answer{Counter: x.Counter, State: protocol.Duplicate}, true
		}
	}
	return a, false
}
