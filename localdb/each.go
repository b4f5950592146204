package localdb

import (
	"errors"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// batchSize is how many communities are decoded at a time. Decoding is most of
// the cost of reading them all, so it runs beside the reading.
const batchSize = 256

// decoders is how many batches are decoded at once.
const decoders = 2

type batch struct {
	keys, vals [][]byte
	out        []*directory.Community
	err        error
	done       chan struct{}
}

func newBatch() *batch { return &batch{done: make(chan struct{})} }

func (b *batch) decode() {
	defer close(b.done)
	b.out = make([]*directory.Community, 0, len(b.vals))
	for i, val := range b.vals {
		version, record, err := decodeValue(b.keys[i], val)
		var c *directory.Community
		if err == nil {
			c, err = decodeCommunity(version, record)
		}
		if err != nil {
			b.err = err
			return
		}
		b.out = append(b.out, c)
	}
}

// errStopped ends the reading when fn has ended.
var errStopped = errors.New("stopped")

// EachCommunity calls fn with every community in id order, as one import left
// them; fn may keep them. An error of fn ends it and is returned.
func (s *Store) EachCommunity(fn func(*directory.Community) error) error {
	return s.eachStored(func(c *directory.Community, _, _ []byte) error { return fn(c) })
}

// eachStored is EachCommunity with key and value as the view has them.
func (s *Store) eachStored(fn func(c *directory.Community, key, val []byte) error) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	v := s.view.Load()
	seen, err := eachCommunity(v, 0, fn)
	if !errors.Is(err, ErrDamaged) || v.memory {
		return err
	}
	// Go on where the damage was met, on a view made from snapshot and journal.
	s.mu.Lock()
	if s.view.Load() == v {
		s.fallBack(err)
	}
	s.mu.Unlock()
	_, err = eachCommunity(s.view.Load(), seen, fn)
	return err
}

// eachCommunity passes over the first skip communities and says how many it
// has passed or handed to fn.
func eachCommunity(v *view, skip int, fn func(c *directory.Community, key, val []byte) error) (seen int, err error) {
	work := make(chan *batch)
	order := make(chan *batch, 2*decoders)
	stop := make(chan struct{})
	for range decoders {
		go func() {
			for b := range work {
				b.decode()
			}
		}()
	}
	readErr := make(chan error, 1)
	go func() {
		defer close(order)
		defer close(work)
		readErr <- readBatches(v, skip, work, order, stop)
	}()
	seen = skip
	for b := range order {
		<-b.done
		if err == nil {
			err = b.err
		}
		for i, c := range b.out {
			if err != nil && b.err == nil {
				break
			}
			if ferr := fn(c, b.keys[i], b.vals[i]); ferr != nil {
				err, b.err = ferr, nil
				break
			}
			seen++
		}
		if err != nil {
			break
		}
	}
	close(stop)
	for b := range order { // let the reader end
		<-b.done
	}
	if rerr := <-readErr; err == nil && !errors.Is(rerr, errStopped) {
		err = rerr
	}
	return seen, err
}

func readBatches(v *view, skip int, work, order chan<- *batch, stop <-chan struct{}) error {
	return v.db.View(func(txn *badger.Txn) error {
		m, err := metaOf(txn)
		if err != nil {
			return err
		}
		b := newBatch()
		hand := func() error {
			if len(b.vals) == 0 {
				return nil
			}
			select {
			case <-stop:
				return errStopped
			case order <- b:
			}
			work <- b
			b = newBatch()
			return nil
		}
		err = each(txn, directoryPrefix(m.Gen, dirCommunity), func(key, val []byte) error {
			if skip > 0 {
				skip--
				return nil
			}
			n := len(key)
			mem := make([]byte, n+len(val))
			copy(mem, key)
			copy(mem[n:], val)
			b.keys, b.vals = append(b.keys, mem[:n:n]), append(b.vals, mem[n:])
			if len(b.vals) == batchSize {
				return hand()
			}
			return nil
		})
		if err != nil {
			return err
		}
		return hand()
	})
}
