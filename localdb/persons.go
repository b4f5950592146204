package localdb

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/keys"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
)

// MostName is how long the name of a person on a shared PC may be, in letters: a
// first name or initials.
const MostName = 20

// People gives who shares this machine.
func (s *Store) People() (keys.People, error) {
	if err := s.begin(); err != nil {
		return keys.People{}, err
	}
	defer s.end()
	return keys.Who(s.o.Dir)
}

// Person gives whose PIN opened this store; nil where none did.
func (s *Store) Person() (*keys.Person, error) {
	who, err := s.People()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	id := s.key.Person
	s.mu.Unlock()
	for _, p := range who.Persons {
		if p.ID == id && id != "" {
			return &p, nil
		}
	}
	return nil, nil
}

// AddPerson gives a person a PIN of their own. With the first the store no longer
// opens without somebody who knows something, and recovery words are made: they
// are given here and kept nowhere. Errors: *directory.RefusedError for the name,
// *CPRError, keys.ErrPINForm, keys.ErrPINEasy.
func (s *Store) AddPerson(name, role string, pin []byte) (p keys.Person, recovery string, err error) {
	if err := s.begin(); err != nil {
		return p, "", err
	}
	defer s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	if name, err = s.personName(name); err != nil {
		return p, "", err
	}
	if err := s.room(); err != nil {
		return p, "", err
	}
	p, recovery, err = keys.AddPerson(s.keyOptions(), s.key, name, role, pin)
	if p.ID != "" {
		s.feed.send(Change{Kind: "people", ID: p.ID})
	}
	return p, recovery, named(err)
}

// personName gives the name as it is kept.
func (s *Store) personName(name string) (string, error) {
	refused := func(reason string) error {
		return &directory.RefusedError{Field: "name", Reason: reason, Value: name}
	}
	name = clean.Line(name, 4*MostName)
	switch {
	case name == "":
		return "", refused("empty")
	case utf8.RuneCountInString(name) > MostName:
		return "", refused("too_long")
	}
	if f := privacy.CheckCPR(name, directory.DayOf(s.o.Now())); f.Verdict != privacy.Pass {
		return "", &CPRError{Ask: f.Verdict == privacy.Ask, Start: f.Start, End: f.End}
	}
	who, err := keys.Who(s.o.Dir)
	if err != nil {
		return "", err
	}
	for _, p := range who.Persons {
		if strings.EqualFold(p.Name, name) {
			return "", refused("taken")
		}
	}
	return name, nil
}

// ChangePIN gives a person another PIN. old is theirs until now, tried like any
// other guess; a person whose PIN is gone needs none.
func (s *Store) ChangePIN(id string, old, pin []byte) error {
	return s.people(id, func(o keys.Options) error { return keys.ChangePIN(o, s.key, id, old, pin) })
}

// ResetPIN gives a person another PIN without the one until now. Only a store that
// was opened by the recovery words or a passphrase does it: keys.ErrPINNeeded.
func (s *Store) ResetPIN(id string, pin []byte) error {
	return s.people(id, func(o keys.Options) error {
		if s.key.How != keys.Recovery && s.key.How != keys.Passphrase {
			return keys.ErrPINNeeded
		}
		return keys.ResetPIN(o, s.key, id, pin)
	})
}

// RemovePerson takes a person's way in away. With the last one the store opens
// without a PIN again, and the recovery words open nothing any more.
func (s *Store) RemovePerson(id string) error {
	return s.people(id, func(o keys.Options) error { return keys.RemovePerson(o, s.key, id) })
}

// NewRecovery makes other recovery words; those until now open nothing any more.
func (s *Store) NewRecovery() (words string, err error) {
	err = s.people("", func(o keys.Options) (err error) {
		words, err = keys.NewRecovery(o, s.key)
		return err
	})
	return words, err
}

// people does something with who may open this store, one at a time.
func (s *Store) people(id string, do func(keys.Options) error) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.room(); err != nil {
		return err
	}
	err := do(s.keyOptions())
	if err == nil {
		s.feed.send(Change{Kind: "people", ID: id})
	}
	return named(err)
}

func (s *Store) keyOptions() keys.Options {
	return keys.Options{Dir: s.o.Dir, Keyring: s.o.Keyring, Passphrase: s.o.Passphrase, PIN: s.o.PIN, Person: s.o.Person,
		Rand: s.o.Rand, FS: s.o.fs, Uptime: s.o.uptime}
}

// People gives who shares the machine whose store is in dir, without opening it;
// nobody where there is none.
func People(dir string) (keys.People, error) {
	if dir == "" {
		var err error
		if dir, err = DefaultDir(); err != nil {
			return keys.People{}, err
		}
	}
	who, err := keys.Who(dir)
	if errors.Is(err, keys.ErrMissing) {
		return keys.People{}, nil
	}
	return who, err
}
