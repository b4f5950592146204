package hub

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
)

// Importing gathers what an import makes of the directory, and gives it to a hub
// as edits: only members that the import changes, each with what stood there, so
// that what a guide wrote meanwhile is not overwritten but becomes a conflict that
// a person sees. Nothing is given before all rows were read. It is an
// interchange.Target, for one goroutine.
type Importing struct {
	find  func(directory.Identity) (*directory.Community, error)
	put   map[string]*directory.Community // by id
	by    map[string]string               // identity → id, of what was put
	edits []localdb.Edit
	at    map[string]int
}

// NewImporting begins an import; find gives what the hub has (Hub.Identify).
func NewImporting(find func(directory.Identity) (*directory.Community, error)) *Importing {
	return &Importing{find: find, put: map[string]*directory.Community{}, by: map[string]string{}, at: map[string]int{}}
}

func identities(i directory.Identity) (out []string) {
	if i.SourceID != "" {
		return []string{"s" + i.Source + "\x00" + i.SourceID}
	}
	if i.ID == "" {
		return []string{"n" + i.NameKey}
	}
	return nil
}

// Existing gives the community that is known by this identity, as this import
// leaves it; nil, nil where there is none.
func (im *Importing) Existing(i directory.Identity) (*directory.Community, error) {
	if c := im.put[i.ID]; c != nil {
		return copyOf(c)
	}
	for _, k := range identities(i) {
		if id, ok := im.by[k]; ok {
			return copyOf(im.put[id])
		}
	}
	c, err := im.find(i)
	if err != nil || c == nil {
		return nil, err
	}
	if p := im.put[c.ID]; p != nil {
		return copyOf(p)
	}
	return c, nil
}

// Put adds or replaces a community. It refuses with *directory.RefusedError what
// may not enter a store.
func (im *Importing) Put(c *directory.Community) error {
	c.Normalize()
	if err := c.Validate(); err != nil {
		return err
	}
	c.AssignID()
	before, err := im.find(directory.Identity{ID: c.ID})
	if err != nil {
		return err
	}
	e, err := editOf(before, c)
	if err != nil {
		return err
	}
	if im.put[c.ID], err = copyOf(c); err != nil {
		return err
	}
	for _, k := range append(identities(c.Identity()), "n"+c.Identity().NameKey) {
		im.by[k] = c.ID
	}
	if i, ok := im.at[c.ID]; ok {
		im.edits[i] = e
		return nil
	}
	im.at[c.ID] = len(im.edits)
	im.edits = append(im.edits, e)
	return nil
}

// Edits gives what the import comes to.
func (im *Importing) Edits() []localdb.Edit { return im.edits }

func copyOf(c *directory.Community) (*directory.Community, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	out := new(directory.Community)
	return out, json.Unmarshal(b, out)
}

// editOf gives the members in which two communities differ.
func editOf(before, after *directory.Community) (e localdb.Edit, err error) {
	e.ID, e.Create = after.ID, true // the one that stood there may go meanwhile
	was, err := membersOf(before)
	if err != nil {
		return e, err
	}
	is, err := membersOf(after)
	if err != nil {
		return e, err
	}
	var names []string
	for n := range was {
		names = append(names, n)
	}
	for n := range is {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range slices.Compact(names) {
		if n != "id" && !localdb.SameValue(was[n], is[n]) {
			e.Fields = append(e.Fields, localdb.FieldEdit{Name: n, From: orNull(was[n]), To: orNull(is[n])})
		}
	}
	return e, nil
}

func membersOf(c *directory.Community) (map[string]jsontext.Value, error) {
	if c == nil {
		return nil, nil
	}
	b, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	var out map[string]jsontext.Value
	return out, json.Unmarshal(b, &out)
}

func orNull(v jsontext.Value) jsontext.Value {
	if v == nil {
		return jsontext.Value("null")
	}
	return v
}

// Identify gives the community that is known by this identity as imports left it,
// nil where there is none: what a guide wrote since is taken back, so that a list
// that says what it always said changes nothing, and one that says something new
// meets the guide's words in a conflict.
func (h *Hub) Identify(i directory.Identity) (*directory.Community, error) {
	c, err := h.store.Identify(i)
	if errors.Is(err, localdb.ErrNotFound) || err == nil && c == nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r, err := h.store.Record(record.Community, c.ID)
	if errors.Is(err, localdb.ErrNotFound) {
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	return asImported(c, authorsOf(r))
}

func asImported(c *directory.Community, by authors) (*directory.Community, error) {
	var all map[string]jsontext.Value
	for name, a := range by {
		if a.Device == "" || a.Was == nil {
			continue
		}
		if all == nil {
			var err error
			if all, err = membersOf(c); err != nil {
				return nil, err
			}
		}
		if all[name] = a.Was; string(a.Was) == "null" {
			delete(all, name)
		}
	}
	if all == nil {
		return c, nil
	}
	b, err := json.Marshal(all, json.Deterministic(true))
	if err != nil {
		return nil, err
	}
	out := new(directory.Community)
	return out, json.Unmarshal(b, out)
}

// importBatch is how many communities go into the log together, at most; together
// they must not be larger than what a cluster takes as one.
const (
	importBatch = 200
	importBytes = 4 << 20
)

// Import takes edits that an administrator's import made, in batches; a crash
// leaves a part of them, and the same import again does the rest. It gives how
// many members somebody had changed meanwhile: they are conflicts now.
func (h *Hub) Import(ctx context.Context, edits []localdb.Edit, progress func(done, total int)) (conflicts int, err error) {
	done := 0
	defer func() {
		h.audit.add(entry{Role: "admin", Action: "import", Object: fmt.Sprint(done), Result: resultOf(err)})
	}()
	for part := range batches(edits) {
		err := h.again(ctx, func() error {
			n, err := h.importSome(ctx, part)
			if err == nil {
				conflicts += n
			}
			return err
		})
		var invalid *log.InvalidError
		if errors.As(err, &invalid) && len(part) > 1 { // too large together for this log
			for i := range part {
				if err = h.again(ctx, func() error { _, err := h.importSome(ctx, part[i:i+1]); return err }); err != nil {
					break
				}
			}
		}
		if err != nil {
			return conflicts, err
		}
		if done += len(part); progress != nil {
			progress(done, len(edits))
		}
	}
	return conflicts, nil
}

// batches cuts edits by number and by bytes.
func batches(edits []localdb.Edit) func(func([]localdb.Edit) bool) {
	return func(yield func([]localdb.Edit) bool) {
		from, size := 0, 0
		for i := range edits {
			for _, f := range edits[i].Fields {
				size += len(f.To)
			}
			if i+1-from == importBatch || size > importBytes || i+1 == len(edits) {
				if !yield(edits[from : i+1]) {
					return
				}
				from, size = i+1, 0
			}
		}
	}
}

func (h *Hub) importSome(ctx context.Context, edits []localdb.Edit) (conflicts int, err error) {
	id, err := uuid.NewV7FromReader(h.o.Rand)
	if err != nil {
		return 0, err
	}
	d := newDraft(h)
	who := author{hand: localdb.Hand{Role: "admin", At: h.now()}, op: id.String()}
	for i := range edits {
		m, err := edit(d, who, &edits[i])
		var no *unfit
		if errors.As(err, &no) {
			return 0, fmt.Errorf("hub: import: %s: %w", edits[i].ID, err)
		}
		if err != nil {
			return 0, err
		}
		if m.conflict != "" {
			conflicts++
		}
	}
	if len(d.writes) == 0 {
		return 0, nil
	}
	_, err = h.append(ctx, d.writes, "import")
	return conflicts, err
}

// People are organisers and ambassadors, who come with an example.
type People struct {
	Organisers  []directory.Organiser  `json:"organisers"`
	Ambassadors []directory.Ambassador `json:"ambassadors"`
}

// PutPeople makes organisers and ambassadors part of what is known: at most as
// many as a batch of the log holds.
func (h *Hub) PutPeople(ctx context.Context, p People) error {
	return h.again(ctx, func() error {
		d := newDraft(h)
		for _, o := range p.Organisers {
			if err := putBody(d, record.Organiser, o.ID, nil, o); err != nil {
				return err
			}
		}
		for _, a := range p.Ambassadors {
			var in []string
			for _, area := range a.Areas {
				in = append(in, record.Area(area))
			}
			if err := putBody(d, record.Ambassador, a.ID, in, a); err != nil {
				return err
			}
		}
		if len(d.writes) == 0 {
			return nil
		}
		_, err := h.append(ctx, d.writes, "import")
		return err
	})
}

func putBody(d *draft, k record.Kind, id string, in []string, v any) error {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return err
	}
	was, err := d.get(refOf(k, id))
	if err != nil || was.Kind != "" && !was.Deleted && localdb.SameValue(was.Body, b) {
		return err
	}
	return d.put(record.Record{Kind: k, ID: id, V: directory.Version, In: record.Tokens(in...), Body: b}, "")
}
