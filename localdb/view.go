package localdb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"

	"github.com/cespare/xxhash/v2"
	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/badgerdir"
)

// formatNumber is our number in Badger's manifest: another one is not our view.
const formatNumber = 0x5601

// view is the queryable side of the store: Badger with the options of
// findings/reliability §1.7. Everything in it can be made again.
//
// Each value is an 8-byte hash over key and rest, the version of the record as
// a varint, and the record. Badger's encryption has no authentication and its
// checks miss a flipped bit in 28 of 100 cases; the hash sees it, and the count
// and XOR of all hashes in meta see what is missing.
type view struct {
	db     *badger.DB
	memory bool
	meta   atomic.Pointer[meta]
	rest   func() // ends what is done to the tables from time to time
}

// Key spaces; those of what a hub confirmed are in confirmed.go, those of the
// outbox in outbox.go. d, i and b belong to one generation of the directory, so that an
// import is seen all at once: another generation is written beside, then meta
// moves over to it.
const (
	spaceMeta       = "m/"
	spaceDirectory  = "d/" // gen, kind, id → record
	spaceIdentity   = "i/" // gen, identity → id
	spaceReferral   = "r/" // seq → record
	spaceEvent      = "e/" // code, seq → record
	spaceSuggestion = "g/" // seq → record
	spaceGap        = "p/" // seq → record
	spaceCard       = "a/" // seq → sealed card
	spaceSetting    = "s/" // key → value
	spaceWaiting    = "w/" // counter → what waits to be sent
	spaceIndex      = "x/" // what, id → counter
)

var metaKey = []byte(spaceMeta + "meta")

// Kinds of record in the directory's key space.
const (
	dirCommunity  = 'c'
	dirOrganiser  = 'o'
	dirAmbassador = 'a'
)

func seqKey(space string, seq uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte(space), seq)
}

func directoryPrefix(gen uint64, kind byte) []byte {
	return append(seqKey(spaceDirectory, gen), kind)
}

func directoryKey(gen uint64, kind byte, id string) []byte {
	return append(directoryPrefix(gen, kind), id...)
}

func identityKey(gen uint64, identity string) []byte {
	return append(seqKey(spaceIdentity, gen), identity...)
}

func indexKey(what byte, id string) []byte {
	return append([]byte(spaceIndex), string(what)+"/"+id...)
}

func openView(dir string, key []byte, log *slog.Logger) (*view, error) {
	db, err := badgerdir.Open(badgerdir.Options(dir, key, formatNumber, log))
	if err != nil {
		return nil, fmt.Errorf("localdb: view: %w", err)
	}
	return newView(db, false, log)
}

// openMemoryView is the view where the disk has no room or no health: the
// journal still keeps what people do.
func openMemoryView(log *slog.Logger) (*view, error) {
	o := badgerdir.Options("", nil, formatNumber, log).WithInMemory(true)
	o.EncryptionKey = nil
	db, err := badger.Open(o)
	if err != nil {
		return nil, fmt.Errorf("localdb: view in memory: %w", err)
	}
	return newView(db, true, log)
}

func newView(db *badger.DB, memory bool, log *slog.Logger) (*view, error) {
	v := &view{db: db, memory: memory}
	err := db.View(func(txn *badger.Txn) error {
		m, err := readMeta(txn)
		v.meta.Store(&m)
		return err
	})
	if errors.Is(err, badger.ErrKeyNotFound) {
		v.meta.Store(&meta{Schema: schema})
		err = nil
	}
	if err == nil && v.meta.Load().Torn {
		err = fmt.Errorf("%w: an act was written in part", ErrDamaged)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	v.rest = badgerdir.KeepOrder(db, log)
	return v, nil
}

// encodeValue makes a value of version and record.
func encodeValue(key []byte, version int, record []byte) []byte {
	b := make([]byte, 8, 8+binary.MaxVarintLen16+len(record))
	b = binary.AppendUvarint(b, uint64(version))
	b = append(b, record...)
	binary.BigEndian.PutUint64(b, hashOf(key, b[8:]))
	return b
}

func hashOf(key, rest []byte) uint64 {
	var d xxhash.Digest
	d.Reset()
	d.Write(key)
	d.Write(rest)
	return d.Sum64()
}

// decodeValue checks the hash and gives version and record, which alias val.
func decodeValue(key, val []byte) (version int, record []byte, err error) {
	if len(val) < 9 || hashOf(key, val[8:]) != binary.BigEndian.Uint64(val) {
		return 0, nil, fmt.Errorf("%w: key %q", ErrDamaged, key)
	}
	ver, n := binary.Uvarint(val[8:])
	if n <= 0 {
		return 0, nil, fmt.Errorf("%w: key %q", ErrDamaged, key)
	}
	if ver == confirmedMark {
		_, body, ok := splitConfirmed(val[8:])
		if !ok {
			return 0, nil, fmt.Errorf("%w: key %q", ErrDamaged, key)
		}
		return 1, body, nil // what is newer in it is kept as unknown members
	}
	return int(ver), val[8+n:], nil
}

// rehash makes val the value of another key.
func rehash(key, val []byte) { binary.BigEndian.PutUint64(val, hashOf(key, val[8:])) }

// getValue gives a copy of a record, or badger.ErrKeyNotFound.
func getValue(txn *badger.Txn, key []byte) (version int, record []byte, err error) {
	item, err := txn.Get(key)
	if err != nil {
		return 0, nil, err
	}
	val, err := item.ValueCopy(nil)
	if err != nil {
		return 0, nil, err
	}
	return decodeValue(key, val)
}

// entry is one key with its whole value; a nil value deletes. fresh says that the
// key is not there yet.
type entry struct {
	key, val []byte
	fresh    bool
}

func put(key []byte, version int, record []byte) entry {
	return entry{key: key, val: encodeValue(key, version, record)}
}

// update writes entries and the meta that change makes, all or nothing, keeping
// count and XOR. Callers hold the store's writing lock.
func (v *view) update(entries []entry, change func(*meta)) error {
	m := *v.meta.Load()
	err := v.db.Update(func(txn *badger.Txn) error {
		for _, e := range entries {
			err := m.without(txn, e)
			if err == nil && e.val == nil {
				err = txn.Delete(e.key)
			} else if err == nil {
				m.Count++
				m.XOR ^= binary.BigEndian.Uint64(e.val)
				err = txn.Set(e.key, e.val)
			}
			if err != nil {
				return err
			}
		}
		if change != nil {
			change(&m)
		}
		return setMeta(txn, m)
	})
	if err != nil {
		return fmt.Errorf("localdb: view: %w", err)
	}
	v.meta.Store(&m)
	return nil
}

// updateAll is update in as many transactions as Badger's limit demands.
func (v *view) updateAll(entries []entry) error {
	return v.write(&changes{list: entries, m: *v.meta.Load()})
}

// stage writes entries of a generation that nobody reads yet, in as many
// transactions as Badger needs (its limit is near 5,000 small ones).
func (v *view) stage(entries []entry) error {
	wb := v.db.NewWriteBatch()
	defer wb.Cancel()
	for _, e := range entries {
		err := error(nil)
		if e.val == nil {
			err = wb.Delete(e.key)
		} else {
			err = wb.Set(e.key, e.val)
		}
		if err != nil {
			return fmt.Errorf("localdb: view: %w", err)
		}
	}
	if err := wb.Flush(); err != nil {
		return fmt.Errorf("localdb: view: %w", err)
	}
	return nil
}

// each calls fn with every key and value under prefix, in key order; both are
// valid only during the call.
func each(txn *badger.Txn, prefix []byte, fn func(key, val []byte) error) error {
	it := txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		item := it.Item()
		if err := item.Value(func(val []byte) error { return fn(item.Key(), val) }); err != nil {
			return err
		}
	}
	return nil
}

// eachRecord is each with checked records.
func eachRecord(txn *badger.Txn, prefix []byte, fn func(key []byte, version int, record []byte) error) error {
	return each(txn, prefix, func(key, val []byte) error {
		version, record, err := decodeValue(key, val)
		if err != nil {
			return err
		}
		return fn(key, version, record)
	})
}

func (v *view) close() error {
	v.rest()
	return v.db.Close()
}
