package sim

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
)

// truth is what the log says in the end.
type truth struct {
	all    map[string]record.Record // by key, tombstones included
	live   []record.Record
	states map[referral.Code]referral.State
	events map[referral.Code][]happened
	trail  map[string][]change // what the log took in, by key
	byOp   map[string][]change
}

// happened is an event, and who may see it.
type happened struct {
	event referral.Event
	in    []string
}

// finish lets the network be well for a day, and then holds everything against
// everything.
func (w *world) finish() {
	w.until(began.Add(days * 24 * time.Hour))
	if w.up == nil {
		w.wrong("there is no hub at the end")
		return
	}
	w.say("--- the network is well")
	for _, p := range w.pcs {
		p.line.set(sunny)
		p.line.cutOff = false
		p.ctx, p.stop = context.WithCancel(context.Background())
	}
	st, err := w.up.log.State(context.Background())
	if err != nil {
		w.wrong("%v", err)
	}
	for range 3 { // of two machines with one name the second makes the first one stop
		for _, p := range w.pcs {
			if !p.dead && (p.lost || p.settled != st.Epoch || w.hasTwin(p)) {
				p.empty()
				p.settled = st.Epoch
			}
		}
	}
	w.until(began.Add((days + 1) * 24 * time.Hour))
	w.say("--- a day later")
	t, err := w.truth()
	if err != nil {
		w.wrong("the log: %v", err)
		return
	}
	w.fates(t)
	w.bank(t)
	for _, p := range w.pcs {
		if !p.dead {
			p.compare(t)
		}
		p.stop()
	}
}

func (w *world) hasTwin(p *pc) bool {
	return slices.ContainsFunc(w.pcs, func(q *pc) bool { return q != p && !q.dead && q.device == p.device })
}

// empty sends everything, and has a person go through the tray.
func (p *pc) empty() {
	defer p.close()
	if !p.open() {
		if !p.dead {
			p.w.wrong("%s cannot be enrolled, and the network is well", p.name)
		}
		return
	}
	for try := range 60 {
		err := p.sync()
		if p.dead {
			return
		}
		p.tray(1)
		n := p.waiting()
		if err == nil && n == 0 {
			return
		}
		if try == 59 {
			p.w.wrong("%s: %d operations wait, and the network is well: %v", p.name, n, err)
		}
		_ = rest(p.ctx, 3*time.Second)
	}
}

func (p *pc) waiting() int {
	ops, err := p.store.Outbox(context.Background(), 0)
	if err != nil {
		p.w.wrong("%s: %v", p.name, err)
	}
	return len(ops)
}

// truth reads the log, and holds it against what was written down as it went in.
func (w *world) truth() (*truth, error) {
	t := &truth{all: map[string]record.Record{}, states: map[referral.Code]referral.State{}, events: map[referral.Code][]happened{}, trail: map[string][]change{}, byOp: map[string][]change{}}
	for lr, err := range w.up.log.Read(context.Background(), 0) {
		if err != nil {
			return nil, err
		}
		var r record.Record
		if err := json.Unmarshal(lr.Value, &r); err != nil && !lr.Tombstone {
			return nil, fmt.Errorf("%s: %w", lr.Key, err)
		}
		r.Seq, r.Op, r.Deleted = lr.Seq, lr.Op, lr.Tombstone
		t.all[lr.Key] = r
		if !lr.Tombstone && r.Kind.Family() != record.Admin {
			t.live = append(t.live, r)
		}
	}
	for _, c := range w.lineage {
		t.trail[c.key] = append(t.trail[c.key], c)
		t.byOp[c.op] = append(t.byOp[c.op], c)
	}
	for key, cs := range t.trail {
		last := cs[len(cs)-1]
		r, there := t.all[key]
		switch {
		case w.erased[key]:
			if there && !r.Deleted {
				w.wrong("%s was erased, and is there", key)
			}
		case last.gone && !there: // purged
		case !there:
			w.wrong("the log lost %s", key)
		case r.Deleted != last.gone || r.Op != last.op:
			w.wrong("the log has another %s than it took in: %s of %s, not of %s", key, state(r.Deleted), short(r.Op), short(last.op))
		}
	}
	for key := range t.all {
		if t.trail[key] == nil && key != "admin.mark.backup" && !w.erased[key] {
			w.wrong("nobody put %s into the log", key)
		}
	}
	return t, nil
}

func state(gone bool) string {
	if gone {
		return "gone"
	}
	return "there"
}

// keyOfEdit is where in the log the record of an edit is.
func keyOfEdit(kind string) string {
	if kind == "" {
		kind = string(record.Community)
	}
	return string(record.Kind(kind).Family()) + "." + kind + "."
}

// keys of the log for what an operation makes.
var keyOfKind = map[string]string{protocol.OpReferral: "case.referral.", protocol.OpEvent: "case.event.",
	protocol.OpSuggestion: "tip.suggestion.", protocol.OpGap: "tip.gap."}

// fates holds every operation that any store acknowledged against the log: one
// that a living machine holds is in the log, once, or was refused, and not both.
func (w *world) fates(t *truth) {
	held := map[string][]*pc{}
	for _, p := range w.pcs {
		for id := range p.holds {
			if !p.dead {
				held[id] = append(held[id], p)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(w.book.ops)) {
		o := w.book.ops[id]
		in, why := w.inLog(t, o)
		what := fmt.Sprintf("%s %s (operation %d of %s, refused %v)", o.op.Kind, short(id), o.op.Counter, short(o.device), o.refused)
		switch {
		case w.wasErased(o):
			w.count("fate: erased")
			continue
		case o.op.Kind == protocol.OpCard && slices.Contains(o.refused, protocol.RefusedMalformed):
			w.count("fate: a card of a wrong clock, refused and shown")
			continue
		case (o.op.Kind == protocol.OpEdit || o.op.Kind == protocol.OpResolve) && len(o.refused) > 0 && len(t.byOp[id]) == 0:
			// What it said stood there, or somebody else had settled the conflict.
			w.count("fate: refused and shown")
		case in && len(o.refused) > 0 && (o.op.Kind == protocol.OpEdit || o.op.Kind == protocol.OpResolve) && w.toldAgain(o) && !slices.ContainsFunc(o.refused, func(c string) bool { return c != protocol.RefusedGone && c != protocol.RefusedRole }):
			w.count("fate: in the log, and refused when told again") // its community was no longer there
		case in && o.op.Kind == protocol.OpErase:
			w.count("fate: erased") // perhaps by another, and this machine may no longer see it
		case in && len(o.refused) > 0:
			w.wrong("%s is in the log and was refused", what)
		case in:
			w.count("fate: in the log")
		case len(o.refused) > 0:
			w.count("fate: refused and shown")
		case o.rescued:
			w.count("fate: in a rescue file")
		case w.book.underAnotherName(o):
			w.count("fate: tried again as another operation")
		case len(held[id]) == 0:
			w.count("fate: gone with its machine")
		default:
			w.wrong("%s has no fate: %s; %s holds it", what, why, held[id][0].name)
		}
		for _, code := range o.refused {
			switch code {
			case protocol.RefusedGone, protocol.RefusedRole:
			case protocol.RefusedPoison:
				if !strings.Contains(string(o.op.Body), poison) {
					w.wrong("%s was put aside, and there is no poison in it", what)
				}
			default:
				w.wrong("%s was refused", what)
			}
		}
	}
}

// toldAgain says that an operation was told by more than one device, or to a hub
// that had lost it. An edit that was taken then can meet a community that is gone.
func (w *world) toldAgain(o *booked) bool { return o.again || w.counts["hub restored"] > 0 }

// inLog says whether what an operation did is in the log.
func (w *world) inLog(t *truth, o *booked) (bool, string) {
	var body struct {
		ID       string              `json:"id"`
		Kind     string              `json:"kind"`
		Conflict string              `json:"conflict"`
		Fields   []localdb.FieldEdit `json:"fields"`
		Remove   bool                `json:"remove"`
	}
	if err := json.Unmarshal(o.op.Body, &body); err != nil {
		return false, err.Error()
	}
	switch o.op.Kind {
	case protocol.OpEdit:
		return w.editInLog(t, o, keyOfEdit(body.Kind)+body.ID, body.ID, body.Fields, body.Remove)
	case protocol.OpErase:
		r, there := t.all["case.card."+body.ID]
		return !there || r.Deleted, "the card is there"
	case protocol.OpCard: // where it is no more, its day came or somebody erased it
		return len(t.trail["case.card."+body.ID]) > 0, "it never came"
	case protocol.OpClose:
		return w.ended(t, "tip."+body.Kind+"."+body.ID), "it is open"
	case protocol.OpResolve:
		return w.ended(t, "tip.conflict."+body.Conflict), "the conflict stands"
	}
	key := keyOfKind[o.op.Kind] + body.ID
	makers := map[string]bool{}
	for _, c := range t.trail[key] {
		if !c.gone {
			makers[c.op] = true
		}
	}
	tip := strings.HasPrefix(key, "tip.")
	switch {
	case tip && slices.ContainsFunc(t.trail[key], func(c change) bool { return c.gone }):
		return true, "" // somebody closed it, perhaps before it came
	case len(makers) == 0:
		return false, key + " is not in the log"
	case len(makers) > 1 && o.op.Kind != protocol.OpGap:
		w.wrong("%s was put into the log by %d operations", key, len(makers))
	}
	r, there := t.all[key]
	if !there || r.Deleted {
		return false, key + " was in the log"
	}
	if o.op.Kind != protocol.OpGap && r.Op != o.op.ID {
		w.wrong("%s is of operation %s, not of %s", key, short(r.Op), short(o.op.ID))
	}
	return true, ""
}

// wasErased says that what an operation made was erased.
func (w *world) wasErased(o *booked) bool {
	var body struct {
		ID string `json:"id"`
	}
	return json.Unmarshal(o.op.Body, &body) == nil && w.erased[keyOfKind[o.op.Kind]+body.ID]
}

// ended says that a tip was closed. It may be there again: told again by a machine
// that was away when its tombstone was purged, here after days, in truth 400.
func (w *world) ended(t *truth, key string) bool {
	r, there := t.all[key]
	return !there || r.Deleted || slices.ContainsFunc(t.trail[key], func(c change) bool { return c.gone })
}

// editInLog says whether every value that somebody gave was set, stood there
// already, or is kept in a conflict.
func (w *world) editInLog(t *truth, o *booked, key, community string, fields []localdb.FieldEdit, remove bool) (bool, string) {
	trail := t.trail[key]
	if remove {
		if len(trail) == 0 {
			return true, ""
		}
		return slices.ContainsFunc(trail, func(c change) bool { return c.gone }), "it was never removed"
	}
	for _, f := range fields {
		ok := false
		for _, c := range trail {
			ok = ok || !c.gone && sameJSON(memberOf(c.value, f.Name), f.To)
		}
		for _, c := range t.byOp[o.op.ID] {
			var r record.Record
			var x localdb.Conflict
			if strings.HasPrefix(c.key, "tip.conflict.") && json.Unmarshal(c.value, &r) == nil && json.Unmarshal(r.Body, &x) == nil {
				ok = ok || x.Field == f.Name && sameJSON(x.Other, f.To)
			}
		}
		// A conflict that was settled in the same breath left nothing but its end.
		ok = ok || len(t.trail["tip.conflict."+conflictOf(o.op.ID, community, f.Name)]) > 0
		if !ok && !w.wentOn(o, community, f) {
			made := ""
			for _, c := range t.byOp[o.op.ID] {
				made += fmt.Sprintf(" %d %s %v", c.seq, c.key, c.gone)
			}
			return false, fmt.Sprintf("%s of %s never was %s; the operation made%s", f.Name, short(community), f.To, made)
		}
	}
	return len(trail) > 0, "there is no such community"
}

// conflictOf is the id of the conflict that an operation makes: the same one
// whenever it is told.
func conflictOf(op, community, field string) string {
	space := uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/faellesskabsby/vejviser/conflict"))
	return uuid.NewSHA1(space, []byte(op+"\x00"+community+"\x00"+field)).String()
}

// wentOn says that the same hand went on from a value, so that both came to the
// log as one.
func (w *world) wentOn(o *booked, community string, f localdb.FieldEdit) bool {
	for _, later := range w.book.ops {
		var e localdb.Edit
		if later.op.Kind != protocol.OpEdit || later.op.Device != o.op.Device || later.op.Counter <= o.op.Counter ||
			json.Unmarshal(later.op.Body, &e) != nil || e.ID != community {
			continue
		}
		if e.Remove || slices.ContainsFunc(e.Fields, func(g localdb.FieldEdit) bool { return g.Name == f.Name && sameJSON(g.From, f.To) }) {
			return true
		}
	}
	return false
}

// memberOf gives a member of a record's body.
func memberOf(value []byte, name string) jsontext.Value {
	var r record.Record
	var all map[string]jsontext.Value
	if json.Unmarshal(value, &r) != nil || json.Unmarshal(r.Body, &all) != nil {
		return nil
	}
	return all[name]
}

// bank adds up: as many referrals stand in some state as were taken in, and of
// each as many events as were taken in with its code.
func (w *world) bank(t *truth) {
	events := map[referral.Code][]referral.Event{}
	var all []referral.Referral
	for _, r := range t.live {
		switch r.Kind {
		case record.Event:
			var e referral.Event
			if err := json.Unmarshal(r.Body, &e); err != nil {
				w.wrong("%v", err)
			}
			e.Seq = r.Seq
			events[e.Code] = append(events[e.Code], e)
			t.events[e.Code] = append(t.events[e.Code], happened{e, r.In})
		case record.Referral:
			var x referral.Referral
			if err := json.Unmarshal(r.Body, &x); err != nil {
				w.wrong("%v", err)
			}
			all = append(all, x)
		}
	}
	sum, taken := map[referral.State]int{}, map[string]int{}
	for _, r := range all {
		l := referral.StateOf(r, events[r.Code])
		if _, twice := t.states[r.Code]; twice {
			w.wrong("two referrals have the code %s", r.Code)
		}
		t.states[r.Code] = l.State
		if len(l.Events)+len(l.Odd)+len(l.Undone) != len(events[r.Code]) {
			w.wrong("the life of %s lost an event", r.Code)
		}
		sum[l.State]++
	}
	n, events2 := 0, 0
	for _, m := range sum {
		n += m
	}
	for _, evs := range events {
		events2 += len(evs)
	}
	for key, cs := range t.trail {
		if kind := strings.SplitN(key, ".", 3)[1]; !w.erased[key] && slices.ContainsFunc(cs, func(c change) bool { return !c.gone }) {
			taken[kind]++
		}
	}
	if n != taken["referral"] || events2 != taken["event"] {
		w.wrong("%d referrals in all states, %d were taken in; %d events of %d", n, taken["referral"], events2, taken["event"])
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for s, m := range sum {
		w.counts["referrals "+string(s)] += m
	}
}

// erase takes a referral out of everything, as somebody may ask for.
func (w *world) erase() {
	var keys []string
	for _, c := range w.lineage {
		if strings.HasPrefix(c.key, "case.referral.") && !c.gone && !w.erased[c.key] {
			keys = append(keys, c.key)
		}
	}
	if len(keys) == 0 {
		return
	}
	key := pick(w.dice, keys)
	w.mu.Lock()
	w.erased[key] = true
	w.mu.Unlock()
	id := strings.TrimPrefix(key, "case.referral.")
	w.say("referral %s is erased", short(id))
	w.count("erasures")
	if err := w.up.hub.Erase(context.Background(), record.Ref{Kind: record.Referral, ID: id}); err != nil {
		w.wrong("erase: %v", err)
	}
}
