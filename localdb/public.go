package localdb

import (
	"bytes"
	"context"

	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// The directory leaves a hub in two kinds: whole for those who keep it, and
// public for everybody else, in which a community with a confidential place has
// neither that place's address nor where one meets. Feeds, ids, tokens and
// sequences are the same; bodies and digests of those communities are not.

// Public gives a record as it may leave the hub for everybody: the same one, or a
// community without what is confidential. ok is false for a community that cannot
// be read: what it holds is not known, so nothing of it may leave.
func Public(r record.Record) (out record.Record, ok bool) {
	if r.Kind != record.Community || r.Deleted || !mayBeConfidential(r.Body) {
		return r, true
	}
	var c directory.Community
	if json.Unmarshal(r.Body, &c) != nil {
		return record.Record{}, false
	}
	before, err := json.Marshal(&c, json.Deterministic(true))
	if err != nil {
		return record.Record{}, false
	}
	c.ClearConfidential()
	after, err := json.Marshal(&c, json.Deterministic(true))
	if err != nil {
		return record.Record{}, false
	}
	if !bytes.Equal(before, after) {
		r.Body = after
	}
	return r, true
}

// mayBeConfidential says without reading a body whether it is worth reading: a
// name can be written with escapes as well.
func mayBeConfidential(body []byte) bool {
	return bytes.Contains(body, []byte("confidential")) || bytes.Contains(body, []byte(`\u`))
}

// PublicDigests is Digests of a feed as it leaves the hub for everybody.
func (s *Store) PublicDigests(ctx context.Context, f record.Feed) (record.Digests, record.Position, error) {
	return s.digestsOf(ctx, f, true)
}

// publicSum is record.Sum of the record as it leaves for everybody; the zero
// digest where nothing of it does.
func publicSum(r *record.Record) (d record.Digest) {
	if p, ok := Public(*r); ok {
		return record.Sum(&p)
	}
	return d
}
