// Package card holds contact cards: the first name and the phone of a citizen who
// said yes to being called or gone along with, and nothing else. A card is sealed
// under a key of its own; what stands in the log, in journals and in backups is the
// sealed card, and with the key it is gone everywhere (DESIGN §4, findings/sync
// §2.6). It is pure: keys are handed in, and kept elsewhere.
package card

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Version is the version of the Sealed records that this program writes.
const Version = 1

// KeySize is the size of a card's key in bytes.
const KeySize = 32

// Days that a card is kept where nobody says less, and the most it may be kept
// (findings/reliability §4.3).
const (
	DefaultDays = 90
	MaxDays     = 180
)

// Errors a caller can act on.
var (
	ErrKey     = errors.New("card: the key does not open this card")
	ErrKeyGone = errors.New("card: the key is gone: the card was erased")
)

// Card is a contact card as a person reads it.
type Card struct {
	Info
	FirstName string `json:"first_name"`
	Phone     string `json:"phone,omitzero"`
}

// Info is what may be known of a card without opening it.
type Info struct {
	ID       string         `json:"id"` // UUID v7
	Code     referral.Code  `json:"code"`
	Consent  Consent        `json:"consent"`
	DeleteBy directory.Day  `json:"delete_by"` // the last day on which it exists
	Unknown  jsontext.Value `json:",embed"`
}

// Consent is what a citizen said yes to.
type Consent struct {
	Text          string    `json:"text"`     // version of the text they heard or read
	Language      string    `json:"language"` // BCP 47
	How           string    `json:"how"`      // spoken written
	At            time.Time `json:"at"`
	TellHost      bool      `json:"tell_host,omitzero"`      // the host may be told the first name
	TellCompanion bool      `json:"tell_companion,omitzero"` // the companion may be told first name and phone
}

// Hows lists the ways of saying yes.
var Hows = []string{"spoken", "written"}

// Sealed is a card as it is kept and sent.
type Sealed struct {
	Info
	Box []byte `json:"box"` // nonce and AES-256-GCM of secret; the id is bound to it
}

type secret struct {
	FirstName string `json:"first_name"`
	Phone     string `json:"phone,omitzero"`
}

// Seal closes a card under a key of KeySize random bytes.
func Seal(c Card, key []byte, rand io.Reader) (Sealed, error) {
	a, err := aead(key)
	if err != nil {
		return Sealed{}, err
	}
	b, err := json.Marshal(secret{c.FirstName, c.Phone})
	if err != nil {
		return Sealed{}, fmt.Errorf("card: %w", err)
	}
	nonce := make([]byte, a.NonceSize())
	if _, err := io.ReadFull(rand, nonce); err != nil {
		return Sealed{}, fmt.Errorf("card: randomness: %w", err)
	}
	return Sealed{c.Info, a.Seal(nonce, nonce, b, []byte(c.ID))}, nil
}

// Open reads a card. It gives ErrKey where the key is another one, or the card was
// changed.
func (s Sealed) Open(key []byte) (Card, error) {
	a, err := aead(key)
	if err != nil {
		return Card{}, err
	}
	n := a.NonceSize()
	if len(s.Box) < n {
		return Card{}, ErrKey
	}
	b, err := a.Open(nil, s.Box[:n], s.Box[n:], []byte(s.ID))
	if err != nil {
		return Card{}, ErrKey
	}
	var x secret
	if err := json.Unmarshal(b, &x); err != nil {
		return Card{}, ErrKey
	}
	return Card{s.Info, x.FirstName, x.Phone}, nil
}

func aead(key []byte) (cipher.AEAD, error) {
	if len(key) != KeySize {
		return nil, ErrKey
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("card: %w", err)
	}
	return cipher.NewGCM(block)
}
