package keys

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
)

// A door is a PIN that opens no key: staff leave a kiosk by it. It is kept, as an
// argon2id hash and with how often was guessed, by whoever asks; guesses are slowed
// down as those of a person's PIN are.
//
// It is never spent. Everybody who stands at a kiosk can guess, and ten wrong
// guesses must not lock staff out for good; waiting does not grow past the third
// step, at which a million PINs take nineteen years.
type door struct {
	Hash  string    `json:"hash"` // base64
	Salt  string    `json:"salt"`
	Cost  argonCost `json:"argon2id"`
	Tries tries     `json:"tries,omitzero"`
}

// mostCounted is after how many wrong guesses the wait grows no more.
const mostCounted = freeTries + 2

// ErrNoDoor says that no PIN was set, or that what was kept of it cannot be read.
var ErrNoDoor = errors.New("keys: no PIN is set")

// NewDoor makes what is kept of a PIN: letters alone, so that no guard against
// numbers of persons ever finds one in it.
func NewDoor(o Options, pin []byte) (kept string, err error) {
	o.fill()
	if err := GoodPIN(pin); err != nil {
		return "", err
	}
	salt, err := random(o.Rand)
	if err != nil {
		return "", err
	}
	return door{
		Hash: base64.StdEncoding.EncodeToString(stretch(pin, salt, o.pinCost)),
		Salt: base64.StdEncoding.EncodeToString(salt), Cost: o.pinCost,
	}.String(), nil
}

// TryDoor tries a PIN. The guess is counted through keep, durably, before it is
// made; where that cannot be, none is made. Nil opens; *PINError, *WaitError,
// ErrPINForm and ErrNoDoor do not.
func TryDoor(o Options, kept string, pin []byte, keep func(string) error) error {
	o.fill()
	d, err := parseDoor(kept)
	if err != nil {
		return err
	}
	if err := pinForm(pin); err != nil {
		return err // cannot be right: not a guess
	}
	up, err := o.Uptime()
	if err != nil {
		return fmt.Errorf("keys: how long the machine has run: %w", err)
	}
	if left := d.Tries.left(up); left > 0 {
		return &WaitError{Wait: left}
	}
	d.Tries = d.Tries.next(up)
	d.Tries.Wrong = min(d.Tries.Wrong, mostCounted)
	if err := keep(d.String()); err != nil {
		return err
	}
	o.checked()
	right, err := d.is(pin)
	if err != nil {
		return err
	}
	if !right {
		return &PINError{Free: max(freeTries-d.Tries.Wrong, 0), Wait: d.Tries.wait()}
	}
	d.Tries = tries{}
	// As with a person's PIN: a count that stays makes the next wait come sooner.
	_ = keep(d.String())
	return nil
}

func (d door) is(pin []byte) (bool, error) {
	salt, err1 := base64.StdEncoding.DecodeString(d.Salt)
	hash, err2 := base64.StdEncoding.DecodeString(d.Hash)
	if err1 != nil || err2 != nil || len(hash) != Size || d.Cost.Time == 0 || d.Cost.Threads == 0 || d.Cost.MemoryKiB > maxArgonMemoryKiB {
		return false, ErrNoDoor
	}
	return subtle.ConstantTimeCompare(stretch(pin, salt, d.Cost), hash) == 1, nil
}

// String is the door as it is kept: its JSON, each half byte a letter from a to p.
func (d door) String() string {
	b, err := json.Marshal(d)
	if err != nil {
		return "" // texts and numbers always marshal
	}
	var s strings.Builder
	for _, c := range b {
		s.WriteByte('a' + c>>4)
		s.WriteByte('a' + c&15)
	}
	return s.String()
}

func parseDoor(kept string) (d door, err error) {
	if kept == "" || len(kept)%2 != 0 {
		return d, ErrNoDoor
	}
	b := make([]byte, len(kept)/2)
	for i := range b {
		hi, lo := kept[2*i]-'a', kept[2*i+1]-'a'
		if hi > 15 || lo > 15 {
			return d, ErrNoDoor
		}
		b[i] = hi<<4 | lo
	}
	if json.Unmarshal(b, &d) != nil {
		return door{}, ErrNoDoor
	}
	return d, nil
}
