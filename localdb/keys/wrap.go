package keys

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"

	"github.com/faellesskabsby/vejviser/localdb/journal"
)

// wrapping is one way to the store key.
type wrapping struct {
	Kind    string         `json:"kind"`
	Sealed  string         `json:"sealed"` // base64: nonce and the sealed store key
	Salt    string         `json:"salt,omitzero"`
	Cost    argonCost      `json:"argon2id,omitzero"`
	ID      string         `json:"id,omitzero"` // of a person, and what follows
	Name    string         `json:"name,omitzero"`
	Role    string         `json:"role,omitzero"`
	Where   string         `json:"where,omitzero"` // of the other half: keyring or file
	Half    string         `json:"half,omitzero"`  // what that is called there; another for each PIN
	Tries   tries          `json:"tries,omitzero"`
	Unknown jsontext.Value `json:",embed"`
}

// argonCost is what trying one passphrase costs.
type argonCost struct {
	Time      uint32 `json:"time"`
	MemoryKiB uint32 `json:"memory_kib"`
	Threads   uint8  `json:"threads"`
}

// maxArgonMemoryKiB bounds what a changed keys.json can make us allocate.
const maxArgonMemoryKiB = 1 << 20

func wrapKeyring(o Options, store string, key []byte) (wrapping, error) {
	secret, err := random(o.Rand)
	if err != nil {
		return wrapping{}, err
	}
	if err := keyringSet(store, hex.EncodeToString(secret)); err != nil {
		return wrapping{}, err
	}
	// A keyring that takes a secret and does not give it back would lock everything in.
	if got, err := keyringGet(store); err != nil || got != hex.EncodeToString(secret) {
		return wrapping{}, errors.Join(ErrKeyringUnavailable, err)
	}
	return sealWith(o, Keyring, store, secret, key)
}

// wrapWords wraps the key by what a person knows: a passphrase or recovery words.
func wrapWords(o Options, kind, store string, key, phrase []byte) (wrapping, error) {
	salt, err := random(o.Rand)
	if err != nil {
		return wrapping{}, err
	}
	w, err := sealWith(o, kind, store, stretch(phrase, salt, o.cost), key)
	w.Salt, w.Cost = base64.StdEncoding.EncodeToString(salt), o.cost
	return w, err
}

func wrapFile(o Options, store string, key []byte) (wrapping, error) {
	secret, err := random(o.Rand)
	if err != nil {
		return wrapping{}, err
	}
	name := filepath.Join(o.Dir, SecretName)
	if err := journal.WriteFile(o.FS, name, []byte(hex.EncodeToString(secret)+"\n")); err != nil {
		return wrapping{}, fmt.Errorf("keys: %w", err)
	}
	return sealWith(o, File, store, secret, key)
}

// open gives the store key, or says why this way does not work.
func (w wrapping) open(o Options, store string) ([]byte, error) {
	switch w.Kind {
	case Keyring:
		if !o.Keyring {
			return nil, ErrKeyringUnavailable
		}
		s, err := keyringGet(store)
		if err != nil {
			return nil, err
		}
		return w.unsealHex(store, s)
	case File:
		b, err := os.ReadFile(filepath.Join(o.Dir, SecretName))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w: %s", ErrMissing, SecretName)
		}
		if err != nil {
			return nil, fmt.Errorf("keys: %w", err)
		}
		return w.unsealHex(store, strings.TrimSpace(string(b)))
	case Passphrase, Recovery:
		return w.openWords(o, store)
	default:
		return nil, fmt.Errorf("%w: the wrapping %q is not known to this program", ErrMissing, w.Kind)
	}
}

func (w wrapping) openWords(o Options, store string) ([]byte, error) {
	if o.Passphrase == nil {
		return nil, ErrPassphraseNeeded
	}
	phrase, err := o.Passphrase()
	if err != nil {
		return nil, fmt.Errorf("keys: passphrase: %w", err)
	}
	salt, err := base64.StdEncoding.DecodeString(w.Salt)
	if err != nil || w.Cost.Time == 0 || w.Cost.Threads == 0 || w.Cost.MemoryKiB > maxArgonMemoryKiB {
		return nil, fmt.Errorf("%w: %s is damaged", ErrWrong, FileName)
	}
	if w.Kind == Recovery {
		phrase = asWords(phrase)
	}
	key, err := w.unseal(store, stretch(phrase, salt, w.Cost))
	if errors.Is(err, ErrWrong) {
		return nil, ErrPassphraseWrong
	}
	return key, err
}

func (w wrapping) unsealHex(store, secret string) ([]byte, error) {
	b, err := unhex(secret)
	if err != nil {
		return nil, err
	}
	return w.unseal(store, b)
}

func (w wrapping) unseal(store string, secret []byte) ([]byte, error) {
	return w.unsealAs(w.Kind, store, secret)
}

// unsealAs opens what sealWith made for the same kind and store.
func (w wrapping) unsealAs(kind, store string, secret []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(secret)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	b, err := base64.StdEncoding.DecodeString(w.Sealed)
	if err != nil || len(b) < aead.NonceSize() {
		return nil, ErrWrong
	}
	key, err := aead.Open(nil, b[:aead.NonceSize()], b[aead.NonceSize():], []byte(kind+" "+store))
	if err != nil || len(key) != Size {
		return nil, ErrWrong
	}
	return key, nil
}

func sealWith(o Options, kind, store string, secret, key []byte) (wrapping, error) {
	aead, err := chacha20poly1305.NewX(secret)
	if err != nil {
		return wrapping{}, fmt.Errorf("keys: %w", err)
	}
	nonce := make([]byte, aead.NonceSize())
	if _, err := io.ReadFull(o.Rand, nonce); err != nil {
		return wrapping{}, fmt.Errorf("keys: randomness: %w", err)
	}
	sealed := aead.Seal(nonce, nonce, key, []byte(kind+" "+store))
	return wrapping{Kind: kind, Sealed: base64.StdEncoding.EncodeToString(sealed)}, nil
}

// stretch is argon2id; it gives its memory back at once, since the program that
// opened the store goes on for a day.
func stretch(phrase, salt []byte, c argonCost) []byte {
	key := argon2.IDKey(phrase, salt, c.Time, c.MemoryKiB, c.Threads, Size)
	if c.MemoryKiB >= 64<<10 {
		debug.FreeOSMemory()
	}
	return key
}

func random(r io.Reader) ([]byte, error) {
	b := make([]byte, Size)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, fmt.Errorf("keys: randomness: %w", err)
	}
	return b, nil
}
