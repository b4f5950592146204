package hub

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/go-json-experiment/json"
)

// erasuresName is the list of what was erased: ids alone, outside the log and
// outside every backup, and replayed before a hub serves, so that an old backup
// brings nothing back (findings/reliability §4.4).
const erasuresName = "erasures.jsonl"

type erasure struct {
	Key string    `json:"key"`
	At  time.Time `json:"at"`
}

// readErasures gives the keys of what was erased. A last line that was cut off is
// passed over: its erasure was not answered yet.
func readErasures(path string) (map[string]bool, error) {
	gone := map[string]bool{}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return gone, nil
	}
	if err != nil {
		return nil, fmt.Errorf("hub: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var e erasure
		if json.Unmarshal(lines.Bytes(), &e) == nil && log.ValidKey(e.Key) {
			gone[e.Key] = true
		}
	}
	return gone, lines.Err()
}

// noteErasure brings an erasure to the disk before it is done.
func noteErasure(path string, e erasure) (err error) {
	b, err := json.Marshal(e)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("hub: %w", err)
	}
	_, err = f.Write([]byte("\n" + string(b) + "\n")) // behind a line that was cut off, if there is one
	return errors.Join(err, f.Sync(), f.Close())
}

// Erase takes a record out of everything that this hub can reach, for ever: the
// log, what devices are sent, and, through the list, every backup that is
// restored here. Devices are told by a tombstone. It may be repeated.
func (h *Hub) Erase(ctx context.Context, ref record.Ref) error {
	ref.ID = strings.ToLower(ref.ID)
	err := noteErasure(filepath.Join(h.o.Dir, erasuresName), erasure{keyOf(ref), h.now()})
	if err == nil {
		h.erased.Store(keyOf(ref), true)
		err = h.eraseNow(ctx, ref)
	}
	h.audit.add(entry{Role: "admin", Action: "erase", Object: string(ref.Kind) + " " + ref.ID, Result: resultOf(err)})
	return err
}

func (h *Hub) eraseNow(ctx context.Context, ref record.Ref) error {
	was, err := h.store.Record(ref.Kind, ref.ID)
	if err != nil && !errors.Is(err, localdb.ErrNotFound) {
		return err
	}
	// The value goes before the tombstone comes: erasing takes a key's tombstone too.
	if err := h.log.Erase(ctx, keyOf(ref)); err != nil {
		return err
	}
	left := record.Tokens(append(slices.Clone(was.Left), was.In...)...)
	gone := record.Record{Kind: ref.Kind, ID: ref.ID, V: 1, Deleted: true, Left: left, At: h.now()}
	if _, err := h.append(ctx, []write{{rec: gone}}, "erase"); err != nil {
		return err
	}
	h.manifests.forget()
	return nil
}

// wasErased says that a record was erased. Its tombstone goes after a while; a
// machine that was away for longer, or an old copy of one, may tell it again.
func (h *Hub) wasErased(ref record.Ref) bool {
	_, gone := h.erased.Load(keyOf(ref))
	return gone
}

// replayErasures erases again what a restored backup, or a crash, left standing.
func (h *Hub) replayErasures(ctx context.Context) error {
	gone, err := readErasures(filepath.Join(h.o.Dir, erasuresName))
	if err != nil {
		return err
	}
	for key := range gone {
		h.erased.Store(key, true)
		_, rest, _ := strings.Cut(key, ".")
		kind, id, _ := strings.Cut(rest, ".")
		ref := record.Ref{Kind: record.Kind(kind), ID: id}
		last, err := h.log.Last(ctx, key)
		if errors.Is(err, log.ErrNotFound) { // perhaps power went before the tombstone came
			r, serr := h.store.Record(ref.Kind, ref.ID)
			if errors.Is(serr, localdb.ErrNotFound) || serr == nil && r.Deleted {
				continue
			}
			err = serr
		}
		if err == nil && last.Tombstone {
			continue
		}
		if err == nil {
			err = h.eraseNow(ctx, ref)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// forget drops every manifest and chunk.
func (ms *manifests) forget() {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	clear(ms.by)
}
