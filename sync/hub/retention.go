package hub

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
)

// How long things are kept (DESIGN §9, findings/reliability §4.3).
const (
	caseMonths    = 24
	tombstoneDays = 400
)

// keepHouse does what time asks for. What fails is tried again an hour later.
func (h *Hub) keepHouse(ctx context.Context) {
	for _, do := range []struct {
		what string
		fn   func(context.Context) error
	}{
		{"erasures", h.finishErasures}, {"old cards", h.expireCards}, {"keys of cards", h.sweepCards}, {"old cases", h.retire}, {"events of referrals", h.widenLeft}, {"old invitations", h.forgetInvitations}, {"old tombstones", h.purge},
		{"old audit", func(context.Context) error { return errors.Join(h.audit.sync(), h.audit.tidy()) }},
		{"manifests", h.sweepManifests},
	} {
		if err := do.fn(ctx); err != nil && ctx.Err() == nil {
			h.o.Logger.Error("keeping house", "what", do.what, "err", err)
		}
	}
}

// aggregate is what is left of a month's cases of one organisation when they are
// too old to keep: counts, and nothing that points at one of them.
type aggregate struct {
	Month        string         `json:"month"`
	Organisation string         `json:"organisation"`
	In           []string       `json:"in,omitempty"`
	Counts       map[string]int `json:"counts"`
}

func (a *aggregate) ref() record.Ref {
	id := uuid.NewSHA1(uuid.NameSpaceURL, []byte("vejviser aggregate\x00"+a.Month+"\x00"+a.Organisation+"\x00"+strings.Join(a.In, "\x00")))
	return record.Ref{Kind: record.Aggregate, ID: id.String()}
}

// retire counts referrals that are too old into their month, and lays them to rest
// with their events: in one batch each, so that none is counted twice or not at all.
// Events that are too many for one batch follow. What fails keeps nothing else.
func (h *Hub) retire(ctx context.Context) error {
	t, err := h.today().Time()
	if err != nil {
		return err
	}
	oldest := directory.DayOf(t.AddDate(0, -caseMonths, 0))
	var old []record.Record
	var lone, sessions []record.Record
	err = h.store.EachRecord(ctx, record.FeedOf(record.Cases, ""), func(r record.Record) error {
		var v struct {
			At directory.Day `json:"at"`
			On directory.Day `json:"on"`

			Codes []referral.Code `json:"codes"`
		}
		if err := json.Unmarshal(r.Body, &v); err != nil {
			return err
		}
		r.Body = nil
		switch {
		case r.Kind == record.Referral && ageFrom(v.At, r.At) < oldest:
			old = append(old, r)
		case r.Kind == record.Event && ageFrom(v.On, r.At) < oldest:
			lone = append(lone, r)
		case r.Kind == record.Session && len(v.Codes) > 0 && ageFrom(v.On, r.At) < oldest:
			sessions = append(sessions, r)
		}
		return nil
	})
	if err != nil {
		return err
	}
	var failed error // the last one: one alone says enough
	n := 0
	for _, r := range old {
		if err := h.retireOne(ctx, r.ID); err != nil {
			failed = fmt.Errorf("referral %s: %w", r.ID, err)
		} else {
			n++
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	for _, e := range lone {
		if err := h.retireEvent(ctx, e.ID); err != nil {
			failed = fmt.Errorf("event %s: %w", e.ID, err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	for _, s := range sessions {
		if err := h.forgetCodes(ctx, s.ID); err != nil {
			failed = fmt.Errorf("session %s: %w", s.ID, err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if n > 0 {
		h.o.Logger.Info("old cases are counts now", "n", n)
	}
	return failed
}

// ageFrom is the day from which a case is kept: the one that its machine says,
// unless that is of a wrong clock. A day that would be too old when the hub took it
// in, or that had not come yet, is.
func ageFrom(said directory.Day, taken time.Time) directory.Day {
	day := directory.DayOf(taken)
	if taken.IsZero() || said <= day && said >= directory.DayOf(taken.AddDate(0, -caseMonths, 0)) {
		return said
	}
	return day
}

func (h *Hub) retireOne(ctx context.Context, id string) error {
	var rest []record.Record
	err := h.again(ctx, func() error {
		rest = nil
		d := newDraft(h)
		rec, err := d.get(refOf(record.Referral, id))
		if err != nil || rec.Deleted || rec.Kind == "" {
			return err
		}
		var r referral.Referral
		if err := json.Unmarshal(rec.Body, &r); err != nil {
			return err
		}
		of, err := d.byCode(r.Code)
		if err != nil {
			return err
		}
		evs := of.events
		a := &aggregate{Month: string(r.At)[:7], Organisation: r.Organisation, In: rec.In, Counts: map[string]int{}}
		was, err := d.get(a.ref())
		if err != nil {
			return err
		}
		if was.Kind != "" {
			if err := json.Unmarshal(was.Body, a); err != nil {
				return err
			}
		}
		for what := range factsOf(r, eventsOf(evs, r)) {
			a.Counts[what]++
		}
		body, err := json.Marshal(a, json.Deterministic(true))
		if err != nil {
			return err
		}
		ref := a.ref()
		if err := d.put(record.Record{Kind: ref.Kind, ID: ref.ID, V: 1, Body: body}, ""); err != nil {
			return err
		}
		for _, x := range append([]record.Record{rec}, evs...) {
			if x.Kind == record.Event && !only(x, r) {
				continue
			}
			if len(d.writes) > eventsAtOnce {
				rest = append(rest, x)
				continue
			}
			if err := d.put(record.Record{Kind: x.Kind, ID: x.ID, V: x.V, Deleted: true}, ""); err != nil {
				return err
			}
		}
		_, err = h.append(ctx, d.writes, "retire")
		return err
	})
	for part := range slices.Chunk(rest, eventsAtOnce) {
		if err == nil {
			err = h.again(ctx, func() error { return h.bury(ctx, part) })
		}
	}
	return err
}

// forgetCodes leaves of an old session how many came.
func (h *Hub) forgetCodes(ctx context.Context, id string) error {
	return h.again(ctx, func() error {
		d := newDraft(h)
		rec, err := d.get(refOf(record.Session, id))
		if err != nil || !alive(rec) {
			return err
		}
		var s practice.Session
		if err := json.Unmarshal(rec.Body, &s); err != nil {
			return err
		}
		s.Codes = nil
		if rec.Body, err = json.Marshal(&s, json.Deterministic(true)); err != nil {
			return err
		}
		if err := d.put(rec, ""); err != nil {
			return err
		}
		_, err = h.append(ctx, d.writes, "retire")
		return err
	})
}

// bury lays records to rest that are still there.
func (h *Hub) bury(ctx context.Context, rs []record.Record) error {
	d := newDraft(h)
	for _, r := range rs {
		now, err := d.get(r.Ref())
		if err == nil && now.Kind != "" && !now.Deleted {
			err = d.put(record.Record{Kind: r.Kind, ID: r.ID, V: r.V, Deleted: true}, "")
		}
		if err != nil {
			return err
		}
	}
	if len(d.writes) == 0 {
		return nil
	}
	_, err := h.append(ctx, d.writes, "retire")
	return err
}

// retireEvent lays an event to rest whose referral never came, or is gone.
func (h *Hub) retireEvent(ctx context.Context, id string) error {
	return h.again(ctx, func() error {
		d := newDraft(h)
		rec, err := d.get(refOf(record.Event, id))
		if err != nil || rec.Deleted || rec.Kind == "" {
			return err
		}
		var e referral.Event
		if err := json.Unmarshal(rec.Body, &e); err != nil {
			return err
		}
		of, err := d.byCode(e.Code)
		if err != nil || len(of.referrals) > 0 {
			return err // it goes with its referral
		}
		if err := d.put(record.Record{Kind: record.Event, ID: id, V: rec.V, Deleted: true}, ""); err != nil {
			return err
		}
		_, err = h.append(ctx, d.writes, "retire")
		return err
	})
}

// only says that an event is this referral's and not another's with the same code.
func only(x record.Record, r referral.Referral) bool {
	var e referral.Event
	return json.Unmarshal(x.Body, &e) == nil && (e.Referral == "" || e.Referral == r.ID)
}

// eventsOf reads the events of a referral, with their place in the log.
func eventsOf(recs []record.Record, r referral.Referral) []referral.Event {
	var out []referral.Event
	for _, x := range recs {
		var e referral.Event
		if json.Unmarshal(x.Body, &e) == nil && (e.Referral == "" || e.Referral == r.ID) {
			e.Seq = x.Seq
			out = append(out, e)
		}
	}
	return out
}

// again repeats what somebody was faster with.
func (h *Hub) again(ctx context.Context, fn func() error) error {
	for try := 0; ; try++ {
		err := fn()
		var conflict *log.ConflictError
		if !errors.As(err, &conflict) || try == planTries {
			return err
		}
		if err := h.tide.reach(ctx, conflict.Seq); err != nil {
			return err
		}
	}
}

// forgetInvitations lays invitations to rest that nobody can use any more.
func (h *Hub) forgetInvitations(ctx context.Context) error {
	var ids []string
	err := h.eachAdmin(ctx, record.Invitation, func(r record.Record) error {
		var inv invitationBody
		if err := json.Unmarshal(r.Body, &inv); err != nil {
			return err
		}
		if h.now().Sub(inv.Until) > 24*time.Hour {
			ids = append(ids, r.ID)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for part := range slices.Chunk(ids, 100) {
		err := h.again(ctx, func() error {
			d := newDraft(h)
			for _, id := range part {
				if err := d.put(record.Record{Kind: record.Invitation, ID: id, V: 1, Deleted: true}, ""); err != nil {
					return err
				}
			}
			_, err := h.append(ctx, d.writes, "forget")
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// purge raises the log's floor over tombstones that everybody who still comes has
// seen. A device that was away for longer compares digests instead.
func (h *Hub) purge(ctx context.Context) error {
	before := h.now().AddDate(0, 0, -tombstoneDays)
	var floor uint64
	for _, f := range append(slices.Clone(record.Families), record.Admin) {
		for after := uint64(0); ; {
			rs, err := h.store.After(ctx, f, after, 500)
			if err != nil {
				return err
			}
			if len(rs) == 0 {
				break
			}
			after = rs[len(rs)-1].Seq
			for _, r := range rs {
				if r.Deleted && r.At.Before(before) {
					floor = max(floor, r.Seq)
				}
			}
		}
	}
	st, err := h.log.State(ctx)
	if err != nil || floor == 0 {
		return err
	}
	if floor > st.Floor {
		h.o.Logger.Info("old tombstones go", "floor", floor)
		if err := h.log.Purge(ctx, floor); err != nil {
			return err
		}
	}
	h.floor.Store(max(floor, st.Floor))
	return h.store.Forget(ctx, floor)
}

func (h *Hub) sweepManifests(ctx context.Context) error {
	var live []cut
	err := h.eachAdmin(ctx, record.Device, func(r record.Record) error {
		var d deviceBody
		if err := json.Unmarshal(r.Body, &d); err != nil {
			return err
		}
		for v := protocol.MinVersion; v <= protocol.Version && d.RevokedAt.IsZero(); v++ {
			if hold := h.holdingsFor(&d, v); hold != nil {
				live = append(live, cutsOf(hold)...)
			}
		}
		return nil
	})
	if err == nil {
		h.manifests.sweep(live)
	}
	return err
}
