package main

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"testing"
)

// Killed between writing the new key and the new certificate, the hub starts
// again, with a pair of its own made anew.
func TestAHubStartsAgainWhoseCertificateIsHalfRenewed(t *testing.T) {
	p := newPlace(t)
	_, stop := p.serve("--listen", "0.0.0.0:0")
	stop()
	other := newPlace(t)
	_, stop = other.serve("--listen", "0.0.0.0:0")
	stop()
	for _, half := range []func() ([]byte, error){
		func() ([]byte, error) { return os.ReadFile(filepath.Join(other.dir, "certificate.key")) },
		func() ([]byte, error) { return []byte("half"), nil },
	} {
		b, err := half()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(p.dir, "certificate.key"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		_, stop = p.serve("--listen", "0.0.0.0:0")
		stop()
		if _, err := tls.LoadX509KeyPair(filepath.Join(p.dir, "certificate.pem"), filepath.Join(p.dir, "certificate.key")); err != nil {
			t.Error(err)
		}
	}
}
