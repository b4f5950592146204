package localdb

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
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
// that code, and them. What the hub has confirmed has its place in the log as
// Seq; what waits has none.
func (s *Store) Referral(code referral.Code) (r referral.Referral, events []referral.Event, err error) {
	if err := s.leased(); err != nil {
		return r, nil, err
	}
	if err := s.begin(); err != nil {
		return r, nil, err
	}
	defer s.end()
	err = s.healed(func(txn *badger.Txn) error {
		r, events = referral.Referral{}, nil
		rs, es, err := byCode(txn, code)
		if err != nil {
			return err
		}
		if events, err = decodeEvents(es); err != nil {
			return err
		}
		if len(rs) > 0 { // a clash of codes: the one that the log has first
			slices.SortFunc(rs, func(a, b record.Record) int { return cmp.Compare(a.Seq, b.Seq) })
			if err := json.Unmarshal(rs[0].Body, &r, trusted); err != nil {
				return fmt.Errorf("%w: referral %s: %w", ErrDamaged, code, err)
			}
		} else if r, err = ownReferral(txn, code); err != nil {
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

// ownReferral gives the referral of a code that was recorded here and is not
// confirmed, or an empty one.
func ownReferral(txn *badger.Txn, code referral.Code) (r referral.Referral, err error) {
	_, seq, err := getValue(txn, indexKey(indexReferralCode, string(code)))
	if err == nil {
		var body []byte
		if _, body, err = getValue(txn, append([]byte(spaceReferral), seq...)); err == nil {
			err = json.Unmarshal(body, &r, trusted)
		}
	}
	if errors.Is(err, badger.ErrKeyNotFound) {
		err = nil
	}
	return r, err
}

func decodeEvents(rs []record.Record) (out []referral.Event, err error) {
	for _, r := range rs {
		var e referral.Event
		if err := json.Unmarshal(r.Body, &e, trusted); err != nil {
			return nil, fmt.Errorf("%w: event %s: %w", ErrDamaged, r.ID, err)
		}
		e.Seq = r.Seq
		out = append(out, e)
	}
	return out, nil
}

// Referrals gives all referrals, newest first: by day, then what waits before
// what is confirmed, then by when they were recorded.
func (s *Store) Referrals() ([]referral.Referral, error) {
	if err := s.leased(); err != nil {
		return nil, err
	}
	out, err := withConfirmed[referral.Referral](s, record.Referral, spaceReferral)
	slices.Reverse(out)
	slices.SortStableFunc(out, func(a, b referral.Referral) int { return -compareDays(a.At, b.At) })
	return out, err
}

func compareDays(a, b directory.Day) int { return bytes.Compare([]byte(a), []byte(b)) }

// Suggestions gives the suggestions that nobody has closed, oldest first.
func (s *Store) Suggestions() ([]Suggestion, error) {
	return withConfirmed[Suggestion](s, record.Suggestion, spaceSuggestion)
}

// Waiting is one thing that the hub has not acknowledged.
type Waiting struct {
	ID          string        `json:"id"`
	Kind        string        `json:"kind"`        // referral, event, suggestion, gap, edit, resolve, close, card, erase, look
	Of          record.Kind   `json:"of,omitzero"` // of an edit, a resolve or an erase: the kind of the record, "" is community
	At          time.Time     `json:"at"`
	Code        referral.Code `json:"code,omitzero"`
	Communities []string      `json:"communities,omitempty"` // ids
	Seq         uint64        `json:"-"`                     // its counter
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

// withConfirmed gives what is confirmed, in the order of the log, and behind it
// what was done here and is not, in that order.
func withConfirmed[T any](s *Store, k record.Kind, space string) (out []T, err error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	type placed struct {
		seq uint64
		v   T
	}
	err = s.healed(func(txn *badger.Txn) error {
		out = nil
		m, err := metaOf(txn)
		if err != nil {
			return err
		}
		done, err := closed(txn, k)
		if err != nil {
			return err
		}
		var confirmed []placed
		err = eachConfirmed(txn, m.Gen, k, func(r recordEnvelope) error {
			if done[r.ID] {
				return nil
			}
			p := placed{seq: r.Seq}
			if err := json.Unmarshal(r.Body, &p.v, trusted); err != nil {
				return fmt.Errorf("%w: %s %q: %w", ErrDamaged, k, r.ID, err)
			}
			confirmed = append(confirmed, p)
			return nil
		})
		if err != nil {
			return err
		}
		slices.SortStableFunc(confirmed, func(a, b placed) int { return cmp.Compare(a.seq, b.seq) })
		for _, p := range confirmed {
			out = append(out, p.v)
		}
		return eachRecord(txn, []byte(space), func(key []byte, _ int, body []byte) error {
			if len(done) > 0 {
				if id, err := idOf(body); err != nil || done[id] {
					return err
				}
			}
			var v T
			if err := json.Unmarshal(body, &v, trusted); err != nil {
				return fmt.Errorf("%w: key %q: %w", ErrDamaged, key, err)
			}
			out = append(out, v)
			return nil
		})
	})
	return out, err
}
