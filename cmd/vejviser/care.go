package main

import (
	"context"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
)

// A store is read in full, and put right, once a week while nobody is there:
// what damages a disk does to it is found before somebody needs it.
const (
	careEvery = 7 * 24 * time.Hour
	careIdle  = 10 * time.Minute // nobody typed or clicked for so long
	careAgain = time.Hour        // after a check that did not end well
	careLook  = 30 * time.Second
	carePause = 100 * time.Millisecond // how soon a key press ends a check
)

// caretaker looks after the store while nobody is at the screen.
type caretaker struct {
	store  careStore
	uses   func() uint64 // what people did so far
	now    func() time.Time
	busy   func() bool                       // something else reads or writes much
	told   func(r localdb.Report, err error) // of a check that ended by itself
	pause  time.Duration
	last   uint64
	since  time.Time // nobody was there since
	tried  time.Time
	looked bool
}

type careStore interface {
	Status() (localdb.Status, error)
	Verify(ctx context.Context, repair bool) (localdb.Report, error)
}

// run looks every now and then, until ctx ends.
func (c *caretaker) run(ctx context.Context) {
	t := time.NewTicker(careLook)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			c.look(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// look makes the check where it is time and nobody is there.
func (c *caretaker) look(ctx context.Context) {
	n, now := c.uses(), c.now()
	if !c.looked || n != c.last {
		c.last, c.since, c.looked = n, now, true
		return
	}
	if now.Sub(c.since) < careIdle || now.Sub(c.tried) < careAgain || c.busy() {
		return
	}
	st, err := c.store.Status()
	if err != nil || st.Limited || now.Sub(st.LastFull) < careEvery {
		return
	}
	c.tried = now
	r, err, ended := c.check(ctx, st.Missing == 0)
	if !ended {
		c.tried = time.Time{} // somebody came: again when they have left
		return
	}
	c.told(r, err)
}

// check reads the store in full; it ends unfinished as soon as somebody does
// something. What is lost for good is a person's to read before a repair forgets
// it, so then nothing is repaired.
func (c *caretaker) check(ctx context.Context, repair bool) (r localdb.Report, err error, ended bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		t := time.NewTicker(c.pause)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				if c.uses() != c.last {
					cancel()
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	r, err = c.store.Verify(ctx, repair)
	return r, err, ctx.Err() == nil
}
