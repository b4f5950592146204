package localdb

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// cardModel drives contact cards on a device and a hub at random.
type cardModel struct {
	*model
	live   map[string]bool   // cards that this device must be able to read
	erased map[string]bool   // cards of which nothing may be left here
	keys   map[string][]byte // of others' cards: the hub has them
}

func (m *cardModel) keep(t *rapid.T) {
	c := newCard(m.t)
	if err := m.s.KeepCard(c); err != nil {
		t.Fatal(err)
	}
	i, err := m.s.CardOf(c.Code)
	if err != nil || i == nil {
		t.Fatal(i, err)
	}
	m.live[i.ID] = true
}

// comes brings a card that another machine made, with its key or, for now, without.
func (m *cardModel) comes(t *rapid.T) {
	c := newCard(m.t)
	c.ID, c.DeleteBy, c.Consent.At = uuid.NewString(), directory.DayOf(m.s.now()).AddDays(30), m.s.now()
	key := bytes.Repeat([]byte{byte(m.n)}, card.KeySize)
	m.n++
	closed, err := card.Seal(c, key, bytes.NewReader(make([]byte, 100)))
	if err != nil {
		t.Fatal(err)
	}
	m.keys[c.ID] = key
	m.l.put(record.Card, c.ID, closed, "o-a")
}

// fetch brings the keys that are asked for, as a sync does.
func (m *cardModel) fetch(t *rapid.T) {
	want, err := m.s.CardKeysWanted()
	if err != nil {
		t.Fatal(err)
	}
	var ks []CardKey
	for _, id := range want {
		if m.erased[id] {
			t.Fatalf("the key of %s, which is erased, is asked for", id)
		}
		if k := m.keys[id]; k != nil {
			ks = append(ks, CardKey{id, k})
			m.live[id] = true
		}
	}
	if err := m.s.TakeCardKeys(ks); err != nil {
		t.Fatal(err)
	}
	sent, err := m.s.CardKeysToSend()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range sent {
		m.keys[k.ID] = k.Key
		if err := m.s.CardKeySent([]string{k.ID}); err != nil {
			t.Fatal(err)
		}
	}
}

func (m *cardModel) some(t *rapid.T) string {
	ids := make([]string, 0, len(m.live))
	for id := range m.live {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	if len(ids) == 0 {
		return ""
	}
	return rapid.SampledFrom(ids).Draw(t, "card")
}

func (m *cardModel) gone(id string) {
	delete(m.live, id)
	m.erased[id] = true
}

func (m *cardModel) erase(t *rapid.T) {
	if id := m.some(t); id != "" {
		if err := m.s.EraseCard(id); err != nil {
			t.Fatal(err)
		}
		m.gone(id)
	}
}

// hubErases lets somebody else erase a card that the hub has.
func (m *cardModel) hubErases(t *rapid.T) {
	id := m.some(t)
	r, ok := m.l.last[record.Ref{Kind: record.Card, ID: id}]
	if !ok || r.Deleted {
		return
	}
	m.l.remove(r)
	delete(m.keys, id)
	m.l.play(m.t, m.s, m.feeds...)
	m.gone(id)
}

func (m *cardModel) push(t *rapid.T) {
	ops, err := m.s.Outbox(context.Background(), 0)
	if err != nil {
		t.Fatal(err)
	}
	var fs []Fate
	for _, op := range ops[:rapid.IntRange(0, len(ops)).Draw(t, "pushed")] {
		f := Fate{Counter: op.Counter, State: FateAccepted, Epoch: m.l.epoch, Seq: m.l.seq}
		id, err := idOf(op.Body)
		if err != nil {
			t.Fatal(err)
		}
		ref := record.Ref{Kind: record.Card, ID: id}
		switch was := m.l.last[ref]; {
		case op.Kind == opCard && !was.Deleted && was.Seq == 0:
			f.Seq = m.l.put(record.Card, id, jsontext.Value(op.Body), "o-a").Seq
		case op.Kind == opErase && was.Seq > 0 && !was.Deleted:
			m.l.remove(was)
			delete(m.keys, id)
			f.Seq = m.l.seq
		}
		fs = append(fs, f)
	}
	if rapid.Bool().Draw(t, "reply lost") {
		return
	}
	if err := m.s.Settle(fs); err != nil {
		t.Fatal(err)
	}
}

func (m *cardModel) invariant() {
	all, err := m.s.Cards()
	if err != nil {
		m.rt.Fatal(err)
	}
	var seen []string
	for _, i := range all {
		seen = append(seen, i.ID)
		if m.erased[i.ID] {
			m.rt.Fatalf("%s was erased and is shown", i.ID)
		}
	}
	for id := range m.live {
		if !slices.Contains(seen, id) {
			m.rt.Fatalf("%s is not shown", id)
		}
		closed, key, err := m.s.cardAndKey(id)
		if err != nil {
			m.rt.Fatalf("%s: %v", id, err)
		}
		if c, err := closed.Open(key); err != nil || c.FirstName != cardName {
			m.rt.Fatalf("%s: %v", id, err)
		}
	}
	for _, name := range keysOn(m.t, m.s) {
		id, ok := strings.CutSuffix(name, keySuffix)
		if !ok || m.erased[id] {
			m.rt.Fatalf("there is a key %s", name)
		}
	}
	verifiedIn(m.rt, m.s)
}

// Whatever comes in whatever order: a card that was kept or whose key has come is
// readable until somebody erases it, and from then on neither it nor its key is here.
func TestACardIsReadableUntilItIsErasedWhateverComes(t *testing.T) {
	checks(t, "8") // each of them opens a store
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp("", "cards")
		if err != nil {
			rt.Fatal(err)
		}
		defer os.RemoveAll(dir)
		s, err := Open(context.Background(), made(dir))
		if err != nil {
			rt.Fatal(err)
		}
		if err := s.Enrol(enrolment1()); err != nil {
			rt.Fatal(err)
		}
		m := &cardModel{model: &model{t: t, rt: rt, s: s, l: newLog(), feeds: []record.Feed{"case/o-a", "dir"}, dir: dir},
			live: map[string]bool{}, erased: map[string]bool{}, keys: map[string][]byte{}}
		defer func() { m.s.Close() }()
		m.l.community(1)
		m.l.bring(t, s, m.feeds...)
		rt.Repeat(map[string]func(*rapid.T){
			"":      func(*rapid.T) { m.invariant() },
			"keep":  m.keep,
			"comes": m.comes,
			"fetch": m.fetch,
			"erase": m.erase,
			"away":  m.hubErases,
			"push":  m.push,
			"play":  func(*rapid.T) { m.l.play(t, m.s, m.feeds...) },
			"bring": func(*rapid.T) { m.l.bring(t, m.s, m.feeds...) },
			"expire": func(t *rapid.T) {
				if n, err := m.s.ExpireCards(); n != 0 || err != nil {
					t.Fatal(n, err)
				}
			},
			"reopen": func(*rapid.T) { m.reopen(false) },
			"lost": func(*rapid.T) {
				m.reopen(true)
				m.l.play(t, m.s, m.feeds...) // what came after its snapshot comes again
			},
			"give": func(t *rapid.T) {
				if _, err := m.s.GiveBack(uint64(rapid.IntRange(0, 30).Draw(t, "after")), 7); err != nil && !errors.Is(err, ErrNotFound) {
					t.Fatal(err)
				}
			},
		})
	})
}
