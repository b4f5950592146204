package localdb

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/keys"
)

func pin(s string) func() ([]byte, error) { return func() ([]byte, error) { return []byte(s), nil } }

// sharedPC is a store that Mette (a guide) opens by PIN, with a vejvisning in it.
func sharedPC(t *testing.T) (o Options, words string) {
	t.Helper()
	keyring.MockInit()
	o = Options{Dir: t.TempDir(), Create: true, Keyring: true}
	s := openAt(t, o)
	if err := s.RecordReferral(newReferral(t)); err != nil {
		t.Fatal(err)
	}
	_, words, err := s.AddPerson(" Mette ", "guide", []byte("481973"))
	if err != nil || words == "" {
		t.Fatal(words, err)
	}
	closeStore(t, s)
	o.Create = false
	return o, words
}

func TestSharedStoreOpensByPINAlone(t *testing.T) {
	o, words := sharedPC(t)
	ctx := context.Background()
	if who, err := People(o.Dir); err != nil || len(who.Persons) != 1 || who.Persons[0].Name != "Mette" || !who.Locked {
		t.Fatal(who, err)
	}
	if _, err := Open(ctx, o); !errors.Is(err, keys.ErrPINNeeded) || MessageKey(err) != "store.pin_needed" {
		t.Error("opened without a PIN:", err)
	}
	for _, who := range []string{"", "mette"} {
		o.Person, o.PIN = who, pin("481973")
		s, err := Open(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		if rs, err := s.Referrals(); err != nil || len(rs) != 1 {
			t.Error(rs, err)
		}
		if p, err := s.Person(); err != nil || p == nil || p.Name != "Mette" || p.Role != "guide" {
			t.Error(p, err)
		}
		if err := s.ResetPIN(mustPerson(t, s).ID, []byte("902817")); !errors.Is(err, keys.ErrPINNeeded) {
			t.Error("another PIN without the one until now:", err)
		}
		closeStore(t, s)
		if n := len(s.key.Bytes); n != keys.Size || s.key.Bytes[0]|s.key.Bytes[7]|s.key.Bytes[31] != 0 {
			t.Error("the key is still in memory after closing")
		}
	}
	o.PIN = pin("481974")
	if _, err := Open(ctx, o); MessageKey(err) != "store.pin_wrong" {
		t.Error(err)
	}
	o.PIN, o.Passphrase = nil, pin(words)
	s := openAt(t, o)
	if st, err := s.Status(); err != nil || st.Key != keys.Recovery || st.Referrals != 1 {
		t.Error(st, err)
	}
	if p, err := s.Person(); p != nil || err != nil {
		t.Error("the recovery words are nobody:", p, err)
	}
}

func mustPerson(t *testing.T, s *Store) *keys.Person {
	t.Helper()
	p, err := s.Person()
	if err != nil || p == nil {
		t.Fatal(p, err)
	}
	return p
}

func TestPersonsAreAddedChangedAndRemoved(t *testing.T) {
	o, _ := sharedPC(t)
	o.Person, o.PIN = "Mette", pin("481973")
	s := openAt(t, o)
	heard := make(chan Change, 10)
	s.Subscribe(func(c Change) { heard <- c })
	bo, words, err := s.AddPerson("Bo", "desk", []byte("730415"))
	if err != nil || words != "" {
		t.Fatal(words, err)
	}
	if c := <-heard; c.Kind != "people" || c.ID != bo.ID {
		t.Error(c)
	}
	var field *directory.RefusedError
	var cpr *CPRError
	for name, want := range map[string]any{"bo": &field, "": &field, "En meget lang navngivelse": &field, "010170-1234": &cpr} {
		if _, _, err := s.AddPerson(name, "desk", []byte("730415")); !errors.As(err, want) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, _, err := s.AddPerson("Ea", "desk", []byte("111111")); !errors.Is(err, keys.ErrPINEasy) {
		t.Error(err)
	}
	if err := s.ChangePIN(bo.ID, []byte("730415"), []byte("902817")); err != nil {
		t.Error(err)
	}
	if err := s.RemovePerson(bo.ID); err != nil {
		t.Error(err)
	}
	if err := s.RemovePerson(mustPerson(t, s).ID); err != nil {
		t.Error(err)
	}
	closeStore(t, s)
	o.PIN = nil
	again := openAt(t, o)
	if st, err := again.Status(); err != nil || st.Key != keys.Keyring {
		t.Error(st, err)
	}
}

// Row 39 of the faults to survive, on the store itself: guesses at whatever is put
// back, taken away or restarted.
func TestTenGuessesAtAStoreAreAllThereAre(t *testing.T) {
	o, _ := sharedPC(t)
	up := time.Hour
	o.uptime = func() (time.Duration, error) { return up, nil }
	o.Now = func() time.Time { return time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC) } // a clock that somebody set
	o.Person, o.PIN = "Mette", pin("481974")
	name := filepath.Join(o.Dir, keys.FileName)
	copied, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	guesses := 0
	for i := range 3 * keys.MostTries {
		_, err := Open(context.Background(), o)
		var wrong *keys.PINError
		var wait *keys.WaitError
		switch {
		case errors.As(err, &wrong):
			guesses++
		case errors.As(err, &wait):
		case errors.Is(err, keys.ErrPINGone) && guesses == keys.MostTries-1:
			guesses++
		case errors.Is(err, keys.ErrPINGone), errors.Is(err, keys.ErrPINHalfGone), errors.Is(err, keys.ErrMissing):
		default:
			t.Fatal(err)
		}
		switch i % 4 {
		case 0:
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(context.Background(), o); !errors.Is(err, keys.ErrMissing) {
				t.Fatal("without keys.json:", err)
			}
			fallthrough
		case 1:
			if err := os.WriteFile(name, copied, 0o600); err != nil {
				t.Fatal(err)
			}
		case 2:
			up = time.Second
		case 3:
			up += time.Duration(i) * time.Hour
		}
	}
	if guesses != keys.MostTries {
		t.Errorf("%d guesses", guesses)
	}
	o.PIN = pin("481973")
	if _, err := Open(context.Background(), o); err == nil {
		t.Error("the right PIN opens after ten wrong ones")
	}
}
