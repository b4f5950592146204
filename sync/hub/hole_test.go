package hub

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/log"
)

// liveLog reads as the log in a cluster does: record by record, up to the head at
// which it began. mid is called once, after the first record.
type liveLog struct {
	log.Log
	mid func()
}

func (l *liveLog) Read(ctx context.Context, after uint64) iter.Seq2[log.Record, error] {
	return func(yield func(log.Record, error) bool) {
		st, err := l.State(ctx)
		if err != nil {
			yield(log.Record{}, err)
			return
		}
		for at := after; at < st.Head; {
			r, err := l.next(ctx, at)
			if err != nil {
				yield(r, err)
			}
			if err != nil || r.Seq == 0 || r.Seq > st.Head || !yield(r, nil) {
				return
			}
			at = r.Seq
			if mid := l.mid; mid != nil {
				l.mid = nil
				mid()
			}
		}
	}
}

func (l *liveLog) next(ctx context.Context, after uint64) (log.Record, error) {
	for r, err := range l.Log.Read(ctx, after) {
		return r, err
	}
	return log.Record{}, nil
}

// What is overwritten while a backup is made is in it all the same, once.
func TestBackupHoldsWhatIsChangedWhileItIsMade(t *testing.T) {
	var live *liveLog
	r := newRig(t, func(r *rig) { r.wrap = func(l log.Log) log.Log { live = &liveLog{Log: l}; return live } })
	early, late, last := community("Først", "Lindeby"), community("Kor", "Lindeby"), community("Sidst", "Lindeby")
	r.put(early)
	r.put(late)
	r.put(last)
	change := func(summary string) {
		for _, c := range []string{early.ID, late.ID} {
			now, err := r.hub.store.Community(c)
			if err != nil {
				t.Fatal(err)
			}
			now.Summary = summary
			r.put(now)
		}
	}
	live.mid = func() {
		change("ny")
		live.mid = func() { change("nyere") } // and again while it is read on
	}
	b := r.backup()
	if err := r.restore(b); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{early.ID, late.ID} {
		c, err := r.hub.store.Community(id)
		if err != nil || c.Summary != "nyere" {
			t.Errorf("after the restore: %+v %v", c, err)
		}
	}
	if _, err := r.hub.store.Record(record.Community, last.ID); err != nil {
		t.Error(err)
	}
}

// A backup that was killed leaves the hub's identity and every case in the clear.
func TestNextStartRemovesWhatAKilledBackupLeft(t *testing.T) {
	r := newRig(t)
	r.stop()
	file, folder := filepath.Join(r.dir, ".backup-123"), filepath.Join(r.dir, ".try-123")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(folder, "store"), 0o700); err != nil {
		t.Fatal(err)
	}
	r.start()
	for _, path := range []string{file, folder} {
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("%s is there: %v", filepath.Base(path), err)
		}
	}
	r.backup() // and one that ends leaves nothing
	for _, name := range unfinished {
		if left, err := filepath.Glob(filepath.Join(r.dir, name)); err != nil || len(left) > 0 {
			t.Error(left, err)
		}
	}
}
