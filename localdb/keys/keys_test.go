package keys

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/zalando/go-keyring"
)

// cheap is an argon2id cost for tests.
var cheap = argonCost{Time: 1, MemoryKiB: 64, Threads: 1}

func says(p string) func() ([]byte, error) { return func() ([]byte, error) { return []byte(p), nil } }

func TestKeyComesBackByEachWay(t *testing.T) {
	keyring.MockInit()
	for _, c := range []struct {
		name string
		o    Options
		how  string
	}{
		{"keyring", Options{Keyring: true}, Keyring},
		{"keyring beside a passphrase", Options{Keyring: true, Passphrase: says("en lang sætning")}, Keyring},
		{"passphrase", Options{Passphrase: says("en lang sætning")}, Passphrase},
		{"file", Options{}, File},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.Dir, c.o.cost = t.TempDir(), cheap
			made, err := Create(c.o)
			if err != nil || made.How != c.how || len(made.Bytes) != Size {
				t.Fatal(made, err)
			}
			got, err := Load(c.o)
			if err != nil || !bytes.Equal(got.Bytes, made.Bytes) || got.How != c.how || got.Store != made.Store {
				t.Error(got, err)
			}
			if _, err := Create(c.o); !errors.Is(err, ErrExists) {
				t.Error("a second key:", err)
			}
			for _, name := range []string{FileName, SecretName} {
				b, err := os.ReadFile(filepath.Join(c.o.Dir, name))
				if err == nil && bytes.Contains(b, made.Bytes) {
					t.Error("the store key stands in", name)
				}
				if st, err := os.Stat(filepath.Join(c.o.Dir, name)); err == nil && st.Mode().Perm() != 0o600 {
					t.Error(name, st.Mode())
				}
			}
		})
	}
}

func TestPassphraseIsTheWayBackWhenTheKeyringIsGone(t *testing.T) {
	keyring.MockInit()
	o := Options{Dir: t.TempDir(), Keyring: true, Passphrase: says("en lang sætning"), cost: cheap}
	made, err := Create(o)
	if err != nil {
		t.Fatal(err)
	}
	keyring.MockInitWithError(errors.New("no bus"))
	got, err := Load(o)
	if err != nil || !bytes.Equal(got.Bytes, made.Bytes) || got.How != Passphrase {
		t.Error(got, err)
	}
}

func TestWrongKeyNeverMakesANewKey(t *testing.T) {
	noBus := func() { keyring.MockInitWithError(errors.New("no bus")) }
	for _, c := range []struct {
		name   string
		o      Options
		spoil  func(dir string)
		asking func(*Options)
		want   error
	}{
		{"keyring has lost it", Options{Keyring: true}, func(string) { keyring.MockInit() }, nil, ErrMissing},
		{"keyring does not answer", Options{Keyring: true}, func(string) { noBus() }, nil, ErrKeyringUnavailable},
		{"keyring is switched off", Options{Keyring: true}, nil, func(o *Options) { o.Keyring = false }, ErrKeyringUnavailable},
		{"passphrase is wrong", Options{Passphrase: says("a")}, nil, func(o *Options) { o.Passphrase = says("b") }, ErrPassphraseWrong},
		{"passphrase is not given", Options{Passphrase: says("a")}, nil, func(o *Options) { o.Passphrase = nil }, ErrPassphraseNeeded},
		{"key file is gone", Options{}, func(d string) { os.Remove(filepath.Join(d, SecretName)) }, nil, ErrMissing},
		{"key file is another", Options{}, func(d string) {
			os.WriteFile(filepath.Join(d, SecretName), bytes.Repeat([]byte("ab"), Size), 0o600)
		}, nil, ErrWrong},
		{"key file is empty", Options{}, func(d string) { os.WriteFile(filepath.Join(d, SecretName), nil, 0o600) }, nil, ErrWrong},
		{"keys.json is gone", Options{}, func(d string) { os.Remove(filepath.Join(d, FileName)) }, nil, ErrMissing},
		{"keys.json is cut", Options{}, func(d string) { os.Truncate(filepath.Join(d, FileName), 20) }, nil, ErrMissing},
	} {
		t.Run(c.name, func(t *testing.T) {
			keyring.MockInit()
			c.o.Dir, c.o.cost = t.TempDir(), cheap
			if _, err := Create(c.o); err != nil {
				t.Fatal(err)
			}
			if c.spoil != nil {
				c.spoil(c.o.Dir)
			}
			if c.asking != nil {
				c.asking(&c.o)
			}
			before, _ := os.ReadFile(filepath.Join(c.o.Dir, FileName))
			if k, err := Load(c.o); k != nil || !errors.Is(err, c.want) {
				t.Errorf("%v, %v", k, err)
			}
			if after, _ := os.ReadFile(filepath.Join(c.o.Dir, FileName)); !bytes.Equal(before, after) {
				t.Error("keys.json was changed")
			}
		})
	}
}

func TestKeyringThatCannotBeUsedIsNotChosen(t *testing.T) {
	keyring.MockInitWithError(errors.New("exec: dbus-launch: executable file not found"))
	k, err := Create(Options{Dir: t.TempDir(), Keyring: true, cost: cheap})
	if err != nil || k.How != File {
		t.Error(k, err)
	}
}

func TestHangingKeyringIsGivenUp(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	_, err := bounded(20*time.Millisecond, func() (string, error) { <-release; return "", nil })
	if !errors.Is(err, ErrKeyringUnavailable) {
		t.Error(err)
	}
}
