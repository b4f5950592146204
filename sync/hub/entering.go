package hub

import (
	"errors"
	"net/http"
	"time"

	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// serveHub says who is there, signed over the caller's nonce.
func (h *Hub) serveHub(w *reply, r *http.Request, _ *caller) error {
	nonce := r.URL.Query().Get("nonce")
	if len(nonce) < 16 || len(nonce) > 64 {
		return malformed("nonce")
	}
	self := h.self()
	self.Signature = h.id.sign(self.Text(nonce))
	return w.json(http.StatusOK, self)
}

func (h *Hub) self() protocol.Hub {
	return protocol.Hub{Name: h.id.Name, Key: h.id.public(), Min: protocol.MinVersion, Max: protocol.Version, Time: h.now(), CA: h.o.CA}
}

// serveEnrol takes a device in. Wrong codes are counted by address and at all.
func (h *Hub) serveEnrol(w *reply, r *http.Request, who *caller) error {
	if wait := h.limits.mayTryCode(who.address); wait > 0 {
		return slowDown(wait)
	}
	var q protocol.Enrol
	if err := w.body(r, &q); err != nil {
		return err
	}
	id, d, err := h.enrol(r.Context(), q)
	if errors.Is(err, errInvited) {
		if wait := h.limits.wrongCode(who.address); wait > 0 {
			return slowDown(wait)
		}
		h.audit.add(entry{Role: "nobody", Action: "enrol", Result: "refused"})
		return refusal(http.StatusForbidden, protocol.CodeInvited)
	}
	if err != nil {
		return err
	}
	yes := protocol.Enrolled{Device: id, Hub: h.self(), Role: d.Role, Organisation: d.Organisation, Municipalities: d.Municipalities, PublicURL: h.id.PublicURL}
	yes.Signature = h.id.sign(yes.Text(d.Key))
	return w.json(http.StatusOK, yes)
}

func (h *Hub) serveNonce(w *reply, r *http.Request, _ *caller) error {
	var q protocol.Device
	if err := w.body(r, &q); err != nil {
		return err
	}
	if len(q.Device) != 36 {
		return malformed("device")
	}
	n, err := h.sessions.nonce(q.Device)
	if err != nil {
		return err
	}
	return w.json(http.StatusOK, protocol.Nonce{Nonce: n})
}

// serveSession gives a token to who holds the device's key. A device that is not
// known and one that signs wrongly get the same answer, not_found.
func (h *Hub) serveSession(w *reply, r *http.Request, who *caller) error {
	var q protocol.SessionRequest
	if err := w.body(r, &q); err != nil {
		return err
	}
	if len(q.Device) != 36 || !h.sessions.fits(q.Nonce, q.Device) {
		return refusal(http.StatusUnauthorized, protocol.CodeToken)
	}
	// What another node of the cluster told the device must not be unknown here: a
	// counter that is behind would have it send again what is known.
	if err := h.abreast(r.Context()); err != nil {
		return err
	}
	d, _, err := h.device(q.Device)
	if err != nil {
		return err
	}
	if d == nil || protocol.Verify(d.Key, q.Text(h.id.Name), q.Signature) != nil {
		h.metrics.strangers.Inc()
		if h.limits.mayNote() {
			h.audit.add(entry{Role: "nobody", Action: "session", Object: q.Device, Result: "refused"})
		}
		return notFound
	}
	if !h.sessions.answer(q.Nonce, q.Device) {
		return refusal(http.StatusUnauthorized, protocol.CodeToken)
	}
	if !d.RevokedAt.IsZero() {
		h.audit.add(entry{Device: q.Device, Role: string(d.Role), Action: "session", Result: "revoked"})
		return h.revoked(q.Device, d)
	}
	hold := h.holdingsFor(d, who.version)
	if hold == nil {
		return notFound
	}
	c, err := h.counter(q.Device)
	if err != nil {
		return err
	}
	token, err := h.sessions.open(q.Device)
	if err != nil {
		return err
	}
	h.seen.mark(q.Device, h.now(), 0)
	return w.json(http.StatusOK, protocol.Session{
		Token: token, Expires: int(protocol.TokenLife.Seconds()), Role: d.Role, Organisation: d.Organisation,
		Municipalities: d.Municipalities, PublicURL: h.id.PublicURL, Feeds: feedsOf(hold),
		Position: h.tide.now(), Floor: h.floor.Load(), Counter: c.Counter, Time: h.now(), Chunks: protocol.MaxChunks,
		Lease: h.lease(d.Role), Last: c.Last,
	})
}

// revoked is the signed answer that makes a device wipe itself.
func (h *Hub) revoked(id string, d *deviceBody) *refuse {
	no := protocol.Revoked{Device: id, At: d.RevokedAt.UTC().Truncate(time.Second)}
	no.Signature = h.id.sign(no.Text())
	return &refuse{status: http.StatusForbidden, body: no}
}
