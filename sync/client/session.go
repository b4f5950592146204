package client

import (
	"context"
	"crypto/ed25519"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// session is a token and what the hub said with it. No clock ends it: the hub
// answers 401 when it is over.
type session struct {
	protocol.Session
	n int
}

// errMoved says that the hub's answer made the session out of date: the round
// begins again.
var errMoved = errors.New("sync: feeds or epoch changed")

// session gives the session of now, or opens one.
func (c *Client) session(ctx context.Context) (*session, error) {
	if err := hold(ctx, c.opening); err != nil {
		return nil, err
	}
	defer release(c.opening)
	c.mu.Lock()
	s := c.current
	c.mu.Unlock()
	if s != nil {
		return s, nil
	}
	got, err := c.open(ctx)
	if err != nil {
		return nil, meant(err)
	}
	if err := c.admit(got); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.wake() // the hub may have come back from a backup
	c.opened++
	c.current = &session{*got, c.opened}
	return c.current, nil
}

// drop forgets a session, unless another has taken its place.
func (c *Client) drop(s *session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == s {
		c.current = nil
	}
}

// open makes sure that it is the hub, and proves this device's key to it. A
// nonce is good once, so a lost answer means beginning again.
func (c *Client) open(ctx context.Context) (*protocol.Session, error) {
	m, err := c.meet(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.note(func(k *localdb.Contact) { k.Skew = m.skew }); err != nil {
		return nil, err
	}
	var s *protocol.Session
	for n := range tries {
		if n > 0 {
			if err := sleep(ctx, c.wire.dice.backoff(n-1)); err != nil {
				return nil, err
			}
		}
		s, err = c.prove(ctx, m.hub.Name)
		var status *statusError
		again := errors.As(err, &status) && status.status == http.StatusUnauthorized
		if !again && ProblemOf(err) != Offline {
			break
		}
	}
	if is(err, protocol.CodeRevoked) {
		return nil, c.revoked(err)
	}
	return s, err
}

func (c *Client) prove(ctx context.Context, hub string) (*protocol.Session, error) {
	nonce, err := post[protocol.Nonce](ctx, c.caller, protocol.PathNonce, "", protocol.Device{Device: c.device})
	if err != nil {
		return nil, err
	}
	req := protocol.SessionRequest{Device: c.device, Nonce: nonce.Nonce, Program: c.o.Program}
	req.Signature = ed25519.Sign(c.seed, req.Text(hub))
	body, err := json.Marshal(req)
	if err != nil {
		return nil, err
	}
	got, err := c.do(ctx, &ask{method: http.MethodPost, path: protocol.PathSession, body: body, most: protocol.MaxReply, once: true})
	if err != nil {
		return nil, err
	}
	return decode[protocol.Session](got, "session")
}

// families is what a role may be given, held against what the hub says: a hub
// that fails must not fill a kiosk with referrals.
var families = map[protocol.Role][]record.Family{
	protocol.Kiosk:       {record.Directory},
	protocol.Desk:        {record.Directory, record.Staff, record.Cases, record.Progress},
	protocol.Guide:       record.Families,
	protocol.Coordinator: {record.Directory, record.Progress},
}

// admit looks at a new session before anything is done with it: it must make
// sense, and it must not know of operations that this machine never made.
func (c *Client) admit(s *protocol.Session) error {
	may, known := families[s.Role]
	if !known {
		return problem(Version, "a role %q", s.Role)
	}
	if s.Token == "" || len(s.Token) > 1000 || s.Position.Epoch == 0 || s.Floor > s.Position.Seq || len(s.Feeds) > 200 {
		return hostile("a session that makes no sense")
	}
	for i, f := range s.Feeds {
		family, token := f.Split()
		if !slices.Contains(may, family) || slices.Contains(s.Feeds[:i], f) {
			return hostile("feed %q for a %s", f, s.Role)
		}
		own := family == record.Cases || family == record.Progress
		if s.Role == protocol.Desk && own && token != record.Organisation(s.Organisation) {
			return hostile("feed %q for a desk of %s", f, s.Organisation)
		}
	}
	if s.Counter > c.store.LastCounter() {
		return problem(Cloned, "the hub has operation %d of this device; here %d was the last", s.Counter, c.store.LastCounter())
	}
	if own, err := c.store.OpAt(s.Counter); err != nil {
		return err
	} else if own != "" && s.Last != "" && protocol.OpPrint(own) != s.Last {
		return problem(Cloned, "the hub has another operation %d of this device", s.Counter)
	}
	e, err := c.store.Enrolment()
	if err != nil {
		return err
	}
	if e == nil {
		return ErrNotEnrolled
	}
	if err := c.renew(s.Lease, true); err != nil {
		return err
	}
	if e.Role == string(s.Role) && e.Organisation == s.Organisation && slices.Equal(e.Municipalities, s.Municipalities) && e.PublicURL == s.PublicURL {
		return nil
	}
	return c.store.Renamed(string(s.Role), s.Organisation, s.Municipalities, s.PublicURL)
}

// leaseEvery is how often a lease is renewed while the hub is there all the time.
const leaseEvery = time.Hour

// renew has the lease begin anew, as every contact with the hub does: where
// localdb.Store.Lease says that it is over this machine has been alone for too long,
// and its screens are locked. A clock that jumped ahead meanwhile makes it over as
// well, and the next contact shows that it is not.
func (c *Client) renew(days int, now bool) error {
	if !now {
		l, err := c.store.Lease()
		if err != nil {
			return err
		}
		c.mu.Lock()
		now = l.Over || time.Since(c.renewed) > leaseEvery
		c.mu.Unlock()
	}
	if !now {
		return nil
	}
	c.mu.Lock()
	c.renewed = time.Now()
	c.mu.Unlock()
	return c.store.KeepLease(days)
}

// call sends a request within a session. A token that is over is renewed once.
func (c *Client) call(ctx context.Context, a *ask) (*answer, *session, error) {
	var err error
	for range 2 {
		var s *session
		if s, err = c.session(ctx); err != nil {
			return nil, nil, err
		}
		a.token = s.Token
		var got *answer
		got, err = c.do(ctx, a)
		var status *statusError
		switch {
		case err == nil:
			return got, s, nil
		case is(err, protocol.CodeRevoked):
			return nil, s, c.revoked(err)
		case is(err, protocol.CodeCloned):
			return nil, s, &Error{Problem: Cloned, Err: err}
		case is(err, protocol.CodeFeeds), is(err, protocol.CodeEpoch):
			c.drop(s)
			return nil, s, errMoved
		case errors.As(err, &status) && status.status == http.StatusUnauthorized:
			c.drop(s)
			continue
		case errors.As(err, &status) && status.status == http.StatusUpgradeRequired:
			c.drop(s) // another version of the hub is there now: it is met anew
		}
		return nil, s, err
	}
	return nil, nil, &Error{Problem: HubFault, Err: err}
}

// revoked holds the hub's word that this device is one no longer against the
// hub's key: nothing else may make a machine forget.
func (c *Client) revoked(err error) error {
	var status *statusError
	errors.As(err, &status)
	r, derr := decode[protocol.Revoked](&answer{body: status.body}, "revocation")
	if derr != nil {
		return derr
	}
	if r.Device != c.device || protocol.Verify(c.id.key, r.Text(), r.Signature) != nil {
		return hostile("a revocation that the hub did not sign for this device")
	}
	return &RevokedError{At: r.At}
}

// sleep waits, by a timer that no clock touches.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
