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
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"golang.org/x/crypto/chacha20poly1305"

	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

const draftName = "draft.sealed"

// Draft is a vejvisning being prepared, so that a crash of the program does not
// cost the desk its work. It has no member for the citizen's name, the greeting
// or the words that were typed.
type Draft struct {
	Communities   []string       `json:"communities,omitempty"`   // ids
	Accompaniment []string       `json:"accompaniment,omitempty"` // ids of those where somebody is to go along
	Depth         referral.Depth `json:"depth,omitzero"`
	Layout        string         `json:"layout,omitzero"`
	Language      string         `json:"language,omitzero"`
	Filters       []match.Wish   `json:"filters,omitempty"` // Text is emptied
	Wishes        []string       `json:"wishes,omitempty"`
	SavedAt       time.Time      `json:"saved_at"`
}

var draftBinding = []byte("vejviser draft v1")

func (s *Store) draftAEAD() (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, s.key.Bytes, nil, string(draftBinding), chacha20poly1305.KeySize)
	if err != nil {
		return nil, err
	}
	return chacha20poly1305.NewX(key)
}

// token gives a choice from a list of ours, and "" for what is no such choice: a
// name in full, a phone.
func token(v string) string {
	digits := 0
	for _, r := range v {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r == '-', r == '_':
		default:
			return ""
		}
	}
	if len(v) > maxToken || digits >= 8 {
		return ""
	}
	return v
}

const maxToken = 35 // the longest that a language tag need be

// SaveDraft replaces the draft. Words that a wish was read from are left out, and
// whatever is not from a list of ours where one is meant.
func (s *Store) SaveDraft(d Draft) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	d.Filters = slices.Clone(d.Filters)
	for i := range d.Filters {
		d.Filters[i].Text = ""
	}
	noID := func(id string) bool { return !isUUID(id) }
	d.Communities = slices.DeleteFunc(slices.Clone(d.Communities), noID)
	d.Accompaniment = slices.DeleteFunc(slices.Clone(d.Accompaniment), noID)
	d.Layout, d.Language = token(d.Layout), token(d.Language)
	d.Wishes = slices.DeleteFunc(slices.Clone(d.Wishes), func(w string) bool { return !slices.Contains(referral.Wishes, w) })
	d.SavedAt = s.now()
	plain, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("localdb: draft: %w", err)
	}
	aead, err := s.draftAEAD()
	if err != nil {
		return err
	}
	nonce := make([]byte, aead.NonceSize())
	if _, err := io.ReadFull(s.o.Rand, nonce); err != nil {
		return fmt.Errorf("localdb: randomness: %w", err)
	}
	s.draft.Lock()
	defer s.draft.Unlock()
	if err := s.room(); err != nil {
		return err
	}
	err = journal.WriteFile(s.o.fs, filepath.Join(s.o.Dir, draftName), aead.Seal(nonce, nonce, plain, draftBinding))
	if err != nil {
		return named(fmt.Errorf("localdb: draft: %w", err))
	}
	s.feed.send(Change{Kind: "draft"})
	return nil
}

// LoadDraft gives the draft, or nil where there is none. A draft that cannot be
// read gives ErrDamaged; DropDraft removes it.
func (s *Store) LoadDraft() (*Draft, error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	s.draft.Lock()
	defer s.draft.Unlock()
	b, err := os.ReadFile(filepath.Join(s.o.Dir, draftName))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("localdb: draft: %w", err)
	}
	aead, err := s.draftAEAD()
	if err != nil {
		return nil, err
	}
	n := aead.NonceSize()
	if len(b) < n {
		return nil, fmt.Errorf("%w: draft", ErrDamaged)
	}
	plain, err := aead.Open(nil, b[:n], b[n:], draftBinding)
	if err != nil {
		return nil, fmt.Errorf("%w: draft", ErrDamaged)
	}
	d := new(Draft)
	if err := json.Unmarshal(plain, d); err != nil {
		return nil, fmt.Errorf("%w: draft: %w", ErrDamaged, err)
	}
	return d, nil
}

// DropDraft removes the draft.
func (s *Store) DropDraft() error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	s.draft.Lock()
	defer s.draft.Unlock()
	err := s.o.fs.Remove(filepath.Join(s.o.Dir, draftName))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = s.o.fs.SyncDir(s.o.Dir)
		s.feed.send(Change{Kind: "draft"})
	}
	return err
}
