package localdb

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// ErrKeyAway says that the key of a card is not here: it has yet to come from the
// hub.
var ErrKeyAway = errors.New("localdb: the key of the contact card is not here yet")

// Purposes lists why somebody reads a contact card.
var Purposes = []string{"call", "accompany", "host", "erase_request"}

// Look is that somebody read a contact card. The hub keeps it in its audit log.
type Look struct {
	Card    string        `json:"card"` // id
	Code    referral.Code `json:"code"`
	Purpose string        `json:"purpose"` // of Purposes
	At      time.Time     `json:"at"`
}

// Check gives *directory.RefusedError for a look that says something else.
func (l *Look) Check() error {
	switch {
	case !isUUID(l.Card):
		return &directory.RefusedError{Field: "card", Reason: "not_a_uuid", Value: l.Card}
	case !l.Code.Valid():
		return &directory.RefusedError{Field: "code", Reason: "not_a_code", Value: string(l.Code)}
	case !slices.Contains(Purposes, l.Purpose):
		return &directory.RefusedError{Field: "purpose", Reason: "unknown_value", Value: l.Purpose}
	}
	return nil
}

// KeepCard records a contact card: its key in a file of its own first, then the
// card, sealed, as an act like any other. An id is given to a card that has none,
// and where it says nothing the time of the consent is now and it is kept
// card.DefaultDays. Errors: *directory.RefusedError, *CPRError, and ErrDuplicate
// where this code has a card.
func (s *Store) KeepCard(c card.Card) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	if err := s.completeCard(&c); err != nil {
		return err
	}
	key := make([]byte, card.KeySize)
	if _, err := io.ReadFull(s.o.Rand, key); err != nil {
		return fmt.Errorf("localdb: randomness: %w", err)
	}
	defer clear(key)
	closed, err := card.Seal(c, key, s.o.Rand)
	if err != nil {
		return err
	}
	op, err := s.newOp(opCard, s.now(), closed)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.read(func(txn *badger.Txn) error { return s.mayKeep(txn, &c.Info) }); err != nil {
		return s.met(err)
	}
	err = s.cards.try(c.ID, cardKey{key: key, by: c.DeleteBy})
	s.o.at("card key written")
	if err == nil {
		err = s.actLocked(nil, op)
	}
	if err != nil {
		return named(errors.Join(err, s.cards.destroy(c.ID)))
	}
	if err := s.cards.settle(c.ID); err != nil { // the next start does it
		s.o.Log.Warn("the key of a contact card keeps its first name for now", "err", err)
	}
	s.feed.send(Change{"card", string(c.Code)})
	return nil
}

// completeCard gives a card its one form and holds it to the rules.
func (s *Store) completeCard(c *card.Card) (err error) {
	if c.ID == "" {
		if c.ID, err = s.newID(); err != nil {
			return err
		}
	}
	today := directory.DayOf(s.o.Now())
	c.FirstName, c.Phone = clean.Line(c.FirstName, 0), clean.Line(c.Phone, 0)
	c.Consent.Text, c.Consent.Language = clean.Line(c.Consent.Text, 0), clean.Line(c.Consent.Language, 0)
	if c.Consent.At.IsZero() {
		c.Consent.At = s.now()
	}
	c.DeleteBy = cmp.Or(c.DeleteBy, today.AddDays(card.DefaultDays))
	if err := c.Validate(today); err != nil {
		return err
	}
	if c.DeleteBy < today {
		return &directory.RefusedError{Field: "delete_by", Reason: "too_early", Value: string(c.DeleteBy)}
	}
	for _, text := range []string{c.FirstName, c.Consent.Text, c.Consent.Language, string(c.Unknown)} {
		if err := guardText(text, today); err != nil {
			return err
		}
	}
	// A telephone number that may be a CPR number is a telephone number; one that is
	// sure to be is none, also without its dash: this is a citizen's.
	if f := privacy.CheckCPR(c.Phone, today); f.Verdict == privacy.Stop {
		return &CPRError{Start: f.Start, End: f.End}
	}
	return nil
}

// mayKeep refuses a second card.
func (s *Store) mayKeep(txn *badger.Txn, i *card.Info) error {
	there, err := s.cardOf(txn, i.Code)
	if err == nil && there == nil {
		there, err = cardByID(txn, i.ID)
	}
	return errors.Join(err, errWhen(there != nil, fmt.Errorf("%w: contact card of %s", ErrDuplicate, i.Code)))
}

// CardOf gives what may be known of the contact card of a code without opening it;
// nil, nil where there is none, or its last day is over.
func (s *Store) CardOf(code referral.Code) (*card.Info, error) {
	if err := s.leased(); err != nil {
		return nil, err
	}
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	var out *card.Info
	err := s.healed(func(txn *badger.Txn) error {
		out = nil
		c, err := s.cardOf(txn, code)
		if c != nil {
			out = &c.Info
		}
		return err
	})
	return out, err
}

// Cards gives what may be known of every contact card here, by the day on which it
// goes.
func (s *Store) Cards() ([]card.Info, error) {
	if err := s.leased(); err != nil {
		return nil, err
	}
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	var out []card.Info
	err := s.healed(func(txn *badger.Txn) error {
		out = nil
		today, _, err := s.cardDay(txn)
		if err != nil {
			return err
		}
		return eachCard(txn, func(c *card.Sealed, _ bool) error {
			if c.DeleteBy >= today {
				out = append(out, c.Info)
			}
			return nil
		})
	})
	slices.SortStableFunc(out, func(a, b card.Info) int { return cmp.Compare(a.DeleteBy, b.DeleteBy) })
	return out, err
}

// OpenCard reads a contact card for a purpose (Purposes). That it was read is on the
// disk before it is given. Errors: ErrNotFound, also behind its last day;
// card.ErrKeyGone; ErrKeyAway.
func (s *Store) OpenCard(id, purpose string) (*card.Card, error) {
	if err := s.leased(); err != nil {
		return nil, err
	}
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	closed, key, err := s.cardAndKey(id)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	l := Look{Card: closed.ID, Code: closed.Code, Purpose: purpose, At: s.now()}
	if err := l.Check(); err != nil {
		return nil, err
	}
	op, err := s.newOp(opLook, l.At, l)
	if err != nil {
		return nil, err
	}
	if err := s.act(nil, op); err != nil {
		return nil, err
	}
	c, err := closed.Open(key)
	if err != nil {
		return nil, err
	}
	return &c, nil
}

// cardAndKey finds a card that may be read, with its key.
func (s *Store) cardAndKey(id string) (closed *card.Sealed, key []byte, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	enrolled := false
	err = s.read(func(txn *badger.Txn) error {
		m, err := metaOf(txn)
		if err != nil {
			return err
		}
		enrolled = m.Enrolled
		today, _, err := s.cardDay(txn)
		if err != nil {
			return err
		}
		closed, err = cardByID(txn, id)
		if err == nil && (closed == nil || closed.DeleteBy < today) {
			err = fmt.Errorf("%w: contact card %q", ErrNotFound, id)
		}
		return err
	})
	if err != nil {
		return nil, nil, s.met(err)
	}
	k, err := s.cards.get(id)
	if errors.Is(err, errNoCardKey) {
		s.cards.known = nil // it may have been taken away: asked for anew
	}
	switch {
	case errors.Is(err, errNoCardKey) && enrolled && !s.dropped[id]:
		return nil, nil, fmt.Errorf("%w: %s", ErrKeyAway, id)
	case errors.Is(err, errNoCardKey):
		return nil, nil, card.ErrKeyGone
	}
	return closed, k.key, err
}

// eachCard calls fn with every sealed card that was not erased here, also behind its
// last day. own says that the log does not have it.
func eachCard(txn *badger.Txn, fn func(c *card.Sealed, own bool) error) error {
	m, err := metaOf(txn)
	if err != nil {
		return err
	}
	erased, err := erasedOf(txn, record.Card)
	if err != nil {
		return err
	}
	give := func(body []byte, own bool) error {
		c := new(card.Sealed)
		if err := json.Unmarshal(body, c, trusted); err != nil {
			return fmt.Errorf("%w: contact card: %w", ErrDamaged, err)
		}
		if erased[c.ID] {
			return nil
		}
		return fn(c, own)
	}
	err = eachConfirmed(txn, m.Gen, record.Card, func(r recordEnvelope) error { return give(r.Body, false) })
	if err != nil {
		return err
	}
	return eachRecord(txn, []byte(spaceCard), func(_ []byte, _ int, body []byte) error { return give(body, true) })
}

// cardByID gives a sealed card that was not erased here, or nil.
func cardByID(txn *badger.Txn, id string) (*card.Sealed, error) {
	if known(txn, indexErased, string(record.Card)+"/"+id) {
		return nil, nil
	}
	m, err := metaOf(txn)
	if err != nil {
		return nil, err
	}
	r, err := confirmedIn(txn, m.Gen, record.Card, id)
	if err == nil && !r.Deleted {
		c := new(card.Sealed)
		return c, json.Unmarshal(r.Body, c, trusted)
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	return ownCard(txn, indexKey(indexCardID, id))
}

// ownCard gives the card that an index names, where it is shown as one that the log
// does not have.
func ownCard(txn *badger.Txn, index []byte) (*card.Sealed, error) {
	_, seq, err := getValue(txn, index)
	if err == nil {
		var body []byte
		if _, body, err = getValue(txn, seqKey(spaceCard, binary.BigEndian.Uint64(seq))); err == nil {
			c := new(card.Sealed)
			return c, json.Unmarshal(body, c, trusted)
		}
	}
	if errors.Is(err, badger.ErrKeyNotFound) {
		err = nil
	}
	return nil, err
}

// cardOf gives the sealed card of a code that may be seen, or nil.
func (s *Store) cardOf(txn *badger.Txn, code referral.Code) (*card.Sealed, error) {
	today, _, err := s.cardDay(txn)
	if err != nil {
		return nil, err
	}
	ids, err := keysUnder(txn, codeKey(string(code), record.Card, ""))
	if err != nil {
		return nil, err
	}
	own, err := ownCard(txn, indexKey(indexCardCode, string(code)))
	if own != nil {
		ids = append(ids, own.ID)
	}
	for _, id := range ids {
		c, err := cardByID(txn, id)
		if err != nil || c != nil && c.DeleteBy >= today {
			return c, err
		}
	}
	return nil, err
}
