package localdb

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// model drives a device and a hub at random.
type model struct {
	t     *testing.T
	rt    *rapid.T
	s     *Store
	l     *testLog
	dir   string
	feeds []record.Feed
	mine  []referral.Code
	n     int
}

// invariant holds at every moment.
func (m *model) invariant() {
	t := m.t
	for _, f := range m.feeds {
		have, _, err := m.s.Digests(context.Background(), f)
		if err != nil {
			t.Fatal(err)
		}
		var scanned record.Digests
		if err := m.s.EachRecord(context.Background(), f, func(r record.Record) error {
			b := record.Bucket(r.ID)
			scanned[b] = scanned[b].Add(record.Sum(&r))
			return nil
		}); err != nil || scanned != have {
			m.rt.Fatalf("%s: %d by scan, %d kept up: %v", f, scanned.Root().Count, have.Root().Count, err)
		}
	}
	for _, code := range m.mine { // what a person did here is never out of sight
		if r, _, err := m.s.Referral(code); err != nil || r.ID == "" {
			m.rt.Fatalf("%s: %+v %v", code, r, err)
		}
	}
	m.onTopOfAll()
	verifiedIn(m.rt, m.s)
}

func verifiedIn(rt *rapid.T, s *Store) {
	if r, err := s.Verify(context.Background(), false); err != nil || !r.OK {
		rt.Fatalf("verify: %+v %v", r, err)
	}
}

var modelTokens = [][]string{{"m1"}, {"m2"}, {"m1", "m2"}, {"-"}, {"o-a"}, {"o-a", "o-b"}, {"o-b"}}

func (m *model) put(t *rapid.T) {
	in := rapid.SampledFrom(modelTokens).Draw(t, "in")
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		r := newReferral(m.t)
		m.l.put(record.Referral, r.ID, r, in...)
	default:
		c := community(rapid.IntRange(0, 12).Draw(t, "i"))
		c.AssignID()
		m.n++
		c.Summary = fmt.Sprint("nr. ", m.n)
		m.l.put(record.Community, c.ID, c, in...)
	}
}

func (m *model) some(t *rapid.T, which func(record.Record) bool) (record.Record, bool) {
	var refs []record.Record
	for _, r := range m.l.last {
		if !r.Deleted && which(r) {
			refs = append(refs, r)
		}
	}
	if len(refs) == 0 {
		return record.Record{}, false
	}
	slices.SortFunc(refs, func(a, b record.Record) int { return int(a.Seq) - int(b.Seq) })
	return refs[rapid.IntRange(0, len(refs)-1).Draw(t, "which")], true
}

func (m *model) remove(t *rapid.T) {
	own := map[string]bool{}
	for _, code := range m.mine {
		own[string(code)] = true
	}
	r, ok := m.some(t, func(r record.Record) bool {
		code, err := codeOf(r.Body)
		return err != nil || !own[code]
	})
	if ok {
		m.l.remove(r)
	}
}

// chooseFeeds gives the device other rights; its own organisation's stay.
func (m *model) chooseFeeds(t *rapid.T) {
	m.feeds = []record.Feed{"case/o-a", "staff", "tip", "org", rapid.SampledFrom([]record.Feed{"dir", "dir/m1", "dir/m2"}).Draw(t, "dir")}
	m.l.bring(m.t, m.s, m.feeds...)
}

func (m *model) edit(t *rapid.T) {
	var ids []string
	for id := range names(m.t, m.s) {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	m.n++
	if len(ids) == 0 || rapid.IntRange(0, 4).Draw(t, "new") == 0 {
		if err := m.s.EditCommunity(nil, &directory.Community{Name: fmt.Sprint("Nyt fællesskab ", m.n)}); err != nil {
			t.Fatal(err)
		}
		return
	}
	before, err := m.s.Community(ids[rapid.IntRange(0, len(ids)-1).Draw(t, "id")])
	if err != nil {
		t.Fatal(err)
	}
	after := *before
	after.Description = fmt.Sprint("rettet ", m.n)
	if err := m.s.EditCommunity(before, &after); err != nil {
		t.Fatal(err)
	}
	if got, err := m.s.Community(before.ID); err != nil || got.Description != after.Description {
		t.Fatalf("the edit is not in view: %+v %v", got, err)
	}
}

func (m *model) refer(t *rapid.T) {
	r := newReferral(m.t)
	if err := m.s.RecordReferral(r); err != nil {
		t.Fatal(err)
	}
	m.mine = append(m.mine, r.Code)
}

// push lets the hub take what waits, one way or another.
func (m *model) push(t *rapid.T) {
	ops, err := m.s.Outbox(context.Background(), 0)
	if err != nil {
		t.Fatal(err)
	}
	var fs []Fate
	for _, op := range ops[:rapid.IntRange(0, len(ops)).Draw(t, "pushed")] {
		fs = append(fs, m.take(op))
	}
	if rapid.Bool().Draw(t, "reply lost") {
		return
	}
	if err := m.s.Settle(fs); err != nil {
		t.Fatal(err)
	}
}

// take is the hub's side of one operation.
func (m *model) take(op journal.Op) Fate {
	f := Fate{Counter: op.Counter, State: FateAccepted, Epoch: m.l.epoch}
	id, err := idOf(op.Body)
	if err != nil {
		m.rt.Fatal(err)
	}
	switch op.Kind {
	case opReferral:
		if r, ok := m.l.last[record.Ref{Kind: record.Referral, ID: id}]; ok {
			f.State, f.Seq = FateDuplicate, r.Seq
			return f
		}
		f.Seq = m.l.put(record.Referral, id, op.Body, "o-a").Seq
	case opEvent:
		if r, ok := m.l.last[record.Ref{Kind: record.Event, ID: id}]; ok {
			f.State, f.Seq = FateDuplicate, r.Seq
			return f
		}
		f.Seq = m.l.put(record.Event, id, op.Body, "o-a").Seq
	case opEdit:
		var e Edit
		if err := json.Unmarshal(op.Body, &e); err != nil {
			m.rt.Fatal(err)
		}
		ref := e.Ref()
		now := m.l.last[ref]
		body, in := []byte(now.Body), now.In
		if now.Deleted || now.Seq == 0 {
			in = []string{"m1"}
			if ref.Kind == record.Session {
				in = []string{"o-a"}
			}
			if body = nil; !e.Create {
				f.State, f.Code = FateRefused, "gone"
				return f
			}
		}
		if e.Remove {
			m.l.remove(record.Record{Kind: ref.Kind, ID: ref.ID})
			f.Seq = m.l.seq
			return f
		}
		after, clashes, err := e.Apply(body, false)
		if err != nil {
			m.rt.Fatal(err)
		}
		if len(clashes) > 0 {
			f.State = FateConflicted
		}
		m.l.seq++
		m.l.last[ref] = record.Record{Kind: ref.Kind, ID: ref.ID, Seq: m.l.seq, V: 1, In: in, Body: after}
		f.Seq = m.l.seq
	}
	return f
}

func (m *model) giveBack(t *rapid.T) {
	if _, err := m.s.GiveBack(uint64(rapid.IntRange(0, 20).Draw(t, "after")), 7); err != nil {
		t.Fatal(err)
	}
}

func (m *model) resolve(t *rapid.T) {
	r, ok := m.some(t, func(r record.Record) bool { return r.Kind == record.Community })
	if !ok {
		return
	}
	c := Conflict{ID: fmt.Sprint("c-", m.n), Community: r.ID, Field: "summary", Kept: []byte(`"den ene"`), Other: []byte(`"den anden"`)}
	m.n++
	if err := m.s.Resolve(c, rapid.Bool().Draw(t, "other")); err != nil {
		t.Fatal(err)
	}
}

func (m *model) reopen(lost bool) {
	if err := m.s.Close(); err != nil {
		m.rt.Fatal(err)
	}
	if lost {
		if err := os.RemoveAll(filepath.Join(m.dir, "store")); err != nil {
			m.rt.Fatal(err)
		}
	}
	s, err := Open(context.Background(), Options{Dir: m.dir})
	if err != nil {
		m.rt.Fatal(err)
	}
	m.s = s
}
