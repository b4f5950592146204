package sim

import (
	"fmt"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// compare holds one machine against the log.
func (p *pc) compare(t *truth) {
	defer p.close()
	if !p.open() {
		return
	}
	w := p.w
	for range 3 {
		if err := p.client.Sync(p.ctx, nil); err != nil {
			w.wrong("%s: the last round: %v", p.name, err)
		}
	}
	r, err := p.client.Verify(p.ctx, false, nil)
	if err != nil || !r.OK {
		w.wrong("%s does not hold what the hub holds: %+v, %v", p.name, r, err)
	}
	feeds, err := p.store.Feeds()
	if err != nil {
		w.wrong("%s: %v", p.name, err)
	}
	for _, f := range feeds {
		p.sameFeed(t, f)
	}
	for _, family := range record.Families {
		p.nothingElse(t, family, feeds)
	}
	st, err := p.store.Status()
	if err != nil || st.Waiting != 0 || st.Refused != 0 {
		w.wrong("%s: %d wait, %d are refused, %v", p.name, st.Waiting, st.Refused, err)
	}
	p.sameStates(t, feeds)
	p.sameDirectory(t, feeds)
	w.count("machines held against the log")
}

// sameFeed holds a feed against the log: the digest that is kept, the one that is
// made anew of what is there, and the log's.
func (p *pc) sameFeed(t *truth, f record.Feed) {
	kept, _, err := p.store.Digests(p.ctx, f)
	if err != nil {
		p.w.wrong("%s: %v", p.name, err)
		return
	}
	var fresh, want record.Digests
	add := func(d *record.Digests, r *record.Record) {
		b := record.Bucket(r.ID)
		d[b] = d[b].Add(record.Sum(r))
	}
	err = p.store.EachRecord(p.ctx, f, func(r record.Record) error { add(&fresh, &r); return nil })
	if err != nil {
		p.w.wrong("%s: %v", p.name, err)
	}
	for i := range t.live {
		if f.Has(t.live[i].Kind, t.live[i].In) {
			given := f.Given(t.live[i])
			add(&want, &given)
		}
	}
	if kept != fresh || fresh != want {
		p.w.wrong("%s holds %d records of %s, by its count %d; the log has %d", p.name, fresh.Root().Count, f, kept.Root().Count, want.Root().Count)
		p.differences(t, f)
	}
}

func (p *pc) differences(t *truth, f record.Feed) {
	here := map[record.Ref]record.Record{}
	if err := p.store.EachRecord(p.ctx, f, func(r record.Record) error { here[r.Ref()] = r; return nil }); err != nil {
		p.w.wrong("%s: %v", p.name, err)
	}
	for _, r := range t.live {
		if !f.Has(r.Kind, r.In) {
			continue
		}
		h, there := here[r.Ref()]
		if !there {
			p.w.wrong("%s lacks %s %s at %d", p.name, r.Kind, short(r.ID), r.Seq)
		} else if record.Sum(&h) != record.Sum(&r) {
			p.w.wrong("%s has another %s %s: at %d, the log's at %d", p.name, r.Kind, short(r.ID), h.Seq, r.Seq)
		}
		delete(here, r.Ref())
	}
	for ref, r := range here {
		p.w.wrong("%s has a %s %s at %d that is not there", p.name, ref.Kind, short(ref.ID), r.Seq)
	}
}

// nothingElse says that a machine keeps nothing of a family but what its feeds
// carry: a kiosk no case, tip or ambassador, ever.
func (p *pc) nothingElse(t *truth, family record.Family, feeds []record.Feed) {
	n := 0
	err := p.store.EachRecord(p.ctx, record.FeedOf(family, ""), func(r record.Record) error {
		n++
		if !record.Carries(feeds, r.Kind, r.In) {
			p.w.wrong("%s keeps %s %s, which is none of its business: %v", p.name, r.Kind, short(r.ID), r.In)
		}
		return nil
	})
	if err != nil {
		p.w.wrong("%s: %v", p.name, err)
	}
	mayHave := family == record.Directory || p.role == protocol.Coordinator && family == record.Progress
	if (p.role == protocol.Kiosk || p.role == protocol.Coordinator) && !mayHave && n > 0 {
		p.w.wrong("a %s holds %d records of %s", p.role, n, family)
	}
}

// sameStates holds the state of every referral that is seen here against the log's.
func (p *pc) sameStates(t *truth, feeds []record.Feed) {
	rs, err := p.store.Referrals()
	if err != nil {
		p.w.wrong("%s: %v", p.name, err)
		return
	}
	seen := map[referral.Code]bool{}
	for _, r := range rs {
		if seen[r.Code] {
			p.w.wrong("%s shows %s twice", p.name, r.Code)
		}
		seen[r.Code] = true
		x, evs, err := p.store.Referral(r.Code)
		if err != nil {
			p.w.wrong("%s: %s: %v", p.name, r.Code, err)
			continue
		}
		want, known := t.states[r.Code]
		life := referral.StateOf(x, evs)
		got := life.State
		if !known {
			p.w.wrong("%s shows %s, which is not in the log", p.name, r.Code)
		} else if here, log := tellLife(life), tellLife(referral.StateOf(x, p.carried(t, feeds, r.Code))); here != log {
			p.w.wrong("%s tells the life of %s otherwise than the log:\n%s\n%s", p.name, r.Code, here, log)
		} else if got != want {
			p.w.wrong("%s has %s as %s, the log as %s: %s", p.name, r.Code, got, want, p.tellEvents(t, r.Code, evs))
		}
		p.w.count("states compared")
	}
	for _, r := range t.live {
		if r.Kind != record.Referral || !record.Carries(feeds, r.Kind, r.In) {
			continue
		}
		var x referral.Referral
		if err := json.Unmarshal(r.Body, &x); err != nil || !seen[x.Code] {
			p.w.wrong("%s does not show %s: %v", p.name, x.Code, err)
		}
	}
}

// carried are the events of a referral that is seen here which may be seen too.
func (p *pc) carried(t *truth, feeds []record.Feed, code referral.Code) (out []referral.Event) {
	for _, h := range t.events[code] {
		if record.Carries(feeds, record.Event, h.in) {
			out = append(out, h.event)
		} else {
			p.w.count("events that are seen by fewer than their referral")
		}
	}
	return out
}

// tellLife is a life word for word: what counts, what does not fit and what was taken
// back, each in its order and with all that it says.
func tellLife(l referral.Life) string {
	var b strings.Builder
	for i, evs := range [][]referral.Event{l.Events, l.Odd, l.Undone} {
		fmt.Fprintf(&b, "%s:", [...]string{"counts", "odd", "taken back"}[i])
		for _, e := range evs {
			e.Seq = 0
			said, err := json.Marshal(&e, json.Deterministic(true))
			fmt.Fprintf(&b, " %s %v", said, err)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func (p *pc) tellEvents(t *truth, code referral.Code, here []referral.Event) string {
	var b strings.Builder
	for _, e := range referral.Ordered(here) {
		fmt.Fprintf(&b, "[%s %s %s here %d log %d] ", short(e.ID), e.Kind, e.On, e.Seq, t.all["case.event."+e.ID].Seq)
	}
	return b.String()
}

// sameDirectory holds what a person reads here against the log: nothing that was
// settled lies on top of it any more.
func (p *pc) sameDirectory(t *truth, feeds []record.Feed) {
	want := map[string]record.Record{}
	for _, r := range t.live {
		if r.Kind == record.Community && record.Carries(feeds, r.Kind, r.In) {
			want[r.ID] = r
		}
	}
	err := p.store.EachCommunity(func(c *directory.Community) error {
		r, there := want[c.ID]
		delete(want, c.ID)
		b, err := json.Marshal(c)
		switch {
		case err != nil:
			return err
		case !there:
			p.w.wrong("%s shows community %s, which is not there", p.name, short(c.ID))
		case !sameJSON(b, r.Body):
			p.w.wrong("%s shows community %s otherwise than it is: %s, not %s", p.name, short(c.ID), b, r.Body)
		}
		return nil
	})
	if err != nil {
		p.w.wrong("%s: %v", p.name, err)
	}
	for id := range want {
		p.w.wrong("%s does not show community %s", p.name, short(id))
	}
}
