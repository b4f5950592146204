package directory

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestAPauseForNewcomersHoldsUntilItsLastDay(t *testing.T) {
	pause := func(from, to Day) *Community {
		return &Community{Name: "Kor", Welcome: &Welcome{Pause: &Pause{From: from, To: to, Why: "full"}}}
	}
	for _, c := range []struct {
		c      *Community
		day    Day
		until  Day
		paused bool
	}{
		{pause("2026-11-01", "2027-02-01"), "2026-11-24", "2027-02-01", true},
		{pause("2026-11-01", "2027-02-01"), "2027-02-01", "2027-02-01", true},
		{pause("2026-11-01", "2027-02-01"), "2027-02-02", "", false},
		{pause("2026-12-01", "2027-02-01"), "2026-11-24", "", false},
		{pause("", ""), "2026-11-24", "", true},
		{pause("2026-11-01", ""), "2030-01-01", "", true},
		{&Community{Name: "Kor", Status: StatusPaused}, "2026-11-24", "", true},
		{&Community{Name: "Kor", Welcome: &Welcome{}}, "2026-11-24", "", false},
		{&Community{Name: "Kor"}, "2026-11-24", "", false},
	} {
		if until, paused := c.c.PausedOn(c.day); until != c.until || paused != c.paused {
			t.Errorf("%+v on %s: paused %v until %q, not %v until %q", c.c.Welcome, c.day, paused, until, c.paused, c.until)
		}
	}
}

func TestNobodyNewIsToldADateWithinAPause(t *testing.T) {
	after := time.Date(2026, 11, 24, 8, 0, 0, 0, Copenhagen)
	rapid.Check(t, func(t *rapid.T) {
		from := Day("2026-10-01").AddDays(rapid.IntRange(0, 120).Draw(t, "from"))
		p := &Pause{From: from, To: from.AddDays(rapid.IntRange(0, 90).Draw(t, "days"))}
		if rapid.Bool().Draw(t, "open") {
			p.To = ""
		}
		c := &Community{Name: "Kor", Schedule: []Slot{{Weekday: rapid.IntRange(1, 7).Draw(t, "weekday"), From: "19:00", To: "21:00"}}, Welcome: &Welcome{Pause: p}}
		n := rapid.IntRange(1, 4).Draw(t, "n")
		got := c.NextForNew(after, n)
		for i, o := range got {
			if p.On(DayOf(o.Start)) {
				t.Fatalf("%s lies in %+v", o.Start, p)
			}
			if i > 0 && !got[i-1].Start.Before(o.Start) {
				t.Fatalf("%v is not in order", got)
			}
		}
		if p.To != "" && len(got) != n {
			t.Fatalf("%d of %d dates, with a pause %+v that ends", len(got), n, p)
		}
		if p.To == "" && p.From <= "2026-11-24" && len(got) != 0 {
			t.Fatalf("%v in a pause without an end", got)
		}
	})
}
