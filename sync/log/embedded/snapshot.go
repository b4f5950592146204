package embedded

import (
	"bufio"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/sealed"
	"github.com/faellesskabsby/vejviser/sync/log"
)

// A snapshot is the whole log at one sequence: the other half, beside the
// journal, of what the view is rebuilt from. The journal may be trimmed up to it
// once it is written, fsynced and renamed, and not before.
//
// File: magic, nonce, a sealed stream (localdb/sealed) of zstd. Inside: version,
// epoch, head, floor, applied; the records, each with its sequence and length;
// at the end 0, their number and the XOR of their hashes.
const (
	snapshotMagic   = "VJLOG001"
	snapshotVersion = 1
	snapshotSuffix  = ".vjs"
	snapshotPrefix  = "log-"
)

func snapshotName(applied uint64) string {
	return fmt.Sprintf("%s%016x%s", snapshotPrefix, applied, snapshotSuffix)
}

// snapshots lists the sequences that dir has snapshots at, newest first.
func snapshots(fsys journal.FS, dir string) (at []uint64, err error) {
	names, err := fsys.List(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		s, ok := strings.CutPrefix(name, snapshotPrefix)
		s, ok2 := strings.CutSuffix(s, snapshotSuffix)
		if n, err := strconv.ParseUint(s, 16, 64); ok && ok2 && err == nil {
			at = append(at, n)
		}
	}
	slices.Sort(at)
	slices.Reverse(at)
	return at, nil
}

// writeSnapshot writes what each gives and moves it to its place when all of it
// is on the disk. m.Applied may be known at the end only, hence the pointer.
func (l *Log) writeSnapshot(m *meta, each func(func(log.Record) error) error) (err error) {
	tmp := filepath.Join(l.o.Dir, "snapshot.tmp")
	f, err := l.o.fs.Open(tmp, true)
	if err != nil {
		return err
	}
	defer func() {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			err = errors.Join(fmt.Errorf("embedded: snapshot: %w", err), ignoreMissing(l.o.fs.Remove(tmp)))
		}
	}()
	if err := f.Truncate(0); err != nil {
		return err
	}
	nonce := make([]byte, sealed.NonceSize(l.seal))
	if _, err := io.ReadFull(l.o.Rand, nonce); err != nil {
		return err
	}
	out := io.NewOffsetWriter(f, 0)
	if _, err := out.Write(append([]byte(snapshotMagic), nonce...)); err != nil {
		return err
	}
	sw := sealed.NewWriter(out, l.seal, nonce)
	if err := encodeSnapshot(sw, m, each); err != nil {
		return err
	}
	if err := sw.Close(); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	err = f.Close()
	f = nil
	if err != nil {
		return err
	}
	if err := l.o.fs.Rename(tmp, filepath.Join(l.o.Dir, snapshotName(m.Applied))); err != nil {
		return err
	}
	return l.o.fs.SyncDir(l.o.Dir)
}

func encodeSnapshot(w io.Writer, m *meta, each func(func(log.Record) error) error) error {
	zw, err := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	var buf, rec []byte
	var count, xor uint64
	err = each(func(r log.Record) error {
		rec = appendRecord(rec[:0], &r)
		buf = binary.AppendUvarint(buf[:0], r.Seq)
		buf = binary.AppendUvarint(buf, uint64(len(rec)))
		buf = append(buf, rec...)
		count++
		xor ^= hashOf(seqKey(r.Seq), rec)
		_, err := zw.Write(buf)
		return err
	})
	if err == nil {
		buf = append(buf[:0], 0)
		for _, n := range []uint64{count, xor, snapshotVersion, m.Epoch, m.Head, m.Floor, m.Applied} {
			buf = binary.BigEndian.AppendUint64(buf, n)
		}
		_, err = zw.Write(buf)
	}
	return errors.Join(err, zw.Close())
}

// readSnapshot calls fn with every record of the snapshot at a sequence. That
// all of it was there is known when it returns nil, with the meta it ends with.
func (l *Log) readSnapshot(applied uint64, fn func(log.Record) error) (m meta, err error) {
	f, err := l.o.fs.Open(filepath.Join(l.o.Dir, snapshotName(applied)), false)
	if err != nil {
		return m, fmt.Errorf("embedded: snapshot: %w", err)
	}
	defer f.Close()
	size, err := f.Size()
	if err != nil {
		return m, fmt.Errorf("embedded: snapshot: %w", err)
	}
	in := bufio.NewReaderSize(io.NewSectionReader(f, 0, size), 1<<16)
	m, err = decodeSnapshot(in, l.seal, fn)
	if err == nil && m.Applied != applied {
		err = fmt.Errorf("%w: it is the one at %d", ErrDamaged, m.Applied)
	}
	if errors.Is(err, sealed.ErrDamaged) {
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err != nil {
		err = fmt.Errorf("embedded: snapshot at %d: %w", applied, err)
	}
	return m, err
}

func decodeSnapshot(in io.Reader, aead cipher.AEAD, fn func(log.Record) error) (m meta, err error) {
	head := make([]byte, len(snapshotMagic)+sealed.NonceSize(aead))
	if _, err := io.ReadFull(in, head); err != nil || string(head[:len(snapshotMagic)]) != snapshotMagic {
		return m, fmt.Errorf("%w: no header", ErrDamaged)
	}
	zr, err := zstd.NewReader(sealed.NewReader(in, aead, head[len(snapshotMagic):]),
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
	if err != nil {
		return m, err
	}
	defer zr.Close()
	r := bufio.NewReaderSize(zr, 1<<16)
	var rec []byte
	for {
		seq, err := binary.ReadUvarint(r)
		if err != nil {
			return m, damaged(err)
		}
		if seq == 0 {
			break
		}
		n, err := binary.ReadUvarint(r)
		if err != nil || n > log.MaxValue+log.MaxKey+log.MaxOp+16 {
			return m, damaged(err)
		}
		rec = slices.Grow(rec[:0], int(n))[:n]
		if _, err := io.ReadFull(r, rec); err != nil {
			return m, damaged(err)
		}
		record, err := parseRecord(seq, rec)
		if err != nil {
			return m, err
		}
		m.Count++
		m.XOR ^= hashOf(seqKey(seq), rec)
		if err := fn(record); err != nil {
			return m, err
		}
	}
	var end [7 * 8]byte
	if _, err := io.ReadFull(r, end[:]); err != nil {
		return m, damaged(err)
	}
	if _, err := r.ReadByte(); err != io.EOF {
		return m, fmt.Errorf("%w: it goes on behind its end: %w", ErrDamaged, damaged(err))
	}
	var count, xor, version uint64
	for i, n := range []*uint64{&count, &xor, &version, &m.Epoch, &m.Head, &m.Floor, &m.Applied} {
		*n = binary.BigEndian.Uint64(end[8*i:])
	}
	if version > snapshotVersion {
		return m, fmt.Errorf("embedded: version %d is of a newer program", version)
	}
	if count != m.Count || xor != m.XOR {
		return m, fmt.Errorf("%w: %d records do not add up", ErrDamaged, m.Count)
	}
	return m, nil
}

func damaged(err error) error { return fmt.Errorf("%w: %v", ErrDamaged, err) }
