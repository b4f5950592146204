package keys

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/journal"
)

// The lengths a PIN may have, in digits.
const (
	MinPIN = 6
	MaxPIN = 12
)

// Errors of PINs.
var (
	ErrPINNeeded   = errors.New("keys: a PIN is needed")
	ErrPINGone     = errors.New("keys: the PIN was wrong too often and is gone")
	ErrPINForm     = errors.New("keys: a PIN is six to twelve digits")
	ErrPINEasy     = errors.New("keys: the PIN is one that everybody tries")
	ErrPINHalfGone = errors.New("keys: the half of the PIN's key that this machine keeps is gone")
	ErrNoPerson    = errors.New("keys: there is no such person")
)

// PINError says that a PIN was wrong.
type PINError struct {
	Free int           // how many more tries there are before one must wait
	Left int           // how many more tries there are at all
	Wait time.Duration // before the next
}

func (e *PINError) Error() string {
	return fmt.Sprintf("keys: the PIN is wrong; %d tries left, the next in %s", e.Left, e.Wait)
}

// WaitError says that no try is taken yet; nothing was counted.
type WaitError struct {
	Wait time.Duration
	Left int // tries that are left at all
}

func (e *WaitError) Error() string { return fmt.Sprintf("keys: the next try is in %s", e.Wait) }

// GoodPIN says whether a new PIN will do: digits, long enough, and none of those
// that are tried first.
func GoodPIN(pin []byte) error {
	if err := pinForm(pin); err != nil {
		return err
	}
	for period := 1; period <= 3; period++ { // 111111, 121212, 123123
		same := true
		for i := period; i < len(pin); i++ {
			same = same && pin[i] == pin[i-period]
		}
		if same {
			return ErrPINEasy
		}
	}
	for _, step := range []int{1, -1} { // 123456, 987654, 567890
		run := true
		for i := 1; i < len(pin); i++ {
			run = run && (int(pin[i-1]-'0')+step+10)%10 == int(pin[i]-'0')
		}
		if run {
			return ErrPINEasy
		}
	}
	return nil
}

func pinForm(pin []byte) error {
	if len(pin) < MinPIN || len(pin) > MaxPIN || slices.ContainsFunc(pin, func(b byte) bool { return b < '0' || b > '9' }) {
		return ErrPINForm
	}
	return nil
}

// wrapPIN wraps the key for a person, with a half of its own in the keyring or,
// where there is none, in a file.
func wrapPIN(o Options, store string, key []byte, p Person, pin []byte) (wrapping, error) {
	half, err := random(o.Rand)
	if err != nil {
		return wrapping{}, err
	}
	salt, err := random(o.Rand)
	if err != nil {
		return wrapping{}, err
	}
	w := wrapping{Kind: PIN, ID: p.ID, Name: p.Name, Role: p.Role, Where: File, Half: hex.EncodeToString(salt[:8])}
	if o.Keyring {
		err := keepInKeyring(secretName(store, w.Half), secret{half: half})
		if err == nil {
			w.Where = Keyring
		} else if !errors.Is(err, ErrKeyringUnavailable) {
			return wrapping{}, err
		}
	}
	if w.Where == File {
		if err := keepInFile(o, w.Half, secret{half: half}); err != nil {
			return wrapping{}, err
		}
	}
	kek, err := w.kek(store, pin, half, salt, o.pinCost)
	if err != nil {
		return wrapping{}, err
	}
	sealed, err := sealWith(o, w.bound(), store, kek, key)
	w.Sealed, w.Salt, w.Cost = sealed.Sealed, base64.StdEncoding.EncodeToString(salt), o.pinCost
	return w, err
}

// bound is what a person's wrapping is sealed with beside the store's id: a
// changed role does not open.
func (w *wrapping) bound() string { return PIN + " " + w.ID + " " + w.Role }

// kek needs both: what the person knows and what this machine keeps.
func (w *wrapping) kek(store string, pin, half, salt []byte, cost argonCost) ([]byte, error) {
	known := stretch(pin, salt, cost)
	kek, err := hkdf.Key(sha256.New, append(known, half...), nil, "vejviser pin v1 "+store+" "+w.ID, Size)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	return kek, nil
}

// guess tries a PIN on a person's wrapping. The try is counted, durably and in
// both places, before it is made; where that cannot be, none is made.
func (f *file) guess(o Options, id string, pin []byte) ([]byte, error) {
	w := f.person(id)
	if w == nil {
		return nil, ErrNoPerson
	}
	if w.Sealed == "" {
		return nil, ErrPINGone
	}
	if err := pinForm(pin); err != nil {
		return nil, err // cannot be right: not a guess
	}
	kept, err := w.secret(o, f.Store)
	if err != nil {
		return nil, err
	}
	up, err := o.Uptime()
	if err != nil {
		return nil, fmt.Errorf("keys: how long the machine has run: %w", err)
	}
	worse := kept.tries
	if w.Tries.Wrong > worse.Wrong {
		worse = w.Tries
	}
	if worse.Wrong >= MostTries {
		return nil, errors.Join(ErrPINGone, f.spend(o, w))
	}
	if left := max(kept.tries.left(up), w.Tries.left(up)); left > 0 {
		return nil, &WaitError{Wait: left, Left: MostTries - worse.Wrong}
	}
	if err := f.count(o, w, kept.half, worse.next(up)); err != nil {
		return nil, err
	}
	o.checked()
	key, err := w.openPIN(f.Store, pin, kept.half)
	switch {
	case errors.Is(err, ErrWrong) && w.Tries.Wrong >= MostTries:
		return nil, errors.Join(ErrPINGone, f.spend(o, w))
	case errors.Is(err, ErrWrong):
		return nil, &PINError{Free: max(freeTries-w.Tries.Wrong, 0), Left: MostTries - w.Tries.Wrong, Wait: w.Tries.wait()}
	case err != nil:
		return nil, err
	}
	// A count that cannot be taken back makes the next wait come sooner, and gives
	// nobody another guess: the right PIN opens all the same.
	_ = f.count(o, w, kept.half, tries{})
	return key, nil
}

func (w *wrapping) openPIN(store string, pin, half []byte) ([]byte, error) {
	salt, err := base64.StdEncoding.DecodeString(w.Salt)
	if err != nil || w.Cost.Time == 0 || w.Cost.Threads == 0 || w.Cost.MemoryKiB > maxArgonMemoryKiB {
		return nil, fmt.Errorf("keys: the PIN in %s is damaged", FileName)
	}
	kek, err := w.kek(store, pin, half, salt, w.Cost)
	if err != nil {
		return nil, err
	}
	return w.unsealAs(w.bound(), store, kek)
}

// count writes how often was guessed, in both places.
func (f *file) count(o Options, w *wrapping, half []byte, n tries) error {
	var err error
	if w.Where == Keyring {
		err = keyringSet(secretName(f.Store, w.Half), secret{half, n}.String())
	} else {
		err = keepInFile(o, w.Half, secret{half, n})
	}
	if err != nil {
		return err
	}
	w.Tries = n
	return f.write(o)
}

// spend takes a person's wrapping away for good: first the half that a restored
// keys.json does not bring back.
func (f *file) spend(o Options, w *wrapping) error {
	err := w.forget(o, f.Store)
	w.Sealed, w.Salt, w.Cost, w.Tries = "", "", argonCost{}, tries{}
	return errors.Join(err, f.write(o))
}

// secret reads what lies beside keys.json for a person.
func (w *wrapping) secret(o Options, store string) (secret, error) {
	if w.Where == Keyring {
		if !o.Keyring {
			return secret{}, ErrKeyringUnavailable
		}
		s, err := keyringGet(secretName(store, w.Half))
		if errors.Is(err, ErrMissing) {
			return secret{}, ErrPINHalfGone
		}
		if err != nil {
			return secret{}, err
		}
		return parseSecret(s)
	}
	b, err := os.ReadFile(secretPath(o.Dir, w.Half))
	if errors.Is(err, fs.ErrNotExist) {
		return secret{}, ErrPINHalfGone
	}
	if err != nil {
		return secret{}, fmt.Errorf("keys: %w", err)
	}
	return parseSecret(string(b))
}

// forget removes what lies beside keys.json for a person.
func (w *wrapping) forget(o Options, store string) error {
	if w.Where == Keyring {
		if !o.Keyring {
			return ErrKeyringUnavailable
		}
		return keyringDelete(secretName(store, w.Half))
	}
	return gone(o, secretPath(o.Dir, w.Half))
}

func gone(o Options, name string) error {
	if err := o.FS.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("keys: %w", err)
	}
	return o.FS.SyncDir(filepath.Dir(name))
}

// secretName is what the secret of a PIN is called in the keyring.
func secretName(store, half string) string { return store + "/" + half }

// secretPath is where the secret of a PIN lies where there is no keyring.
func secretPath(dir, half string) string { return filepath.Join(dir, "pin-"+half+".key") }

func keepInFile(o Options, half string, s secret) error {
	if err := journal.WriteFile(o.FS, secretPath(o.Dir, half), []byte(s.String()+"\n")); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return nil
}

func unhex(s string) ([]byte, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != Size {
		return nil, ErrWrong
	}
	return b, nil
}
