package localdb

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// everything gives every form in which this machine holds anything, decrypted with
// the store key, by name; key files are not among them.
func everything(t *testing.T, s *Store) map[string][]byte {
	t.Helper()
	s.importing.Lock() // a first snapshot is written beside
	defer s.importing.Unlock()
	out := map[string][]byte{}
	err := s.read(func(txn *badger.Txn) error {
		return each(txn, nil, func(key, val []byte) error {
			out["view "+string(key)] = slices.Clone(val)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.journal.Read(0, func(ops []journal.Op) error {
		for _, op := range ops {
			out[fmt.Sprint("journal ", op.Counter, " ", op.Kind)] = op.Body
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	gens, err := snapshots(s.o.fs, s.o.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range gens {
		_, _, err := readSnapshot(filepath.Join(s.o.Dir, snapshotName(g)), s.key.Bytes, func(kind byte, id string, _ int, rec []byte) error {
			out[fmt.Sprint("snapshot ", g, kind, id)] = slices.Clone(rec)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var dump bytes.Buffer
	if err := s.Dump(&dump); err != nil {
		t.Fatal(err)
	}
	out["dump"] = dump.Bytes()
	for name, b := range folder(t, s.o.Dir) {
		out["file "+name] = []byte(b)
	}
	return out
}

// holding names the forms that hold a secret, as it is or written as text.
func holding(all map[string][]byte, secrets ...[]byte) (where []string) {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, s := range secrets {
			for _, form := range [][]byte{s, []byte(hex.EncodeToString(s)), []byte(base64.StdEncoding.EncodeToString(s)), []byte(base64.RawURLEncoding.EncodeToString(s))} {
				if bytes.Contains(all[name], form) {
					where = append(where, name)
				}
			}
		}
	}
	return slices.Compact(where)
}

// opened tries every key on every sealed card that is anywhere, and gives the names
// that come out.
func opened(t *testing.T, all map[string][]byte, keys ...[]byte) (out []string) {
	t.Helper()
	for _, b := range all {
		for line := range bytes.Lines(b) {
			var find func(v any)
			find = func(v any) {
				switch v := v.(type) {
				case []any:
					for _, x := range v {
						find(x)
					}
				case map[string]any:
					if v["box"] != nil {
						raw, _ := json.Marshal(v)
						var c card.Sealed
						if json.Unmarshal(raw, &c) == nil {
							for _, k := range keys {
								if one, err := c.Open(k); err == nil {
									out = append(out, one.FirstName)
								}
							}
						}
					}
					for _, x := range v {
						find(x)
					}
				}
			}
			var v any
			if i := bytes.IndexByte(line, '{'); i >= 0 && json.Unmarshal(line[i:], &v) == nil {
				find(v)
			}
		}
	}
	return out
}

func TestNoKeyOfACardIsInJournalStoreSnapshotOrDump(t *testing.T) {
	for _, hub := range []bool{false, true} {
		s := openAt(t, made(t.TempDir()))
		l := newLog()
		if hub {
			if err := s.Enrol(enrolment1()); err != nil {
				t.Fatal(err)
			}
		} else {
			importN(t, s, 3)
		}
		i := kept(t, s)
		k, err := s.cards.get(i.ID)
		if err != nil {
			t.Fatal(err)
		}
		if hub { // the log has it, and the snapshot
			op := outbox(t, s)[0]
			seq := l.put(record.Card, i.ID, op.Body, "o-a").Seq
			if err := s.Settle([]Fate{{Counter: op.Counter, State: FateAccepted, Seq: seq, Epoch: 7}}); err != nil {
				t.Fatal(err)
			}
			l.bring(t, s, "dir", "case/o-a")
		}
		c, err := s.OpenCard(i.ID, "call")
		if err != nil {
			t.Fatal(err)
		}
		name, phone := []byte(c.FirstName), []byte(c.Phone)
		all := everything(t, s)
		if where := holding(all, k.key); len(where) > 0 {
			t.Errorf("hub %v: the key is in %v", hub, where)
		}
		if where := holding(all, name, phone); !slices.Equal(where, []string{"dump"}) {
			t.Errorf("hub %v: name or phone in %v", hub, where)
		}
		if n := len(opened(t, all, k.key)); n == 0 {
			t.Errorf("hub %v: the search finds no sealed card that the key opens", hub)
		}
		if err := s.EraseCard(i.ID); err != nil {
			t.Fatal(err)
		}
		if hub {
			l.remove(record.Record{Kind: record.Card, ID: i.ID})
			l.play(t, s, "dir", "case/o-a")
		}
		for range 2 {
			all = everything(t, s)
			if where := holding(all, k.key, name, phone); len(where) > 0 {
				t.Errorf("hub %v: after it was erased in %v", hub, where)
			}
			var left [][]byte // every key that is anywhere
			for _, name := range keysOn(t, s) {
				if one, err := s.cards.get(strings.TrimSuffix(name, keySuffix)); err == nil {
					left = append(left, one.key)
				}
			}
			if got := opened(t, all, left...); len(left) != 0 || len(got) != 0 {
				t.Errorf("hub %v: %d keys left open %v", hub, len(left), got)
			}
			s = withoutView(t, s)
		}
		closeStore(t, s)
	}
}

// The places that hold what a person is doing have no member for a citizen.
func TestNeitherDraftNorSettingHoldsACard(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	c := newCard(t)
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetSetting("desk", string(b)); directory.Problems(err) == nil {
		t.Errorf("a setting holds a card: %v", err)
	}
	for _, d := range []Draft{{Layout: cardName + " " + cardPhone}, {Language: cardPhone}, {Wishes: []string{cardName}}, {Communities: []string{cardName}, Accompaniment: []string{cardPhone}}} {
		if err := s.SaveDraft(d); err == nil {
			got, err := s.LoadDraft()
			if err != nil {
				t.Fatal(err)
			}
			if text := fmt.Sprintf("%+v", got); strings.Contains(text, cardName) || strings.Contains(text, cardPhone) {
				t.Errorf("a draft holds %s", text)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(s.o.Dir, draftName)); err == nil {
		if err := s.DropDraft(); err != nil {
			t.Error(err)
		}
	}
	var code referral.Code = c.Code
	if i, err := s.CardOf(code); i != nil || err != nil {
		t.Error(i, err)
	}
}
