package client

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// signed is a certificate with its key. by nil signs itself.
type signed struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
}

func certificate(t *testing.T, by *signed, from, to time.Time, names ...string) *signed {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "hub"}, NotBefore: from, NotAfter: to,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, BasicConstraintsValid: true, IsCA: by == nil,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			c.IPAddresses = append(c.IPAddresses, ip)
		} else {
			c.DNSNames = append(c.DNSNames, n)
		}
	}
	parent, signer := c, key
	if by != nil {
		parent, signer = by.cert, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	c, err = x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &signed{c, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
}

// over serves a handler with a certificate, and counts the connections.
func over(t *testing.T, h http.Handler, c *signed) (address string, conns *atomic.Int32) {
	t.Helper()
	conns = new(atomic.Int32)
	srv := httptest.NewUnstartedServer(h)
	srv.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{c.cert.Raw}, PrivateKey: c.key}}}
	srv.Config.ErrorLog = quietLog()
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			conns.Add(1)
		}
	}
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return srv.URL, conns
}

// A certificate that is not good is one attempt and plain words, whatever is
// wrong with it; nothing is sent.
func TestACertificateThatIsNotGoodIsNamed(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	now := time.Now()
	day := 24 * time.Hour
	ca := certificate(t, nil, now.Add(-20*365*day), now.Add(20*365*day))
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	good := certificate(t, ca, now.Add(-day), now.Add(day), "127.0.0.1")
	for _, c := range []struct {
		name  string
		cert  *signed
		clock time.Duration
		roots *x509.CertPool
		want  Problem
	}{
		{"good", good, 0, pool, ""},
		{"expired", certificate(t, ca, now.Add(-2*day), now.Add(-day), "127.0.0.1"), 0, pool, Certificate},
		{"not yet valid", certificate(t, ca, now.Add(day), now.Add(2*day), "127.0.0.1"), 0, pool, Certificate},
		{"for another name", certificate(t, ca, now.Add(-day), now.Add(day), "elsewhere.example"), 0, pool, Certificate},
		{"of an unknown authority", certificate(t, certificate(t, nil, now.Add(-day), now.Add(day)), now.Add(-day), now.Add(day), "127.0.0.1"), 0, pool, Certificate},
		{"signed by itself, and nobody vouches for it", certificate(t, nil, now.Add(-day), now.Add(day), "127.0.0.1"), 0, pool, Certificate},
		{"good, by a clock of ten years ago", good, -10 * 365 * day, pool, Clock},
		{"good, by a clock of ten years ahead", good, 10 * 365 * day, pool, Clock},
	} {
		address, conns := over(t, h.srv.Config.Handler, c.cert)
		s := storeAt(t, t.TempDir())
		o := Options{Store: s, Roots: c.roots, Now: func() time.Time { return time.Now().Add(c.clock) }}
		err := Enrol(context.Background(), o, address, h.invite(t, desk, "Lindeby Bibliotek"), "x")
		if ProblemOf(err) != c.want {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if n := conns.Load(); c.want != "" && n > 2 {
			t.Errorf("%s: %d connections", c.name, n)
		}
		if e, ok := err.(*Error); ok && c.want == Clock && (e.Skew+c.clock).Abs() > time.Minute {
			t.Errorf("%s: the clock is said to be off by %s", c.name, e.Skew)
		}
		if list, err := h.Devices(context.Background()); err != nil || c.want != "" && len(list) != 1 {
			t.Errorf("%s: %d devices, %v", c.name, len(list), err)
		}
	}
}

// What answers without TLS at an https address is not the hub.
func TestAnAddressWithoutTLSIsNotTheHub(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	o := Options{Store: storeAt(t, t.TempDir())}
	err := Enrol(context.Background(), o, strings.Replace(h.url, "http:", "https:", 1), h.invite(t, desk, "x"), "x")
	if ProblemOf(err) != NotHub {
		t.Error(err)
	}
}

// A hub may have a certificate that it made itself: it vouches for it with the
// key that the invitation names. Who sits in between and passes everything on,
// with a certificate of his own, is found out.
func TestAHubVouchesForItsOwnCertificate(t *testing.T) {
	t.Parallel()
	now := time.Now()
	own := certificate(t, nil, now.Add(-time.Hour), now.Add(time.Hour), "127.0.0.1", "localhost")
	dir := t.TempDir()
	h := newHubWith(t, dir, own.pem)
	address, _ := over(t, h.srv.Config.Handler, own)
	roots := x509.NewCertPool() // a system that trusts nobody
	ctx := context.Background()
	s := storeAt(t, t.TempDir())
	o := Options{Store: s, Roots: roots}
	if err := Enrol(ctx, o, address, h.invite(t, kiosk, "Lindeby Bibliotek"), "x"); err != nil {
		t.Fatal(err)
	}
	// A slip in the part of the code that knows the hub is a slip in the code.
	mistyped := h.invite(t, kiosk, "Lindeby Bibliotek")
	mistyped = mistyped[:len(mistyped)-1] + string("0Z"[boolInt(mistyped[len(mistyped)-1] == '0')])
	if err := Enrol(ctx, Options{Store: storeAt(t, t.TempDir()), Roots: roots}, address, mistyped, "x"); ProblemOf(err) != OtherHub {
		t.Errorf("a mistyped code: %v", err)
	}
	e, err := s.Enrolment()
	if err != nil || string(e.CA) != string(own.pem) {
		t.Fatalf("trusted since: %s, %v", e.CA, err)
	}
	k := h.client(t, s, func(o *Options) { o.Roots = roots })
	k.sync(t)
	// In between.
	inner, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	rp := httputil.NewSingleHostReverseProxy(inner)
	rp.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}
	rp.ErrorLog = quietLog()
	var posts atomic.Int32
	between, _ := over(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			posts.Add(1)
		}
		rp.ServeHTTP(w, r)
	}), certificate(t, nil, now.Add(-time.Hour), now.Add(time.Hour), "127.0.0.1"))
	if err := Enrol(ctx, Options{Store: storeAt(t, t.TempDir()), Roots: roots}, between, h.invite(t, kiosk, "x"), "x"); ProblemOf(err) != Certificate {
		t.Errorf("somebody in between: %v", err)
	}
	if n := posts.Load(); n > 0 {
		t.Errorf("%d secrets were sent to somebody in between", n)
	}
	// The hub renews its certificate: a machine that knows its key goes on.
	next := certificate(t, nil, now.Add(-time.Hour), now.Add(2*time.Hour), "127.0.0.1")
	h.shut()
	h = newHubWith(t, dir, next.pem)
	renewed, _ := over(t, h.srv.Config.Handler, next)
	base, err := ParseAddress(renewed)
	if err != nil {
		t.Fatal(err)
	}
	k2 := h.client(t, s, func(o *Options) { o.Roots = roots })
	k2.wire.base.Host = base.Host
	k2.sync(t)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
