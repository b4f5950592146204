package keys

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb/journal"
)

// What protects the key, as status says it.
const (
	Keyring    = "keyring"
	Passphrase = "passphrase"
	File       = "file"
	PIN        = "pin"      // a person's, with a half of the key in keyring or file
	Recovery   = "recovery" // the words that open where no PIN does
)

// Size of the store key in bytes.
const Size = 32

// Names of the files in the data folder.
const (
	FileName   = "keys.json"
	SecretName = "store.key" // the secret of the wrapping "file"
)

// Errors a caller can act on.
var (
	ErrMissing            = errors.New("keys: the key is missing")
	ErrWrong              = errors.New("keys: the key does not fit this store")
	ErrKeyringUnavailable = errors.New("keys: the keyring is not available")
	ErrPassphraseNeeded   = errors.New("keys: a passphrase is needed")
	ErrPassphraseWrong    = errors.New("keys: the passphrase is wrong")
	ErrExists             = errors.New("keys: there is a key already")
)

// Options says where the key is and what may be asked.
type Options struct {
	Dir string
	// Keyring allows the operating system's keyring.
	Keyring bool
	// Passphrase gives the passphrase without asking a person; nil where there is none.
	// Recovery words are given in its place as well.
	Passphrase func() ([]byte, error)
	// PIN gives the PIN of Person; nil where none is known. Person is an id or a
	// name; "" is the only one there is.
	PIN    func() ([]byte, error)
	Person string
	Rand   io.Reader // nil: crypto/rand
	FS     journal.FS
	// Uptime is how long the machine has run; nil asks it.
	Uptime  func() (time.Duration, error)
	cost    argonCost // zero: the product's
	pinCost argonCost // zero: the product's
	checked func()    // tests: called when a PIN is about to be checked
}

func (o *Options) fill() {
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.FS == nil {
		o.FS = journal.OS{}
	}
	phrase, pin := argonCost{Time: 3, MemoryKiB: 256 << 10, Threads: 2}, argonCost{Time: 3, MemoryKiB: 64 << 10, Threads: 2}
	if testing.Testing() { // where nobody guesses, and a hundred stores are opened a minute
		phrase, pin = argonCost{1, 64, 1}, argonCost{1, 64, 1}
	}
	if o.cost == (argonCost{}) {
		o.cost = phrase
	}
	if o.pinCost == (argonCost{}) {
		o.pinCost = pin
	}
	if o.Uptime == nil {
		o.Uptime = uptime
	}
	if o.checked == nil {
		o.checked = func() {}
	}
}

// Key is an opened store key and what protects it.
type Key struct {
	Bytes  []byte // Size bytes
	How    string // Keyring, Passphrase, File, PIN or Recovery
	Store  string // random id of the store, not secret
	Person string // whose PIN opened it; "" where none did
}

// Drop overwrites the key, as far as that can be done.
func (k *Key) Drop() { clear(k.Bytes) }

// file is keys.json.
type file struct {
	V         int            `json:"v"`
	Store     string         `json:"store"`
	Check     string         `json:"check"` // hex; tells a wrong key from a right one
	Wrappings []wrapping     `json:"wrappings"`
	Unknown   jsontext.Value `json:",embed"`
}

// Exists says whether dir holds a keys.json.
func Exists(dir string) (bool, error) {
	_, err := os.Stat(filepath.Join(dir, FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Create makes a store key and wraps it: in the keyring where that works, with
// the passphrase where one is given (beside the keyring it is the way back when
// the keyring is lost), else with a secret in a 0600 file. It refuses with
// ErrExists where there is one already.
func Create(o Options) (*Key, error) {
	o.fill()
	if there, err := Exists(o.Dir); err != nil || there {
		return nil, errors.Join(err, errIf(there, ErrExists))
	}
	key := make([]byte, Size)
	id := make([]byte, 8)
	for _, b := range [][]byte{key, id} {
		if _, err := io.ReadFull(o.Rand, b); err != nil {
			return nil, fmt.Errorf("keys: randomness: %w", err)
		}
	}
	f := file{V: 1, Store: hex.EncodeToString(id), Check: check(key)}
	var phrase []byte
	if o.Passphrase != nil {
		p, err := o.Passphrase()
		if err != nil {
			return nil, fmt.Errorf("keys: passphrase: %w", err)
		}
		if len(p) == 0 {
			return nil, ErrPassphraseNeeded
		}
		phrase = p
	}
	how, err := f.wrap(o, key, phrase)
	if err != nil {
		return nil, err
	}
	if err := f.write(o); err != nil {
		return nil, err
	}
	return &Key{Bytes: key, How: how, Store: f.Store}, nil
}

// write makes keys.json what f is, whole or not at all, and durable.
func (f *file) write(o Options) error {
	b, err := json.Marshal(f, jsontext.WithIndent("  "))
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	if err := journal.WriteFile(o.FS, filepath.Join(o.Dir, FileName), append(b, '\n')); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return nil
}

// readFile reads the keys.json of a folder; ErrMissing where there is none that
// can be read.
func readFile(dir string) (*file, error) {
	b, err := os.ReadFile(filepath.Join(dir, FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	f := new(file)
	if err := json.Unmarshal(b, f); err != nil || len(f.Wrappings) == 0 {
		return nil, errors.Join(ErrMissing, err)
	}
	return f, nil
}

func errIf(b bool, err error) error {
	if b {
		return err
	}
	return nil
}

func (f *file) wrap(o Options, key, phrase []byte) (how string, err error) {
	if o.Keyring {
		w, err := wrapKeyring(o, f.Store, key)
		if err == nil {
			f.Wrappings, how = append(f.Wrappings, w), Keyring
		} else if !errors.Is(err, ErrKeyringUnavailable) {
			return "", err
		}
	}
	if phrase != nil {
		w, err := wrapWords(o, Passphrase, f.Store, key, phrase)
		if err != nil {
			return "", err
		}
		f.Wrappings = append(f.Wrappings, w)
		if how == "" {
			how = Passphrase
		}
	}
	if how == "" {
		w, err := wrapFile(o, f.Store, key)
		if err != nil {
			return "", err
		}
		f.Wrappings, how = append(f.Wrappings, w), File
	}
	return how, nil
}

// Load opens the store key of o.Dir: by the PIN where one is given, else by the
// first wrapping that works. Its errors say which way was tried; none of them
// makes a new key. *PINError, *WaitError, ErrPINGone, ErrPINHalfGone, ErrPINForm
// and ErrNoPerson are a PIN's; ErrPINNeeded says that there are PINs, and that
// nothing else was given.
func Load(o Options) (*Key, error) {
	o.fill()
	f, err := readFile(o.Dir)
	if err != nil {
		return nil, err
	}
	if o.PIN != nil && f.people().Locked {
		return f.loadByPIN(o)
	}
	var errs []error
	for _, w := range f.Wrappings {
		if w.Kind == PIN || w.Kind == Recovery && o.Passphrase == nil {
			continue
		}
		key, err := w.open(o, f.Store)
		if err == nil && check(key) != f.Check {
			err = ErrWrong
		}
		if err == nil {
			return &Key{Bytes: key, How: w.Kind, Store: f.Store}, nil
		}
		errs = append(errs, err)
	}
	if f.people().Locked && o.Passphrase == nil {
		errs = append(errs, ErrPINNeeded)
	}
	return nil, errors.Join(errs...)
}

func (f *file) loadByPIN(o Options) (*Key, error) {
	id, err := f.find(o.Person)
	if err != nil {
		return nil, err
	}
	pin, err := o.PIN()
	if err != nil {
		return nil, fmt.Errorf("keys: PIN: %w", err)
	}
	key, err := f.guess(o, id, pin)
	if err != nil {
		return nil, err
	}
	if check(key) != f.Check {
		return nil, ErrWrong
	}
	return &Key{Bytes: key, How: PIN, Store: f.Store, Person: id}, nil
}

// check is a value that only the right key gives.
func check(key []byte) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte("vejviser store key check"))
	return hex.EncodeToString(m.Sum(nil)[:16])
}
