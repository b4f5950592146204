package client

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// identity is by what this machine knows its hub: the whole key, or while it
// enrols the print of it.
type identity struct {
	key   []byte
	print string
}

func (id identity) fits(key []byte) bool {
	if id.key != nil {
		return bytes.Equal(id.key, key)
	}
	return protocol.IsPrint(id.print, key)
}

// errOtherKey says that a hub answered, but another one.
var errOtherKey = errors.New("another hub, by the print of its key")

// met is who answered.
type met struct {
	hub  protocol.Hub
	skew time.Duration // by how much this machine's clock is behind the hub's
	date time.Time     // of the answer
	cert []*x509.Certificate
}

// meet asks who is there. It is the hub where the answer to a fresh nonce is
// signed by the hub's key; whatever else answers is named: a login page, another
// hub, a certificate that is not good, a clock that is wrong. Errors: *Error.
func (c *caller) meet(ctx context.Context) (*met, error) {
	m, err := c.who(ctx, c.wire)
	if err == nil {
		return m, c.speaks(&m.hub)
	}
	if badCertificate(err) {
		return c.judge(ctx, err)
	}
	return nil, namedStranger(err)
}

// judge finds out why a certificate is not good, by asking again over a
// connection that proves nothing, with a nonce and nothing else.
func (c *caller) judge(ctx context.Context, bad error) (*met, error) {
	certificate := &Error{Problem: Certificate, Err: bad}
	if c.line.given != nil {
		return nil, certificate
	}
	rt := c.line.unproved()
	defer rt.CloseIdleConnections()
	m, err := c.who(ctx, c.wire.over(rt))
	var stranger *strangerError
	if errors.As(err, &stranger) && stranger.page {
		return nil, &Error{Problem: Portal, Err: err}
	}
	if c.id.key == nil && errors.Is(err, errOtherKey) {
		return nil, err // one who enrols mistyped the code, or the address: the certificate is not the matter
	}
	if err != nil || len(m.cert) == 0 {
		return nil, certificate
	}
	now, leaf := c.wire.now(), m.cert[0]
	within := func(t time.Time) bool { return !t.Before(leaf.NotBefore) && !t.After(leaf.NotAfter) }
	if !within(now) && within(m.date) {
		return nil, &Error{Problem: Clock, Skew: m.date.Sub(now).Round(time.Second), Err: bad}
	}
	if !soundPEM(m.hub.CA) || vouched(m.cert, m.hub.CA, c.wire.base.Hostname(), now) != nil {
		return nil, certificate
	}
	c.line.trust(m.hub.CA)
	if m, err = c.who(ctx, c.wire); err != nil {
		if badCertificate(err) {
			return nil, certificate
		}
		return nil, namedStranger(err)
	}
	return m, c.speaks(&m.hub)
}

// namedStranger gives the problem of an answer to "who is there".
func namedStranger(err error) error {
	var stranger *strangerError
	var status *statusError
	switch {
	case errors.As(err, &stranger) && stranger.page:
		return &Error{Problem: Portal, Err: err}
	case errors.As(err, &stranger):
		return &Error{Problem: NotHub, Err: err}
	case errors.As(err, &status):
		return status.problem()
	}
	return err
}

// who asks once, over the wire given, and checks the signature.
func (c *caller) who(ctx context.Context, w *wire) (*met, error) {
	var b [16]byte
	if _, err := io.ReadFull(w.dice.r, b[:]); err != nil {
		return nil, err
	}
	nonce := hex.EncodeToString(b[:])
	before := w.now()
	got, err := w.do(ctx, &ask{method: http.MethodGet, path: protocol.PathHub,
		query: url.Values{"nonce": {nonce}}, most: protocol.MaxReply})
	if err != nil {
		return nil, err
	}
	after := w.now()
	hub, err := decode[protocol.Hub](got, "who is there")
	if err != nil {
		return nil, err
	}
	if !c.id.fits(hub.Key) {
		return nil, problem(NotHub, "%w: %s", errOtherKey, protocol.KeyPrint(hub.Key))
	}
	if err := protocol.Verify(hub.Key, hub.Text(nonce), hub.Signature); err != nil {
		return nil, hostile("who is there: %w", err)
	}
	m := &met{hub: *hub, skew: hub.Time.Sub(before.Add(after.Sub(before) / 2)).Round(time.Second), date: hub.Time, cert: got.cert}
	if d, err := http.ParseTime(got.header.Get("Date")); err == nil {
		m.date = d
	}
	return m, nil
}

// speaks says whether the hub is new enough for this program. Whether the program
// is new enough for the hub is said by the hub, request by request: it answers
// those who read for longer than those who write.
func (c *caller) speaks(hub *protocol.Hub) error {
	if hub.Max < protocol.MinVersion {
		return problem(HubVersion, "the hub speaks %d–%d, this program %d and newer", hub.Min, hub.Max, protocol.MinVersion)
	}
	c.wire.version.Store(int32(min(hub.Max, protocol.Version)))
	return nil
}
