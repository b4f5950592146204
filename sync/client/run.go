package client

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
)

// Run keeps the store in step until ctx ends, or until only a person can help:
// *RevokedError, and *Error with Cloned. Sending and fetching go on by
// themselves, each with its own waiting; no goroutine is left when Run returns.
func (c *Client) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer c.line.CloseIdleConnections()
	stop := c.store.Subscribe(func(ch localdb.Change) {
		switch ch.Kind {
		case "sync", "setting", "draft", "import":
		default:
			c.wake()
		}
	})
	defer stop()
	var wg sync.WaitGroup
	for _, half := range []func(context.Context) error{c.fetching, c.sending} {
		wg.Go(func() { cancel(half(ctx)) })
	}
	wg.Wait()
	err := context.Cause(ctx)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return c.end(ctx, err)
}

// wake says that something may wait to be sent. It shortens no waiting that a
// failure asked for.
func (c *Client) wake() {
	select {
	case c.fresh <- struct{}{}:
	default:
	}
}

// errPaused ends fetching until somebody nudges.
var errPaused = errors.New("sync: paused")

// fetching catches up and then polls, again and again.
func (c *Client) fetching(ctx context.Context) error {
	for n := 0; ; n++ {
		well, err := c.fetch(ctx)
		if well {
			n = 0
		}
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case final(err):
			return err
		case errors.Is(err, errMoved):
		case errors.Is(err, errPaused):
			if err := c.tell(pull, "", time.Time{}); err != nil {
				return err
			}
			select {
			case <-c.nudges[pull]:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		default:
			if err := c.rest(ctx, pull, err, n); err != nil {
				return err
			}
		}
	}
}

// fetch catches up and polls until something goes wrong. It says whether it
// had caught up before.
func (c *Client) fetch(ctx context.Context) (bool, error) {
	ctx, pause := context.WithCancelCause(ctx)
	defer pause(nil)
	c.mu.Lock()
	c.pause = pause
	c.mu.Unlock()
	if err := c.catchUp(ctx, c.o.Progress); err != nil {
		return false, paused(ctx, err)
	}
	return true, paused(ctx, c.watch(ctx))
}

func paused(ctx context.Context, err error) error {
	if errors.Is(context.Cause(ctx), errPaused) {
		return errPaused
	}
	return err
}

// watch polls until something goes wrong.
func (c *Client) watch(ctx context.Context) error {
	if err := c.well(pull); err != nil {
		return err
	}
	for idle := 0; ; {
		s, err := c.session(ctx)
		if err != nil {
			return err
		}
		asked := time.Now()
		ch, err := c.delta(ctx, s, deltaAsk{wait: true, soon: c.keySoon()})
		if err != nil {
			return err
		}
		if c.wantsKeys(s, ch) {
			if err := c.cardKeys(ctx); err != nil {
				return err
			}
		}
		if err := c.well(pull); err != nil {
			return err
		}
		// A hub that answers a long poll at once, with nothing, would be asked
		// again and again.
		if idle++; ch != nil && ch.size() > 0 || time.Since(asked) > 5*time.Second {
			idle = 0
		}
		if idle > 0 {
			if err := sleep(ctx, c.wire.dice.backoff(idle-1)); err != nil {
				return err
			}
		}
	}
}

// sending sends whenever there is something to send.
func (c *Client) sending(ctx context.Context) error {
	for n := 0; ; n++ {
		idle, err := c.idle(ctx)
		if err == nil && !idle {
			err = c.sendAll(ctx, c.o.Progress)
		}
		if ctx.Err() != nil || final(err) {
			return err
		}
		if err != nil {
			if err := c.rest(ctx, push, err, n); err != nil {
				return err
			}
			continue
		}
		n = -1
		if err := c.well(push); err != nil {
			return err
		}
		select {
		case <-c.fresh:
		case <-c.nudges[push]:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// well says that one half works. Where the other is waiting for the line to come
// back, it need wait no longer.
func (c *Client) well(half int) error {
	c.mu.Lock()
	had, other := c.trouble[half], c.trouble[1-half]
	c.mu.Unlock()
	if outside(other) {
		c.nudge(1 - half)
	}
	if had == "" {
		return nil
	}
	return c.tell(half, "", time.Time{})
}

// rest waits after the n-th failure in a row: as long as the hub asked, else
// with our own backoff, and shorter where somebody nudges.
func (c *Client) rest(ctx context.Context, half int, err error, n int) error {
	var e *Error
	wait := c.wire.dice.backoff(n)
	if errors.As(err, &e) && e.After > 0 {
		wait = max(wait, e.After)
	}
	c.o.Log.Info("not in step with the hub", "problem", ProblemOf(err), "error", err, "wait", wait)
	if err := c.tell(half, ProblemOf(err), c.o.Now().UTC().Add(wait)); err != nil {
		return err
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
	case <-c.nudges[half]:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}
