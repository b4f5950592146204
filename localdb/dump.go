package localdb

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// envelope is how a record leaves the store in a dump.
type envelope struct {
	Kind string         `json:"kind"`
	ID   string         `json:"id,omitzero"`
	Seq  uint64         `json:"seq,omitzero"`
	V    int            `json:"v,omitzero"`
	Body jsontext.Value `json:"body,omitzero"`
}

// Dump writes everything this store holds to w, decrypted, one JSON object a
// line: records, settings, what waits, the journal, the snapshots, the draft, and
// the contact cards opened where their keys are here; of the keys themselves nothing.
// It is what a data-subject request and an audit read.
func (s *Store) Dump(w io.Writer) error {
	if err := s.leased(); err != nil {
		return err
	}
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	d := &dumper{w: bufio.NewWriter(w)}
	st, err := s.Status()
	if err != nil {
		return err
	}
	if err := d.value("store", "", st); err != nil {
		return err
	}
	if err := s.healed(d.view); err != nil {
		return err
	}
	if err := s.dumpSnapshots(d); err != nil {
		return err
	}
	account, err := s.journal.Read(0, func(ops []journal.Op) error {
		for _, op := range ops {
			b, err := json.Marshal(op)
			if err != nil {
				return err
			}
			if op.Kind == opEnrolment {
				b = withoutSeed(b)
			}
			if err := d.line(envelope{Kind: "journal", ID: op.ID, Seq: op.Counter, V: op.V, Body: b}); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = d.value("journal_account", "", account)
	}
	if err == nil {
		err = s.dumpDraft(d)
	}
	if err == nil {
		err = s.dumpCards(d)
	}
	if err == nil {
		err = s.dumpSetAside(d)
	}
	return errors.Join(err, d.w.Flush())
}

type dumper struct{ w *bufio.Writer }

func (d *dumper) line(e envelope) error {
	b, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = d.w.Write(append(b, '\n'))
	return err
}

func (d *dumper) value(kind, id string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return d.line(envelope{Kind: kind, ID: id, V: 1, Body: b})
}

// directoryKinds names the kinds in the directory's key space.
var directoryKinds = map[byte]string{dirCommunity: "community", dirOrganiser: "organiser", dirAmbassador: "ambassador"}

// view dumps every key of the view, index and leftovers of imports included.
func (d *dumper) view(txn *badger.Txn) error {
	return eachRecord(txn, nil, func(key []byte, version int, record []byte) error {
		space, rest := string(key[:2]), key[2:]
		e := envelope{V: version, Body: record}
		switch space {
		case spaceDirectory:
			e.Kind, e.ID = directoryKinds[rest[8]], string(rest[9:])
		case spaceBase:
			e.Kind, e.ID = "base_"+directoryKinds[rest[8]], string(rest[9:])
		case spaceConfirmed, spaceGone:
			kind, id, _ := strings.Cut(string(rest), "/")
			e.Kind, e.ID = confirmedNames[space]+kind, id
		case spaceCode, spaceOrder:
			e.Kind, e.ID, e.Body = "index", printable(space, rest), nil
		case spaceOwnOnTop:
			e.Kind, e.ID = "edits", string(rest)
		case spaceEnrolment:
			e.Kind, e.Body = "enrolment", withoutSeed(record)
		case spaceIdentity:
			e.Kind, e.ID = "identity", strings.ReplaceAll(string(rest[8:]), "\x00", " ")
			e.Body = quoted(record)
		case spaceSetting:
			e.Kind, e.ID, e.Body = "setting", string(rest), quoted(record)
		case spaceIndex:
			e.Kind, e.ID, e.Seq, e.Body = "index", string(rest), binary.BigEndian.Uint64(record), nil
		case spaceMeta:
			e.Kind, e.ID = "meta", string(rest)
		default:
			e.Kind, e.Seq = recordKinds[space], seqOf(key)
			id, err := idOf(record)
			if err != nil {
				return err
			}
			e.ID = id
		}
		if len(e.Body) == 0 { // a tombstone
			e.Body = nil
		}
		return d.line(e)
	})
}

var recordKinds = map[string]string{
	spaceReferral: "referral", spaceEvent: "event", spaceSuggestion: "suggestion", spaceGap: "gap", spaceWaiting: "waiting",
	spaceCard: "card", spaceOp: "operation", spaceKept: "acknowledged", spaceRefused: "refused",
}

var confirmedNames = map[string]string{spaceConfirmed: "", spaceGone: "gone_"}

// printable gives a key with a number in it as text.
func printable(space string, rest []byte) string {
	if space == spaceOrder {
		return string(allFamilies[rest[0]-'0']) + " " + strconv.FormatUint(seqOf(rest), 10)
	}
	return string(rest)
}

// withoutSeed marks where this machine's private key stands: it says nothing of
// anybody, and whoever has it is this machine.
func withoutSeed(b []byte) jsontext.Value {
	ms, err := membersOf(b)
	if err != nil {
		return quoted(nil)
	}
	for i, m := range ms {
		switch m.name {
		case "seed":
			ms[i].value = jsontext.Value(`"(this machine's private key)"`)
		case "body":
			ms[i].value = withoutSeed(m.value)
		}
	}
	out, err := ms.object()
	if err != nil {
		return quoted(nil)
	}
	return out
}

func quoted(b []byte) jsontext.Value {
	q, err := jsontext.AppendQuote(nil, b)
	if err != nil { // not UTF-8: what can be said of it is said
		q, _ = jsontext.AppendQuote(nil, strings.ToValidUTF8(string(b), "\uFFFD"))
	}
	return q
}

// dumpSnapshots writes each snapshot's header, and those of its records that
// the view no longer has as they are.
func (s *Store) dumpSnapshots(d *dumper) error {
	gens, err := snapshots(s.o.fs, s.o.Dir)
	if err != nil {
		return err
	}
	for _, gen := range gens {
		name := snapshotName(gen)
		h, count, err := readSnapshot(filepath.Join(s.o.Dir, name), s.key.Bytes,
			func(kind byte, id string, version int, record []byte) error {
				return s.dumpOld(d, kind, id, version, record)
			})
		if err != nil && !errors.Is(err, ErrDamaged) {
			return err
		}
		head := map[string]any{"header": h, "records": count}
		if err != nil {
			head["damage"] = err.Error()
		}
		if err := d.value("snapshot", name, head); err != nil {
			return err
		}
	}
	return nil
}

// dumpOld writes a record of a snapshot, unless the view has it as it is.
func (s *Store) dumpOld(d *dumper, kind byte, id string, version int, rec []byte) error {
	name := directoryKinds[kind]
	if kind == keptRecord || kind == keptGone {
		k, rest, _ := strings.Cut(id, "/")
		_, body, ok := splitConfirmed(rec)
		if !ok || kind == keptGone && len(body) == 0 {
			return nil
		}
		if r, err := s.Record(record.Kind(k), rest); err == nil && string(r.Body) == string(body) {
			return nil
		}
		name, id, rec = k, rest, body
	} else if s.same(kind, id, rec) {
		return nil
	}
	return d.line(envelope{Kind: "superseded_" + name, ID: id, V: version, Body: rec})
}

func (s *Store) same(kind byte, id string, record []byte) bool {
	same := false
	err := s.read(func(txn *badger.Txn) error {
		m, err := metaOf(txn)
		if err != nil {
			return err
		}
		_, have, err := getValue(txn, directoryKey(m.Gen, kind, id))
		same = string(have) == string(record)
		return err
	})
	return err == nil && same
}

func (s *Store) dumpDraft(d *dumper) error {
	draft, err := s.LoadDraft()
	if errors.Is(err, ErrDamaged) {
		return d.value("draft", "", map[string]string{"damage": err.Error()})
	}
	if err != nil || draft == nil {
		return err
	}
	return d.value("draft", "", draft)
}

// dumpCards writes the contact cards that can be read here.
func (s *Store) dumpCards(d *dumper) error {
	var opened []card.Card
	err := s.withKeys(func(c *card.Sealed, here, _ bool) error {
		if !here {
			return nil
		}
		k, err := s.cards.get(c.ID)
		if errors.Is(err, errNoCardKey) {
			return nil
		}
		if one, oerr := c.Open(k.key); err == nil && oerr == nil {
			opened = append(opened, one)
		}
		return err
	})
	for _, c := range opened {
		if err == nil {
			err = d.value("card_opened", c.ID, c)
		}
	}
	return err
}

// dumpSetAside names the views that were set aside: they are encrypted, damaged
// and deleted after a week.
func (s *Store) dumpSetAside(d *dumper) error {
	es, err := os.ReadDir(s.o.Dir)
	if err != nil {
		return err
	}
	for _, e := range es {
		if strings.HasPrefix(e.Name(), badPrefix) {
			if err := d.line(envelope{Kind: "set_aside", ID: e.Name()}); err != nil {
				return err
			}
		}
	}
	return nil
}
