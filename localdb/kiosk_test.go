package localdb

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb/keys"
)

// A screen for everybody stands before the public directory alone: no desk's store,
// none that holds what people did, none that somebody's PIN opens.
func TestAKiosksStoreHoldsThePublicDirectoryAlone(t *testing.T) {
	ready := func() *Store { return openAt(t, Options{Dir: t.TempDir(), Create: true}) }
	s := ready()
	if err := s.FitForKiosk(); err != nil {
		t.Errorf("a new one: %v", err)
	}
	if err := s.Suggest(Suggestion{ID: uuid.NewString(), Field: "phone", Text: "Nummeret er nedlagt", Community: uuid.NewString()}); err != nil {
		t.Fatal(err)
	}
	if err := s.FitForKiosk(); !errors.Is(err, ErrKioskReferrals) {
		t.Errorf("one with a suggestion: %v", err)
	}
	closeStore(t, s)
	for role, want := range map[string]error{KioskRole: nil, "desk": ErrKioskRole, "guide": ErrKioskRole} {
		s := ready()
		if err := s.Enrol(Enrolment{Hub: "https://hub.lindeby.example", Device: uuid.NewString(), Role: role, Organisation: "Lindeby Bibliotek"}); err != nil {
			t.Fatal(err)
		}
		if err := s.FitForKiosk(); !errors.Is(err, want) {
			t.Errorf("one of a %s: %v", role, err)
		}
		closeStore(t, s)
	}
	s = ready()
	if _, _, err := s.AddPerson("Mette", "guide", []byte("481973")); err != nil {
		t.Fatal(err)
	}
	if err := s.FitForKiosk(); !errors.Is(err, ErrKioskReferrals) {
		t.Errorf("one that people open by PIN: %v", err)
	}
	closeStore(t, s)
}

// The PIN is kept as a hash in letters, survives a restart, and no setting of it is
// taken for a number of a person.
func TestAKiosksPINIsKeptAsAHash(t *testing.T) {
	o := Options{Dir: t.TempDir(), Create: true}
	s := openAt(t, o)
	if has, err := s.HasKioskPIN(); has || err != nil {
		t.Error(has, err)
	}
	if err := s.TryKioskPIN([]byte("481973")); !errors.Is(err, keys.ErrNoDoor) {
		t.Error(err)
	}
	for _, pin := range []string{"123456", "0101"} {
		if s.SetKioskPIN([]byte(pin)) == nil {
			t.Errorf("%s is taken", pin)
		}
	}
	for range 30 {
		if err := s.SetKioskPIN([]byte("010190")); err != nil {
			t.Fatal(err)
		}
	}
	closeStore(t, s)
	s = openAt(t, o)
	if err := s.TryKioskPIN([]byte("010190")); err != nil {
		t.Error(err)
	}
	var wrong *keys.PINError
	if err := s.TryKioskPIN([]byte("010191")); !errors.As(err, &wrong) {
		t.Error(err)
	}
	closeStore(t, s)
}
