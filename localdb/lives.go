package localdb

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// lived is a referral and the place it has among others of its day.
type lived struct {
	r   referral.Referral
	seq uint64 // of the log; what waits is behind all of it
	own uint64 // counter of one that waits
}

// EachLife calls fn with every referral and its events, in order, newest referral
// first as in Referrals. Events of a code of which no referral is here come behind
// them, by code, with a referral that has nothing but that code. Where two referrals
// have the same code each has the events that name it, and the one that the log has
// first those that name none. fn may keep what it is given; an error of fn ends it.
func (s *Store) EachLife(fn func(referral.Referral, []referral.Event) error) error {
	if err := s.leased(); err != nil {
		return err
	}
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	var rs []lived
	var events map[referral.Code][]referral.Event
	err := s.healed(func(txn *badger.Txn) (err error) {
		if rs, err = allReferrals(txn); err == nil {
			events, err = allEvents(txn, len(rs))
		}
		return err
	})
	if err != nil {
		return err
	}
	first := make(map[referral.Code]int, len(rs)) // the one that events without a referral are of
	twice := map[referral.Code]bool{}
	for i := range rs {
		if at, there := first[rs[i].r.Code]; there {
			twice[rs[i].r.Code] = true
			if older(&rs[at], &rs[i]) {
				continue
			}
		}
		first[rs[i].r.Code] = i
	}
	for i := range rs {
		code := rs[i].r.Code
		evs := events[code]
		if twice[code] {
			evs = ofReferral(evs, rs, i, first[code])
		}
		if err := fn(rs[i].r, referral.Ordered(evs)); err != nil {
			return err
		}
	}
	var others []referral.Code
	for code := range events {
		if _, there := first[code]; !there {
			others = append(others, code)
		}
	}
	slices.Sort(others)
	for _, code := range others {
		if err := fn(referral.Referral{Code: code}, referral.Ordered(events[code])); err != nil {
			return err
		}
	}
	return nil
}

// older says that a is before b in the log.
func older(a, b *lived) bool {
	return cmp.Or(cmp.Compare(a.seq, b.seq), cmp.Compare(a.own, b.own)) < 0
}

// ofReferral gives those events of a code that are of one of the referrals that
// have it; those that name none of them are the first one's.
func ofReferral(evs []referral.Event, rs []lived, i, first int) (out []referral.Event) {
	for _, e := range evs {
		named := slices.IndexFunc(rs, func(l lived) bool { return l.r.ID == e.Referral && l.r.Code == e.Code })
		if named == i || named < 0 && i == first {
			out = append(out, e)
		}
	}
	return out
}

// allReferrals gives every referral, newest first: by day, then what waits before
// what is confirmed, then by when they were recorded.
func allReferrals(txn *badger.Txn) (out []lived, err error) {
	m, err := metaOf(txn)
	if err != nil {
		return nil, err
	}
	add := func(l lived, body []byte) error {
		if err := json.Unmarshal(body, &l.r, trusted); err != nil {
			return fmt.Errorf("%w: referral: %w", ErrDamaged, err)
		}
		out = append(out, l)
		return nil
	}
	err = eachConfirmed(txn, m.Gen, record.Referral, func(r recordEnvelope) error { return add(lived{seq: r.Seq}, r.Body) })
	if err != nil {
		return nil, err
	}
	err = eachRecord(txn, []byte(spaceReferral), func(key []byte, _ int, body []byte) error {
		return add(lived{seq: 1<<64 - 1, own: seqOf(key)}, body)
	})
	slices.SortFunc(out, func(a, b lived) int {
		return cmp.Or(cmp.Compare(b.r.At, a.r.At), cmp.Compare(b.seq, a.seq), cmp.Compare(b.own, a.own))
	})
	return out, err
}

// allEvents gives every event by its code.
func allEvents(txn *badger.Txn, n int) (map[referral.Code][]referral.Event, error) {
	m, err := metaOf(txn)
	if err != nil {
		return nil, err
	}
	out := make(map[referral.Code][]referral.Event, n)
	add := func(seq uint64, body []byte) error {
		var e referral.Event
		if err := json.Unmarshal(body, &e, trusted); err != nil {
			return fmt.Errorf("%w: event: %w", ErrDamaged, err)
		}
		if seq > 0 {
			e.Seq = seq
		}
		out[e.Code] = append(out[e.Code], e)
		return nil
	}
	err = eachConfirmed(txn, m.Gen, record.Event, func(r recordEnvelope) error { return add(r.Seq, r.Body) })
	if err != nil {
		return nil, err
	}
	return out, eachRecord(txn, []byte(spaceEvent), func(_ []byte, _ int, body []byte) error { return add(0, body) })
}
