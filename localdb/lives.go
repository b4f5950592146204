package localdb

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// lived is a referral and the place it has among others of its day.
type lived struct {
	r   referral.Referral
	seq uint64 // of the log, where it is confirmed
	own uint64 // its counter, where it is not
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
	var rs []*lived
	var evs *events
	err := s.healed(func(txn *badger.Txn) (err error) {
		if rs, err = allReferrals(txn); err == nil {
			evs, err = allEvents(txn, len(rs))
		}
		return err
	})
	if err != nil {
		return err
	}
	first, twice := byCodes(rs)
	for _, l := range rs {
		var wanted func(*referral.Event) bool
		if slices.Contains(twice, l) {
			wanted = func(e *referral.Event) bool { return whose(e, twice, first[l.r.Code]) == l }
		}
		if err := fn(l.r, evs.ordered(l.r.Code, wanted)); err != nil {
			return err
		}
	}
	var others []referral.Code
	for code := range evs.last {
		if first[code] == nil {
			others = append(others, code)
		}
	}
	slices.Sort(others)
	for _, code := range others {
		if err := fn(referral.Referral{Code: code}, evs.ordered(code, nil)); err != nil {
			return err
		}
	}
	return nil
}

// byCodes gives for each code the referral that its nameless events are of, and all
// that share a code with another.
func byCodes(rs []*lived) (first map[referral.Code]*lived, twice []*lived) {
	first = make(map[referral.Code]*lived, len(rs))
	for _, l := range rs {
		if other := first[l.r.Code]; other != nil {
			if twice = append(twice, other, l); older(other, l) {
				continue
			}
		}
		first[l.r.Code] = l
	}
	return first, twice
}

// older says that a is before b in the log.
func older(a, b *lived) bool {
	return cmp.Or(cmp.Compare(a.place(), b.place()), cmp.Compare(a.own, b.own)) < 0
}

// whose gives of the referrals that have the code of an event the one that it is of:
// the first, where it names none of them.
func whose(e *referral.Event, twice []*lived, first *lived) *lived {
	for _, l := range twice {
		if l.r.Code == e.Code && l.r.ID == e.Referral {
			return l
		}
	}
	return first
}

// allReferrals gives every referral, newest first: by day, then what waits before
// what is confirmed, then by when they were recorded.
func allReferrals(txn *badger.Txn) (out []*lived, err error) {
	err = eachCase(txn, record.Referral, spaceReferral, func(seq, own uint64, body []byte) error {
		l := &lived{seq: seq, own: own}
		if err := unmarshalReferral(body, &l.r); err != nil {
			return fmt.Errorf("%w: referral: %w", ErrDamaged, err)
		}
		out = append(out, l)
		return nil
	})
	slices.SortFunc(out, func(a, b *lived) int {
		return cmp.Or(cmp.Compare(b.r.At, a.r.At), cmp.Compare(b.place(), a.place()), cmp.Compare(b.own, a.own))
	})
	return out, err
}

// place is where in the log it is; what waits is behind all of it.
func (l *lived) place() uint64 {
	if l.own > 0 {
		return 1<<64 - 1
	}
	return l.seq
}

// events are all events, in pieces that do not move; those of a code are a chain from
// the last to the first.
type events struct {
	pieces [][]referral.Event
	before []int // of each, the one of its code before it, counted from 1
	last   map[referral.Code]int
}

const eventsInPiece = 512

func (x *events) at(i int) *referral.Event {
	return &x.pieces[(i-1)/eventsInPiece][(i-1)%eventsInPiece]
}

// next gives room for one more.
func (x *events) next() *referral.Event {
	n := len(x.before)
	if n%eventsInPiece == 0 {
		x.pieces = append(x.pieces, make([]referral.Event, eventsInPiece))
	}
	x.before = append(x.before, 0)
	return x.at(n + 1)
}

// chain puts the newest one behind those of its code.
func (x *events) chain() {
	n := len(x.before)
	code := x.at(n).Code
	x.before[n-1], x.last[code] = x.last[code], n
}

// ordered gives the events of a code that are wanted, in order; nil is all.
func (x *events) ordered(code referral.Code, wanted func(*referral.Event) bool) []referral.Event {
	n := 0
	for i := x.last[code]; i > 0; i = x.before[i-1] {
		if wanted == nil || wanted(x.at(i)) {
			n++
		}
	}
	out := make([]referral.Event, n)
	for i := x.last[code]; i > 0; i = x.before[i-1] {
		if wanted == nil || wanted(x.at(i)) {
			n--
			out[n] = *x.at(i)
		}
	}
	return referral.Order(out)
}

// allEvents gives every event by its code.
func allEvents(txn *badger.Txn, referrals int) (*events, error) {
	x := &events{last: make(map[referral.Code]int, referrals)}
	err := eachCase(txn, record.Event, spaceEvent, func(seq, _ uint64, body []byte) error {
		e := x.next()
		if err := unmarshalEvent(body, e); err != nil {
			return fmt.Errorf("%w: event: %w", ErrDamaged, err)
		}
		if seq > 0 {
			e.Seq = seq
		}
		x.chain()
		return nil
	})
	return x, err
}

// eachCase calls fn with every referral or event: what is confirmed with its place in
// the log, and what is only here with its counter.
func eachCase(txn *badger.Txn, k record.Kind, space string, fn func(seq, own uint64, body []byte) error) error {
	m, err := metaOf(txn)
	if err != nil {
		return err
	}
	err = each(txn, confirmedPrefix(m.Gen, k), func(key, val []byte) error {
		seq, body, err := confirmedSeq(key, val)
		if err != nil {
			return err
		}
		return fn(seq, 0, body)
	})
	if err != nil {
		return err
	}
	return eachRecord(txn, []byte(space), func(key []byte, _ int, body []byte) error { return fn(0, seqOf(key), body) })
}
