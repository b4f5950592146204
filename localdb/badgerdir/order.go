package badgerdir

import (
	"log/slog"
	"sync"
	"time"

	"github.com/dgraph-io/badger/v4"
)

// Tables are put in order by whoever opened the folder, not by Badger's own
// compactors: those wake up 40 times a second whether there is anything to do or
// not, which cost an idle hub one per cent of a core, and a laptop its rest.
const (
	orderAbove = 20               // tables that may lie in level 0, behind one another
	orderEvery = 10 * time.Second // how often that is looked at
)

// KeepOrder puts the folder's tables in order whenever many have been added, until
// stop is called, which waits for it. It must be called before db is closed.
func KeepOrder(db *badger.DB, log *slog.Logger) (stop func()) {
	enough, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(orderEvery)
		defer tick.Stop()
		for {
			select {
			case <-enough:
				return
			case <-tick.C:
			}
			if err := order(db); err != nil {
				log.Warn("the tables were not put in order", "err", err)
			}
		}
	}()
	return sync.OnceFunc(func() { close(enough); <-ended })
}

// order writes all tables anew in order where there are too many in level 0 and
// the disk has room for both. Whatever ends it, the folder holds the same.
func order(db *badger.DB) error {
	levels := db.Levels()
	if len(levels) == 0 || levels[0].NumTables <= orderAbove {
		return nil
	}
	if o := db.Opts(); !o.InMemory {
		free, err := Free(o.Dir)
		if err != nil {
			return err
		}
		size := int64(0)
		for _, l := range levels {
			size += l.Size
		}
		if free < uint64(size)+RoomToOpen {
			return nil
		}
	}
	return db.Flatten(1)
}
