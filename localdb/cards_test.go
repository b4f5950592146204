package localdb

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/journal/journaltest"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func init() { children["card"] = childCard }

// A name that nobody has, and a phone in nobody's use.
const (
	cardName  = "Sortesolsang"
	cardPhone = "00 00 73 19"
)

func newCard(t testing.TB) card.Card {
	return card.Card{
		Info:      card.Info{Code: newReferral(t).Code, Consent: card.Consent{Text: "1", Language: "da", How: "spoken"}},
		FirstName: cardName, Phone: cardPhone,
	}
}

// kept keeps a card and gives what is known of it.
func kept(t testing.TB, s *Store) *card.Info {
	t.Helper()
	c := newCard(t)
	if err := s.KeepCard(c); err != nil {
		t.Fatal(err)
	}
	i, err := s.CardOf(c.Code)
	if err != nil || i == nil {
		t.Fatal(i, err)
	}
	return i
}

func keysOn(t testing.TB, s *Store) []string {
	t.Helper()
	names, err := journal.OS{}.List(filepath.Join(s.o.Dir, cardsName))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestACardIsReadAndThatItWasIsKnown(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	i := kept(t, s)
	today := directory.DayOf(time.Now())
	if i.ID == "" || i.DeleteBy != today.AddDays(card.DefaultDays) || i.Consent.At.IsZero() {
		t.Errorf("%+v", i)
	}
	for range 2 {
		before := len(outbox(t, s))
		c, err := s.OpenCard(i.ID, "call")
		if err != nil || c.FirstName != cardName || c.Phone != cardPhone || c.Code != i.Code {
			t.Fatalf("%+v %v", c, err)
		}
		var l Look
		ops := outbox(t, s)
		last := ops[len(ops)-1]
		if err := json.Unmarshal(last.Body, &l); err != nil || len(ops) != before+1 || last.Kind != opLook || l.Card != i.ID || l.Code != i.Code || l.Purpose != "call" {
			t.Errorf("%+v %+v %v", last, l, err)
		}
		if _, err := s.OpenCard(i.ID, "curiosity"); directory.Problems(err) == nil || len(outbox(t, s)) != before+1 {
			t.Errorf("for no purpose: %v", err)
		}
		if all, err := s.Cards(); err != nil || len(all) != 1 || all[0].ID != i.ID {
			t.Errorf("%+v %v", all, err)
		}
		if st, err := s.Status(); err != nil || st.Cards != 1 {
			t.Errorf("%+v %v", st, err)
		}
		verified(t, s)
		s = withoutView(t, s) // TestACardSurvivesARebuild looks closer
	}
	again := newCard(t)
	again.Code = i.Code
	if err := s.KeepCard(again); !errors.Is(err, ErrDuplicate) {
		t.Errorf("a second card of a code: %v", err)
	}
	if n := keysOn(t, s); len(n) != 1 {
		t.Errorf("keys of cards that were refused: %v", n)
	}
}

func TestACardThatMayNotBeKeptIsNotKept(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	for name, spoil := range map[string]func(*card.Card){
		"no name":      func(c *card.Card) { c.FirstName = "  " },
		"no consent":   func(c *card.Card) { c.Consent.How = "" },
		"no code":      func(c *card.Card) { c.Code = "AAAA-AAAA" },
		"too long":     func(c *card.Card) { c.DeleteBy = directory.DayOf(time.Now()).AddDays(400) },
		"over":         func(c *card.Card) { c.DeleteBy = directory.DayOf(time.Now()).AddDays(-1) },
		"cpr as name":  func(c *card.Card) { c.FirstName = "070761-4285" },
		"cpr as phone": func(c *card.Card) { c.Phone = "070761-4285" },
	} {
		c := newCard(t)
		spoil(&c)
		var cpr *CPRError
		if err := s.KeepCard(c); directory.Problems(err) == nil && !errors.As(err, &cpr) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if all, err := s.Cards(); err != nil || len(all) != 0 || len(keysOn(t, s)) != 0 || len(outbox(t, s)) != 0 {
		t.Errorf("%v %v", all, err)
	}
}

func TestACardIsGoneWithItsKey(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	i := kept(t, s)
	other := kept(t, s)
	k, err := s.cards.get(i.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.EraseCard(i.ID); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if got, err := s.CardOf(i.Code); got != nil || err != nil {
			t.Errorf("%+v %v", got, err)
		}
		if c, err := s.OpenCard(i.ID, "call"); !errors.Is(err, ErrNotFound) {
			t.Errorf("%+v %v", c, err)
		}
		if _, err := s.cards.get(i.ID); !errors.Is(err, errNoCardKey) {
			t.Error("its key is here", err)
		}
		if want, err := s.CardKeysWanted(); err != nil || len(want) != 0 {
			t.Errorf("its key is asked for: %v %v", want, err)
		}
		if err := s.TakeCardKeys([]CardKey{{i.ID, k.key}}); err != nil || len(keysOn(t, s)) != 1 {
			t.Errorf("its key is taken: %v %v", keysOn(t, s), err)
		}
		if err := s.EraseCard(i.ID); err != nil { // erased is erased
			t.Error(err)
		}
		if c, err := s.OpenCard(other.ID, "host"); err != nil || c.FirstName != cardName {
			t.Errorf("another card went too: %v", err)
		}
		verified(t, s)
		s = withoutView(t, s)
	}
	if kinds := kindsIn(outbox(t, s)); slices.Contains(kinds[:1], opCard) && len(kinds) > 6 || strings.Count(fmt.Sprint(kinds), opErase) != 1 {
		t.Errorf("%v", kinds) // what the hub never saw it need not see, but it is told
	}
	again := newCard(t)
	again.Code = i.Code
	if err := s.KeepCard(again); err != nil {
		t.Errorf("they said yes again: %v", err)
	}
	if err := s.EraseCard("0190a000-0000-7000-8000-0000000000c1"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}

func TestACardSurvivesARebuild(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	own := kept(t, s)
	// one that another machine made, with its key from the hub
	theirs := newCard(t)
	theirs.ID, theirs.DeleteBy, theirs.Consent.At = "0190a000-0000-7000-8000-0000000000c1", own.DeleteBy, time.Now()
	key := bytes.Repeat([]byte{7}, card.KeySize)
	closed, err := card.Seal(theirs, key, bytes.NewReader(make([]byte, 100)))
	if err != nil {
		t.Fatal(err)
	}
	rec := l.put(record.Card, theirs.ID, closed, "o-a")
	l.bring(t, s, "dir", "case/o-a")
	if _, err := s.OpenCard(theirs.ID, "call"); !errors.Is(err, ErrKeyAway) {
		t.Errorf("without its key: %v", err)
	}
	if want, err := s.CardKeysWanted(); err != nil || !slices.Equal(want, []string{theirs.ID}) {
		t.Errorf("%v %v", want, err)
	}
	if err := s.TakeCardKeys([]CardKey{{theirs.ID, bytes.Repeat([]byte{8}, card.KeySize)}}); err != nil || len(keysOn(t, s)) != 1 {
		t.Errorf("a wrong key was taken: %v", err)
	}
	if err := s.TakeCardKeys([]CardKey{{theirs.ID, key}}); err != nil {
		t.Fatal(err)
	}
	readable := func() {
		t.Helper()
		for _, id := range []string{own.ID, theirs.ID} {
			if c, err := s.OpenCard(id, "accompany"); err != nil || c.FirstName != cardName {
				t.Fatalf("%s: %v", id, err)
			}
		}
		l.sameAsHub(t, s, "case/o-a")
		verified(t, s)
	}
	readable()
	if keys, err := s.CardKeysToSend(); err != nil || len(keys) != 1 || keys[0].ID != own.ID || len(keys[0].Key) != card.KeySize {
		t.Errorf("%v %v", keys, err)
	}
	if err := s.CardKeySent([]string{own.ID}); err != nil {
		t.Fatal(err)
	}
	if keys, err := s.CardKeysToSend(); err != nil || len(keys) != 0 {
		t.Errorf("sent, and sent again: %v %v", keys, err)
	}
	s = withoutView(t, s)
	readable()
	if err := s.CardKeysLacking([]string{own.ID, theirs.ID}); err != nil { // a restored hub has none
		t.Fatal(err)
	}
	if keys, err := s.CardKeysToSend(); err != nil || len(keys) != 2 {
		t.Errorf("%v %v", keys, err)
	}
	// the log takes the one made here, and the other is erased somewhere else
	op := outbox(t, s)[0]
	seq := l.put(record.Card, own.ID, op.Body, "o-a").Seq
	if err := s.Settle([]Fate{{Counter: op.Counter, State: FateAccepted, Seq: seq, Epoch: 7}}); err != nil {
		t.Fatal(err)
	}
	l.play(t, s, "dir", "case/o-a")
	readable()
	l.remove(rec)
	l.play(t, s, "dir", "case/o-a")
	for range 2 {
		if got := keysOn(t, s); len(got) != 1 || got[0] != own.ID+keySuffix {
			t.Errorf("%v", got)
		}
		if i, err := s.CardOf(theirs.Code); i != nil || err != nil {
			t.Errorf("%+v %v", i, err)
		}
		s = withoutView(t, s)
		l.play(t, s, "dir", "case/o-a")
	}
	// erased here: hidden at once, and the confirmed stays as the hub has it
	if err := s.EraseCard(own.ID); err != nil {
		t.Fatal(err)
	}
	if all, err := s.Cards(); err != nil || len(all) != 0 || len(keysOn(t, s)) != 0 {
		t.Errorf("%v %v", all, err)
	}
	l.sameAsHub(t, s, "case/o-a")
	l.remove(record.Record{Kind: record.Card, ID: own.ID})
	l.bring(t, s, "dir", "case/o-a")
	l.sameAsHub(t, s, "case/o-a")
	verified(t, s)
}

// A card that the hub refuses stays until a person has decided, and its key with it.
func TestARefusedCardKeepsItsKeyUntilAPersonDecides(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	i := kept(t, s)
	for round := range 3 {
		counter := outbox(t, s)[0].Counter
		if err := s.Settle([]Fate{{Counter: counter, State: FateRefused, Code: "role"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.OpenCard(i.ID, "call"); err != nil {
			t.Errorf("round %d: %v", round, err)
		}
		if round == 2 {
			if err := s.Discard(counter); err != nil {
				t.Fatal(err)
			}
			break
		}
		if err := s.Settle([]Fate{{Counter: outbox(t, s)[0].Counter, State: FateAccepted, Seq: 1, Epoch: 7}}); err != nil { // the look
			t.Fatal(err)
		}
		if err := s.Retry(counter); err != nil {
			t.Fatal(err)
		}
		s = withoutView(t, s)
	}
	if got, err := s.CardOf(i.Code); got != nil || err != nil || len(keysOn(t, s)) != 0 {
		t.Errorf("%+v %v %v", got, keysOn(t, s), err)
	}
	verified(t, s)
}

// What leaves this machine's feeds takes its key along, whichever way it is told.
func TestACardThatLeavesTakesItsKeyAlong(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	for n, how := range []string{"leave", "repair"} {
		c := newCard(t)
		c.ID, c.DeleteBy, c.Consent.At = fmt.Sprintf("0190a000-0000-7000-8000-0000000000d%d", n), directory.DayOf(time.Now()).AddDays(9), time.Now()
		key := bytes.Repeat([]byte{7}, card.KeySize)
		closed, err := card.Seal(c, key, bytes.NewReader(make([]byte, 100)))
		if err != nil {
			t.Fatal(err)
		}
		l.put(record.Card, c.ID, closed, "o-a")
		l.bring(t, s, "dir", "case/o-a")
		if err := s.TakeCardKeys([]CardKey{{c.ID, key}}); err != nil || len(keysOn(t, s)) != 1 {
			t.Fatal(keysOn(t, s), err)
		}
		l.put(record.Card, c.ID, closed, "o-b")
		if how == "leave" {
			l.play(t, s, "dir", "case/o-a")
		} else {
			l.bring(t, s, "dir", "case/o-a")
		}
		if got := keysOn(t, s); len(got) != 0 {
			t.Errorf("%s: %v", how, got)
		}
	}
}

// everything gives every form in which this machine holds anything, decrypted with
// the store key, by name; key files are not among them.
func everything(t *testing.T, s *Store) map[string][]byte {
	t.Helper()
	s.importing.Lock() // a first snapshot is written beside
	s.importing.Unlock()
	out := map[string][]byte{}
	err := s.read(func(txn *badger.Txn) error {
		return each(txn, nil, func(key, val []byte) error {
			out["view "+string(key)] = slices.Clone(val)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.journal.Read(0, func(ops []journal.Op) error {
		for _, op := range ops {
			out[fmt.Sprint("journal ", op.Counter, " ", op.Kind)] = op.Body
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	gens, err := snapshots(s.o.fs, s.o.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range gens {
		_, _, err := readSnapshot(filepath.Join(s.o.Dir, snapshotName(g)), s.key.Bytes, func(kind byte, id string, _ int, rec []byte) error {
			out[fmt.Sprint("snapshot ", g, kind, id)] = slices.Clone(rec)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var dump bytes.Buffer
	if err := s.Dump(&dump); err != nil {
		t.Fatal(err)
	}
	out["dump"] = dump.Bytes()
	for name, b := range folder(t, s.o.Dir) {
		out["file "+name] = []byte(b)
	}
	return out
}

// holding names the forms that hold a secret, as it is or written as text.
func holding(all map[string][]byte, secrets ...[]byte) (where []string) {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, s := range secrets {
			for _, form := range [][]byte{s, []byte(hex.EncodeToString(s)), []byte(base64.StdEncoding.EncodeToString(s)), []byte(base64.RawURLEncoding.EncodeToString(s))} {
				if bytes.Contains(all[name], form) {
					where = append(where, name)
				}
			}
		}
	}
	return slices.Compact(where)
}

// opened tries every key on every sealed card that is anywhere, and gives the names
// that come out.
func opened(t *testing.T, all map[string][]byte, keys ...[]byte) (out []string) {
	t.Helper()
	for _, b := range all {
		for line := range bytes.Lines(b) {
			var find func(v any)
			find = func(v any) {
				switch v := v.(type) {
				case []any:
					for _, x := range v {
						find(x)
					}
				case map[string]any:
					if v["box"] != nil {
						raw, _ := json.Marshal(v)
						var c card.Sealed
						if json.Unmarshal(raw, &c) == nil {
							for _, k := range keys {
								if one, err := c.Open(k); err == nil {
									out = append(out, one.FirstName)
								}
							}
						}
					}
					for _, x := range v {
						find(x)
					}
				}
			}
			var v any
			if i := bytes.IndexByte(line, '{'); i >= 0 && json.Unmarshal(line[i:], &v) == nil {
				find(v)
			}
		}
	}
	return out
}

func TestNoKeyOfACardIsInJournalStoreSnapshotOrDump(t *testing.T) {
	for _, hub := range []bool{false, true} {
		s := openAt(t, made(t.TempDir()))
		l := newLog()
		if hub {
			if err := s.Enrol(enrolment1()); err != nil {
				t.Fatal(err)
			}
		} else {
			importN(t, s, 3)
		}
		i := kept(t, s)
		k, err := s.cards.get(i.ID)
		if err != nil {
			t.Fatal(err)
		}
		if hub { // the log has it, and the snapshot
			op := outbox(t, s)[0]
			seq := l.put(record.Card, i.ID, op.Body, "o-a").Seq
			if err := s.Settle([]Fate{{Counter: op.Counter, State: FateAccepted, Seq: seq, Epoch: 7}}); err != nil {
				t.Fatal(err)
			}
			l.bring(t, s, "dir", "case/o-a")
		}
		c, err := s.OpenCard(i.ID, "call")
		if err != nil {
			t.Fatal(err)
		}
		name, phone := []byte(c.FirstName), []byte(c.Phone)
		all := everything(t, s)
		if where := holding(all, k.key); len(where) > 0 {
			t.Errorf("hub %v: the key is in %v", hub, where)
		}
		if where := holding(all, name, phone); !slices.Equal(where, []string{"dump"}) {
			t.Errorf("hub %v: name or phone in %v", hub, where)
		}
		if n := len(opened(t, all, k.key)); n == 0 {
			t.Errorf("hub %v: the search finds no sealed card that the key opens", hub)
		}
		if err := s.EraseCard(i.ID); err != nil {
			t.Fatal(err)
		}
		if hub {
			l.remove(record.Record{Kind: record.Card, ID: i.ID})
			l.play(t, s, "dir", "case/o-a")
		}
		for range 2 {
			all = everything(t, s)
			if where := holding(all, k.key, name, phone); len(where) > 0 {
				t.Errorf("hub %v: after it was erased in %v", hub, where)
			}
			var left [][]byte // every key that is anywhere
			for _, name := range keysOn(t, s) {
				if one, err := s.cards.get(strings.TrimSuffix(name, keySuffix)); err == nil {
					left = append(left, one.key)
				}
			}
			if got := opened(t, all, left...); len(left) != 0 || len(got) != 0 {
				t.Errorf("hub %v: %d keys left open %v", hub, len(left), got)
			}
			s = withoutView(t, s)
		}
		s = openAgain(t, s)
	}
}

func openAgain(t *testing.T, s *Store) *Store {
	t.Helper()
	dir := s.o.Dir
	closeStore(t, s)
	return openAt(t, Options{Dir: dir})
}

// The last day runs by itself: at the start, when asked, and where neither ran.
func TestACardIsNeverGivenBehindItsDay(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, directory.Copenhagen)
	clock := func() time.Time { return now }
	o := made(dir)
	o.Now = clock
	s := openAt(t, o)
	c := newCard(t)
	c.DeleteBy = "2026-11-25"
	if err := s.KeepCard(c); err != nil {
		t.Fatal(err)
	}
	later := newCard(t)
	later.DeleteBy = "2026-12-20"
	if err := s.KeepCard(later); err != nil {
		t.Fatal(err)
	}
	i, err := s.CardOf(c.Code)
	if err != nil {
		t.Fatal(err)
	}
	now = now.AddDate(0, 0, 2) // its last day
	if n, err := s.ExpireCards(); n != 0 || err != nil {
		t.Error(n, err)
	}
	if _, err := s.OpenCard(i.ID, "call"); err != nil {
		t.Error(err)
	}
	now = now.AddDate(0, 0, 1)
	over := func() {
		t.Helper()
		if got, err := s.CardOf(c.Code); got != nil || err != nil {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := s.OpenCard(i.ID, "call"); !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
		if all, err := s.Cards(); len(all) != 1 || all[0].Code != later.Code || err != nil {
			t.Errorf("%+v %v", all, err)
		}
		if ks, err := s.CardKeysToSend(); len(ks) != 1 || err != nil {
			t.Errorf("%v %v", ks, err)
		}
		var dump bytes.Buffer
		if err := s.Dump(&dump); err != nil || strings.Count(dump.String(), `"kind":"card_opened"`) != 1 {
			t.Errorf("%v", err)
		}
	}
	over() // nothing has run
	if n, err := s.ExpireCards(); n != 1 || err != nil {
		t.Error(n, err)
	}
	over()
	if got := keysOn(t, s); len(got) != 1 {
		t.Errorf("%v", got)
	}
	now = now.AddDate(0, 0, -3) // the clock is set back
	over()
	s = openAgainAt(t, s, clock)
	over()
	now = now.AddDate(0, 2, 0) // the program did not run for two months
	s = openAgainAt(t, s, clock)
	if got := keysOn(t, s); len(got) != 0 {
		t.Errorf("the start left %v", got)
	}
	if all, err := s.Cards(); len(all) != 0 || err != nil {
		t.Errorf("%v %v", all, err)
	}
	verified(t, s)
}

func openAgainAt(t *testing.T, s *Store, now func() time.Time) *Store {
	t.Helper()
	dir := s.o.Dir
	closeStore(t, s)
	return openAt(t, Options{Dir: dir, Now: now})
}

// A clock that jumps ten years ahead hides cards and destroys none, until it has
// gone on from there.
func TestAClockThatJumpsDestroysNoCard(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, directory.Copenhagen)
	clock := func() time.Time { return now }
	o := made(t.TempDir())
	o.Now = clock
	s := openAt(t, o)
	i := kept(t, s)
	if _, err := s.ExpireCards(); err != nil {
		t.Fatal(err)
	}
	right := now
	for _, wrong := range []int{10, -10} {
		now = right.AddDate(wrong, 0, 0)
		s = openAgainAt(t, s, clock)
		if got, err := s.CardOf(i.Code); (got != nil) != (wrong < 0) || err != nil {
			t.Errorf("%+v %v", got, err)
		}
		if n, err := s.ExpireCards(); n != 0 || err != nil || len(keysOn(t, s)) != 1 {
			t.Errorf("%d years: %d %v", wrong, n, err)
		}
		now = right
		if c, err := s.OpenCard(i.ID, "call"); err != nil || c.FirstName != cardName {
			t.Errorf("%d years and back: %v", wrong, err)
		}
	}
	now = right.AddDate(10, 0, 0)
	for range 10 {
		if _, err := s.ExpireCards(); err != nil {
			t.Fatal(err)
		}
		now = now.AddDate(0, 0, 1)
	}
	if got := keysOn(t, s); len(got) != 0 {
		t.Errorf("the clock was right, and %v is left", got)
	}
}

func TestAWipeDestroysTheKeysOfCards(t *testing.T) {
	dir := t.TempDir()
	s := enrolled(t, made(dir))
	kept(t, s)
	if _, err := s.Wipe(t.Context(), wipeKey()); err != nil {
		t.Fatal(err)
	}
	for name := range folder(t, dir) {
		if strings.Contains(name, "card") || strings.HasSuffix(name, keySuffix) {
			t.Errorf("%s is left", name)
		}
	}
}

// childCard keeps a card, opens it and erases it, and is killed on the way.
func childCard(args []string) {
	o := made(args[0])
	var n int
	fmt.Sscan(args[1], &n)
	o.at = killAt("", n)
	s, err := Open(context.Background(), o)
	must(err)
	c := newCard(nil)
	fmt.Println("code", c.Code)
	must(s.KeepCard(c))
	i, err := s.CardOf(c.Code)
	must(err)
	fmt.Println("kept", i.ID)
	must(s.EraseCard(i.ID))
	fmt.Println("erased", i.ID)
	must(s.Close())
}

// Wherever a kill comes: a card that was acknowledged is readable, one that was
// erased is not, and no key is left of one that is not here.
func TestAKillLeavesACardWholeOrGone(t *testing.T) {
	for n := 1; n < 60; n++ {
		dir := t.TempDir()
		out, killed := run(t, "card", dir, fmt.Sprint(n))
		s := openAt(t, made(dir))
		all, err := s.Cards()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out, "erased ") && len(all) > 0 {
			t.Errorf("%s\nit is back", out)
		}
		for _, i := range all {
			if c, err := s.OpenCard(i.ID, "call"); err != nil || c.FirstName != cardName {
				t.Errorf("%s\n%v", out, err)
			}
		}
		if got := keysOn(t, s); len(got) != len(all) || len(got) > 0 && !strings.HasSuffix(got[0], keySuffix) {
			t.Errorf("%s\n%d cards, keys %v", out, len(all), got)
		}
		verified(t, s)
		if !killed {
			t.Logf("killed at each of %d steps", n-1)
			return
		}
	}
	t.Error("it never got to its end")
}

// Every call of the disk fails in its turn while cards are kept and erased.
func TestACardIsNeverHalfThereWhenTheDiskRefuses(t *testing.T) {
	modes := [][2]bool{{false, true}} // sticky, short
	if *everyRefusal {
		modes = append(modes, [2]bool{false, false}, [2]bool{true, false}, [2]bool{true, true})
	}
	for _, mode := range modes {
		for n := 1; ; n++ {
			if !refuseCard(t, &journaltest.FS{Sticky: mode[0], Short: mode[1]}, n) {
				if n < 15 {
					t.Errorf("only %d calls", n)
				}
				break
			}
		}
	}
}

func refuseCard(t *testing.T, fs *journaltest.FS, n int) bool {
	t.Helper()
	dir := t.TempDir()
	s := openAt(t, made(dir))
	old := kept(t, s)
	closeStore(t, s)
	s = openAt(t, Options{Dir: dir, fs: fs})
	c := newCard(t)
	fs.Arm(n)
	keptErr := s.KeepCard(c)
	erasedErr := s.EraseCard(old.ID)
	failed := fs.Failed()
	fs.Arm(0)
	for _, err := range []error{keptErr, erasedErr} {
		if k := MessageKey(err); err != nil && (!errors.Is(err, journaltest.ErrRefused) || k != "store.not_saved" && k != "store.unexpected" && k != "store.disk_full") {
			t.Fatalf("call %d %v: %s %v", n, failed, k, err)
		}
	}
	for when := range 2 {
		i, err := s.CardOf(c.Code)
		if err != nil || (i != nil) != (keptErr == nil) {
			t.Fatalf("call %d %v, look %d: kept %v, there %v %v", n, failed, when, keptErr, i, err)
		}
		if i != nil {
			if one, err := s.OpenCard(i.ID, "call"); err != nil || one.FirstName != cardName {
				t.Fatalf("call %d %v, look %d: %v", n, failed, when, err)
			}
		}
		one, err := s.OpenCard(old.ID, "call")
		if erasedErr == nil && !errors.Is(err, ErrNotFound) {
			t.Fatalf("call %d %v, look %d: it was erased: %v %v", n, failed, when, one, err)
		}
		if erasedErr != nil && err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, card.ErrKeyGone) {
			t.Fatalf("call %d %v, look %d: %v", n, failed, when, err)
		}
		if when == 0 {
			closeStore(t, s)
			s = openAt(t, Options{Dir: dir})
		}
	}
	if err := s.EraseCard(old.ID); err != nil {
		t.Fatalf("call %d %v: tried again: %v", n, failed, err)
	}
	want := 0
	if keptErr == nil {
		want = 1
	}
	if got := keysOn(t, s); len(got) != want {
		t.Fatalf("call %d %v: keys %v", n, failed, got)
	}
	verified(t, s)
	closeStore(t, s)
	return len(failed) > 0
}

// The places that hold what a person is doing have no member for a citizen.
func TestNeitherDraftNorSettingHoldsACard(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	c := newCard(t)
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetSetting("desk", string(b)); directory.Problems(err) == nil {
		t.Errorf("a setting holds a card: %v", err)
	}
	for _, d := range []Draft{{Layout: cardName + " " + cardPhone}, {Language: cardPhone}, {Wishes: []string{cardName}}} {
		if err := s.SaveDraft(d); err == nil {
			got, err := s.LoadDraft()
			if err != nil {
				t.Fatal(err)
			}
			if text := fmt.Sprintf("%+v", got); strings.Contains(text, cardName) || strings.Contains(text, cardPhone) {
				t.Errorf("a draft holds %s", text)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(s.o.Dir, draftName)); err == nil {
		if err := s.DropDraft(); err != nil {
			t.Error(err)
		}
	}
	var code referral.Code = c.Code
	if i, err := s.CardOf(code); i != nil || err != nil {
		t.Error(i, err)
	}
}
