package practice

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

const (
	club = "0190a000-0000-7000-8000-000000000001"
	knit = "0190a000-0000-7000-8000-000000000002"
	walk = "0190a000-0000-7000-8000-000000000003"
)

// codes gives codes that are right, the same each time.
func codes(n int) []referral.Code {
	r := rand.NewChaCha8([32]byte{7})
	out := make([]referral.Code, n)
	for i := range out {
		c, err := referral.Draw(r)
		if err != nil {
			panic(err)
		}
		out[i] = c
	}
	return out
}

// ground meets on Tuesdays from 3 November to 22 December 2026: eight times.
func ground() *directory.Community {
	return &directory.Community{ID: club, Name: "Spiseklubben", Kind: directory.KindPracticeGround,
		Schedule: []directory.Slot{{Weekday: 2, From: "17:00", To: "19:00"}},
		Practice: &directory.Practice{From: "2026-11-01", To: "2026-12-22", Onward: []string{knit, "Torsdagsspisning"}}}
}

func session(id int, on directory.Day, came int, cs ...referral.Code) Session {
	return Session{ID: "0190b000-0000-7000-8000-00000000000" + string(rune('0'+id)), Community: club, On: on, Came: came, Codes: cs}
}

func TestAPracticeGroundSaysHowManyOfItsTimesWereHeld(t *testing.T) {
	c := codes(3)
	tests := []struct {
		name     string
		change   func(*directory.Community)
		sessions []Session
		want     Standing
	}{
		{"nothing yet", nil, nil, Standing{Of: 8}},
		{"three of eight", nil, []Session{session(1, "2026-11-03", 6, c[0]), session(2, "2026-11-10", 7, c[0], c[1]), session(3, "2026-11-17", 4)}, Standing{Held: 3, Of: 8, Came: 17, Codes: 2}},
		{"one was cancelled", nil, []Session{session(1, "2026-11-03", 6), {ID: "x", Community: club, On: "2026-11-10", Cancelled: true}}, Standing{Held: 1, Of: 8, Cancelled: 1, Came: 6}},
		{"one was moved to a Thursday", nil, []Session{session(1, "2026-11-05", 6)}, Standing{Held: 1, Of: 9, Came: 6}},
		{"two entries of one day are one time", nil, []Session{session(1, "2026-11-03", 6), session(2, "2026-11-03", 2)}, Standing{Held: 1, Of: 8, Came: 8}},
		{"another ground's does not count", nil, []Session{{ID: "x", Community: walk, On: "2026-11-03", Came: 9}}, Standing{Of: 8}},
		{"no end is stated", func(c *directory.Community) { c.Practice.To = "" }, []Session{session(1, "2026-11-03", 6)}, Standing{Held: 1, Came: 6}},
		{"no day is stated", func(c *directory.Community) { c.Schedule = nil }, []Session{session(1, "2026-11-03", 6)}, Standing{Held: 1, Came: 6}},
		{"no frame at all", func(c *directory.Community) { c.Practice = nil }, nil, Standing{}},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			g := ground()
			if x.change != nil {
				x.change(g)
			}
			if got := Attendance(x.sessions, g); got != x.want {
				t.Errorf("got %+v, want %+v", got, x.want)
			}
		})
	}
}

func TestDaysNobodySaidAnythingAboutAreAskedFor(t *testing.T) {
	s := []Session{session(1, "2026-11-10", 5)}
	for hour, want := range map[int][]directory.Day{10: {"2026-11-17", "2026-11-03"}, 18: {"2026-11-24", "2026-11-17", "2026-11-03"}} {
		if got := ToRegister(s, ground(), time.Date(2026, 11, 24, hour, 0, 0, 0, directory.Copenhagen)); !slices.Equal(got, want) {
			t.Errorf("at %d: got %v, want %v", hour, got, want)
		}
	}
}

func TestAPracticeGroundKnowsItsPhase(t *testing.T) {
	for day, want := range map[directory.Day]Phase{"2026-10-31": Coming, "2026-11-01": Under, "2026-12-22": Under, "2026-12-23": Over} {
		if got := PhaseOf(ground(), day); got != want {
			t.Errorf("%s: got %s, want %s", day, got, want)
		}
	}
	closed := ground()
	closed.Status = directory.StatusClosed
	if PhaseOf(closed, "2026-11-10") != Over || PhaseOf(&directory.Community{}, "2026-11-10") != Under {
		t.Error("a closed ground is over, one without a period is under way")
	}
}

func TestACodesTimesAreTheSameInWhateverOrderSessionsCome(t *testing.T) {
	c := codes(6)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 30).Draw(t, "sessions")
		var list []Session
		for i := range n {
			s := Session{ID: string(rune('a' + i)), Community: rapid.SampledFrom([]string{club, walk}).Draw(t, "where"),
				On: directory.Day("2026-11-01").AddDays(rapid.IntRange(0, 9).Draw(t, "day")), Cancelled: rapid.IntRange(0, 5).Draw(t, "off") == 0}
			for _, k := range c {
				if rapid.Bool().Draw(t, "came") {
					s.Codes = append(s.Codes, k)
				}
			}
			s.Came = len(s.Codes)
			list = append(list, s)
		}
		own := c[:rapid.IntRange(1, len(c)).Draw(t, "own")]
		want, lines, standing := NewBook(list).Seen(own...), NewBook(list).Lines(club), Attendance(list, ground())
		other := slices.Clone(list)
		rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "shuffle"))).Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
		back := slices.Clone(own)
		slices.Reverse(back)
		got := NewBook(other).Seen(back...)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		if !reflect.DeepEqual(NewBook(other).Lines(club), lines) || Attendance(other, ground()) != standing {
			t.Fatal("lines and standing depend on the order")
		}
		for i := 1; i < len(got); i++ {
			if a, b := got[i-1], got[i]; a.On > b.On || a.On == b.On && a.Community == b.Community {
				t.Fatalf("%v before %v", a, b)
			}
		}
		if standing.Held > 0 && standing.Of < standing.Held {
			t.Fatalf("more held than there are: %+v", standing)
		}
	})
}

// lived is a referral and its life.
func lived(code, previous referral.Code, at directory.Day, to []string, evs ...referral.Event) referral.Told {
	r := referral.Referral{Code: code, PreviousCode: previous, At: at, Communities: to}
	all := []referral.Event{{ID: "0", Code: code, Kind: referral.Shown, On: at}}
	for i, e := range evs {
		e.ID, e.Code = string(rune('1'+i)), code
		all = append(all, e)
	}
	return referral.Told{Referral: r, Life: referral.StateOf(r, all)}
}

func TestWhoFallsOutOfACommunityIsOfferedThePracticeGroundAgain(t *testing.T) {
	c := codes(3)
	first := lived(c[0], "", "2026-10-20", []string{club}, referral.Event{Kind: referral.Welcomed, On: "2026-11-03"})
	sessions := []Session{session(1, "2026-11-03", 5, c[0]), session(2, "2026-11-10", 5, c[0])}
	on := func(evs ...referral.Event) referral.Told {
		return lived(c[1], c[0], "2026-11-12", []string{knit}, evs...)
	}
	welcomed := referral.Event{Kind: referral.Welcomed, On: "2026-11-14"}
	left := referral.Event{Kind: referral.DidNotFit, On: "2026-11-20"}
	tests := []struct {
		name     string
		lives    []referral.Told
		sessions []Session
		want     int
	}{
		{"left after being welcomed", []referral.Told{first, on(welcomed, left)}, sessions, 1},
		{"no room", []referral.Told{first, on(referral.Event{Kind: referral.NoRoom, On: "2026-11-20"})}, sessions, 1},
		{"did not want to after all", []referral.Told{first, on(referral.Event{Kind: referral.DidNotWant, On: "2026-11-20"})}, sessions, 1},
		{"still comes", []referral.Told{first, on(welcomed, referral.Event{Kind: referral.StillComing, On: "2026-11-20"})}, sessions, 0},
		{"nobody knows", []referral.Told{first, on(referral.Event{Kind: referral.Unknown, On: "2026-11-20"})}, sessions, 0},
		{"never practised", []referral.Told{first, on(welcomed, left)}, nil, 0},
		{"something else was shown", []referral.Told{first, on(referral.Event{Kind: referral.NoRoom, On: "2026-11-20", Instead: []string{walk}})}, sessions, 0},
		{"has been back since", []referral.Told{first, on(welcomed, left)}, append(slices.Clone(sessions), session(3, "2026-11-24", 5, c[1])), 0},
		{"was shown on since", []referral.Told{first, on(welcomed, left), lived(c[2], c[1], "2026-11-22", []string{walk})}, sessions, 0},
		{"the ground itself did not fit", []referral.Told{lived(c[0], "", "2026-10-20", []string{club}, referral.Event{Kind: referral.DidNotFit, On: "2026-11-20"})}, sessions, 0},
		{"the cancelled time is no time", []referral.Told{first, on(welcomed, left)}, []Session{{ID: "x", Community: club, On: "2026-11-03", Cancelled: true, Codes: c[:1]}}, 0},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			got := Offers(x.lives, NewBook(x.sessions))
			if len(got) != x.want {
				t.Fatalf("got %+v", got)
			}
			if x.want == 1 {
				o := got[0]
				if o.Code != c[1] || o.Ground != club || o.On != "2026-11-20" || o.Times != 2 || !slices.Equal(o.From, []string{knit}) {
					t.Errorf("got %+v", o)
				}
				if Mark(x.lives, x.sessions); x.lives[0].Ground != "" || x.lives[1].Ground != club {
					t.Errorf("marked %q and %q", x.lives[0].Ground, x.lives[1].Ground)
				}
			}
		})
	}
}

func TestCodesThatTieEachOtherInACircleEnd(t *testing.T) {
	c := codes(3)
	next := map[referral.Code]referral.Code{c[0]: c[1], c[1]: c[2], c[2]: c[0]}
	if got := Chain(c[0], func(k referral.Code) referral.Code { return next[k] }); len(got) != 3 {
		t.Errorf("got %v", got)
	}
}

func TestTheWayOnwardSaysWhereAndWithWhom(t *testing.T) {
	k := &directory.Community{ID: knit, Name: "Strik og snak"}
	find := func(v string) *directory.Community {
		if v == knit {
			return k
		}
		return nil
	}
	as := []directory.Ambassador{
		{ID: "a", Name: "Anders", Communities: []string{knit}},
		{ID: "b", Name: "Bente", Started: []string{knit}},
		{ID: "c", Name: "Carl", Communities: []string{knit}, Paused: true},
		{ID: "d", Name: "Dorte", Communities: []string{knit}, Paused: true, PausedTo: "2026-11-01"},
		{ID: "e", Name: "Erik", Communities: []string{walk}},
	}
	steps := Onward(ground(), find, as, "2026-11-24")
	if len(steps) != 2 || steps[0].Name != "Strik og snak" || !steps[0].Open("2026-11-24") || steps[1].Name != "Torsdagsspisning" || steps[1].Open("2026-11-24") {
		t.Fatalf("got %+v", steps)
	}
	var names []string
	for _, a := range steps[0].With {
		names = append(names, a.Name)
	}
	if want := []string{"Anders", "Bente", "Dorte"}; !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
	k.Welcome = &directory.Welcome{Pause: &directory.Pause{To: "2026-12-01"}}
	if steps[0].Open("2026-11-24") || !steps[0].Open("2026-12-02") {
		t.Error("a pause for newcomers counts, and ends by itself")
	}
}

// BenchmarkOffers is what the page reads in one go: ten thousand lives.
func BenchmarkOffers(b *testing.B) {
	c := codes(10000)
	var lives []referral.Told
	var sessions []Session
	for i, k := range c {
		if i%2 == 0 {
			lives = append(lives, lived(k, "", "2026-10-20", []string{club}))
			sessions = append(sessions, Session{ID: string(k), Community: club, On: "2026-11-03", Came: 1, Codes: []referral.Code{k}})
			continue
		}
		lives = append(lives, lived(k, c[i-1], "2026-11-12", []string{knit}, referral.Event{Kind: referral.DidNotFit, On: "2026-11-20"}))
	}
	for b.Loop() {
		if len(Offers(lives, NewBook(sessions))) != 5000 {
			b.Fatal("not all were offered")
		}
	}
}
