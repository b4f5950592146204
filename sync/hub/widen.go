package hub

import (
	"context"
	"errors"
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/log"
)

// widenEvents looks again at codes that were just pushed: where a referral and one
// of its events came at the same moment, from two places, neither plan saw the
// other, and the event would never reach the referral's organisation.
func (h *Hub) widenEvents(ctx context.Context, codes []string) error {
	slices.Sort(codes)
	for _, code := range slices.Compact(codes) {
		for try := 0; ; try++ {
			err := h.widenOnce(ctx, referral.Code(code))
			var conflict *log.ConflictError
			if err == nil {
				break
			}
			if !errors.As(err, &conflict) || try == planTries {
				return err
			}
			if err := h.tide.reach(ctx, conflict.Seq); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h *Hub) widenOnce(ctx context.Context, code referral.Code) error {
	d := newDraft(h)
	rs, _, err := d.byCode(code)
	if err != nil || len(rs) == 0 {
		return err
	}
	var in []string
	for _, r := range rs {
		in = append(in, r.In...)
	}
	if err := widen(d, code, record.Tokens(in...)); err != nil || len(d.writes) == 0 {
		return err
	}
	_, err = h.append(ctx, d.writes, "widen")
	return err
}
