package localdb

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// Erasure is that a person asked for a record to be gone, everywhere: a contact card,
// or an ambassador, with whom the volunteer goes.
type Erasure struct {
	Kind record.Kind `json:"kind"` // record.Card, record.Ambassador
	ID   string      `json:"id"`
}

// Check gives *directory.RefusedError for an erasure of something else.
func (e *Erasure) Check() error {
	switch {
	case e.Kind != record.Card && e.Kind != record.Ambassador:
		return &directory.RefusedError{Field: "kind", Reason: "not_allowed", Value: string(e.Kind)}
	case !isUUID(e.ID):
		return &directory.RefusedError{Field: "id", Reason: "not_a_uuid", Value: e.ID}
	}
	return nil
}

// EraseCard destroys the key of a contact card at once, and has the hub and every
// other machine do the same. A card that was erased is erased; ErrNotFound for one
// that was never here. Where the erasure cannot be recorded the key goes all the
// same, and the error says that it is to be tried again.
func (s *Store) EraseCard(id string) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	var c *card.Sealed
	gone := false
	err := s.read(func(txn *badger.Txn) (err error) {
		c, err = cardByID(txn, id)
		gone = isGone(txn, id)
		return err
	})
	switch {
	case err != nil:
		return errors.Join(s.met(err), s.cards.destroy(id))
	case c == nil && gone:
		return named(s.cards.destroy(id))
	case c == nil:
		return errors.Join(fmt.Errorf("%w: contact card %q", ErrNotFound, id), s.cards.destroy(id))
	}
	err = s.eraseLocked(Erasure{record.Card, id})
	s.o.at("card erased")
	s.feed.send(Change{"card", string(c.Code)})
	return named(errors.Join(err, s.cards.destroy(id)))
}

// EraseAmbassador takes an ambassador who withdrew out of the register, with how
// they are reached and with everything that was changed of them here. ErrNotFound
// for one that is not here.
func (s *Store) EraseAmbassador(id string) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	s.importing.Lock() // an import under way would bring them back
	defer s.importing.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	there := false
	err := s.read(func(txn *badger.Txn) error {
		there = false
		for _, k := range withdrawn(id) {
			err := eachShown(txn, k.Kind, func(one string, _ []byte) error {
				there = there || one == id
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || !there {
		return errors.Join(s.met(err), errWhen(err == nil, fmt.Errorf("%w: ambassador %q", ErrNotFound, id)))
	}
	erase, err := s.newOp(opErase, s.now(), Erasure{record.Ambassador, id})
	if err != nil {
		return err
	}
	begun, err := s.newOp(opSetting, s.now(), setting{settingErasing, id})
	if err != nil {
		return err
	}
	if err := s.actLocked(nil, erase, begun); err != nil {
		return named(err)
	}
	s.o.at("ambassador erased")
	s.feed.send(Change{string(record.Ambassador), id})
	return named(s.finishErasing([]string{id}))
}

// settingErasing names the ambassadors whose erasure has yet to reach the journal and
// the snapshots, with spaces between.
const settingErasing = "erasing"

// eraseAtOnce is how many of them one setting holds.
const eraseAtOnce = 100

// forgetPeople lets go of what was changed here of ambassadors that the log has taken
// away, sent or not: they withdrew. Callers hold s.mu.
func (s *Store) forgetPeople(ids []string) error {
	if len(ids) > 0 {
		if err := s.dropBad(0); err != nil { // they are in those as well
			return err
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for len(ids) > 0 {
		some := ids[:min(len(ids), eraseAtOnce)]
		if err := s.forgetSome(some); err != nil {
			return err
		}
		ids = ids[len(some):]
	}
	return nil
}

func (s *Store) forgetSome(ids []string) error {
	refs := withdrawn(ids...)
	written := false
	if _, err := s.journal.Read(0, func(ops []journal.Op) error {
		for i := range ops {
			written = written || redactEdit(&ops[i], refs)
		}
		return nil
	}); err != nil || !written {
		return err
	}
	begun, err := s.newOp(opSetting, s.now(), setting{settingErasing, strings.Join(ids, " ")})
	if err != nil {
		return err
	}
	if err := s.actLocked(nil, begun); err != nil {
		return err
	}
	return s.finishErasing(ids)
}

// finishErasing takes what was written of an ambassador out of the journal and the
// snapshots of imports. Killed, it goes on at the next start. The snapshot of a hub's
// directory is written anew when its tombstone has come.
func (s *Store) finishErasing(ids []string) error {
	refs := withdrawn(ids...)
	if err := s.change(func(c *changes) error { return c.forgetEdits(refs) }); err != nil {
		return err
	}
	if _, err := s.journal.Redact(func(op *journal.Op) bool { return redactEdit(op, refs) }); err != nil {
		return err
	}
	s.o.at("journal redacted")
	if err := s.eraseFromSnapshots(); err != nil {
		return err
	}
	s.o.at("snapshots redacted")
	if err := s.dropBad(0); err != nil { // views that were set aside hold what they held
		return err
	}
	done, err := s.newOp(opSetting, s.now(), setting{settingErasing, ""})
	if err != nil {
		return err
	}
	return s.actLocked(nil, done)
}

// redactEdit leaves of an operation that changed one of these records nothing but
// that it was there.
func redactEdit(op *journal.Op, refs []record.Ref) bool {
	inner := op
	for inner.Kind == opAgain || inner.Kind == opRetry {
		var next journal.Op
		err := json.Unmarshal(inner.Body, &next, trusted)
		if inner.Kind == opRetry {
			var r retry
			err = json.Unmarshal(inner.Body, &r, trusted)
			next = r.Op
		}
		if err != nil {
			return false
		}
		inner = &next
	}
	if inner.Kind != opEdit && inner.Kind != opResolve {
		return false
	}
	x, err := readAct(*inner)
	if err != nil || !slices.Contains(refs, x.edit.Ref()) {
		return false
	}
	op.Kind, op.V, op.Body = opGone, opVersion, []byte("null")
	return true
}

// goOnErasing goes on where an erasure was killed.
func (s *Store) goOnErasing() error {
	ids, err := s.Setting(settingErasing)
	if err != nil || ids == "" {
		return err
	}
	return s.finishErasing(strings.Fields(ids))
}

// withdrawn are the records that go with ambassadors.
func withdrawn(ids ...string) (out []record.Ref) {
	for _, id := range ids {
		out = append(out, record.Ref{Kind: record.Ambassador, ID: id}, record.Ref{Kind: record.Volunteer, ID: id})
	}
	return out
}

// eraseLocked records erasures as one act.
func (s *Store) eraseLocked(es ...Erasure) error {
	var ops []journal.Op
	for _, e := range es {
		if err := e.Check(); err != nil {
			return err
		}
		op, err := s.newOp(opErase, s.now(), e)
		if err != nil {
			return err
		}
		ops = append(ops, op)
	}
	return s.actLocked(nil, ops...)
}

// eraseFromSnapshots writes the snapshot of an import without what was erased. That
// of a hub's directory is written anew when its tombstone has come.
func (s *Store) eraseFromSnapshots() error {
	m := s.view.Load().meta.Load()
	if m.Enrolled || m.Gen == 0 || s.o.Hub || s.view.Load().memory {
		return nil
	}
	if err := s.keepSnapshot(); err != nil {
		return err
	}
	return s.onlyThisSnapshot(m.Gen)
}

// erased brings an erasure in: what was done here to the record is forgotten, and
// the record is hidden until the log takes it away. Without a hub it goes now.
func (c *changes) erased(op journal.Op) error {
	var e Erasure
	if err := json.Unmarshal(op.Body, &e, trusted); err != nil {
		return err
	}
	switch e.Kind {
	case record.Card:
		c.lost(e.Kind, e.ID)
		own, err := c.own(record.Card, e.ID)
		if err == nil && own != nil {
			err = c.discard(own.Counter)
		}
		if err != nil {
			return err
		}
	case record.Ambassador:
		if err := c.withdraw(withdrawn(e.ID)); err != nil {
			return err
		}
	}
	return c.did(op)
}

// forgetEdits forgets what was changed here of some records, answered or not.
func (c *changes) forgetEdits(refs []record.Ref) error {
	return eachJSON(c.txn, []byte(spaceOp), func(_ []byte, op journal.Op) error {
		if op.Kind != opEdit && op.Kind != opResolve {
			return nil
		}
		x, err := readAct(op)
		if err != nil || x.edit == nil || !slices.Contains(refs, x.edit.Ref()) {
			return err
		}
		return c.discard(op.Counter)
	})
}

// withdraw is forgetEdits, and takes the records themselves where there is no hub to
// do it.
func (c *changes) withdraw(refs []record.Ref) error {
	if err := c.forgetEdits(refs); err != nil || c.m.Enrolled {
		return err
	}
	for _, r := range refs {
		if err := c.drop(confirmedKey(c.m.Gen, r.Kind, r.ID)); err != nil {
			return err
		}
		c.saw(r.Kind, r.ID, nil)
	}
	return nil
}

// erasedOf gives the ids of a kind that a person here has erased. A volunteer goes
// with the ambassador.
func erasedOf(txn *badger.Txn, k record.Kind) (map[string]bool, error) {
	if k == record.Volunteer {
		k = record.Ambassador
	}
	prefix := indexKey(indexErased, string(k)+"/")
	ids, err := keysUnder(txn, prefix)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}
