package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/interchange"
)

// certificate is what the hub shows for itself: files of somebody's, read again
// when they change, or its own, for which the hub's key vouches to its devices.
type certificate struct {
	cert, key string // paths
	own       bool
	ca        []byte // PEM that devices are to trust; nil: they know whom to trust

	mu     sync.Mutex
	loaded *tls.Certificate
	at     time.Time // of the file
	looked time.Time
}

// certificate gives what to show, nil for plain HTTP: on this machine alone, and
// only where no certificate was named.
func (p *program) certificate(dir string, s serving) (*certificate, error) {
	if s.cert == "" && loopback(s.listen) {
		return nil, nil
	}
	c := &certificate{cert: s.cert, key: s.key}
	if s.ca != "" {
		b, err := os.ReadFile(s.ca)
		if err != nil {
			return nil, err
		}
		c.ca = b
	}
	if s.cert == "" {
		c.own, c.cert, c.key = true, filepath.Join(dir, "certificate.pem"), filepath.Join(dir, "certificate.key")
		if err := p.ownCertificate(dir, c, names(s)); err != nil {
			return nil, err
		}
		b, err := os.ReadFile(c.cert)
		if err != nil {
			return nil, err
		}
		c.ca = b
	}
	_, err := c.get(nil)
	return c, err
}

// loopback says whether only this machine can reach an address.
func loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// names are those under which devices may call the hub.
func names(s serving) []string {
	all := append([]string{"localhost", "127.0.0.1", "::1"}, s.hosts...)
	if host, _, err := net.SplitHostPort(s.listen); err == nil && host != "" {
		all = append(all, host)
	}
	if u, err := url.Parse(s.publicURL); err == nil && u.Hostname() != "" {
		all = append(all, u.Hostname())
	}
	if h, err := os.Hostname(); err == nil {
		all = append(all, h)
	}
	if as, err := net.InterfaceAddrs(); err == nil {
		for _, a := range as {
			if n, ok := a.(*net.IPNet); ok {
				all = append(all, n.IP.String())
			}
		}
	}
	for i := range all {
		all[i] = strings.ToLower(all[i])
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// How long an own certificate lasts, and when it is made anew. Devices learn the
// new one from the hub's key.
const (
	ownLife = 3 * 365 * 24 * time.Hour
	ownLeft = 90 * 24 * time.Hour
)

// ownCertificate makes the hub's own certificate where it is missing, too old,
// lacks a name that was given, or is no pair: whoever stopped the hub while it
// renewed them left the new key beside the old certificate. Errors: those of the
// file system, for a pair that only cannot be read is somebody's.
func (p *program) ownCertificate(dir string, c *certificate, names []string) error {
	if t, err := tls.LoadX509KeyPair(c.cert, c.key); err == nil && t.Leaf != nil {
		fits := t.Leaf.NotAfter.Sub(p.now()) > ownLeft
		for _, n := range names {
			fits = fits && t.Leaf.VerifyHostname(n) == nil
		}
		if fits {
			return nil
		}
	} else if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), p.rand)
	if err != nil {
		return err
	}
	var serial [16]byte
	if _, err := io.ReadFull(p.rand, serial[:]); err != nil {
		return err
	}
	t := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial[:]), Subject: pkix.Name{CommonName: "Vejviser hub"},
		NotBefore: p.now().Add(-24 * time.Hour), NotAfter: p.now().Add(ownLife),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, IsCA: true,
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, n)
		}
	}
	der, err := x509.CreateCertificate(p.rand, t, t, key.Public(), key)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return errors.Join(writePEM(c.key, "PRIVATE KEY", secret), writePEM(c.cert, "CERTIFICATE", der))
}

func writePEM(path, kind string, b []byte) error {
	return interchange.WriteFile(path, func(w io.Writer) error { return pem.Encode(w, &pem.Block{Type: kind, Bytes: b}) })
}

// get gives the certificate, read again where its file changed: whoever renews it
// need not stop the hub. A new one that cannot be read leaves the old one.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.loaded != nil && time.Since(c.looked) < 10*time.Second {
		return c.loaded, nil
	}
	c.looked = time.Now()
	st, err := os.Stat(c.cert)
	if err == nil && c.loaded != nil && st.ModTime().Equal(c.at) {
		return c.loaded, nil
	}
	if err == nil {
		var t tls.Certificate
		if t, err = tls.LoadX509KeyPair(c.cert, c.key); err == nil {
			c.loaded, c.at = &t, st.ModTime()
		}
	}
	if c.loaded != nil {
		return c.loaded, nil
	}
	return nil, err
}

// print is the SHA-256 of the certificate, as a browser shows it.
func (c *certificate) print() []byte {
	t, err := c.get(nil)
	if err != nil || len(t.Certificate) == 0 {
		return nil
	}
	h := sha256.Sum256(t.Certificate[0])
	return h[:]
}

func colons(b []byte) string {
	var out bytes.Buffer
	for i, x := range b {
		if i > 0 {
			out.WriteByte(':')
		}
		out.WriteString(strings.ToUpper(hex.EncodeToString([]byte{x})))
	}
	return out.String()
}

// until is when the certificate runs out; zero where it cannot be read.
func (c *certificate) until() time.Time {
	t, err := c.get(nil)
	if err != nil || t.Leaf == nil {
		return time.Time{}
	}
	return t.Leaf.NotAfter
}
