package client

import (
	"context"
	"crypto/ed25519"
	"errors"
	"net/http"
	"net/url"

	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// caller is a machine that speaks to a hub which it knows by id.
type caller struct {
	line *line
	wire *wire
	id   identity
}

func newCaller(base *url.URL, ca []byte, id identity, o *Options) *caller {
	l := newLine(o, ca)
	return &caller{line: l, wire: newWire(base, l, o), id: id}
}

// do sends a request. An answer that no hub gives, and a certificate that is not
// good, are looked into before anybody is told of them.
func (c *caller) do(ctx context.Context, a *ask) (*answer, error) {
	got, err := c.wire.do(ctx, a)
	var stranger *strangerError
	bad := badCertificate(err)
	if !bad && !errors.As(err, &stranger) {
		return got, err
	}
	if _, merr := c.meet(ctx); merr != nil {
		return nil, merr
	}
	if bad { // the hub vouched for it meanwhile
		if got, err = c.wire.do(ctx, a); !errors.As(err, &stranger) && !badCertificate(err) {
			return got, err
		}
	}
	// The hub is there, and yet its answer came as something else.
	return nil, &Error{Problem: Damaged, Err: err}
}

// post sends JSON and gives the JSON that comes back.
func post[T any](ctx context.Context, c *caller, path, token string, v any) (*T, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	got, err := c.do(ctx, &ask{method: http.MethodPost, path: path, body: body, token: token, most: protocol.MaxReply})
	if err != nil {
		return nil, err
	}
	return decode[T](got, path)
}

// isRevocation says whether a body may be a protocol.Revoked.
func isRevocation(body []byte) bool {
	var r protocol.Revoked
	return json.Unmarshal(body, &r) == nil && len(r.Signature) == ed25519.SignatureSize && r.Device != ""
}

// problem gives an answer other than yes its meaning where it has the same one
// everywhere. What sessions, deltas and pushes act on is looked at before.
func (e *statusError) problem() *Error {
	p := HubFault
	switch e.status {
	case http.StatusForbidden, http.StatusNotFound, http.StatusUnauthorized:
		p = Unknown
		if e.refusal.Code == protocol.CodeInvited {
			p = Invitation
		}
	case http.StatusUpgradeRequired:
		p = Version
		if e.refusal.Max > 0 && e.refusal.Max < protocol.Version {
			p = HubVersion
		}
	case http.StatusTooManyRequests:
		p = Busy
	case http.StatusServiceUnavailable, http.StatusBadGateway, http.StatusGatewayTimeout:
		p = Later
	case http.StatusInsufficientStorage:
		p = Full
	}
	return &Error{Problem: p, After: e.after, Err: e}
}

// is says whether an error is the hub's answer with this code.
func is(err error, code string) bool {
	var s *statusError
	return errors.As(err, &s) && s.refusal.Code == code
}

// meant gives the error of an exchange for those outside: a *statusError that
// nobody acted on becomes a problem.
func meant(err error) error {
	var known *Error
	var s *statusError
	if !errors.As(err, &known) && errors.As(err, &s) {
		return s.problem()
	}
	return err
}
