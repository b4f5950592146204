package localdb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

// ErrEpoch says that something is of another log than what is here.
var ErrEpoch = errors.New("localdb: of another log")

// ErrMisplaced says that a bucket holds a record that does not belong into it.
var ErrMisplaced = errors.New("localdb: the record does not belong there")

// Delta is a part of the log, as far as this machine may see it: everything that
// changed behind its position, up to To.
type Delta struct {
	Records []record.Record
	Leaves  []Leave
	To      record.Position
}

// Leave says that a record is no longer in any of this machine's feeds.
type Leave struct {
	Kind record.Kind
	ID   string
	Seq  uint64
}

// Filled is what bucket I of N of a feed holds at Seq of Epoch; Epoch 0 is that
// of the store's position.
type Filled struct {
	Feed    record.Feed
	N, I    int
	Epoch   uint64
	Seq     uint64
	Records []record.Record
}

// Position gives how far of which log is here. Without a hub it is zero. Where
// the view had to be made again it may be lower than it was.
func (s *Store) Position() (record.Position, error) {
	if err := s.begin(); err != nil {
		return record.Position{}, err
	}
	defer s.end()
	return s.view.Load().meta.Load().position(), nil
}

// Feeds gives what this machine holds, by its last Arrive.
func (s *Store) Feeds() ([]record.Feed, error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	return slices.Clone(s.view.Load().meta.Load().Feeds), nil
}

// Play brings a delta in, together with the position it leads to. What is here
// already is passed over, so that it may be played any number of times; a delta
// up to a position that was passed changes nothing. What people did and the log
// does not have yet stays on top. ErrEpoch where it is of another log.
func (s *Store) Play(ctx context.Context, d Delta) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	pos := s.view.Load().meta.Load().position()
	if pos.Epoch != 0 && pos.Epoch != d.To.Epoch {
		return fmt.Errorf("%w: at %d, given %d", ErrEpoch, pos.Epoch, d.To.Epoch)
	}
	if pos.Epoch != 0 && d.To.Seq <= pos.Seq {
		return nil
	}
	if err := s.mayPlay(ctx); err != nil {
		return err
	}
	s.o.at("play")
	s.replica.held = nil
	s.forgetGathered()
	var people []string
	var unmade []uint64
	err := s.change(func(c *changes) error {
		defer func() { people, unmade = c.people, c.unmade }()
		for i := range d.Records {
			if err := c.play(d.To.Epoch, &d.Records[i]); err != nil {
				return err
			}
		}
		for _, l := range d.Leaves {
			if err := c.leave(d.To.Epoch, l); err != nil {
				return err
			}
		}
		c.m.Epoch, c.m.Seq = d.To.Epoch, d.To.Seq
		return c.settleEdits()
	})
	if err != nil {
		return s.playFailed(err)
	}
	s.replica.tails.add(d.Records)
	s.o.at("played")
	if len(unmade) > 0 { // so that a view that is made again leaves them out too
		if err := s.fate(fates{Discard: unmade}); err != nil {
			s.o.Log.Warn("that a contact card was erased is not in the journal", "err", err)
		}
	}
	if err := s.forgetPeople(people); err != nil {
		s.o.Log.Warn("what was changed here of an ambassador who is gone is still in the journal", "err", err)
	}
	s.noteHighWater(d.To)
	if err := s.refreshSnapshot(); err != nil {
		s.o.Log.Warn("the snapshot stays as it was", "err", err)
	}
	return nil
}

// Of what went and is not public, and after many changes, the snapshot is written
// anew while the program runs, but not often.
const (
	refreshAfter = 5000
	refreshEvery = 24 * time.Hour
)

func (s *Store) refreshSnapshot() error {
	r := &s.replica
	if !r.gone && r.changed < refreshAfter || s.o.Now().Sub(r.kept).Abs() < refreshEvery || s.view.Load().memory {
		return nil
	}
	return s.keepSnapshot()
}

func (s *Store) mayPlay(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.view.Load().memory {
		return nil
	}
	return s.room()
}

// playFailed replaces a view that does not take what the log says. What was
// played can be played again.
func (s *Store) playFailed(err error) error {
	if errors.Is(err, ErrMisplaced) || errors.Is(err, context.Canceled) {
		return err
	}
	if !s.view.Load().memory {
		s.fallBack(err)
	}
	return named(err)
}

// play brings one record in, unless what is here of it is newer.
func (c *changes) play(epoch uint64, r *record.Record) error {
	if r.Kind.Family() == "" || r.ID == "" {
		return nil // of a kind that this program does not know
	}
	old, live, err := c.confirmed(r.Kind, r.ID)
	if err != nil || live && old.Epoch == epoch && old.Seq >= r.Seq {
		return err
	}
	gone, was, err := c.gone(r.Kind, r.ID)
	if err != nil || was && gone.Epoch == epoch && gone.Seq >= r.Seq {
		return err
	}
	if r.Deleted {
		if r.Kind == record.Ambassador || r.Kind == record.Volunteer {
			c.people = append(c.people, r.ID)
		}
		return c.bury(epoch, r, old, live, gone, was)
	}
	if was {
		if err := c.unbury(&gone); err != nil {
			return err
		}
	}
	return c.place(epoch, r, old, live)
}

// leave takes a record out that this machine may no longer hold.
func (c *changes) leave(epoch uint64, l Leave) error {
	old, live, err := c.confirmed(l.Kind, l.ID)
	if err != nil || live && old.Epoch == epoch && old.Seq > l.Seq {
		return err
	}
	gone, was, err := c.gone(l.Kind, l.ID)
	if err != nil || was && gone.Epoch == epoch && gone.Seq >= l.Seq {
		return err
	}
	r := record.Record{Kind: l.Kind, ID: l.ID, Seq: l.Seq, Deleted: true}
	return c.bury(epoch, &r, old, live, gone, was)
}

// Fill makes a bucket of a feed be exactly these records, as of Seq: what differs
// is written, and what is here beside them goes, unless another feed of this
// machine carries it or it is newer than Seq. The position stays: see Arrive.
func (s *Store) Fill(ctx context.Context, b Filled) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	gather, err := s.fill(ctx, b)
	gather() // beside the next bucket's writing
	return err
}

// fill is Fill up to what is left to do when others may write again.
func (s *Store) fill(ctx context.Context, b Filled) (gather func(), err error) {
	gather = func() {}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.mayPlay(ctx); err != nil {
		return gather, err
	}
	if b.N <= 0 || b.I < 0 || b.I >= b.N || record.Buckets%b.N != 0 {
		return gather, fmt.Errorf("%w: bucket %d of %d", ErrMisplaced, b.I, b.N)
	}
	family, _ := b.Feed.Split()
	held, err := s.holdIDs(family)
	if err != nil {
		return gather, s.met(err)
	}
	if b.Epoch == 0 {
		b.Epoch = s.view.Load().meta.Load().Epoch
	}
	s.o.at("fill")
	if family == record.Directory && held.empty() {
		s.beginGathering()
	}
	var added, removed []record.Ref
	var done *changes
	before := s.view.Load().meta.Load().Turn
	err = s.change(func(c *changes) error {
		added, removed, err = c.fill(b, held)
		done = c
		return err
	})
	if err != nil {
		s.replica.held, s.gather = nil, nil
		return gather, s.playFailed(err)
	}
	gather = s.gathered(before, done)
	for _, r := range removed {
		delete(held[record.Bucket(r.ID)], r)
	}
	for _, r := range added {
		held.add(r)
	}
	s.replica.filled = true
	s.o.at("filled")
	return gather, nil
}

func (c *changes) fill(b Filled, held *heldIDs) (added, removed []record.Ref, err error) {
	c.quiet = true
	c.absentUnless(b, held)
	given := make(map[record.Ref]bool, len(b.Records))
	for i := range b.Records {
		r := &b.Records[i]
		if r.Deleted || !b.Feed.Has(r.Kind, r.In) || record.Coarse(record.Bucket(r.ID), b.N) != b.I {
			return nil, nil, fmt.Errorf("%w: %s %q in bucket %d of %d of %s", ErrMisplaced, r.Kind, r.ID, b.I, b.N, b.Feed)
		}
		given[r.Ref()] = true
		if err := c.fillOne(b, r); err != nil {
			return nil, nil, err
		}
		added = append(added, r.Ref())
	}
	for fine := range held {
		if record.Coarse(fine, b.N) != b.I {
			continue
		}
		for ref := range held[fine] {
			if given[ref] {
				continue
			}
			gone, err := c.fillAway(b, ref)
			if err != nil {
				return nil, nil, err
			}
			if gone {
				removed = append(removed, ref)
			}
		}
	}
	return added, removed, nil
}

// absentUnless spares the view questions of which the answer is known: in a
// bucket where nothing is, nothing is found. Edits, codes and tombstones are
// looked for all the same.
func (c *changes) absentUnless(b Filled, held *heldIDs) {
	for fine := range held {
		if record.Coarse(fine, b.N) == b.I && len(held[fine]) > 0 {
			return
		}
	}
	c.absent = func(key []byte) bool {
		switch string(key[:2]) {
		case spaceDirectory:
			return c.m.Edited == 0
		case spaceBase:
			return c.m.Edited == 0
		case spaceConfirmed, spaceOrder:
			return true
		}
		return false
	}
}

func (c *changes) fillOne(b Filled, r *record.Record) error {
	old, live, err := c.confirmed(r.Kind, r.ID)
	if err != nil || live && old.Epoch == b.Epoch && (old.Seq > b.Seq || old.Seq == r.Seq && sameRecord(&old.Record, r)) {
		return err
	}
	gone, was, err := c.gone(r.Kind, r.ID)
	if err != nil || was && gone.Epoch == b.Epoch && gone.Seq > b.Seq {
		return err
	}
	if was {
		if err := c.unbury(&gone); err != nil {
			return err
		}
	}
	return c.place(b.Epoch, r, old, live)
}

func sameRecord(a, b *record.Record) bool {
	return a.Kind == b.Kind && a.ID == b.ID && string(a.Body) == string(b.Body) && slices.Equal(a.In, b.In)
}

// fillAway removes what a filled bucket does not have.
func (c *changes) fillAway(b Filled, ref record.Ref) (bool, error) {
	old, live, err := c.confirmed(ref.Kind, ref.ID)
	if err != nil || !live || !b.Feed.Has(ref.Kind, old.In) {
		return false, err
	}
	if old.Epoch == b.Epoch && old.Seq > b.Seq {
		return false, nil
	}
	others := slices.DeleteFunc(slices.Clone(c.m.Feeds), func(f record.Feed) bool { return f == b.Feed })
	if !record.Carries(others, ref.Kind, old.In) {
		return true, c.remove(&old)
	}
	// What is known is that it is not in this feed. If it were left as it is, each
	// of two feeds would keep it for the other's sake, for ever.
	left := old.Record
	_, token := b.Feed.Split()
	left.In = slices.DeleteFunc(slices.Clone(old.In), func(t string) bool { return t == token })
	return false, c.place(old.Epoch, &left, old, live)
}
