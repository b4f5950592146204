package client

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/hashicorp/go-retryablehttp"
)

// wire sends requests to one hub. It is safe for concurrent use.
type wire struct {
	base    *url.URL
	program string
	now     func() time.Time
	dice    dice
	log     *slog.Logger
	http    *http.Client // never follows a redirect
	retry   *retryablehttp.Client
	version *atomic.Int32 // of the wire, that both know; 0 until the hub was met
}

func newWire(base *url.URL, rt http.RoundTripper, o *Options) *wire {
	return (&wire{base: base, program: o.Program, now: o.Now, dice: dice{o.Rand}, log: o.Log, version: new(atomic.Int32)}).over(rt)
}

// over is the same wire over another transport.
func (w *wire) over(rt http.RoundTripper) *wire {
	o := *w
	w = &o
	w.http = &http.Client{
		Transport: &watchdog{next: rt},
		// A redirect would carry the body of a push to another host; a hub never
		// sends one, so none is followed.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	w.retry = w.retrying()
	return w
}

// ask is one request.
type ask struct {
	method, path string
	query        url.Values
	body         []byte // JSON
	gzip         bool   // the body is gzip of it
	token        string
	most         int64 // bytes of the reply's body that are taken
	unhashed     bool  // the body is proved by other means
	once         bool  // not tried again
	// resume keeps in part what came before the line broke, and asks for the rest.
	resume bool
	part   []byte
}

// ranged asks for what is still lacking.
func (a *ask) ranged(h http.Header) {
	h.Del("Range")
	if a.resume && len(a.part) > 0 {
		h.Set("Range", fmt.Sprintf("bytes=%d-", len(a.part)))
	}
}

// asked is where a request carries its ask, for the next try.
type asked struct{}

// answer is one reply, read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
	cert   []*x509.Certificate // of who answered
}

// statusError is an answer that means something other than yes.
type statusError struct {
	status  int
	refusal protocol.Refusal
	body    []byte
	after   time.Duration
}

func (e *statusError) Error() string {
	return fmt.Sprintf("the hub answered %d %s", e.status, e.refusal.Code)
}

// cutError is a body that did not come whole, or not as it was sent.
type cutError struct{ err error }

func (e *cutError) Error() string { return "the answer did not come whole: " + e.err.Error() }
func (e *cutError) Unwrap() error { return e.err }

// strangerError is an answer that does not look like one of a hub: a redirect, a
// page, an answer without the protocol's headers.
type strangerError struct {
	status int
	what   string
	page   bool // a page for people, or a way to one
}

func (e *strangerError) Error() string { return fmt.Sprintf("status %d: %s", e.status, e.what) }

var errUnhashed = errors.New("its hash is not that of its header")

// do sends a request and gives the reply of a hub: 200 or 206 with a body that
// is whole and as it was sent. Everything else is an error: *statusError where a
// hub said why, else *Error.
func (w *wire) do(ctx context.Context, a *ask) (*answer, error) {
	req, err := http.NewRequestWithContext(context.WithValue(ctx, asked{}, a), a.method, w.address(a), nil)
	if err != nil {
		return nil, err
	}
	h := req.Header
	h.Set(protocol.HeaderVersion, strconv.Itoa(w.speaking(a)))
	h.Set(protocol.HeaderProgram, w.program)
	h.Set("User-Agent", w.program)
	h.Set("Accept-Encoding", "identity")
	if a.token != "" {
		h.Set("Authorization", "Bearer "+a.token)
	}
	a.ranged(h)
	if a.body != nil {
		h.Set("Content-Type", "application/json")
	}
	if a.gzip {
		h.Set("Content-Encoding", "gzip")
	}
	var got *answer
	take := func(resp *http.Response) (err error) {
		got, err = read(resp, a)
		return err
	}
	resp, err := w.send(req, a, take)
	if resp != nil && resp.Body != nil {
		defer resp.Body.Close()
	}
	if err != nil {
		return nil, w.failed(ctx, err)
	}
	if got == nil { // the last of several tries answered, and nobody read it
		if err := take(resp); err != nil {
			return nil, w.failed(ctx, err)
		}
	}
	if got.status != http.StatusOK && got.status != http.StatusPartialContent {
		return nil, w.refused(got)
	}
	return got, nil
}

// speaking is the version of the wire for a request. Who is there is asked in the
// lowest, so that a hub of any age can say what it knows.
func (w *wire) speaking(a *ask) int {
	if a.path == protocol.PathHub {
		return protocol.MinVersion
	}
	return max(int(w.version.Load()), protocol.MinVersion)
}

func (w *wire) send(req *http.Request, a *ask, take func(*http.Response) error) (*http.Response, error) {
	if a.once {
		if a.body != nil {
			req.Body = io.NopCloser(bytes.NewReader(a.body))
			req.ContentLength = int64(len(a.body))
		}
		return w.http.Do(req)
	}
	r, err := retryablehttp.FromRequest(req)
	if err != nil {
		return nil, err
	}
	if a.body != nil {
		if err := r.SetBody(a.body); err != nil {
			return nil, err
		}
	}
	r.SetResponseHandler(take)
	return w.retry.Do(r)
}

func (w *wire) address(a *ask) string {
	u := *w.base
	u.Path = strings.TrimRight(u.Path, "/") + a.path
	u.RawQuery = a.query.Encode()
	return u.String()
}

// read takes the whole body and holds it against its hash. What is larger than
// it may be is not read to its end.
func read(resp *http.Response, a *ask) (*answer, error) {
	defer resp.Body.Close()
	got := &answer{status: resp.StatusCode, header: resp.Header}
	if resp.TLS != nil {
		got.cert = resp.TLS.PeerCertificates
	}
	good := resp.StatusCode == http.StatusOK || resp.StatusCode == http.StatusPartialContent
	most, part := int64(protocol.MaxReply), []byte(nil)
	if good {
		most = a.most
	}
	if resp.StatusCode == http.StatusPartialContent {
		if part = a.part; !strings.HasPrefix(resp.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", len(part))) {
			return nil, hostile("a part that was not asked for")
		}
	}
	body, err := readAll(resp, most-int64(len(part)))
	var known *Error
	if errors.As(err, &known) {
		return nil, err
	}
	got.body = append(part, body...)
	if err != nil {
		if good && a.resume {
			a.part = got.body
		}
		return nil, &cutError{err}
	}
	if good && (resp.Header.Get(protocol.HeaderBody) != "" || !a.unhashed) {
		return got, hashed(got, body)
	}
	return got, nil
}

func readAll(resp *http.Response, most int64) ([]byte, error) {
	if resp.ContentLength > most {
		return nil, hostile("an answer of %d bytes where %d are the most", resp.ContentLength, most)
	}
	var b bytes.Buffer
	if resp.ContentLength > 0 {
		b.Grow(int(resp.ContentLength) + bytes.MinRead)
	}
	_, err := b.ReadFrom(io.LimitReader(resp.Body, most+1))
	if int64(b.Len()) > most {
		return nil, hostile("an answer of more than %d bytes", most)
	}
	return b.Bytes(), err
}

// hashed holds a body against the header that every answer of a hub has.
func hashed(got *answer, body []byte) error {
	want := got.header.Get(protocol.HeaderBody)
	if want == "" {
		return &strangerError{got.status, "not an answer of this protocol", isPage(got)}
	}
	if !isHash(body, strings.ToLower(want)) {
		return &cutError{errUnhashed}
	}
	return nil
}

func isHash(b []byte, want string) bool {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]) == want
}

// refused makes an error of an answer other than yes. One that no hub gave is a
// *strangerError.
func (w *wire) refused(got *answer) error {
	e := &statusError{status: got.status, body: got.body}
	if after, ok := retryAfter(got.header, w.now()); ok {
		e.after = w.dice.spread(after)
	}
	plain := json.Unmarshal(got.body, &e.refusal) == nil && e.refusal.Code != ""
	switch {
	case got.status == http.StatusNetworkAuthenticationRequired:
		return &strangerError{got.status, "the network wants a login", true}
	case got.status >= 500, got.status == http.StatusTooManyRequests:
		return e // a proxy in front of a hub that is down says so in its own words
	case got.status == http.StatusProxyAuthRequired:
		return &Error{Problem: Proxy, Err: e}
	case got.status == http.StatusForbidden && isRevocation(got.body):
		e.refusal.Code = protocol.CodeRevoked
		return e
	case plain:
		return e
	case got.status >= 300 && got.status < 400:
		to := got.header.Get("Location")
		return &strangerError{got.status, "a redirect to " + host(to), !strings.HasPrefix(to, "/")}
	}
	return &strangerError{got.status, "not an answer of this protocol", false}
}

// isPage says whether a body is a page for people.
func isPage(got *answer) bool {
	return strings.HasPrefix(got.header.Get("Content-Type"), "text/html") || bytes.HasPrefix(bytes.TrimSpace(got.body), []byte("<"))
}

// host keeps of an address what may stand in a log.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address that is none"
	}
	return u.Scheme + "://" + u.Host
}

// failed gives an error of the line its problem.
func (w *wire) failed(ctx context.Context, err error) error {
	var known *Error
	var stranger *strangerError
	var cut *cutError
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &known), errors.As(err, &stranger), badCertificate(err):
		return err // whose it is to judge: see who.go
	case wantsProxyLogin(err):
		return &Error{Problem: Proxy, Err: err}
	case noTLS(err):
		return &Error{Problem: NotHub, Err: err}
	case errors.As(err, &cut) && errors.Is(err, errUnhashed):
		return &Error{Problem: Damaged, Err: err}
	}
	return &Error{Problem: Offline, Err: err}
}

// noTLS says that what answers at an https address does not speak TLS.
func noTLS(err error) bool {
	var record tls.RecordHeaderError
	return errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &record)
}

// wantsProxyLogin: net/http has no typed error for it.
func wantsProxyLogin(err error) bool {
	return err != nil && strings.Contains(err.Error(), http.StatusText(http.StatusProxyAuthRequired))
}

// decode reads JSON strictly: UTF-8, no name twice, nothing after the end, no
// value of another type. Members that are not known here are passed over, since
// a hub may be newer.
func decode[T any](got *answer, what string) (*T, error) {
	v := new(T)
	if err := json.Unmarshal(got.body, v); err != nil {
		return nil, hostile("%s: %w", what, err)
	}
	return v, nil
}
