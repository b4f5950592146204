package hub

import (
	"context"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

// Status is what an administrator wants to know of a hub at a glance.
type Status struct {
	Name        string `json:"name"`
	Print       string `json:"print"` // of the hub's key, as invitations carry it
	PublicURL   string `json:"public_url,omitzero"`
	Communities int    `json:"communities"`
	Referrals   int    `json:"referrals"`
	Suggestions int    `json:"suggestions"`
	Conflicts   int    `json:"conflicts"`
	Devices     int    `json:"devices"` // that may come
	Revoked     int    `json:"revoked"`
	Epoch       uint64 `json:"epoch"`
	Seq         uint64 `json:"seq"`
	Floor       uint64 `json:"floor"`
	Durable     uint64 `json:"durable"` // in a backup that was read back
	// Unmet is how many devices have not met every erasure that concerns them.
	Unmet int `json:"unmet_erasures"`
	// Backup is when a backup was read back last, CertificateUntil when what the hub
	// shows for itself runs out; zero where that is not known.
	Backup           time.Time `json:"backup,omitzero"`
	CertificateUntil time.Time `json:"certificate_until,omitzero"`
	Audit            string    `json:"audit"`        // "ok", "broken" or "unwritten"
	Key              string    `json:"key"`          // what protects the store's key
	URL              string    `json:"url,omitzero"` // at which devices reach it
	Dir              string    `json:"dir"`
	Running          bool      `json:"running"` // answered by a hub that serves
}

// Status counts what is here.
func (h *Hub) Status(ctx context.Context) (Status, error) {
	st, err := h.log.State(ctx)
	if err != nil {
		return Status{}, err
	}
	s := Status{Name: h.id.Name, Print: h.Print(), PublicURL: h.id.PublicURL, Epoch: st.Epoch, Seq: st.Head, Floor: st.Floor,
		Durable: h.durable(st.Epoch), Audit: "ok", Dir: h.o.Dir}
	if a := h.auditState(); a != "" {
		s.Audit = a
	}
	for kind, n := range map[record.Kind]*int{record.Community: &s.Communities, record.Referral: &s.Referrals,
		record.Suggestion: &s.Suggestions, record.Conflict: &s.Conflicts} {
		err := h.store.EachRecord(ctx, record.FeedOf(kind.Family(), ""), func(r record.Record) error {
			if r.Kind == kind {
				*n++
			}
			return nil
		})
		if err != nil {
			return s, err
		}
	}
	ds, err := h.Devices(ctx)
	if err != nil {
		return s, err
	}
	for _, d := range ds {
		if d.Unmet > 0 {
			s.Unmet++
		}
		if d.RevokedAt.IsZero() {
			s.Devices++
		} else {
			s.Revoked++
		}
	}
	if r, err := h.store.Record(markRef.Kind, markRef.ID); err == nil && s.Durable > 0 {
		s.Backup = r.At
	}
	if h.o.URL != nil {
		s.URL = h.o.URL()
	}
	if h.o.CertificateUntil != nil {
		s.CertificateUntil = h.o.CertificateUntil()
	}
	of, err := h.store.Status()
	s.Key = of.Key
	return s, err
}
