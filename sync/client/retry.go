package client

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Waiting. go-retryablehttp's own backoff has no jitter, so that every PC of a
// country would come back in the same second, and it sleeps for whatever a
// server says (findings/reliability §5.2).
const (
	firstWait   = time.Second
	longestWait = 5 * time.Minute
	leastAfter  = time.Second
	mostAfter   = 15 * time.Minute
	// tries of one request within one exchange; what takes longer is the round's.
	tries = 3
	// shortAfter is how long one exchange waits because a hub asked for it.
	shortAfter = 3 * time.Second
)

// dice draws numbers for jitter. It is not for secrets.
type dice struct{ r io.Reader }

// upTo gives a time in [0, d). A source that fails gives the middle: jitter is a
// kindness to the hub, not a promise to anybody.
func (d dice) upTo(t time.Duration) time.Duration {
	if t <= 0 {
		return 0
	}
	var b [8]byte
	if _, err := io.ReadFull(d.r, b[:]); err != nil {
		return t / 2
	}
	return time.Duration(binary.BigEndian.Uint64(b[:]) % uint64(t))
}

// backoff gives how long to wait after the n-th failure in a row, counted from
// 0: full jitter below a ceiling that doubles.
func (d dice) backoff(n int) time.Duration {
	ceiling := longestWait
	if n < 9 {
		ceiling = min(firstWait<<n, longestWait)
	}
	return max(100*time.Millisecond, d.upTo(ceiling))
}

// retryAfter reads the header in both of its forms and clamps it. What cannot be
// read, and a date when the clocks disagree, is at worst the clamp.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	v := h.Get("Retry-After")
	if v == "" {
		return 0, false
	}
	if n, err := strconv.ParseInt(v, 10, 64); err == nil {
		n = max(int64(leastAfter/time.Second), min(n, int64(mostAfter/time.Second))) // before it is multiplied
		return time.Duration(n) * time.Second, true
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0, false
	}
	// The date is the hub's clock: what it says to wait is counted from its own.
	if sent, err := http.ParseTime(h.Get("Date")); err == nil {
		now = sent
	}
	return min(max(leastAfter, at.Sub(now)), mostAfter), true
}

// spread adds up to a tenth, so that those who were told the same do not come
// back together.
func (d dice) spread(t time.Duration) time.Duration { return min(t+d.upTo(t/10), mostAfter) }

// retrying makes the client for everything but the long poll.
func (w *wire) retrying() *retryablehttp.Client {
	return &retryablehttp.Client{
		HTTPClient: w.http,
		Logger:     quiet{w.log},
		RetryMax:   tries - 1,
		CheckRetry: w.again,
		Backoff: func(_, _ time.Duration, n int, resp *http.Response) time.Duration {
			if resp != nil {
				if after, ok := retryAfter(resp.Header, w.now()); ok {
					return w.dice.spread(after)
				}
			}
			return w.dice.backoff(n)
		},
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
		PrepareRetry: func(req *http.Request) error {
			if a, ok := req.Context().Value(asked{}).(*ask); ok {
				a.ranged(req.Header)
			}
			return nil
		},
	}
}

// again says whether the same request is sent once more within this exchange:
// after a line that broke, an answer that came damaged, and a server in passing
// trouble; never after an answer that means something, nor after a certificate
// that is not good.
func (w *wire) again(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	if err != nil {
		var known *Error
		return !errors.As(err, &known) && !badCertificate(err) && !wantsProxyLogin(err) && !noTLS(err), nil
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		after, said := retryAfter(resp.Header, w.now())
		return !said || after <= shortAfter, nil
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusGatewayTimeout:
		return true, nil
	}
	return false, nil
}

// quiet hands what go-retryablehttp says to the program's log, as detail: a PC
// without network is no error.
type quiet struct{ l *slog.Logger }

func (q quiet) Error(msg string, kv ...any) { q.l.Debug(msg, kv...) }
func (q quiet) Info(msg string, kv ...any)  { q.l.Debug(msg, kv...) }
func (q quiet) Debug(msg string, kv ...any) { q.l.Debug(msg, kv...) }
func (q quiet) Warn(msg string, kv ...any)  { q.l.Debug(msg, kv...) }
