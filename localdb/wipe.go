package localdb

import (
	"context"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/sha512"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/keys"
)

// wipedName marks a store that is being wiped: a start that finds it goes on.
const wipedName = "wiped"

const rescueInfo = "vejviser rescue v1"

// rescue is what a rescue file holds, sealed to the hub's key (HPKE, RFC 9180,
// base mode: DHKEM X25519 with HKDF-SHA256, ChaCha20-Poly1305).
type rescue struct {
	V      int          `json:"v"`
	Device string       `json:"device,omitzero"` // as the hub knows it
	Store  string       `json:"store"`
	Ops    []journal.Op `json:"ops"` // not acknowledged, in order
}

// Wipe ends this store for good, because the hub revoked the machine: what was
// not sent is sealed to the hub's Ed25519 key in a rescue file in the store's
// folder, then the keys go, then the files. It gives the path of the rescue file,
// "" where there was nothing to rescue. Killed, it goes on at the next start.
func (s *Store) Wipe(ctx context.Context, sealTo []byte) (string, error) {
	name, err := s.writeRescue(ctx, sealTo)
	if err != nil {
		return "", err
	}
	s.o.at("rescued")
	if err := journal.WriteFile(s.o.fs, filepath.Join(s.o.Dir, wipedName), []byte(filepath.Base(name)+"\n")); err != nil {
		return "", named(err)
	}
	s.o.at("wipe marked")
	errClose := s.Close()
	if err := finishWipe(&s.o); err != nil {
		return name, errors.Join(err, errClose)
	}
	return name, nil
}

func (s *Store) writeRescue(ctx context.Context, sealTo []byte) (string, error) {
	ops, err := s.Outbox(ctx, 0)
	if err != nil {
		return "", err
	}
	refused, err := s.refusedOps()
	if err != nil {
		return "", err
	}
	e, err := s.Enrolment()
	if err != nil {
		return "", err
	}
	r := rescue{V: 1, Store: s.key.Store, Ops: append(ops, refused...)}
	if len(r.Ops) == 0 {
		return "", nil
	}
	slices.SortFunc(r.Ops, func(a, b journal.Op) int { return int(int64(a.Counter) - int64(b.Counter)) })
	if e != nil {
		r.Device = e.Device
		if sealTo == nil {
			sealTo = e.HubKey
		}
	}
	b, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	sealed, err := sealRescue(b, sealTo)
	if err != nil {
		return "", err
	}
	name, err := s.rescueName()
	if err != nil {
		return "", err
	}
	return name, named(journal.WriteFile(s.o.fs, name, sealed))
}

// rescueName gives a name that no file has: a machine may be revoked twice in a
// day, and what the first rescue holds is nowhere else.
func (s *Store) rescueName() (string, error) {
	base := filepath.Join(s.o.Dir, "rescue-"+string(directory.DayOf(s.o.Now())))
	for n := 1; ; n++ {
		name := base + ".sealed"
		if n > 1 {
			name = fmt.Sprintf("%s-%d.sealed", base, n)
		}
		if _, err := os.Lstat(name); errors.Is(err, os.ErrNotExist) {
			return name, nil
		} else if err != nil {
			return "", named(err)
		}
	}
}

func (s *Store) refusedOps() (out []journal.Op, err error) {
	rs, err := s.Refused()
	for _, r := range rs {
		out = append(out, journal.Op{Device: s.key.Store, Counter: r.Seq, ID: r.ID, Kind: r.Kind, V: opVersion, At: r.At, Body: r.Body})
	}
	return out, err
}

// finishWipe removes keys first: without them nothing of the rest can be read.
func finishWipe(o *Options) error {
	var errs []error
	if err := keys.Forget(keys.Options{Dir: o.Dir, Keyring: o.Keyring, FS: o.fs}); err != nil {
		o.Log.Warn("the keyring keeps what opens nothing any more", "err", err)
	}
	for _, name := range []string{keys.FileName, keys.SecretName} {
		errs = append(errs, removed(o.fs, filepath.Join(o.Dir, name)))
	}
	if err := errors.Join(append(errs, o.fs.SyncDir(o.Dir))...); err != nil {
		return err
	}
	o.at("keys gone")
	if err := destroyAll(o.fs, filepath.Join(o.Dir, cardsName)); err != nil {
		return err
	}
	es, err := os.ReadDir(o.Dir)
	if err != nil {
		return err
	}
	for _, e := range es {
		switch name := e.Name(); {
		case name == wipedName, name == "lock", strings.HasPrefix(name, "rescue-"):
		default:
			errs = append(errs, os.RemoveAll(filepath.Join(o.Dir, name)))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return errors.Join(removed(o.fs, filepath.Join(o.Dir, wipedName)), o.fs.SyncDir(o.Dir))
}

func removed(fsys journal.FS, name string) error {
	err := fsys.Remove(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// sealRescue seals to an Ed25519 public key, of which it takes the X25519 form
// (RFC 7748 §4.1): u = (1+y)/(1−y).
func sealRescue(plain, key []byte) ([]byte, error) {
	if len(key) != 32 {
		return nil, fmt.Errorf("localdb: rescue: a key of %d bytes", len(key))
	}
	p := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	le := slices.Clone(key)
	le[31] &= 0x7f
	slices.Reverse(le)
	y := new(big.Int).SetBytes(le)
	one := big.NewInt(1)
	below := new(big.Int).ModInverse(new(big.Int).Mod(new(big.Int).Sub(one, y), p), p)
	if below == nil {
		return nil, errors.New("localdb: rescue: not a key")
	}
	u := new(big.Int).Mod(new(big.Int).Mul(new(big.Int).Add(one, y), below), p)
	point := u.FillBytes(make([]byte, 32))
	slices.Reverse(point)
	pub, err := ecdh.X25519().NewPublicKey(point)
	if err != nil {
		return nil, fmt.Errorf("localdb: rescue: %w", err)
	}
	to, err := hpke.NewDHKEMPublicKey(pub)
	if err != nil {
		return nil, fmt.Errorf("localdb: rescue: %w", err)
	}
	return hpke.Seal(to, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), []byte(rescueInfo), plain)
}

// OpenRescue opens a rescue file with the seed of the Ed25519 key that it was
// sealed to: which device it is from, and what that had not sent.
func OpenRescue(sealed, seed []byte) (device string, ops []journal.Op, err error) {
	h := sha512.Sum512(seed)
	private, err := ecdh.X25519().NewPrivateKey(h[:32])
	if err != nil {
		return "", nil, fmt.Errorf("localdb: rescue: %w", err)
	}
	k, err := hpke.NewDHKEMPrivateKey(private)
	if err != nil {
		return "", nil, fmt.Errorf("localdb: rescue: %w", err)
	}
	plain, err := hpke.Open(k, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), []byte(rescueInfo), sealed)
	if err != nil {
		return "", nil, fmt.Errorf("%w: rescue: %w", ErrDamaged, err)
	}
	var r rescue
	if err := json.Unmarshal(plain, &r); err != nil {
		return "", nil, fmt.Errorf("%w: rescue: %w", ErrDamaged, err)
	}
	return r.Device, r.Ops, nil
}
