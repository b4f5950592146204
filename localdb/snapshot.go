package localdb

import (
	"bufio"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/crypto/chacha20poly1305"

	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/sealed"
)

// A snapshot is the directory as an import left it, or everything that a hub
// gave and the position it is of: the other half, beside the journal, of what the
// view is rebuilt from. That of an import is written, fsynced and renamed before
// the import reports success; that of a hub's may be older than the view.
//
// File: magic, 20 bytes of nonce, then sealed chunks, each a length and at most
// 64 KiB of the zstd stream under XChaCha20-Poly1305; the nonce counts the
// chunks and the last one is marked, so that no chunk can be lost, moved or
// added. Inside: a header as JSON, the records, and at the end their number and
// the XOR of their hashes.
const (
	snapshotMagic   = "VJSNAP01"
	snapshotVersion = 2
	maxRecord       = 1 << 20
)

// snapshotHeader is the first record of a snapshot.
type snapshotHeader struct {
	V        int             `json:"v"` // 2 where it came from a hub
	Gen      uint64          `json:"gen"`
	At       time.Time       `json:"at"`
	Position record.Position `json:"position,omitzero"`
	Feeds    []record.Feed   `json:"feeds,omitempty"`
}

func snapshotName(gen uint64) string { return fmt.Sprintf("snapshot-%016x.vjs", gen) }

// snapshots lists the generations that dir has snapshots of, newest first.
func snapshots(fsys journal.FS, dir string) ([]uint64, error) {
	names, err := fsys.List(dir)
	if err != nil {
		return nil, err
	}
	var gens []uint64
	for _, name := range names {
		s, ok := strings.CutPrefix(name, "snapshot-")
		s, ok2 := strings.CutSuffix(s, ".vjs")
		if gen, err := strconv.ParseUint(s, 16, 64); ok && ok2 && err == nil {
			gens = append(gens, gen)
		}
	}
	slices.Sort(gens)
	slices.Reverse(gens)
	return gens, nil
}

func snapshotAEAD(storeKey []byte) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, storeKey, nil, "vejviser snapshot v1", chacha20poly1305.KeySize)
	if err != nil {
		return nil, err
	}
	return chacha20poly1305.NewX(key)
}

// snapshotWriter writes a snapshot beside its place and moves it there when all
// of it is on the disk.
type snapshotWriter struct {
	fs     journal.FS
	name   string
	file   journal.File
	sealer *sealed.Writer
	zw     *zstd.Encoder
	buf    []byte
	count  uint64
	xor    uint64
	again  bool // the file was there before: whatever happens, one of the two stays
}

// newSnapshot begins the snapshot of what m speaks of.
func (s *Store) newSnapshot(m *meta) (*snapshotWriter, error) {
	w := &snapshotWriter{fs: s.o.fs, name: filepath.Join(s.o.Dir, snapshotName(m.Gen))}
	if _, err := os.Stat(w.name); err == nil {
		w.again = true
	}
	aead, err := snapshotAEAD(s.key.Bytes)
	if err != nil {
		return nil, err
	}
	if w.file, err = s.o.fs.Open(w.name+".tmp", true); err != nil {
		return nil, err
	}
	if err := w.file.Truncate(0); err != nil {
		return nil, errors.Join(err, w.discard())
	}
	nonce := make([]byte, sealed.NonceSize(aead))
	if _, err := io.ReadFull(s.o.Rand, nonce); err != nil {
		return nil, errors.Join(err, w.discard())
	}
	out := io.NewOffsetWriter(w.file, 0)
	if _, err := out.Write(append([]byte(snapshotMagic), nonce...)); err != nil {
		return nil, errors.Join(err, w.discard())
	}
	w.sealer = sealed.NewWriter(out, aead, nonce)
	w.zw, err = zstd.NewWriter(w.sealer, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, errors.Join(err, w.discard())
	}
	h := snapshotHeader{V: 1, Gen: m.Gen, At: s.o.Now().UTC()}
	if m.Enrolled {
		h.V, h.Position, h.Feeds = snapshotVersion, m.position(), m.Feeds
	}
	head, err := json.Marshal(h)
	if err == nil {
		err = w.field(head)
	}
	if err != nil {
		return nil, errors.Join(err, w.discard())
	}
	return w, nil
}

func (w *snapshotWriter) field(b []byte) error {
	w.buf = binary.AppendUvarint(w.buf[:0], uint64(len(b)))
	w.buf = append(w.buf, b...)
	_, err := w.zw.Write(w.buf)
	return err
}

// add writes one record. kind is not 0.
func (w *snapshotWriter) add(kind byte, id string, version int, record []byte) error {
	w.buf = append(w.buf[:0], kind)
	w.buf = binary.AppendUvarint(w.buf, uint64(len(id)))
	w.buf = append(w.buf, id...)
	w.buf = binary.AppendUvarint(w.buf, uint64(version))
	w.buf = binary.AppendUvarint(w.buf, uint64(len(record)))
	w.buf = append(w.buf, record...)
	w.count++
	w.xor ^= hashOf(append([]byte{kind}, id...), record)
	_, err := w.zw.Write(w.buf)
	return err
}

// finish makes the snapshot durable under its name.
func (w *snapshotWriter) finish() error {
	end := binary.BigEndian.AppendUint64([]byte{0}, w.count)
	end = binary.BigEndian.AppendUint64(end, w.xor)
	_, err := w.zw.Write(end)
	if err == nil {
		err = w.zw.Close()
	}
	if err == nil {
		err = w.sealer.Close()
	}
	if err == nil {
		err = w.file.Sync()
	}
	if err != nil {
		return errors.Join(err, w.discard())
	}
	err = w.file.Close()
	w.file = nil
	if err == nil {
		err = w.fs.Rename(w.name+".tmp", w.name)
	}
	if err == nil {
		err = w.fs.SyncDir(filepath.Dir(w.name))
	}
	if err != nil {
		return errors.Join(err, w.discard())
	}
	return nil
}

// discard removes what was written so far.
func (w *snapshotWriter) discard() error {
	var errs []error
	if w.zw != nil {
		w.zw.Reset(io.Discard)
		errs = append(errs, w.zw.Close())
	}
	if w.file != nil {
		errs = append(errs, w.file.Close())
		w.file = nil
	}
	for _, name := range []string{w.name + ".tmp", w.name} {
		if w.again && name == w.name {
			continue
		}
		if err := w.fs.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// readSnapshot calls fn with every record of a snapshot; its slices are valid
// only during the call. That all of it was there is known when it returns nil.
func readSnapshot(name string, storeKey []byte, fn func(kind byte, id string, version int, record []byte) error) (h snapshotHeader, count uint64, err error) {
	f, err := os.Open(name)
	if err != nil {
		return h, 0, err
	}
	defer f.Close()
	aead, err := snapshotAEAD(storeKey)
	if err != nil {
		return h, 0, err
	}
	in := bufio.NewReaderSize(f, 1<<16)
	head := make([]byte, len(snapshotMagic)+sealed.NonceSize(aead))
	if _, err := io.ReadFull(in, head); err != nil || string(head[:len(snapshotMagic)]) != snapshotMagic {
		return h, 0, fmt.Errorf("%w: snapshot: no header", ErrDamaged)
	}
	zr, err := zstd.NewReader(sealed.NewReader(in, aead, head[len(snapshotMagic):]),
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
	if err != nil {
		return h, 0, err
	}
	defer zr.Close()
	r := &recordReader{r: bufio.NewReaderSize(zr, 1<<16)}
	if err := json.Unmarshal(r.field(), &h); r.err != nil || err != nil {
		return h, 0, fmt.Errorf("%w: snapshot: %w", ErrDamaged, errors.Join(r.err, err))
	}
	if h.V > snapshotVersion {
		return h, 0, fmt.Errorf("%w: snapshot version %d", ErrNewer, h.V)
	}
	count, err = r.records(fn)
	return h, count, err
}

// snapshotLags says whether the newest snapshot still has what the log took away
// since and is not public: what the last run knew of that ended with it.
func (s *Store) snapshotLags() (lags bool, err error) {
	v := s.view.Load()
	m := v.meta.Load()
	if !m.Enrolled || s.o.Hub || v.memory {
		return false, nil
	}
	gens, err := snapshots(s.o.fs, s.o.Dir)
	if err != nil || len(gens) == 0 {
		return false, err
	}
	enough := errors.New("the header is read")
	h, _, err := readSnapshot(filepath.Join(s.o.Dir, snapshotName(gens[0])), s.key.Bytes, func(byte, string, int, []byte) error { return enough })
	if err != nil && !errors.Is(err, enough) || h.Position == m.position() {
		return false, nil // one that cannot be read is written anew elsewhere
	}
	err = v.db.View(func(txn *badger.Txn) error {
		return each(txn, []byte(spaceGone), func(key, val []byte) error {
			kind, _, _ := strings.Cut(string(key[len(spaceGone):]), "/")
			r, dead, err := decodeConfirmed(key, val)
			lags = lags || dead && record.Kind(kind).Family() != record.Directory && (r.Epoch != h.Position.Epoch || r.Seq > h.Position.Seq)
			return err
		})
	})
	return lags, err
}

type recordReader struct {
	r   *bufio.Reader
	err error
	buf []byte
}

func (r *recordReader) uvarint() uint64 {
	if r.err != nil {
		return 0
	}
	n, err := binary.ReadUvarint(r.r)
	r.err = err
	return n
}

func (r *recordReader) field() []byte {
	n := r.uvarint()
	if r.err == nil && n > maxRecord {
		r.err = fmt.Errorf("a field of %d bytes", n)
	}
	if r.err != nil {
		return nil
	}
	r.buf = slices.Grow(r.buf[:0], int(n))[:n]
	_, r.err = io.ReadFull(r.r, r.buf)
	return r.buf
}

func (r *recordReader) records(fn func(kind byte, id string, version int, record []byte) error) (count uint64, err error) {
	var xor uint64
	for {
		kind, err := r.r.ReadByte()
		if err != nil {
			return count, fmt.Errorf("%w: snapshot: %w", ErrDamaged, err)
		}
		if kind == 0 {
			break
		}
		id := string(r.field())
		version := int(r.uvarint())
		record := r.field()
		if r.err != nil {
			return count, fmt.Errorf("%w: snapshot: %w", ErrDamaged, r.err)
		}
		count++
		xor ^= hashOf(append([]byte{kind}, id...), record)
		if err := fn(kind, id, version, record); err != nil {
			return count, err
		}
	}
	var end [16]byte
	if _, err := io.ReadFull(r.r, end[:]); err != nil {
		return count, fmt.Errorf("%w: snapshot: %w", ErrDamaged, err)
	}
	if _, err := r.r.ReadByte(); err != io.EOF {
		return count, fmt.Errorf("%w: snapshot: it goes on behind its end: %v", ErrDamaged, err)
	}
	if binary.BigEndian.Uint64(end[:]) != count || binary.BigEndian.Uint64(end[8:]) != xor {
		return count, fmt.Errorf("%w: snapshot: %d records do not add up", ErrDamaged, count)
	}
	return count, nil
}
