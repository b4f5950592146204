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
	// In are the feeds that it was in, as far as was known: where the log lost the
	// value and has no tombstone yet, those are to be told.
	In []string `json:"in,omitempty"`
}

// readErasures gives the keys of what was erased. A last line that was cut off is
// passed over: its erasure was not answered yet.
func readErasures(path string) (map[string]erasure, error) {
	gone := map[string]erasure{}
	err := eachLine(path, func(line []byte) {
		var e erasure
		if json.Unmarshal(line, &e) == nil && log.ValidKey(e.Key) {
			if was, ok := gone[e.Key]; ok {
				e.In = append(e.In, was.In...)
			}
			gone[e.Key] = e
		}
	})
	return gone, err
}

// eachLine reads a list that lies beside the log; none is an empty one.
func eachLine(path string, fn func([]byte)) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("hub: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		fn(lines.Bytes())
	}
	return lines.Err()
}

// noteLine brings a line of such a list to the disk.
func noteLine(path string, v any) (err error) {
	b, err := json.Marshal(v, json.Deterministic(true))
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

// note brings an erasure to the disk before it is done, once.
func (h *Hub) note(ref record.Ref) error {
	h.noting.Lock()
	defer h.noting.Unlock()
	if h.wasErased(ref) {
		return nil
	}
	was, err := h.store.Record(ref.Kind, ref.ID)
	if err != nil && !errors.Is(err, localdb.ErrNotFound) {
		return err
	}
	e := erasure{keyOf(ref), h.now(), append(slices.Clone(was.In), was.Left...)}
	if err := noteLine(filepath.Join(h.o.Dir, erasuresName), e); err != nil {
		return err
	}
	h.erased.Store(e.Key, e)
	return nil
}

// Erase takes a record, and what is only there because of it, out of everything that
// this hub can reach, for ever: the log, the keys of cards, what devices are sent,
// and, through the list, every backup that is restored here. Devices are told by a
// tombstone. It may be repeated.
func (h *Hub) Erase(ctx context.Context, ref record.Ref) error {
	return h.eraseFor(ctx, ref, "admin", "")
}

func (h *Hub) eraseFor(ctx context.Context, ref record.Ref, role, why string) error {
	ref.ID = strings.ToLower(ref.ID)
	refs, err := h.goesWith(ref)
	for _, r := range refs {
		if err == nil {
			err = h.note(r)
		}
	}
	for _, r := range refs {
		if err == nil {
			err = h.eraseNow(ctx, r)
		}
	}
	if err == nil && why == "" {
		why = "done"
	} else if err != nil {
		why = "failed"
	}
	h.audit.add(entry{Role: role, Action: "erase", Object: string(ref.Kind) + " " + ref.ID, Result: why})
	return err
}

// goesWith gives a record and what holds a part of it: of an ambassador, how they are
// reached, and what was said of either in conflicts.
func (h *Hub) goesWith(ref record.Ref) ([]record.Ref, error) {
	refs := []record.Ref{ref}
	if ref.Kind == record.Ambassador {
		refs = append(refs, refOf(record.Volunteer, ref.ID))
		err := h.store.EachRecord(context.Background(), record.FeedOf(record.Tips, ""), func(r record.Record) error {
			var c localdb.Conflict
			if r.Kind != record.Conflict || json.Unmarshal(r.Body, &c) != nil {
				return nil
			}
			if (c.Kind == record.Ambassador || c.Kind == record.Volunteer) && strings.EqualFold(c.Community, ref.ID) {
				refs = append(refs, r.Ref())
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return refs, nil
}

// eraseNoted erases what stands on the list. What cannot be done now is done by
// keepHouse, or at the next start.
func (h *Hub) eraseNoted(ctx context.Context, refs []record.Ref) {
	for _, first := range refs {
		all, err := h.goesWith(first) // what came in the same batch as well
		for _, r := range all {
			if err == nil {
				err = h.note(r)
			}
			if err == nil {
				err = h.eraseNow(ctx, r)
			}
		}
		if err != nil {
			h.o.Logger.Error("an erasure is not done yet", "kind", string(first.Kind), "err", err)
			h.unfinished.Store(first, true)
		}
	}
}

// finishErasures does what could not be done before.
func (h *Hub) finishErasures(ctx context.Context) error {
	var errs []error
	h.unfinished.Range(func(k, _ any) bool {
		err := h.eraseNow(ctx, k.(record.Ref))
		if err == nil {
			h.unfinished.Delete(k)
		}
		errs = append(errs, err)
		return true
	})
	return errors.Join(errs...)
}

func (h *Hub) eraseNow(ctx context.Context, ref record.Ref) error {
	if ref.Kind == record.Card { // first, since without it nobody can read what is left
		if err := h.cardKeys.destroy(ref.ID); err != nil {
			return err
		}
	}
	was, err := h.store.Record(ref.Kind, ref.ID)
	if err != nil && !errors.Is(err, localdb.ErrNotFound) {
		return err
	}
	left := append(slices.Clone(was.Left), was.In...)
	if e, ok := h.erased.Load(keyOf(ref)); ok {
		left = append(left, e.(erasure).In...)
	}
	left = record.Tokens(left...)
	gone := record.Record{Kind: ref.Kind, ID: ref.ID, V: 1, Deleted: true, Left: left, At: h.now()}
	err = h.again(ctx, func() error {
		// The value goes before the tombstone comes: erasing takes a key's tombstone too.
		if err := h.log.Erase(ctx, keyOf(ref)); err != nil {
			return err
		}
		_, err := h.append(ctx, []write{{rec: gone}}, "erase")
		return err
	})
	h.manifests.forget(ref.Kind.Family())
	return err
}

// wasErased says that a record was erased. Its tombstone goes after a while; a
// machine that was away for longer, or an old copy of one, may tell it again.
func (h *Hub) wasErased(ref record.Ref) bool {
	_, gone := h.erased.Load(keyOf(ref))
	return gone
}

// loadErasures reads the list. It comes before the log is played.
func (h *Hub) loadErasures() error {
	gone, err := readErasures(filepath.Join(h.o.Dir, erasuresName))
	for key, e := range gone {
		h.erased.Store(key, e)
	}
	return err
}

// replayErasures erases again what a restored backup, or a crash, left standing.
func (h *Hub) replayErasures(ctx context.Context) (err error) {
	h.erased.Range(func(k, e any) bool {
		err = h.replayErasure(ctx, k.(string), e.(erasure))
		return err == nil
	})
	return err
}

func (h *Hub) replayErasure(ctx context.Context, key string, e erasure) error {
	_, rest, _ := strings.Cut(key, ".")
	kind, id, _ := strings.Cut(rest, ".")
	ref := record.Ref{Kind: record.Kind(kind), ID: id}
	if ref.Kind == record.Card {
		if err := h.cardKeys.destroy(id); err != nil {
			return err
		}
	}
	last, err := h.log.Last(ctx, key)
	if errors.Is(err, log.ErrNotFound) { // perhaps power went before the tombstone came
		r, serr := h.store.Record(ref.Kind, ref.ID)
		old := h.now().Sub(e.At) > tombstoneDays*24*time.Hour // its tombstone has had its time
		if serr == nil && r.Deleted || errors.Is(serr, localdb.ErrNotFound) && (old || len(e.In) == 0) {
			return nil
		}
		if err = serr; errors.Is(serr, localdb.ErrNotFound) {
			err = nil
		}
	}
	if err != nil || last.Tombstone {
		return err
	}
	return h.eraseNow(ctx, ref)
}

// forget drops the manifests and chunks of a family.
func (ms *manifests) forget(f record.Family) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	for c := range ms.by {
		if family, _ := c.feed.Split(); family == f {
			delete(ms.by, c)
		}
	}
}
