package client

import (
	"bytes"
	"fmt"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/zstd"
)

// newUnzip makes the decoder of what comes down. It gives no more than
// protocol.MaxDelta, whatever a few bytes promise to become.
func newUnzip() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(chunksAtOnce+1), zstd.WithDecoderMaxMemory(protocol.MaxDelta))
}

// unpack gives what the bytes were before they were packed. size is a guess.
func (c *Client) unpack(packed []byte, size int) ([]byte, error) {
	plain, err := c.unzip.DecodeAll(packed, make([]byte, 0, min(size, protocol.MaxDelta)))
	if err != nil {
		return nil, hostile("unpacking %d bytes: %w", len(packed), err)
	}
	return plain, nil
}

// lines gives each line of NDJSON to fn. Every one ends with \n, also the last.
func lines(plain []byte, fn func(line []byte) error) error {
	for n := 1; len(plain) > 0; n++ {
		i := bytes.IndexByte(plain, '\n')
		if i < 0 {
			return hostile("line %d does not end", n)
		}
		if err := fn(plain[:i]); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		plain = plain[i+1:]
	}
	return nil
}

// records reads the lines of a chunk.
func records(plain []byte) (rs []record.Record, err error) {
	err = lines(plain, func(line []byte) error {
		var r record.Record
		if err := json.Unmarshal(line, &r); err != nil {
			return hostile("a record: %w", err)
		}
		rs = append(rs, r)
		return nil
	})
	return rs, err
}

// change is what a delta or a bucket's reply brings.
type change struct {
	records []record.Record
	leaves  []protocol.Leave
	trailer protocol.Trailer
}

func (ch *change) size() int { return len(ch.records) + len(ch.leaves) }

// changes reads the lines of a delta: records and leaves in any number, and a
// trailer that is there once and last.
func changes(plain []byte) (*change, error) {
	d, ended := &change{}, false
	err := lines(plain, func(b []byte) error {
		var l protocol.Line
		if err := json.Unmarshal(b, &l); err != nil {
			return hostile("a line: %w", err)
		}
		if ended {
			return hostile("something after the trailer")
		}
		switch {
		case l.Record != nil && l.Leave == nil && l.Trailer == nil:
			d.records = append(d.records, *l.Record)
		case l.Leave != nil && l.Record == nil && l.Trailer == nil:
			d.leaves = append(d.leaves, *l.Leave)
		case l.Trailer != nil && l.Record == nil && l.Leave == nil:
			d.trailer, ended = *l.Trailer, true
		default:
			return hostile("a line that is neither record, leave nor trailer")
		}
		return nil
	})
	if err == nil && !ended {
		err = hostile("no trailer")
	}
	return d, err
}

// belongs looks at one record of a feed or set of feeds: what this device may
// not have, or cannot understand, it does not take.
func belongs(r *record.Record, feeds []record.Feed) error {
	switch {
	case r.Kind == "" || r.ID == "" || len(r.ID) > 200 || r.Seq == 0:
		return hostile("a record without kind, id or sequence")
	case r.Kind.Family() == "":
		return problem(Version, "records of the kind %q", r.Kind)
	case r.Deleted:
		return nil // the tokens it had are not those of today
	case !record.Carries(feeds, r.Kind, r.In):
		return hostile("%s %s is in none of this device's feeds", r.Kind, r.ID)
	case r.Body.Kind() != '{':
		return hostile("%s %s has no body", r.Kind, r.ID)
	}
	return nil
}
