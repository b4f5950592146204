package localdb

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/badgerdir"
)

// checkKind is what views of the store are registered as.
const checkKind = "store"

func init() {
	badgerdir.Register(checkKind, func(ctx context.Context, dir string, key []byte) error {
		v, err := openView(dir, key, slog.New(discard{}))
		if err != nil {
			return err
		}
		_, err = v.verify(ctx)
		return errors.Join(err, v.close())
	})
}

// CheckIfAsked is called first in every main and TestMain. Where this process
// was started to check a Badger folder of any kind, it does that and ends; else
// it returns at once.
func CheckIfAsked() { badgerdir.IfAsked() }

// verify reads everything: Badger's checksums, each value's hash, and the count
// and XOR of all against meta.
func (v *view) verify(ctx context.Context) (count uint64, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: panic: %v", ErrDamaged, p)
		}
	}()
	if err := v.db.VerifyChecksum(); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	var m meta
	var xor uint64
	err = v.db.View(func(txn *badger.Txn) error {
		m, err = readMeta(txn)
		if errors.Is(err, badger.ErrKeyNotFound) {
			m, err = meta{Schema: schema}, nil
		}
		if err != nil {
			return err
		}
		current := string(seqKey("", m.Gen))
		return each(txn, nil, func(key, val []byte) error {
			if count%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			if _, _, err := decodeValue(key, val); err != nil {
				return err
			}
			if counted(key, current) {
				count++
				xor ^= hash8(val)
			}
			return nil
		})
	})
	if err != nil {
		return count, err
	}
	if count != m.Count || xor != m.XOR {
		return count, fmt.Errorf("%w: %d records where %d should be", ErrDamaged, count, m.Count)
	}
	return count, nil
}

// counted says whether a key is part of meta's count: all but meta itself and
// generations of the directory that are not the current one.
func counted(key []byte, current string) bool {
	switch string(key[:min(2, len(key))]) {
	case spaceMeta:
		return false
	case spaceDirectory, spaceIdentity, spaceBase:
		return len(key) >= 10 && string(key[2:10]) == current
	default:
		return true
	}
}

// hash8 is the hash that a whole value begins with.
func hash8(val []byte) uint64 { return binary.BigEndian.Uint64(val) }
