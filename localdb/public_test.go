package localdb

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// sheltered makes a community of the test's log with an address.
func (l *testLog) sheltered(i int, confidential bool) record.Record {
	c := community(900 + i)
	c.AssignID()
	c.Places = []directory.Place{{Address: "Zizanievej 17", Postcode: "4199", City: "Lindeby", Municipality: "Ringsted", Confidential: confidential}}
	c.Welcome = &directory.Welcome{Where: "Zizaniebagdøren"}
	return l.put(record.Community, c.ID, c, "ringsted")
}

func TestWhatIsPublicOfACommunityHasNoConfidentialAddress(t *testing.T) {
	l := newLog()
	r := l.sheltered(1, true)
	p, ok := Public(r)
	if !ok || bytes.Contains(p.Body, []byte("Zizanie")) || bytes.Contains(p.Body, []byte("4199")) || !bytes.Contains(p.Body, []byte(`"confidential":true`)) {
		t.Errorf("%s %v", p.Body, ok)
	}
	if again, ok := Public(p); !ok || !bytes.Equal(again.Body, p.Body) {
		t.Errorf("not the same twice: %s", again.Body)
	}
	open := l.sheltered(2, false)
	if p, ok := Public(open); !ok || !bytes.Equal(p.Body, open.Body) {
		t.Errorf("one without a confidential place is changed: %s", p.Body)
	}
	for name, body := range map[string]string{
		"escaped":   `{"name":"X","places":[{"address":"Zizanievej","\u0063onfidential":true}]}`,
		"twice":     `{"name":"X","places":[{"address":"Zizanievej","confidential":true,"confidential":false}]}`,
		"no object": `["confidential","Zizanievej"]`,
		"a text":    `{"name":"X","places":[{"address":"Zizanievej","confidential":"true"}]}`,
	} {
		if p, ok := Public(record.Record{Kind: record.Community, ID: "x", Body: []byte(body)}); ok && bytes.Contains(p.Body, []byte("Zizanie")) {
			t.Errorf("%s: %s", name, p.Body)
		}
	}
}

// The digests of the public directory are kept up change by change, and are those
// of exactly what leaves.
func TestPublicDigestsAreOfWhatLeaves(t *testing.T) {
	s := openAt(t, Options{Dir: t.TempDir(), Create: true, Hub: true})
	l := newLog()
	rnd := rand.New(rand.NewPCG(1, 2))
	for round := range 40 {
		after := l.seq
		for range 1 + rnd.IntN(4) {
			if r := l.sheltered(rnd.IntN(6), rnd.IntN(2) == 0); rnd.IntN(4) == 0 {
				l.remove(r)
			}
		}
		if err := s.Play(t.Context(), Delta{Records: l.all(after), To: l.position()}); err != nil {
			t.Fatal(err)
		}
		for _, f := range []record.Feed{"dir", "dir/ringsted"} {
			var want, wantWhole record.Digests
			if err := s.EachRecord(t.Context(), f, func(r record.Record) error {
				p, ok := Public(r)
				if !ok {
					t.Fatal("not readable")
				}
				b := record.Bucket(r.ID)
				want[b], wantWhole[b] = want[b].Add(record.Sum(&p)), wantWhole[b].Add(record.Sum(&r))
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			got, _, err := s.PublicDigests(t.Context(), f)
			whole, _, err2 := s.Digests(t.Context(), f)
			if err != nil || err2 != nil || got != want || whole != wantWhole {
				t.Fatal(round, f, "differs", err, err2)
			}
		}
	}
}

// An address that became confidential is nowhere on a machine that may not know it
// once its snapshot was written again.
func TestAnAddressThatBecameConfidentialGoesFromTheSnapshotToo(t *testing.T) {
	dir := t.TempDir()
	s := enrolled(t, made(dir))
	l := newLog()
	l.community(1)
	r := l.sheltered(7, false)
	l.bring(t, s, "dir")
	dump := func(s *Store) string {
		var b bytes.Buffer
		if err := s.Dump(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if !bytes.Contains([]byte(dump(s)), []byte("Zizanievej")) {
		t.Fatal("the search would not find it")
	}
	var c directory.Community
	if err := json.Unmarshal(r.Body, &c); err != nil {
		t.Fatal(err)
	}
	c.Places[0].Confidential = true
	c.ClearConfidential()
	l.put(record.Community, c.ID, &c, "ringsted")
	l.play(t, s, "dir")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, Options{Dir: dir})
	if bytes.Contains([]byte(dump(s)), []byte("Zizanie")) {
		t.Error("it is still there")
	}
	verified(t, s)
}
