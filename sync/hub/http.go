package hub

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// Bounds of a server that answers strangers (findings/reliability §3.3).
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	idleTimeout       = 120 * time.Second
	maxHeader         = 16 << 10
	maxSmallBody      = 16 << 10 // of what is not a push
	uploadTimeout     = 5 * time.Minute
)

// Server gives an HTTP server with the bounds set. Replies have none here: they
// are sent piece by piece, and each piece has its own (see send).
func (h *Hub) Server() *http.Server {
	return &http.Server{
		Handler: h.Handler(), ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: quietLog(h.o.Logger),
	}
}

// caller is who asks, as far as the hub knows.
type caller struct {
	address string
	id      string      // of the device
	device  *deviceBody // nil: a stranger
	hold    holdings
	version int // of the wire
}

// refuse is an answer that is not 200. It is an error so that any function can give it.
type refuse struct {
	status int
	body   any
	after  time.Duration // Retry-After
}

func (r *refuse) Error() string { return fmt.Sprintf("hub: %d %v", r.status, r.body) }

func refusal(status int, code string) *refuse {
	return &refuse{status: status, body: protocol.Refusal{Code: code}}
}

func malformed(field string) *refuse {
	return &refuse{status: http.StatusBadRequest, body: protocol.Refusal{Code: protocol.CodeMalformed, Field: field}}
}

func slowDown(wait time.Duration) *refuse {
	return &refuse{status: http.StatusTooManyRequests, body: protocol.Refusal{Code: protocol.CodeSlowDown}, after: wait}
}

var notFound = refusal(http.StatusNotFound, protocol.CodeNotFound)

// endpoint answers one path of the protocol.
type endpoint struct {
	method string
	open   bool // also for strangers
	serve  func(h *Hub, w *reply, r *http.Request, who *caller) error
}

var endpoints = map[string]endpoint{
	protocol.PathHub:      {http.MethodGet, true, (*Hub).serveHub},
	protocol.PathDevices:  {http.MethodPost, true, (*Hub).serveEnrol},
	protocol.PathNonce:    {http.MethodPost, true, (*Hub).serveNonce},
	protocol.PathSession:  {http.MethodPost, true, (*Hub).serveSession},
	protocol.PathManifest: {http.MethodGet, false, (*Hub).serveManifest},
	protocol.PathChunk:    {http.MethodGet, false, (*Hub).serveChunk},
	protocol.PathChanges:  {http.MethodGet, false, (*Hub).serveChanges},
	protocol.PathDigest:   {http.MethodGet, false, (*Hub).serveDigest},
	protocol.PathBucket:   {http.MethodGet, false, (*Hub).serveBucket},
	protocol.PathOps:      {http.MethodPost, false, (*Hub).serveOps},
	protocol.PathFigures:  {http.MethodGet, false, (*Hub).serveFigures},
	protocol.PathKeys:     {http.MethodPost, false, (*Hub).serveCardKeys},
}

// Handler answers devices, and people at the public pages.
func (h *Hub) Handler() http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		start := time.Now()
		path, e, known := route(r.URL.Path)
		w := &reply{w: rw, ctl: http.NewResponseController(rw), path: path, encoders: h.encoders}
		w.common(r)
		err := h.guarded(w, r, path, e, known)
		if err != nil {
			h.fail(w, r, err)
		}
		h.metrics.request(w.path, w.status, time.Since(start)-w.waited, w.sent)
	})
}

// route gives the path as the tables know it; a chunk's hash is no part of it.
func route(path string) (string, endpoint, bool) {
	if strings.HasPrefix(path, protocol.PathChunk) {
		path = protocol.PathChunk
	}
	e, ok := endpoints[path]
	if !ok && strings.HasPrefix(path, "/v1/") {
		return "/v1/?", e, false
	}
	return path, e, ok
}

// guarded answers, and makes an error of a panic: one request that the hub fails
// on must not take the others with it.
func (h *Hub) guarded(w *reply, r *http.Request, path string, e endpoint, known bool) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			h.o.Logger.Error("a request failed the hub", "path", path, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = refusal(http.StatusInternalServerError, protocol.CodeLater)
		}
	}()
	who := &caller{address: address(r)}
	if wait := h.limits.address(who.address); wait > 0 {
		return slowDown(wait)
	}
	if !strings.HasPrefix(path, "/v1/") {
		return h.servePeople(w, r)
	}
	if who.version, err = h.version(r); err != nil {
		return err
	}
	if !known {
		return notFound
	}
	if !e.open {
		if err := h.recognise(r, who); err != nil {
			return err
		}
		if !may[who.device.Role][path] {
			return notFound
		}
		if wait := h.limits.device(who.id); wait > 0 {
			return slowDown(wait)
		}
	} else if wait := h.limits.stranger(who.address); wait > 0 {
		return slowDown(wait)
	}
	if r.Method != e.method {
		w.Header().Set("Allow", e.method)
		return refusal(http.StatusMethodNotAllowed, protocol.CodeNotFound)
	}
	return e.serve(h, w, r, who)
}

// version is the one of the wire that a request is in.
func (h *Hub) version(r *http.Request) (int, error) {
	v, err := strconv.Atoi(r.Header.Get(protocol.HeaderVersion))
	if err != nil || v < protocol.MinVersion || v > protocol.Version {
		return 0, &refuse{status: http.StatusUpgradeRequired,
			body: protocol.Refusal{Code: protocol.CodeVersion, Min: protocol.MinVersion, Max: protocol.Version}}
	}
	return v, nil
}

// recognise finds the device behind a token. Whether it was revoked, and what it
// may, is asked of the store, as it is now, at every request, so that both take effect at once.
func (h *Hub) recognise(r *http.Request, who *caller) error {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if ok {
		who.id = h.sessions.device(token)
	}
	if who.id == "" {
		if wait := h.limits.stranger(who.address); wait > 0 {
			return slowDown(wait)
		}
		return refusal(http.StatusUnauthorized, protocol.CodeToken)
	}
	d, err := h.known.of(h, who.id)
	if err != nil {
		return err
	}
	if d == nil {
		return refusal(http.StatusUnauthorized, protocol.CodeToken)
	}
	if !d.RevokedAt.IsZero() {
		return h.revoked(who.id, d)
	}
	who.device, who.hold = d, h.holdingsFor(d, who.version)
	if who.hold == nil {
		return notFound
	}
	return nil
}

// address is who asks: behind a proxy on this machine, whom the proxy names.
func address(r *http.Request) string {
	a := addressOf(r.RemoteAddr)
	if a.IsLoopback() {
		if via := r.Header.Values("X-Forwarded-For"); len(via) > 0 {
			last := via[len(via)-1]
			last = strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
			if named, err := netip.ParseAddr(last); err == nil {
				return house(named).String()
			}
		}
	}
	return a.String()
}

// fail answers with what an error means to the one who asked.
func (h *Hub) fail(w *reply, r *http.Request, err error) {
	var no *refuse
	if !errors.As(err, &no) {
		no = h.meaning(r, err)
	}
	if w.status != 0 {
		panic(http.ErrAbortHandler) // the reply had begun: break it off, so that it is not taken for whole
	}
	if no.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(min(int(no.after.Seconds())+1, int(maxRetryAfter.Seconds()))))
	}
	if err := w.json(no.status, no.body); err != nil {
		h.o.Logger.Debug("a refusal was not sent", "err", err)
	}
}

func (h *Hub) meaning(r *http.Request, err error) *refuse {
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &big):
		return refusal(http.StatusRequestEntityTooLarge, protocol.CodeTooLarge)
	case errors.Is(err, log.ErrFull), errors.Is(err, localdb.ErrDiskFull):
		h.o.Logger.Error("there is no room", "path", r.URL.Path)
		return &refuse{status: http.StatusInsufficientStorage, body: protocol.Refusal{Code: protocol.CodeFull}, after: time.Minute}
	case errors.Is(err, errBusy):
		return slowDown(5 * time.Second)
	case r.Context().Err() != nil:
		return refusal(http.StatusServiceUnavailable, protocol.CodeLater) // nobody is there to read it
	}
	h.o.Logger.Error("a request could not be answered", "path", r.URL.Path, "err", err)
	return &refuse{status: http.StatusServiceUnavailable, body: protocol.Refusal{Code: protocol.CodeLater}, after: 5 * time.Second}
}

// reply is an answer under way.
type reply struct {
	w        http.ResponseWriter
	encoders *sync.Pool
	ctl      *http.ResponseController
	path     string
	status   int
	sent     int
	waited   time.Duration
}

func (w *reply) Header() http.Header { return w.w.Header() }

// common sets what every answer carries.
func (w *reply) common(r *http.Request) {
	head := w.Header()
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
	head.Set("Referrer-Policy", "same-origin")
	head.Set("Cache-Control", "no-store")
	if r.TLS != nil {
		head.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

func (w *reply) json(status int, v any) error {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return err
	}
	return w.send(status, "application/json", append(b, '\n'))
}

// Bounds of a slow reader: a piece of a reply must be taken within pieceTimeout.
// Who takes them fast gets larger ones.
const (
	piece        = 64 << 10
	largePiece   = 512 << 10
	fast         = 250 * time.Millisecond
	pieceTimeout = 30 * time.Second
	replyTimeout = 15 * time.Minute
)

// send sends a body with its hash. A slow line gets it in the end; one that
// stands still is cut.
func (w *reply) send(status int, kind string, body []byte) error {
	h := sha256.Sum256(body)
	return w.sendHashed(status, kind, hex.EncodeToString(h[:]), body)
}

// sendHashed is send for a body, in one part or several, whose hash is known; ""
// is none.
func (w *reply) sendHashed(status int, kind, hash string, body ...[]byte) error {
	size := 0
	for _, b := range body {
		size += len(b)
	}
	head := w.Header()
	head.Set("Content-Type", kind)
	head.Set("Content-Length", strconv.Itoa(size))
	if hash != "" {
		head.Set(protocol.HeaderBody, hash)
	}
	w.status = status
	until := time.Now().Add(replyTimeout)
	w.deadline(until)
	w.w.WriteHeader(status)
	most := piece
	for p := range gathered(body, &most) {
		start := time.Now()
		if !start.Before(until) {
			return errors.New("hub: send: too slow")
		}
		w.deadline(until)
		n, err := w.w.Write(p)
		if w.sent += n; err != nil {
			return fmt.Errorf("hub: send: %w", err)
		}
		if time.Since(start) < fast {
			most = min(2*most, largePiece)
		} else {
			most = piece
		}
	}
	return nil
}

var pieces = sync.Pool{New: func() any { return new([largePiece]byte) }}

// gathered gives a body in pieces of most bytes, as most is at each: small parts
// together, since each piece is a call of the system and wakes the reader.
func gathered(body [][]byte, most *int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if len(body) == 1 {
			for b := body[0]; len(b) > 0; {
				n := min(len(b), *most)
				if !yield(b[:n]) {
					return
				}
				b = b[n:]
			}
			return
		}
		room := pieces.Get().(*[largePiece]byte)
		defer pieces.Put(room)
		n := 0
		for _, b := range body {
			for len(b) > 0 {
				k := copy(room[n:*most], b)
				if n, b = n+k, b[k:]; n == *most {
					if !yield(room[:n]) {
						return
					}
					n = 0
				}
			}
		}
		if n > 0 {
			yield(room[:n])
		}
	}
}

func (w *reply) deadline(until time.Time) {
	d := time.Now().Add(pieceTimeout)
	if d.After(until) {
		d = until
	}
	_ = w.ctl.SetWriteDeadline(d) // a recorder in a test has none
}

// body reads a small body of strict JSON: one value, no name that is not known,
// none twice, UTF-8.
func (w *reply) body(r *http.Request, into any) error { return w.bodyOf(r, into, maxSmallBody) }

// bodyOf is body for another size.
func (w *reply) bodyOf(r *http.Request, into any, most int64) error {
	r.Body = http.MaxBytesReader(w.w, r.Body, most)
	err := json.UnmarshalRead(r.Body, into, json.RejectUnknownMembers(true))
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &big):
		return err
	case err != nil:
		return malformed("")
	}
	return nil
}
