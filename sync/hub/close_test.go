package hub

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/google/uuid"
)

func closing(k record.Kind, id, outcome string) localdb.Closing {
	return localdb.Closing{Kind: string(k), ID: id, Outcome: outcome}
}

func TestAGuideClosesASuggestionForEverybodyAndOnce(t *testing.T) {
	r := newRig(t)
	c := community("Gåklubben", "Lindeby")
	r.put(c)
	desk := r.join(protocol.Desk, "Lindeby Bibliotek")
	g1, g2 := r.join(protocol.Guide, "Lindeby"), r.join(protocol.Guide, "Lindeby", "Lindeby")
	elsewhere := r.join(protocol.Guide, "Bakkeby", "Bakkeby")
	tip := localdb.Suggestion{ID: uuid.NewString(), Community: c.ID, Text: "De går nu om onsdagen"}
	gap := localdb.SearchGap{ID: uuid.NewString(), Day: "2026-11-23", Wishes: []string{"topic"}}
	told := []protocol.Op{desk.op(protocol.OpSuggestion, tip), desk.op(protocol.OpGap, gap)}
	if got := states(desk.push(told...)); got != "accepted accepted" {
		t.Fatal(got)
	}
	at := r.hub.Position().Seq
	for m, want := range map[*machine]string{
		desk:      "refused:role",
		elsewhere: "refused:gone", // to that guide it is not there
		r.join(protocol.Kiosk, "Lindeby Bibliotek"): "refused:role",
		r.join(protocol.Coordinator, "Lindeby"):     "refused:role",
	} {
		if got := states(m.push(m.op(protocol.OpClose, closing(record.Suggestion, tip.ID, localdb.ClosedDone)))); got != want {
			t.Errorf("%s: %s", got, want)
		}
	}
	ops := []protocol.Op{g1.op(protocol.OpClose, closing(record.Suggestion, tip.ID, localdb.ClosedDone)), g1.op(protocol.OpClose, closing(record.Gap, gap.ID, localdb.ClosedDeclined))}
	if got := states(g1.push(ops...)); got != "accepted accepted" {
		t.Fatal(got)
	}
	if got := states(g1.push(ops...)); got != "duplicate duplicate" {
		t.Error("told again:", got)
	}
	head := r.hub.Position()
	if got := states(g2.push(g2.op(protocol.OpClose, closing(record.Suggestion, tip.ID, localdb.ClosedDeclined)))); got != "accepted" {
		t.Error("by another guide:", got)
	}
	if rec, err := r.hub.store.Record(record.Suggestion, tip.ID); err != nil || !rec.Deleted || rec.Seq > head.Seq {
		t.Errorf("%+v %v", rec, err)
	}
	ls, _ := g2.changes(at, "")
	gone := 0
	for _, l := range ls {
		if l.Record != nil && l.Record.Deleted && l.Record.Kind.Family() == record.Tips {
			gone++
		}
	}
	if gone != 2 {
		t.Errorf("%d of them are gone at another guide: %+v", gone, ls)
	}
	if ls, _ := desk.changes(0, ""); kindsOf(ls)[record.Suggestion] != 0 {
		t.Error("the desk is told of it")
	}
	// Its machine was enrolled anew before it heard the answer: it has done its part.
	again := r.join(protocol.Desk, "Lindeby Bibliotek")
	for i := range told {
		told[i].Signature = sign(again, &told[i])
	}
	if got := states(again.push(told...)); got != "accepted accepted" {
		t.Error("told again after it was closed:", got)
	}
	if rec, err := r.hub.store.Record(record.Suggestion, tip.ID); err != nil || !rec.Deleted {
		t.Error("it came back", err)
	}
	if err := r.hub.audit.sync(); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(r.dir, "audit", "*"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	b, err := os.ReadFile(names[0])
	if err != nil || bytes.Count(b, []byte(`"action":"close"`)) != 3 || !bytes.Contains(b, []byte(`"object":"suggestion `+tip.ID+`"`)) || !bytes.Contains(b, []byte(`"result":"declined"`)) {
		t.Errorf("%s %v", b, err)
	}
}

// After a restore who closed a suggestion may be heard before who made it.
func TestASuggestionThatWasClosedBeforeItIsHeardOfStaysClosed(t *testing.T) {
	r := newRig(t)
	c := community("Gåklubben", "Lindeby")
	r.put(c)
	desk, g := r.join(protocol.Desk, "Lindeby Bibliotek"), r.join(protocol.Guide, "Lindeby")
	tip := localdb.Suggestion{ID: uuid.NewString(), Community: c.ID, Text: "De går nu om onsdagen"}
	if got := states(g.push(g.op(protocol.OpClose, closing(record.Suggestion, tip.ID, localdb.ClosedDone)))); got != "accepted" {
		t.Fatal(got)
	}
	if got := states(desk.push(desk.op(protocol.OpSuggestion, tip))); got != "accepted" {
		t.Error(got)
	}
	if rec, err := r.hub.store.Record(record.Suggestion, tip.ID); err != nil || !rec.Deleted {
		t.Error("it is open again:", err)
	}
	for name, x := range map[string]localdb.Closing{
		"kind": closing(record.Referral, tip.ID, localdb.ClosedDone), "outcome": closing(record.Suggestion, tip.ID, ""), "id": closing(record.Suggestion, "x", localdb.ClosedDone),
	} {
		if as := g.push(g.op(protocol.OpClose, x)); states(as) != "refused:malformed" || as[0].Field != name {
			t.Errorf("%s: %+v", name, as)
		}
	}
}
