package hub

import (
	"testing"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json/jsontext"
)

// Two guides settle one conflict at the same moment, each as they see it: who comes
// second may have chosen what stood, and must not learn that it stands.
func TestTwoChoicesInOneConflictMakeAnother(t *testing.T) {
	for _, x := range []struct {
		name, first, second string
		conflicts           int
	}{
		{"the other, then what stood", `"B"`, `"A"`, 1},
		{"what stood, then the other", `"A"`, `"B"`, 0}, // nothing changed in between: the second choice is made
		{"the same twice", `"B"`, `"B"`, 0},
		{"what stood twice", `"A"`, `"A"`, 0},
	} {
		t.Run(x.name, func(t *testing.T) {
			r := newRig(t)
			c := community("Kor", "Lindeby")
			r.put(c)
			a, b := r.join(protocol.Guide, "G"), r.join(protocol.Guide, "G")
			edit := func(m *machine, to string) protocol.Op {
				return m.op(protocol.OpEdit, localdb.Edit{ID: c.ID, Fields: []localdb.FieldEdit{{Name: "summary", From: jsontext.Value(`null`), To: jsontext.Value(to)}}})
			}
			a.push(edit(a, `"A"`))
			id := b.push(edit(b, `"B"`))[0].Conflict
			settle := func(m *machine, to string) protocol.Op {
				return m.op(protocol.OpResolve, localdb.Resolution{Conflict: id, Community: c.ID, Field: "summary", From: jsontext.Value(`"A"`), To: jsontext.Value(to)})
			}
			first, second := settle(a, x.first), settle(b, x.second)
			if got := states(a.push(first)); got != "accepted" {
				t.Fatal(got)
			}
			want := map[bool]protocol.Fate{true: protocol.Conflicted, false: protocol.Accepted}[x.conflicts > 0]
			got := b.push(second)[0]
			if got.State != want {
				t.Errorf("the second choice: %+v", got)
			}
			if n := r.live(record.FeedOf(record.Tips, ""), record.Conflict); n != x.conflicts {
				t.Errorf("%d conflicts, want %d", n, x.conflicts)
			}
			// The first choice told again is not another one.
			first.Counter, a.counter = a.counter+1, a.counter+1
			first.Signature = sign(a, &first)
			a.push(first)
			if n := r.live(record.FeedOf(record.Tips, ""), record.Conflict); n != x.conflicts {
				t.Errorf("told again: %d conflicts, want %d", n, x.conflicts)
			}
		})
	}
}
