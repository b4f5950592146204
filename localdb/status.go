package localdb

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// Status is what a person or a script wants to know of a store at a glance.
type Status struct {
	Communities int        `json:"communities"`
	Organisers  int        `json:"organisers"`
	Ambassadors int        `json:"ambassadors"`
	Referrals   int        `json:"referrals"`
	Suggestions int        `json:"suggestions"`
	Volunteers  int        `json:"volunteers"`
	Meetings    int        `json:"meetings"`
	Sessions    int        `json:"sessions"`
	Readiness   int        `json:"readiness"` // self-checks
	Agreements  int        `json:"agreements"`
	Cards       int        `json:"cards"`   // contact cards whose last day is not over
	Waiting     int        `json:"waiting"` // operations not sent
	Refused     int        `json:"refused"` // operations a hub refused
	Conflicts   int        `json:"conflicts"`
	Epoch       uint64     `json:"epoch"` // the hub's log, 0 without a hub
	Seq         uint64     `json:"seq"`
	LastSync    *time.Time `json:"last_sync"`
	Key         string     `json:"key"` // how it was opened: keyring, passphrase, file, pin or recovery
	Dir         string     `json:"dir"`
	Journal     string     `json:"journal"`            // its folder
	JournalSeq  uint64     `json:"journal_seq"`        // last operation recorded here
	Limited     bool       `json:"limited"`            // the view is in memory: no room, or it failed
	Rebuilt     string     `json:"rebuilt,omitempty"`  // why the view was rebuilt at this start
	Missing     int        `json:"missing"`            // places where acts that were acknowledged are gone; Verify with repair ends it
	LastFull    time.Time  `json:"last_full,omitzero"` // when the view was last read in full and found whole
	Free        uint64     `json:"free"`               // bytes left on the disk
	Hub         string     `json:"hub,omitempty"`
}

// Status counts what is here.
func (s *Store) Status() (Status, error) {
	if err := s.begin(); err != nil {
		return Status{}, err
	}
	defer s.end()
	hub, err := s.Setting(SettingHub)
	if err != nil {
		return Status{}, err
	}
	free, err := s.o.free(s.o.Dir)
	if err != nil {
		return Status{}, fmt.Errorf("localdb: free space: %w", err)
	}
	contact, err := s.Contact()
	if err != nil {
		return Status{}, err
	}
	s.mu.Lock()
	rebuilt, missing, full, how := s.rebuilt, s.state.Missing, s.state.LastFull, s.key.How
	s.mu.Unlock()
	st := Status{
		Key: how, Dir: s.o.Dir, Journal: s.journal.Dir(), JournalSeq: s.journal.Last(),
		Limited: s.view.Load().memory, Rebuilt: rebuilt, Missing: missing, LastFull: full, Free: free, Hub: hub,
	}
	if !contact.LastSync.IsZero() {
		st.LastSync = &contact.LastSync
	}
	err = s.healed(func(txn *badger.Txn) error {
		m, err := metaOf(txn)
		if err != nil {
			return err
		}
		st.Communities = countKeys(txn, directoryPrefix(m.Gen, dirCommunity))
		st.Organisers = countKeys(txn, directoryPrefix(m.Gen, dirOrganiser))
		st.Referrals = countKeys(txn, []byte(spaceReferral)) + countKeys(txn, confirmedPrefix(m.Gen, record.Referral))
		st.Suggestions = countKeys(txn, []byte(spaceSuggestion)) + countKeys(txn, confirmedPrefix(m.Gen, record.Suggestion))
		st.Conflicts = countKeys(txn, confirmedPrefix(m.Gen, record.Conflict))
		st.Waiting = countKeys(txn, []byte(spaceWaiting))
		st.Refused = countKeys(txn, []byte(spaceRefused))
		st.Epoch, st.Seq = m.Epoch, m.Seq
		return s.countShown(txn, &st)
	})
	return st, err
}

// countShown counts what people edit, and the contact cards, as they are shown.
func (s *Store) countShown(txn *badger.Txn, st *Status) error {
	for k, n := range map[record.Kind]*int{
		record.Ambassador: &st.Ambassadors, record.Volunteer: &st.Volunteers, record.Meeting: &st.Meetings,
		record.Session: &st.Sessions, record.Readiness: &st.Readiness, record.Agreement: &st.Agreements,
	} {
		*n = 0
		if err := eachShown(txn, k, func(string, []byte) error { *n++; return nil }); err != nil {
			return err
		}
	}
	all, err := s.visibleCards(txn)
	st.Cards = len(all)
	return err
}

func countKeys(txn *badger.Txn, prefix []byte) (n int) {
	it := txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		n++
	}
	return n
}

// Report is what Verify found.
type Report struct {
	OK        bool            `json:"ok"`
	Records   uint64          `json:"records"`
	View      string          `json:"view,omitempty"` // what is wrong with it; "" is nothing
	Journal   journal.Account `json:"journal"`
	Lost      int             `json:"lost"`    // operations that only the view still has
	Missing   int             `json:"missing"` // places where operations are gone from journal and view; after a repair, what was missing before it
	Snapshots []SnapshotState `json:"snapshots"`
	Repaired  bool            `json:"repaired"`
}

// SnapshotState is one snapshot in a Report.
type SnapshotState struct {
	Gen     uint64 `json:"gen"`
	Records uint64 `json:"records"`
	Damage  string `json:"damage,omitempty"`
}

// Verify reads everything and holds it against what should be there: the view
// with its count and XOR, every frame of the journal, every snapshot. With
// repair, what is wrong is made again from what is right. The error is nil where
// Verify could do its work, whatever it found.
func (s *Store) Verify(ctx context.Context, repair bool) (Report, error) {
	if err := s.begin(); err != nil {
		return Report{}, err
	}
	defer s.end()
	s.importing.Lock()
	defer s.importing.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	r, lost, err := s.inspect(ctx)
	if err == nil && r.View == "" && !s.view.Load().memory {
		s.state.LastFull = s.o.Now().UTC() // written at the end; spares the next start a full check
	}
	if err != nil || r.OK || !repair {
		return r, err
	}
	if err := s.repair(r, lost); err != nil {
		return r, named(err)
	}
	after, _, err := s.inspect(ctx)
	after.Repaired = err == nil
	after.Missing = max(after.Missing, r.Missing) // what is gone from both cannot be made again: told once more, and never again
	return after, err
}

// inspect reads everything. lost are operations that only the view still has.
func (s *Store) inspect(ctx context.Context) (r Report, lost []journal.Op, err error) {
	v := s.view.Load()
	if r.Records, err = v.verify(ctx); err != nil {
		if ctx.Err() != nil {
			return r, nil, ctx.Err()
		}
		r.View = err.Error()
	}
	have := newInJournal()
	r.Journal, err = s.journal.Read(0, func(ops []journal.Op) error {
		for _, op := range ops {
			if err := have.add(op); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return r, nil, err
	}
	if r.View == "" {
		if lost, err = s.onlyInView(have); err != nil {
			return r, nil, err
		}
	}
	r.Lost, r.Missing = len(lost), s.state.Missing
	gens, err := snapshots(s.o.fs, s.o.Dir)
	if err != nil {
		return r, lost, err
	}
	gen := v.meta.Load().Gen
	snapshotsOK := gen == 0 || s.o.Hub || len(gens) > 0 && gens[0] == gen
	for i, g := range gens {
		st := SnapshotState{Gen: g}
		_, st.Records, err = readSnapshot(filepath.Join(s.o.Dir, snapshotName(g)), s.key.Bytes,
			func(byte, string, int, []byte) error { return ctx.Err() })
		if ctx.Err() != nil {
			return r, lost, ctx.Err()
		}
		if err != nil {
			st.Damage = err.Error()
			snapshotsOK = snapshotsOK && i > 0
		}
		r.Snapshots = append(r.Snapshots, st)
	}
	r.OK = r.View == "" && r.Lost == 0 && r.Missing == 0 && r.Journal.Sealed == 0 && snapshotsOK
	return r, lost, nil
}

// repair makes again what inspect found wrong: a bad view from snapshot and
// journal, and from a sound view what journal or snapshot have lost. What is
// gone from both is told with r for the last time.
func (s *Store) repair(r Report, lost []journal.Op) error {
	if s.state.Missing = 0; r.Missing > 0 {
		if err := s.writeState(); err != nil {
			return err
		}
	}
	if r.View != "" {
		s.fallBack(errors.New(r.View))
		return nil
	}
	if err := s.rejournal(lost); err != nil {
		return err
	}
	if !r.Journal.Whole() { // a sound view has answered for all of it
		if err := s.journal.Answer(s.journal.Last()); err != nil {
			return err
		}
	}
	gen := s.view.Load().meta.Load().Gen
	sound := gen == 0
	for _, st := range r.Snapshots {
		sound = sound || st.Gen == gen && st.Damage == ""
	}
	if sound {
		return nil
	}
	return s.keepSnapshot()
}
