package localdb

import (
	"encoding/binary"

	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// place writes a live record over old, with all that is found by it.
func (c *changes) place(epoch uint64, r *record.Record, old recordEnvelope, live bool) error {
	if live {
		if err := c.unindex(&old); err != nil {
			return err
		}
		c.sums = append(c.sums, sum{old.Record, true})
		// An address that was known and is confidential now, or no longer this
		// machine's to know, goes from the snapshot too.
		c.went = c.went || r.Kind == record.Community && mayBeConfidential(r.Body)
	}
	key := confirmedKey(c.m.Gen, r.Kind, r.ID)
	edits, err := c.based(r.Kind, r.ID)
	if err != nil {
		return err
	}
	if len(edits) > 0 {
		key = baseKey(c.m.Gen, r.ID)
	}
	c.set(entry{key: key, val: encodeConfirmed(key, epoch, r)})
	c.sums = append(c.sums, sum{*r, false})
	if err := c.index(r); err != nil {
		return err
	}
	if len(edits) > 0 {
		if err := c.rebase(r.ID, edits); err != nil {
			return err
		}
	}
	c.saw(r.Kind, r.ID, r.Body)
	return c.confirmOwn(r.Kind, r.ID)
}

// remove takes a live record out and leaves nothing behind.
func (c *changes) remove(old *recordEnvelope) error {
	if err := c.unindex(old); err != nil {
		return err
	}
	c.sums = append(c.sums, sum{old.Record, true})
	if old.Kind == record.Community {
		if err := c.drop(baseKey(c.m.Gen, old.ID)); err != nil {
			return err
		}
	}
	c.went = c.went || old.Kind.Family() != record.Directory
	if err := c.drop(confirmedKey(c.m.Gen, old.Kind, old.ID)); err != nil {
		return err
	}
	edits, err := c.based(old.Kind, old.ID)
	if err == nil && len(edits) > 0 {
		err = c.rebase(old.ID, edits)
	}
	if err != nil {
		return err
	}
	c.saw(old.Kind, old.ID, old.Body)
	c.lost(old.Kind, old.ID)
	return c.showOwn(old.Kind, old.ID)
}

// bury takes a record out, where it is here, and leaves a tombstone.
func (c *changes) bury(epoch uint64, r *record.Record, old recordEnvelope, live bool, gone recordEnvelope, was bool) error {
	if err := c.unmake(r.Kind, r.ID); err != nil {
		return err
	}
	if live {
		if err := c.remove(&old); err != nil {
			return err
		}
	}
	if was {
		if err := c.unbury(&gone); err != nil {
			return err
		}
	}
	key := goneKey(r.Kind, r.ID)
	c.set(entry{key: key, val: encodeConfirmed(key, epoch, r)})
	if err := c.buryOwn(r.Kind, r.ID); err != nil {
		return err
	}
	return c.order(r)
}

// buryOwn takes away what is shown of an own act that the log took in, and of
// which it brings nothing but that it is gone: a suggestion that was closed
// before its machine saw it come back.
func (c *changes) buryOwn(k record.Kind, id string) error {
	op, err := c.own(k, id)
	if op == nil || err != nil {
		return err
	}
	taken, err := c.has(seqKey(spaceKept, op.Counter))
	if !taken || err != nil {
		return err
	}
	return c.hide(op)
}

func (c *changes) unbury(gone *recordEnvelope) error {
	if err := c.drop(goneKey(gone.Kind, gone.ID)); err != nil {
		return err
	}
	return c.unorder(&gone.Record)
}

// hasCode says that records of the kind are found by their code. A session has
// many, and is not.
func hasCode(k record.Kind) bool {
	return k == record.Referral || k == record.Event || k == record.Card
}

// codeOf reads the code by which referrals, events and cards are found.
func codeOf(body []byte) (string, error) {
	var x struct {
		Code string `json:"code"`
	}
	err := json.Unmarshal(body, &x, trusted)
	return x.Code, err
}

// index writes what a record is found by.
func (c *changes) index(r *record.Record) error {
	if hasCode(r.Kind) {
		code, err := codeOf(r.Body)
		if err != nil {
			return err
		}
		c.put(codeKey(code, r.Kind, r.ID), 1, []byte{0})
	}
	if c.s.o.Hub && r.Kind == record.Community {
		if err := c.identify(r.ID, r.Body); err != nil {
			return err
		}
	}
	return c.order(r)
}

func (c *changes) unindex(old *recordEnvelope) error {
	if hasCode(old.Kind) {
		code, err := codeOf(old.Body)
		if err != nil {
			return err
		}
		if err := c.drop(codeKey(code, old.Kind, old.ID)); err != nil {
			return err
		}
	}
	if c.s.o.Hub && old.Kind == record.Community {
		if err := c.unidentify(old.ID, old.Body); err != nil {
			return err
		}
	}
	return c.unorder(&old.Record)
}

// order keeps, at the hub, where in the log a record's last value is.
func (c *changes) order(r *record.Record) error {
	if c.s.o.Hub {
		c.put(orderKey(r.Kind.Family(), r.Seq), 1, []byte(string(r.Kind)+"/"+r.ID))
	}
	return nil
}

func (c *changes) unorder(r *record.Record) error {
	if !c.s.o.Hub {
		return nil
	}
	return c.drop(orderKey(r.Kind.Family(), r.Seq))
}

// identify writes the identities of a community that nobody else has.
func (c *changes) identify(id string, body []byte) error {
	keys, err := identitiesIn(body)
	if err != nil {
		return err
	}
	for _, i := range keys {
		k := identityKey(c.m.Gen, i)
		if there, err := c.has(k); err != nil || there {
			if err != nil {
				return err
			}
			continue
		}
		c.put(k, 1, []byte(id))
	}
	return nil
}

func (c *changes) unidentify(id string, body []byte) error {
	keys, err := identitiesIn(body)
	if err != nil {
		return err
	}
	for _, i := range keys {
		k := identityKey(c.m.Gen, i)
		_, whose, err := c.get(k)
		if err != nil {
			return err
		}
		if string(whose) == id {
			if err := c.drop(k); err != nil {
				return err
			}
		}
	}
	return nil
}

// identitiesIn reads of a community only what it is known by.
func identitiesIn(body []byte) ([]string, error) {
	var c struct {
		ID        string                  `json:"id"`
		Source    string                  `json:"source"`
		SourceID  string                  `json:"source_id"`
		Name      string                  `json:"name"`
		Organiser *directory.OrganiserRef `json:"organiser"`
		Places    []struct {
			Postcode string `json:"postcode"`
		} `json:"places"`
	}
	if err := json.Unmarshal(body, &c, trusted); err != nil {
		return nil, err
	}
	whole := directory.Community{ID: c.ID, Source: c.Source, SourceID: c.SourceID, Name: c.Name, Organiser: c.Organiser}
	if len(c.Places) > 0 {
		whole.Places = []directory.Place{{Postcode: c.Places[0].Postcode}}
	}
	return identitiesOf(whole.Identity()), nil
}

// saw notes what subscribers are to be told of.
func (c *changes) saw(k record.Kind, id string, body []byte) {
	switch k {
	case record.Community:
		if !c.quiet {
			c.seen.community(id)
		}
		if c.turned == nil {
			c.m.turn(c.s)
			c.turned = map[string]bool{}
		}
		c.turned[id] = true
	case record.Referral, record.Event, record.Card:
		if code, err := codeOf(body); err == nil {
			c.seen.other(Change{string(k), code})
		}
	case record.Suggestion, record.Gap, record.Conflict, record.Ambassador, record.Volunteer, record.Meeting, record.Session, record.Readiness, record.Agreement:
		c.seen.other(Change{string(k), id})
	}
}

// ownIndex says under which index an own act with a record of this kind is found.
func ownIndex(k record.Kind) byte {
	switch k {
	case record.Referral:
		return indexReferralID
	case record.Event:
		return indexEventID
	case record.Suggestion:
		return indexSuggestionID
	case record.Gap:
		return indexGapID
	case record.Card:
		return indexCardID
	}
	return 0
}

// own gives the act of this machine that made a record, or nil.
func (c *changes) own(k record.Kind, id string) (*journal.Op, error) {
	what := ownIndex(k)
	if what == 0 {
		return nil, nil
	}
	_, counter, err := c.get(indexKey(what, id))
	if err != nil || counter == nil {
		return nil, err
	}
	return c.op(binary.BigEndian.Uint64(counter))
}

// confirmOwn lets what the log has take the place of what was done here.
func (c *changes) confirmOwn(k record.Kind, id string) error {
	op, err := c.own(k, id)
	if err != nil || op == nil {
		return err
	}
	return c.hide(op)
}

// showOwn brings back what was done here and waits, where the log's has gone.
func (c *changes) showOwn(k record.Kind, id string) error {
	op, err := c.own(k, id)
	if err != nil || op == nil {
		return err
	}
	if waits, err := c.has(seqKey(spaceWaiting, op.Counter)); err != nil || !waits {
		return err
	}
	return c.show(op)
}
