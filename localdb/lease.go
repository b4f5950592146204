package localdb

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"golang.org/x/crypto/chacha20poly1305"

	"github.com/faellesskabsby/vejviser/localdb/journal"
)

// ErrLease says that this machine has not met its hub for longer than it may keep
// what is not public open. Nothing is gone: what waits to be sent is kept, and the
// next contact opens everything again.
var ErrLease = errors.New("localdb: no contact with the hub for too long; what is not public is locked")

// How long a machine may be without its hub where the hub has not said, in days.
const (
	leaseStaff = 35
	leaseKiosk = 60
	leaseMost  = 366
)

// leaseName is sealed with the store key: nobody writes a later contact into it.
const leaseName = "lease.sealed"

// leaseEvery is how often the time is noted while nothing else is.
const leaseEvery = time.Hour

// Lease is how long what is not public may be read here without a contact.
type Lease struct {
	Bound bool      // it has an end at all: this machine is enrolled
	Over  bool      // the end has come
	Until time.Time // the end, by this machine's clock
	Days  int       // how many it lasts
}

// leaseState is the lease as it is kept.
type leaseState struct {
	Contact time.Time `json:"contact"`       // the last one, by this machine's clock
	Seen    time.Time `json:"seen"`          // the latest that clock has shown since
	Days    int       `json:"days,omitzero"` // what the hub said; 0 is nothing
}

type lease struct {
	mu   sync.Mutex
	read bool
	now  leaseState
	role string    // of this machine
	at   time.Time // of the enrolment: a contact
	kept time.Time // Seen as it is on the disk
}

// KeepLease notes that the hub was met now, and that this machine may then keep
// what it has open for so many days; 0 is the usual.
func (s *Store) KeepLease(days int) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	if s.o.Hub || !s.view.Load().meta.Load().Enrolled {
		return nil
	}
	l := &s.lease
	l.mu.Lock()
	if err := s.readLease(); err != nil {
		s.o.Log.Warn("the lease cannot be read", "err", err)
	}
	before := s.leaseAt(s.o.Now())
	now := s.o.Now().UTC()
	l.now = leaseState{Contact: now, Seen: now, Days: min(max(days, 0), leaseMost)}
	err := s.writeLease()
	l.mu.Unlock()
	if before.Over {
		s.feed.send(Change{Kind: "sync"})
		s.feed.send(Change{Kind: "view"})
	}
	return err
}

// Lease says how long what is not public may be read here. The clock may be set
// back: the latest it ever showed counts, until the hub is met.
func (s *Store) Lease() (Lease, error) {
	if err := s.begin(); err != nil {
		return Lease{}, err
	}
	defer s.end()
	if s.o.Hub || !s.view.Load().meta.Load().Enrolled {
		return Lease{}, nil
	}
	l := &s.lease
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := s.readLease(); err != nil {
		return Lease{Bound: true, Over: true}, err
	}
	now := s.o.Now().UTC()
	if now.After(l.now.Seen) {
		l.now.Seen = now
	}
	if l.now.Seen.Sub(l.kept) >= leaseEvery {
		if err := s.writeLease(); err != nil {
			s.o.Log.Warn("the time was not noted", "err", err)
		}
	}
	return s.leaseAt(now), nil
}

// leased gives ErrLease where what is not public may not be read.
func (s *Store) leased() error {
	l, err := s.Lease()
	if err != nil {
		return err
	}
	return errWhen(l.Over, ErrLease)
}

// leaseAt is the lease at a time. Callers hold its lock.
func (s *Store) leaseAt(now time.Time) Lease {
	l := &s.lease
	days := l.now.Days
	if days == 0 {
		days = leaseStaff
		if l.role == "kiosk" {
			days = leaseKiosk
		}
	}
	contact := l.now.Contact
	if l.at.After(contact) {
		contact = l.at
	}
	if l.now.Seen.After(now) {
		now = l.now.Seen
	}
	until := contact.AddDate(0, 0, days)
	return Lease{Bound: true, Over: !now.Before(until), Until: until, Days: days}
}

// readLease reads what an earlier run kept. Without it the enrolment was the last
// contact: whoever takes the file away gains nothing. Callers hold its lock.
func (s *Store) readLease() error {
	l := &s.lease
	if l.read {
		return nil
	}
	e, err := s.enrolment()
	if err != nil {
		return err
	}
	if e != nil {
		l.role, l.at = e.Role, e.At
	}
	b, err := os.ReadFile(filepath.Join(s.o.Dir, leaseName))
	if errors.Is(err, os.ErrNotExist) {
		l.read = true
		return nil
	}
	if err != nil {
		return fmt.Errorf("localdb: lease: %w", err)
	}
	aead, err := s.leaseAEAD()
	if err != nil {
		return err
	}
	l.read = true
	if n := aead.NonceSize(); len(b) > n {
		if plain, err := aead.Open(nil, b[:n], b[n:], []byte(leaseName)); err == nil {
			if err := json.Unmarshal(plain, &l.now); err != nil {
				return fmt.Errorf("localdb: lease: %w", err)
			}
			l.kept = l.now.Seen
			return nil
		}
	}
	s.o.Log.Warn("the lease is damaged: the enrolment counts as the last contact")
	return nil
}

func (s *Store) writeLease() error {
	l := &s.lease
	plain, err := json.Marshal(l.now)
	if err != nil {
		return err
	}
	aead, err := s.leaseAEAD()
	if err != nil {
		return err
	}
	nonce := make([]byte, aead.NonceSize())
	if _, err := io.ReadFull(s.o.Rand, nonce); err != nil {
		return fmt.Errorf("localdb: randomness: %w", err)
	}
	if err := journal.WriteFile(s.o.fs, filepath.Join(s.o.Dir, leaseName), aead.Seal(nonce, nonce, plain, []byte(leaseName))); err != nil {
		return named(err)
	}
	l.kept = l.now.Seen
	return nil
}

// forgetLease has the enrolment read again, because it is another one.
func (s *Store) forgetLease() {
	s.lease.mu.Lock()
	defer s.lease.mu.Unlock()
	s.lease.read = false
}

func (s *Store) leaseAEAD() (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, s.key.Bytes, nil, "vejviser lease v1", chacha20poly1305.KeySize)
	if err != nil {
		return nil, err
	}
	return chacha20poly1305.NewX(key)
}
