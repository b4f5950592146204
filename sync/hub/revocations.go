package hub

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/go-json-experiment/json"
)

// revocationsName is the list of the devices that were revoked, beside the log and
// outside every backup, as erasures are: a hub that comes back from an old backup
// must not let a machine in that was taken away since.
const revocationsName = "revocations.jsonl"

// revocation is a line of it: who, and enough to tell that machine so, also where
// the backup is from before it was enrolled. It holds no name.
type revocation struct {
	ID     string     `json:"id"`
	Device deviceBody `json:"device"`
}

func (h *Hub) noteRevocation(id string, d *deviceBody) error {
	h.noting.Lock()
	defer h.noting.Unlock()
	line := revocation{strings.ToLower(id), *d}
	line.Device.Name = ""
	return noteLine(filepath.Join(h.o.Dir, revocationsName), line)
}

// replayRevocations revokes again what a restored backup, or a crash, left standing.
func (h *Hub) replayRevocations(ctx context.Context) error {
	var all []revocation
	err := eachLine(filepath.Join(h.o.Dir, revocationsName), func(b []byte) {
		var x revocation
		if json.Unmarshal(b, &x) == nil && isUUID(x.ID) && !x.Device.RevokedAt.IsZero() {
			all = append(all, x)
		}
	})
	if err != nil {
		return err
	}
	for _, x := range all {
		if err := h.revokeAgain(ctx, x); err != nil {
			return err
		}
	}
	return nil
}

func (h *Hub) revokeAgain(ctx context.Context, x revocation) error {
	for range 5 {
		d, seq, err := h.device(x.ID)
		if err != nil || d != nil && !d.RevokedAt.IsZero() {
			return err
		}
		if d == nil {
			d = &x.Device
		}
		d.RevokedAt = x.Device.RevokedAt
		w, err := h.adminWrite(record.Device, x.ID, seq, d)
		if err != nil {
			return err
		}
		_, err = h.append(ctx, []write{w}, "revoke")
		var conflict *log.ConflictError
		if errors.As(err, &conflict) {
			if err := h.tide.reach(ctx, conflict.Seq); err != nil {
				return err
			}
			continue
		}
		h.audit.add(entry{Role: "hub", Action: "revoke", Object: x.ID, Result: resultOf(err)})
		return err
	}
	return errBusy
}
