package hub

import (
	"context"
	"errors"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// ToErase names what an administrator has erased: a contact card by its id, those of
// a code, or an ambassador.
type ToErase struct {
	Card       string        `json:"card,omitzero"`
	Code       referral.Code `json:"code,omitzero"`
	Ambassador string        `json:"ambassador,omitzero"`
}

// EraseWhat erases, and says how many records were named. Errors: ErrNoCard.
func (h *Hub) EraseWhat(ctx context.Context, what ToErase) (n int, err error) {
	var refs []record.Ref
	switch {
	case isUUID(what.Card):
		refs = append(refs, refOf(record.Card, what.Card))
	case isUUID(what.Ambassador):
		refs = append(refs, refOf(record.Ambassador, what.Ambassador))
	case what.Code.Valid():
		of, err := newDraft(h).byCode(what.Code)
		if err != nil {
			return 0, err
		}
		for _, c := range of.cards {
			refs = append(refs, c.Ref())
		}
	}
	for _, ref := range refs {
		r, err := h.store.Record(ref.Kind, ref.ID)
		if errors.Is(err, localdb.ErrNotFound) {
			continue // an id that was mistyped is not put on the list for ever
		}
		if err == nil && (alive(r) || !h.wasErased(ref)) {
			err = h.Erase(ctx, ref)
		}
		if err != nil {
			return n, err
		}
		n++
	}
	if n == 0 {
		return 0, ErrNoCard
	}
	return n, nil
}

// tombs gives the tombstones of what was erased, as far as the log has them still.
func (h *Hub) tombs() (gone []record.Record, err error) {
	h.erased.Range(func(k, _ any) bool {
		_, rest, _ := strings.Cut(k.(string), ".")
		kind, id, _ := strings.Cut(rest, ".")
		var r record.Record
		if r, err = h.store.Record(record.Kind(kind), id); errors.Is(err, localdb.ErrNotFound) {
			err = nil
		} else if err == nil && r.Deleted {
			gone = append(gone, r)
		}
		return err == nil
	})
	return gone, err
}

// unmet counts the erasures that concern a device and lie behind where it was last.
func unmet(gone []record.Record, d *deviceBody, at uint64) (n int) {
	hold := holdingsOf(d)
	if hold == nil || !d.RevokedAt.IsZero() {
		return 0
	}
	feeds := feedsOf(hold)
	for i := range gone {
		if r := &gone[i]; r.Seq > at && record.Carries(feeds, r.Kind, r.Left) {
			n++
		}
	}
	return n
}
