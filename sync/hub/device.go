package hub

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
)

// deviceBody is the body of a device's record.
type deviceBody struct {
	Name           string        `json:"name"`
	Role           protocol.Role `json:"role"`
	Organisation   string        `json:"organisation"`
	Municipalities []string      `json:"municipalities,omitempty"`
	Key            []byte        `json:"key"`
	Program        string        `json:"program,omitzero"`
	EnrolledAt     time.Time     `json:"enrolled_at"`
	RevokedAt      time.Time     `json:"revoked_at,omitzero"`
}

// invitationBody is the body of an invitation's record. The code itself is not
// in it: Code and First are what the hub's secret makes of it and of its first
// half, so that a wrong second half can be counted.
type invitationBody struct {
	First          string        `json:"first"`
	Role           protocol.Role `json:"role"`
	Organisation   string        `json:"organisation"`
	Municipalities []string      `json:"municipalities,omitempty"`
	MadeAt         time.Time     `json:"made_at"`
	Until          time.Time     `json:"until"`
	Tries          int           `json:"tries,omitzero"`
	Device         string        `json:"device,omitzero"` // that used it
}

const maxTries = 5

// Invitation is what an administrator asks for, and gets with its code.
type Invitation struct {
	Role           protocol.Role `json:"role"`
	Organisation   string        `json:"organisation"`
	Municipalities []string      `json:"municipalities,omitempty"`
	Code           string        `json:"code,omitzero"`
	Until          time.Time     `json:"until,omitzero"`
}

// Invite makes an invitation: good once, for protocol.InvitationLife.
func (h *Hub) Invite(ctx context.Context, i Invitation) (Invitation, error) {
	i.Organisation = clean.Line(i.Organisation, 120)
	if i.Organisation == "" {
		return i, ErrNoName
	}
	if !slices.Contains(protocol.Roles, i.Role) {
		return i, ErrBadRole
	}
	var areas []string
	for _, m := range i.Municipalities {
		if m = clean.Line(m, 60); record.Area(m) != record.Nowhere {
			areas = append(areas, m)
		}
	}
	i.Municipalities = areas
	b := make([]byte, 10)
	if _, err := readRand(h.o.Rand, b); err != nil {
		return i, err
	}
	secret := protocol.Symbols(b)[:10]
	i.Code = protocol.Invitation{Secret: secret, Print: protocol.KeyPrint(h.id.public())}.String()
	i.Until = h.now().Add(protocol.InvitationLife)
	body := invitationBody{First: h.id.mac("first", secret[:5]), Role: i.Role, Organisation: i.Organisation,
		Municipalities: i.Municipalities, MadeAt: h.now(), Until: i.Until}
	w, err := h.adminWrite(record.Invitation, h.id.mac("invitation", secret), 0, body)
	if err != nil {
		return i, err
	}
	if _, err := h.append(ctx, []write{w}, "invite"); err != nil {
		return i, err
	}
	h.audit.add(entry{Role: "admin", Action: "invite", Object: w.rec.ID[:8], Result: string(i.Role)})
	return i, nil
}

// adminWrite is a record of the hub's own, expected at a sequence.
func (h *Hub) adminWrite(k record.Kind, id string, expect uint64, body any) (write, error) {
	b, err := json.Marshal(body, json.Deterministic(true))
	if err != nil {
		return write{}, fmt.Errorf("hub: encode: %w", err)
	}
	return write{rec: record.Record{Kind: k, ID: id, V: 1, At: h.now(), Body: b}, expect: expect}, nil
}

// errInvited is any reason for which an invitation is not taken: they are not
// told apart, so that guessing teaches nothing.
var errInvited = errors.New("hub: the invitation is wrong, used or too old")

// enrol makes a device of who holds an invitation. A reply that was lost can be
// asked for again by the same key while the invitation lasts.
func (h *Hub) enrol(ctx context.Context, q protocol.Enrol) (string, *deviceBody, error) {
	if len(q.Key) != ed25519.PublicKeySize ||
		protocol.Verify(q.Key, q.Text(), q.Proof) != nil {
		return "", nil, errInvited
	}
	if err := h.abreast(ctx); err != nil { // another node may have made the invitation just now
		return "", nil, err
	}
	for range 5 {
		id, d, err := h.enrolOnce(ctx, q)
		var conflict *log.ConflictError
		if errors.As(err, &conflict) {
			continue // somebody used it just now: look again
		}
		return id, d, err
	}
	return "", nil, errBusy
}

func (h *Hub) enrolOnce(ctx context.Context, q protocol.Enrol) (string, *deviceBody, error) {
	rec, inv, err := h.invitation(h.id.mac("invitation", q.Code))
	if err != nil {
		return "", nil, err
	}
	if inv == nil {
		return "", nil, errors.Join(errInvited, h.countTry(ctx, q.Code))
	}
	if inv.Tries >= maxTries || h.now().After(inv.Until) {
		return "", nil, errInvited
	}
	if inv.Device != "" {
		d, _, err := h.device(inv.Device)
		if err != nil || d == nil || string(d.Key) != string(q.Key) || !d.RevokedAt.IsZero() {
			return "", nil, errors.Join(errInvited, err)
		}
		return inv.Device, d, nil
	}
	id, err := h.newID()
	if err != nil {
		return "", nil, err
	}
	d := &deviceBody{Name: clean.Line(q.Name, 80), Role: inv.Role, Organisation: inv.Organisation,
		Municipalities: inv.Municipalities, Key: q.Key, Program: clean.Line(q.Program, 80), EnrolledAt: h.now()}
	inv.Device = id
	used, err := h.adminWrite(record.Invitation, rec.ID, rec.Seq, inv)
	if err != nil {
		return "", nil, err
	}
	made, err := h.adminWrite(record.Device, id, 0, d)
	if err != nil {
		return "", nil, err
	}
	if _, err := h.append(ctx, []write{used, made}, "enrol"); err != nil {
		return "", nil, err
	}
	h.audit.add(entry{Device: id, Role: string(d.Role), Action: "enrol", Object: rec.ID[:8], Result: "accepted"})
	return id, d, nil
}

// countTry counts a code whose first half is an invitation's against it.
func (h *Hub) countTry(ctx context.Context, code string) error {
	if len(code) < 5 {
		return nil
	}
	first := h.id.mac("first", code[:5])
	return h.eachAdmin(ctx, record.Invitation, func(r record.Record) error {
		var inv invitationBody
		if err := json.Unmarshal(r.Body, &inv); err != nil {
			return err
		}
		if inv.First != first || inv.Device != "" || inv.Tries >= maxTries {
			return nil
		}
		inv.Tries++
		w, err := h.adminWrite(record.Invitation, r.ID, r.Seq, inv)
		if err != nil {
			return err
		}
		_, err = h.append(ctx, []write{w}, "try")
		h.audit.add(entry{Role: "nobody", Action: "enrol", Object: r.ID[:8], Result: "wrong code"})
		return err
	})
}

func (h *Hub) invitation(mac string) (record.Record, *invitationBody, error) {
	r, err := h.store.Record(record.Invitation, mac)
	if errors.Is(err, localdb.ErrNotFound) || err == nil && r.Deleted {
		return r, nil, nil
	}
	if err != nil {
		return r, nil, err
	}
	inv := new(invitationBody)
	return r, inv, json.Unmarshal(r.Body, inv)
}

// device gives a device and the sequence of its record; nil where there is none.
func (h *Hub) device(id string) (*deviceBody, uint64, error) {
	if len(id) != 36 || uuid.Validate(id) != nil {
		return nil, 0, nil
	}
	r, err := h.store.Record(record.Device, strings.ToLower(id))
	if errors.Is(err, localdb.ErrNotFound) || err == nil && r.Deleted {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	d := new(deviceBody)
	return d, r.Seq, json.Unmarshal(r.Body, d)
}

// eachAdmin calls fn with the live records of one of the hub's own kinds.
func (h *Hub) eachAdmin(ctx context.Context, k record.Kind, fn func(record.Record) error) error {
	for after := uint64(0); ; {
		rs, err := h.store.After(ctx, record.Admin, after, 500)
		if err != nil || len(rs) == 0 {
			return err
		}
		after = rs[len(rs)-1].Seq
		for _, r := range rs {
			if r.Kind == k && !r.Deleted {
				if err := fn(r); err != nil {
					return err
				}
			}
		}
	}
}

// Device is a device as an administrator sees it.
type Device struct {
	ID             string        `json:"id"`
	Name           string        `json:"name"`
	Role           protocol.Role `json:"role"`
	Organisation   string        `json:"organisation"`
	Municipalities []string      `json:"municipalities,omitempty"`
	Program        string        `json:"program,omitzero"`
	EnrolledAt     time.Time     `json:"enrolled_at"`
	RevokedAt      time.Time     `json:"revoked_at,omitzero"`
	LastSeen       time.Time     `json:"last_seen,omitzero"`
	Position       uint64        `json:"position,omitzero"` // it had everything up to here
	// Unmet is how many erasures it has not met yet: until it has, what was erased
	// may be on it.
	Unmet int `json:"unmet_erasures,omitzero"`
}

// Devices lists the devices, revoked ones too, in the order of their enrolment.
func (h *Hub) Devices(ctx context.Context) ([]Device, error) {
	var out []Device
	gone, err := h.tombs()
	if err != nil {
		return nil, err
	}
	err = h.eachAdmin(ctx, record.Device, func(r record.Record) error {
		var d deviceBody
		if err := json.Unmarshal(r.Body, &d); err != nil {
			return err
		}
		s := h.seen.of(r.ID)
		out = append(out, Device{ID: r.ID, Name: d.Name, Role: d.Role, Organisation: d.Organisation, Municipalities: d.Municipalities,
			Program: d.Program, EnrolledAt: d.EnrolledAt, RevokedAt: d.RevokedAt, LastSeen: s.At, Position: s.Seq,
			Unmet: unmet(gone, &d, s.Seq)})
		return nil
	})
	slices.SortStableFunc(out, func(a, b Device) int { return a.EnrolledAt.Compare(b.EnrolledAt) })
	return out, err
}

// Revoke takes a device's rights away. It takes effect at its next request.
func (h *Hub) Revoke(ctx context.Context, id string) error {
	return h.changeDevice(ctx, id, "revoke", "", func(d *deviceBody) bool {
		if !d.RevokedAt.IsZero() {
			return false
		}
		d.RevokedAt = h.now()
		return true
	})
}

// SetRole gives a device another role. What it may no longer have leaves it at its
// next contact: its feeds are made of its role at every request.
func (h *Hub) SetRole(ctx context.Context, id string, role protocol.Role) error {
	if !slices.Contains(protocol.Roles, role) {
		return ErrBadRole
	}
	return h.changeDevice(ctx, id, "role", string(role), func(d *deviceBody) bool {
		if d.Role == role || !d.RevokedAt.IsZero() {
			return false
		}
		d.Role = role
		return true
	})
}

// changeDevice changes a device's record; change says whether there is anything to do.
func (h *Hub) changeDevice(ctx context.Context, id, action, what string, change func(*deviceBody) bool) error {
	for range 5 {
		d, seq, err := h.device(id)
		if err != nil {
			return err
		}
		if d == nil {
			return ErrNoDevice
		}
		if !change(d) {
			return nil
		}
		if !d.RevokedAt.IsZero() { // on its list before it is done
			if err := h.noteRevocation(id, d); err != nil {
				return err
			}
		}
		w, err := h.adminWrite(record.Device, strings.ToLower(id), seq, d)
		if err != nil {
			return err
		}
		_, err = h.append(ctx, []write{w}, action)
		var conflict *log.ConflictError
		if errors.As(err, &conflict) {
			continue
		}
		if what == "" || err != nil {
			what = resultOf(err)
		}
		h.audit.add(entry{Role: "admin", Action: action, Object: id, Result: what})
		return err
	}
	return errBusy
}
