package localdb

import (
	"slices"
	"sync"
	"time"
)

// Change says that something here is no longer as it was.
type Change struct {
	// Kind: community, suggestion, gap, conflict, ambassador, volunteer, meeting,
	// session, readiness, agreement (ID: its id), referral, event, card (ID: the
	// code), setting (ID: the key), draft, import (the whole directory, or
	// much of it), sync (enrolment, contact with the hub, what waits and what was
	// refused), people (who opens this store by a PIN), view (read all again: it was
	// rebuilt, or what was locked is open).
	Kind, ID string
}

// feed hands changes to subscribers one after another, in order, from a
// goroutine of its own, so that no caller waits for a screen.
type feed struct {
	mu      sync.Mutex
	wake    chan struct{}
	done    chan struct{}
	queue   []Change
	subs    []*subscriber
	started bool
	closed  bool
}

type subscriber struct{ fn func(Change) }

func newFeed() *feed {
	return &feed{wake: make(chan struct{}, 1), done: make(chan struct{})}
}

// Subscribe has fn called with every change from now on, in order, off the
// caller's locks. cancel may be called anywhere, also inside fn; after it has
// returned no further call begins.
func (s *Store) Subscribe(fn func(Change)) (cancel func()) { return s.feed.subscribe(fn) }

func (f *feed) subscribe(fn func(Change)) (cancel func()) {
	sub := &subscriber{fn}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return func() {}
	}
	f.subs = append(f.subs, sub)
	if !f.started {
		f.started = true
		go f.run()
	}
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.subs = slices.DeleteFunc(slices.Clone(f.subs), func(o *subscriber) bool { return o == sub })
	}
}

func (f *feed) send(c Change) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed || !f.started {
		return
	}
	f.queue = append(f.queue, c)
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *feed) run() {
	defer close(f.done)
	for range f.wake {
		for {
			c, subs, ok := f.pop()
			if !ok {
				break
			}
			for _, sub := range subs {
				if f.has(sub) {
					sub.fn(c)
				}
			}
		}
	}
}

func (f *feed) pop() (Change, []*subscriber, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.queue) == 0 || f.closed {
		return Change{}, nil, false
	}
	c := f.queue[0]
	f.queue = f.queue[1:]
	return c, f.subs, true
}

func (f *feed) has(sub *subscriber) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return !f.closed && slices.Contains(f.subs, sub)
}

// close ends delivery. It waits for a call that is under way, but not for ever:
// that call may itself be waiting for whoever closes.
func (f *feed) close() {
	f.mu.Lock()
	if f.closed {
		f.mu.Unlock()
		return
	}
	f.closed = true
	close(f.wake)
	started := f.started
	f.mu.Unlock()
	if started {
		select {
		case <-f.done:
		case <-time.After(2 * time.Second):
		}
	}
}
