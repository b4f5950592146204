package referral

import (
	"fmt"
	"slices"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"pgregory.net/rapid"
)

// tuesday is the day of the table.
const tuesday = directory.Day("2026-11-24")

// told makes a life in which things happened so many days before tuesday.
func told(n int, evs ...Event) Told {
	r := Referral{ID: fmt.Sprintf("0190a000-0000-7000-8000-%012d", n), Code: Code(fmt.Sprintf("C%04d", n)), At: evs[0].On}
	for i := range evs {
		evs[i].ID = fmt.Sprintf("%04d-%02d", n, i)
	}
	return Told{Referral: r, Life: StateOf(r, evs)}
}

func on(k Kind, daysAgo int) Event { return Event{Kind: k, On: tuesday.AddDays(-daysAgo)} }

func TestEveryLifeHasItsNextStep(t *testing.T) {
	plan := on(Arranged, 2)
	plan.Plan = &Plan{On: tuesday}
	instead := on(NoRoom, 3)
	instead.Instead = []string{"x"}
	for name, c := range map[string]struct {
		evs  []Event
		kind TaskKind // "" is none
		on   int      // days after tuesday
		when When
	}{
		"shown":                      {[]Event{on(Shown, 4)}, AskWelcomed, 6, Later},
		"shown, due tomorrow":        {[]Event{on(Shown, 9)}, AskWelcomed, 1, ThisWeek},
		"shown, due today":           {[]Event{on(Shown, 10)}, AskWelcomed, 0, Today},
		"shown, late":                {[]Event{on(Shown, 12)}, AskWelcomed, -2, Overdue},
		"shown, gone quiet":          {[]Event{on(Shown, 90)}, AskWelcomed, -80, Quiet},
		"wanted":                     {[]Event{on(Shown, 2), on(AccompanimentWanted, 2)}, FindCompanion, -2, Today},
		"wanted for long":            {[]Event{on(Shown, 90), on(AccompanimentWanted, 90)}, FindCompanion, -90, Overdue},
		"fell through":               {[]Event{on(Shown, 9), on(AccompanimentWanted, 9), on(Arranged, 8), on(FellThrough, 1)}, FindCompanion, -1, Today},
		"arranged for today":         {[]Event{on(Shown, 5), on(AccompanimentWanted, 5), plan}, AskCarriedOut, 0, Today},
		"carried out":                {[]Event{on(Shown, 9), on(AccompanimentWanted, 9), on(Arranged, 8), on(CarriedOut, 2)}, AskWelcomed, 1, ThisWeek},
		"welcomed":                   {[]Event{on(Shown, 9), on(Welcomed, 8)}, StillComing4w, 20, Later},
		"welcomed four weeks ago":    {[]Event{on(Shown, 40), on(Welcomed, 28)}, StillComing4w, 0, Today},
		"still coming":               {[]Event{on(Shown, 40), on(Welcomed, 30), on(StillComing, 2)}, StillComing3m, 61, Later},
		"still coming at the last":   {[]Event{on(Shown, 99), on(Welcomed, 95), on(StillComing, 60), on(StillComing, 1)}, "", 0, ""},
		"followed on inside":         {[]Event{on(Shown, 40), on(Welcomed, 28), on(CarriedOut, 20)}, StillComing4w, 0, Today},
		"no room":                    {[]Event{on(Shown, 9), on(NoRoom, 3)}, OfferOther, -3, Today},
		"no room, shown another":     {[]Event{on(Shown, 9), instead}, "", 0, ""},
		"did not want":               {[]Event{on(Shown, 9), on(DidNotWant, 3)}, "", 0, ""},
		"nobody knows":               {[]Event{on(Shown, 9), on(Unknown, 3)}, Unclear, 4, Quiet},
		"nobody knows, a week later": {[]Event{on(Shown, 19), on(Unknown, 7)}, Unclear, 0, Today},
		"not to be followed":         {[]Event{on(Welcomed, 3)}, "", 0, ""},
	} {
		got := Due([]Told{told(1, c.evs...)}, tuesday)
		switch {
		case c.kind == "" && len(got) > 0:
			t.Errorf("%s: %s on %s", name, got[0].Kind, got[0].On)
		case c.kind == "":
		case len(got) != 1:
			t.Errorf("%s: %d tasks", name, len(got))
		case got[0].Kind != c.kind || got[0].On != tuesday.AddDays(c.on) || got[0].When != c.when:
			t.Errorf("%s: %s on %s, %s", name, got[0].Kind, got[0].On, got[0].When)
		}
	}
}

func TestADayThatWasAgreedComesBeforeTheUsualOne(t *testing.T) {
	x := told(1, on(Shown, 2))
	x.Referral.FollowUpOn = tuesday
	if got := Due([]Told{x}, tuesday); len(got) != 1 || got[0].When != Today {
		t.Errorf("%+v", got)
	}
}

func TestAPostcardThatNobodyHeardOfIsUnclearAndNotLate(t *testing.T) {
	for days, want := range map[int]When{9: ThisWeek, 10: Today, 11: Quiet} {
		x := told(1, on(Shown, days))
		x.Referral.Depth = Postcard
		if got := Due([]Told{x}, tuesday); len(got) != 1 || got[0].When != want {
			t.Errorf("after %d days: %+v", days, got)
		}
		x.Referral.FollowUpOn = tuesday.AddDays(-2)
		if got := Due([]Told{x}, tuesday); got[0].When != Overdue {
			t.Errorf("a day was agreed: %+v", got)
		}
	}
}

func TestTheNextVejvisningOfTheSameCodeIsTheOtherOffer(t *testing.T) {
	a, b := told(1, on(Shown, 9), on(NoRoom, 3)), told(2, on(Shown, 1))
	if got := Due([]Told{a, b}, tuesday); len(got) != 2 {
		t.Fatalf("%+v", got)
	}
	b.Referral.PreviousCode = a.Referral.Code
	if got := Due([]Told{a, b}, tuesday); len(got) != 1 || got[0].Code != b.Referral.Code {
		t.Errorf("%+v", got)
	}
}

func TestWhoFallsOutIsOfferedThePracticeGroundAgain(t *testing.T) {
	x := told(1, on(Shown, 30), on(Welcomed, 20), on(DidNotWant, 2))
	x.Ground = "ground"
	if got := Due([]Told{x}, tuesday); len(got) != 1 || got[0].Kind != PracticeGround || got[0].Ground != "ground" {
		t.Errorf("%+v", got)
	}
}

func TestAnAgreementWithNobodyBehindItIsDueAtOnceUntilItsDay(t *testing.T) {
	for days, want := range map[int]TaskKind{-1: AskCarriedOut, 0: FindCompanion, 6: FindCompanion} {
		plan := on(Arranged, 2)
		plan.Plan = &Plan{On: tuesday.AddDays(days), With: "bente"}
		x := []Told{told(1, on(Shown, 5), on(AccompanimentWanted, 5), plan)}
		MarkGone(x, func(string) bool { return true })
		if got := Due(x, tuesday); len(got) != 1 || got[0].Kind != AskCarriedOut {
			t.Errorf("somebody is there: %+v", got)
		}
		MarkGone(x, func(id string) bool { return id != "bente" })
		got := Due(x, tuesday)
		if len(got) != 1 || got[0].Kind != want {
			t.Errorf("%d days before: %+v", days, got)
			continue
		}
		if want == FindCompanion && (got[0].When != Today || got[0].On != tuesday || got[0].Outcomes()[0] != FellThrough) {
			t.Errorf("%+v, %v", got[0], got[0].Outcomes())
		}
	}
}

func TestTheSuggestedOutcomeIsFirstAndAllThatFitAreOffered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := someLife(t)
		for _, task := range Due([]Told{x}, tuesday) {
			got := task.Outcomes()
			fit := Choices(x.Life)
			if len(got) != len(fit) {
				t.Fatalf("%s offers %v of %v", task.Kind, got, fit)
			}
			if want := expected[task.Kind]; want != nil && slices.Contains(fit, want[0]) && got[0] != want[0] {
				t.Fatalf("%s suggests %s", task.Kind, got[0])
			}
		}
	})
}

// TestWhatIsDueFollowsFromTheSetOfLivesAlone: another order of lives is the same
// list, each life has at most one task, and each group is in the order of days.
func TestWhatIsDueFollowsFromTheSetOfLivesAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 8).Draw(t, "lives")
		lives := make([]Told, n)
		for i := range lives {
			lives[i] = someLife(t)
			lives[i].Referral.Code = Code(fmt.Sprintf("C%04d", i))
		}
		a := Due(lives, tuesday)
		b := Due(rapid.Permutation(lives).Draw(t, "order"), tuesday)
		if !slices.EqualFunc(a, b, func(x, y Task) bool { return x.Code == y.Code && x.Kind == y.Kind && x.On == y.On && x.When == y.When }) {
			t.Fatalf("%v\n%v", a, b)
		}
		seen := map[Code]bool{}
		for i, x := range a {
			if seen[x.Code] {
				t.Fatalf("%s has two tasks", x.Code)
			}
			seen[x.Code] = true
			if !x.On.Valid() || !slices.Contains(TaskKinds, x.Kind) {
				t.Fatalf("%+v", x)
			}
			if i > 0 && a[i-1].When == x.When && a[i-1].On > x.On {
				t.Fatalf("%s stands before %s", a[i-1].On, x.On)
			}
		}
	})
}

func someLife(t *rapid.T) Told {
	evs := []Event{on(Shown, rapid.IntRange(60, 120).Draw(t, "shown"))}
	life := StateOf(Referral{}, evs)
	for range rapid.IntRange(0, 6).Draw(t, "steps") {
		k := rapid.SampledFrom(Choices(life)).Draw(t, "kind")
		evs = append(evs, Event{Kind: k, On: evs[len(evs)-1].On.AddDays(rapid.IntRange(0, 15).Draw(t, "days"))})
		life = StateOf(Referral{}, evs)
	}
	return told(1, evs...)
}

func TestWhatIsTakenBackCountsNoMoreAndNothingIsLost(t *testing.T) {
	evs := events(Shown, Welcomed)
	back := append(slices.Clone(evs), Event{ID: "b", Kind: Unknown, On: "2026-11-02", Undoes: evs[1].ID})
	if l := StateOf(Referral{}, back); l.State != State(Shown) || len(l.Undone) != 2 || len(l.Events) != 1 {
		t.Errorf("%+v", l)
	}
	instead := append(slices.Clone(evs), Event{ID: "b", Kind: NoRoom, On: "2026-11-02", Undoes: evs[1].ID})
	if l := StateOf(Referral{}, instead); l.State != State(NoRoom) || len(l.Undone) != 1 {
		t.Errorf("%+v", l)
	}
	if l := StateOf(Referral{}, append(events(Shown), Event{ID: "b", Kind: Unknown, On: "2026-11-02", Undoes: evs[0].ID})); l.State != State(Shown) {
		t.Errorf("a showing was taken back: %+v", l)
	}
	busy := []Event{{ID: "1", Kind: Shown, On: "2026-11-01"}, {ID: "2", Kind: AccompanimentWanted, On: "2026-11-01"}, {ID: "3", Kind: Arranged, On: "2026-11-01"},
		{ID: "4", Kind: FellThrough, On: "2026-11-01"}, {ID: "5", Kind: AccompanimentWanted, On: "2026-11-01", Undoes: "2"}}
	if l := StateOf(Referral{}, busy); l.State != State(FellThrough) || len(l.Odd) > 0 || len(l.Events) != 4 {
		t.Errorf("a corrected wish does not stand where it stood: %+v", l)
	}
	again := append(slices.Clone(instead), Event{ID: "c", Kind: Unknown, On: "2026-11-02", Undoes: "b"})
	if l := StateOf(Referral{}, again); l.State != State(Welcomed) || len(l.Events) != 2 || len(l.Undone) != 2 {
		t.Errorf("a correction was taken back, and what it corrected is not there again: %+v", l)
	}
	rapid.Check(t, func(t *rapid.T) {
		var evs []Event
		n := rapid.IntRange(0, 10).Draw(t, "n")
		for i := range n {
			e := Event{ID: fmt.Sprintf("%02d", i), Kind: rapid.SampledFrom(Kinds).Draw(t, "kind"), On: "2026-11-01"}
			if rapid.Bool().Draw(t, "undoes") {
				e.Undoes = fmt.Sprintf("%02d", rapid.IntRange(0, 12).Draw(t, "which"))
			}
			evs = append(evs, e)
		}
		a, b := StateOf(Referral{}, evs), StateOf(Referral{}, rapid.Permutation(evs).Draw(t, "order"))
		if a.State != b.State || len(a.Events)+len(a.Odd)+len(a.Undone) != n {
			t.Fatalf("%+v\n%+v", a, b)
		}
	})
}

func BenchmarkDueOfTenThousandLives(b *testing.B) {
	raw := make([][]Event, 10_000)
	lives := make([]Told, len(raw))
	for i := range lives {
		evs := []Event{on(Shown, i%400+3), on(AccompanimentWanted, i%400+2)}
		if i%3 > 0 {
			evs = append(evs, on(Welcomed, i%400))
		}
		lives[i] = told(i, evs...)
		raw[i] = evs
	}
	b.Run("due", func(b *testing.B) {
		for b.Loop() {
			Due(lives, tuesday)
		}
	})
	b.Run("lives", func(b *testing.B) {
		for b.Loop() {
			for i := range raw {
				StateOf(lives[i].Referral, raw[i])
			}
		}
	})
}
