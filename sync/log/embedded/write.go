package embedded

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/badgerdir"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/sync/log"
)

// A group is what one fsync makes durable: so many batches, entries, bytes.
// maxFrame stays below what the journal takes in one frame, base64 included.
const (
	maxGroup   = 256
	maxEntries = 2000
	maxFrame   = 2 << 20
	perEntry   = 512 // bytes of key, operation and form, with plenty to spare
)

// request is one call that the writer serves: a batch, a key to erase, or
// something it does alone.
type request struct {
	ctx   context.Context
	batch []log.Entry
	size  int
	erase string
	alone func() error
	done  chan reply
}

type reply struct {
	first uint64
	err   error
}

// ask hands a request to the writer. Once the writer has it, only its reply
// says what became of it: where ctx ends before, that is not known.
func (l *Log) ask(r *request) (uint64, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	r.done = make(chan reply, 1)
	select {
	case <-l.stop:
		return 0, log.ErrClosed
	default:
	}
	select {
	case l.requests <- r:
	case <-l.stop:
		return 0, log.ErrClosed
	case <-r.ctx.Done():
		return 0, r.ctx.Err()
	}
	select {
	case d := <-r.done:
		return d.first, d.err
	case <-r.ctx.Done():
		return 0, fmt.Errorf("%w: %w", log.ErrUnknown, r.ctx.Err())
	}
}

// Append is log.Log's. Batches that wait at the same time share one fsync.
func (l *Log) Append(ctx context.Context, batch []log.Entry) (first uint64, err error) {
	if err := log.Check(batch); err != nil {
		return 0, err
	}
	r := &request{ctx: ctx, batch: batch}
	for _, e := range batch {
		r.size += len(e.Value) + perEntry
	}
	return l.ask(r)
}

// Erase is log.Log's. It writes a snapshot without the key, removes the journal
// and every older snapshot and view: some seconds for a large log, during which
// appends wait. Erasures that wait at the same time share one such round.
func (l *Log) Erase(ctx context.Context, key string) error {
	if !log.ValidKey(key) {
		return &log.InvalidError{Key: key, Reason: "key"}
	}
	_, err := l.ask(&request{ctx: ctx, erase: key})
	return err
}

// Purge is log.Log's. A floor above the head is the head.
func (l *Log) Purge(ctx context.Context, floor uint64) error {
	_, err := l.ask(&request{ctx: ctx, alone: func() error {
		floor := min(floor, l.meta().Head)
		op, err := opOf(opFloor, l.o.Now(), floor)
		if err != nil {
			return err
		}
		seq, err := l.record(op)
		if err != nil {
			return err
		}
		if err := l.lower(l.v, floor, seq); err != nil {
			return l.fail(err)
		}
		return nil
	}})
	return err
}

// write is the one goroutine that changes the log.
func (l *Log) write() {
	defer l.idle.Done()
	var next *request
	for {
		r := next
		next = nil
		if r == nil {
			select {
			case r = <-l.requests:
			case <-l.stop:
				return
			}
		}
		switch {
		case r.alone != nil:
			r.done <- reply{err: l.ready(r, r.alone)}
		case r.erase != "":
			var group []*request
			group, next = l.gather(r, func(r *request) bool { return r.erase != "" })
			l.eraseAll(group)
		default:
			keys, entries, size := map[string]bool{}, 0, 0
			var group []*request
			group, next = l.gather(r, func(r *request) bool { return fits(r, keys, &entries, &size) })
			l.commit(group)
		}
		l.trimIfDue()
	}
}

// gather takes what waits as long as it belongs to the group that r begins;
// next is the first that does not.
func (l *Log) gather(r *request, belongs func(*request) bool) (group []*request, next *request) {
	belongs(r)
	group = []*request{r}
	for len(group) < maxGroup {
		select {
		case r := <-l.requests:
			if !belongs(r) {
				return group, r
			}
			group = append(group, r)
		default:
			return group, nil
		}
	}
	return group, nil
}

// fits says whether a batch can share a frame with those before it. Two batches
// with the same key cannot: what the second expects depends on the first.
func fits(r *request, keys map[string]bool, entries, size *int) bool {
	if r.batch == nil || *entries > 0 && (*entries+len(r.batch) > maxEntries || *size+r.size > maxFrame) {
		return false
	}
	for _, e := range r.batch {
		if keys[e.Key] {
			return false
		}
	}
	for _, e := range r.batch {
		keys[e.Key] = true
	}
	*entries += len(r.batch)
	*size += r.size
	return true
}

// ready does fn where the log can still be changed and somebody still waits.
func (l *Log) ready(r *request, fn func() error) error {
	l.mu.Lock()
	fault := l.fault
	l.mu.Unlock()
	if fault != nil {
		return fault
	}
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if err := l.room(0); err != nil {
		return err
	}
	return fn()
}

// room says whether the disk has room for extra bytes and for what Badger may
// write meanwhile.
func (l *Log) room(extra int64) error {
	free, err := l.o.free(l.o.Dir)
	if err != nil {
		return fmt.Errorf("embedded: free space: %w", err)
	}
	if free < badgerdir.RoomToWrite+uint64(extra) {
		return fmt.Errorf("%w: %d MB are left on the disk", log.ErrFull, free>>20)
	}
	return full(badgerdir.Reserve(l.v.dir))
}

// commit stores the batches of a group: those that find their keys where they
// expect them, in one frame.
func (l *Log) commit(group []*request) {
	var good []*request
	for _, r := range group {
		if err := l.ready(r, func() error { return l.expected(r.batch) }); err != nil {
			r.done <- reply{err: err}
			continue
		}
		good = append(good, r)
	}
	if len(good) == 0 {
		return
	}
	first, err := l.store(good)
	for _, r := range good {
		if err != nil {
			r.done <- reply{err: err}
			continue
		}
		r.done <- reply{first: first}
		first += uint64(len(r.batch))
	}
}

// expected holds the batch against the view: nil or a *log.ConflictError.
func (l *Log) expected(batch []log.Entry) error {
	return l.v.db.View(func(txn *badger.Txn) error {
		for _, e := range batch {
			if e.Expect == nil {
				continue
			}
			at, err := placeOf(txn, e.Key)
			if err != nil {
				return l.fail(err)
			}
			if at == *e.Expect {
				continue
			}
			conflict := &log.ConflictError{Key: e.Key, Seq: at}
			if at > 0 {
				r, err := recordAt(txn, at)
				if err != nil {
					return l.fail(err)
				}
				conflict.Op = r.Op
			}
			return conflict
		}
		return nil
	})
}

// store makes a group durable and shows it.
func (l *Log) store(group []*request) (first uint64, err error) {
	var all []log.Record
	for _, r := range group {
		for _, e := range r.batch {
			all = append(all, log.Record{Key: e.Key, Value: e.Value, Tombstone: e.Tombstone, Op: e.Op})
		}
	}
	first, last, err := l.journalAll(all)
	if err != nil {
		return 0, err
	}
	l.o.at("journalled")
	changes := make([]change, len(all))
	for i := range all {
		changes[i].put = &all[i]
	}
	err = l.apply(l.v, changes, func(m *meta) { m.Head, m.Applied = last, last })
	if err != nil {
		// It is durable and will be seen after the next start.
		return 0, fmt.Errorf("%w: %w", log.ErrUnknown, l.fail(err))
	}
	l.o.at("shown")
	return first, nil
}

// journalAll records the entries, in one frame where they fit, and gives each
// its sequence. Where they need several, the last frame makes all of them count;
// the sequences stay in a row unless a write fails, and then none is given.
func (l *Log) journalAll(all []log.Record) (first, last uint64, err error) {
	frames := l.frames(all)
	batch := ""
	if len(frames) > 1 {
		id := make([]byte, 16)
		if _, err := io.ReadFull(l.o.Rand, id); err != nil {
			return 0, 0, fmt.Errorf("embedded: randomness: %w", err)
		}
		batch = hex.EncodeToString(id)
	}
	now := l.o.Now()
	for i, frame := range frames {
		kind := opPut
		if i < len(frames)-1 {
			kind = opPart
		}
		ops := make([]journal.Op, len(frame))
		for j := range frame {
			ops[j] = putOp(kind, batch, now, &frame[j])
		}
		seq, err := l.record(ops...)
		if err != nil {
			return 0, 0, err
		}
		if first == 0 {
			first = seq
		} else if seq != last+1 {
			return 0, 0, fmt.Errorf("embedded: the journal went on at %d behind %d", seq, last)
		}
		for j := range frame {
			frame[j].Seq = seq + uint64(j)
		}
		last = seq + uint64(len(frame)) - 1
	}
	return first, last, nil
}

func (l *Log) frames(all []log.Record) (frames [][]log.Record) {
	from, size := 0, 0
	for i := range all {
		n := len(all[i].Value) + perEntry
		if i > from && (size+n > maxFrame || i-from == maxEntries) {
			frames = append(frames, all[from:i])
			from, size = i, 0
		}
		size += n
	}
	return append(frames, all[from:])
}

// record appends one frame to the journal and waits until it is on the disk.
// Where a write or an fsync failed and the frame may have reached the disk all
// the same, the error is log.ErrUnknown.
func (l *Log) record(ops ...journal.Op) (uint64, error) {
	size := int64(0)
	for i := range ops {
		size += int64(len(ops[i].Body)) + 128
	}
	seq, err := l.journal.Append(ops...)
	if err == nil {
		l.grown.Add(size)
		return seq, nil
	}
	var refused *journal.AppendError
	if err = full(err); errors.As(err, &refused) && !errors.Is(err, log.ErrFull) &&
		(refused.Step == "write" || refused.Step == "sync") {
		err = fmt.Errorf("%w: %w", log.ErrUnknown, err)
	}
	return 0, err
}
