package sim

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/zstd"
)

// change is one entry that the log took in.
type change struct {
	seq   uint64
	key   string
	op    string
	value []byte
	gone  bool
}

// ledger stands between the hub and its log, and writes down what is taken in.
type ledger struct {
	log.Log
	w    *world
	dead atomic.Bool
}

// die ends it: what a killed hub still does is not in the log that the next one has.
func (l *ledger) die() { l.dead.Store(true) }

func (l *ledger) Append(ctx context.Context, batch []log.Entry) (uint64, error) {
	if l.dead.Load() {
		return 0, log.ErrClosed
	}
	first, err := l.Log.Append(ctx, batch)
	if err != nil || l.dead.Load() {
		return first, err
	}
	w := l.w
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, e := range batch {
		w.lineage = append(w.lineage, change{first + uint64(i), e.Key, e.Op, bytes.Clone(e.Value), e.Tombstone})
	}
	// Two appends may come back in another order than they were stored in.
	slices.SortStableFunc(w.lineage[max(0, len(w.lineage)-500):], func(a, b change) int { return int(int64(a.seq) - int64(b.seq)) })
	return first, nil
}

// insideOf reads the last sequence of a backup, and the seed of the hub's key.
func insideOf(b []byte) (last uint64, seed []byte, err error) {
	z, err := zstd.NewReader(bytes.NewReader(b), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return 0, nil, err
	}
	defer z.Close()
	in := bufio.NewReader(z)
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			return last, seed, nil
		}
		if err != nil {
			return 0, nil, err
		}
		var l struct {
			Head     uint64 `json:"head"`
			Seq      uint64 `json:"seq"`
			Identity struct {
				Seed []byte `json:"seed"`
			} `json:"identity"`
		}
		if err := json.Unmarshal(line, &l); err != nil {
			return 0, nil, err
		}
		last = max(last, l.Seq, l.Head)
		if l.Identity.Seed != nil {
			seed = l.Identity.Seed
		}
	}
}

// book holds every operation that a store acknowledged.
type book struct {
	w   *world
	mu  sync.Mutex
	ops map[string]*booked // by the operation's id
}

// booked is one operation, and where it is.
type booked struct {
	op      journal.Op
	device  string   // the device that did it first
	again   bool     // it was told by another device as well
	settled bool     // a person discarded it, or had it tried again under another id
	rescued bool     // it lies in a rescue file
	refused []string // why a person saw it in a tray
}

func newBook(w *world) *book { return &book{w: w, ops: map[string]*booked{}} }

// note writes down what a store acknowledged since the last look.
func (b *book) note(p *pc) {
	ops, err := p.store.Outbox(context.Background(), 0)
	if err != nil {
		b.w.wrong("%s: outbox: %v", p.name, err)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, op := range ops {
		if !p.holds[op.ID] {
			p.holds[op.ID] = true
			b.w.count("operations")
			b.w.count("op " + op.Kind)
			p.say("%s %s is operation %d", op.Kind, short(op.ID), op.Counter)
		}
		if b.ops[op.ID] == nil {
			b.ops[op.ID] = &booked{op: op, device: p.device}
		}
	}
}

// refused writes down that somebody saw an operation in a tray.
func (b *book) refused(p *pc, id, code string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if o := b.ops[id]; o != nil {
		o.refused = append(o.refused, code)
	}
}

// again writes down that a machine tells what it did as another device.
func (b *book) again(p *pc) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id := range p.holds {
		if o := b.ops[id]; o != nil {
			o.again = true
		}
	}
}

func (b *book) settle(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if o := b.ops[id]; o != nil {
		o.settled = true
	}
}

// underAnotherName says that the same act was tried again, by a person or by the
// client itself, which had put it aside while the hub failed: as a new operation,
// whose fate is the act's.
func (b *book) underAnotherName(o *booked) bool {
	for id, x := range b.ops {
		if id != o.op.ID && x.op.Kind == o.op.Kind && x.op.Counter > o.op.Counter && sameJSON(x.op.Body, o.op.Body) {
			return true
		}
	}
	return false
}

// idOfRefused finds the operation behind what lies in a tray.
func (b *book) idOfRefused(p *pc, r localdb.RefusedOp) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, o := range b.ops {
		if p.holds[id] && o.op.Kind == r.Kind && !o.settled && sameJSON(o.op.Body, r.Body) && o.op.Counter == r.Seq {
			return id
		}
	}
	for id, o := range b.ops {
		if p.holds[id] && o.op.Kind == r.Kind && sameJSON(o.op.Body, r.Body) {
			return id
		}
	}
	return ""
}

func sameJSON(a, b jsontext.Value) bool { return localdb.SameValue(a, b) }

func short(id string) string { return id[max(0, len(id)-6):] }
