package hub

import (
	"context"
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
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
