package hub

import (
	"testing"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// A list that is imported every week says what it always said: what a guide has
// put right since stays right, without a word. Where the list says something new
// about the same, both are kept and a person is asked, once.
func TestTheSameListAgainLeavesWhatAGuidePutRight(t *testing.T) {
	r := newRig(t)
	c := community("Strik og snak", "Lindeby")
	row := func(summary string) *directory.Community {
		again := *c
		again.Summary, again.Description = summary, "Fra listen"
		return &again
	}
	r.put(row("Ved tavlen"))
	guide := r.join(protocol.Guide, "Lindeby Kommune")
	if a := guide.push(guide.op(protocol.OpEdit, localdb.Edit{ID: c.ID, Fields: []localdb.FieldEdit{
		{Name: "summary", From: []byte(`"Ved tavlen"`), To: []byte(`"Ved broen"`)}}})); a[0].State != protocol.Accepted {
		t.Fatalf("%+v", a)
	}
	summary := func() string {
		t.Helper()
		now, err := r.hub.store.Community(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		return now.Summary
	}
	conflicts := func() (n int) {
		t.Helper()
		err := r.hub.store.EachRecord(t.Context(), record.Feed(record.Tips), func(x record.Record) error {
			if x.Kind == record.Conflict {
				n++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	im := NewImporting(r.hub.Identify)
	if err := im.Put(row("Ved tavlen")); err != nil {
		t.Fatal(err)
	}
	if n := len(im.Edits()[0].Fields); n != 0 {
		t.Errorf("the same row changes %d members", n)
	}
	r.put(row("Ved tavlen"))
	if summary() != "Ved broen" || conflicts() != 0 {
		t.Errorf("the same list again made %q, with %d conflicts", summary(), conflicts())
	}
	for range 2 {
		r.put(row("Ved kirken"))
		if summary() != "Ved broen" || conflicts() != 1 {
			t.Errorf("a list with news made %q, with %d conflicts", summary(), conflicts())
		}
	}
	other := row("Ved kirken")
	other.Description = "Nyt fra listen"
	r.put(other)
	if now, err := r.hub.store.Community(c.ID); err != nil || now.Description != "Nyt fra listen" || now.Summary != "Ved broen" {
		t.Errorf("%+v, %v", now, err)
	}
}
