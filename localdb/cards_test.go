package localdb

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

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
		"cpr in a row": func(c *card.Card) { c.Phone = "0707614285" },
		"cpr in parts": func(c *card.Card) { c.Phone = "070761 4285" },
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

// What was kept before there was a hub goes to it, card and key; what another hub gave
// does not.
func TestACardGoesAlongToAHub(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	own := kept(t, s)
	for round := range 2 {
		if err := s.Enrol(enrolment1()); err != nil {
			t.Fatal(err)
		}
		if c, err := s.OpenCard(own.ID, "call"); err != nil || c.FirstName != cardName {
			t.Fatalf("round %d: %v", round, err)
		}
		if ops := outbox(t, s); ops[0].Kind != opCard {
			t.Errorf("%v", kindsIn(ops))
		}
		if ks, err := s.CardKeysToSend(); err != nil || len(ks) != 1 {
			t.Errorf("%v %v", ks, err)
		}
		l := newLog()
		c := newCard(t)
		c.ID, c.DeleteBy, c.Consent.At = uuid.NewString(), own.DeleteBy, time.Now()
		key := bytes.Repeat([]byte{7}, card.KeySize)
		closed, err := card.Seal(c, key, bytes.NewReader(make([]byte, 100)))
		if err != nil {
			t.Fatal(err)
		}
		l.put(record.Card, c.ID, closed, "o-a")
		l.bring(t, s, "case/o-a")
		if err := s.TakeCardKeys([]CardKey{{c.ID, key}}); err != nil {
			t.Fatal(err)
		}
		if got := keysOn(t, s); len(got) != 2 {
			t.Errorf("round %d: %v", round, got)
		}
	}
}
