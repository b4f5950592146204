package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// slowestUpload, in bytes a second, is what a line must manage for a request's
// body before it counts as dead; longest is how long one exchange may take that
// does bring something now and then.
const (
	slowestUpload = 500
	longest       = 20 * time.Minute
)

// watchdog ends an exchange that brings nothing for protocol.Watchdog. It exists
// for lines that die without a word: the socket of a laptop that slept, or that
// changed its network, would otherwise be waited on for hours. A slow line that
// does bring bytes is left alone, for a while.
type watchdog struct{ next http.RoundTripper }

// silentError is the cause with which the watchdog ends an exchange.
type silentError struct{ after time.Duration }

func (e *silentError) Error() string { return fmt.Sprintf("nothing came for %s", e.after) }
func (e *silentError) Timeout() bool { return true }

func (d *watchdog) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	patience := protocol.Watchdog + time.Duration(max(req.ContentLength, 0))*time.Second/slowestUpload
	silence := time.AfterFunc(patience, func() { cancel(&silentError{patience}) })
	end := time.AfterFunc(longest, func() { cancel(&silentError{longest}) })
	stop := func() {
		silence.Stop()
		end.Stop()
		cancel(nil)
	}
	resp, err := d.next.RoundTrip(req.WithContext(ctx))
	if err != nil {
		if cause := context.Cause(ctx); cause != nil && req.Context().Err() == nil {
			err = cause
		}
		stop()
		return nil, err
	}
	silence.Reset(protocol.Watchdog)
	resp.Body = &watched{ReadCloser: resp.Body, ctx: ctx, silence: silence, stop: stop}
	return resp, nil
}

// CloseIdleConnections lets http.Client reach the transport below.
func (d *watchdog) CloseIdleConnections() {
	if c, ok := d.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

type watched struct {
	io.ReadCloser
	ctx     context.Context
	silence *time.Timer
	stop    func()
}

func (b *watched) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 && b.ctx.Err() == nil {
		b.silence.Reset(protocol.Watchdog)
	}
	if err != nil && err != io.EOF && b.ctx.Err() != nil {
		err = context.Cause(b.ctx)
	}
	return n, err
}

func (b *watched) Close() error {
	b.stop()
	return b.ReadCloser.Close()
}
