package localdb

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/journal"
)

// cardsName is the folder with the keys of contact cards: a file each, and nowhere
// else, neither in the view nor in journal, snapshot, rescue file or dump. With its
// key a card is gone, wherever its sealed form still is.
const cardsName = "cards"

// A key's file is a version, whether the hub has the key, and key and last day,
// sealed with the store key. As long as it is not known that the card was recorded,
// it has another name: what a kill leaves so is destroyed at the next start, unless
// the card is here.
const (
	keyFileVersion = 1
	keySuffix      = ".key"
	trialSuffix    = ".try"

	keyUnsent = 'n'
	keySent   = 's'
)

// errNoCardKey says that there is no key of a card here.
var errNoCardKey = errors.New("localdb: no key of this card is here")

// cardFiles are the key files of one store. Callers hold the store's writing lock
// to change any.
type cardFiles struct {
	fs   journal.FS
	dir  string
	aead cipher.AEAD
	rand io.Reader
	at   func(step string)

	known map[string]bool // ids of which there is a key, and whether the hub has it; nil: not looked yet
}

// cardKey is what a key's file holds.
type cardKey struct {
	key  []byte
	by   directory.Day // the last day on which the card exists
	sent bool          // the hub has it
}

func newCardFiles(o *Options, storeKey []byte) (*cardFiles, error) {
	key, err := hkdf.Key(sha256.New, storeKey, nil, "vejviser card key v1", chacha20poly1305.KeySize)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	return &cardFiles{fs: o.fs, dir: filepath.Join(o.Dir, cardsName), aead: aead, rand: o.Rand, at: o.at}, nil
}

func (c *cardFiles) path(id, suffix string) string { return filepath.Join(c.dir, id+suffix) }

// try puts a key on the disk, file and folder fsynced, for a card that is about to
// be recorded. settle gives it its name afterwards.
func (c *cardFiles) try(id string, k cardKey) error {
	if len(k.key) != card.KeySize || len(k.by) != len("2006-01-02") || !isUUID(id) {
		return fmt.Errorf("%w: card %q", ErrDamaged, id)
	}
	if err := c.fs.MkdirAll(c.dir); err != nil {
		return err
	}
	if err := c.fs.SyncDir(filepath.Dir(c.dir)); err != nil {
		return err
	}
	c.known = nil
	b := []byte{keyFileVersion, keyUnsent}
	if k.sent {
		b[1] = keySent
	}
	nonce := make([]byte, c.aead.NonceSize())
	if _, err := io.ReadFull(c.rand, nonce); err != nil {
		return fmt.Errorf("localdb: randomness: %w", err)
	}
	b = c.aead.Seal(append(b, nonce...), nonce, append([]byte(k.by), k.key...), []byte(id))
	name := c.path(id, trialSuffix)
	f, err := c.fs.Open(name, true)
	if err != nil {
		return err
	}
	err = f.Truncate(0)
	if err == nil {
		_, err = f.WriteAt(b, 0)
	}
	c.at("card key not synced")
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = c.fs.SyncDir(c.dir)
	}
	return err
}

// settle gives a key its name: its card is recorded.
func (c *cardFiles) settle(id string) error {
	if err := c.fs.Rename(c.path(id, trialSuffix), c.path(id, keySuffix)); err != nil {
		return err
	}
	c.at("card key named")
	return c.fs.SyncDir(c.dir)
}

// look says of which ids there is a key, and whether the hub has it.
func (c *cardFiles) look() (map[string]bool, error) {
	if c.known != nil {
		return c.known, nil
	}
	ids, _, err := c.list()
	if err != nil {
		return nil, err
	}
	known := make(map[string]bool, len(ids))
	for _, id := range ids {
		k, err := c.get(id)
		switch {
		case err == nil:
			known[id] = k.sent
		case !errors.Is(err, errNoCardKey):
			return nil, err
		}
	}
	c.known = known
	return known, nil
}

// get reads the key of a card, or gives errNoCardKey, also for a file that does not
// open: it was of another store, or is damaged.
func (c *cardFiles) get(id string) (k cardKey, err error) {
	if !isUUID(id) {
		return k, errNoCardKey
	}
	for _, suffix := range []string{keySuffix, trialSuffix} {
		b, err := readSmall(c.fs, c.path(id, suffix))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return k, err
		}
		if k, ok := c.parse(id, b); ok {
			return k, nil
		}
	}
	return k, errNoCardKey
}

func (c *cardFiles) parse(id string, b []byte) (k cardKey, ok bool) {
	n := 2 + c.aead.NonceSize()
	if len(b) < n || b[0] != keyFileVersion {
		return k, false
	}
	plain, err := c.aead.Open(nil, b[2:n], b[n:], []byte(id))
	if day := len("2006-01-02"); err == nil && len(plain) == day+card.KeySize {
		return cardKey{plain[day:], directory.Day(plain[:day]), b[1] == keySent}, true
	}
	return k, false
}

// mark notes whether the hub has the key, in place, so that no copy of it is left
// behind.
func (c *cardFiles) mark(id string, sent bool) error {
	f, err := c.fs.Open(c.path(id, keySuffix), false)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	c.known = nil
	flag := []byte{keyUnsent}
	if sent {
		flag[0] = keySent
	}
	_, err = f.WriteAt(flag, 1)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// destroy overwrites the key of a card, fsyncs and removes it. There being none is
// no error.
func (c *cardFiles) destroy(id string) error {
	if !isUUID(id) {
		return nil
	}
	delete(c.known, id)
	var errs []error
	any := false
	for _, suffix := range []string{keySuffix, trialSuffix} {
		there, err := scrub(c.fs, c.path(id, suffix), c.at)
		any = any || there
		errs = append(errs, err)
	}
	if any {
		errs = append(errs, c.fs.SyncDir(c.dir))
	}
	return errors.Join(errs...)
}

// list gives the ids of which there is a key, and which of them are on trial.
func (c *cardFiles) list() (ids []string, trial map[string]bool, err error) {
	names, err := c.fs.List(c.dir)
	if err != nil {
		return nil, nil, err
	}
	trial = map[string]bool{}
	for _, name := range names {
		id, is := strings.CutSuffix(name, keySuffix)
		if !is {
			if id, is = strings.CutSuffix(name, trialSuffix); is {
				trial[id] = true
			}
		}
		if is && isUUID(id) && (len(ids) == 0 || ids[len(ids)-1] != id) {
			ids = append(ids, id)
		}
	}
	return ids, trial, nil
}

// destroyAll destroys every key in a store's folder.
func destroyAll(fsys journal.FS, dir string) error {
	names, err := fsys.List(dir)
	errs := []error{err}
	for _, name := range names {
		_, err := scrub(fsys, filepath.Join(dir, name), func(string) {})
		errs = append(errs, err)
	}
	if len(names) > 0 {
		errs = append(errs, fsys.SyncDir(dir))
	}
	return errors.Join(errs...)
}

// scrub overwrites a small file, fsyncs and removes it. Where it cannot be
// overwritten it is removed all the same.
func scrub(fsys journal.FS, name string, at func(string)) (there bool, err error) {
	f, err := fsys.Open(name, false)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return true, errors.Join(err, removed(fsys, name)) // it could not be overwritten
	}
	n, err := f.Size()
	if err == nil && n > 0 {
		if _, err = f.WriteAt(make([]byte, min(n, maxKeyFile)), 0); err == nil {
			err = f.Sync()
		}
	}
	at("card key overwritten")
	err = errors.Join(err, f.Close()) // Windows removes no file that is open
	err = errors.Join(err, removed(fsys, name))
	at("card key removed")
	return true, err
}

const maxKeyFile = 4 << 10

func readSmall(fsys journal.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name, false)
	if err != nil {
		return nil, err
	}
	n, err := f.Size()
	b := make([]byte, min(max(n, 0), maxKeyFile))
	if err == nil {
		var k int
		if k, err = f.ReadAt(b, 0); errors.Is(err, io.EOF) && k == len(b) {
			err = nil
		}
	}
	return b, errors.Join(err, f.Close())
}
