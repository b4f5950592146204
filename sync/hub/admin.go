package hub

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// Admin is what an administrator does with a hub: *Hub does it itself, and *Remote
// asks a running one to.
type Admin interface {
	Invite(ctx context.Context, i Invitation) (Invitation, error)
	Devices(ctx context.Context) ([]Device, error)
	Revoke(ctx context.Context, device string) error
	SetRole(ctx context.Context, device string, role protocol.Role) error
	EraseWhat(ctx context.Context, what ToErase) (n int, err error)
	Status(ctx context.Context) (Status, error)
	Identify(i directory.Identity) (*directory.Community, error)
	PutPeople(ctx context.Context, p People) error
	Import(ctx context.Context, edits []localdb.Edit, progress func(done, total int)) (conflicts int, err error)
	Rescue(ctx context.Context, sealed []byte) (Rescued, error)
	Backup(ctx context.Context, take func(Receipt, io.Reader) error) (Receipt, error)
}

// adminErrors are those that keep their meaning across the socket.
var adminErrors = map[string]error{
	"no_device": ErrNoDevice, "no_name": ErrNoName, "bad_role": ErrBadRole, "backup": ErrBackup, "no_card": ErrNoCard, "rescue": ErrRescue,
}

// Paths of the socket. There is no authority beyond being able to open it: it lies
// in the hub's folder and is its owner's alone.
const (
	adminInvite   = "/invite"
	adminDevices  = "/devices"
	adminRevoke   = "/revoke"
	adminRole     = "/role"
	adminErase    = "/erase"
	adminRescue   = "/rescue"
	adminStatus   = "/status"
	adminIdentify = "/identify"
	adminImport   = "/import"
	adminPeople   = "/people"
	adminBackup   = "/backup"
	adminKept     = "/kept"

	headerReceipt = "Backup-Receipt"
)

// AdminHandler answers administrators on the socket in the hub's folder.
func (h *Hub) AdminHandler() http.Handler {
	mux := http.NewServeMux()
	handle(h, mux, adminInvite, func(ctx context.Context, q Invitation) (Invitation, error) { return h.Invite(ctx, q) })
	handle(h, mux, adminDevices, func(ctx context.Context, _ struct{}) ([]Device, error) { return h.Devices(ctx) })
	handle(h, mux, adminRevoke, func(ctx context.Context, q protocol.Device) (struct{}, error) {
		return struct{}{}, h.Revoke(ctx, q.Device)
	})
	handle(h, mux, adminRole, func(ctx context.Context, q roleOf) (struct{}, error) {
		return struct{}{}, h.SetRole(ctx, q.Device, q.Role)
	})
	handle(h, mux, adminErase, func(ctx context.Context, q ToErase) (erasedSome, error) {
		n, err := h.EraseWhat(ctx, q)
		return erasedSome{n}, err
	})
	handle(h, mux, adminRescue, func(ctx context.Context, q rescueFile) (Rescued, error) { return h.Rescue(ctx, q.Sealed) })
	handle(h, mux, adminIdentify, func(_ context.Context, q directory.Identity) (*directory.Community, error) { return h.Identify(q) })
	handle(h, mux, adminStatus, func(ctx context.Context, _ struct{}) (Status, error) {
		s, err := h.Status(ctx)
		s.Running = true
		return s, err
	})
	handle(h, mux, adminPeople, func(ctx context.Context, q People) (struct{}, error) { return struct{}{}, h.PutPeople(ctx, q) })
	handle(h, mux, adminImport, func(ctx context.Context, q []localdb.Edit) (imported, error) {
		n, err := h.Import(ctx, q, nil)
		return imported{n}, err
	})
	handle(h, mux, adminKept, func(ctx context.Context, q Receipt) (struct{}, error) {
		return struct{}{}, h.setDurable(ctx, q.Position)
	})
	mux.HandleFunc("POST "+adminBackup, h.serveBackup)
	mux.Handle("GET /metrics", h.metrics.handler())
	return mux
}

type (
	roleOf struct {
		Device string        `json:"device"`
		Role   protocol.Role `json:"role"`
	}
	rescueFile struct {
		Sealed []byte `json:"sealed"`
	}
	erasedSome struct {
		Erased int `json:"erased"`
	}
)

type imported struct {
	Conflicts int `json:"conflicts"`
}

type adminError struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// handle answers a path with what a function gives.
func handle[Q, A any](h *Hub, mux *http.ServeMux, path string, fn func(context.Context, Q) (A, error)) {
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		var q Q
		err := json.UnmarshalRead(r.Body, &q)
		var a A
		if err == nil {
			a, err = fn(r.Context(), q)
		}
		h.adminReply(w, a, err)
	})
}

func (h *Hub) adminReply(w http.ResponseWriter, a any, err error) {
	status := http.StatusOK
	if err != nil {
		status = http.StatusConflict
		e := adminError{Text: err.Error()}
		for code, known := range adminErrors {
			if errors.Is(err, known) {
				e.Code = code
			}
		}
		a = e
	}
	b, err := json.Marshal(a)
	if err != nil {
		status, b = http.StatusInternalServerError, []byte("{}")
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if _, err := w.Write(b); err != nil {
		h.o.Logger.Debug("an administrator did not wait", "err", err)
	}
}

// serveBackup sends a backup that was read back. The durable mark moves when the
// administrator's program says that it lies where it is to lie.
func (h *Hub) serveBackup(w http.ResponseWriter, r *http.Request) {
	_, err := h.Backup(r.Context(), func(rec Receipt, f io.Reader) error {
		b, err := json.Marshal(rec)
		if err != nil {
			return err
		}
		w.Header().Set(headerReceipt, base64.StdEncoding.EncodeToString(b))
		w.Header().Set("Content-Type", "application/zstd")
		if _, err = io.Copy(w, f); err == nil {
			err = errSent
		}
		return err
	})
	if errors.Is(err, errSent) {
		return
	}
	if w.Header().Get(headerReceipt) != "" {
		panic(http.ErrAbortHandler) // half a backup must not look whole
	}
	h.adminReply(w, nil, err)
}

// errSent says that a backup was sent, and not yet that it is kept.
var errSent = errors.New("hub: the backup was sent")

// Remote is a hub that runs in another process, asked through its socket.
type Remote struct{ Client *http.Client }

// NewRemote makes one of a client whose connections go to the socket.
func NewRemote(c *http.Client) *Remote { return &Remote{c} }

func (m *Remote) post(ctx context.Context, path string, q any) (*http.Response, error) {
	b, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://hub"+path, bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	res, err := m.Client.Do(r)
	if err != nil || res.StatusCode == http.StatusOK {
		return res, err
	}
	defer res.Body.Close()
	var e adminError
	if err := json.UnmarshalRead(res.Body, &e); err != nil {
		return nil, fmt.Errorf("hub: %s: %s", path, res.Status)
	}
	if known := adminErrors[e.Code]; known != nil {
		return nil, known
	}
	return nil, errors.New(e.Text)
}

func ask[A any](ctx context.Context, m *Remote, path string, q any) (a A, err error) {
	res, err := m.post(ctx, path, q)
	if err != nil {
		return a, err
	}
	defer res.Body.Close()
	return a, json.UnmarshalRead(res.Body, &a)
}

// The methods of Admin.
func (m *Remote) Invite(ctx context.Context, i Invitation) (Invitation, error) {
	return ask[Invitation](ctx, m, adminInvite, i)
}
func (m *Remote) Devices(ctx context.Context) ([]Device, error) {
	return ask[[]Device](ctx, m, adminDevices, struct{}{})
}
func (m *Remote) Revoke(ctx context.Context, device string) error {
	_, err := ask[struct{}](ctx, m, adminRevoke, protocol.Device{Device: device})
	return err
}
func (m *Remote) SetRole(ctx context.Context, device string, role protocol.Role) error {
	_, err := ask[struct{}](ctx, m, adminRole, roleOf{device, role})
	return err
}
func (m *Remote) EraseWhat(ctx context.Context, what ToErase) (int, error) {
	n, err := ask[erasedSome](ctx, m, adminErase, what)
	return n.Erased, err
}
func (m *Remote) Rescue(ctx context.Context, sealed []byte) (Rescued, error) {
	return ask[Rescued](ctx, m, adminRescue, rescueFile{sealed})
}
func (m *Remote) Status(ctx context.Context) (Status, error) {
	return ask[Status](ctx, m, adminStatus, struct{}{})
}
func (m *Remote) Identify(i directory.Identity) (*directory.Community, error) {
	return ask[*directory.Community](context.Background(), m, adminIdentify, i)
}

func (m *Remote) PutPeople(ctx context.Context, p People) error {
	_, err := ask[struct{}](ctx, m, adminPeople, p)
	return err
}

// Import sends edits some at a time, so that progress can be told.
func (m *Remote) Import(ctx context.Context, edits []localdb.Edit, progress func(done, total int)) (conflicts int, err error) {
	done := 0
	for part := range batches(edits) {
		n, err := ask[imported](ctx, m, adminImport, part)
		if err != nil {
			return conflicts, err
		}
		conflicts += n.Conflicts
		if done += len(part); progress != nil {
			progress(done, len(edits))
		}
	}
	return conflicts, nil
}

// Backup fetches a backup, and says so to the hub when take has kept it.
func (m *Remote) Backup(ctx context.Context, take func(Receipt, io.Reader) error) (rec Receipt, err error) {
	res, err := m.post(ctx, adminBackup, struct{}{})
	if err != nil {
		return rec, err
	}
	defer res.Body.Close()
	b, err := base64.StdEncoding.DecodeString(res.Header.Get(headerReceipt))
	if err == nil {
		err = json.Unmarshal(b, &rec)
	}
	if err != nil {
		return rec, fmt.Errorf("hub: backup: %w", err)
	}
	if err := take(rec, res.Body); err != nil {
		return rec, err
	}
	_, err = ask[struct{}](ctx, m, adminKept, rec)
	return rec, err
}
