package interchange

import "github.com/faellesskabsby/vejviser/localdb/directory"

// rehearsal is the target of a dry run: it answers as the real one would after
// each Put, and lets nothing through.
type rehearsal struct {
	real   Target
	byID   map[string]*directory.Community
	byPair map[[2]string]*directory.Community
	byName map[string]*directory.Community
}

func newRehearsal(t Target) *rehearsal {
	return &rehearsal{t, map[string]*directory.Community{}, map[[2]string]*directory.Community{}, map[string]*directory.Community{}}
}

func (h *rehearsal) Existing(id directory.Identity) (*directory.Community, error) {
	if c, ok := h.byID[id.ID]; ok && id.ID != "" {
		return c, nil
	}
	if c, ok := h.byPair[[2]string{id.Source, id.SourceID}]; ok && id.SourceID != "" {
		return c, nil
	}
	c, err := h.real.Existing(id)
	if err != nil || c != nil {
		if c != nil && h.byID[c.ID] != nil {
			c = h.byID[c.ID]
		}
		return c, err
	}
	if id.ID == "" && id.SourceID == "" {
		return h.byName[id.NameKey], nil
	}
	return nil, nil
}

func (h *rehearsal) Put(c *directory.Community) error {
	kept, err := copyOf(c)
	if err != nil {
		return err
	}
	id := kept.Identity()
	h.byID[id.ID] = kept
	if id.SourceID != "" {
		h.byPair[[2]string{id.Source, id.SourceID}] = kept
	}
	h.byName[id.NameKey] = kept
	return nil
}
