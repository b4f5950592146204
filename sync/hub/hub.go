package hub

import (
	"cmp"
	"context"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/keys"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/google/uuid"
)

// Options says which hub to open and how.
type Options struct {
	Dir string  // identity, store, audit log and chunks; made where it is missing
	Log log.Log // the caller closes it after the hub
	// Name and PublicURL, where they are given, replace what the hub was called.
	Name, PublicURL string
	// Lease and LeaseKiosk, in days, replace for how long a device may show what is
	// not public without a contact; 0 leaves it as it was.
	Lease, LeaseKiosk int
	CA                []byte // PEM: of a certificate that no public authority signed, see protocol.Hub
	// URL says at which address devices reach the hub; nil or "" where nobody knows.
	URL func() string
	// CertificateUntil says when what the hub shows for itself runs out; nil, or the
	// zero time, where it shows nothing.
	CertificateUntil func() time.Time
	Program          string                      // name and version, for people to see
	Words            func(language string) Words // of the public pages; nil: there are none
	Passphrase       func() ([]byte, error)      // of the folder's key; nil: a key file
	Now              func() time.Time
	Rand             io.Reader
	Logger           *slog.Logger
	Limits           Limits // zero: the product's
}

func (o *Options) fill() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.Limits.fill()
}

// Hub is an open hub. It is safe for concurrent use.
type Hub struct {
	o     Options
	log   log.Log
	id    *identity
	seal  cipher.AEAD
	store *localdb.Store

	tide      *tide
	floor     atomic.Uint64 // the log's, as last seen; the store has the tombstones above it
	audit     *audit
	sessions  *sessions
	manifests *manifests
	limits    *limiters
	metrics   *metrics
	admit     deviceLocks
	pages     *pages
	seen      *seen
	known     knownDevices
	figures   figureCache
	counts    counts
	cardKeys  *cardKeys
	erased    sync.Map   // keys of the log that are never taken in again
	noting    sync.Mutex // held while one is written on the list
	// unfinished are the record.Refs of erasures that stand on the list, and that
	// could not be done yet.
	unfinished sync.Map
	encoders   *sync.Pool

	wake     context.CancelFunc // answers every request that waits for news
	waking   context.Context
	stop     context.CancelFunc // ends follow
	stopping context.Context
	work     sync.WaitGroup
	close    sync.Once
	fatal    chan error // the hub cannot go on: Run ends with it
	made     bool       // there was no hub in the folder before
}

// Open opens the hub in o.Dir, makes one where there is none, and plays what its
// store does not have of the log. Errors: ErrIdentity, *BehindError, ErrNoLog,
// those of localdb.Open (ErrInUse: another process has this hub) and of the log.
func Open(ctx context.Context, o Options) (*Hub, error) {
	o.fill()
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("hub: %w", err)
	}
	h := &Hub{o: o, log: o.Log, tide: newTide(), counts: counts{by: map[record.Feed]countedAt{}}, encoders: newEncoders(), fatal: make(chan error, 1)}
	h.stopping, h.stop = context.WithCancel(context.Background())
	h.waking, h.wake = context.WithCancel(h.stopping)
	if err := h.open(ctx); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return h, nil
}

func (h *Hub) open(ctx context.Context) (err error) {
	// The store first: its lock keeps two processes from making two identities.
	if h.store, err = h.openStore(ctx); err != nil {
		return err
	}
	if err := dropUnfinished(h.o.Dir); err != nil {
		return err
	}
	h.id, h.seal, err = loadIdentity(h.o.Dir, keys.Options{Passphrase: h.o.Passphrase, Rand: h.o.Rand}, h.o.Rand)
	if err != nil {
		return err
	}
	if err := h.nameIt(); err != nil {
		return err
	}
	if h.cardKeys, err = openCardKeys(h.o.Dir, h.seal, h.o.Rand); err != nil {
		return err
	}
	if err := h.loadErasures(); err != nil {
		return err
	}
	if h.audit, err = openAudit(filepath.Join(h.o.Dir, "audit"), h.o.Now); err != nil {
		return err
	}
	if h.audit.broken != nil {
		h.o.Logger.Error("the audit log does not hang together", "err", h.audit.broken)
	}
	if h.sessions, err = newSessions(h); err != nil {
		return err
	}
	h.limits = newLimiters(h.o.Limits, h.o.Now)
	h.metrics = newMetrics(h)
	h.seen = openSeen(filepath.Join(h.o.Dir, "seen.json"))
	h.manifests = newManifests(h)
	h.pages = newPages(h)
	if err := h.begin(ctx); err != nil {
		return err
	}
	h.watchStore()
	h.work.Go(func() { h.follow(h.stopping) })
	if err := h.own(ctx); err != nil {
		return err
	}
	if err := h.replayRevocations(ctx); err != nil {
		return err
	}
	return h.replayErasures(ctx)
}

func (h *Hub) openStore(ctx context.Context) (*localdb.Store, error) {
	return localdb.Open(ctx, localdb.Options{
		Dir: filepath.Join(h.o.Dir, "store"), Create: true, Hub: true, Passphrase: h.o.Passphrase,
		Now: h.o.Now, Rand: h.o.Rand, Log: h.o.Logger, Actor: "hub",
	})
}

// nameIt keeps a new name or address. A hub without a name is called Vejviser.
func (h *Hub) nameIt() error {
	was := *h.id
	if n := clean.Line(h.o.Name, 80); n != "" {
		h.id.Name = n
	}
	if h.id.Name == "" {
		h.id.Name = "Vejviser"
	}
	if h.o.PublicURL != "" {
		h.id.PublicURL = h.o.PublicURL
	}
	if h.o.Lease > 0 {
		h.id.Lease = h.o.Lease
	}
	if h.o.LeaseKiosk > 0 {
		h.id.LeaseKiosk = h.o.LeaseKiosk
	}
	_, err := os.Stat(filepath.Join(h.o.Dir, identityName))
	h.made = err != nil
	if err == nil && was.Name == h.id.Name && was.PublicURL == h.id.PublicURL && was.Lease == h.id.Lease && was.LeaseKiosk == h.id.LeaseKiosk {
		return nil
	}
	return h.id.save(h.o.Dir, h.seal, h.o.Rand)
}

// Run keeps house until ctx ends: what is too old goes, what waits is written.
// It returns nil then, or the error for which the hub cannot go on.
func (h *Hub) Run(ctx context.Context) error {
	quick, slow := time.NewTicker(time.Minute), time.NewTicker(time.Hour)
	defer quick.Stop()
	defer slow.Stop()
	h.work.Go(func() { h.warm(h.stopping) })
	h.keepHouse(ctx)
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-h.fatal:
			return err
		case <-quick.C:
			h.sessions.sweep()
			h.limits.sweep()
			if err := h.seen.save(); err != nil {
				h.o.Logger.Warn("who was here is not written", "err", err)
			}
		case <-slow.C:
			h.keepHouse(ctx)
		}
	}
}

// warm cuts the directory into chunks before the first PC asks for them.
func (h *Hub) warm(ctx context.Context) {
	f := record.FeedOf(record.Directory, "")
	s := streamOf(holdingsOf(&deviceBody{Role: protocol.Desk}), f)
	if s == nil {
		return
	}
	if _, err := h.manifests.fresh(ctx, s, f); err != nil && ctx.Err() == nil {
		h.o.Logger.Warn("the directory is not cut yet", "err", err)
	}
}

// Wake answers every request that waits for news, so that a server can be
// stopped without breaking any off.
func (h *Hub) Wake() { h.wake() }

// Close ends the hub. The log stays open: it is the caller's.
func (h *Hub) Close() (err error) {
	h.close.Do(func() {
		h.stop()
		h.work.Wait()
		var errs []error
		if h.seen != nil {
			errs = append(errs, h.seen.save())
		}
		if h.audit != nil {
			errs = append(errs, h.audit.close())
		}
		if h.store != nil {
			errs = append(errs, h.store.Close())
		}
		err = errors.Join(errs...)
	})
	return err
}

func (h *Hub) now() time.Time { return h.o.Now().UTC().Round(0) }

func (h *Hub) today() directory.Day { return directory.DayOf(h.o.Now()) }

func (h *Hub) newID() (string, error) {
	id, err := uuid.NewV7FromReader(h.o.Rand)
	if err != nil {
		return "", fmt.Errorf("hub: randomness: %w", err)
	}
	return id.String(), nil
}

// Days for which a device may show what is not public without a contact, where
// nobody says otherwise: an operation is kept for as long, and a holiday is shorter.
const (
	defaultLease      = 35
	defaultLeaseKiosk = 60
)

// lease is for how many days after a contact a device of a role may go on alone.
func (h *Hub) lease(role protocol.Role) int {
	if role == protocol.Kiosk {
		return cmp.Or(h.id.LeaseKiosk, defaultLeaseKiosk)
	}
	return cmp.Or(h.id.Lease, defaultLease)
}

// Name, Print and PublicURL say what hub this is; Print is what a device is told
// with its invitation.
func (h *Hub) Name() string      { return h.id.Name }
func (h *Hub) Print() string     { return protocol.KeyPrint(h.id.public()) }
func (h *Hub) PublicURL() string { return h.id.PublicURL }

// Made says that there was no hub in the folder: this one is new, and no device that
// was enrolled at another knows it.
func (h *Hub) Made() bool { return h.made }

// Position is how far the hub's store has played the log.
func (h *Hub) Position() record.Position { return h.tide.now() }
