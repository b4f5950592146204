package localdb

import (
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

// editElse lets a person change something that is no community, at random.
func (m *model) editElse(t *rapid.T) {
	k := rapid.SampledFrom(sorts).Draw(t, "kind")
	got, err := k.texts(m.s)
	if err != nil {
		t.Fatal(err)
	}
	m.n++
	text := fmt.Sprint("tekst ", m.n)
	ids := make([]string, 0, len(got))
	for id := range got {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	if len(ids) == 0 || rapid.IntRange(0, 3).Draw(t, "new") == 0 {
		id, err := k.fresh(m.s, text)
		if err != nil {
			t.Fatal(err)
		}
		ids = []string{id}
	}
	id := rapid.SampledFrom(ids).Draw(t, "id")
	if rapid.IntRange(0, 6).Draw(t, "remove") == 0 {
		if err := k.remove(m.s, id); err != nil {
			t.Fatal(err)
		}
		text = ""
	} else if _, err := k.write(m.s, id, text); err != nil {
		t.Fatal(err)
	}
	if got, err = k.texts(m.s); err != nil || got[id] != text {
		t.Fatalf("%s: %q is %q: %v", k.kind, id, got[id], err)
	}
}

// others changes, at the hub, something that is no community.
func (m *model) others(t *rapid.T) {
	k := rapid.SampledFrom(sorts).Draw(t, "kind")
	r, ok := m.some(t, func(r record.Record) bool { return r.Kind == k.kind })
	if !ok {
		return
	}
	m.n++
	ms, err := membersOf(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	b, err := ms.with(k.field, jsontext.Value(fmt.Sprintf(`"andres %d"`, m.n))).object()
	if err != nil {
		t.Fatal(err)
	}
	m.l.put(r.Kind, r.ID, jsontext.Value(b), r.In...)
}

// onTopOfAll says that what waits of one member is what is shown of it.
func (m *model) onTopOfAll() {
	ops, err := m.s.Outbox(m.t.Context(), 0)
	if err != nil {
		m.rt.Fatal(err)
	}
	for _, k := range sorts {
		want := map[string]string{}
		for _, op := range ops {
			var e Edit
			if op.Kind != opEdit {
				continue
			}
			if err := json.Unmarshal(op.Body, &e); err != nil {
				m.rt.Fatal(err)
			}
			if e.Kind != k.kind {
				continue
			}
			if e.Remove {
				delete(want, e.ID)
			}
			for _, f := range e.Fields {
				var v string
				if f.Name == k.field && json.Unmarshal(f.To, &v) == nil {
					want[e.ID] = v
				}
			}
		}
		got, err := k.texts(m.s)
		if err != nil {
			m.rt.Fatal(err)
		}
		for id, v := range want {
			if now, here := got[id]; here && now != v {
				m.rt.Fatalf("%s %s: %q waits and %q is shown", k.kind, id, v, now)
			}
		}
	}
}
