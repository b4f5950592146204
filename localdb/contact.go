package localdb

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/journal"
)

const contactName = "contact.json"

// contactEvery is how often a contact that brought no news is written down.
const contactEvery = 5 * time.Minute

// Contact is how it went with the hub lately. It says nothing about anybody, and
// may be lost: then there was no contact.
type Contact struct {
	LastSync time.Time     `json:"last_sync,omitzero"` // all there was at the hub was received; Status.Waiting says what is not sent
	LastTry  time.Time     `json:"last_try,omitzero"`
	Skew     time.Duration `json:"-"`                 // the hub's clock minus this one's
	Verified time.Time     `json:"verified,omitzero"` // what is here was held against the hub
	Problem  string        `json:"problem,omitzero"`  // code; "" is none
	Retry    time.Time     `json:"retry,omitzero"`    // when it is tried again
}

// contactFile is a Contact as it is written; the library has no form for a duration.
type contactFile struct {
	Contact
	SkewMS int64 `json:"skew_ms,omitzero"`
}

type contact struct {
	mu      sync.Mutex
	read    bool
	now     Contact
	written Contact
}

// SetContact keeps how it went with the hub. It is written to the disk now and
// then and when the problem is another one.
func (s *Store) SetContact(n Contact) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	if _, err := s.Contact(); err != nil {
		s.o.Log.Warn("the last contact cannot be read", "err", err)
	}
	s.contact.mu.Lock()
	same := s.contact.now == n
	s.contact.now, s.contact.read = n, true
	old := s.contact.written
	write := n.Problem != old.Problem || n.LastTry.Sub(old.LastTry).Abs() >= contactEvery ||
		n.LastSync.Sub(old.LastSync).Abs() >= contactEvery || !n.Verified.Equal(old.Verified)
	var err error
	if write {
		err = s.writeContact()
	}
	s.contact.mu.Unlock()
	if !same {
		s.feed.send(Change{Kind: "sync"})
	}
	return err
}

func (s *Store) writeContact() error {
	b, err := json.Marshal(contactFile{s.contact.now, s.contact.now.Skew.Milliseconds()})
	if err != nil {
		return err
	}
	if err := journal.WriteFile(s.o.fs, filepath.Join(s.o.Dir, contactName), b); err != nil {
		return named(err)
	}
	s.contact.written = s.contact.now
	return nil
}

// Contact gives how it went with the hub lately; zero where it never did.
func (s *Store) Contact() (Contact, error) {
	if err := s.begin(); err != nil {
		return Contact{}, err
	}
	defer s.end()
	s.contact.mu.Lock()
	defer s.contact.mu.Unlock()
	if s.contact.read {
		return s.contact.now, nil
	}
	b, err := os.ReadFile(filepath.Join(s.o.Dir, contactName))
	if err == nil {
		var f contactFile
		err = json.Unmarshal(b, &f)
		f.Contact.Skew = time.Duration(f.SkewMS) * time.Millisecond
		s.contact.now = f.Contact
	}
	s.contact.read, s.contact.written = true, s.contact.now
	if errors.Is(err, os.ErrNotExist) {
		return s.contact.now, nil
	}
	if err != nil {
		s.contact.now, s.contact.written = Contact{}, Contact{}
	}
	return s.contact.now, nil // an unreadable one is no contact
}

// keepContact writes at the end what was not written.
func (s *Store) keepContact() error {
	s.contact.mu.Lock()
	defer s.contact.mu.Unlock()
	if !s.contact.read || s.contact.now == s.contact.written {
		return nil
	}
	return s.writeContact()
}
