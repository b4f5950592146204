package hub

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
)

// conflictSpace is the UUID under which the ids of conflicts are made: the same
// operation makes the same conflict.
var conflictSpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/faellesskabsby/vejviser/conflict"))

// author is who makes an edit: a device, or the hub itself at an import.
type author struct {
	hand   localdb.Hand
	feeds  []record.Feed // what it may see; nil: everything
	areas  tokens        // of the device
	device string
	op     string
}

func (t *taking) author(op protocol.Op) author {
	return author{hand: t.who.hand(t.h.now()), feeds: t.who.feeds, areas: areasOf(t.who.device.Municipalities), device: t.who.id, op: op.ID}
}

func (t *taking) planEdit(d *draft, op protocol.Op) (made, error) {
	e, err := decode(op, func(e *localdb.Edit) error { return checkEdit(e, t.h.today()) })
	if err != nil {
		return made{}, err
	}
	if err := t.mayEditKind(e); err != nil {
		return made{}, err
	}
	e.ID = strings.ToLower(e.ID)
	return edit(d, t.author(op), e)
}

func checkEdit(e *localdb.Edit, today directory.Day) error {
	bad := func(field, reason string) error { return &directory.RefusedError{Field: field, Reason: reason} }
	if !isUUID(e.ID) {
		return bad("id", "not_a_uuid")
	}
	var names []string
	for _, f := range e.Fields {
		if f.Name == "" || f.Name == "id" || slices.Contains(names, f.Name) {
			return bad(f.Name, "not_allowed")
		}
		names = append(names, f.Name)
	}
	return localdb.GuardEdit(e, today)
}

// edit plans what an edit makes of a record: members that nobody else changed are
// set, and of the others both values are kept, in a conflict each.
func edit(d *draft, who author, e *localdb.Edit) (made, error) {
	kind := kindOf(e.Kind)
	rule := rulesOf[kind]
	ref := refOf(kind, e.ID)
	was, err := d.get(ref)
	if err != nil {
		return made{}, err
	}
	there := alive(was)
	if there && who.feeds != nil && !record.Carries(who.feeds, kind, was.In) || !there && !e.Create {
		if e.Remove && !there {
			return made{ref: ref}, nil // it is gone already
		}
		return made{}, &unfit{protocol.RefusedGone, ""}
	}
	if (was.Deleted || d.h.wasErased(ref)) && who.device != "" {
		return made{}, &unfit{protocol.RefusedGone, ""} // it was new once: this was told before
	}
	if e.Remove {
		gone := record.Record{Kind: kind, ID: e.ID, V: directory.Version, Deleted: true, Op: who.op, Device: who.device}
		return made{ref: ref}, d.put(gone, who.op)
	}
	body := []byte(was.Body)
	if !there {
		body = nil
	}
	if kind == record.Community {
		e = latestAssurance(e, body)
	}
	after, clashes, err := e.Apply(body, false)
	if err != nil {
		return made{}, &unfit{protocol.RefusedMalformed, "fields"}
	}
	in, after, err := rule.admit(d, &who, was, e.ID, after)
	if err != nil {
		return made{}, err
	}
	if who.feeds != nil && !record.Carries(who.feeds, kind, in) {
		return made{}, &unfit{protocol.RefusedRole, rule.place} // it would go where its author may not look
	}
	by := authorsOf(was)
	if !there || !localdb.SameValue(after, was.Body) || who.device == "" && len(clashes) > 0 {
		r := record.Record{Kind: kind, ID: e.ID, V: directory.Version, In: in, Op: who.op, Device: who.device, Body: after}
		if there {
			r.Unknown = by.with(e, clashes, who).value()
		}
		if err := d.put(r, who.op); err != nil {
			return made{}, err
		}
		if rule.after != nil {
			was.ID = ref.ID
			if err := rule.after(d, &who, was, after); err != nil {
				return made{}, err
			}
		}
	}
	m := made{ref: ref}
	for _, f := range clashes {
		id, err := conflict(d, who, was, by, f, in)
		if err != nil {
			return m, err
		}
		if m.conflict == "" {
			m.conflict = id
		}
	}
	return m, nil
}

// conflict keeps the value that lost beside the one that stands.
func conflict(d *draft, who author, was record.Record, by authors, f localdb.FieldEdit, in []string) (string, error) {
	keptBy := localdb.Hand{Device: was.Device, At: was.At}
	if a, ok := by[f.Name]; ok {
		keptBy = localdb.Hand{Device: a.Device, At: a.At}
	}
	if keptBy.Device != "" {
		dev, _, err := d.h.device(keptBy.Device)
		if err != nil {
			return "", err
		}
		if dev != nil {
			keptBy.Role, keptBy.Organisation = string(dev.Role), dev.Organisation
		}
	}
	c := localdb.Conflict{
		ID: uuid.NewSHA1(conflictSpace, []byte(who.op+"\x00"+was.ID+"\x00"+f.Name)).String(), Community: was.ID, Field: f.Name,
		Kept: memberOf(was.Body, f.Name), Other: f.To, KeptBy: keptBy, OtherBy: who.hand,
	}
	if was.Kind != record.Community {
		c.Kind = was.Kind
	}
	if told, err := d.get(refOf(record.Conflict, c.ID)); err != nil || told.Kind != "" {
		return c.ID, err // the operation was told before: what somebody settled stays settled
	}
	body, err := json.Marshal(c, json.Deterministic(true))
	if err != nil {
		return "", err
	}
	r := record.Record{Kind: record.Conflict, ID: c.ID, V: 1, In: in, Op: who.op, Device: who.device, Body: body}
	return c.ID, d.put(r, who.op)
}

// authors say which device set a member last, and when: the record says it of its
// last edit alone. They stand beside the body, in the log, and never leave the hub.
type authors map[string]authorship

// authorship is who set a member. Was, where a device did, is what the last import
// said of it: an import that says the same again has nothing new to say, and what
// a guide wrote stays.
type authorship struct {
	Device string         `json:"device,omitzero"`
	At     time.Time      `json:"at"`
	Was    jsontext.Value `json:"was,omitzero"`
}

func authorsOf(r record.Record) authors {
	var v struct {
		By authors `json:"by"`
	}
	if len(r.Unknown) == 0 || json.Unmarshal(r.Unknown, &v) != nil {
		return nil
	}
	return v.By
}

// with adds what an edit set. Who set a member that is gone need not be known.
func (a authors) with(e *localdb.Edit, clashes []localdb.FieldEdit, who author) authors {
	out := authors{}
	maps.Copy(out, a)
	for _, f := range e.Fields {
		x := out[f.Name]
		switch clash := slices.ContainsFunc(clashes, func(c localdb.FieldEdit) bool { return c.Name == f.Name }); {
		case clash && who.device == "":
			x.Was = f.To // it was said, and a person is asked; the same import again is not news
		case clash:
			continue
		case who.device == "":
			x = authorship{At: who.hand.At}
		default:
			if x.Device == "" && kindOf(e.Kind) == record.Community { // nothing else is imported twice
				x.Was = orNull(f.From)
			}
			x.Device, x.At = who.device, who.hand.At
		}
		out[f.Name] = x
	}
	return out
}

func (a authors) value() jsontext.Value {
	b, err := json.Marshal(map[string]authors{"by": a}, json.Deterministic(true))
	if err != nil {
		return nil // it is for a person to read; an edit does not depend on it
	}
	return b
}

// memberOf gives a top-level member, null where it is absent.
func memberOf(body jsontext.Value, name string) jsontext.Value {
	var all map[string]jsontext.Value
	if json.Unmarshal(body, &all) != nil || all[name] == nil {
		return jsontext.Value("null")
	}
	return all[name]
}

// planResolve settles a conflict by a person's choice. Where the member changed
// once more meanwhile, that makes a new conflict: nobody's value is lost unseen.
func (t *taking) planResolve(d *draft, op protocol.Op) (made, error) {
	x, err := decode(op, func(r *localdb.Resolution) error {
		if !isUUID(r.Conflict) {
			return &directory.RefusedError{Field: "conflict", Reason: "not_a_uuid"}
		}
		return checkEdit(&localdb.Edit{Kind: r.Kind, ID: r.Community, Fields: []localdb.FieldEdit{{Name: r.Field, From: r.From, To: r.To}}}, t.h.today())
	})
	if err != nil {
		return made{}, err
	}
	was, err := d.get(refOf(record.Conflict, x.Conflict))
	if err != nil {
		return made{}, err
	}
	if was.Kind == "" || !was.Deleted && !record.Carries(t.who.feeds, record.Conflict, was.In) {
		return made{}, &unfit{protocol.RefusedGone, "conflict"}
	}
	m := made{ref: was.Ref()}
	if !was.Deleted {
		gone := record.Record{Kind: record.Conflict, ID: was.ID, V: 1, Deleted: true, Op: op.ID, Device: t.who.id}
		if err := d.put(gone, op.ID); err != nil {
			return m, err
		}
	}
	if localdb.SameValue(x.From, x.To) {
		if was.Deleted && was.Op != op.ID {
			m.conflict, err = t.otherwise(d, op, x)
		}
		return m, err
	}
	change := &localdb.Edit{Kind: x.Kind, ID: strings.ToLower(x.Community), Fields: []localdb.FieldEdit{{Name: x.Field, From: x.From, To: x.To}}}
	if err := t.mayEditKind(change); err != nil {
		return m, err
	}
	e, err := edit(d, t.author(op), change)
	var no *unfit
	if errors.As(err, &no) && no.code == protocol.RefusedGone {
		return m, nil // the community is gone, and its conflicts with it
	}
	e.ref = m.ref
	return e, err
}

// otherwise keeps the choice of what stood, in a conflict that somebody else had
// settled before: where another value stands now, the two disagree.
func (t *taking) otherwise(d *draft, op protocol.Op, x *localdb.Resolution) (string, error) {
	now, err := d.get(refOf(kindOf(x.Kind), x.Community))
	if err != nil || !alive(now) || !record.Carries(t.who.feeds, now.Kind, now.In) {
		return "", err
	}
	if localdb.SameValue(memberOf(now.Body, x.Field), x.To) {
		return "", nil
	}
	return conflict(d, t.author(op), now, authorsOf(now), localdb.FieldEdit{Name: x.Field, From: x.From, To: x.To}, now.In)
}
