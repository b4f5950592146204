package embedded

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/sync/log"
)

const isTombstone = 1

// appendRecord encodes all of a record but its sequence: flags, key, operation,
// value; the first two lengths are varints, the value is the rest.
func appendRecord(b []byte, r *log.Record) []byte {
	flags := byte(0)
	if r.Tombstone {
		flags |= isTombstone
	}
	b = append(b, flags)
	b = binary.AppendUvarint(b, uint64(len(r.Key)))
	b = append(b, r.Key...)
	b = binary.AppendUvarint(b, uint64(len(r.Op)))
	b = append(b, r.Op...)
	return append(b, r.Value...)
}

// parseRecord reads what appendRecord wrote. The value is a copy.
func parseRecord(seq uint64, b []byte) (r log.Record, err error) {
	bad := func() (log.Record, error) { return r, fmt.Errorf("%w: record %d", ErrDamaged, seq) }
	field := func() (string, bool) {
		n, k := binary.Uvarint(b)
		if k <= 0 || n > uint64(len(b)-k) {
			return "", false
		}
		s := string(b[k : k+int(n)])
		b = b[k+int(n):]
		return s, true
	}
	if len(b) == 0 || b[0] > isTombstone {
		return bad()
	}
	r.Seq, r.Tombstone = seq, b[0] == isTombstone
	b = b[1:]
	var ok bool
	if r.Key, ok = field(); !ok {
		return bad()
	}
	if r.Op, ok = field(); !ok {
		return bad()
	}
	r.Value = append([]byte{}, b...)
	return r, nil
}

// checked puts a hash of key and value in front of a value: Badger's encryption
// has no authentication, and its checks miss a flipped bit in 28 of 100 cases.
func checked(key, val []byte) []byte {
	b := make([]byte, 8, 8+len(val))
	b = append(b, val...)
	binary.BigEndian.PutUint64(b, hashOf(key, val))
	return b
}

// unchecked gives what checked was given; it aliases b.
func unchecked(key, b []byte) ([]byte, error) {
	if len(b) < 8 || hashOf(key, b[8:]) != binary.BigEndian.Uint64(b) {
		return nil, fmt.Errorf("%w: key %x", ErrDamaged, key)
	}
	return b[8:], nil
}

func hashOf(parts ...[]byte) uint64 {
	var d xxhash.Digest
	d.Reset()
	for _, p := range parts {
		_, _ = d.Write(p)
	}
	return d.Sum64()
}

// Kinds of operation in the journal. A batch whose frame would be too large is
// several frames: parts, and a last one that makes all of them count.
const (
	opPut   = "put"
	opPart  = "part"
	opErase = "erase" // the key
	opFloor = "floor" // the new floor
)

func putOp(kind, batch string, now time.Time, r *log.Record) journal.Op {
	b := appendRecord(nil, r)
	body := make([]byte, 2+base64.StdEncoding.EncodedLen(len(b)))
	base64.StdEncoding.Encode(body[1:], b)
	body[0], body[len(body)-1] = '"', '"'
	return journal.Op{Kind: kind, ID: batch, V: 1, At: now, Body: jsontext.Value(body)}
}

func parsePut(op *journal.Op) (log.Record, error) {
	var b []byte
	if err := json.Unmarshal(op.Body, &b); err != nil {
		return log.Record{}, fmt.Errorf("%w: operation %d: %w", ErrDamaged, op.Counter, err)
	}
	return parseRecord(op.Counter, b)
}

func opOf(kind string, now time.Time, body any) (journal.Op, error) {
	b, err := json.Marshal(body)
	return journal.Op{Kind: kind, V: 1, At: now, Body: b}, err
}
