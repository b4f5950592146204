package localdb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

// A confirmed record is one that the hub's log has. Its value in the view is
//
//	hash | confirmedMark | length | envelope | body
//
// so that decodeValue gives the body alone and screens read it like any other.
// Communities, organisers and ambassadors are in the directory's key space; all
// other kinds are under c/. A tombstone, or that a record left this device, is
// under t/: it keeps what is older from coming back.
const (
	spaceConfirmed = "c/" // kind, id → record
	spaceGone      = "t/" // kind, id → envelope
	spaceBase      = "b/" // gen, kind, id → confirmed community that pending edits lie upon
	spaceCode      = "y/" // code, kind, id: referrals and events of a code
	spaceOrder     = "h/" // family, seq → kind and id (hub)

	confirmedMark = 1 << 20
)

// envelope is what a record is besides its body.
type recordEnvelope struct {
	Epoch uint64
	record.Record
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendTexts(b []byte, list []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = appendText(b, s)
	}
	return b
}

// encodeConfirmed makes the value of a confirmed record or of a tombstone.
func encodeConfirmed(key []byte, epoch uint64, r *record.Record) []byte {
	env := make([]byte, 0, 128)
	env = binary.AppendUvarint(env, epoch)
	env = binary.AppendUvarint(env, r.Seq)
	env = binary.AppendUvarint(env, uint64(r.V))
	deleted := byte(0)
	if r.Deleted {
		deleted = 1
	}
	env = append(env, deleted)
	env = appendTexts(env, r.In)
	env = appendTexts(env, r.Left)
	env = appendText(env, r.Op)
	env = appendText(env, r.Device)
	at := int64(0)
	if !r.At.IsZero() {
		at = r.At.UnixNano()
	}
	env = binary.AppendVarint(env, at)
	env = appendText(env, string(r.Unknown))
	b := make([]byte, 8, 8+2*binary.MaxVarintLen32+len(env)+len(r.Body))
	b = binary.AppendUvarint(b, confirmedMark)
	b = appendText(b, string(env))
	b = append(b, r.Body...)
	binary.BigEndian.PutUint64(b, hashOf(key, b[8:]))
	return b
}

// envelopeReader reads what encodeConfirmed wrote.
type envelopeReader struct {
	b   []byte
	bad bool
}

func (r *envelopeReader) uvarint() uint64 {
	n, k := binary.Uvarint(r.b)
	if k <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[k:]
	return n
}

func (r *envelopeReader) text() string {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

func (r *envelopeReader) texts() []string {
	n := r.uvarint()
	if n == 0 || n > uint64(len(r.b)) {
		return nil
	}
	out := make([]string, n)
	for i := range out {
		out[i] = r.text()
	}
	return out
}

// splitConfirmed parts the value of a confirmed record behind its hash, or says
// that it is not one.
func splitConfirmed(rest []byte) (env, body []byte, ok bool) {
	mark, n := binary.Uvarint(rest)
	if n <= 0 || mark != confirmedMark {
		return nil, nil, false
	}
	rest = rest[n:]
	size, n := binary.Uvarint(rest)
	if n <= 0 || size > uint64(len(rest)-n) {
		return nil, nil, false
	}
	return rest[n : n+int(size)], rest[n+int(size):], true
}

// decodeConfirmed gives a confirmed record without kind and id; ok is false for
// a value that is not of one. Its Body aliases val.
func decodeConfirmed(key, val []byte) (r recordEnvelope, ok bool, err error) {
	if len(val) < 9 || hashOf(key, val[8:]) != hash8(val) {
		return r, false, fmt.Errorf("%w: key %q", ErrDamaged, key)
	}
	env, body, ok := splitConfirmed(val[8:])
	if !ok {
		return r, false, nil
	}
	e := envelopeReader{b: env}
	r.Epoch, r.Seq, r.V = e.uvarint(), e.uvarint(), int(e.uvarint())
	if len(e.b) == 0 {
		return r, false, fmt.Errorf("%w: key %q: envelope", ErrDamaged, key)
	}
	r.Deleted, e.b = e.b[0] == 1, e.b[1:]
	r.In, r.Left, r.Op, r.Device = e.texts(), e.texts(), e.text(), e.text()
	at, n := binary.Varint(e.b)
	if n <= 0 {
		return r, false, fmt.Errorf("%w: key %q: envelope", ErrDamaged, key)
	}
	if e.b = e.b[n:]; at != 0 {
		r.At = time.Unix(0, at).UTC()
	}
	if u := e.text(); u != "" {
		r.Unknown = []byte(u)
	}
	if e.bad {
		return r, false, fmt.Errorf("%w: key %q: envelope", ErrDamaged, key)
	}
	if len(body) > 0 {
		r.Body = body
	}
	return r, true, nil
}

// confirmedSeq is decodeConfirmed for whoever needs the place in the log and the
// body alone.
func confirmedSeq(key, val []byte) (seq uint64, body []byte, err error) {
	if len(val) < 9 || hashOf(key, val[8:]) != hash8(val) {
		return 0, nil, fmt.Errorf("%w: key %q", ErrDamaged, key)
	}
	env, body, ok := splitConfirmed(val[8:])
	e := envelopeReader{b: env}
	e.uvarint() // the epoch
	if seq = e.uvarint(); !ok || e.bad {
		return 0, nil, fmt.Errorf("%w: key %q: envelope", ErrDamaged, key)
	}
	return seq, body, nil
}

// directoryByte gives the kind's place in the directory's key space, or 0.
func directoryByte(k record.Kind) byte {
	switch k {
	case record.Community:
		return dirCommunity
	case record.Organiser:
		return dirOrganiser
	case record.Ambassador:
		return dirAmbassador
	}
	return 0
}

// kindsOf lists the kinds of a family, in order.
func kindsOf(f record.Family) []record.Kind {
	switch f {
	case record.Directory:
		return []record.Kind{record.Community, record.Organiser}
	case record.Staff:
		return []record.Kind{record.Ambassador}
	case record.Cases:
		return []record.Kind{record.Card, record.Event, record.Referral, record.Session}
	case record.Tips:
		return []record.Kind{record.Conflict, record.Gap, record.Meeting, record.Suggestion, record.Volunteer}
	case record.Progress:
		return []record.Kind{record.Agreement, record.Readiness}
	case record.Admin:
		return []record.Kind{record.Counter, record.Device, record.Invitation}
	}
	return nil
}

// allFamilies are all, in the order of their bytes in the order index: a place
// once given stays, because a hub's view holds it.
var allFamilies = []record.Family{record.Directory, record.Staff, record.Cases, record.Tips, record.Admin, record.Progress}

// confirmedPrefix is where the records of a kind are.
func confirmedPrefix(gen uint64, k record.Kind) []byte {
	if b := directoryByte(k); b != 0 {
		return directoryPrefix(gen, b)
	}
	return []byte(spaceConfirmed + string(k) + "/")
}

func confirmedKey(gen uint64, k record.Kind, id string) []byte {
	return append(confirmedPrefix(gen, k), id...)
}

func goneKey(k record.Kind, id string) []byte { return []byte(spaceGone + string(k) + "/" + id) }

func baseKey(gen uint64, id string) []byte {
	return append(append(seqKey(spaceBase, gen), dirCommunity), id...)
}

func codeKey(code string, k record.Kind, id string) []byte {
	return []byte(spaceCode + code + "/" + string(k) + "/" + id)
}

// familyByte is the family's place in the order index.
func familyByte(f record.Family) byte { return byte(slices.Index(allFamilies, f)) + '0' }

func orderPrefix(f record.Family) []byte {
	return append([]byte(spaceOrder), familyByte(f))
}

func orderKey(f record.Family, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(orderPrefix(f), seq)
}

// confirmed gives the live confirmed record of a kind and id as it will be; ok
// is false where there is none.
func (c *changes) confirmed(k record.Kind, id string) (r recordEnvelope, ok bool, err error) {
	keys := [][]byte{confirmedKey(c.m.Gen, k, id)}
	if k == record.Community {
		keys = append([][]byte{baseKey(c.m.Gen, id)}, keys...)
	}
	for _, key := range keys {
		val, err := c.raw(key)
		if err != nil {
			return r, false, err
		}
		if val == nil {
			continue
		}
		if r, ok, err = decodeConfirmed(key, val); err != nil || ok {
			r.Kind, r.ID = k, id
			return r, ok, err
		}
	}
	return recordEnvelope{}, false, nil
}

// gone gives the tombstone of a record as it will be.
func (c *changes) gone(k record.Kind, id string) (r recordEnvelope, ok bool, err error) {
	key := goneKey(k, id)
	val, err := c.raw(key)
	if val == nil || err != nil {
		return r, false, err
	}
	r, ok, err = decodeConfirmed(key, val)
	r.Kind, r.ID = k, id
	return r, ok, err
}

// confirmedIn is changes.confirmed on the view as it stands, without copies kept.
func confirmedIn(txn *badger.Txn, gen uint64, k record.Kind, id string) (r recordEnvelope, err error) {
	keys := [][]byte{confirmedKey(gen, k, id)}
	if k == record.Community {
		keys = append([][]byte{baseKey(gen, id)}, keys...)
	}
	for _, key := range append(keys, goneKey(k, id)) {
		item, err := txn.Get(key)
		if errors.Is(err, badger.ErrKeyNotFound) {
			continue
		}
		if err != nil {
			return r, err
		}
		val, err := item.ValueCopy(nil)
		if err != nil {
			return r, err
		}
		r, ok, err := decodeConfirmed(key, val)
		if err != nil {
			return r, err
		}
		if ok {
			r.Kind, r.ID = k, id
			return r, nil
		}
	}
	return r, fmt.Errorf("%w: %s %q", ErrNotFound, k, id)
}

// eachConfirmed calls fn with every live confirmed record of a kind in id order;
// its Body is valid only during the call.
func eachConfirmed(txn *badger.Txn, gen uint64, k record.Kind, fn func(recordEnvelope) error) error {
	prefix := confirmedPrefix(gen, k)
	give := func(key, val []byte, n int) (bool, error) {
		r, ok, err := decodeConfirmed(key, val)
		if err != nil || !ok {
			return false, err
		}
		r.Kind, r.ID = k, string(key[n:])
		return true, fn(r)
	}
	if k != record.Community {
		return each(txn, prefix, func(key, val []byte) error {
			_, err := give(key, val, len(prefix))
			return err
		})
	}
	return eachCommunityBase(txn, gen, give)
}

// eachCommunityBase walks d/ and b/ side by side: where edits lie upon a
// community, what is confirmed of it is in b/.
func eachCommunityBase(txn *badger.Txn, gen uint64, give func(key, val []byte, n int) (bool, error)) error {
	dir, base := directoryPrefix(gen, dirCommunity), append(seqKey(spaceBase, gen), dirCommunity)
	bases, err := keysUnder(txn, base)
	if err != nil {
		return err
	}
	giveBase := func(id string) error {
		key := append(slices.Clone(base), id...)
		item, err := txn.Get(key)
		if err != nil {
			return err
		}
		return item.Value(func(val []byte) error {
			_, err := give(key, val, len(base))
			return err
		})
	}
	err = each(txn, dir, func(key, val []byte) error {
		id := string(key[len(dir):])
		for len(bases) > 0 && bases[0] < id { // hidden by an edit that removes
			if err := giveBase(bases[0]); err != nil {
				return err
			}
			bases = bases[1:]
		}
		if len(bases) > 0 && bases[0] == id {
			bases = bases[1:]
			return giveBase(id)
		}
		_, err := give(key, val, len(dir))
		return err
	})
	for _, id := range bases {
		if err == nil {
			err = giveBase(id)
		}
	}
	return err
}

// keysUnder lists what follows a prefix.
func keysUnder(txn *badger.Txn, prefix []byte) (out []string, err error) {
	err = eachKey(txn, prefix, func(key []byte) error {
		out = append(out, string(key[len(prefix):]))
		return nil
	})
	return out, err
}
