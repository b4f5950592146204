package embedded

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/badgerdir"
	"github.com/faellesskabsby/vejviser/sync/log"
)

// This file is about what lies on the disk beside the journal: which view is the
// current one, which snapshot, and what is removed when.

const (
	viewPrefix = "view-"
	badPrefix  = "view.bad-"
	badTime    = "20060102T150405.000000000"
	// keepBad is how long a view that was set aside is kept.
	keepBad = 7 * 24 * time.Hour
)

func (l *Log) viewDir(n int) string { return filepath.Join(l.o.Dir, viewPrefix+strconv.Itoa(n)) }

// views lists the numbers of the views in dir, in order.
func views(dir string) (ns []int, err error) {
	es, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("embedded: %w", err)
	}
	for _, e := range es {
		if s, ok := strings.CutPrefix(e.Name(), viewPrefix); ok {
			if n, err := strconv.Atoi(s); err == nil && n > 0 {
				ns = append(ns, n)
			}
		}
	}
	slices.Sort(ns)
	return ns, nil
}

// setAside keeps a bad view for a week, as it was.
func (l *Log) setAside(dir string, why error) error {
	l.o.Log.Warn("the view of the log is set aside and rebuilt", "why", why)
	l.rebuilt = why.Error()
	if err := os.Rename(dir, filepath.Join(l.o.Dir, badPrefix+l.o.Now().UTC().Format(badTime))); err != nil {
		return errors.Join(fmt.Errorf("embedded: set the view aside: %w", err), why)
	}
	return nil
}

// rebuild makes a new view from the newest snapshot that can be read.
func (l *Log) rebuild(at []uint64) error {
	var errs []error
	for _, applied := range at {
		err := l.build(applied)
		if err == nil {
			return nil
		}
		l.o.Log.Error("a snapshot of the log cannot be used", "at", applied, "err", err)
		errs = append(errs, err)
	}
	return errors.Join(append([]error{fmt.Errorf("%w: neither view nor snapshot can be read", ErrDamaged)}, errs...)...)
}

// build makes a new view from one snapshot and makes it the current one. The
// view that was is released; its folder goes when nobody reads it any more.
func (l *Log) build(applied uint64) error {
	have, err := views(l.o.Dir)
	if err != nil {
		return err
	}
	n := l.state.View + 1
	if len(have) > 0 {
		n = max(n, have[len(have)-1]+1)
	}
	v, err := openView(l.viewDir(n), l.viewKey, l.o.Log)
	if err != nil {
		return err
	}
	v.drop.Store(true)
	m, err := l.fill(v, applied)
	if err != nil {
		return errors.Join(err, v.release())
	}
	was := l.state.View
	l.state.View, l.state.Files = n, nil
	if err := l.writeState(); err != nil {
		l.state.View = was
		return errors.Join(err, v.release())
	}
	v.drop.Store(false)
	l.gate.Lock()
	l.mu.Lock()
	old := l.v
	l.v = v
	l.mu.Unlock()
	l.gate.Unlock()
	l.publish(m)
	if old == nil {
		return nil
	}
	old.drop.Store(true)
	return old.release()
}

func (l *Log) fill(v *view, applied uint64) (meta, error) {
	wb := v.db.NewWriteBatch()
	defer wb.Cancel()
	n := 0
	m, err := l.readSnapshot(applied, func(r log.Record) error {
		if n++; n%500 == 1 {
			if err := badgerdir.Reserve(v.dir); err != nil {
				return full(err)
			}
		}
		k := seqKey(r.Seq)
		if err := wb.Set(k, checked(k, appendRecord(nil, &r))); err != nil {
			return err
		}
		k = keyKey(r.Key)
		return wb.Set(k, checked(k, binary.BigEndian.AppendUint64(nil, r.Seq)))
	})
	if err != nil {
		return m, err
	}
	if err := wb.Flush(); err != nil {
		return m, fmt.Errorf("embedded: view: %w", err)
	}
	return m, v.db.Update(func(txn *badger.Txn) error { return txn.Set(metaKey, m.bytes()) })
}

func (v *view) meta() (m meta, err error) {
	err = v.db.View(func(txn *badger.Txn) error {
		m, err = readMeta(txn)
		return err
	})
	return m, err
}

// snapshot writes the log as it is and trims the journal behind it.
func (l *Log) snapshot(why string) error {
	l.o.Log.Info("writing a snapshot of the log", "why", why)
	return l.snapshotAs(nil)
}

// snapshotAs writes the view as it is, with meta moved by move, makes that the
// only snapshot, and trims the journal behind it.
func (l *Log) snapshotAs(move func(*meta)) error {
	var m meta
	err := l.v.db.View(func(txn *badger.Txn) (err error) {
		if m, err = readMeta(txn); err != nil {
			return err
		}
		if move != nil {
			move(&m)
		}
		return l.writeSnapshot(&m, func(fn func(log.Record) error) error { return records(txn, 0, fn) })
	})
	if err != nil {
		return err
	}
	l.o.at("snapshot written")
	return l.trimTo(m.Applied)
}

// trimTo removes what the snapshot at a sequence makes superfluous.
func (l *Log) trimTo(applied uint64) error {
	at, err := snapshots(l.o.fs, l.o.Dir)
	if err != nil {
		return err
	}
	for _, n := range at {
		if n == applied {
			continue
		}
		if err := ignoreMissing(l.o.fs.Remove(filepath.Join(l.o.Dir, snapshotName(n)))); err != nil {
			return err
		}
	}
	if st, err := os.Stat(filepath.Join(l.o.Dir, snapshotName(applied))); err == nil {
		l.lastSize.Store(st.Size())
	}
	if err := l.journal.Trim(applied); err != nil {
		return err
	}
	l.grown.Store(0) // but for the segment under way, of which it keeps all
	return nil
}

// trimIfDue writes a snapshot beside the work where the journal has grown enough
// to be worth one: never more than as much again as the log itself.
func (l *Log) trimIfDue() {
	if l.grown.Load() < max(l.o.trim, l.lastSize.Load()) || !l.busy.CompareAndSwap(false, true) {
		return
	}
	if err := l.room(l.lastSize.Load() + l.grown.Load()); err != nil {
		l.o.Log.Warn("no room for a snapshot of the log", "err", err)
		l.grown.Store(0) // ask again when as much has come in
		l.busy.Store(false)
		return
	}
	l.idle.Go(func() {
		defer l.busy.Store(false)
		l.filesMu.Lock()
		defer l.filesMu.Unlock()
		if err := l.snapshot("the journal has grown"); err != nil {
			l.o.Log.Error("no snapshot of the log", "err", err)
			l.grown.Store(0)
		}
	})
}

// eraseAll erases the keys of a group.
func (l *Log) eraseAll(group []*request) {
	err := l.ready(&request{ctx: context.Background()}, func() error { return l.eraseKeys(group) })
	for _, r := range group {
		r.done <- reply{err: err}
	}
}

func (l *Log) eraseKeys(group []*request) error {
	if err := l.room(2 * (l.lastSize.Load() + l.grown.Load())); err != nil {
		return err
	}
	l.filesMu.Lock()
	defer l.filesMu.Unlock()
	l.state.Erasing = true
	if err := l.writeState(); err != nil {
		return err
	}
	var changes []change
	var last uint64
	for _, r := range group {
		op, err := opOf(opErase, l.o.Now(), r.erase)
		if err != nil {
			return err
		}
		if last, err = l.record(op); err != nil {
			return err
		}
		changes = append(changes, change{erase: r.erase})
	}
	if err := l.apply(l.v, changes, func(m *meta) { m.Applied = last }); err != nil {
		return l.fail(err)
	}
	l.o.at("erased in the view")
	return l.rewrite()
}

// rewrite makes snapshot, journal and view anew, so that nothing of what the
// view no longer has is left in a file.
func (l *Log) rewrite() error {
	if err := l.snapshot("a key was erased"); err != nil {
		return err
	}
	at, err := snapshots(l.o.fs, l.o.Dir)
	if err != nil {
		return err
	}
	if err := l.rebuild(at); err != nil {
		return err
	}
	l.o.at("rewritten")
	es, err := os.ReadDir(l.o.Dir)
	if err != nil {
		return err
	}
	for _, e := range es {
		if strings.HasPrefix(e.Name(), badPrefix) {
			if err := os.RemoveAll(filepath.Join(l.o.Dir, e.Name())); err != nil {
				return err
			}
		}
	}
	l.state.Erasing = false
	return l.writeState()
}

// tidy removes what earlier runs left over.
func (l *Log) tidy() {
	es, err := os.ReadDir(l.o.Dir)
	if err != nil {
		return
	}
	for _, e := range es {
		name := e.Name()
		at, bad := strings.CutPrefix(name, badPrefix)
		t, err := time.Parse(badTime, at)
		old := bad && err == nil && l.o.Now().Sub(t) > keepBad
		other := strings.HasPrefix(name, viewPrefix) && filepath.Join(l.o.Dir, name) != l.v.dir
		if old || other || name == "snapshot.tmp" {
			if err := os.RemoveAll(filepath.Join(l.o.Dir, name)); err != nil {
				l.o.Log.Warn("left over", "name", name, "err", err)
			}
		}
	}
}

// Restore is log.Restorer's. All of it is there, or, after a failure or a kill,
// the log is empty as before.
func (l *Log) Restore(ctx context.Context, epoch, head uint64, records iter.Seq2[log.Record, error]) error {
	if epoch == 0 || epoch > log.MaxSeq || head > log.MaxSeq {
		return &log.InvalidError{Reason: "value"}
	}
	_, err := l.ask(&request{ctx: ctx, alone: func() error { return l.restore(ctx, epoch, head, records) }})
	return err
}

func (l *Log) restore(ctx context.Context, epoch, head uint64, in iter.Seq2[log.Record, error]) error {
	l.filesMu.Lock()
	defer l.filesMu.Unlock()
	was := l.meta()
	if was.Head > 0 || was.Count > 0 {
		return log.ErrNotEmpty
	}
	m := meta{Epoch: epoch, Head: head, Floor: head}
	seen := map[string]bool{}
	err := l.writeSnapshot(&m, func(fn func(log.Record) error) error {
		for r, err := range in {
			if err == nil {
				err = ctx.Err()
			}
			if err == nil {
				err = log.Check([]log.Entry{{Key: r.Key, Value: r.Value, Op: r.Op}})
			}
			if err == nil && seen[r.Key] {
				err = &log.InvalidError{Key: r.Key, Reason: "batch"}
			}
			if err != nil {
				return err
			}
			seen[r.Key] = true
			m.Head++
			r.Seq = m.Head
			if err := fn(r); err != nil {
				return err
			}
		}
		// Above what this empty log had used, or an old view could pass for it.
		m.Applied = max(m.Head, was.Applied+1)
		return nil
	})
	if err != nil {
		return full(err)
	}
	l.o.at("restored")
	if err := l.build(m.Applied); err != nil {
		return l.fail(err)
	}
	// The journal goes on above everything that was restored.
	if err := l.journal.Close(); err != nil {
		return l.fail(err)
	}
	if err := l.openJournal([]uint64{m.Applied}); err != nil {
		return l.fail(err)
	}
	return l.trimTo(m.Applied)
}
