package main

import (
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/localdb/sealed"
	"github.com/faellesskabsby/vejviser/sync/hub"
	"golang.org/x/crypto/chacha20poly1305"
)

// A backup holds the hub's identity and everything that it knows. With a key file it
// is sealed: a line that says so, a salt, a nonce, and the backup in sealed chunks
// under a key made of the file's bytes.
const (
	sealedBackup = "vejviser backup, sealed 1\n"
	saltSize     = 16
	minKeyFile   = 32 // bytes that nobody guesses
)

var (
	errKeyFile = errors.New("the key file holds too few bytes")
	errSealed  = errors.New("the backup is sealed, and no key file was named")
	errWrong   = errors.New("the key file does not open this backup")
)

// backupKey reads a key file, and makes it first where that is asked for.
func (p *program) backupKey(path string, making bool) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	if making {
		b := make([]byte, minKeyFile)
		if _, err := io.ReadFull(p.rand, b); err != nil {
			return nil, err
		}
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // never over another key
		if err != nil {
			return nil, err
		}
		_, err = f.Write(b)
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return nil, err
		}
	}
	b, err := os.ReadFile(path)
	if err == nil && len(b) < minKeyFile {
		err = errKeyFile
	}
	return b, err
}

func backupAEAD(key, salt []byte) (cipher.AEAD, error) {
	k, err := hkdf.Key(sha256.New, key, salt, "vejviser hub backup v1", chacha20poly1305.KeySize)
	if err != nil {
		return nil, err
	}
	return chacha20poly1305.NewX(k)
}

// keep writes a backup whole or not at all, and holds it against its receipt; a sealed
// one once more as it lies there.
func (p *program) keep(path string, key []byte, rec hub.Receipt, r io.Reader) error {
	if key == nil {
		return interchange.WriteFile(path, func(w io.Writer) error { return rec.Copy(w, r) })
	}
	err := interchange.WriteFile(path, func(w io.Writer) error { return p.sealTo(w, key, rec, r) })
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	plain, err := openBackup(f, key)
	if err == nil {
		err = rec.Copy(io.Discard, plain)
	}
	return errors.Join(err, f.Close())
}

func (p *program) sealTo(w io.Writer, key []byte, rec hub.Receipt, r io.Reader) error {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(p.rand, salt); err != nil {
		return err
	}
	aead, err := backupAEAD(key, salt)
	if err != nil {
		return err
	}
	nonce := make([]byte, sealed.NonceSize(aead))
	if _, err := io.ReadFull(p.rand, nonce); err != nil {
		return err
	}
	if _, err := w.Write(append(append([]byte(sealedBackup), salt...), nonce...)); err != nil {
		return err
	}
	out := sealed.NewWriter(w, aead, nonce)
	if err := rec.Copy(out, r); err != nil {
		return err
	}
	return out.Close()
}

// openBackup gives the backup in a file, sealed or not. It reads from the beginning.
func openBackup(f io.ReadSeeker, key []byte) (io.ReadSeeker, error) {
	head := make([]byte, len(sealedBackup)+saltSize)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !bytes.HasPrefix(head[:n], []byte(sealedBackup)) {
		_, err := f.Seek(0, io.SeekStart)
		return f, err
	}
	if key == nil {
		return nil, errSealed
	}
	if n < len(head) {
		return nil, hub.ErrBackup
	}
	aead, err := backupAEAD(key, head[len(sealedBackup):])
	if err != nil {
		return nil, err
	}
	o := &opening{f: f, aead: aead, nonce: make([]byte, sealed.NonceSize(aead))}
	if _, err := io.ReadFull(f, o.nonce); err != nil {
		return nil, hub.ErrBackup
	}
	_, err = o.Seek(0, io.SeekStart)
	return o, err
}

// opening is a sealed backup as it was. It can be read again from its beginning.
type opening struct {
	f     io.ReadSeeker
	aead  cipher.AEAD
	nonce []byte
	r     *sealed.Reader
}

func (o *opening) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekStart {
		return 0, fmt.Errorf("seal: seek to %d: %w", offset, errors.ErrUnsupported)
	}
	_, err := o.f.Seek(int64(len(sealedBackup)+saltSize+len(o.nonce)), io.SeekStart)
	o.r = sealed.NewReader(o.f, o.aead, o.nonce)
	return 0, err
}

func (o *opening) Read(b []byte) (int, error) {
	n, err := o.r.Read(b)
	if errors.Is(err, sealed.ErrDamaged) {
		err = fmt.Errorf("%w: %w", errWrong, err)
	}
	return n, err
}
