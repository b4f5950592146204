package client

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/klauspost/compress/zstd"
)

// Options says whose hub, and by what means.
type Options struct {
	Store *localdb.Store
	// Transport carries the requests; nil is a real one, with the environment's
	// proxies, that can learn the certificate for which the hub vouches.
	Transport http.RoundTripper
	Roots     *x509.CertPool // authorities trusted by the real one; nil: the system's
	// Now is this machine's clock. It is shown, and judges certificates; nothing
	// waits for it.
	Now     func() time.Time
	Rand    io.Reader
	Log     *slog.Logger
	Program string // name and version, for the hub's log: "vejviser/0.3"
	// Progress hears of what Run does that takes long; from any goroutine.
	Progress func(Progress)
}

func (o *Options) fill() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Program == "" {
		o.Program = "vejviser"
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
}

// Progress is how far a long piece of work is. Total is 0 where it is not known.
type Progress struct {
	Stage       string // arrive, changes, push or verify
	Done, Total int    // records; operations in push
	Bytes, Size int64  // fetched, and in all
}

// Part is how far it is, from 0 to 1, by what takes longest; 0 where that is not
// known.
func (p Progress) Part() float64 {
	switch {
	case p.Size > 0:
		return float64(p.Bytes) / float64(p.Size)
	case p.Total > 0:
		return float64(p.Done) / float64(p.Total)
	}
	return 0
}

// Client keeps one enrolled store in step with its hub. It is safe for
// concurrent use; one Sync, Run or Verify works at a time on what is pulled.
type Client struct {
	o      Options
	store  *localdb.Store
	device string
	seed   ed25519.PrivateKey
	*caller
	unzip *zstd.Decoder

	opening chan struct{} // held while a session is opened
	pulling chan struct{} // held by whoever pulls
	pushing chan struct{} // held by whoever pushes
	keying  chan struct{} // held by whoever moves keys of cards
	nudges  [2]chan struct{}
	fresh   chan struct{} // something may wait to be sent

	mu      sync.Mutex
	current *session
	opened  int              // sessions so far
	given   int              // the session after which operations were last given back
	keyed   int              // the session in which the hub was last asked what it lacks of keys
	keyless bool             // a card waits for its key
	carded  time.Time        // when a card came last, while Run polls
	renewed time.Time        // when the lease was, by a clock that nobody sets
	failed  map[[32]byte]int // rounds in which the hub failed on an operation
	batch   int              // operations that one push carries at most
	wronged int              // how often an operation was put aside for nothing
	repairs []time.Duration
	began   time.Time
	contact localdb.Contact
	trouble [2]Problem
	next    [2]time.Time
	pause   context.CancelCauseFunc // ends what is being fetched
}

// The two halves of the work, each with its problem and its next try.
const (
	pull = iota
	push
)

// New makes the client of an enrolled store. Errors: ErrNotEnrolled, the store's.
func New(o Options) (*Client, error) {
	o.fill()
	e, err := o.Store.Enrolment()
	if err != nil {
		return nil, err
	}
	if e == nil {
		return nil, ErrNotEnrolled
	}
	base, err := url.Parse(e.Hub)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAddress, err)
	}
	if len(e.Seed) != ed25519.SeedSize || len(e.HubKey) != ed25519.PublicKeySize {
		return nil, errors.New("sync: the enrolment kept here is damaged")
	}
	contact, err := o.Store.Contact()
	if err != nil {
		return nil, err
	}
	unzip, err := newUnzip()
	if err != nil {
		return nil, err
	}
	c := &Client{
		o: o, store: o.Store, device: e.Device, seed: ed25519.NewKeyFromSeed(e.Seed),
		caller: newCaller(base, e.CA, identity{key: e.HubKey}, &o), unzip: unzip,
		opening: make(chan struct{}, 1), pulling: make(chan struct{}, 1), pushing: make(chan struct{}, 1), keying: make(chan struct{}, 1),
		fresh: make(chan struct{}, 1), failed: map[[32]byte]int{}, began: time.Now(), contact: contact,
	}
	for i := range c.nudges {
		c.nudges[i] = make(chan struct{}, 1)
	}
	return c, nil
}

// Close lets go of connections. Work under way ends with its own context.
func (c *Client) Close() {
	c.line.CloseIdleConnections()
	c.unzip.Close()
}

// Nudge has Run try now what it would try later.
func (c *Client) Nudge() {
	c.nudge(pull)
	c.nudge(push)
}

// Pause has Run stop fetching until Nudge. What has come stays, and what lacks is
// fetched from there on; sending goes on.
func (c *Client) Pause() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pause != nil {
		c.pause(errPaused)
	}
}

func (c *Client) nudge(half int) {
	select {
	case c.nudges[half] <- struct{}{}:
	default:
	}
}

// hold takes one of the client's places, or ends with ctx.
func hold(ctx context.Context, place chan struct{}) error {
	select {
	case place <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func release(place chan struct{}) { <-place }

// note changes what is known of the contact to the hub, and keeps it.
func (c *Client) note(change func(*localdb.Contact)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.contact)
	return c.store.SetContact(c.contact)
}

// tell keeps how one half of the work went, and when it is tried again; zero
// where it is at rest.
func (c *Client) tell(half int, p Problem, retry time.Time) error {
	return c.note(func(k *localdb.Contact) {
		c.trouble[half], c.next[half] = p, retry
		k.LastTry = c.o.Now().UTC()
		k.Problem, k.Retry = string(c.trouble[pull]), c.next[pull]
		if k.Problem == "" {
			k.Problem, k.Retry = string(c.trouble[push]), c.next[push]
		}
	})
}

// Sync is one round: everything that waits is sent, everything that changed is
// fetched, whichever way that takes. What the one half cannot do keeps the other
// from nothing. Errors: *Error, *RevokedError, the store's, those of ctx.
func (c *Client) Sync(ctx context.Context, progress func(Progress)) error {
	if progress == nil {
		progress = func(Progress) {}
	}
	if _, err := c.session(ctx); err != nil { // neither half gets anywhere
		if terr := c.tell(pull, ProblemOf(err), time.Time{}); terr != nil && ctx.Err() == nil {
			err = errors.Join(err, terr)
		}
		return c.end(ctx, err)
	}
	sent := c.sendAll(ctx, progress)
	if final(sent) || ctx.Err() != nil {
		return c.end(ctx, sent)
	}
	if err := c.tell(push, ProblemOf(sent), time.Time{}); err != nil {
		return err
	}
	fetched := c.catchUp(ctx, progress)
	if err := c.tell(pull, ProblemOf(fetched), time.Time{}); err != nil && fetched == nil {
		fetched = err
	}
	if fetched == nil {
		fetched = sent
	}
	return c.end(ctx, fetched)
}

// end does what a final error asks for: a revoked device loses its data.
func (c *Client) end(ctx context.Context, err error) error {
	if final(err) {
		if nerr := c.tell(pull, ProblemOf(err), time.Time{}); nerr != nil {
			return errors.Join(err, nerr)
		}
	}
	var gone *RevokedError
	if !errors.As(err, &gone) {
		return err
	}
	path, werr := c.store.Wipe(context.WithoutCancel(ctx), c.id.key)
	gone.Rescue = path
	if werr != nil {
		return errors.Join(gone, werr)
	}
	return gone
}
