package localdb

import (
	"slices"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// onTop is one edit that lies upon a community: until the hub has answered it,
// and after that until what the hub made of it is here.
type onTop struct {
	Counter uint64 `json:"counter"`
	Edit    Edit   `json:"edit"`
	Epoch   uint64 `json:"epoch,omitzero"` // where the hub took it in
	Seq     uint64 `json:"seq,omitzero"`
}

func onTopKey(id string) []byte { return []byte(spaceOwnOnTop + id) }

// editsOf gives the edits that lie upon a community, in the order in which they
// were made.
func (c *changes) editsOf(k record.Kind, id string) (out []onTop, err error) {
	if k != record.Community || c.m.Edited == 0 {
		return nil, nil
	}
	_, b, err := c.get(onTopKey(id))
	if b == nil || err != nil {
		return nil, err
	}
	err = json.Unmarshal(b, &out, trusted)
	return out, err
}

func (c *changes) setEdits(id string, edits []onTop) error {
	key := onTopKey(id)
	was, err := c.has(key)
	if err != nil {
		return err
	}
	if len(edits) == 0 {
		if was {
			c.m.Edited--
		}
		return c.drop(key)
	}
	if !was {
		c.m.Edited++
	}
	b, err := json.Marshal(edits)
	if err != nil {
		return err
	}
	c.put(key, 1, b)
	return nil
}

// layOn adds an edit to those upon a community.
func (c *changes) layOn(counter uint64, e Edit) error {
	edits, err := c.editsOf(record.Community, e.ID)
	if err != nil || slices.ContainsFunc(edits, func(o onTop) bool { return o.Counter == counter }) {
		return err
	}
	if len(edits) == 0 {
		if err := c.moveToBase(e.ID); err != nil {
			return err
		}
	}
	edits = append(edits, onTop{Counter: counter, Edit: e})
	slices.SortFunc(edits, func(a, b onTop) int { return int(int64(a.Counter) - int64(b.Counter)) })
	if err := c.setEdits(e.ID, edits); err != nil {
		return err
	}
	if err := c.rebase(e.ID, edits); err != nil || !e.Create || c.m.Enrolled {
		return err
	}
	_, body, err := c.get(confirmedKey(c.m.Gen, record.Community, e.ID))
	if body == nil || err != nil {
		return err
	}
	return c.identify(e.ID, body) // so that an import knows it again
}

// liftOff takes an edit away again.
func (c *changes) liftOff(counter uint64, id string) error {
	edits, err := c.editsOf(record.Community, id)
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(edits), func(o onTop) bool { return o.Counter == counter })
	if len(left) == len(edits) {
		return nil
	}
	if err := c.setEdits(id, left); err != nil {
		return err
	}
	return c.rebase(id, left)
}

// editAccepted notes where the hub took an edit in: from there on what the hub
// has is shown.
func (c *changes) editAccepted(counter uint64, id string, epoch, seq uint64) error {
	edits, err := c.editsOf(record.Community, id)
	if err != nil {
		return err
	}
	for i := range edits {
		if edits[i].Counter == counter {
			edits[i].Epoch, edits[i].Seq = epoch, seq
			return c.setEdits(id, edits)
		}
	}
	return nil
}

// settleEdits lifts off the edits of which the hub's answer is here.
func (c *changes) settleEdits() error {
	if c.m.Edited == 0 {
		return nil
	}
	ids, err := keysUnder(c.txn, []byte(spaceOwnOnTop))
	if err != nil {
		return err
	}
	for _, id := range ids {
		edits, err := c.editsOf(record.Community, id)
		if err != nil {
			return err
		}
		for _, o := range edits {
			if o.Seq > 0 && (o.Epoch != c.m.Epoch || o.Seq <= c.m.Seq) {
				if err := c.liftOff(o.Counter, id); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// moveToBase puts the community as it is beside, before edits lie upon it.
func (c *changes) moveToBase(id string) error {
	key := confirmedKey(c.m.Gen, record.Community, id)
	val, err := c.raw(key)
	if val == nil || err != nil {
		return err
	}
	if _, _, err := decodeValue(key, val); err != nil {
		return err
	}
	c.set(moved(baseKey(c.m.Gen, id), val))
	return nil
}

// moved is a whole value under another key.
func moved(to, val []byte) entry {
	val = slices.Clone(val)
	rehash(to, val)
	return entry{key: to, val: val}
}

// rebase shows the community as it is with the edits upon it. Without edits, and
// without a base, what is under d/ is what there is.
func (c *changes) rebase(id string, edits []onTop) error {
	key, base := confirmedKey(c.m.Gen, record.Community, id), baseKey(c.m.Gen, id)
	val, err := c.raw(base)
	if err != nil {
		return err
	}
	c.saw(record.Community, id, nil)
	if len(edits) == 0 {
		if val == nil {
			return c.drop(key) // nothing but edits was ever here
		}
		c.set(moved(key, val))
		return c.drop(base)
	}
	var body []byte
	if val != nil {
		if _, body, err = decodeValue(base, val); err != nil {
			return err
		}
	}
	for _, o := range edits {
		// Where there is a hub, what a person wrote stays in view until it has
		// answered. Where there is none, an import that came later is newer.
		if body, _, err = o.Edit.Apply(body, c.m.Enrolled); err != nil {
			return err
		}
	}
	if body == nil {
		return c.drop(key)
	}
	c.put(key, directory.Version, body)
	return nil
}

// layOnGeneration shows the edits upon a generation of the directory that nobody
// reads yet: what is under d/ there is the base of each.
func (s *Store) layOnGeneration(v *view, gen uint64) error {
	if v.meta.Load().Edited == 0 {
		return nil
	}
	var c *changes
	err := v.db.View(func(txn *badger.Txn) (err error) {
		if c, err = s.newChanges(txn); err != nil {
			return err
		}
		c.m.Gen = gen
		ids, err := keysUnder(txn, []byte(spaceOwnOnTop))
		if err != nil {
			return err
		}
		for _, id := range ids {
			edits, err := c.editsOf(record.Community, id)
			if err == nil {
				err = c.moveToBase(id)
			}
			if err == nil {
				err = c.rebase(id, edits)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.stage(c.list)
}
