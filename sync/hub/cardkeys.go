package hub

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// cardsName is the folder of the keys of contact cards: a file each, sealed under
// the folder's key, in no log and no backup, so that a card is gone when its file
// is (DESIGN §4). A hub that was restored has none, and each node of a cluster has
// its own: devices bring back what it lacks.
const (
	cardsName = "cards"
	keyEnd    = ".key"

	maxKeysBody = 160 << 10
)

// cardKeys keeps the keys of cards. It is safe for concurrent use.
type cardKeys struct {
	dir  string
	seal cipher.AEAD
	rand io.Reader

	mu    sync.Mutex
	lacks map[string]bool // cards that are here, and their keys are not; nil: not counted yet
}

func openCardKeys(dir string, seal cipher.AEAD, rand io.Reader) (*cardKeys, error) {
	k := &cardKeys{dir: filepath.Join(dir, cardsName), seal: seal, rand: rand}
	if err := os.MkdirAll(k.dir, 0o700); err != nil {
		return nil, fmt.Errorf("hub: cards: %w", err)
	}
	return k, nil
}

// path is where a key is; ids come from the net, and name a file only when they are UUIDs.
func (k *cardKeys) path(id string) (string, bool) {
	id = strings.ToLower(id)
	return filepath.Join(k.dir, id+keyEnd), isUUID(id)
}

// get gives a key; nil where it is not here.
func (k *cardKeys) get(id string) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.getLocked(id)
}

func (k *cardKeys) getLocked(id string) ([]byte, error) {
	path, ok := k.path(id)
	if !ok {
		return nil, nil
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("hub: cards: %w", err)
	}
	n := k.seal.NonceSize()
	if len(b) < n {
		return nil, nil // power went: it is lacking, and a device brings it back
	}
	key, err := k.seal.Open(nil, b[:n], b[n:], []byte(cardsName+strings.ToLower(id)))
	if err != nil {
		return nil, nil // of another hub's folder
	}
	return key, nil
}

// put brings a key to the disk.
func (k *cardKeys) put(id string, key []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	path, ok := k.path(id)
	if !ok {
		return notFound
	}
	nonce := make([]byte, k.seal.NonceSize(), 64+len(key))
	if _, err := readRand(k.rand, nonce); err != nil {
		return err
	}
	sealed := k.seal.Seal(nonce, nonce, key, []byte(cardsName+strings.ToLower(id)))
	err := interchange.WriteFile(path, func(w io.Writer) error { _, err := w.Write(sealed); return err })
	if err == nil {
		err = k.settle()
	}
	if err == nil {
		delete(k.lacks, strings.ToLower(id))
	}
	return err
}

// destroy writes over a key and takes it away. It is no error that it is gone.
func (k *cardKeys) destroy(id string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	path, ok := k.path(id)
	if !ok {
		return nil
	}
	delete(k.lacks, strings.ToLower(id))
	return k.wipe(path)
}

func (k *cardKeys) wipe(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("hub: cards: %w", err)
	}
	st, err := f.Stat()
	if err == nil {
		_, err = f.Write(make([]byte, st.Size()))
	}
	if err = errors.Join(err, f.Sync(), f.Close(), os.Remove(path)); err != nil {
		return fmt.Errorf("hub: cards: %w", err)
	}
	return k.settle()
}

// settle brings the folder itself to the disk: which files are in it.
func (k *cardKeys) settle() error {
	d, err := os.Open(k.dir)
	if err != nil {
		return fmt.Errorf("hub: cards: %w", err)
	}
	_ = d.Sync() // Windows knows no such thing
	return d.Close()
}

// met says that the log has a card whose key may be lacking here.
func (k *cardKeys) met(id string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.lacks == nil {
		return nil
	}
	key, err := k.getLocked(id)
	if err == nil && key == nil {
		k.lacks[strings.ToLower(id)] = true
	}
	return err
}

// lacking lists the cards whose keys are not here.
func (h *Hub) lacking(ctx context.Context) ([]string, error) {
	k := h.cardKeys
	k.mu.Lock()
	counted := k.lacks != nil
	if !counted {
		k.lacks = map[string]bool{} // from here on met tells of new ones
	}
	k.mu.Unlock()
	if !counted {
		err := h.eachCard(ctx, func(r record.Record, _ *card.Sealed) error { return k.met(r.ID) })
		if err != nil {
			k.mu.Lock()
			k.lacks = nil
			k.mu.Unlock()
			return nil, err
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	var out []string
	for id := range k.lacks {
		out = append(out, id)
	}
	return out, nil
}

// eachCard calls fn with every card that is here.
func (h *Hub) eachCard(ctx context.Context, fn func(record.Record, *card.Sealed) error) error {
	return h.store.EachRecord(ctx, record.FeedOf(record.Cases, ""), func(r record.Record) error {
		if r.Kind != record.Card {
			return nil
		}
		c := new(card.Sealed)
		if err := json.Unmarshal(r.Body, c); err != nil {
			return err
		}
		return fn(r, c)
	})
}

// sweepCards takes away what nobody needs: keys of cards that are gone, and what a
// write that was cut off left.
func (h *Hub) sweepCards(context.Context) error {
	es, err := os.ReadDir(h.cardKeys.dir)
	if err != nil {
		return fmt.Errorf("hub: cards: %w", err)
	}
	var errs []error
	for _, e := range es {
		info, err := e.Info()
		if err != nil || h.o.Now().Sub(info.ModTime()) < cardGrace {
			continue // it may be under way
		}
		id := strings.TrimSuffix(e.Name(), keyEnd)
		r, err := h.store.Record(record.Card, id)
		if isUUID(id) && err == nil && alive(r) {
			continue
		}
		if err == nil || errors.Is(err, localdb.ErrNotFound) {
			h.cardKeys.mu.Lock()
			err = h.cardKeys.wipe(filepath.Join(h.cardKeys.dir, e.Name()))
			h.cardKeys.mu.Unlock()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// serveCardKeys takes keys of cards from a device and gives it those that it lacks:
// of cards in its own feeds alone. Of every other it says nothing, as if there were
// none.
func (h *Hub) serveCardKeys(w *reply, r *http.Request, who *caller) error {
	if wait := h.limits.take("k"+who.id, 2, 120); wait > 0 {
		return slowDown(wait)
	}
	var q protocol.CardKeys
	if err := w.bodyOf(r, &q, maxKeysBody); err != nil {
		return err
	}
	if len(q.Put) > protocol.MaxCardKeys || len(q.Want) > protocol.MaxCardKeys {
		return refusal(http.StatusRequestEntityTooLarge, protocol.CodeTooLarge)
	}
	out := protocol.CardKeysReply{}
	for _, k := range q.Put {
		if err := h.takeKey(who, k, &out); err != nil {
			return err
		}
	}
	for _, id := range q.Want {
		if err := h.giveKey(who, id, &out); err != nil {
			return err
		}
	}
	if err := h.tellLacks(r.Context(), who, &out); err != nil {
		return err
	}
	if len(out.Kept)+len(out.Keys) > 0 {
		h.audit.add(entry{Device: who.id, Role: string(who.device.Role), Action: "card keys",
			Result: "kept:" + strconv.Itoa(len(out.Kept)) + " given:" + strconv.Itoa(len(out.Keys))})
	}
	return w.json(http.StatusOK, out)
}

// cardFor gives a card that a device may see; nil where it may not, or there is none.
// erased says that the card was erased: that is told to whoever names it, because
// what they have of it must go.
func (h *Hub) cardFor(who *caller, id string) (c *card.Sealed, erased bool, err error) {
	ref := refOf(record.Card, id)
	if !isUUID(ref.ID) {
		return nil, false, nil
	}
	if h.wasErased(ref) {
		return nil, true, nil
	}
	r, err := h.store.Record(record.Card, ref.ID)
	if errors.Is(err, localdb.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil || r.Deleted {
		return nil, r.Deleted, err
	}
	if !record.Carries(feedsOf(who.hold), record.Card, r.In) {
		return nil, false, nil
	}
	c = new(card.Sealed)
	return c, false, json.Unmarshal(r.Body, c)
}

// takeKey keeps a key that opens its card. One that does not is no key.
func (h *Hub) takeKey(who *caller, k protocol.CardKey, out *protocol.CardKeysReply) error {
	c, erased, err := h.cardFor(who, k.ID)
	if err != nil {
		return err
	}
	if erased {
		out.Erased = append(out.Erased, k.ID)
	}
	if c == nil {
		return nil
	}
	if _, err := c.Open(k.Key); err != nil {
		h.o.Logger.Warn("a key does not open its card", "device", who.id, "card", c.ID)
		return nil
	}
	had, err := h.cardKeys.get(c.ID)
	if err == nil && had == nil {
		err = h.cardKeys.put(c.ID, k.Key)
	}
	if err != nil {
		return err
	}
	if h.wasErased(refOf(record.Card, c.ID)) { // meanwhile
		out.Erased = append(out.Erased, k.ID)
		return h.cardKeys.destroy(c.ID)
	}
	out.Kept = append(out.Kept, k.ID)
	return nil
}

func (h *Hub) giveKey(who *caller, id string, out *protocol.CardKeysReply) error {
	c, erased, err := h.cardFor(who, id)
	if err != nil {
		return err
	}
	if erased {
		out.Erased = append(out.Erased, id)
	}
	if c == nil {
		return nil
	}
	key, err := h.cardKeys.get(c.ID)
	if err == nil && key != nil {
		out.Keys = append(out.Keys, protocol.CardKey{ID: id, Key: key})
	}
	return err
}

// tellLacks says which keys a device may bring.
func (h *Hub) tellLacks(ctx context.Context, who *caller, out *protocol.CardKeysReply) error {
	ids, err := h.lacking(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if len(out.Lacks) == protocol.MaxCardKeys {
			break
		}
		c, _, err := h.cardFor(who, id)
		if err != nil {
			return err
		}
		if c != nil {
			out.Lacks = append(out.Lacks, id)
		}
	}
	return nil
}
