package readiness

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func TestACheckIsDueHalfAYearAfterTheLast(t *testing.T) {
	for last, want := range map[directory.Day]directory.Day{
		"2026-04-20": "2026-10-20", "2026-08-31": "2027-02-28", "2027-08-31": "2028-02-29", "2026-12-31": "2027-06-30", "": "",
	} {
		if got := NextDue(last); got != want {
			t.Errorf("after %q it is due on %q, not %q", last, got, want)
		}
	}
}

func TestADueCheckComesInTheSameMonthOfTheNextHalfYear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		last := directory.Day("2020-01-01").AddDays(rapid.IntRange(0, 10000).Draw(t, "days"))
		due := NextDue(last)
		if n := last.DaysUntil(due); n < 180 || n > 185 {
			t.Fatalf("%s: due on %s, after %d days", last, due, n)
		}
	})
}

func check(organisation, desk string, on directory.Day, id string) Check {
	return Check{ID: id, Organisation: organisation, Desk: desk, On: on, Answers: map[string]int{"time": 2}}
}

func TestDesksAreOrderedByNameNeverByTheirAnswers(t *testing.T) {
	good := check("Ørby Bibliotek", "Skranken", "2026-11-01", "3")
	good.Answers = map[string]int{"knowledge": 4, "time": 4}
	list := []Check{
		good, check("Ørby Bibliotek", "Børn", "2026-10-01", "2"), check("Ørby bibliotek ", "Skranken", "2026-04-01", "1"),
		check("Aldrup Jobcenter", "", "2025-01-01", "0"),
	}
	want := Desks(list)
	var names []string
	for _, d := range want {
		names = append(names, d.Organisation+"/"+d.Name)
	}
	if !slices.Equal(names, []string{"Aldrup Jobcenter/", "Ørby Bibliotek/Børn", "Ørby Bibliotek/Skranken"}) {
		t.Errorf("the desks come as %q", names)
	}
	if d := want[2]; d.Last().ID != "3" || d.Before().ID != "1" {
		t.Errorf("the two last checks are %v and %v", d.Last(), d.Before())
	}
	if want[0].Before() != nil {
		t.Error("one check alone has one before it")
	}
}

func TestReminderOnlyWhereSomethingWasBegun(t *testing.T) {
	today := directory.Day("2026-11-24")
	checks := []Check{check("Bibliotek", "Skranken", "2026-04-20", "1"), check("Bibliotek", "Børn", "2026-06-24", "2")}
	agreements := []Agreement{
		{Organisation: "Bibliotek", NextTalk: "2026-12-08"}, {Organisation: "Jobcenter", NextTalk: "2026-12-09"},
		{Organisation: "Sundhedshus", NextTalk: "2026-11-23"}, {Organisation: "Boligforening"},
	}
	want := []Reminder{
		{CheckDue, "Bibliotek", "Skranken", "2026-10-20"}, {TalkSoon, "Bibliotek", "", "2026-12-08"}, {TalkPast, "Sundhedshus", "", "2026-11-23"},
	}
	if got := Reminders(checks, agreements, today); !slices.Equal(got, want) {
		t.Errorf("reminded of\n%v\nnot\n%v", got, want)
	}
	// the newest check counts, whichever order they came in
	again := append(checks, check("Bibliotek", "skranken", "2026-11-20", "0"))
	if got := Reminders(again, nil, today); len(got) != 0 {
		t.Errorf("reminded of %v after a check four days ago", got)
	}
}

func tally(n int, organisation string, on directory.Day) *Tally {
	t := &Tally{}
	for range n {
		t.Add(referral.Referral{ID: "x", Organisation: organisation, At: on})
	}
	return t
}

func TestProgressNeverTellsTwoCountsApartThatAreShownTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.IntRange(0, 60).Draw(t, "a"), rapid.IntRange(0, 60).Draw(t, "b")
		goal := rapid.IntRange(0, 40).Draw(t, "goal")
		p := tally(a, "Bibliotek", "2026-11-02").Progress("bibliotek", goal, "2026-11-24")
		q := tally(b, "Bibliotek", "2026-11-30").Progress("Bibliotek", goal, "2026-11-24")
		if p.Count == q.Count && (p != q || p.Part() != q.Part() || p.Reached() != q.Reached()) {
			t.Fatalf("%d and %d are shown alike, and told apart: %v %v", a, b, p, q)
		}
		if p.Count.Few && (p.Part() != 0 || p.Reached()) {
			t.Fatalf("few are told: %v", p)
		}
	})
}

func TestProgressCountsTheMonthOfTheOrganisationAlone(t *testing.T) {
	c := tally(7, "Bibliotek", "2026-11-01")
	for range 20 {
		c.Add(referral.Referral{ID: "x", Organisation: "Bibliotek", At: "2026-10-31"})
		c.Add(referral.Referral{ID: "x", Organisation: "Jobcenter", At: "2026-11-01"})
		c.Add(referral.Referral{Code: "x", At: "2026-11-01"}) // an event alone
	}
	p := c.Progress("Bibliotek", 10, "2026-11-24")
	if p.Count.N != 5 || p.Month != "2026-11-01" || p.Part() != 0.5 {
		t.Errorf("7 in the month are %+v", p)
	}
	if p := c.Progress("Bibliotek", 10, MonthBefore("2026-11-24")); p.Count.N != 20 || !p.Reached() {
		t.Errorf("20 in the month before are %+v", p)
	}
	if p := c.Progress("", 10, "2026-11-24"); !p.Count.Few {
		t.Errorf("nobody's are %+v", p)
	}
}
