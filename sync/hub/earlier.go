package hub

import (
	"context"
	"slices"
	"sync"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/go-json-experiment/json"
)

// earlier is what a device of version 1 of the wire may know: its program holds a
// family or a kind that it has never heard of to be a fault of the hub's, and would
// stop. So it has the feeds of that time, and in them the kinds of that time.
type earlier struct {
	holdings
	counts *counts
}

// holdingsFor gives what a device may know that speaks a version of the wire.
func (h *Hub) holdingsFor(d *deviceBody, version int) holdings {
	hold := holdingsOf(d)
	if hold == nil || version >= 2 {
		return hold
	}
	return earlier{hold, &h.counts}
}

func (e earlier) streams() (out []stream) {
	for _, s := range e.holdings.streams() {
		switch s.(type) {
		case ProgressFeed:
		case CaseFeed, OwnCaseFeed, TipFeed:
			out = append(out, earlierStream{s, e.counts})
		default: // what is public, and ambassadors, are as they were
			out = append(out, s)
		}
	}
	return out
}

// earlierStream passes over records of later kinds.
type earlierStream struct {
	stream
	counts *counts
}

func (earlierStream) extent() extent { return "version 1" }

// ofVersion1 says whether a program of version 1 knows what a record is.
func ofVersion1(r *record.Record) bool {
	switch r.Kind {
	case record.Referral, record.Event, record.Suggestion, record.Gap:
		return true
	case record.Conflict: // of communities
		var c struct {
			Kind record.Kind `json:"kind"`
		}
		return r.Deleted || json.Unmarshal(r.Body, &c) == nil && c.Kind == ""
	}
	return false
}

func (e earlierStream) after(ctx context.Context, s *localdb.Store, seq uint64, limit int) ([]record.Record, error) {
	for {
		rs, err := e.stream.after(ctx, s, seq, limit)
		if err != nil || len(rs) == 0 {
			return rs, err
		}
		seq = rs[len(rs)-1].Seq
		if rs = slices.DeleteFunc(rs, func(r record.Record) bool { return !ofVersion1(&r) }); len(rs) > 0 {
			return rs, nil
		}
	}
}

func (e earlierStream) each(ctx context.Context, s *localdb.Store, f record.Feed, fn func(record.Record) error) error {
	return e.stream.each(ctx, s, f, func(r record.Record) error {
		if !ofVersion1(&r) {
			return nil
		}
		return fn(r)
	})
}

// counts are digests of feeds as version 1 has them, kept until the store moves on:
// they are counted record by record, since a store keeps up only those of whole feeds.
type counts struct {
	mu sync.Mutex
	by map[record.Feed]countedAt
}

type countedAt struct {
	digests record.Digests
	at      record.Position
}

const countTries = 5

func (e earlierStream) digests(ctx context.Context, s *localdb.Store, f record.Feed) (record.Digests, record.Position, error) {
	e.counts.mu.Lock() // two hundred that ask together cause one count
	defer e.counts.mu.Unlock()
	for range countTries {
		at, err := s.Position()
		if err != nil {
			return record.Digests{}, at, err
		}
		if c, ok := e.counts.by[f]; ok && c.at == at {
			return c.digests, at, nil
		}
		var ds record.Digests
		err = e.each(ctx, s, f, func(r record.Record) error {
			b := record.Bucket(r.ID)
			ds[b] = ds[b].Add(record.Sum(&r))
			return nil
		})
		if err != nil {
			return ds, at, err
		}
		if now, err := s.Position(); err != nil || now != at {
			continue // it moved on meanwhile: the count is of neither place
		}
		e.counts.by[f] = countedAt{ds, at}
		return ds, at, nil
	}
	return record.Digests{}, record.Position{}, errBusy
}
