package badgerdir

import (
	"encoding/binary"
	"log/slog"
	"testing"

	"github.com/dgraph-io/badger/v4"
)

// TestManyTablesArePutInOrderAndHoldTheSame opens and closes a folder often, each
// time with something new and something changed, as a PC does from day to day.
func TestManyTablesArePutInOrderAndHoldTheSame(t *testing.T) {
	o := Options(t.TempDir(), make([]byte, 32), 1, slog.New(slog.DiscardHandler))
	open := func() *badger.DB {
		db, err := Open(o)
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	key := func(i int) []byte { return binary.BigEndian.AppendUint32([]byte("k"), uint32(i)) }
	const days = orderAbove + 2
	for day := range days {
		db := open()
		err := db.Update(func(txn *badger.Txn) error {
			if day > 0 {
				if err := txn.Delete(key(day - 1)); err != nil {
					return err
				}
			}
			for i := day; i < day+10; i++ {
				if err := txn.Set(key(i), []byte{byte(day)}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	db := open()
	look := func() {
		t.Helper()
		err := db.View(func(txn *badger.Txn) error {
			it := txn.NewIterator(badger.DefaultIteratorOptions)
			defer it.Close()
			i := days - 1
			for it.Rewind(); it.Valid(); it.Next() {
				val, err := it.Item().ValueCopy(nil)
				if err != nil {
					return err
				}
				if string(it.Item().Key()) != string(key(i)) || len(val) != 1 || val[0] != days-1 {
					t.Errorf("%x is %x, not %x", it.Item().Key(), val, key(i))
				}
				i++
			}
			if i != days+9 {
				t.Error("found up to", i)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	look()
	if n := db.Levels()[0].NumTables; n <= orderAbove {
		t.Fatal("there is nothing to put in order:", n)
	}
	if err := order(db); err != nil {
		t.Fatal(err)
	}
	if n := db.Levels()[0].NumTables; n > 0 {
		t.Error("still in level 0:", n)
	}
	look()
	stop := KeepOrder(db, slog.New(slog.DiscardHandler))
	stop()
	stop()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open()
	look()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
