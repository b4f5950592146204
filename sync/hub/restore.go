package hub

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/localdb/keys"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/go-json-experiment/json"
)

// RestoreOptions says where a backup is to come to life.
type RestoreOptions struct {
	Dir      string // of the new hub
	Erasures string // the old hub's list of what was erased; "" where there is none
	// Revocations is the old hub's list of the devices that were revoked; "" where
	// there is none.
	Revocations string
	// Log opens the log, which must be empty; it is called when the backup was read
	// to its end and found whole.
	Log        func() (log.Log, error)
	Backup     io.ReadSeeker
	Passphrase func() ([]byte, error)
	Options    Options // Rand and Now
}

// Restore makes a hub of a backup: the same identity, another epoch, so that every
// device compares what it holds, and gives back what the backup does not have.
// What was erased since stays erased, and who was revoked stays revoked. Nothing is written before the whole backup
// was read and its hash and signature held.
func Restore(ctx context.Context, o RestoreOptions) (record.Position, error) {
	var at record.Position
	o.Options.fill()
	if _, err := os.Stat(filepath.Join(o.Dir, identityName)); err == nil {
		return at, ErrNotEmpty
	}
	b, err := readWhole(o.Backup)
	if err != nil {
		return at, err
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return at, fmt.Errorf("hub: %w", err)
	}
	if err := bring(o.Revocations, filepath.Join(o.Dir, revocationsName)); err != nil {
		return at, err
	}
	if err := bring(o.Erasures, filepath.Join(o.Dir, erasuresName)); err != nil {
		return at, err
	}
	gone, err := readErasures(filepath.Join(o.Dir, erasuresName))
	if err != nil {
		return at, err
	}
	l, err := o.Log()
	if err != nil {
		return at, err
	}
	at, err = restoreLog(ctx, l, b, o.Backup, gone, o.Options.Rand)
	if err = errors.Join(err, l.Close()); err != nil {
		return at, err
	}
	// The identity last: with it the folder is a hub.
	seal, err := folderSeal(o.Dir, keys.Options{Passphrase: o.Passphrase, Rand: o.Options.Rand})
	if err != nil {
		return at, err
	}
	return at, b.head.Identity.save(o.Dir, seal, o.Options.Rand)
}

// bring takes a list of the old hub over.
func bring(from, to string) error {
	if from == "" {
		return nil
	}
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return interchange.WriteFile(to, func(w io.Writer) error { _, err := w.Write(b); return err })
}

// readWhole reads a backup to its end, so that all of it is known to be right.
func readWhole(f io.ReadSeeker) (*backupReader, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	b, err := readBackup(f)
	if err != nil {
		return nil, err
	}
	for _, err := range b.records() {
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

func restoreLog(ctx context.Context, l log.Log, whole *backupReader, f io.ReadSeeker, gone map[string]erasure, rand io.Reader) (at record.Position, err error) {
	r, ok := l.(log.Restorer)
	if !ok {
		return at, errors.New("hub: this kind of log cannot be restored into")
	}
	epoch, err := newEpoch(rand, whole.head.Epoch)
	if err != nil {
		return at, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return at, err
	}
	b, err := readBackup(f)
	if err != nil {
		return at, err
	}
	if err := r.Restore(ctx, epoch, max(whole.head.Head, whole.last), without(whole.lasting(b.records()), gone)); err != nil {
		return at, err
	}
	st, err := l.State(ctx)
	if err != nil {
		return at, err
	}
	// What was restored is in a backup: the one it came from.
	body, err := json.Marshal(mark{st.Epoch, st.Head})
	if err != nil {
		return at, err
	}
	v, err := encodeRecord(record.Record{Kind: markRef.Kind, ID: markRef.ID, V: 1, Body: body})
	if err != nil {
		return at, err
	}
	if _, err := l.Append(ctx, []log.Entry{{Key: keyOf(markRef), Value: v, Op: "restore"}}); err != nil {
		return at, err
	}
	return record.Position{Epoch: st.Epoch, Seq: st.Head}, nil
}

// lasting passes over records of which a later one of the same key follows: b was
// read to its end, and rs is it once more.
func (b *backupReader) lasting(rs iter.Seq2[log.Record, error]) iter.Seq2[log.Record, error] {
	return func(yield func(log.Record, error) bool) {
		for r, err := range rs {
			if err == nil && r.Seq != b.at[r.Key] {
				continue
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// without lets what was erased through as a tombstone alone.
func without(rs iter.Seq2[log.Record, error], gone map[string]erasure) iter.Seq2[log.Record, error] {
	return func(yield func(log.Record, error) bool) {
		for r, err := range rs {
			if _, erased := gone[r.Key]; erased && err == nil {
				r.Tombstone, r.Value = true, nil
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// newEpoch draws the number of another log: below 2^51, so that JSON keeps it.
func newEpoch(rand io.Reader, not uint64) (uint64, error) {
	for {
		var b [8]byte
		if _, err := readRand(rand, b[:]); err != nil {
			return 0, err
		}
		if e := binary.BigEndian.Uint64(b[:]) >> 13; e != 0 && e != not {
			return e, nil
		}
	}
}
