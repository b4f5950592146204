package main

import (
	"context"
	"sync"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
)

// library is the directory in memory: the search over it, and the records that
// were looked at lately. When the directory changes the search is brought up to
// date off the screen's goroutine, and swapped in whole.
type library struct {
	store *localdb.Store

	renewing sync.Mutex

	mu     sync.RWMutex
	search *localdb.Search
	words  *match.Words // the organisation's own; nil is none
	seen   map[string]*directory.Community
}

// maxSeen bounds the records that are kept in memory.
const maxSeen = 500

// load makes the search what the store holds, and says whether it was not.
func (l *library) load() (changed bool, err error) {
	l.renewing.Lock()
	defer l.renewing.Unlock()
	l.mu.RLock()
	search := l.search
	l.mu.RUnlock()
	old := search
	if search == nil {
		search, err = l.store.Search()
	} else {
		search, err = l.store.Renew(search)
	}
	if err != nil || search == old {
		return false, err
	}
	l.mu.Lock()
	l.search, l.seen = search, map[string]*directory.Community{}
	l.mu.Unlock()
	return true, nil
}

// loadWords takes the organisation's own words as the store holds them.
func (l *library) loadWords() error {
	ws, err := l.store.OwnWords()
	if err != nil {
		return err
	}
	words, err := localdb.SearchWords(ws)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.words = words
	return nil
}

// finder searches with the organisation's own words as well.
type finder struct {
	*match.Index
	words *match.Words
}

// Search ranks what fits.
func (f *finder) Search(ctx context.Context, q match.Query) match.Result {
	q.Words = f.words
	return f.Index.Search(ctx, q)
}

// finder is the search of the moment; nil until the directory is loaded.
func (l *library) finder() *finder {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.search == nil {
		return nil
	}
	return &finder{l.search.Index, l.words}
}

// Community gives a record.
func (l *library) Community(id string) (*directory.Community, error) {
	l.mu.RLock()
	c, search := l.seen[id], l.search
	l.mu.RUnlock()
	if c != nil {
		return c, nil
	}
	c, err := l.store.Community(id)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.search == search && l.seen != nil { // else it may be older than the directory of the moment
		if len(l.seen) >= maxSeen {
			clear(l.seen)
		}
		l.seen[id] = c
	}
	return c, nil
}

// Search asks the search of the moment, for pages that hold one finder.
func (l *library) Search(ctx context.Context, q match.Query) match.Result {
	if x := l.finder(); x != nil {
		return x.Search(ctx, q)
	}
	return match.Result{}
}

// drop forgets what is in memory, as far as that can be done.
func (l *library) drop() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.search, l.words, l.seen = nil, nil, nil
}
