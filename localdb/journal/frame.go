package journal

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// A frame on disk, big endian:
//
//	0  magic   4 bytes
//	4  length  4, of the payload
//	8  seq     8, of the first operation in it
//	16 prev    8, last sequence acknowledged before this frame
//	24 n       2, number of operations
//	26 zero    2
//	28 crc     4, CRC-32C over bytes 4–28 and the payload
//	32 payload
const (
	headerSize = 32
	maxPayload = 4 << 20
)

var (
	magic      = []byte{0xF5, 'V', 'J', 0x01}
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
)

type frame struct {
	seq, prev uint64
	n         int
	payload   []byte // aliases the segment it was read from
}

// last is the sequence of the frame's last operation.
func (f frame) last() uint64 { return f.seq + uint64(f.n) - 1 }

// associated is what the seal binds the payload to: its place in the journal.
func associated(seq, prev uint64, n int) []byte {
	b := make([]byte, 20)
	binary.BigEndian.PutUint64(b, seq)
	binary.BigEndian.PutUint64(b[8:], prev)
	binary.BigEndian.PutUint16(b[16:], uint16(n))
	return b
}

func appendFrame(b []byte, f frame) []byte {
	start := len(b)
	b = append(b, magic...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.payload)))
	b = append(b, associated(f.seq, f.prev, f.n)...)
	crc := crc32.Update(crc32.Checksum(b[start+4:], castagnoli), castagnoli, f.payload)
	b = binary.BigEndian.AppendUint32(b, crc)
	return append(b, f.payload...)
}

// parseFrame reads the frame at the start of b. size is 0 where there is none.
func parseFrame(b []byte) (f frame, size int) {
	if len(b) < headerSize || !bytes.Equal(b[:4], magic) {
		return frame{}, 0
	}
	length := binary.BigEndian.Uint32(b[4:])
	if length > maxPayload || int(length) > len(b)-headerSize {
		return frame{}, 0
	}
	size = headerSize + int(length)
	crc := crc32.Update(crc32.Checksum(b[4:28], castagnoli), castagnoli, b[headerSize:size])
	if crc != binary.BigEndian.Uint32(b[28:]) {
		return frame{}, 0
	}
	f = frame{
		seq:     binary.BigEndian.Uint64(b[8:]),
		prev:    binary.BigEndian.Uint64(b[16:]),
		n:       int(binary.BigEndian.Uint16(b[24:])),
		payload: b[headerSize:size],
	}
	if f.n == 0 || f.seq == 0 {
		return frame{}, 0
	}
	return f, size
}

// Damage is a stretch of a segment that holds no readable frame.
type Damage struct {
	Segment  string `json:"segment"`
	From, To int64
}

// scan reads every readable frame of a segment in order and resynchronises on
// the next valid one after damage. end is where the last readable frame ends.
func scan(segment string, b []byte, fn func(frame) error) (end int64, damage []Damage, err error) {
	for off := 0; off < len(b); {
		f, size := parseFrame(b[off:])
		if size > 0 {
			if err := fn(f); err != nil {
				return end, damage, err
			}
			off += size
			end = int64(off)
			continue
		}
		next := off + 1
		for next < len(b) {
			i := bytes.Index(b[next:], magic)
			if i < 0 {
				next = len(b)
				break
			}
			next += i
			if _, size := parseFrame(b[next:]); size > 0 {
				break
			}
			next++
		}
		damage = append(damage, Damage{Segment: segment, From: int64(off), To: int64(next)})
		off = next
	}
	return end, damage, nil
}
