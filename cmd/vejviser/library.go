package main

import (
	"context"
	"sync"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
)

// library is the directory in memory: the records and the search over them.
// It is made anew from the store when the directory changes, off the screen's
// goroutine, and swapped in whole.
type library struct {
	store *localdb.Store

	mu      sync.RWMutex
	index   *match.Index
	records map[string]*directory.Community
	newest  time.Time // when a person last confirmed anything in it
}

func (l *library) load() error {
	var all []*directory.Community
	records := map[string]*directory.Community{}
	var newest time.Time
	err := l.store.EachCommunity(func(c *directory.Community) error {
		all = append(all, c)
		records[c.ID] = c
		if c.AssuredAt.After(newest) {
			newest = c.AssuredAt
		}
		return nil
	})
	if err != nil {
		return err
	}
	index := match.Build(all)
	l.mu.Lock()
	l.index, l.records, l.newest = index, records, newest
	l.mu.Unlock()
	return nil
}

// finder is the search of the moment; nil until the directory is loaded.
func (l *library) finder() *match.Index {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.index
}

// Community gives a record from memory.
func (l *library) Community(id string) (*directory.Community, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if c, ok := l.records[id]; ok {
		return c, nil
	}
	return nil, localdb.ErrNotFound
}

func (l *library) count() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return len(l.records)
}

// Search asks the search of the moment, for pages that hold one finder.
func (l *library) Search(ctx context.Context, q match.Query) match.Result {
	if x := l.finder(); x != nil {
		return x.Search(ctx, q)
	}
	return match.Result{}
}
