package localdb

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// onTop is one edit that lies upon a record: until the hub has answered it, and
// after that until what the hub made of it is here. Upon a community it is laid
// where screens read it, because a search is made of that; upon a record of any
// other kind when it is read (shown.go).
type onTop struct {
	Counter uint64 `json:"counter"`
	Edit    Edit   `json:"edit"`
	Epoch   uint64 `json:"epoch,omitzero"` // where the hub took it in
	Seq     uint64 `json:"seq,omitzero"`
}

// onTopKey is where the edits upon a record are: for a community behind its id
// alone, for others behind kind and id. No id holds a slash.
func onTopKey(r record.Ref) []byte {
	if r.Kind == record.Community {
		return []byte(spaceOwnOnTop + r.ID)
	}
	return []byte(spaceOwnOnTop + string(r.Kind) + "/" + r.ID)
}

// onTopRef is the other way round, of what follows the space.
func onTopRef(rest string) record.Ref {
	if kind, id, other := strings.Cut(rest, "/"); other {
		return record.Ref{Kind: record.Kind(kind), ID: id}
	}
	return record.Ref{Kind: record.Community, ID: rest}
}

// Ref names the record that the edit is of.
func (e *Edit) Ref() record.Ref {
	return record.Ref{Kind: cmp.Or(e.Kind, record.Community), ID: e.ID}
}

// count is how many records of its sort have edits upon them.
func (c *changes) count(k record.Kind) *int {
	if k == record.Community {
		return &c.m.Edited
	}
	return &c.m.EditedElse
}

// editsOf gives the edits that lie upon a record, in the order in which they were
// made.
func (c *changes) editsOf(r record.Ref) (out []onTop, err error) {
	if *c.count(r.Kind) == 0 {
		return nil, nil
	}
	_, b, err := c.get(onTopKey(r))
	if b == nil || err != nil {
		return nil, err
	}
	err = json.Unmarshal(b, &out, trusted)
	return out, err
}

// based gives the edits that lie upon a community where it is read; none of other
// kinds do.
func (c *changes) based(k record.Kind, id string) ([]onTop, error) {
	if k != record.Community {
		return nil, nil
	}
	return c.editsOf(record.Ref{Kind: k, ID: id})
}

func (c *changes) setEdits(r record.Ref, edits []onTop) error {
	key := onTopKey(r)
	was, err := c.has(key)
	if err != nil {
		return err
	}
	if len(edits) == 0 {
		if was {
			*c.count(r.Kind)--
		}
		return c.drop(key)
	}
	if !was {
		*c.count(r.Kind)++
	}
	b, err := json.Marshal(edits)
	if err != nil {
		return err
	}
	c.put(key, 1, b)
	return nil
}

// layOn adds an edit to those upon a record.
func (c *changes) layOn(counter uint64, e Edit) error {
	ref := e.Ref()
	edits, err := c.editsOf(ref)
	if err != nil || slices.ContainsFunc(edits, func(o onTop) bool { return o.Counter == counter }) {
		return err
	}
	if len(edits) == 0 && ref.Kind == record.Community {
		if err := c.moveToBase(e.ID); err != nil {
			return err
		}
	}
	edits = append(edits, onTop{Counter: counter, Edit: e})
	slices.SortFunc(edits, func(a, b onTop) int { return int(int64(a.Counter) - int64(b.Counter)) })
	if err := c.setEdits(ref, edits); err != nil {
		return err
	}
	if ref.Kind != record.Community {
		c.saw(ref.Kind, ref.ID, nil)
		return nil
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
func (c *changes) liftOff(counter uint64, ref record.Ref) error {
	edits, err := c.editsOf(ref)
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(edits), func(o onTop) bool { return o.Counter == counter })
	if len(left) == len(edits) {
		return nil
	}
	if err := c.setEdits(ref, left); err != nil {
		return err
	}
	if ref.Kind != record.Community {
		c.saw(ref.Kind, ref.ID, nil)
		return nil
	}
	return c.rebase(ref.ID, left)
}

// editAccepted notes where the hub took an edit in: from there on what the hub
// has is shown.
func (c *changes) editAccepted(counter uint64, ref record.Ref, epoch, seq uint64) error {
	edits, err := c.editsOf(ref)
	if err != nil {
		return err
	}
	for i := range edits {
		if edits[i].Counter == counter {
			edits[i].Epoch, edits[i].Seq = epoch, seq
			return c.setEdits(ref, edits)
		}
	}
	return nil
}

// settleEdits lifts off the edits of which the hub's answer is here: none, where
// nothing of any log is here yet.
func (c *changes) settleEdits() error {
	if c.m.Edited == 0 && c.m.EditedElse == 0 {
		return nil
	}
	rest, err := keysUnder(c.txn, []byte(spaceOwnOnTop))
	if err != nil {
		return err
	}
	for _, r := range rest {
		ref := onTopRef(r)
		edits, err := c.editsOf(ref)
		if err != nil {
			return err
		}
		for _, o := range edits {
			if o.Seq > 0 && c.m.Epoch != 0 && (o.Epoch != c.m.Epoch || o.Seq <= c.m.Seq) {
				if err := c.liftOff(o.Counter, ref); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// editedCommunities lists the communities that edits lie upon, in id order.
func editedCommunities(txn *badger.Txn) (ids []string, err error) {
	rest, err := keysUnder(txn, []byte(spaceOwnOnTop))
	for _, r := range rest {
		if ref := onTopRef(r); ref.Kind == record.Community {
			ids = append(ids, ref.ID)
		}
	}
	return ids, err
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
		ids, err := editedCommunities(txn)
		if err != nil {
			return err
		}
		for _, id := range ids {
			edits, err := c.based(record.Community, id)
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
