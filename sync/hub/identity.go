package hub

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/localdb/keys"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

const identityName = "identity.sealed"

// identity is what makes a hub the hub that its devices know. It goes into
// backups: without it every device would have to be enrolled anew.
type identity struct {
	Name      string `json:"name"`
	Seed      []byte `json:"seed"`   // Ed25519
	Secret    []byte `json:"secret"` // under which invitations are kept
	PublicURL string `json:"public_url,omitzero"`
	// Days for which a device may show what is not public without a contact; 0 is
	// the product's.
	Lease      int `json:"lease,omitzero"`
	LeaseKiosk int `json:"lease_kiosk,omitzero"`
}

func (i *identity) private() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(i.Seed) }

func (i *identity) public() []byte { return i.private().Public().(ed25519.PublicKey) }

func (i *identity) sign(text []byte) []byte { return ed25519.Sign(i.private(), text) }

// mac is how a secret that a person holds is kept: good for comparing alone.
func (i *identity) mac(what, secret string) string {
	m := hmac.New(sha256.New, i.Secret)
	m.Write(protocol.SignedText(what, secret))
	return hex.EncodeToString(m.Sum(nil))
}

func newIdentity(rand io.Reader) (*identity, error) {
	i := &identity{Seed: make([]byte, ed25519.SeedSize), Secret: make([]byte, 32)}
	for _, b := range [][]byte{i.Seed, i.Secret} {
		if _, err := io.ReadFull(rand, b); err != nil {
			return nil, fmt.Errorf("hub: randomness: %w", err)
		}
	}
	return i, nil
}

// loadIdentity opens the hub's identity, or makes one in a folder without any.
func loadIdentity(dir string, ko keys.Options, rand io.Reader) (*identity, cipher.AEAD, error) {
	aead, err := folderSeal(dir, ko)
	if err != nil {
		return nil, nil, err
	}
	b, err := os.ReadFile(filepath.Join(dir, identityName))
	if errors.Is(err, fs.ErrNotExist) {
		i, err := newIdentity(rand)
		return i, aead, err
	}
	if err != nil {
		return nil, nil, fmt.Errorf("hub: %w", err)
	}
	if len(b) < aead.NonceSize() {
		return nil, nil, ErrIdentity
	}
	plain, err := aead.Open(nil, b[:aead.NonceSize()], b[aead.NonceSize():], []byte(identityName))
	if err != nil {
		return nil, nil, ErrIdentity
	}
	i := new(identity)
	if err := json.Unmarshal(plain, i); err != nil || len(i.Seed) != ed25519.SeedSize || len(i.Secret) != 32 {
		return nil, nil, ErrIdentity
	}
	return i, aead, nil
}

// ownerRef is where the log says whose it is.
var ownerRef = record.Ref{Kind: record.Mark, ID: "hub"}

// own makes the log this hub's, or says that it is another's.
func (h *Hub) own(ctx context.Context) error {
	type owner struct {
		Key []byte `json:"key"`
	}
	return h.again(ctx, func() error {
		d := newDraft(h)
		r, err := d.get(ownerRef)
		if err != nil {
			return err
		}
		var o owner
		if r.Kind != "" {
			if err := json.Unmarshal(r.Body, &o); err != nil || !bytes.Equal(o.Key, h.id.public()) {
				return errors.Join(ErrOtherHub, err)
			}
			return nil
		}
		body, err := json.Marshal(owner{h.id.public()})
		if err != nil {
			return err
		}
		if err := d.put(record.Record{Kind: ownerRef.Kind, ID: ownerRef.ID, V: 1, Body: body}, ""); err != nil {
			return err
		}
		_, err = h.append(ctx, d.writes, "own")
		return err
	})
}

// LogKey gives the key under which the log beside the hub is sealed; in an empty
// folder it makes the folder's key.
func LogKey(dir string, passphrase func() ([]byte, error), rand io.Reader) ([]byte, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("hub: %w", err)
	}
	return folderKey(dir, keys.Options{Passphrase: passphrase, Rand: rand}, "vejviser hub log v1")
}

// folderSeal opens what the identity is sealed with.
func folderSeal(dir string, ko keys.Options) (cipher.AEAD, error) {
	key, err := folderKey(dir, ko, "vejviser hub v1")
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// folderKey opens the key of the folder, or makes one in an empty folder, and
// gives what is made of it for one use.
func folderKey(dir string, ko keys.Options, use string) ([]byte, error) {
	ko.Dir = dir
	there, err := keys.Exists(dir)
	if err != nil {
		return nil, fmt.Errorf("hub: %w", err)
	}
	open := keys.Load
	if !there {
		if _, err := os.Stat(filepath.Join(dir, identityName)); err == nil {
			return nil, keys.ErrMissing // never a new key beside what an old one sealed
		}
		open = keys.Create
	}
	k, err := open(ko)
	if err != nil {
		return nil, err
	}
	return hkdf.Key(sha256.New, k.Bytes, nil, use, 32)
}

func (i *identity) save(dir string, aead cipher.AEAD, rand io.Reader) error {
	plain, err := json.Marshal(i)
	if err != nil {
		return err
	}
	nonce := make([]byte, aead.NonceSize())
	if _, err := io.ReadFull(rand, nonce); err != nil {
		return fmt.Errorf("hub: randomness: %w", err)
	}
	return interchange.WriteFile(filepath.Join(dir, identityName), func(w io.Writer) error {
		_, err := w.Write(aead.Seal(nonce, nonce, plain, []byte(identityName)))
		return err
	})
}
