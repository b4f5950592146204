package client

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// line is the way to one hub: what this machine trusts there can grow by the
// certificate for which the hub itself vouches (protocol.Hub.CA).
type line struct {
	given http.RoundTripper // Options.Transport; then nothing is learned
	roots *x509.CertPool    // Options.Roots; nil is the system's
	now   func() time.Time

	mu  sync.Mutex
	rt  *http.Transport
	pem []byte // trusted besides roots
}

func newLine(o *Options, ca []byte) *line {
	l := &line{given: o.Transport, roots: o.Roots, now: o.Now}
	l.trust(ca)
	return l
}

// RoundTrip sends over what is trusted now.
func (l *line) RoundTrip(req *http.Request) (*http.Response, error) {
	if l.given != nil {
		return l.given.RoundTrip(req)
	}
	l.mu.Lock()
	rt := l.rt
	l.mu.Unlock()
	return rt.RoundTrip(req)
}

// CloseIdleConnections lets go of what is kept open and not in use.
func (l *line) CloseIdleConnections() {
	if c, ok := l.given.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rt != nil {
		l.rt.CloseIdleConnections()
	}
}

// trust adds certificates, in PEM, to what is trusted at this address.
func (l *line) trust(ca []byte) {
	pool := l.roots
	if len(ca) > 0 {
		pool = x509.NewCertPool()
		if l.roots != nil {
			pool = l.roots.Clone()
		} else if system, err := x509.SystemCertPool(); err == nil {
			pool = system
		}
		pool.AppendCertsFromPEM(ca)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rt != nil {
		l.rt.CloseIdleConnections()
	}
	l.pem = ca
	l.rt = transport(&tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool, Time: l.now})
}

func (l *line) trusted() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pem
}

// transport is HTTP/1.1: one exchange, one connection, so that a line that died
// takes nothing else with it. Proxies are the environment's.
func transport(conf *tls.Config) *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:    15 * time.Second,
		TLSClientConfig:        conf,
		TLSNextProto:           map[string]func(string, *tls.Conn) http.RoundTripper{},
		MaxIdleConnsPerHost:    chunksAtOnce + 2,
		IdleConnTimeout:        90 * time.Second,
		ExpectContinueTimeout:  time.Second,
		DisableCompression:     true, // the hash is of the body as sent
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// unproved is a transport that takes any certificate. It is for asking who is
// there, never for anything that is not public.
func (l *line) unproved() *http.Transport {
	t := transport(&tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true})
	t.DisableKeepAlives = true
	return t
}

// badCertificate says whether the other side's certificate was not good.
func badCertificate(err error) bool {
	var verify *tls.CertificateVerificationError
	var invalid x509.CertificateInvalidError
	var name x509.HostnameError
	var authority x509.UnknownAuthorityError
	var roots x509.SystemRootsError
	return errors.As(err, &verify) || errors.As(err, &invalid) || errors.As(err, &name) ||
		errors.As(err, &authority) || errors.As(err, &roots)
}

// vouched says whether the certificates in ca vouch for those that were met.
func vouched(met []*x509.Certificate, ca []byte, name string, now time.Time) error {
	roots := x509.NewCertPool()
	if len(met) == 0 || !roots.AppendCertsFromPEM(ca) {
		return errors.New("sync: no certificate")
	}
	between := x509.NewCertPool()
	for _, c := range met[1:] {
		between.AddCert(c)
	}
	_, err := met[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, DNSName: name, CurrentTime: now})
	return err
}

// maxCA is how large the certificates of a hub may be, in bytes of PEM.
const maxCA = 64 << 10

// soundPEM says whether a text is certificates in PEM and nothing else.
func soundPEM(ca []byte) bool {
	if len(ca) > maxCA {
		return false
	}
	n := 0
	for rest := ca; len(strings.TrimSpace(string(rest))) > 0; n++ {
		var b *pem.Block
		if b, rest = pem.Decode(rest); b == nil || b.Type != "CERTIFICATE" {
			return false
		}
		if _, err := x509.ParseCertificate(b.Bytes); err != nil {
			return false
		}
	}
	return n > 0
}

// ParseAddress reads the address of a hub: https, or http on this machine alone;
// nothing but a host and perhaps a path. Errors: ErrAddress.
func ParseAddress(s string) (*url.URL, error) {
	s = strings.TrimRight(strings.TrimSpace(s), "/")
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "" || len(s) > 200 {
		return nil, ErrAddress
	}
	switch u.Scheme {
	case "https":
		return u, nil
	case "http":
		if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
			return u, nil
		}
	}
	return nil, ErrAddress
}
