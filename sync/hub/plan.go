package hub

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"golang.org/x/time/rate"
)

// opVersion is the newest version of an operation's body that this hub knows: 2 is
// of what came with version 2 of the wire, so that an older hub refuses it and does
// not take it for something else.
const opVersion = 2

const maxSuggestion = 1000

// plan says what an operation makes of the records, in d. What is wrong with it is
// an *unfit.
func (t *taking) plan(ctx context.Context, d *draft, op protocol.Op) (made, error) {
	if !t.unsigned && protocol.Verify(t.who.device.Key, op.Text(t.who.id), op.Signature) != nil {
		return made{}, &unfit{protocol.RefusedSignature, ""}
	}
	switch {
	case !isUUID(op.ID):
		return made{}, &unfit{protocol.RefusedMalformed, "id"}
	case len(op.Body) > protocol.MaxOp:
		return made{}, &unfit{protocol.RefusedMalformed, "body"}
	case op.V < 1 || op.V > opVersion || !knownKinds[op.Kind]:
		return made{}, &unfit{protocol.RefusedUnknown, op.Kind[:min(len(op.Kind), 20)]}
	case !mayDo[t.who.device.Role][op.Kind]:
		return made{}, &unfit{protocol.RefusedRole, ""}
	}
	if failing != nil {
		failing(op)
	}
	switch op.Kind {
	case protocol.OpReferral:
		return t.planReferral(ctx, d, op)
	case protocol.OpEvent:
		return t.planEvent(d, op)
	case protocol.OpSuggestion:
		return t.planSuggestion(d, op)
	case protocol.OpGap:
		return t.planGap(d, op)
	case protocol.OpEdit:
		return t.planEdit(d, op)
	case protocol.OpClose:
		return t.planClose(d, op)
	case protocol.OpCard:
		return t.planCard(d, op)
	case protocol.OpErase:
		return t.planErase(d, op)
	case protocol.OpLook:
		return t.planLook(op)
	}
	return t.planResolve(d, op)
}

// failing is a fault of the hub's own, in a test.
var failing func(protocol.Op)

func isUUID(s string) bool { return len(s) == 36 && uuid.Validate(s) == nil }

// decode reads a body and what its rules say of it.
func decode[T any](op protocol.Op, check func(*T) error) (*T, error) {
	v := new(T)
	if err := json.Unmarshal(op.Body, v); err != nil {
		return nil, &unfit{protocol.RefusedMalformed, "body"}
	}
	if err := check(v); err != nil {
		return nil, fieldOf(err)
	}
	return v, nil
}

// fieldOf makes a refusal of the rules into one of the wire.
func fieldOf(err error) error {
	var cpr *localdb.CPRError
	if errors.As(err, &cpr) {
		return &unfit{protocol.RefusedCPR, ""}
	}
	if ps := directory.Problems(err); len(ps) > 0 {
		return &unfit{protocol.RefusedMalformed, ps[0].Field}
	}
	return &unfit{protocol.RefusedMalformed, "body"}
}

// fresh plans a record that is there once: the same operation again changes
// nothing, and another one with its id is refused.
func (t *taking) fresh(d *draft, op protocol.Op, k record.Kind, id string, in []string, v any) (made, error) {
	ref := refOf(k, id)
	was, err := d.get(ref)
	if err != nil {
		return made{}, err
	}
	body, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return made{}, err
	}
	switch {
	case was.Kind != "" && was.Deleted, t.h.wasErased(ref):
		return made{}, &unfit{protocol.RefusedGone, ""}
	case was.Kind != "" && (was.Device == t.who.id || was.Op == op.ID) && localdb.SameValue(was.Body, body):
		// Told again: after a restore, a repair, or when its machine was enrolled anew
		// before it heard the answer.
		return made{ref: ref}, nil
	case was.Kind != "":
		return made{}, &unfit{protocol.RefusedTaken, "id"}
	}
	r := record.Record{Kind: k, ID: id, V: op.V, In: in, Op: op.ID, Device: t.who.id, Body: body}
	return made{ref: ref}, d.put(r, op.ID)
}

func (t *taking) planReferral(ctx context.Context, d *draft, op protocol.Op) (made, error) {
	r, err := decode(op, (*referral.Referral).Validate)
	if err != nil {
		return made{}, err
	}
	if err := guard(op.Body, t.h.today()); err != nil {
		return made{}, fieldOf(err)
	}
	in := t.who.tokens(r.Organisation)
	m, err := t.fresh(d, op, record.Referral, r.ID, in, r)
	if err != nil {
		return m, err
	}
	m.code = string(r.Code)
	// Where many events waited, they go ahead in batches of their own: with the
	// referral in one, they could be more than the log takes.
	if err := t.h.widenAll(ctx, r.Code, in, eventsAtOnce); err != nil {
		return m, err
	}
	return m, widen(d, r.Code, in)
}

// eventsAtOnce is how many events of one code a batch changes.
const eventsAtOnce = 150

// maxEvents is how many events one device may tell of one code: many times what a
// person who is shown the way needs.
const maxEvents = 50

// widen gives events and cards of a code, up to eventsAtOnce, the tokens of a
// referral that came after them.
func widen(d *draft, code referral.Code, in []string) error {
	of, err := d.byCode(code)
	if err != nil {
		return err
	}
	before := len(d.writes)
	for _, e := range append(of.events, of.cards...) {
		if len(d.writes)-before == eventsAtOnce {
			return nil
		}
		all := record.Tokens(append(slices.Clone(e.In), in...)...)
		if !slices.Equal(all, e.In) {
			e.In = all
			if err := d.put(e, e.Op); err != nil {
				return err
			}
		}
	}
	return nil
}

// ofCode is what is there of a code.
type ofCode struct{ referrals, events, cards []record.Record }

// byCode gives what is there of a code as the draft leaves it, in the order of the log.
func (d *draft) byCode(code referral.Code) (of ofCode, err error) {
	if of.referrals, of.events, err = d.h.store.ByCode(code); err != nil {
		return of, err
	}
	if of.cards, err = d.h.store.CardsByCode(code); err != nil {
		return of, err
	}
	for x := d; x != nil; x = x.below {
		for _, w := range x.writes {
			if all := of.kind(w.rec.Kind); all != nil {
				*all = withPlanned(*all, d, w.rec, code)
			}
		}
	}
	return of, nil
}

func (of *ofCode) kind(k record.Kind) *[]record.Record {
	switch k {
	case record.Referral:
		return &of.referrals
	case record.Event:
		return &of.events
	case record.Card:
		return &of.cards
	}
	return nil
}

// withPlanned puts what is planned over what is stored.
func withPlanned(all []record.Record, d *draft, r record.Record, code referral.Code) []record.Record {
	now, err := d.get(r.Ref())
	if err != nil {
		return all
	}
	all = slices.DeleteFunc(all, func(o record.Record) bool { return o.ID == r.ID })
	var has struct {
		Code referral.Code `json:"code"`
	}
	if now.Deleted || json.Unmarshal(now.Body, &has) != nil || has.Code != code {
		return all
	}
	return append(all, now)
}

func (t *taking) planEvent(d *draft, op protocol.Op) (made, error) {
	e, err := decode(op, (*referral.Event).Validate)
	if err != nil {
		return made{}, err
	}
	if err := guard(op.Body, t.h.today()); err != nil {
		return made{}, fieldOf(err)
	}
	e.Seq = 0 // the hub's to say: it is the record's own
	of, err := d.byCode(e.Code)
	if err != nil {
		return made{}, err
	}
	if t.who.told(of.events, e.ID) >= maxEvents {
		return made{}, &unfit{protocol.RefusedMalformed, "code"}
	}
	in := []string{record.Organisation(t.who.device.Organisation)}
	if len(of.referrals) == 0 && !t.mayGuess(of.events, e.ID) {
		return made{}, &unfit{protocol.RefusedMalformed, "code"}
	}
	if len(of.referrals) == 0 || t.who.device.Role == protocol.Guide { // what a guide says does not vanish from them
		in = t.who.tokens("")
	}
	for _, r := range of.referrals {
		in = append(in, r.In...)
	}
	m, err := t.fresh(d, op, record.Event, e.ID, record.Tokens(in...), e)
	m.code = string(e.Code)
	return m, err
}

// Events of codes that nobody knows, of one device: a pile of slips from elsewhere is
// typed in one afternoon, and a thousand of them are no slips.
const (
	unknownBurst = 600
	unknownDaily = 200
)

// mayGuess counts an event of a code that is not known here against its device.
func (t *taking) mayGuess(evs []record.Record, id string) bool {
	told := slices.ContainsFunc(evs, func(e record.Record) bool { return strings.EqualFold(e.ID, id) })
	return told || t.unsigned || t.h.limits.take("u"+t.who.id, rate.Every(24*time.Hour/unknownDaily), unknownBurst) == 0
}

// told is how many of the events the actor told, apart from the one with an id.
func (a *actor) told(evs []record.Record, but string) (n int) {
	for _, e := range evs {
		if e.Device == a.id && !strings.EqualFold(e.ID, but) {
			n++
		}
	}
	return n
}

func (t *taking) planSuggestion(d *draft, op protocol.Op) (made, error) {
	g, err := decode(op, func(g *localdb.Suggestion) error {
		g.Text, g.Field = clean.Text(g.Text, 0), clean.Line(g.Field, 0)
		return checkSuggestion(g, t.h.today())
	})
	if err != nil {
		return made{}, err
	}
	in, err := d.areas(g.Community)
	if err != nil {
		return made{}, err
	}
	return t.tip(d, op, record.Suggestion, g.ID, in, g)
}

func checkSuggestion(g *localdb.Suggestion, today directory.Day) error {
	bad := func(field, reason string) error { return &directory.RefusedError{Field: field, Reason: reason} }
	switch {
	case !isUUID(g.ID):
		return bad("id", "not_a_uuid")
	case !isUUID(g.Community):
		return bad("community", "not_a_uuid")
	case g.Text == "":
		return bad("text", "empty")
	case len([]rune(g.Text)) > maxSuggestion:
		return bad("text", "too_long")
	case len([]rune(g.Field)) > directory.MaxLine:
		return bad("field", "too_long")
	}
	for _, text := range []string{g.Text, g.Field} {
		f := privacy.CheckCPR(text, today)
		if f.Verdict == privacy.Stop || f.Verdict == privacy.Ask && !g.Confirmed {
			return &localdb.CPRError{Ask: f.Verdict == privacy.Ask, Start: f.Start, End: f.End}
		}
	}
	return nil
}

func (t *taking) planGap(d *draft, op protocol.Op) (made, error) {
	g, err := decode(op, checkGap)
	if err != nil {
		return made{}, err
	}
	m, err := t.tip(d, op, record.Gap, g.ID, record.Tokens(record.Area(g.Area)), g)
	var no *unfit
	if errors.As(err, &no) && no.code == protocol.RefusedTaken {
		return made{ref: refOf(record.Gap, g.ID)}, nil // the same gap of the same day: told once
	}
	return m, err
}

func checkGap(g *localdb.SearchGap) error {
	bad := func(field, reason string) error { return &directory.RefusedError{Field: field, Reason: reason} }
	g.Area = clean.Line(g.Area, 0)
	digits := strings.IndexFunc(g.Area, func(r rune) bool { return r >= '0' && r <= '9' })
	switch {
	case !isUUID(g.ID):
		return bad("id", "not_a_uuid")
	case !g.Day.Valid():
		return bad("day", "not_a_day")
	case len(g.Wishes) == 0 || len(g.Wishes) > 40 || slices.ContainsFunc(g.Wishes, func(w string) bool { return !match.IsGapWish(w) }):
		return bad("wishes", "not_allowed")
	case len([]rune(g.Area)) > 60 || digits >= 0 && privacy.CheckCPR(g.Area, g.Day).Verdict != privacy.Pass:
		return bad("area", "too_long")
	}
	return nil
}

// areas gives the tokens of a community, living or gone; Nowhere where it is not known.
func (d *draft) areas(community string) ([]string, error) {
	r, err := d.get(refOf(record.Community, community))
	if err != nil {
		return nil, err
	}
	if r.Deleted {
		return record.Tokens(r.Left...), nil
	}
	return record.Tokens(r.In...), nil
}

// guard looks for CPR numbers in every text and name of a referral or an event:
// only what surely is one, since nobody is there to be asked. Ids and codes are
// passed over: they look like CPR numbers. For communities it is localdb.GuardEdit.
func guard(body jsontext.Value, today directory.Day) error {
	if len(body) == 0 {
		return nil
	}
	d := jsontext.NewDecoder(strings.NewReader(string(body)))
	for d.PeekKind() > 0 {
		tok, err := d.ReadToken()
		if err != nil {
			return err
		}
		if k := tok.Kind(); k != '"' && k != '0' {
			continue
		}
		text := tok.String()
		kind, n := d.StackIndex(d.StackDepth())
		if name := kind == '{' && n%2 == 1; !name && (exempt[d.StackPointer().LastToken()] || exempt[parentOf(d.StackPointer())] || isUUID(text)) {
			continue
		}
		if f := privacy.CheckCPR(text, today); f.Verdict == privacy.Stop {
			return &localdb.CPRError{Start: f.Start, End: f.End}
		}
	}
	return nil
}

// parentOf is the name of the list that a text stands in.
func parentOf(p jsontext.Pointer) string {
	if _, err := strconv.Atoi(p.LastToken()); err != nil {
		return ""
	}
	return p.Parent().LastToken()
}

var exempt = map[string]bool{"id": true, "code": true, "previous_code": true}
