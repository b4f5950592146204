package keys

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// Person is somebody who opens the store with a PIN of their own.
type Person struct {
	ID    string // random, not secret
	Name  string // first name or initials
	Role  string // what they are here; the machine's role bounds it
	Spent bool   // the PIN was wrong too often and is gone
}

// People is who shares this machine, as anybody may read it who has its files.
type People struct {
	Persons []Person
	// Locked says that nothing opens the store without somebody who knows a PIN, the
	// recovery words or a passphrase.
	Locked bool
	// Loose says that there is no keyring: the half that this machine keeps of each
	// PIN's key is in a file, and who takes the disk has it.
	Loose bool
}

// Who reads who shares the machine in dir; nobody where there is no store.
func Who(dir string) (People, error) {
	f, err := readFile(dir)
	if errors.Is(err, ErrMissing) {
		return People{}, nil
	}
	if err != nil {
		return People{}, err
	}
	return f.people(), nil
}

func (f *file) people() (out People) {
	for _, w := range f.Wrappings {
		switch w.Kind {
		case PIN:
			out.Persons = append(out.Persons, Person{w.ID, w.Name, w.Role, w.Sealed == ""})
			out.Loose = out.Loose || w.Where == File
			out.Locked = true
		case Recovery:
			out.Locked = true
		}
	}
	return out
}

func (f *file) person(id string) *wrapping {
	for i := range f.Wrappings {
		if w := &f.Wrappings[i]; w.Kind == PIN && w.ID == id {
			return w
		}
	}
	return nil
}

// find gives the person an id or a name means; with "" the only one there is.
func (f *file) find(who string) (string, error) {
	var ids []string
	for _, p := range f.people().Persons {
		if p.ID == who {
			return p.ID, nil
		}
		if who == "" || strings.EqualFold(p.Name, who) {
			ids = append(ids, p.ID)
		}
	}
	if len(ids) != 1 {
		return "", ErrNoPerson
	}
	return ids[0], nil
}

// AddPerson wraps the key for one more person. With the first, what opened the
// store without anybody knowing anything goes, and recovery words are made: they
// are given here, once, and kept nowhere. A passphrase stays a way in.
func AddPerson(o Options, k *Key, name, role string, pin []byte) (p Person, words string, err error) {
	o.fill()
	if err := GoodPIN(pin); err != nil {
		return p, "", err
	}
	f, err := fileOf(o, k)
	if err != nil {
		return p, "", err
	}
	id := make([]byte, 8)
	if _, err := io.ReadFull(o.Rand, id); err != nil {
		return p, "", fmt.Errorf("keys: randomness: %w", err)
	}
	p = Person{ID: hex.EncodeToString(id), Name: name, Role: role}
	w, err := wrapPIN(o, f.Store, k.Bytes, p, pin)
	if err != nil {
		return Person{}, "", err
	}
	first := !f.people().Locked
	f.Wrappings = append(f.Wrappings, w)
	if first {
		f.Wrappings = slices.DeleteFunc(f.Wrappings, func(w wrapping) bool { return w.Kind == Keyring || w.Kind == File })
		if words, err = f.newRecovery(o, k.Bytes); err != nil {
			return Person{}, "", err
		}
	}
	if err := f.write(o); err != nil {
		return Person{}, "", err
	}
	if first {
		k.How, k.Person = PIN, p.ID
		err = dropOpen(o, f.Store) // an older keys.json must not open what this one does not
	}
	return p, words, err
}

// dropOpen removes the secrets of the wrappings that need nobody.
func dropOpen(o Options, store string) error {
	err := gone(o, filepath.Join(o.Dir, SecretName))
	if o.Keyring {
		if kerr := keyringDelete(store); !errors.Is(kerr, ErrKeyringUnavailable) { // none there: nothing is in it
			err = errors.Join(err, kerr)
		}
	}
	return err
}

// ChangePIN gives a person another PIN; old is theirs until now, and trying it is
// a guess like any other. A person whose PIN is gone, or whose half of the key
// is, needs none: whoever has opened the store gives them a new one.
func ChangePIN(o Options, k *Key, id string, old, pin []byte) error {
	o.fill()
	if err := GoodPIN(pin); err != nil {
		return err
	}
	f, err := fileOf(o, k)
	if err != nil {
		return err
	}
	w := f.person(id)
	if w == nil {
		return ErrNoPerson
	}
	if w.Sealed != "" {
		if _, err := f.guess(o, id, old); err != nil && !errors.Is(err, ErrPINHalfGone) {
			return err
		}
	}
	return f.anew(o, k, id, pin)
}

// ResetPIN gives a person another PIN without the one until now: for whoever
// opened the store by the recovery words.
func ResetPIN(o Options, k *Key, id string, pin []byte) error {
	o.fill()
	if err := GoodPIN(pin); err != nil {
		return err
	}
	f, err := fileOf(o, k)
	if err != nil {
		return err
	}
	return f.anew(o, k, id, pin)
}

// anew wraps the key for a person who is there. Their half is another one, so that
// an older keys.json does not bring the older PIN back.
func (f *file) anew(o Options, k *Key, id string, pin []byte) error {
	w := f.person(id)
	if w == nil {
		return ErrNoPerson
	}
	was := *w
	fresh, err := wrapPIN(o, f.Store, k.Bytes, Person{ID: w.ID, Name: w.Name, Role: w.Role}, pin)
	if err != nil {
		return err
	}
	*w = fresh
	if err := f.write(o); err != nil {
		return err
	}
	return was.forget(o, f.Store)
}

// RemovePerson takes a person's way in away. With the last one the machine opens
// without a PIN again, by keyring or file, and the recovery words open nothing.
func RemovePerson(o Options, k *Key, id string) error {
	o.fill()
	f, err := fileOf(o, k)
	if err != nil {
		return err
	}
	w := f.person(id)
	if w == nil {
		return ErrNoPerson
	}
	was := *w
	f.Wrappings = slices.DeleteFunc(f.Wrappings, func(w wrapping) bool { return w.Kind == PIN && w.ID == id })
	if len(f.people().Persons) == 0 {
		f.Wrappings = slices.DeleteFunc(f.Wrappings, func(w wrapping) bool { return w.Kind == Recovery })
		if k.How, err = f.wrap(o, k.Bytes, nil); err != nil {
			return err
		}
		k.Person = ""
	}
	if err := f.write(o); err != nil {
		return err
	}
	return was.forget(o, f.Store)
}

// NewRecovery makes other recovery words; those until now open nothing any more.
func NewRecovery(o Options, k *Key) (string, error) {
	o.fill()
	f, err := fileOf(o, k)
	if err != nil {
		return "", err
	}
	words, err := f.newRecovery(o, k.Bytes)
	if err != nil {
		return "", err
	}
	return words, f.write(o)
}

func (f *file) newRecovery(o Options, key []byte) (string, error) {
	words, err := drawWords(o.Rand)
	if err != nil {
		return "", err
	}
	w, err := wrapWords(o, Recovery, f.Store, key, asWords([]byte(words)))
	if err != nil {
		return "", err
	}
	f.Wrappings = slices.DeleteFunc(f.Wrappings, func(w wrapping) bool { return w.Kind == Recovery })
	f.Wrappings = append(f.Wrappings, w)
	return words, nil
}

// fileOf reads keys.json for whoever holds its key.
func fileOf(o Options, k *Key) (*file, error) {
	f, err := readFile(o.Dir)
	if err != nil {
		return nil, err
	}
	if f.Store != k.Store || f.Check != check(k.Bytes) {
		return nil, ErrWrong
	}
	return f, nil
}

// Forget removes what the keyring holds for the store in o.Dir, so that a copy of
// its files opens nowhere. Without a keys.json there is nothing to remove.
func Forget(o Options) error {
	o.fill()
	f, err := readFile(o.Dir)
	if errors.Is(err, ErrMissing) {
		return nil
	}
	if err != nil {
		return err
	}
	var errs []error
	for _, w := range f.Wrappings {
		switch {
		case w.Kind == PIN && w.Sealed != "":
			errs = append(errs, w.forget(o, f.Store))
		case w.Kind == Keyring && o.Keyring:
			errs = append(errs, keyringDelete(f.Store))
		}
	}
	return errors.Join(errs...)
}
