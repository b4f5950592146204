package localdb

import (
	"errors"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/journal"
)

// OpAt gives the id of the operation that has a counter; "" where this machine keeps
// none under it any more. A hub that knows another one under it speaks to two
// machines with one identity.
func (s *Store) OpAt(counter uint64) (id string, err error) {
	if err := s.begin(); err != nil {
		return "", err
	}
	defer s.end()
	err = s.healed(func(txn *badger.Txn) error {
		id = ""
		_, b, err := getValue(txn, seqKey(spaceOp, counter))
		if errors.Is(err, badger.ErrKeyNotFound) {
			return nil
		}
		var op journal.Op
		if err == nil {
			err = json.Unmarshal(b, &op, trusted)
		}
		id = op.ID
		return err
	})
	return id, err
}
