package localdb

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// away is a device whose clock is told, with a vejvisning that waits.
func away(t *testing.T, role string) (dir string, clock *time.Time, open func() *Store, code referral.Code) {
	t.Helper()
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	dir, clock = t.TempDir(), &now
	open = func() *Store {
		return openAt(t, Options{Dir: dir, Create: true, Now: func() time.Time { return *clock }})
	}
	s := open()
	r := newReferral(t)
	for _, err := range []error{
		s.Enrol(Enrolment{Hub: "https://hub.example", HubKey: make([]byte, 32), Device: "0190a000-0000-7000-8000-0000000000d1", Role: role, Organisation: "Lindeby Bibliotek"}),
		s.RecordReferral(r),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	closeStore(t, s)
	return dir, clock, open, r.Code
}

func TestWhatIsNotPublicIsLockedWhenTheLeaseIsOver(t *testing.T) {
	for role, days := range map[string]int{"desk": 35, "guide": 35, "coordinator": 35, "kiosk": 60} {
		_, clock, open, code := away(t, role)
		*clock = clock.AddDate(0, 0, days).Add(-time.Minute)
		s := open()
		if _, _, err := s.Referral(code); err != nil {
			t.Errorf("%s, a minute before: %v", role, err)
		}
		*clock = clock.Add(time.Minute)
		if l, err := s.Lease(); err != nil || !l.Bound || !l.Over || l.Days != days {
			t.Errorf("%s: %+v, %v", role, l, err)
		}
		_, _, errOne := s.Referral(code)
		_, errAll := s.Referrals()
		_, errAmb := s.Ambassadors()
		for what, err := range map[string]error{"a vejvisning": errOne, "vejvisninger": errAll, "ambassadors": errAmb, "a dump": s.Dump(io.Discard)} {
			if !errors.Is(err, ErrLease) || MessageKey(err) != "store.lease" {
				t.Errorf("%s, %s: %v", role, what, err)
			}
		}
		if err := s.EachCommunity(func(*directory.Community) error { return nil }); err != nil {
			t.Errorf("%s: the public directory is locked: %v", role, err)
		}
		if err := s.RecordReferral(newReferral(t)); err != nil {
			t.Errorf("%s: no vejvisning can be recorded: %v", role, err)
		}
		if ops, err := s.Outbox(t.Context(), 0); err != nil || len(ops) < 2 {
			t.Errorf("%s: the outbox was not kept: %d, %v", role, len(ops), err)
		}
		if err := s.KeepLease(0); err != nil {
			t.Fatal(err)
		}
		if rs, err := s.Referrals(); err != nil || len(rs) != 2 {
			t.Errorf("%s: locked after a contact: %v", role, err)
		}
		closeStore(t, s)
	}
}

// The latest that the clock has ever shown counts, also over a restart, until the
// hub is met.
func TestSettingTheClockBackOpensNothing(t *testing.T) {
	dir, clock, open, _ := away(t, "desk")
	start := *clock
	*clock = start.AddDate(0, 0, 40)
	s := open()
	if _, err := s.Referrals(); !errors.Is(err, ErrLease) {
		t.Fatal(err)
	}
	*clock = start
	if _, err := s.Referrals(); !errors.Is(err, ErrLease) {
		t.Error("the clock was set back:", err)
	}
	closeStore(t, s)
	s = open()
	if _, err := s.Referrals(); !errors.Is(err, ErrLease) {
		t.Error("and the program started again:", err)
	}
	*clock = start.AddDate(0, 0, 40)
	closeStore(t, s)
	if err := os.Remove(filepath.Join(dir, leaseName)); err != nil {
		t.Fatal(err)
	}
	s = open()
	if _, err := s.Referrals(); !errors.Is(err, ErrLease) {
		t.Error("and its file removed:", err)
	}
	*clock = start.AddDate(0, 0, 1) // the clock was wrong; the hub is met
	if err := s.KeepLease(0); err != nil {
		t.Fatal(err)
	}
	closeStore(t, s)
	if _, err := open().Referrals(); err != nil {
		t.Error("locked though the hub was met:", err)
	}
}

func TestTheHubSaysHowLongTheLeaseIs(t *testing.T) {
	_, clock, open, _ := away(t, "guide")
	s := open()
	if err := s.KeepLease(7); err != nil {
		t.Fatal(err)
	}
	closeStore(t, s)
	*clock = clock.AddDate(0, 0, 7)
	if _, err := open().Referrals(); !errors.Is(err, ErrLease) {
		t.Error(err)
	}
}

func TestMachineWithoutAHubHasNoLease(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	o := made(t.TempDir())
	o.Now = func() time.Time { return now }
	s := openAt(t, o)
	now = now.AddDate(9, 0, 0)
	if _, err := s.Referrals(); err != nil {
		t.Error(err)
	}
	if l, err := s.Lease(); err != nil || l.Bound || l.Over {
		t.Error(l, err)
	}
}

// Of what two people changed, that of the public directory alone is shown then: the
// rest holds how ambassadors are reached.
func TestConflictsOfPeopleAreLockedWithTheLease(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	o := made(t.TempDir())
	o.Now = func() time.Time { return now }
	s := enrolled(t, o)
	l := newLog()
	r := l.community(1)
	l.put(record.Conflict, "x-1", Conflict{Community: r.ID, Field: "name", Kept: []byte(`"A"`), Other: []byte(`"B"`)}, "ringsted")
	l.put(record.Conflict, "x-2", Conflict{Kind: record.Volunteer, Community: r.ID, Field: "phone", Kept: []byte(`"00 00 00 00"`), Other: []byte(`null`)}, "ringsted")
	l.bring(t, s, "dir", "tip")
	if xs, err := s.Conflicts(); err != nil || len(xs) != 2 {
		t.Fatal(xs, err)
	}
	now = now.AddDate(1, 0, 0)
	if xs, err := s.Conflicts(); err != nil || len(xs) != 1 || xs[0].ID != "x-1" {
		t.Errorf("%+v %v", xs, err)
	}
	if err := s.KeepLease(0); err != nil {
		t.Fatal(err)
	}
	if xs, err := s.Conflicts(); err != nil || len(xs) != 2 {
		t.Errorf("after a contact: %+v %v", xs, err)
	}
}
