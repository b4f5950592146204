package embedded

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/sync/log"
)

// A transaction holds at most so much, one record more at the most: Badger takes
// 15 % of a memtable of 8 MiB (its maxBatchSize).
const (
	maxTxnBytes = 512 << 10
	maxTxnCount = 1000
)

// change is one step of the view.
type change struct {
	put   *log.Record
	erase string
}

// apply does the changes in as few transactions as Badger allows, and then
// moves meta. A kill between two of them does no harm: what was done is done
// again and finds itself. Readers are kept out where there is more than one.
func (l *Log) apply(v *view, changes []change, move func(*meta)) error {
	m := l.meta()
	parts := split(changes)
	if len(parts) > 1 {
		l.gate.Lock()
		defer l.gate.Unlock()
	}
	for i, part := range parts {
		err := v.db.Update(func(txn *badger.Txn) error {
			for _, c := range part {
				if err := c.do(txn, &m); err != nil {
					return err
				}
			}
			if i == len(parts)-1 && move != nil {
				move(&m)
			}
			return txn.Set(metaKey, m.bytes())
		})
		if err != nil {
			return fmt.Errorf("embedded: view: %w", err)
		}
	}
	l.publish(m)
	return nil
}

func split(changes []change) (parts [][]change) {
	from, size := 0, 0
	for i, c := range changes {
		if c.put != nil {
			size += len(c.put.Value)
		}
		size += 512
		if size >= maxTxnBytes || i+1-from >= maxTxnCount {
			parts = append(parts, changes[from:i+1])
			from, size = i+1, 0
		}
	}
	if from < len(changes) || len(parts) == 0 {
		parts = append(parts, changes[from:])
	}
	return parts
}

func (c change) do(txn *badger.Txn, m *meta) error {
	key := c.erase
	if c.put != nil {
		key = c.put.Key
	}
	was, err := placeOf(txn, key)
	if err != nil {
		return err
	}
	if c.put != nil && was >= c.put.Seq {
		return nil // done before a kill
	}
	if was > 0 {
		if err := drop(txn, m, was); err != nil {
			return err
		}
	}
	if c.put == nil {
		return txn.Delete(keyKey(key))
	}
	k := seqKey(c.put.Seq)
	val := checked(k, appendRecord(nil, c.put))
	m.Count++
	m.XOR ^= hash8(val)
	if err := txn.Set(k, val); err != nil {
		return err
	}
	k = keyKey(key)
	return txn.Set(k, checked(k, binary.BigEndian.AppendUint64(nil, c.put.Seq)))
}

// drop removes the record at a sequence.
func drop(txn *badger.Txn, m *meta, seq uint64) error {
	k := seqKey(seq)
	item, err := txn.Get(k)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return fmt.Errorf("%w: record %d is gone", ErrDamaged, seq)
	}
	if err != nil {
		return err
	}
	err = item.Value(func(b []byte) error {
		if len(b) < 8 {
			return fmt.Errorf("%w: record %d", ErrDamaged, seq)
		}
		m.Count--
		m.XOR ^= hash8(b)
		return nil
	})
	if err != nil {
		return err
	}
	return txn.Delete(k)
}

// tombstones gives those at or below a floor, as erasures.
func tombstones(v *view, floor uint64) (changes []change, err error) {
	err = v.db.View(func(txn *badger.Txn) error {
		err := records(txn, 0, func(r log.Record) error {
			if r.Seq > floor {
				return errEnough
			}
			if r.Tombstone {
				changes = append(changes, change{erase: r.Key})
			}
			return nil
		})
		if errors.Is(err, errEnough) {
			err = nil
		}
		return err
	})
	return changes, err
}

var errEnough = errors.New("embedded: enough")

// player plays frames of the journal into the view. Parts of a batch wait until
// its last frame makes them count; where that never came, they are nothing.
type player struct {
	l     *Log
	v     *view
	batch string
	parts []change
}

func (p *player) play(ops []journal.Op) error {
	seq := ops[len(ops)-1].Counter
	if seq <= p.l.meta().Applied {
		return nil
	}
	var changes []change
	for i := range ops {
		op := &ops[i]
		switch op.Kind {
		case opPut, opPart:
			r, err := parsePut(op)
			if err != nil {
				return err
			}
			if op.ID != p.batch {
				p.batch, p.parts = op.ID, nil
			}
			if op.Kind == opPart {
				p.parts = append(p.parts, change{put: &r})
				continue
			}
			changes = append(append(changes, p.parts...), change{put: &r})
			p.parts = nil
		case opErase:
			var key string
			if err := json.Unmarshal(op.Body, &key); err != nil {
				return fmt.Errorf("%w: operation %d: %w", ErrDamaged, op.Counter, err)
			}
			changes = append(changes, change{erase: key})
		case opFloor:
			var floor uint64
			if err := json.Unmarshal(op.Body, &floor); err != nil {
				return fmt.Errorf("%w: operation %d: %w", ErrDamaged, op.Counter, err)
			}
			if err := p.l.lower(p.v, floor, seq); err != nil {
				return err
			}
		default:
			return fmt.Errorf("embedded: the journal has an operation %q of a newer program", op.Kind)
		}
	}
	if len(changes) == 0 {
		return nil
	}
	return p.l.apply(p.v, changes, func(m *meta) {
		m.Applied = seq
		for _, c := range changes {
			if c.put != nil {
				m.Head = max(m.Head, c.put.Seq)
			}
		}
	})
}

// lower removes the tombstones at or below a floor and notes it.
func (l *Log) lower(v *view, floor, applied uint64) error {
	gone, err := tombstones(v, floor)
	if err != nil {
		return err
	}
	return l.apply(v, gone, func(m *meta) { m.Floor, m.Applied = max(m.Floor, floor), applied })
}
