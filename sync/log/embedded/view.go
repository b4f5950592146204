package embedded

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"

	"github.com/dgraph-io/badger/v4"
	bopts "github.com/dgraph-io/badger/v4/options"

	"github.com/faellesskabsby/vejviser/localdb/badgerdir"
	"github.com/faellesskabsby/vejviser/sync/log"
)

// formatNumber is our number in Badger's manifest: another one is not our view.
const formatNumber = 0x5610

// checkKind is what folders of this kind are registered as.
const checkKind = "log"

func init() {
	badgerdir.Register(checkKind, func(ctx context.Context, dir string, key []byte) error {
		v, err := openView(dir, key, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		return errors.Join(v.verify(ctx), v.release())
	})
}

// Keys of the view. Everything in it can be made again.
var (
	spaceSeq = []byte("s/") // and the sequence, 8 bytes big endian → record
	spaceKey = []byte("k/") // and the key → its sequence
	metaKey  = []byte("m/meta")
)

func seqKey(seq uint64) []byte    { return binary.BigEndian.AppendUint64(bytes.Clone(spaceSeq), seq) }
func keyKey(key string) []byte    { return append(bytes.Clone(spaceKey), key...) }
func seqOf(key []byte) uint64     { return binary.BigEndian.Uint64(key[len(spaceSeq):]) }
func hash8(checked []byte) uint64 { return binary.BigEndian.Uint64(checked) }

// meta is the state of the view, in the same transaction as what it speaks of.
type meta struct {
	Epoch, Head, Floor uint64
	Applied            uint64 // last sequence of the journal that is in the view
	Count, XOR         uint64 // of the records, by their hashes
}

func (m meta) bytes() []byte {
	var b []byte
	for _, n := range []uint64{m.Epoch, m.Head, m.Floor, m.Applied, m.Count, m.XOR} {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	return checked(metaKey, b)
}

// view is the queryable side of the log.
type view struct {
	db   *badger.DB
	rest func() // ends what is done to the tables from time to time
	dir  string
	refs atomic.Int64 // one of the log itself and one of each reader
	drop atomic.Bool  // remove the folder when the last of them has gone
}

func openView(dir string, key []byte, words *slog.Logger) (*view, error) {
	o := badgerdir.Options(dir, key, formatNumber, words)
	if key == nil { // tests: bytes can be looked for
		o = o.WithCompression(bopts.None)
	}
	db, err := badgerdir.Open(o)
	if err != nil {
		return nil, fmt.Errorf("embedded: view: %w", err)
	}
	v := &view{db: db, dir: dir, rest: badgerdir.KeepOrder(db, words)}
	v.refs.Store(1)
	return v, nil
}

// release gives a reference back; the last one closes the view.
func (v *view) release() error {
	if v.refs.Add(-1) > 0 {
		return nil
	}
	v.rest()
	err := v.db.Close()
	if v.drop.Load() {
		err = errors.Join(err, os.RemoveAll(v.dir))
	}
	return err
}

// get gives a checked value, or badger.ErrKeyNotFound.
func get(txn *badger.Txn, key []byte) ([]byte, error) {
	item, err := txn.Get(key)
	if err != nil {
		return nil, err
	}
	b, err := item.ValueCopy(nil)
	if err != nil {
		return nil, err
	}
	return unchecked(key, b)
}

// readMeta gives the state of the view. One that has none was never finished.
func readMeta(txn *badger.Txn) (m meta, err error) {
	b, err := get(txn, metaKey)
	if err == nil && len(b) != 6*8 {
		err = fmt.Errorf("%w: meta", ErrDamaged)
	}
	if errors.Is(err, badger.ErrKeyNotFound) {
		err = fmt.Errorf("%w: a view without meta", ErrDamaged)
	}
	if err != nil {
		return m, err
	}
	for i, n := range []*uint64{&m.Epoch, &m.Head, &m.Floor, &m.Applied, &m.Count, &m.XOR} {
		*n = binary.BigEndian.Uint64(b[8*i:])
	}
	return m, nil
}

// placeOf is where a key is, 0 where it does not exist.
func placeOf(txn *badger.Txn, key string) (uint64, error) {
	b, err := get(txn, keyKey(key))
	if errors.Is(err, badger.ErrKeyNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if len(b) != 8 {
		return 0, fmt.Errorf("%w: key %s", ErrDamaged, key)
	}
	return binary.BigEndian.Uint64(b), nil
}

func recordAt(txn *badger.Txn, seq uint64) (log.Record, error) {
	b, err := get(txn, seqKey(seq))
	if errors.Is(err, badger.ErrKeyNotFound) {
		return log.Record{}, fmt.Errorf("%w: record %d is gone", ErrDamaged, seq)
	}
	if err != nil {
		return log.Record{}, err
	}
	return parseRecord(seq, b)
}

// last gives what the view has of a key, or log.ErrNotFound.
func last(txn *badger.Txn, key string) (log.Record, error) {
	seq, err := placeOf(txn, key)
	if err != nil {
		return log.Record{}, err
	}
	if seq == 0 {
		return log.Record{}, log.ErrNotFound
	}
	return recordAt(txn, seq)
}

// records calls fn with every record after a sequence, in order.
func records(txn *badger.Txn, after uint64, fn func(log.Record) error) error {
	o := badger.DefaultIteratorOptions
	o.Prefix = spaceSeq
	it := txn.NewIterator(o)
	defer it.Close()
	for it.Seek(seqKey(after + 1)); it.Valid(); it.Next() {
		item := it.Item()
		err := item.Value(func(b []byte) error {
			key := item.Key()
			b, err := unchecked(key, b)
			if err != nil {
				return err
			}
			r, err := parseRecord(seqOf(key), b)
			if err != nil {
				return err
			}
			return fn(r)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// verify reads everything: Badger's checksums, each value's hash, the number
// and XOR of the records against meta, and that each has its key.
func (v *view) verify(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: panic: %v", ErrDamaged, p)
		}
	}()
	if err := v.db.VerifyChecksum(); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return v.db.View(func(txn *badger.Txn) error {
		m, err := readMeta(txn)
		if err != nil {
			return err
		}
		var count, xor, keys uint64
		err = records(txn, 0, func(r log.Record) error {
			if count%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			count++
			xor ^= hashOf(seqKey(r.Seq), appendRecord(nil, &r))
			seq, err := placeOf(txn, r.Key)
			if err == nil && seq != r.Seq {
				err = fmt.Errorf("%w: %s is at %d and at %d", ErrDamaged, r.Key, r.Seq, seq)
			}
			return err
		})
		if err != nil {
			return err
		}
		it := txn.NewIterator(badger.IteratorOptions{Prefix: spaceKey})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			keys++
		}
		if count != m.Count || xor != m.XOR || keys != count {
			return fmt.Errorf("%w: %d records and %d keys where %d should be", ErrDamaged, count, keys, m.Count)
		}
		return nil
	})
}
