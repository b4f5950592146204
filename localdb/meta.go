package localdb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

// meta is the state of the view, written in the same transaction as what it
// speaks of.
type meta struct {
	Schema  int    `json:"schema"`
	Gen     uint64 `json:"gen"`     // generation of the directory: the import or the enrolment it came from
	Applied uint64 `json:"applied"` // last journal sequence that is in the view
	Count   uint64 `json:"count"`
	XOR     uint64 `json:"xor,string"`

	Enrolled bool          `json:"enrolled,omitzero"`
	Epoch    uint64        `json:"epoch,omitzero"` // of the hub's log
	Seq      uint64        `json:"seq,omitzero"`   // everything up to it is here
	Feeds    []record.Feed `json:"feeds,omitempty"`
	Acked    uint64        `json:"acked,omitzero"`  // highest counter that a hub has answered
	Edited   int           `json:"edited,omitzero"` // communities that edits lie upon
	// EditedElse is how many records of other kinds edits lie upon.
	EditedElse int    `json:"edited_else,omitzero"`
	Turn       uint64 `json:"turn,string,omitzero"` // another one whenever a community changed in place
	Torn       bool   `json:"torn,omitzero"`        // an act is here in part: this view is made again
}

func (m *meta) position() record.Position { return record.Position{Epoch: m.Epoch, Seq: m.Seq} }

// same says that nothing but count and XOR may differ.
func (m *meta) same(o *meta) bool {
	return m.Schema == o.Schema && m.Gen == o.Gen && m.Applied == o.Applied && m.Enrolled == o.Enrolled &&
		m.Epoch == o.Epoch && m.Seq == o.Seq && slices.Equal(m.Feeds, o.Feeds) && m.Acked == o.Acked &&
		m.Edited == o.Edited && m.EditedElse == o.EditedElse && m.Turn == o.Turn
}

// turn notes that communities changed. It is random, so that a search made of
// a view that was lost is never taken for one of the view that came after it.
func (m *meta) turn(s *Store) {
	var b [8]byte
	if _, err := io.ReadFull(s.o.Rand, b[:]); err != nil {
		m.Turn++
		return
	}
	m.Turn = binary.BigEndian.Uint64(b[:])>>1 + 1
}

// without takes the value that an entry replaces out of count and XOR.
func (m *meta) without(txn *badger.Txn, e entry) error {
	if e.fresh {
		return nil
	}
	item, err := txn.Get(e.key)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return item.Value(func(old []byte) error {
		if len(old) < 8 {
			return fmt.Errorf("%w: key %q", ErrDamaged, e.key)
		}
		m.Count--
		m.XOR ^= binary.BigEndian.Uint64(old)
		return nil
	})
}

func readMeta(txn *badger.Txn) (m meta, err error) {
	_, b, err := getValue(txn, metaKey)
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("%w: meta: %w", ErrDamaged, err)
	}
	return m, nil
}

func setMeta(txn *badger.Txn, m meta) error {
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return txn.Set(metaKey, encodeValue(metaKey, 1, b))
}
