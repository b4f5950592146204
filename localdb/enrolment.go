package localdb

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/journal"
)

// Enrolment says at which hub this machine is, and as whom.
type Enrolment struct {
	Hub            string    `json:"hub"` // its address
	HubName        string    `json:"hub_name"`
	HubKey         []byte    `json:"hub_key"` // Ed25519 public key
	Device         string    `json:"device"`  // UUID that the hub gave
	Seed           []byte    `json:"seed"`    // Ed25519, of this machine
	Role           string    `json:"role"`
	Organisation   string    `json:"organisation"`
	Municipalities []string  `json:"municipalities,omitempty"` // none: all
	PublicURL      string    `json:"public_url,omitzero"`
	CA             []byte    `json:"ca,omitempty"` // PEM, where the hub has a certificate of its own
	At             time.Time `json:"at"`
}

// enrolment is the body of an enrolment operation. Gen is the generation of the
// directory that begins with it, empty.
type enrolment struct {
	Enrolment
	Gen uint64 `json:"gen"`
}

const spaceEnrolment = "n/"

var enrolmentKey = []byte(spaceEnrolment + "enrolment")

// Enrolment gives the enrolment, or nil.
func (s *Store) Enrolment() (*Enrolment, error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	e, err := s.enrolment()
	if e == nil || err != nil {
		return nil, err
	}
	return &e.Enrolment, nil
}

func (s *Store) enrolment() (e *enrolment, err error) {
	err = s.read(func(txn *badger.Txn) error {
		e = nil
		_, b, err := getValue(txn, enrolmentKey)
		if errors.Is(err, badger.ErrKeyNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		e = new(enrolment)
		return json.Unmarshal(b, e, trusted)
	})
	return e, err
}

// Enrol makes this machine a device of a hub: journalled, so that it survives a
// rebuild. The directory that was here goes, because the hub's comes; what people
// did stays and waits for the hub. A machine that was enrolled before forgets what
// that hub gave. Where this is another hub, it gives it what that one acknowledged
// and need not have in a backup yet; where it is the same one, GiveBack does, where
// its log is another one by now.
// ErrExample where the store was filled with the example.
func (s *Store) Enrol(e Enrolment) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	s.importing.Lock()
	defer s.importing.Unlock()
	if is, err := s.isExample(); err != nil || is {
		return errors.Join(err, errWhen(is, ErrExample))
	}
	if e.At.IsZero() {
		e.At = s.now()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	gens, err := snapshots(s.o.fs, s.o.Dir)
	if err != nil {
		return err
	}
	gen := s.view.Load().meta.Load().Gen + 1
	if len(gens) > 0 {
		gen = max(gen, gens[0]+1)
	}
	ops, err := s.enrolmentOps(enrolment{e, gen})
	if err != nil {
		return err
	}
	s.o.at("enrol")
	if err := s.actLocked(nil, ops...); err != nil {
		return err
	}
	s.o.at("enrolled")
	if err := s.keepSnapshot(); err != nil {
		s.o.Log.Warn("the enrolment stands, its snapshot is written at the next start", "err", err)
	}
	if err := s.tidyGenerations(gen); err != nil {
		s.o.Log.Warn("old generations stay for now", "err", err)
	}
	s.forgetLease()
	if err := s.sweepKeys(true); err != nil { // of cards that another hub gave
		s.o.Log.Warn("keys of contact cards that are gone stay for now", "err", err)
	}
	s.feed.send(Change{Kind: "import"})
	s.feed.send(Change{Kind: "sync"})
	return nil
}

func (s *Store) enrolmentOps(e enrolment) ([]journal.Op, error) {
	at := s.now()
	op, err := s.newOp(opEnrolment, at, e)
	if err != nil {
		return nil, err
	}
	ops := []journal.Op{op}
	for _, st := range []setting{{SettingHub, e.Hub}, {SettingPublicURL, e.PublicURL}, {SettingOrganisation, e.Organisation}} {
		if op, err = s.newOp(opSetting, at, st); err != nil {
			return nil, err
		}
		ops = append(ops, op)
	}
	return ops, nil
}

// exampleSource is the source of the communities in assets/example.
const exampleSource = "example"

// isExample says whether the store was filled with the built-in example: it
// holds communities from that source.
func (s *Store) isExample() (is bool, err error) {
	err = s.read(func(txn *badger.Txn) error {
		m, err := metaOf(txn)
		if err != nil {
			return err
		}
		it := txn.NewIterator(badger.IteratorOptions{Prefix: identityKey(m.Gen, "s"+exampleSource+"\x00")})
		defer it.Close()
		it.Rewind()
		is = it.Valid()
		return nil
	})
	return is, err
}

// Renamed keeps what a session says of this machine, where it is news.
func (s *Store) Renamed(role, organisation string, municipalities []string, publicURL string) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.enrolment()
	if err != nil {
		return err
	}
	if e == nil {
		return fmt.Errorf("%w: this machine is not enrolled", ErrNotFound)
	}
	if e.Role == role && e.Organisation == organisation && e.PublicURL == publicURL && slices.Equal(e.Municipalities, municipalities) {
		return nil
	}
	e.Role, e.Organisation, e.PublicURL, e.Municipalities = role, organisation, publicURL, slices.Clone(municipalities)
	ops, err := s.enrolmentOps(*e)
	if err == nil {
		err = s.actLocked(nil, ops...)
	}
	if err == nil {
		s.forgetLease()
		s.feed.send(Change{Kind: "sync"})
	}
	return err
}

// beforeApply does the part of an enrolment that is too large for one
// transaction: it empties what another hub gave. It may be killed and done again.
func (s *Store) beforeApply(v *view, op *journal.Op) error {
	inner := *op
	for inner.Kind == opAgain {
		var next journal.Op
		if err := json.Unmarshal(inner.Body, &next, trusted); err != nil {
			return err
		}
		inner = next
	}
	if inner.Kind != opEnrolment {
		return nil
	}
	var e enrolment
	if err := json.Unmarshal(inner.Body, &e, trusted); err != nil {
		return err
	}
	m := v.meta.Load()
	if m.Gen >= e.Gen {
		return nil // renamed, or replayed behind its own snapshot
	}
	if err := v.emptySpaces(spaceConfirmed, spaceGone, spaceCode, spaceOrder); err != nil {
		return err
	}
	s.o.at("enrolment emptied")
	if err := v.dropOtherGenerations(m.Gen); err != nil {
		return err
	}
	if err := s.layOnGeneration(v, e.Gen); err != nil {
		return err
	}
	old, err := v.tallyOf(m.Gen)
	if err != nil {
		return err
	}
	fresh, err := v.tallyOf(e.Gen)
	if err != nil {
		return err
	}
	s.replica.forget()
	return v.moveTo(e.Gen, old, fresh, func(m *meta) {
		m.Enrolled, m.Epoch, m.Seq, m.Feeds, m.Acked = true, 0, 0, nil, 0
		m.turn(s)
	})
}

// enrolled keeps the enrolment. What was acknowledged to the device that this
// machine was before waits again.
func (c *changes) enrolled(op journal.Op) error {
	var e, before enrolment
	if err := json.Unmarshal(op.Body, &e, trusted); err != nil {
		return err
	}
	_, b, err := c.get(enrolmentKey)
	if err != nil {
		return err
	}
	if b != nil {
		if err := json.Unmarshal(b, &before, trusted); err != nil {
			return err
		}
	}
	c.put(enrolmentKey, op.V, op.Body)
	c.m.Enrolled = true
	if b != nil && before.Device == e.Device {
		return nil
	}
	c.m.Acked = 0 // a new device has no counters at the hub
	if b == nil {
		return nil
	}
	if bytes.Equal(before.HubKey, e.HubKey) {
		// Its log has it, unless it came back from a backup of before: GiveBack, which
		// is told of the epoch, sees that. To send it all anew would lay what people
		// did then over what others made of it since.
		return c.earlier()
	}
	return c.again(0, 0)
}
