package localdb

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// stageSize is how many entries wait in memory before they are staged.
const stageSize = 2000

// maxCommunity bounds one record in bytes, unknown members included.
const maxCommunity = 256 << 10

// ImportTx is an import under way: the next generation of the directory, which
// nobody sees before Import is done. It is for one goroutine.
type ImportTx struct {
	s        *Store
	v        *view
	ctx      context.Context
	base     uint64
	gen      uint64
	pending  map[string][]byte // whole values by key, not staged yet
	put      map[string]bool   // kind and id of what was put
	identity map[string]string // identity → id, of base and of what was put
}

// Import lets fn put communities, organisers and ambassadors, and makes them
// the directory: all or nothing. When it returns nil they are in a snapshot on
// the disk; a kill before that leaves the directory as it was. It refuses with
// ErrEnrolled where a hub is the place to import.
//
// One import runs at a time; acts and reads go on meanwhile.
func (s *Store) Import(ctx context.Context, fn func(*ImportTx) error) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	s.importing.Lock()
	defer s.importing.Unlock()
	if hub, err := s.Setting(SettingHub); err != nil || hub != "" {
		return errors.Join(err, errWhen(hub != "", ErrEnrolled))
	}
	if err := s.room(); err != nil {
		return err
	}
	tx, err := s.newImport(ctx)
	if err != nil {
		return err
	}
	err = fn(tx)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil && len(tx.put) == 0 {
		return nil
	}
	if err == nil {
		err = tx.finish()
	}
	if err != nil {
		return named(errors.Join(err, tx.v.dropOtherGenerations(tx.base)))
	}
	s.feed.send(Change{Kind: "import"})
	return nil
}

func errWhen(b bool, err error) error {
	if b {
		return err
	}
	return nil
}

func (s *Store) newImport(ctx context.Context) (*ImportTx, error) {
	v := s.view.Load()
	base := v.meta.Load().Gen
	gens, err := snapshots(s.o.fs, s.o.Dir)
	if err != nil {
		return nil, err
	}
	tx := &ImportTx{s: s, v: v, ctx: ctx, base: base, gen: base + 1,
		pending: map[string][]byte{}, put: map[string]bool{}, identity: map[string]string{}}
	if len(gens) > 0 {
		tx.gen = max(base, gens[0]) + 1
	}
	if err := v.dropOtherGenerations(base); err != nil {
		return nil, err
	}
	prefix := seqKey(spaceIdentity, base)
	err = v.db.View(func(txn *badger.Txn) error {
		return eachRecord(txn, prefix, func(key []byte, _ int, id []byte) error {
			tx.identity[string(key[len(prefix):])] = string(id)
			return nil
		})
	})
	return tx, err
}

// identitiesOf gives the keys under which a community is known again.
func identitiesOf(i directory.Identity) []string {
	var out []string
	if i.SourceID != "" {
		out = append(out, "s"+i.Source+"\x00"+i.SourceID)
	}
	// A community that has an id of its own from its source is not known by its name.
	if i.NameKey != "" {
		out = append(out, "n"+i.NameKey)
	}
	return out
}

// Existing gives the community that is known by this identity: by its id, else
// by source and source id, else – only where neither is given – by its name,
// organiser and postcode. nil, nil where there is none.
func (tx *ImportTx) Existing(i directory.Identity) (*directory.Community, error) {
	if i.ID != "" {
		if c, err := tx.community(i.ID); c != nil || err != nil {
			return c, err
		}
	}
	for _, key := range identitiesOf(i) {
		if key[0] == 'n' && (i.SourceID != "" || i.ID != "") {
			continue
		}
		if id, ok := tx.identity[key]; ok {
			return tx.community(id)
		}
	}
	return nil, nil
}

func (tx *ImportTx) community(id string) (*directory.Community, error) {
	key := directoryKey(tx.base, dirCommunity, id)
	if tx.put[string(dirCommunity)+id] {
		key = directoryKey(tx.gen, dirCommunity, id)
	}
	var version int
	var record []byte
	var err error
	if val, ok := tx.pending[string(key)]; ok {
		version, record, err = decodeValue(key, val)
	} else {
		err = tx.v.db.View(func(txn *badger.Txn) error {
			version, record, err = getValue(txn, key)
			return err
		})
	}
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return decodeCommunity(version, record)
}

// Put adds a community or replaces the one with its id. It normalises it, gives
// it an id where it has none, and refuses with *directory.RefusedError what may
// not enter a store.
func (tx *ImportTx) Put(c *directory.Community) error {
	c.Normalize()
	if err := c.Validate(); err != nil {
		return err
	}
	c.AssignID()
	record, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("localdb: encode: %w", err)
	}
	if len(record) > maxCommunity {
		return &directory.RefusedError{Field: "record", Reason: "too_long"}
	}
	if err := tx.add(dirCommunity, c.ID, directory.Version, record); err != nil {
		return err
	}
	for _, key := range identitiesOf(c.Identity()) {
		tx.identity[key] = c.ID
		k := identityKey(tx.gen, key)
		tx.pending[string(k)] = encodeValue(k, 1, []byte(c.ID))
	}
	return nil
}

// PutOrganiser adds an organiser or replaces the one with its id.
func (tx *ImportTx) PutOrganiser(o *directory.Organiser) error {
	if o.Name = clean.Line(o.Name, directory.MaxName); o.Name == "" {
		return &directory.RefusedError{Field: "name", Reason: "empty"}
	}
	if o.ID == "" {
		o.ID = idFrom("organiser", o.CVR, o.Name)
	}
	return tx.addJSON(dirOrganiser, o.ID, o)
}

// PutAmbassador adds an ambassador or replaces the one with its id, as Put does.
func (tx *ImportTx) PutAmbassador(a *directory.Ambassador) error {
	a.Normalize()
	if a.ID == "" {
		a.ID = idFrom("ambassador", a.Name, strings.Join(a.Areas, ","))
	}
	if err := a.Validate(); err != nil {
		return err
	}
	return tx.addJSON(dirAmbassador, a.ID, a)
}

func idFrom(parts ...string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("vejviser\x00"+strings.Join(parts, "\x00"))).String()
}

func (tx *ImportTx) addJSON(kind byte, id string, record any) error {
	b, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("localdb: encode: %w", err)
	}
	if len(b) > maxCommunity {
		return &directory.RefusedError{Field: "record", Reason: "too_long"}
	}
	return tx.add(kind, id, directory.Version, b)
}

func (tx *ImportTx) add(kind byte, id string, version int, record []byte) error {
	if err := tx.ctx.Err(); err != nil {
		return err
	}
	key := directoryKey(tx.gen, kind, id)
	tx.pending[string(key)] = encodeValue(key, version, record)
	tx.put[string(kind)+id] = true
	if len(tx.pending) >= stageSize {
		return tx.flush()
	}
	return nil
}

func (tx *ImportTx) flush() error {
	if len(tx.pending) == 0 {
		return nil
	}
	entries := make([]entry, 0, len(tx.pending))
	for k, v := range tx.pending {
		entries = append(entries, entry{key: []byte(k), val: v})
	}
	if err := tx.stage(entries); err != nil {
		return err
	}
	clear(tx.pending)
	tx.s.o.at("import staged")
	return nil
}

// stage writes a part of the new generation where there is room for it.
func (tx *ImportTx) stage(entries []entry) error {
	if err := tx.s.room(); err != nil {
		return err
	}
	return tx.v.stage(entries)
}

// finish writes the snapshot, then moves the view over to the new generation.
// From the rename of the snapshot on the import stands: if the view fails after
// it, the view is rebuilt from the snapshot.
func (tx *ImportTx) finish() error {
	if err := tx.flush(); err != nil {
		return err
	}
	w, err := tx.s.newSnapshot(&meta{Gen: tx.gen})
	if err != nil {
		return fmt.Errorf("localdb: snapshot: %w", err)
	}
	if err = tx.carryOver(); err == nil {
		err = tx.v.db.View(func(txn *badger.Txn) error { return snapshotDirectory(txn, tx.gen, w) })
	}
	if err == nil {
		err = tx.ctx.Err()
	}
	if err != nil {
		return errors.Join(err, w.discard())
	}
	tx.s.o.at("import before rename")
	if err := w.finish(); err != nil {
		return fmt.Errorf("localdb: snapshot: %w", err)
	}
	tx.s.o.at("import after rename")
	tx.s.mu.Lock()
	defer tx.s.mu.Unlock()
	tx.s.flip(tx.v, tx.base, tx.gen)
	return nil
}

// tally is the part of a generation in meta's count and XOR.
type tally struct{ count, xor uint64 }

func (t *tally) add(val []byte) {
	t.count++
	t.xor ^= hash8(val)
}

// carryOver copies what was not put from the old generation to the new one.
func (tx *ImportTx) carryOver() error {
	var batch []entry
	move := func(from, space string, keep func(rest, record []byte) bool) error {
		prefix := seqKey(from, tx.base)
		return tx.v.db.View(func(txn *badger.Txn) error {
			return each(txn, prefix, func(key, val []byte) error {
				version, record, err := decodeValue(key, val)
				if err != nil || !keep(key[len(prefix):], record) {
					return err
				}
				to := append(seqKey(space, tx.gen), key[len(prefix):]...)
				batch = append(batch, put(to, version, record))
				if len(batch) < stageSize {
					return nil
				}
				err = tx.stage(batch)
				batch = batch[:0]
				return errors.Join(err, tx.ctx.Err())
			})
		})
	}
	edited, err := tx.edited()
	if err != nil {
		return err
	}
	err = move(spaceDirectory, spaceDirectory, func(rest, _ []byte) bool { return !tx.put[string(rest)] && !edited[string(rest)] })
	if err == nil { // of what edits lie upon, the base goes over; they are laid on again
		err = move(spaceBase, spaceDirectory, func(rest, _ []byte) bool { return !tx.put[string(rest)] })
	}
	if err == nil {
		err = move(spaceIdentity, spaceIdentity, func(rest, id []byte) bool {
			return tx.identity[string(rest)] == string(id) && !tx.put[string(dirCommunity)+string(id)]
		})
	}
	if err == nil && len(batch) > 0 {
		err = tx.stage(batch)
	}
	return err
}

// edited says which communities edits lie upon, as in put.
func (tx *ImportTx) edited() (map[string]bool, error) {
	out := map[string]bool{}
	err := tx.v.db.View(func(txn *badger.Txn) error {
		ids, err := editedCommunities(txn)
		for _, id := range ids {
			out[string(dirCommunity)+id] = true
		}
		return err
	})
	return out, err
}

// decodeCommunity reads a record of any version that this program knows.
// It was checked when it was written: only its shape is checked again.
func decodeCommunity(version int, record []byte) (*directory.Community, error) {
	if version > directory.Version {
		return nil, fmt.Errorf("%w: community version %d", ErrNewer, version)
	}
	c := new(directory.Community)
	if err := json.Unmarshal(record, c, trusted); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return c, nil
}

// trusted skips checks of JSON that this program wrote itself.
var trusted = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
