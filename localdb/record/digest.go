package record

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// Buckets is the finest division of a feed. A coarser one (16 or 64) joins
// neighbours, so that the digests of a coarse bucket are the sum of fine ones.
const Buckets = 256

// Bucket gives the fine bucket of an id.
func Bucket(id string) int {
	h := sha256.Sum256([]byte(id))
	return int(h[0])
}

// Coarse gives the bucket of a fine bucket where there are n (16, 64 or 256).
func Coarse(fine, n int) int { return fine * n / Buckets }

// Division says into how many buckets a feed of so many records is cut: more
// pieces compress worse and repair better (findings/sync §1.3 point 3).
func Division(records int) int {
	switch {
	case records <= 4000:
		return 16
	case records <= 40000:
		return 64
	}
	return Buckets
}

// Digest is the sum of a set of records: equal sets have equal digests, in
// whatever order they came, and one record more or less is one addition. What
// counts of a record is its kind, id, tokens and body; not its sequence, which a
// restored log gives anew.
type Digest struct {
	Count uint64
	Lanes [4]uint64
}

// Sum gives the digest of one live record. A tombstone has the zero digest.
func Sum(r *Record) (d Digest) {
	if r.Deleted {
		return d
	}
	h := sha256.New()
	part := func(b []byte) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	part([]byte(r.Kind))
	part([]byte(r.ID))
	part(r.Body)
	for _, t := range r.In {
		part([]byte(t))
	}
	var sum [sha256.Size]byte
	h.Sum(sum[:0])
	d.Count = 1
	for i := range d.Lanes {
		d.Lanes[i] = binary.BigEndian.Uint64(sum[8*i:])
	}
	return d
}

// Add joins two disjoint sets.
func (d Digest) Add(e Digest) Digest {
	d.Count += e.Count
	for i := range d.Lanes {
		d.Lanes[i] += e.Lanes[i]
	}
	return d
}

// Sub takes a part out of a set.
func (d Digest) Sub(e Digest) Digest {
	d.Count -= e.Count
	for i := range d.Lanes {
		d.Lanes[i] -= e.Lanes[i]
	}
	return d
}

// Digests are those of the fine buckets of one feed.
type Digests [Buckets]Digest

// Root is the sum over all buckets.
func (d *Digests) Root() (sum Digest) {
	for i := range d {
		sum = sum.Add(d[i])
	}
	return sum
}

// Of gives the digest of bucket i of n.
func (d *Digests) Of(i, n int) (sum Digest) {
	for fine := range d {
		if Coarse(fine, n) == i {
			sum = sum.Add(d[fine])
		}
	}
	return sum
}

// MarshalText writes count and lanes as 80 hexadecimal digits.
func (d Digest) MarshalText() ([]byte, error) {
	b := binary.BigEndian.AppendUint64(nil, d.Count)
	for _, l := range d.Lanes {
		b = binary.BigEndian.AppendUint64(b, l)
	}
	return hex.AppendEncode(nil, b), nil
}

// UnmarshalText reads what MarshalText wrote.
func (d *Digest) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	if err != nil || len(b) != 40 {
		return fmt.Errorf("record: %q is not a digest", text)
	}
	d.Count = binary.BigEndian.Uint64(b)
	for i := range d.Lanes {
		d.Lanes[i] = binary.BigEndian.Uint64(b[8+8*i:])
	}
	return nil
}
