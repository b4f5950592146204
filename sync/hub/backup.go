package hub

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/zstd"
)

// A backup is zstd of lines of JSON: a head, the records in the order of the log,
// and a foot with the hash of all lines before it, signed by the hub
// (findings/sync §2.7). It holds the hub's identity: whoever has the file can be
// the hub. It is made from the log and not from the store, then read back and
// played into a store that was never used; only then, and when it lies where it is
// to lie, is the durable mark moved, up to which devices need not keep what they sent.
//
// A log may be read while it grows, record by record: one that is overwritten before
// its turn is then found only further on. So it is read on, behind the head at which
// the reading began, until nothing more comes; of a key that was met twice the last
// record holds.

const backupVersion = 1

type backupHead struct {
	Backup   int       `json:"vejviser_backup"`
	Epoch    uint64    `json:"epoch"`
	Head     uint64    `json:"head"`
	Floor    uint64    `json:"floor"`
	At       time.Time `json:"at"`
	Identity identity  `json:"identity"`
}

type backupLine struct {
	Seq   uint64         `json:"seq,omitzero"`
	Key   string         `json:"key,omitzero"`
	Op    string         `json:"op,omitzero"`
	Gone  bool           `json:"gone,omitzero"`
	Value jsontext.Value `json:"value,omitzero"`
	Foot  *backupFoot    `json:"foot,omitzero"`
}

type backupFoot struct {
	Records   int                             `json:"records"`
	SHA256    string                          `json:"sha256"`
	Roots     map[record.Family]record.Digest `json:"roots"`
	Signature []byte                          `json:"signature"`

	counted map[string]countedSum // by key
}

func (f *backupFoot) text(h *backupHead) []byte {
	u := func(v uint64) string { return strconv.FormatUint(v, 10) }
	return protocol.SignedText("backup", u(h.Epoch), u(h.Head), u(h.Floor), strconv.Itoa(f.Records), f.SHA256)
}

// Receipt says what a backup holds: everything up to Position.
type Receipt struct {
	Position record.Position `json:"position"`
	Records  int             `json:"records"`
	Size     int64           `json:"size"`
	SHA256   string          `json:"sha256"` // of the file
}

// Copy copies the file, and holds it against the receipt: what was cut off on the
// way, or changed, is no backup.
func (rec *Receipt) Copy(w io.Writer, r io.Reader) error {
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, sum), r)
	if err == nil && (n != rec.Size || hex.EncodeToString(sum.Sum(nil)) != rec.SHA256) {
		err = fmt.Errorf("%w: %d of %d bytes", ErrBackup, n, rec.Size)
	}
	return err
}

// Backup makes a backup, reads it back, and gives it to take. When take has put it
// where it is to lie and returned nil, the durable mark moves.
func (h *Hub) Backup(ctx context.Context, take func(Receipt, io.Reader) error) (Receipt, error) {
	rec, err := h.backup(ctx, take)
	result := resultOf(err)
	if errors.Is(err, errSent) {
		result = "sent"
	}
	h.audit.add(entry{Role: "admin", Action: "backup", Object: strconv.FormatUint(rec.Position.Seq, 10), Result: result})
	return rec, err
}

// unfinished are the names of what a backup is made in.
var unfinished = [...]string{".backup-*", ".try-*"}

// dropUnfinished removes what a backup left that was killed: the hub's identity and
// every case, not sealed. Callers hold the lock of the folder's store.
func dropUnfinished(dir string) error {
	es, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("hub: backup: %w", err)
	}
	for _, e := range es {
		for _, name := range unfinished {
			if !strings.HasPrefix(e.Name(), strings.TrimSuffix(name, "*")) {
				continue
			}
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return fmt.Errorf("hub: backup: %w", err)
			}
		}
	}
	return nil
}

func (h *Hub) backup(ctx context.Context, take func(Receipt, io.Reader) error) (rec Receipt, err error) {
	f, err := os.CreateTemp(h.o.Dir, unfinished[0])
	if err != nil {
		return rec, fmt.Errorf("hub: backup: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	sum := sha256.New()
	if rec, err = h.writeBackup(ctx, io.MultiWriter(f, sum)); err != nil {
		return rec, err
	}
	rec.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if rec.Size, err = f.Seek(0, io.SeekEnd); err != nil {
		return rec, err
	}
	if err := h.tryBackup(ctx, f); err != nil {
		return rec, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return rec, err
	}
	if err := take(rec, f); err != nil {
		return rec, err
	}
	return rec, h.setDurable(ctx, rec.Position)
}

func (h *Hub) writeBackup(ctx context.Context, to io.Writer) (rec Receipt, err error) {
	st, err := h.log.State(ctx)
	if err != nil {
		return rec, err
	}
	rec.Position = record.Position{Epoch: st.Epoch, Seq: st.Head}
	z, err := zstd.NewWriter(to)
	if err != nil {
		return rec, err
	}
	sum := sha256.New()
	out := bufio.NewWriter(io.MultiWriter(z, sum))
	line := func(v any) error {
		b, err := json.Marshal(v, json.Deterministic(true))
		if err == nil {
			_, err = out.Write(append(b, '\n'))
		}
		return err
	}
	head := backupHead{backupVersion, st.Epoch, st.Head, st.Floor, h.now(), *h.id}
	if err := line(head); err != nil {
		return rec, err
	}
	foot := &backupFoot{Roots: map[record.Family]record.Digest{}, counted: map[string]countedSum{}}
	err = h.readStill(ctx, func(r log.Record) error {
		foot.Records++
		foot.count(r)
		return line(backupLine{Seq: r.Seq, Key: r.Key, Op: r.Op, Gone: r.Tombstone, Value: r.Value})
	})
	if err != nil {
		return rec, err
	}
	if err := out.Flush(); err != nil {
		return rec, err
	}
	foot.SHA256 = hex.EncodeToString(sum.Sum(nil))
	foot.Signature = h.id.sign(foot.text(&head))
	if err := errors.Join(line(backupLine{Foot: foot}), out.Flush(), z.Close()); err != nil {
		return rec, err
	}
	rec.Records = foot.Records
	return rec, nil
}

// maxRounds is how often a log is read on that grows while it is read.
const maxRounds = 1000

// readStill reads the log to where it stands still: to a head behind which nothing
// came while it was read.
func (h *Hub) readStill(ctx context.Context, fn func(log.Record) error) error {
	last := uint64(0)
	for range maxRounds {
		before := last
		for r, err := range h.log.Read(ctx, last) {
			if err == nil {
				last, err = r.Seq, fn(r)
			}
			if err != nil {
				return err
			}
		}
		if last == before {
			return nil
		}
	}
	return fmt.Errorf("%w: the log does not stand still", errBusy)
}

// countedSum is what a key adds to a root.
type countedSum struct {
	family record.Family
	sum    record.Digest
}

// count adds a record to the root of its family, in the place of an earlier one.
func (f *backupFoot) count(lr log.Record) {
	if was, ok := f.counted[lr.Key]; ok {
		delete(f.counted, lr.Key)
		if f.Roots[was.family] = f.Roots[was.family].Sub(was.sum); f.Roots[was.family].Count == 0 {
			delete(f.Roots, was.family)
		}
	}
	r, err := decodeRecord(lr)
	if err != nil || r.Deleted || r.Kind.Family() == record.Admin {
		return // what nobody can read no store holds
	}
	c := countedSum{r.Kind.Family(), record.Sum(&r)}
	f.counted[lr.Key] = c
	f.Roots[c.family] = f.Roots[c.family].Add(c.sum)
}

// tryBackup plays a backup into a store that was never used.
func (h *Hub) tryBackup(ctx context.Context, f io.ReadSeeker) (err error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	b, err := readBackup(f)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(h.o.Dir, unfinished[1])
	if err != nil {
		return fmt.Errorf("hub: backup: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := localdb.Open(ctx, localdb.Options{Dir: filepath.Join(dir, "store"), Create: true, Hub: true, Now: h.o.Now, Rand: h.o.Rand, Actor: "hub"})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var batch []record.Record
	play := func(seq uint64) error {
		err := s.Play(ctx, localdb.Delta{Records: batch, To: record.Position{Epoch: b.head.Epoch, Seq: seq}})
		batch = batch[:0]
		return err
	}
	last := uint64(0)
	for lr, err := range b.records() {
		if err != nil {
			return err
		}
		last = lr.Seq
		if r, err := decodeRecord(lr); err == nil {
			batch = append(batch, r)
		}
		if len(batch) == playRecords {
			if err := play(last); err != nil {
				return err
			}
		}
	}
	if last > 0 {
		if err := play(last); err != nil {
			return err
		}
	}
	return sameRoots(ctx, s, b.foot.Roots)
}

func sameRoots(ctx context.Context, s *localdb.Store, want map[record.Family]record.Digest) error {
	got := map[record.Family]record.Digest{}
	for _, f := range record.Families {
		ds, _, err := s.Digests(ctx, record.FeedOf(f, ""))
		if err != nil {
			return err
		}
		if root := ds.Root(); root.Count > 0 {
			got[f] = root
		}
	}
	if !maps.Equal(got, want) {
		return fmt.Errorf("%w: what was read back differs", ErrBackup)
	}
	return nil
}

// backupReader reads a backup. The records are given before the foot was seen:
// foot is set, and held to be right, when they came to their end without an error.
type backupReader struct {
	head backupHead
	foot *backupFoot
	at   map[string]uint64 // where the last record of each key stands, as far as was read
	last uint64
	in   *bufio.Reader
	z    *zstd.Decoder
	sum  hash.Hash
}

const maxBackupLine = 2 * log.MaxValue

func readBackup(r io.Reader) (*backupReader, error) {
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(128<<20))
	if err != nil {
		return nil, err
	}
	b := &backupReader{at: map[string]uint64{}, in: bufio.NewReaderSize(z, 64<<10), z: z, sum: sha256.New()}
	line, err := b.line()
	if err != nil {
		return nil, err
	}
	if json.Unmarshal(line, &b.head) != nil || b.head.Backup != backupVersion || len(b.head.Identity.Seed) != 32 || len(b.head.Identity.Secret) != 32 {
		return nil, ErrBackup
	}
	b.sum.Write(line)
	return b, nil
}

func (b *backupReader) line() ([]byte, error) {
	var out []byte
	for {
		part, err := b.in.ReadSlice('\n')
		if out = append(out, part...); err == nil {
			return out, nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) || len(out) > maxBackupLine {
			return nil, fmt.Errorf("%w: %w", ErrBackup, err)
		}
	}
}

// records gives the records in order, and holds hash and signature against them.
func (b *backupReader) records() iter.Seq2[log.Record, error] {
	return func(yield func(log.Record, error) bool) {
		defer b.z.Close()
		n := 0
		for {
			raw, err := b.line()
			var l backupLine
			if err == nil && json.Unmarshal(raw, &l) != nil {
				err = ErrBackup
			}
			if err == nil && l.Foot != nil {
				err = b.check(l.Foot, n)
				if err != nil {
					yield(log.Record{}, err)
				}
				return
			}
			if err == nil && l.Seq <= b.last {
				err = ErrBackup
			}
			if err != nil {
				yield(log.Record{}, err)
				return
			}
			b.sum.Write(raw)
			n, b.last, b.at[l.Key] = n+1, l.Seq, l.Seq
			if !yield(log.Record{Seq: l.Seq, Key: l.Key, Value: l.Value, Tombstone: l.Gone, Op: l.Op}, nil) {
				return
			}
		}
	}
}

func (b *backupReader) check(f *backupFoot, n int) error {
	if f.Records != n || f.SHA256 != hex.EncodeToString(b.sum.Sum(nil)) {
		return fmt.Errorf("%w: the hash does not fit", ErrBackup)
	}
	if protocol.Verify(b.head.Identity.public(), f.text(&b.head), f.Signature) != nil {
		return ErrNotOurs
	}
	b.foot = f
	return nil
}

// mark is the body of the record that says how far a verified backup goes.
type mark struct {
	Epoch uint64 `json:"epoch"`
	Seq   uint64 `json:"seq"`
}

var markRef = record.Ref{Kind: record.Mark, ID: "backup"}

// durable is how far a verified backup of this epoch goes.
func (h *Hub) durable(epoch uint64) uint64 {
	r, err := h.store.Record(markRef.Kind, markRef.ID)
	var m mark
	if err != nil || r.Deleted || json.Unmarshal(r.Body, &m) != nil || m.Epoch != epoch {
		return 0
	}
	return m.Seq
}

func (h *Hub) setDurable(ctx context.Context, p record.Position) error {
	return h.again(ctx, func() error {
		d := newDraft(h)
		if h.durable(p.Epoch) >= p.Seq {
			return nil
		}
		body, err := json.Marshal(mark(p))
		if err != nil {
			return err
		}
		if err := d.put(record.Record{Kind: markRef.Kind, ID: markRef.ID, V: 1, Body: body}, ""); err != nil {
			return err
		}
		_, err = h.append(ctx, d.writes, "mark")
		return err
	})
}
