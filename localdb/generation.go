package localdb

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

// generational are the key spaces of which each generation of the directory has
// its own: another generation is written beside, then meta moves over to it.
var generational = []string{spaceDirectory, spaceIdentity, spaceBase}

// tallyOf counts a generation.
func (v *view) tallyOf(gen uint64) (t tally, err error) {
	err = v.db.View(func(txn *badger.Txn) error {
		for _, space := range generational {
			if err := each(txn, seqKey(space, gen), func(_, val []byte) error { t.add(val); return nil }); err != nil {
				return err
			}
		}
		return nil
	})
	return t, err
}

// moveTo makes gen the generation that everybody sees.
func (v *view) moveTo(gen uint64, old, fresh tally, more func(*meta)) error {
	return v.update(nil, func(m *meta) {
		m.Gen = gen
		m.Count += fresh.count - old.count
		m.XOR ^= fresh.xor ^ old.xor
		if more != nil {
			more(m)
		}
	})
}

// flip makes gen the directory that everybody sees, and tidies up behind it.
// The snapshot of gen is on the disk, so a failure here is repaired, not told.
// Callers hold the writing lock: what people edit lies upon the directory they
// see, so that only now, with nobody editing, can it be laid upon the new one.
func (s *Store) flip(v *view, base, gen uint64) {
	var err error
	if now := s.view.Load(); now != v { // it was replaced while the import ran
		if now.meta.Load().Gen != gen {
			err = s.loadSnapshot(now, gen)
		}
	} else if err = s.layOnGeneration(v, gen); err == nil {
		var old, fresh tally
		if old, err = v.tallyOf(base); err == nil {
			fresh, err = v.tallyOf(gen)
		}
		if err == nil {
			err = v.moveTo(gen, old, fresh, nil)
		}
	}
	if err != nil {
		s.o.Log.Error("the import stands, the view is rebuilt", "err", err)
		s.fallBack(err)
		return
	}
	s.o.at("import flipped")
	if err := s.tidyGenerations(gen); err != nil {
		s.o.Log.Warn("old generations stay for now", "err", err)
	}
}

// tidyGenerations removes what only an older directory needed. Two snapshots
// stay: the one before is what is left if the newest is damaged.
func (s *Store) tidyGenerations(gen uint64) error {
	errs := []error{s.view.Load().dropOtherGenerations(gen)}
	gens, err := snapshots(s.o.fs, s.o.Dir)
	if err != nil {
		return errors.Join(append(errs, err)...)
	}
	for i, g := range gens {
		if i >= 2 || i > 0 && s.view.Load().meta.Load().Enrolled { // a hub gives what a damaged snapshot cannot
			errs = append(errs, s.o.fs.Remove(filepath.Join(s.o.Dir, snapshotName(g))))
		}
	}
	return errors.Join(errs...)
}

// onlyThisSnapshot removes all snapshots but that of gen.
func (s *Store) onlyThisSnapshot(gen uint64) error {
	gens, err := snapshots(s.o.fs, s.o.Dir)
	errs := []error{err}
	for _, g := range gens {
		if g != gen {
			errs = append(errs, s.o.fs.Remove(filepath.Join(s.o.Dir, snapshotName(g))))
		}
	}
	return errors.Join(errs...)
}

// dropOtherGenerations deletes staged and superseded records.
func (v *view) dropOtherGenerations(keep uint64) error {
	current := string(seqKey("", keep))
	for {
		var batch []entry
		err := v.db.View(func(txn *badger.Txn) error {
			for _, space := range generational {
				it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte(space)})
				for it.Rewind(); it.Valid() && len(batch) < stageSize; {
					key := it.Item().KeyCopy(nil)
					if len(key) >= 10 && string(key[2:10]) == current {
						it.Seek(seqKey(space, keep+1)) // past all that stays
						continue
					}
					batch = append(batch, entry{key: key})
					it.Next()
				}
				it.Close()
			}
			return nil
		})
		if err != nil || len(batch) == 0 {
			return err
		}
		if err := v.stage(batch); err != nil {
			return err
		}
	}
}

// snapshotDirectory writes a generation of the directory as an import left it.
func snapshotDirectory(txn *badger.Txn, gen uint64, w *snapshotWriter) error {
	prefix := seqKey(spaceDirectory, gen)
	return each(txn, prefix, func(key, val []byte) error {
		version, record, err := decodeValue(key, val)
		if err != nil {
			return err
		}
		return w.add(key[len(prefix)], string(key[len(prefix)+1:]), version, record)
	})
}

// Kinds of record in a snapshot besides those of the directory: a confirmed
// record and a tombstone, with kind and id as id, and the value without its hash
// as record.
const (
	keptRecord = 'K'
	keptGone   = 'T'
)

// snapshotConfirmed writes everything that the log has given, by kind and id.
func snapshotConfirmed(txn *badger.Txn, gen uint64, w *snapshotWriter) error {
	for _, f := range record.Families {
		for _, k := range kindsOf(f) {
			err := eachConfirmed(txn, gen, k, func(r recordEnvelope) error {
				val := encodeConfirmed(nil, r.Epoch, &r.Record)
				return w.add(keptRecord, string(k)+"/"+r.ID, 1, val[8:])
			})
			if err != nil {
				return err
			}
		}
	}
	return each(txn, []byte(spaceGone), func(key, val []byte) error {
		if _, _, err := decodeConfirmed(key, val); err != nil {
			return err
		}
		return w.add(keptGone, string(key[len(spaceGone):]), 1, val[8:])
	})
}

// snapshotLoader puts the records of a snapshot beside the view's own.
type snapshotLoader struct {
	s         *Store
	v         *view
	gen       uint64
	batch     []entry // of the new generation
	confirmed []entry // of key spaces that are not generational
	seen      map[string]bool
}

// loadSnapshot makes the snapshot of gen the directory of v. Callers hold the
// writing lock or have v to themselves.
func (s *Store) loadSnapshot(v *view, gen uint64) error {
	if err := v.dropOtherGenerations(v.meta.Load().Gen); err != nil {
		return err
	}
	l := &snapshotLoader{s: s, v: v, gen: gen, seen: map[string]bool{}}
	h, _, err := readSnapshot(filepath.Join(s.o.Dir, snapshotName(gen)), s.key.Bytes, l.add)
	if err == nil {
		err = v.stage(l.batch)
	}
	if err == nil && h.V >= 2 {
		if err = v.emptySpaces(spaceConfirmed, spaceGone, spaceCode, spaceOrder); err == nil {
			err = v.updateAll(l.confirmed)
		}
	}
	if err == nil {
		err = s.layOnGeneration(v, gen)
	}
	var old, fresh tally
	if err == nil {
		old, err = v.tallyOf(v.meta.Load().Gen)
	}
	if err == nil {
		fresh, err = v.tallyOf(gen)
	}
	if err != nil {
		return errors.Join(err, v.dropOtherGenerations(v.meta.Load().Gen))
	}
	s.replica.forget()
	return v.moveTo(gen, old, fresh, func(m *meta) {
		m.Epoch, m.Seq, m.Feeds = h.Position.Epoch, h.Position.Seq, h.Feeds
		m.Enrolled = m.Enrolled || h.V >= 2
		m.turn(s)
	})
}

func (l *snapshotLoader) add(kind byte, id string, version int, rec []byte) error {
	switch kind {
	case keptRecord, keptGone:
		if err := l.addConfirmed(kind, id, rec); err != nil {
			return err
		}
	default:
		l.batch = append(l.batch, put(directoryKey(l.gen, kind, id), version, rec))
		if kind == dirCommunity {
			if err := l.identify(id, rec); err != nil {
				return err
			}
		}
	}
	if len(l.batch) < stageSize {
		return nil
	}
	err := l.v.stage(l.batch)
	l.batch = l.batch[:0]
	return err
}

// identify writes the identities of a community: the first in id order has one.
func (l *snapshotLoader) identify(id string, body []byte) error {
	keys, err := identitiesIn(body)
	if err != nil {
		return err
	}
	for _, i := range keys {
		if !l.seen[i] {
			l.seen[i] = true
			l.batch = append(l.batch, put(identityKey(l.gen, i), 1, []byte(id)))
		}
	}
	return nil
}

func (l *snapshotLoader) addConfirmed(kind byte, id string, rest []byte) error {
	kindName, id, _ := strings.Cut(id, "/")
	k := record.Kind(kindName)
	key := goneKey(k, id)
	if kind == keptRecord {
		key = confirmedKey(l.gen, k, id)
	}
	val := append(make([]byte, 8, 8+len(rest)), rest...)
	rehash(key, val)
	e := entry{key: key, val: val}
	if directoryByte(k) != 0 && kind == keptRecord {
		l.batch = append(l.batch, e)
		return nil
	}
	l.confirmed = append(l.confirmed, e)
	if kind == keptRecord && hasCode(k) {
		_, body, err := decodeValue(key, val)
		if err != nil {
			return err
		}
		code, err := codeOf(body)
		if err != nil {
			return err
		}
		l.confirmed = append(l.confirmed, put(codeKey(code, k, id), 1, []byte{0}))
	}
	return nil
}

// keepSnapshot writes the snapshot of the directory, and where it comes from a
// hub of everything else the hub gave, as the view has it. Callers hold s.mu.
func (s *Store) keepSnapshot() error {
	v := s.view.Load()
	m := v.meta.Load()
	if m.Gen == 0 || s.o.Hub {
		return nil // nothing, or what the hub's log gives again
	}
	txn := v.db.NewTransaction(false)
	defer txn.Discard()
	if err := s.writeSnapshot(txn, m, s.o.at); err != nil {
		return err
	}
	s.replica.changed, s.replica.gone, s.replica.kept = 0, false, s.o.Now()
	return nil
}

// keepSnapshotLater is keepSnapshot beside everything else, of the view as it is
// now. Callers hold s.importing, which stays held until it is written, and s.mu.
func (s *Store) keepSnapshotLater() {
	v, r := s.view.Load(), &s.replica
	m, before := v.meta.Load(), *r
	r.changed, r.gone, r.kept = 0, false, s.o.Now()
	txn := v.db.NewTransaction(false)
	s.inflight.Add(1) // the caller is in flight too: Close cannot have passed
	go func() {
		defer s.end()
		defer s.importing.Unlock()
		defer txn.Discard()
		err := s.writeSnapshot(txn, m, func(step string) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.o.at(step)
		})
		s.mu.Lock()
		defer s.mu.Unlock()
		if err != nil { // the next delta tries again
			r.changed, r.gone, r.kept = r.changed+before.changed, r.gone || before.gone, before.kept
			s.o.Log.Warn("the snapshot is not written yet", "err", err)
			return
		}
		s.o.at("kept")
	}()
}

// writeSnapshot writes the snapshot of a view as txn has it, of which meta is m.
func (s *Store) writeSnapshot(txn *badger.Txn, m *meta, at func(string)) error {
	w, err := s.newSnapshot(m)
	if err != nil {
		return err
	}
	if m.Enrolled {
		err = snapshotConfirmed(txn, m.Gen, w)
	} else {
		err = snapshotBases(txn, m.Gen, w)
	}
	if err != nil {
		return errors.Join(err, w.discard())
	}
	at("snapshot before rename")
	return w.finish()
}

// snapshotBases is snapshotDirectory where edits may lie upon it.
func snapshotBases(txn *badger.Txn, gen uint64, w *snapshotWriter) error {
	prefix := seqKey(spaceDirectory, gen)
	ids, err := editedCommunities(txn)
	if err != nil {
		return err
	}
	err = each(txn, prefix, func(key, val []byte) error {
		kind, id := key[len(prefix)], string(key[len(prefix)+1:])
		if _, edited := slices.BinarySearch(ids, id); edited && kind == dirCommunity {
			return nil
		}
		version, body, err := decodeValue(key, val)
		if err != nil {
			return err
		}
		return w.add(kind, id, version, body)
	})
	if err != nil {
		return err
	}
	prefix = seqKey(spaceBase, gen)
	return eachRecord(txn, prefix, func(key []byte, version int, body []byte) error {
		return w.add(key[len(prefix)], string(key[len(prefix)+1:]), version, body)
	})
}
