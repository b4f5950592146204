package protocol

import (
	"time"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

// Manifest is a feed at one position, cut into buckets. Signature is over the
// JSON of the manifest without it, as sent: see SignManifest.
type Manifest struct {
	Feed      record.Feed     `json:"feed"`
	Position  record.Position `json:"position"`
	Schema    int             `json:"schema"`
	Buckets   []Bucket        `json:"buckets"` // 16, 64 or 256, in order
	Root      record.Digest   `json:"root"`
	Signature []byte          `json:"signature,omitempty"`
}

// Bucket is one chunk: the live records whose id falls into it, by kind and id.
// An empty bucket has no chunk.
type Bucket struct {
	Count  int           `json:"count"`
	Plain  int           `json:"plain"`           // bytes unpacked
	Size   int           `json:"size"`            // bytes of the chunk
	SHA256 string        `json:"sha256,omitzero"` // of the chunk, hexadecimal
	Digest record.Digest `json:"digest"`
}

// Line is one line of changes or bucket: a record, a leave, or the trailer.
type Line struct {
	Record  *record.Record `json:"r,omitzero"`
	Leave   *Leave         `json:"l,omitzero"`
	Trailer *Trailer       `json:"t,omitzero"`
}

// Leave says that a record is no longer in any of the device's feeds.
type Leave struct {
	Kind record.Kind `json:"kind"`
	ID   string      `json:"id"`
	Seq  uint64      `json:"seq"`
}

// Trailer ends a delta. Roots holds, for each of the device's feeds, the digest
// of everything up to Next; it is left out where Next is not the hub's head.
type Trailer struct {
	Next    record.Position               `json:"next"`
	Head    uint64                        `json:"head"`
	Floor   uint64                        `json:"floor"`
	Durable uint64                        `json:"durable"` // in a verified backup
	Roots   map[record.Feed]record.Digest `json:"roots,omitzero"`
	Time    time.Time                     `json:"time"`
}

// DigestReply holds every fine bucket of a feed at the hub's position.
type DigestReply struct {
	Feed     record.Feed     `json:"feed"`
	Position record.Position `json:"position"`
	Buckets  []record.Digest `json:"buckets"` // record.Buckets
}
