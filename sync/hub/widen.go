package hub

import (
	"context"
	"fmt"
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// widenEvents looks again at codes that were just pushed: where a referral and one
// of its events came at the same moment, from two places, neither plan saw the
// other, and the event would never reach the referral's organisation.
func (h *Hub) widenEvents(ctx context.Context, codes []string) error {
	slices.Sort(codes)
	for _, code := range slices.Compact(codes) {
		of, err := newDraft(h).byCode(referral.Code(code))
		if err != nil {
			return err
		}
		var in []string
		for _, r := range of.referrals {
			in = append(in, r.In...)
		}
		if len(of.referrals) == 0 {
			continue
		}
		if err := h.widenAll(ctx, referral.Code(code), record.Tokens(in...), 1); err != nil {
			return err
		}
	}
	return nil
}

// codeOf is the code that an operation concerns and whose events may have to be
// looked at again; "" where it concerns none, or cannot be read.
func codeOf(op protocol.Op) string {
	switch op.Kind {
	case protocol.OpReferral, protocol.OpEvent, protocol.OpCard:
		return codeIn(op.Body)
	}
	return ""
}

func codeIn(body []byte) string {
	var has struct {
		Code string `json:"code"`
	}
	if json.Unmarshal(body, &has) != nil {
		return ""
	}
	return has.Code
}

// reach is where the referrals of a code are, and where all of its events and cards are.
type reach struct {
	wanted, had []string
	any         bool // there are events or cards
}

// widenLeft does what widenEvents could not: the hub was killed between the push
// and the look after it, a backup was taken between them, or the log took no more.
// Nobody pushes these codes again, so nothing else would.
func (h *Hub) widenLeft(ctx context.Context) error {
	by := map[string]*reach{}
	err := h.store.EachRecord(ctx, record.FeedOf(record.Cases, ""), func(r record.Record) error {
		if r.Kind != record.Referral && r.Kind != record.Event && r.Kind != record.Card {
			return nil
		}
		code := codeIn(r.Body)
		x := by[code]
		if x == nil {
			x = new(reach)
			by[code] = x
		}
		switch {
		case r.Kind == record.Referral:
			x.wanted = append(x.wanted, r.In...)
		case !x.any:
			x.had, x.any = slices.Clone(r.In), true
		default:
			x.had = slices.DeleteFunc(x.had, func(t string) bool { return !slices.Contains(r.In, t) })
		}
		return nil
	})
	if err != nil {
		return err
	}
	var failed error // the last one: one alone says enough
	for code, x := range by {
		lacks := func(t string) bool { return t != record.Nowhere && !slices.Contains(x.had, t) }
		if code == "" || !x.any || !slices.ContainsFunc(x.wanted, lacks) {
			continue
		}
		if err := h.widenEvents(ctx, []string{code}); err != nil {
			failed = fmt.Errorf("events of a code: %w", err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return failed
}

// widenAll gives the stored events of a code more tokens, batch by batch, for as
// long as one would change at least so many.
func (h *Hub) widenAll(ctx context.Context, code referral.Code, in []string, least int) error {
	for more := true; more; {
		err := h.again(ctx, func() error {
			d := newDraft(h)
			err := widen(d, code, in)
			if more = len(d.writes) >= least; err != nil || !more {
				return err
			}
			_, err = h.append(ctx, d.writes, "widen")
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
