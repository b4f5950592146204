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

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb/journal"
)

// What protects the key, as status says it.
const (
	Keyring    = "keyring"
	Passphrase = "passphrase"
	File       = "file"
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
	Passphrase func() ([]byte, error)
	Rand       io.Reader // nil: crypto/rand
	FS         journal.FS
	cost       argonCost // zero: the product's
}

func (o *Options) fill() {
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.FS == nil {
		o.FS = journal.OS{}
	}
	if o.cost == (argonCost{}) {
		o.cost = argonCost{Time: 3, MemoryKiB: 256 << 10, Threads: 2}
	}
}

// Key is an opened store key and what protects it.
type Key struct {
	Bytes []byte // Size bytes
	How   string // Keyring, Passphrase or File
	Store string // random id of the store, not secret
}

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
	b, err := json.Marshal(f, jsontext.WithIndent("  "))
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	if err := journal.WriteFile(o.FS, filepath.Join(o.Dir, FileName), append(b, '\n')); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	return &Key{Bytes: key, How: how, Store: f.Store}, nil
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
		w, err := wrapPassphrase(o, f.Store, key, phrase)
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

// Load opens the store key of o.Dir by the first wrapping that works. Its
// errors say which way was tried; none of them makes a new key.
func Load(o Options) (*Key, error) {
	o.fill()
	b, err := os.ReadFile(filepath.Join(o.Dir, FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	var f file
	if err := json.Unmarshal(b, &f); err != nil || len(f.Wrappings) == 0 {
		return nil, errors.Join(ErrMissing, err)
	}
	var errs []error
	for _, w := range f.Wrappings {
		key, err := w.open(o, f.Store)
		if err == nil && check(key) != f.Check {
			err = ErrWrong
		}
		if err == nil {
			return &Key{Bytes: key, How: w.Kind, Store: f.Store}, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

// check is a value that only the right key gives.
func check(key []byte) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte("vejviser store key check"))
	return hex.EncodeToString(m.Sum(nil)[:16])
}
