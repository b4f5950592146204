package localdb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// read runs fn on one consistent state of the view. Where that meets damage,
// the view is replaced by one made from snapshot and journal, and fn runs once
// more; the caller learns nothing of it. Callers may hold s.mu only through act.
func (s *Store) read(fn func(*badger.Txn) error) error {
	return s.view.Load().db.View(fn)
}

// healed is read for callers that hold no lock.
func (s *Store) healed(fn func(*badger.Txn) error) error {
	v := s.view.Load()
	err := v.db.View(fn)
	if !errors.Is(err, ErrDamaged) || v.memory {
		return err
	}
	s.mu.Lock()
	if s.view.Load() == v {
		s.fallBack(err)
	}
	s.mu.Unlock()
	return s.view.Load().db.View(fn)
}

// Community gives one community, or ErrNotFound.
func (s *Store) Community(id string) (*directory.Community, error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	var c *directory.Community
	err := s.healed(func(txn *badger.Txn) error {
		m, err := metaOf(txn)
		if err != nil {
			return err
		}
		version, record, err := getValue(txn, directoryKey(m.Gen, dirCommunity, id))
		if errors.Is(err, badger.ErrKeyNotFound) {
			return fmt.Errorf("%w: community %q", ErrNotFound, id)
		}
		if err != nil {
			return err
		}
		c, err = decodeCommunity(version, record)
		return err
	})
	return c, err
}

// metaOf is the meta of the state that txn sees; a view without any is empty.
func metaOf(txn *badger.Txn) (meta, error) {
	m, err := readMeta(txn)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return meta{Schema: schema}, nil
	}
	return m, err
}

// Organisers gives all organisers in id order.
func (s *Store) Organisers() ([]directory.Organiser, error) {
	return allOf[directory.Organiser](s, dirOrganiser)
}

// Ambassadors gives all ambassadors in id order.
func (s *Store) Ambassadors() ([]directory.Ambassador, error) {
	return allOf[directory.Ambassador](s, dirAmbassador)
}

func allOf[T any](s *Store, kind byte) (out []T, err error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	err = s.healed(func(txn *badger.Txn) error {
		out = nil
		m, err := metaOf(txn)
		if err != nil {
			return err
		}
		return eachJSON(txn, directoryPrefix(m.Gen, kind), func(_ []byte, v T) error {
			out = append(out, v)
			return nil
		})
	})
	return out, err
}

// eachJSON is eachRecord with decoded records.
func eachJSON[T any](txn *badger.Txn, prefix []byte, fn func(key []byte, v T) error) error {
	return eachRecord(txn, prefix, func(key []byte, _ int, record []byte) error {
		var v T
		if err := json.Unmarshal(record, &v, trusted); err != nil {
			return fmt.Errorf("%w: key %q: %w", ErrDamaged, key, err)
		}
		return fn(key, v)
	})
}

// Referral gives a vejvisning by its code, with its events in order, or
// ErrNotFound. A code that is known only by events gives an empty Referral with
// that code, and them.
func (s *Store) Referral(code referral.Code) (r referral.Referral, events []referral.Event, err error) {
	if err := s.begin(); err != nil {
		return r, nil, err
	}
	defer s.end()
	err = s.healed(func(txn *badger.Txn) error {
		r, events = referral.Referral{}, nil
		_, seq, err := getValue(txn, indexKey(indexReferralCode, string(code)))
		if err == nil {
			var record []byte
			if _, record, err = getValue(txn, append([]byte(spaceReferral), seq...)); err == nil {
				err = json.Unmarshal(record, &r, trusted)
			}
		}
		if err != nil && !errors.Is(err, badger.ErrKeyNotFound) {
			return err
		}
		return eachJSON(txn, eventPrefix(code), func(_ []byte, e referral.Event) error {
			events = append(events, e)
			return nil
		})
	})
	if err != nil {
		return r, nil, err
	}
	if r.ID == "" && len(events) == 0 {
		return r, nil, fmt.Errorf("%w: code %s", ErrNotFound, code)
	}
	r.Code = code
	return r, referral.Ordered(events), nil
}

// Referrals gives all referrals, newest first: by day, then by when they were
// recorded here.
func (s *Store) Referrals() ([]referral.Referral, error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	var out []referral.Referral
	err := s.healed(func(txn *badger.Txn) error {
		out = nil
		return eachJSON(txn, []byte(spaceReferral), func(_ []byte, r referral.Referral) error {
			out = append(out, r)
			return nil
		})
	})
	slices.Reverse(out)
	slices.SortStableFunc(out, func(a, b referral.Referral) int { return -compareDays(a.At, b.At) })
	return out, err
}

func compareDays(a, b directory.Day) int { return bytes.Compare([]byte(a), []byte(b)) }

// Suggestions gives all suggestions, oldest first.
func (s *Store) Suggestions() ([]Suggestion, error) {
	return listOf[Suggestion](s, spaceSuggestion)
}

// Waiting is one thing that has not been sent: a referral, an event or a
// suggestion.
type Waiting struct {
	ID          string        `json:"id"`
	Kind        string        `json:"kind"` // referral, event, suggestion
	At          time.Time     `json:"at"`
	Code        referral.Code `json:"code,omitzero"`
	Communities []string      `json:"communities,omitempty"` // ids
	Seq         uint64        `json:"-"`                     // its place in the journal
}

// Waiting gives what has not been sent, oldest first.
func (s *Store) Waiting() ([]Waiting, error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	var out []Waiting
	err := s.healed(func(txn *badger.Txn) error {
		out = nil
		return eachJSON(txn, []byte(spaceWaiting), func(key []byte, w Waiting) error {
			w.Seq = binary.BigEndian.Uint64(key[len(spaceWaiting):])
			out = append(out, w)
			return nil
		})
	})
	return out, err
}

func listOf[T any](s *Store, space string) (out []T, err error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	err = s.healed(func(txn *badger.Txn) error {
		out = nil
		return eachJSON(txn, []byte(space), func(_ []byte, v T) error {
			out = append(out, v)
			return nil
		})
	})
	return out, err
}
