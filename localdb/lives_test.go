package localdb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

type life struct {
	r      referral.Referral
	events []referral.Event
}

func livesOf(t testing.TB, s *Store) (out []life) {
	t.Helper()
	if err := s.EachLife(func(r referral.Referral, evs []referral.Event) error {
		out = append(out, life{r, evs})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func eventOf(r referral.Referral, k referral.Kind, on directory.Day) referral.Event {
	return referral.Event{ID: uuid.Must(uuid.NewV7()).String(), Code: r.Code, Referral: r.ID, Kind: k, On: on}
}

// Whatever waits, is confirmed, or is known by its events alone: every life is as
// Referral gives it, in the order of Referrals.
func TestEveryLifeIsThatOfItsCode(t *testing.T) {
	checks(t, "12")
	rapid.Check(t, func(rt *rapid.T) {
		s, err := Open(context.Background(), made(t.TempDir()))
		if err != nil {
			rt.Fatal(err)
		}
		defer s.Close()
		if err := s.Enrol(enrolment1()); err != nil {
			rt.Fatal(err)
		}
		l := newLog()
		today := directory.DayOf(time.Now())
		orphans := 0
		for range rapid.IntRange(0, 12).Draw(rt, "referrals") {
			r := newReferral(t)
			r.At = today.AddDays(-rapid.IntRange(0, 3).Draw(rt, "ago"))
			more := rapid.SliceOfN(rapid.SampledFrom(referral.Kinds[1:]), 0, 4).Draw(rt, "events")
			switch rapid.IntRange(0, 2).Draw(rt, "how") {
			case 0: // here, and waits
				if err := s.RecordReferral(r, more...); err != nil {
					rt.Fatal(err)
				}
			case 1: // confirmed
				l.put(record.Referral, r.ID, r, "o-a")
				for _, k := range more {
					e := eventOf(r, k, r.At)
					l.put(record.Event, e.ID, e, "o-a")
				}
			case 2: // another machine's: its events alone
				for _, k := range more {
					if err := s.RecordEvent(eventOf(r, k, today)); err != nil {
						rt.Fatal(err)
					}
				}
				orphans += min(1, len(more))
			}
		}
		l.bring(t, s, "dir", "case/o-a")
		rs, err := s.Referrals()
		if err != nil {
			rt.Fatal(err)
		}
		lives := livesOf(t, s)
		if len(lives) != len(rs)+orphans {
			rt.Fatalf("%d lives of %d referrals, and %d codes without one", len(lives), len(rs), orphans)
		}
		for i, x := range lives {
			if i < len(rs) && x.r.ID != rs[i].ID || i >= len(rs) && x.r.ID != "" {
				rt.Fatalf("life %d is of %+v", i, x.r)
			}
			r, evs, err := s.Referral(x.r.Code)
			if err != nil || r.ID != x.r.ID || !slices.EqualFunc(evs, x.events, func(a, b referral.Event) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
				rt.Fatalf("%s:\n%+v\n%+v\n%v", x.r.Code, evs, x.events, err)
			}
		}
	})
}

func TestTwoReferralsOfOneCodeHaveEachTheirOwnEvents(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	a, b := newReferral(t), newReferral(t)
	b.Code = a.Code
	b.At = b.At.AddDays(-1)
	l.put(record.Referral, a.ID, a, "o-a")
	l.put(record.Referral, b.ID, b, "o-a")
	own, other, nameless := eventOf(a, referral.Shown, a.At), eventOf(b, referral.Shown, b.At), eventOf(a, referral.Welcomed, a.At)
	nameless.Referral = ""
	for _, e := range []referral.Event{own, other, nameless} {
		l.put(record.Event, e.ID, e, "o-a")
	}
	l.bring(t, s, "dir", "case/o-a")
	lives := livesOf(t, s)
	if len(lives) != 2 || lives[0].r.ID != a.ID || len(lives[0].events) != 2 || lives[1].r.ID != b.ID || len(lives[1].events) != 1 || lives[1].events[0].ID != other.ID {
		t.Errorf("%+v", lives)
	}
	stop := errors.New("stop")
	if err := s.EachLife(func(referral.Referral, []referral.Event) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
}

// manyLives fills a store with referrals as a municipality has them after years:
// three events each, confirmed but for the last hundredth.
func manyLives(tb testing.TB, s *Store, n int) {
	tb.Helper()
	l := newLog()
	today := directory.DayOf(time.Now())
	for i := range n {
		r := newReferral(tb)
		r.At = today.AddDays(-i / 14)
		r.Organisation, r.Place, r.Wishes = "Ringsted Bibliotek", "Skranken", []string{referral.Wishes[0], referral.Wishes[1]}
		if i < n/100 {
			if err := s.RecordReferral(r, referral.Welcomed); err != nil {
				tb.Fatal(err)
			}
			continue
		}
		l.put(record.Referral, r.ID, r, "o-ringsted-bibliotek", "ringsted")
		for j, k := range []referral.Kind{referral.Shown, referral.Welcomed, referral.StillComing} {
			e := eventOf(r, k, r.At.AddDays(14*j))
			l.put(record.Event, e.ID, e, "o-ringsted-bibliotek", "ringsted")
		}
	}
	l.bring(tb, s, "case")
}

// BenchmarkEachLife reads 10,000 referrals with 30,000 events; the goal is 60 ms.
func BenchmarkEachLife(b *testing.B) {
	s := enrolled(b, made(b.TempDir()))
	manyLives(b, s, 10000)
	for b.Loop() {
		n, events := 0, 0
		if err := s.EachLife(func(_ referral.Referral, evs []referral.Event) error { n, events = n+1, events+len(evs); return nil }); err != nil || n != 10000 || events < 29000 {
			b.Fatal(n, events, err)
		}
	}
}

// BenchmarkRegister reads 500 ambassadors, a tenth of them with a change on top, and
// the contact cards of 200 codes.
func BenchmarkRegister(b *testing.B) {
	s := enrolled(b, made(b.TempDir()))
	l := newLog()
	for i := range 500 {
		a := &directory.Ambassador{ID: uuid.NewString(), Name: fmt.Sprint("Navn ", i), Areas: []string{"Benløse", "Ringsted"}, Languages: []string{"da", "en"},
			Interests: referral.Wishes[:5], Times: referral.Times, Communities: []string{uuid.NewString(), uuid.NewString()}, TrainedOn: "2026-02-03"}
		l.put(record.Ambassador, a.ID, a)
	}
	l.bring(b, s, allFeeds...)
	as, err := s.Ambassadors()
	if err != nil {
		b.Fatal(err)
	}
	for i := range 50 {
		after := as[i]
		after.Paused = true
		if err := s.EditAmbassador(&as[i], &after); err != nil {
			b.Fatal(err)
		}
	}
	for range 200 {
		kept(b, s)
	}
	b.Run("ambassadors", func(b *testing.B) {
		for b.Loop() {
			if as, err := s.Ambassadors(); err != nil || len(as) != 500 || !as[0].Paused {
				b.Fatal(len(as), err)
			}
		}
	})
	b.Run("cards", func(b *testing.B) {
		for b.Loop() {
			if cs, err := s.Cards(); err != nil || len(cs) != 200 {
				b.Fatal(len(cs), err)
			}
		}
	})
	b.Run("keys to send", func(b *testing.B) {
		for b.Loop() {
			if ks, err := s.CardKeysToSend(); err != nil || len(ks) != 200 {
				b.Fatal(len(ks), err)
			}
		}
	})
	b.Run("status", func(b *testing.B) {
		for b.Loop() {
			if st, err := s.Status(); err != nil || st.Cards != 200 {
				b.Fatal(st.Cards, err)
			}
		}
	})
}
