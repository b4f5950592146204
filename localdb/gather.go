package localdb

import (
	"bytes"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/faellesskabsby/vejviser/localdb/frugal"
	"github.com/faellesskabsby/vejviser/localdb/match"
)

// gathering is a search that is made while a first sync fills an empty store: what
// comes is taken into it beside the writing of what comes next, instead of being
// read again from the start when all of it is here. It is good for as long as
// every change of the directory since then went through it, which meta.Turn
// tells; else the search is made as always.
type gathering struct {
	gen, turn uint64         // what it holds; guarded by the store's mu
	arrived   time.Time      // when all of it was here; guarded by the store's mu
	adding    sync.WaitGroup // buckets that are being taken in

	mu      sync.Mutex
	builder *match.Builder
	stamps  []byte
	bad     bool // something could not be read
}

// gatheredFor is how long a search that nobody asked for is kept in memory.
const gatheredFor = time.Minute

// beginGathering is called before the first bucket goes into an empty directory.
// Callers hold s.mu.
func (s *Store) beginGathering() {
	m := s.view.Load().meta.Load()
	if s.gather = nil; s.o.Hub || m.Edited > 0 || frugal.Held() {
		return
	}
	s.gather = &gathering{gen: m.Gen, turn: m.Turn, builder: match.NewBuilder()}
}

// gathered notes what a bucket wrote, and gives what is left to do when others
// may write again. before is the turn before the bucket. Callers hold s.mu.
func (s *Store) gathered(before uint64, c *changes) (gather func()) {
	g, m := s.gather, s.view.Load().meta.Load()
	if g == nil || m.Turn == before {
		return func() {}
	}
	prefix := directoryPrefix(g.gen, dirCommunity)
	var list []entry
	for _, e := range c.list {
		if !bytes.HasPrefix(e.key, prefix) {
			continue
		}
		if !e.fresh || e.val == nil {
			list = nil
			break
		}
		list = append(list, e)
	}
	if g.turn != before || g.gen != m.Gen || len(list) == 0 { // it came about in another way
		s.gather = nil
		return func() {}
	}
	g.turn = m.Turn
	g.adding.Add(1)
	return func() {
		defer g.adding.Done()
		g.add(list, len(prefix))
	}
}

// add takes communities in as the view has them. Decoding, most of the work, does
// not keep others from theirs.
func (g *gathering) add(list []entry, prefix int) {
	b := newBatch()
	for _, e := range list {
		b.keys, b.vals = append(b.keys, e.key), append(b.vals, e.val)
	}
	b.decode()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.bad = g.bad || b.err != nil; g.bad {
		return
	}
	for i, c := range b.out {
		g.stamps = appendStamp(g.stamps, b.keys[i][prefix:], xxhash.Sum64(b.vals[i][8:]))
		g.builder.Add(c)
	}
}

// hasArrived says that all of it is here. Callers hold s.mu.
func (s *Store) hasArrived() {
	if s.gather != nil {
		s.gather.arrived = s.o.Now()
	}
}

// forgetGathered lets a search go that nobody asked for. Callers hold s.mu.
func (s *Store) forgetGathered() {
	if g := s.gather; g != nil && !g.arrived.IsZero() && s.o.Now().Sub(g.arrived).Abs() > gatheredFor {
		s.gather = nil
	}
}

// takeGathered gives the search that a first sync made, once; nil where there is
// none. It may lie behind what is here now, and is brought up to date like any.
func (s *Store) takeGathered() *Search {
	s.mu.Lock()
	g := s.gather
	if g == nil || g.arrived.IsZero() {
		s.mu.Unlock()
		return nil
	}
	s.gather = nil
	s.mu.Unlock()
	g.adding.Wait()
	if g.bad {
		return nil
	}
	x := &Search{made: searchState{gen: g.gen, size: 1, at: g.turn, program: programPrint()}, kept: g.stamps}
	x.Index = g.builder.Index()
	return x
}
