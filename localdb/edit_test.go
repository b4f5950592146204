package localdb

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

func communityOf(t testing.TB, s *Store, id string) *directory.Community {
	t.Helper()
	c, err := s.Community(id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// changed records an edit of a community as it stands.
func changed(t testing.TB, s *Store, id string, change func(*directory.Community)) {
	t.Helper()
	before := communityOf(t, s, id)
	after := communityOf(t, s, id)
	change(after)
	if err := s.EditCommunity(before, after); err != nil {
		t.Fatal(err)
	}
}

func lastEdit(t testing.TB, s *Store) (e Edit) {
	t.Helper()
	ops := outbox(t, s)
	if err := json.Unmarshal(ops[len(ops)-1].Body, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestAnEditIsShownAtOnceAndSaysOnlyWhatDiffers(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	r := l.community(1)
	l.bring(t, s, "dir")
	changed(t, s, r.ID, func(c *directory.Community) { c.Summary, c.Status = "Nyt sted", directory.StatusPaused })
	e := lastEdit(t, s)
	if len(e.Fields) != 2 || e.Fields[0].Name != "status" || string(e.Fields[0].From) != "null" || string(e.Fields[0].To) != `"paused"` ||
		e.Fields[1].Name != "summary" || e.ID != r.ID || e.Create || e.Remove {
		t.Errorf("%+v", e)
	}
	for range 2 {
		if c := communityOf(t, s, r.ID); c.Summary != "Nyt sted" || !c.IsPaused() || c.Name != "Gåklubben nr. 1" {
			t.Errorf("%+v", c)
		}
		l.sameAsHub(t, s, "dir") // what is confirmed is as it was
		verified(t, s)
		s = withoutView(t, s)
	}
	// somebody else changes another member, and the same one
	other := communityOf(t, s, r.ID)
	other.Status, other.Summary, other.Description = "", "Deres sted", "Deres ord"
	l.put(record.Community, r.ID, other, "ringsted")
	l.play(t, s, "dir")
	if c := communityOf(t, s, r.ID); c.Summary != "Nyt sted" || c.Description != "Deres ord" || !c.IsPaused() {
		t.Errorf("what waits is not on top: %+v", c)
	}
	l.sameAsHub(t, s, "dir")
	// the hub takes the status and keeps its own summary
	op := outbox(t, s)[0]
	other.Status = directory.StatusPaused
	seq := l.put(record.Community, r.ID, other, "ringsted").Seq
	if err := s.Settle([]Fate{{Counter: op.Counter, State: FateConflicted, Seq: seq, Epoch: 7, Conflict: "x"}}); err != nil {
		t.Fatal(err)
	}
	if c := communityOf(t, s, r.ID); c.Summary != "Nyt sted" {
		t.Errorf("it went before the hub's answer was here: %+v", c)
	}
	l.play(t, s, "dir")
	for range 2 {
		if c := communityOf(t, s, r.ID); c.Summary != "Deres sted" || !c.IsPaused() {
			t.Errorf("%+v", c)
		}
		verified(t, s)
		s = withoutView(t, s)
		l.play(t, s, "dir")
	}
	l.sameAsHub(t, s, "dir")
}

func TestNewAndRemovedCommunitiesAreShownAtOnce(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	r := l.community(1)
	l.bring(t, s, "dir")
	fresh := &directory.Community{Name: "Strikkecaféen"}
	if err := errors.Join(s.EditCommunity(nil, fresh), s.EditCommunity(communityOf(t, s, r.ID), nil)); err != nil {
		t.Fatal(err)
	}
	if fresh.ID == "" {
		t.Fatal("no id")
	}
	for range 2 {
		if n := names(t, s); len(n) != 1 || n[fresh.ID] != "Strikkecaféen" {
			t.Errorf("%v", n)
		}
		l.sameAsHub(t, s, "dir")
		s = withoutView(t, s)
	}
	changed(t, s, fresh.ID, func(c *directory.Community) { c.Summary = "Hver tirsdag" })
	ops := outbox(t, s)
	// the hub takes the new one, and refuses to remove the other
	c := communityOf(t, s, fresh.ID)
	seq := l.put(record.Community, fresh.ID, c, "ringsted").Seq
	if err := s.Settle([]Fate{{Counter: ops[0].Counter, State: FateAccepted, Seq: seq, Epoch: 7},
		{Counter: ops[1].Counter, State: FateRefused, Code: "role"}, {Counter: ops[2].Counter, State: FateAccepted, Seq: seq, Epoch: 7}}); err != nil {
		t.Fatal(err)
	}
	if n := names(t, s); len(n) != 2 {
		t.Errorf("%v", n)
	}
	l.play(t, s, "dir")
	if n := names(t, s); len(n) != 2 || communityOf(t, s, fresh.ID).Summary != "Hver tirsdag" {
		t.Errorf("%v", n)
	}
	l.sameAsHub(t, s, "dir")
	if err := s.Retry(ops[1].Counter); err != nil {
		t.Fatal(err)
	}
	if n := names(t, s); len(n) != 1 {
		t.Errorf("%v", n)
	}
	refused := outbox(t, s)[0].Counter
	if err := s.Settle([]Fate{{Counter: refused, State: FateRefused}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Discard(refused); err != nil {
		t.Fatal(err)
	}
	if n := names(t, s); len(n) != 2 {
		t.Errorf("%v", n)
	}
	verified(t, s)
}

func TestWhatMayNotEnterIsRefusedInAnEdit(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	ids := importN(t, s, 2)
	before := communityOf(t, s, ids[0])
	var cpr *CPRError
	for name, change := range map[string]func(*directory.Community){
		"text":   func(c *directory.Community) { c.Description = "Ring til 070761-4285" },
		"ask":    func(c *directory.Community) { c.Summary = "121125 1430" },
		"phone":  func(c *directory.Community) { c.Contact = &directory.Contact{Phone: "070761-4285"} },
		"nested": func(c *directory.Community) { c.Welcome = &directory.Welcome{FirstTime: []string{"Spørg 0707614285"}} },
		"number": func(c *directory.Community) { c.Unknown = []byte(`{"n":1010165123,"m":"010165-1234"}`) },
		"name":   func(c *directory.Community) { c.Unknown = []byte(`{"010165-1234":1}`) },
	} {
		after := communityOf(t, s, ids[0])
		change(after)
		if err := s.EditCommunity(before, after); !errors.As(err, &cpr) {
			t.Errorf("%s: %v", name, err)
		}
	}
	after := communityOf(t, s, ids[0])
	after.Name = ""
	if err := s.EditCommunity(before, after); len(directory.Problems(err)) == 0 {
		t.Error(err)
	}
	if err := s.EditCommunity(before, communityOf(t, s, ids[1])); len(directory.Problems(err)) == 0 {
		t.Error("another community:", err)
	}
	after = communityOf(t, s, ids[0])
	after.Organiser = &directory.OrganiserRef{Name: "Foreningen", CVR: "01016512", PNumber: "1010165123"}
	after.Contact = &directory.Contact{Phone: "010165 1234", Web: "https://forening.example/0101651234"}
	after.Unknown = []byte(`{"other":"01010000-0000-4000-8000-070761428500"}`)
	if err := s.EditCommunity(before, after); err != nil {
		t.Error("numbers of organisations are none of citizens:", err)
	}
	n := len(outbox(t, s))
	if err := s.EditCommunity(before, before); err != nil || len(outbox(t, s)) != n || n != 1 {
		t.Error("nothing changed is no edit", err, n)
	}
}

// Without a hub an edit stands until an import says otherwise, and none is lost.
func TestEditsAndImportsWithoutAHub(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, made(dir))
	ids := importN(t, s, 4)
	fresh := &directory.Community{Name: "Strikkecaféen"}
	for _, id := range ids[:3] {
		changed(t, s, id, func(c *directory.Community) { c.Summary = "rettet" })
	}
	if err := errors.Join(s.EditCommunity(nil, fresh), s.EditCommunity(communityOf(t, s, ids[3]), nil)); err != nil {
		t.Fatal(err)
	}
	check := func(when, second string) {
		t.Helper()
		if n := names(t, s); len(n) != 4 || n[fresh.ID] == "" || n[ids[3]] != "" {
			t.Errorf("%s: %v", when, n)
		}
		for i, want := range []string{"rettet", second, "rettet"} {
			if got := communityOf(t, s, ids[i]).Summary; got != want {
				t.Errorf("%s: %d is %q, want %q", when, i, got, want)
			}
		}
		verified(t, s)
	}
	check("at once", "rettet")
	// an import that brings the first as it was, changes the second, and leaves the rest
	err := s.Import(t.Context(), func(tx *ImportTx) error {
		second := community(1)
		second.Summary = "fra registeret"
		return errors.Join(tx.Put(community(0)), tx.Put(second))
	})
	if err != nil {
		t.Fatal(err)
	}
	check("after an import", "fra registeret")
	closeStore(t, s)
	s = openAt(t, Options{Dir: dir})
	check("after a start", "fra registeret")
	closeStore(t, s)
	if err := os.RemoveAll(filepath.Join(dir, "store")); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, Options{Dir: dir})
	check("after the view was lost", "fra registeret")
	// Enrolled: the directory goes, what was done stays and waits.
	if err := s.Enrol(enrolment1()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if n := names(t, s); len(n) != 1 || n[fresh.ID] == "" {
			t.Errorf("%v", n)
		}
		if n := len(outbox(t, s)); n != 5 {
			t.Errorf("%d wait", n)
		}
		verified(t, s)
		s = withoutView(t, s)
	}
}

func TestTheOtherValueOfAConflictIsOneClickAway(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	feeds := []record.Feed{"dir", "tip"}
	r := l.community(1)
	x := Conflict{Community: r.ID, Field: "summary", Kept: []byte(`"Vi går en tur og drikker kaffe bagefter."`), Other: []byte(`"Vi løber"`),
		OtherBy: Hand{Device: "d-2", Organisation: "Sundhedscentret"}}
	l.put(record.Conflict, "x-1", x, "ringsted")
	l.put(record.Conflict, "x-2", Conflict{Community: r.ID, Field: "name", Kept: []byte(`"A"`), Other: []byte(`"B"`)}, "ringsted")
	l.bring(t, s, feeds...)
	xs, err := s.Conflicts()
	if err != nil || len(xs) != 2 || xs[1].ID != "x-1" || string(xs[1].Other) != `"Vi løber"` || xs[1].OtherBy.Organisation != "Sundhedscentret" {
		t.Fatalf("%+v %v", xs, err)
	}
	if err := errors.Join(s.Resolve(xs[1], true), s.Resolve(xs[0], false)); err != nil {
		t.Fatal(err)
	}
	if err := s.Resolve(xs[1], false); !errors.Is(err, ErrDuplicate) {
		t.Error("twice:", err)
	}
	for range 2 {
		if c := communityOf(t, s, r.ID); c.Summary != "Vi løber" || c.Name != "Gåklubben nr. 1" {
			t.Errorf("%+v", c)
		}
		if xs, err := s.Conflicts(); err != nil || len(xs) != 0 {
			t.Errorf("%+v %v", xs, err)
		}
		s = withoutView(t, s)
	}
	ops := outbox(t, s)
	if err := s.Settle([]Fate{{Counter: ops[0].Counter, State: FateRefused, Code: "gone"}}); err != nil {
		t.Fatal(err)
	}
	if xs, err := s.Conflicts(); err != nil || len(xs) != 1 || xs[0].ID != "x-1" {
		t.Errorf("a refused choice: %+v %v", xs, err)
	}
	if c := communityOf(t, s, r.ID); c.Summary == "Vi løber" {
		t.Error("a refused choice is shown")
	}
	if err := s.Resolve(xs[1], true); err != nil || communityOf(t, s, r.ID).Summary != "Vi løber" || len(outbox(t, s)) != 2 {
		t.Error("chosen again:", err)
	}
	verified(t, s)
}

func TestAnEditIsTheDifferenceOfTwoObjects(t *testing.T) {
	value := rapid.SampledFrom([]string{"", `1`, `1.0`, `"a"`, `{"b":1,"a":[2]}`, `{"a":[2],"b":1.0}`, `null`, `[]`})
	object := rapid.Custom(func(t *rapid.T) string {
		out := "{"
		for _, n := range []string{"a", "b", "æ\\\"", "id"} {
			if v := value.Draw(t, n); v != "" {
				if len(out) > 1 {
					out += ","
				}
				out += `"` + n + `":` + v
			}
		}
		return out + "}"
	})
	rapid.Check(t, func(t *rapid.T) {
		was, is := object.Draw(t, "was"), object.Draw(t, "is")
		fields, err := differences([]byte(was), []byte(is))
		if err != nil {
			t.Fatal(err)
		}
		e := Edit{ID: "x", Fields: fields}
		got, clashes, err := e.Apply([]byte(was), false)
		if err != nil || len(clashes) > 0 {
			t.Fatal(clashes, err)
		}
		a, err1 := membersOf(got)
		b, err2 := membersOf([]byte(is))
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		for _, n := range []string{"a", "b", `æ"`} {
			if !SameValue(a.get(n), b.get(n)) {
				t.Fatalf("%s: %s became %s, want %s", n, was, got, is)
			}
		}
		if again, err := differences(got, got); err != nil || len(again) != 0 {
			t.Fatal(again, err)
		}
	})
}
