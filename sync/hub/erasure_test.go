package hub

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
)

const (
	plantedName  = "Zanderine"
	plantedPhone = "00 00 47 11"
)

// search looks for a citizen in everything that there is: what machines and hubs hold
// is opened as their own programs open it, sealed cards with every key that still
// exists anywhere, and every file is read as it lies on the disk.
type search struct {
	t       *testing.T
	r       *rig
	pcs     []*pc
	backups [][]byte
}

// keys gives every key of a card that still exists: in the hub's folder and on PCs.
func (s *search) keys() (keys [][]byte) {
	s.t.Helper()
	es, err := os.ReadDir(filepath.Join(s.r.dir, cardsName))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range es {
		k, err := s.r.hub.cardKeys.get(strings.TrimSuffix(e.Name(), keyEnd))
		if err != nil {
			s.t.Fatal(err)
		}
		if k != nil {
			keys = append(keys, k)
		}
	}
	for _, p := range s.pcs {
		cards, err := p.s.Cards()
		if err != nil {
			s.t.Fatal(err)
		}
		for _, c := range cards {
			if err := p.s.CardKeysLacking([]string{c.ID}); err != nil { // has it give its keys once more
				s.t.Fatal(err)
			}
		}
		own, err := p.s.CardKeysToSend()
		if err != nil {
			s.t.Fatal(err)
		}
		for _, k := range own {
			keys = append(keys, k.Key)
		}
	}
	return keys
}

// hits counts in how many places the citizen is found.
func (s *search) hits() (n int, where []string) {
	s.t.Helper()
	keys := s.keys()
	found := func(place string, text []byte) {
		for _, mark := range []string{plantedName, plantedPhone} {
			if bytes.Contains(text, []byte(mark)) {
				n++
				where = append(where, place+": "+mark)
				return
			}
		}
	}
	open := func(place string, body []byte) {
		found(place, body)
		var c card.Sealed
		if json.Unmarshal(body, &c) != nil || len(c.Box) == 0 {
			return
		}
		for _, k := range keys {
			if got, err := c.Open(k); err == nil {
				found(place, []byte(got.FirstName+" "+got.Phone))
			}
		}
	}
	for lr, err := range s.r.log.Read(context.Background(), 0) {
		if err != nil {
			s.t.Fatal(err)
		}
		if r, err := decodeRecord(lr); err == nil {
			open("the hub's log", r.Body)
		}
	}
	for _, f := range record.Families {
		err := s.r.hub.store.EachRecord(context.Background(), record.FeedOf(f, ""), func(r record.Record) error {
			open("the hub's store", r.Body)
			return nil
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
	for i, b := range s.backups {
		for l := range bytes.Lines(unzip(s.t, b)) {
			found("a backup", l)
			var line backupLine
			var r record.Record
			if json.Unmarshal(l, &line) == nil && json.Unmarshal(line.Value, &r) == nil {
				open("backup "+string(rune('1'+i)), r.Body)
			}
		}
	}
	for _, p := range s.pcs {
		var dump bytes.Buffer
		if err := p.s.Dump(&dump); err != nil {
			s.t.Fatal(err)
		}
		found("a PC's dump", dump.Bytes())
		for l := range bytes.Lines(dump.Bytes()) {
			var any struct {
				Body jsontext.Value `json:"body"`
			}
			if json.Unmarshal(l, &any) == nil {
				open("a PC's journal or store", any.Body)
			}
			open("a PC's dump", l)
		}
		s.files(p.dir, found)
	}
	s.files(s.r.dir, found)
	return n, where
}

func (s *search) files(dir string, found func(string, []byte)) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		found("the file "+filepath.Base(path), b)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// A citizen's name and phone are found by who may read them, and after they were
// erased by nobody: in the hub, on PCs, in their journals, in backups of before and in
// a hub that was restored from one. What is counted stays as it was.
func TestAnErasedCitizenIsFoundNowhereAndTheFiguresAreAsTheyWere(t *testing.T) {
	r := newRig(t, func(r *rig) { r.opt = func(o *Options) { o.Limits = roomy } })
	r.put(community("Gåklubben", "Lindeby"))
	ctx := context.Background()
	desk, guide := r.pc(t, protocol.Desk, "Lindeby Bibliotek"), r.pc(t, protocol.Guide, "Projektet")
	away := r.pc(t, protocol.Guide, "Projektet") // comes home long after
	look := &search{t: t, r: r, pcs: []*pc{desk, guide, away}}
	ref := newReferral(t, "Lindeby Bibliotek")
	if err := desk.s.RecordReferral(*ref, referral.AccompanimentWanted); err != nil {
		t.Fatal(err)
	}
	keep := func(code referral.Code, name, phone string) string {
		t.Helper()
		c := card.Card{Info: card.Info{ID: uuid.NewString(), Code: code, DeleteBy: directory.DayOf(r.now()).AddDays(60),
			Consent: card.Consent{Text: "2026-1", Language: "da", How: "spoken", TellCompanion: true}}, FirstName: name, Phone: phone}
		if err := desk.s.KeepCard(c); err != nil {
			t.Fatal(err)
		}
		return c.ID
	}
	id := keep(ref.Code, plantedName, plantedPhone)
	for range 2 {
		for _, p := range look.pcs {
			p.sync()
		}
		look.backups = append(look.backups, r.backup())
	}
	for _, p := range look.pcs {
		c, err := p.s.OpenCard(id, "call")
		if err != nil || c.FirstName != plantedName || c.Phone != plantedPhone {
			t.Fatalf("%+v %v", c, err)
		}
	}
	guide.sync()
	before, where := look.hits()
	if before < 7 { // log, store, two backups, three PCs
		t.Fatalf("found %d times: the search is not good enough: %s", before, where)
	}
	t.Logf("before: found in %d places", before)
	counted, err := r.hub.count(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}

	if err := guide.s.EraseCard(id); err != nil {
		t.Fatal(err)
	}
	if _, err := guide.s.OpenCard(id, "call"); err == nil {
		t.Error("the card is there at who erased it")
	}
	guide.sync()
	desk.sync()
	ds, err := r.hub.Devices(ctx)
	if err != nil {
		t.Fatal(err)
	}
	unmet := 0
	for _, d := range ds {
		unmet += d.Unmet
	}
	if unmet == 0 {
		t.Error("the machine that is away is not listed as having it still")
	}
	away.sync()
	look.backups = append(look.backups, r.backup())
	if n, where := look.hits(); n != 0 {
		t.Errorf("after: %d times: %s", n, where)
	}
	after, err := r.hub.count(ctx, nil)
	if err != nil || !maps.EqualFunc(counted, after, maps.Equal) {
		t.Errorf("the figures changed: %v to %v, %v", counted, after, err)
	}

	// A hub restored from a backup of before has neither the key nor, by the list, the
	// card; another card gets its key back from who has it.
	other := newReferral(t, "Lindeby Bibliotek")
	if err := desk.s.RecordReferral(*other); err != nil {
		t.Fatal(err)
	}
	stays := keep(other.Code, "Anna", "00 00 00 00")
	desk.sync()
	fresh := r.backup()
	for i, b := range [][]byte{look.backups[0], fresh} {
		if err := r.restore(b); err != nil {
			t.Fatal(err)
		}
		if n, where := look.hits(); n != 0 {
			t.Errorf("restored %d: %d times: %s", i, n, where)
		}
		for range 2 { // each gives back what it has; then all have it
			for _, p := range look.pcs {
				p.moved(r)
				p.sync()
			}
		}
		if n, where := look.hits(); n != 0 {
			t.Errorf("restored %d, and all were here: %d times: %s", i, n, where)
		}
		if k, err := r.hub.cardKeys.get(stays); err != nil || k == nil {
			t.Errorf("restored %d: the key of another card did not come back: %v", i, err)
		}
		for _, p := range look.pcs {
			if c, err := p.s.OpenCard(stays, "call"); err != nil || c.FirstName != "Anna" {
				t.Errorf("restored %d: another card: %v %v", i, c, err)
			}
			if _, err := p.s.OpenCard(id, "call"); err == nil {
				t.Error("it came back to life")
			}
		}
		rs, evs, err := guide.s.Referral(ref.Code)
		if err != nil || rs.ID != ref.ID || len(evs) != 2 {
			t.Error("the referral and its life:", rs, evs, err)
		}
	}
}
