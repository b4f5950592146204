package keys

import (
	"errors"
	"fmt"
	"time"

	"github.com/zalando/go-keyring"
)

const (
	service = "Vejviser"
	// timeout of one keyring call: a locked keyring may wait for a person without limit.
	timeout = 5 * time.Second
)

func keyringSet(store, secret string) error {
	_, err := bounded(timeout, func() (string, error) { return "", keyring.Set(service, store, secret) })
	return err
}

// keyringDelete removes a secret; one that is not there is removed.
func keyringDelete(store string) error {
	_, err := bounded(timeout, func() (string, error) { return "", keyring.Delete(service, store) })
	if errors.Is(err, ErrMissing) {
		return nil
	}
	return err
}

// keepInKeyring keeps a secret and reads it back: a keyring that takes one and
// does not give it back would lock everything in.
func keepInKeyring(name string, s secret) error {
	if err := keyringSet(name, s.String()); err != nil {
		return err
	}
	got, err := keyringGet(name)
	if err != nil || got != s.String() {
		return errors.Join(ErrKeyringUnavailable, err)
	}
	return nil
}

// keyringGet gives the secret. Only ErrNotFound says that the keyring works and
// does not hold it (ErrMissing); the three platforms' other errors have three
// texts and no type, and all mean that it is not available.
func keyringGet(store string) (string, error) {
	return bounded(timeout, func() (string, error) { return keyring.Get(service, store) })
}

// bounded runs one keyring call in a goroutine of its own and gives up after d.
// The call itself cannot be interrupted; its goroutine ends when the call does.
func bounded(d time.Duration, call func() (string, error)) (string, error) {
	type answer struct {
		s   string
		err error
	}
	done := make(chan answer, 1)
	go func() {
		s, err := call()
		done <- answer{s, err}
	}()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case a := <-done:
		switch {
		case a.err == nil:
			return a.s, nil
		case errors.Is(a.err, keyring.ErrNotFound):
			return "", fmt.Errorf("%w: not in the keyring", ErrMissing)
		default:
			return "", errors.Join(ErrKeyringUnavailable, a.err)
		}
	case <-t.C:
		return "", fmt.Errorf("%w: no answer within %s", ErrKeyringUnavailable, d)
	}
}
