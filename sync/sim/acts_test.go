package sim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
)

// marker is in everything that only some may see.
const marker = "zzmark"

// shift is a day at a machine: it is switched on, people do things, it is in step
// with the hub now and then, it is switched off.
func (p *pc) shift(plan day) {
	if err := rest(p.ctx, plan.from); err != nil {
		return
	}
	p.settled, p.round = 0, 0
	p.line.set(plan.weather)
	p.line.mu.Lock()
	p.line.cutOff = plan.cutOff
	p.line.mu.Unlock()
	if p.role != protocol.Kiosk && p.dice.IntN(10) == 0 { // somebody sets the clock, or the battery is flat
		p.setClock()
	}
	if !p.open() {
		return
	}
	if plan.cutOff {
		p.acts(plan.acts)
		return
	}
	if plan.running {
		p.run(plan)
		return
	}
	n := plan.acts
	for range plan.rounds {
		k := p.dice.IntN(n + 1)
		p.acts(k)
		n -= k
		if p.ctx.Err() != nil || p.dead || p.client == nil {
			return
		}
		if p.dice.IntN(10) == 0 { // the clock jumps while it is in step
			p.skew += time.Duration(p.dice.IntN(40)-20) * time.Minute
		}
		if err := p.sync(); err != nil && p.dead {
			return
		}
		if p.store == nil || p.ctx.Err() != nil {
			return
		}
		p.tray(3)
		p.conflicts()
	}
	p.acts(n)
}

// inStep notes that this machine has nothing to say to the hub that there is now.
func (p *pc) inStep() {
	p.settled = 0
	if p.store == nil || p.ctx.Err() != nil || p.dead || p.lost || p.waiting() > 0 {
		return
	}
	refused, err := p.store.Refused()
	if err != nil {
		p.w.wrong("%s: %v", p.name, err)
	}
	if len(refused) == 0 {
		p.settled = p.round
	}
}

// run has the client work by itself while people do things.
func (p *pc) run(plan day) {
	ctx, stop := context.WithCancel(p.ctx)
	ended := make(chan error, 1)
	go func() { ended <- p.client.Run(ctx) }()
	var err error
	over := false
	for range plan.acts + 1 {
		d := time.Duration(1+p.dice.IntN(4)) * time.Second
		select {
		case err = <-ended:
			over = true
		case <-time.After(d):
		}
		if over || p.ctx.Err() != nil {
			break
		}
		p.acts(1)
	}
	stop()
	if !over {
		err = <-ended
	}
	if p.ctx.Err() == nil || p.dead {
		_ = p.ended(err)
	}
}

// acts are things that people do, one after another.
func (p *pc) acts(n int) {
	for range n {
		if p.ctx.Err() != nil || p.dead || p.store == nil {
			return
		}
		p.act()
		p.w.book.note(p)
	}
}

func (p *pc) act() {
	x := p.dice.IntN(100)
	switch p.role {
	case protocol.Kiosk, protocol.Coordinator:
		switch {
		case x < 45:
			p.gap()
		case x < 86:
			p.suggest()
		case x < 92:
			p.check() // of a kiosk it is refused
		default:
			p.refer() // not for this role: it is refused, and nobody else's business
		}
	case protocol.Desk:
		switch {
		case x < 38:
			p.refer()
		case x < 66:
			p.event()
		case x < 72:
			p.keepCard()
		case x < 75:
			p.eraseCard()
		case x < 81:
			p.session()
		case x < 84:
			p.check()
		case x < 92:
			p.suggest()
		case x < 98:
			p.gap()
		default:
			p.edit() // not for this role
		}
	default:
		switch {
		case x < 15:
			p.refer()
		case x < 35:
			p.event()
		case x < 42:
			p.suggest()
		case x < 46:
			p.gap()
		case x < 58:
			p.ambassador()
		case x < 61:
			p.session()
		case x < 64:
			p.keepCard()
		case x < 66:
			p.eraseCard()
		case x < 88:
			p.edit()
		case x < 93:
			p.create()
		case x < 95:
			p.remove()
		case x < 98:
			p.closeTip()
		default:
			p.conflicts()
		}
	}
}

// did is what an act gives: what may be refused is no fault.
func (p *pc) did(what string, err error) {
	if err == nil || errors.Is(err, localdb.ErrDuplicate) {
		return
	}
	if len(directory.Problems(err)) > 0 {
		return
	}
	p.w.wrong("%s: %s: %v", p.name, what, err)
}

func (p *pc) uuid() string {
	id, err := uuid.NewV7FromReader(p.rand)
	if err != nil {
		panic(err)
	}
	return id.String()
}

func (p *pc) today() directory.Day { return directory.DayOf(p.now()) }

func (p *pc) refer() {
	code, err := referral.Draw(p.rand)
	if err != nil {
		panic(err)
	}
	communities := []string{p.uuid()}
	if ids := p.communities(); len(ids) > 0 {
		communities = []string{pick(p.dice, ids)}
	}
	r := referral.Referral{ID: p.uuid(), Code: code, At: p.today(), Organisation: p.org, Place: marker,
		Depth: pick(p.dice, referral.Depths), Communities: communities, Origin: referral.AskedFor, ShownBy: referral.ByProfessional}
	err = p.store.RecordReferral(r)
	p.did("referral", err)
	if err == nil {
		p.say("refers, %s", code)
		p.w.mu.Lock()
		p.w.known.all = append(p.w.known.all, string(code))
		p.w.mu.Unlock()
	}
}

// event is about a code that somebody brings: of this desk, of another one, or
// one that nobody recorded.
func (p *pc) event() {
	var code referral.Code
	p.w.mu.Lock()
	if n := len(p.w.known.all); n > 0 && p.dice.IntN(12) > 0 {
		code = referral.Code(p.w.known.all[n-1-p.dice.IntN(min(n, 25))])
	}
	p.w.mu.Unlock()
	if code == "" {
		var err error
		if code, err = referral.Draw(p.rand); err != nil {
			panic(err)
		}
		if p.dice.IntN(2) == 0 { // and its referral comes later
			p.w.mu.Lock()
			p.w.known.all = append(p.w.known.all, string(code))
			p.w.mu.Unlock()
		}
	}
	if rs, err := p.store.Referrals(); err == nil && len(rs) > 0 && p.dice.IntN(2) == 0 {
		code = rs[p.dice.IntN(min(len(rs), 4))].Code // one that several have something to say of
	}
	r, evs, err := p.store.Referral(code)
	if errors.Is(err, localdb.ErrLease) { // a clock that jumped, or weeks without the hub
		p.w.count("locked by the lease")
		return
	}
	if err != nil && !errors.Is(err, localdb.ErrNotFound) {
		p.w.wrong("%s: %v", p.name, err)
		return
	}
	kind := pick(p.dice, referral.Kinds)
	if fits := referral.Choices(referral.StateOf(r, evs)); len(fits) > 0 && p.dice.IntN(5) > 0 {
		kind = pick(p.dice, fits)
	}
	e := referral.Event{ID: p.uuid(), Code: code, Referral: r.ID, Kind: kind, On: p.today()}
	p.parts(&e, evs)
	p.did("event", p.store.RecordEvent(e))
	if p.dice.IntN(15) == 0 { // pressed twice
		p.did("event again", p.store.RecordEvent(e))
	}
}

// parts is what an event says besides its kind: what matters for who goes along, who,
// where and when, what was shown instead; that it was said late, and that it takes the
// place of another.
func (p *pc) parts(e *referral.Event, evs []referral.Event) {
	if p.dice.IntN(4) == 0 { // a slip that lay in the box
		e.On, e.Late = e.On.AddDays(-p.dice.IntN(9)), p.dice.IntN(2) == 0
	}
	if len(evs) > 0 && p.dice.IntN(6) == 0 {
		other := pick(p.dice, evs)
		e.Undoes = other.ID
		if p.dice.IntN(2) == 0 {
			e.Kind = referral.Unknown // and says nothing else
		} else {
			e.Kind, e.On = other.Kind, other.On
		}
		p.w.count("events taken back")
	}
	switch e.Kind {
	case referral.AccompanimentWanted:
		e.Wanted = &referral.Wanted{Area: pick(p.dice, areas), Times: []string{pick(p.dice, referral.Times)}, Languages: []string{"da"}}
	case referral.Arranged:
		e.Plan = &referral.Plan{With: p.uuid(), Where: marker, On: e.On.AddDays(1 + p.dice.IntN(6)), At: "09:30"}
	case referral.NoRoom, referral.DidNotFit:
		if p.dice.IntN(2) == 0 {
			e.Instead = []string{p.uuid()}
		}
	default:
		return
	}
	p.w.count("events with parts")
}

func (p *pc) suggest() {
	community := p.uuid()
	if ids := p.communities(); len(ids) > 0 {
		community = pick(p.dice, ids)
	}
	text := marker + " Telefonen passer ikke mere."
	if p.dice.IntN(25) == 0 {
		text += " " + poison
	}
	p.did("suggestion", p.store.Suggest(localdb.Suggestion{Community: community, Field: "contact", Text: text}))
}

func (p *pc) gap() {
	g := match.Gap{Wishes: []string{pick(p.dice, []string{"price:free", "time:evening", "weekday:2", "weekday:6", "group:seniors"})}}
	if p.dice.IntN(3) > 0 {
		g.Area = pick(p.dice, areas)
	}
	p.did("gap", p.store.RecordGap(g))
}

// communities gives the ids of what can be chosen here; the first ones are those
// that everybody likes.
func (p *pc) communities() (ids []string) {
	err := p.store.EachCommunity(func(c *directory.Community) error {
		if c.Source == "sim" && len(c.SourceID) == 1 {
			ids = append(ids, c.ID)
		}
		if p.dice.IntN(8) == 0 {
			ids = append(ids, c.ID)
		}
		return nil
	})
	if err != nil {
		p.w.wrong("%s: communities: %v", p.name, err)
	}
	return ids
}

func (p *pc) some() *directory.Community {
	ids := p.communities()
	if len(ids) == 0 {
		return nil
	}
	c, err := p.store.Community(pick(p.dice, ids))
	if err != nil {
		p.w.wrong("%s: %v", p.name, err)
		return nil
	}
	return c
}

func (p *pc) edit() {
	before := p.some()
	if before == nil {
		return
	}
	after := copyOf(before)
	text := fmt.Sprintf("%s %d", p.name, p.dice.IntN(1000))
	for range 1 + p.dice.IntN(2) {
		switch p.dice.IntN(12) {
		case 0, 1, 2:
			after.Summary = "Vi ses. " + text
		case 3, 4:
			after.Description = "Kom som du er. " + text
		case 5:
			after.Name = "Gruppen " + text
		case 6:
			after.Category = pick(p.dice, []string{"Motion", "Musik", "Mad"})
		case 7:
			after.Status = pick(p.dice, []directory.Status{directory.StatusPaused, directory.StatusClosed, ""})
		case 8:
			after.Places = nil // it has no place for a while
		default:
			after.Places = []directory.Place{{Name: "Salen", Municipality: pick(p.dice, p.homes())}}
		}
	}
	p.did("edit", p.store.EditCommunity(before, after))
}

// homes are where a guide moves a community to: now and then out of sight.
func (p *pc) homes() []string {
	if len(p.areas) == 0 || p.dice.IntN(6) == 0 {
		return areas
	}
	return p.areas
}

func (p *pc) create() {
	c := &directory.Community{Name: fmt.Sprintf("Ny gruppe %s %d", p.name, p.dice.IntN(1000)), Summary: "Vi begynder nu.",
		Places: []directory.Place{{Name: "Salen", Municipality: pick(p.dice, p.homes())}}}
	p.did("new community", p.store.EditCommunity(nil, c))
}

func (p *pc) remove() {
	if c := p.some(); c != nil {
		p.say("removes %s", short(c.ID))
		p.did("removal", p.store.EditCommunity(c, nil))
	}
}

// closeTip says that a suggestion or a gap was dealt with.
func (p *pc) closeTip() {
	if ts, err := p.store.Suggestions(); err != nil {
		p.w.wrong("%s: suggestions: %v", p.name, err)
	} else if len(ts) > 0 && p.dice.IntN(3) > 0 {
		p.did("closing a suggestion", p.store.CloseSuggestion(pick(p.dice, ts).ID, localdb.ClosedDone))
		return
	}
	if gs, err := p.store.Gaps(); err != nil {
		p.w.wrong("%s: gaps: %v", p.name, err)
	} else if len(gs) > 0 {
		p.did("closing a gap", p.store.CloseGap(pick(p.dice, gs).ID, localdb.ClosedDeclined))
	}
}

// conflicts settles some of those that are seen here.
func (p *pc) conflicts() {
	if p.role != protocol.Guide || p.store == nil {
		return
	}
	all, err := p.store.Conflicts()
	if err != nil {
		p.w.wrong("%s: conflicts: %v", p.name, err)
		return
	}
	for _, c := range all {
		if p.dice.IntN(3) == 0 {
			other := p.dice.IntN(2) == 0
			p.say("settles conflict %s, other: %v", short(c.ID), other)
			p.w.count("conflicts settled")
			p.did("conflict", p.store.Resolve(c, other))
			p.w.book.note(p)
		}
	}
}

// tray is what a person does about what was refused: one of every n.
func (p *pc) tray(n int) {
	if p.store == nil {
		return
	}
	all, err := p.store.Refused()
	if err != nil {
		p.w.wrong("%s: refused: %v", p.name, err)
		return
	}
	for _, r := range all {
		if p.dice.IntN(n) > 0 {
			continue
		}
		id := p.w.book.idOfRefused(p, r)
		if id == "" {
			p.w.wrong("%s: nobody did what was refused here: %s %d", p.name, r.Kind, r.Seq)
			continue
		}
		p.w.count("refused " + r.Fate.Code)
		p.w.book.refused(p, id, r.Fate.Code)
		if n > 1 && p.dice.IntN(3) == 0 && !bytes.Contains(r.Body, []byte(poison)) {
			p.say("has %s %s tried again, which was refused: %s", r.Kind, short(id), r.Fate.Code)
			err = p.store.Retry(r.Seq)
			p.w.book.settle(id)
			delete(p.holds, id)
			p.w.book.note(p)
		} else {
			p.say("discards %s %s, refused: %s %s", r.Kind, short(id), r.Fate.Code, r.Fate.Field)
			err = p.store.Discard(r.Seq)
			p.w.book.settle(id)
		}
		if err != nil {
			p.w.wrong("%s: tray: %v", p.name, err)
		}
	}
}

func copyOf(c *directory.Community) *directory.Community {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	out := new(directory.Community)
	if err := json.Unmarshal(b, out); err != nil {
		panic(err)
	}
	return out
}
