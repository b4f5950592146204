package along

import (
	"fmt"
	"slices"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"pgregory.net/rapid"
)

const today = directory.Day("2026-11-24") // a Tuesday

func n(i int) *int { return &i }

func names(fs []Fit) (out []string) {
	for _, f := range fs {
		out = append(out, f.Ambassador.Name)
	}
	return out
}

func TestWhoFitsBestIsAskedFirstAndWhoCannotIsLastAndSaid(t *testing.T) {
	need := Need{
		Wanted:      referral.Wanted{Area: "Lindeby Syd", Languages: []string{"uk"}, Times: []string{"forenoon"}},
		Wishes:      []string{"walking"},
		Communities: []string{"walk"},
	}
	as := []directory.Ambassador{
		{ID: "1", Name: "Pause", Communities: []string{"walk"}, Areas: []string{"Lindeby Syd"}, Languages: []string{"uk"}, Times: []string{"forenoon"}, Paused: true, PausedTo: "2026-12-01"},
		{ID: "2", Name: "Fuld", Communities: []string{"walk"}, Areas: []string{"Lindeby Syd"}, Languages: []string{"uk"}, Times: []string{"forenoon"}, AtOnce: n(1)},
		{ID: "3", Name: "Andet sprog", Communities: []string{"walk"}, Areas: []string{"Lindeby Syd"}, Languages: []string{"da"}, Times: []string{"forenoon"}},
		{ID: "4", Name: "Passer", Areas: []string{"lindeby syd "}, Languages: []string{"da", "uk"}, Times: []string{"forenoon"}, Interests: []string{"walking"}, AtOnce: n(3), FreePerWeek: n(1)},
		{ID: "5", Name: "Intet oplyst"},
		{ID: "6", Name: "Pausen er forbi", Languages: []string{"uk"}, Paused: true, PausedTo: "2026-11-23"},
	}
	got := Rank(need, as, map[string]Load{"2": {Open: 1}, "4": {Open: 1}}, today)
	want := []string{"Passer", "Pausen er forbi", "Intet oplyst", "Andet sprog", "Fuld", "Pause"}
	if !slices.Equal(names(got), want) {
		t.Errorf("%v, want %v", names(got), want)
	}
	if f := got[0]; f.Free == nil || *f.Free != 1 || len(f.Reasons) != 4 {
		t.Errorf("%+v", f)
	}
	if f := got[3]; !slices.ContainsFunc(f.Reasons, func(r Reason) bool { return r.Kind == OtherLanguage && r.Kind.Against() }) {
		t.Errorf("another language is not said: %+v", f.Reasons)
	}
	if !got[4].Full || !got[5].Paused || got[5].PausedTo != "2026-12-01" || got[4].Can() || got[5].Can() {
		t.Errorf("%+v %+v", got[4], got[5])
	}
}

func TestSomebodyAtWorkIsACompanionToo(t *testing.T) {
	got := Rank(Need{}, []directory.Ambassador{{ID: "1", Name: "Anne", Role: directory.AtWork}}, nil, today)
	if len(got) != 1 || !got[0].Can() || got[0].Reasons[0].Kind != OnDuty {
		t.Errorf("%+v", got)
	}
}

// TestNobodyIsLeftOutAndAReasonIsAlwaysTrue: every ambassador comes back once, in an
// order that does not depend on the order they came in, and no reason is made up.
func TestNobodyIsLeftOutAndAReasonIsAlwaysTrue(t *testing.T) {
	some := func(t *rapid.T, name string, from ...string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, len(from), rapid.ID).Draw(t, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		as := make([]directory.Ambassador, rapid.IntRange(0, 8).Draw(t, "as"))
		for i := range as {
			as[i] = directory.Ambassador{ID: fmt.Sprint(i), Name: rapid.SampledFrom([]string{"A", "B"}).Draw(t, "name"),
				Areas: some(t, "areas", "x", "y"), Languages: some(t, "languages", "da", "uk"), Times: some(t, "times", referral.Times...),
				Communities: some(t, "communities", "k", "l"), Paused: rapid.Bool().Draw(t, "paused"), AtOnce: n(rapid.IntRange(0, 2).Draw(t, "most"))}
		}
		need := Need{Wanted: referral.Wanted{Area: "x", Languages: some(t, "wl", "da", "uk"), Times: some(t, "wt", referral.Times...)}, Communities: []string{"k"}}
		a := Rank(need, as, nil, today)
		b := Rank(need, rapid.Permutation(as).Draw(t, "order"), nil, today)
		if len(a) != len(as) {
			t.Fatalf("%d of %d", len(a), len(as))
		}
		for i, f := range a {
			if f.Ambassador.ID != b[i].Ambassador.ID {
				t.Fatalf("another order in is another order out")
			}
			if i > 0 && f.Can() && !a[i-1].Can() {
				t.Fatalf("who can stands after who cannot")
			}
			if f.Score <= 0 || f.Score > 1 {
				t.Fatalf("score %v", f.Score)
			}
			for _, r := range f.Reasons {
				has := map[ReasonKind][]string{Carries: f.Ambassador.Communities, InArea: f.Ambassador.Areas, Speaks: f.Ambassador.Languages, HasTime: f.Ambassador.Times}[r.Kind]
				for _, v := range r.Values {
					if !slices.Contains(has, v) {
						t.Fatalf("%s %v is not true of %+v", r.Kind, r.Values, f.Ambassador)
					}
				}
			}
		}
	})
}

func told(code referral.Code, evs ...referral.Event) referral.Told {
	r := referral.Referral{ID: string(code), Code: code, At: evs[0].On}
	for i := range evs {
		evs[i].ID = fmt.Sprintf("%s-%02d", code, i)
	}
	return referral.Told{Referral: r, Life: referral.StateOf(r, evs)}
}

func ago(k referral.Kind, days int) referral.Event {
	return referral.Event{Kind: k, On: today.AddDays(-days)}
}

func arranged(days int, with string, on int) referral.Event {
	e := ago(referral.Arranged, days)
	e.Plan = &referral.Plan{With: with, On: today.AddDays(on), At: "09:30"}
	return e
}

func TestWhoItFellThroughForComesFirstAndKeepsTheirWait(t *testing.T) {
	lives := []referral.Told{
		told("NEW", ago(referral.Shown, 2), ago(referral.AccompanimentWanted, 2)),
		told("LONG", ago(referral.Shown, 30), ago(referral.AccompanimentWanted, 30)),
		told("FELL", ago(referral.Shown, 9), ago(referral.AccompanimentWanted, 9), arranged(8, "a", -1), ago(referral.FellThrough, 1)),
		told("AGAIN", ago(referral.Shown, 9), ago(referral.AccompanimentWanted, 9), arranged(8, "a", -5), ago(referral.FellThrough, 5), ago(referral.AccompanimentWanted, 4), ago(referral.Unknown, 1)),
		told("AGREED", ago(referral.Shown, 9), ago(referral.AccompanimentWanted, 9), arranged(8, "a", 1)),
		told("DONE", ago(referral.Shown, 9), ago(referral.AccompanimentWanted, 9), arranged(8, "a", -3), ago(referral.CarriedOut, 3)),
	}
	var codes []referral.Code
	q := Queue(lives)
	for _, w := range q {
		codes = append(codes, w.Referral.Code)
	}
	if want := []referral.Code{"AGAIN", "FELL", "LONG", "NEW"}; !slices.Equal(codes, want) {
		t.Fatalf("%v, want %v", codes, want)
	}
	if q[1].Since != today.AddDays(-9) || q[1].Fell != 1 || !q[0].Unclear {
		t.Errorf("%+v", q[:2])
	}
	if got := Agreements(lives); len(got) != 1 || got[0].Referral.Code != "AGREED" || got[0].Plan.On != today.AddDays(1) {
		t.Errorf("%+v", got)
	}
	if got := Loads(lives, today)["a"]; got != (Load{Open: 1, Week: 1}) {
		t.Errorf("%+v", got) // tomorrow's; yesterday's fell through
	}
}

// TestNobodyFallsToNothing: whatever is said in whatever order, who wanted somebody
// along and was not accompanied, met or told no stands on the list or in an
// agreement.
func TestNobodyFallsToNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		evs := []referral.Event{ago(referral.Shown, 60)}
		life := referral.StateOf(referral.Referral{}, evs)
		for range rapid.IntRange(0, 8).Draw(t, "steps") {
			evs = append(evs, referral.Event{ID: fmt.Sprint(len(evs)), Kind: rapid.SampledFrom(referral.Choices(life)).Draw(t, "kind"), On: evs[len(evs)-1].On.AddDays(1)})
			life = referral.StateOf(referral.Referral{}, evs)
		}
		open := false
		for _, e := range evs {
			switch e.Kind {
			case referral.AccompanimentWanted, referral.FellThrough, referral.Arranged:
				open = true
			case referral.Unknown:
			default:
				open = false
			}
		}
		lives := []referral.Told{told("X", evs...)}
		if got := len(Queue(lives)) + len(Agreements(lives)); got != map[bool]int{true: 1}[open] {
			t.Fatalf("%v stands %d times", evs, got)
		}
	})
}

func many(count int) []referral.Told {
	lives := make([]referral.Told, count)
	for i := range lives {
		evs := []referral.Event{ago(referral.Shown, i%300+2), ago(referral.AccompanimentWanted, i%300+1)}
		if i%3 == 0 {
			evs = append(evs, arranged(i%300, fmt.Sprint(i%500), i%9))
		}
		lives[i] = told(referral.Code(fmt.Sprintf("C%05d", i)), evs...)
	}
	return lives
}

func BenchmarkTenThousandWaitAndFiveHundredMayGo(b *testing.B) {
	lives := many(10_000)
	as := make([]directory.Ambassador, 500)
	for i := range as {
		as[i] = directory.Ambassador{ID: fmt.Sprint(i), Name: fmt.Sprintf("A%03d", i), Areas: []string{"Nord", "Syd"}, Languages: []string{"da", "uk"}, Times: referral.Times[:i%4+1], AtOnce: n(i % 4)}
	}
	need := Need{Wanted: referral.Wanted{Area: "Syd", Languages: []string{"uk"}, Times: []string{"evening"}}, Communities: []string{"k"}, Wishes: []string{"walking"}}
	b.Run("queue", func(b *testing.B) {
		for b.Loop() {
			Queue(lives)
		}
	})
	b.Run("loads", func(b *testing.B) {
		for b.Loop() {
			Loads(lives, today)
		}
	})
	busy := Loads(lives, today)
	b.Run("rank", func(b *testing.B) {
		for b.Loop() {
			Rank(need, as, busy, today)
		}
	})
}
