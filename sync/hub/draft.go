package hub

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/log"
)

// draft is a batch under way: what operations planned so far make of records, on
// top of the store.
type draft struct {
	h      *Hub
	below  *draft
	writes []write
	at     map[record.Ref]int
}

func newDraft(h *Hub) *draft { return &draft{h: h, at: map[record.Ref]int{}} }

// child is a draft of one operation, taken over by its parent when it fits.
func (d *draft) child() *draft { return &draft{h: d.h, below: d, at: map[record.Ref]int{}} }

func refOf(k record.Kind, id string) record.Ref { return record.Ref{Kind: k, ID: strings.ToLower(id)} }

// get gives a record as the draft leaves it, tombstones included; zero where there
// is none.
func (d *draft) get(ref record.Ref) (record.Record, error) {
	for x := d; x != nil; x = x.below {
		if i, ok := x.at[ref]; ok {
			return x.writes[i].rec, nil
		}
	}
	r, err := d.h.store.Record(ref.Kind, ref.ID)
	if errors.Is(err, localdb.ErrNotFound) {
		return record.Record{}, nil
	}
	return r, err
}

// put plans a record. Tokens that it had before and has no more go to Left.
func (d *draft) put(r record.Record, op string) error {
	ref := refOf(r.Kind, r.ID)
	r.ID = ref.ID
	was, err := d.get(ref)
	if err != nil {
		return err
	}
	r.Left = nil
	for _, t := range append(slices.Clone(was.Left), was.In...) {
		if !slices.Contains(r.In, t) {
			r.Left = append(r.Left, t)
		}
	}
	slices.Sort(r.Left)
	r.Left = slices.Compact(r.Left)
	r.At = d.h.now()
	w := write{rec: r, op: op}
	if i, ok := d.at[ref]; ok {
		w.expect = d.writes[i].expect
		d.writes[i] = w
		return nil
	}
	if w.expect, err = d.expect(ref); err != nil {
		return err
	}
	d.at[ref] = len(d.writes)
	d.writes = append(d.writes, w)
	return nil
}

// expect is where the log has a record now. A tombstone that was purged is nowhere,
// though this store may still have it.
func (d *draft) expect(ref record.Ref) (uint64, error) {
	r, err := d.h.store.Record(ref.Kind, ref.ID)
	if errors.Is(err, localdb.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if r.Deleted {
		last, err := d.h.log.Last(context.Background(), keyOf(ref))
		if errors.Is(err, log.ErrNotFound) {
			return 0, nil
		}
		return last.Seq, err
	}
	return r.Seq, nil
}

// take makes a child's writes the draft's own.
func (d *draft) take(child *draft) {
	for _, w := range child.writes {
		ref := refOf(w.rec.Kind, w.rec.ID)
		if i, ok := d.at[ref]; ok {
			w.expect = d.writes[i].expect
			d.writes[i] = w
			continue
		}
		d.at[ref] = len(d.writes)
		d.writes = append(d.writes, w)
	}
}

// place is where a record will stand in the batch, behind the counter; 0 where the
// draft does not have it.
func (d *draft) place(ref record.Ref) uint64 {
	if i, ok := d.at[ref]; ok {
		return uint64(i) + 1
	}
	return 0
}
