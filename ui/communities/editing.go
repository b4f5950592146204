package communities

import (
	"errors"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/say"
)

// Editing is a form as a person left it, also where it is not right yet, so that
// it can be taken up again on a page made anew.
type Editing struct {
	before *community
	gone   bool
	sure   bool
	values map[string]string       // of the community's own facts, those that were typed
	places []kept[directory.Place] // nil: as in before
	slots  []kept[directory.Slot]
}

// kept is a row as it was left.
type kept[T any] struct {
	of     T
	fresh  bool
	values map[string]string
}

// editing gives the form as it stands.
func (f *form) editing() *Editing {
	e := &Editing{before: f.before, gone: f.gone, sure: f.sure.On(), values: typed(f.own.each)}
	if f.places.typed() {
		e.places = left(f.places)
	}
	if f.slots.typed() {
		e.slots = left(f.slots)
	}
	return e
}

func typed(each func(func(*fact))) map[string]string {
	out := map[string]string{}
	each(func(x *fact) {
		if x.typed() {
			out[x.path] = x.value()
		}
	})
	return out
}

// left gives the rows as they stand; never nil, for no rows are rows too.
func left[T any](rs *rows[T]) []kept[T] {
	out := []kept[T]{}
	for _, r := range rs.list {
		out = append(out, kept[T]{r.of, r.fresh, typed(r.each)})
	}
	return out
}

// takeUp makes the rows as they were left.
func takeUp[T any](rs *rows[T], list []kept[T]) {
	for _, k := range list {
		r := rs.append(k.of, k.fresh)
		for _, x := range r.facts {
			if v, ok := k.values[x.path]; ok {
				x.set(v)
			}
		}
	}
}

// write sets the community's own facts as they were left.
func (f *form) write(e *Editing) {
	f.gone = e.gone
	f.sure.Set(e.sure)
	f.own.each(func(x *fact) {
		if v, ok := e.values[x.path]; ok {
			x.set(v)
		}
	})
	f.showGround()
}

// Unsaved gives what is typed and not kept; nil where there is nothing.
func (p *Page) Unsaved() *Editing {
	if p.form == nil || !p.form.dirty() {
		return nil
	}
	return p.form.editing()
}

// Resume takes a form up again, as on a page made anew in another language.
func (p *Page) Resume(e *Editing) {
	if e != nil {
		p.openForm(makeForm(p, e.before, e))
	}
}

// AskToLeave asks what is to become of what is typed, and then does what was
// wanted, unless the person stays.
func (p *Page) AskToLeave(then func()) {
	if p.form == nil || !p.form.dirty() {
		then()
		return
	}
	p.form.ask(then)
}

// members are the members of the record in which something is typed.
func (f *form) members() []string {
	var out []string
	f.own.each(func(x *fact) {
		if x.typed() {
			name, _, _ := strings.Cut(x.path, ".")
			out = append(out, name)
		}
	})
	if f.places.typed() {
		out = append(out, "places")
	}
	if f.slots.typed() {
		out = append(out, "schedule")
	}
	return out
}

func membersOf(c *community) (map[string]jsontext.Value, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	out := map[string]jsontext.Value{}
	return out, json.Unmarshal(b, &out)
}

// differing gives the members in which two states of a community differ.
func differing(a, b *community) []string {
	x, err1 := membersOf(a)
	y, err2 := membersOf(b)
	if err1 != nil || err2 != nil {
		return nil
	}
	var out []string
	for name, v := range x {
		if !localdb.SameValue(v, y[name]) {
			out = append(out, name)
		}
	}
	for name := range y {
		if _, ok := x[name]; !ok && !localdb.SameValue(nil, y[name]) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// merge gives now, with the named members as they were before.
func merge(before, now *community, names []string) (*community, error) {
	was, err := membersOf(before)
	if err != nil {
		return nil, err
	}
	is, err := membersOf(now)
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		if v, ok := was[n]; ok {
			is[n] = v
		} else {
			delete(is, n)
		}
	}
	b, err := json.Marshal(is)
	if err != nil {
		return nil, err
	}
	out := &community{}
	return out, json.Unmarshal(b, out)
}

// memberWords names a member of the record as the form does.
func memberWords(s *say.Speaker, name string) string {
	for _, key := range []string{"communities.form.member." + name, "communities.form." + name} {
		if s.Has(key) {
			return s.T(key)
		}
	}
	return s.T("communities.form.member.other")
}

func unique(list []string) []string {
	var out []string
	for _, v := range list {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

func isGone(err error) bool { return errors.Is(err, localdb.ErrNotFound) }
