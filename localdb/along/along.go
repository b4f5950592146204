// Package along is about somebody going along (følgeskab): who waits for it, in
// which order, and who can go. It is pure: it is handed lives, wishes and
// ambassadors, and gives lists with reasons. It ranks and never decides – a person
// asks another person – and it never hides anybody: who holds a pause or has their
// hands full stands last, and it says so.
package along

import (
	"cmp"
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// Need is what matters for who goes along with one code.
type Need struct {
	Wanted      referral.Wanted
	Wishes      []string // of the referral, ids of referral.Wishes
	Communities []string // of the referral, ids
	Areas       []string // where the communities meet: used where Wanted names no area
}

// Load is what an ambassador has taken on.
type Load struct {
	Open int // agreed, and nobody has said how it went
	Week int // agreed for this week, Monday to Sunday, unless it fell through
}

// Loads counts what ambassadors have taken on, by id.
func Loads(lives []referral.Told, today directory.Day) map[string]Load {
	monday, sunday := week(today)
	out := map[string]Load{}
	for i := range lives {
		evs := lives[i].Life.Events
		if last := decisive(evs); last != nil && last.Kind == referral.Arranged && last.Plan != nil && last.Plan.With != "" {
			l := out[last.Plan.With]
			l.Open++
			out[last.Plan.With] = l
		}
		for j := range evs {
			fell := j+1 < len(evs) && evs[j+1].Kind == referral.FellThrough
			if p := evs[j].Plan; p != nil && p.With != "" && p.On >= monday && p.On <= sunday && !fell {
				l := out[p.With]
				l.Week++
				out[p.With] = l
			}
		}
	}
	return out
}

func week(today directory.Day) (monday, sunday directory.Day) {
	t, err := today.Time()
	if err != nil {
		return today, today
	}
	n := (int(t.Weekday()) + 6) % 7
	return today.AddDays(-n), today.AddDays(6 - n)
}

// ReasonKind says what a reason is about; the words are in assets/translations
// (subject "accompaniment").
type ReasonKind string

// The reasons. Those that begin with Not or Other speak against; what is not stated
// gives no reason.
const (
	Carries       ReasonKind = "carries"  // a community of the referral: Values are ids
	InArea        ReasonKind = "area"     // Values are areas
	Speaks        ReasonKind = "language" // Values are languages
	HasTime       ReasonKind = "times"    // Values are referral.Times
	FeelsAtHome   ReasonKind = "consideration"
	Likes         ReasonKind = "interest" // Values are wishes
	SameGender    ReasonKind = "gender"   // Values is one of referral.Genders
	OnDuty        ReasonKind = "professional"
	OtherArea     ReasonKind = "other_area"
	OtherLanguage ReasonKind = "other_language"
	OtherTimes    ReasonKind = "other_times"
	OtherGender   ReasonKind = "other_gender"
)

// Against says whether the reason speaks against.
func (k ReasonKind) Against() bool { return strings.HasPrefix(string(k), "other_") }

// Reason is one thing that is true of an ambassador and matters here.
type Reason struct {
	Kind   ReasonKind
	Values []string
}

// Fit is one who may go along.
type Fit struct {
	Ambassador directory.Ambassador
	Score      float64 // 0–1; of those that can go, the higher is the better
	Reasons    []Reason
	Free       *int // how many more they can take now; nil where they have not said
	Full       bool // their hands are full for now
	Paused     bool
	PausedTo   directory.Day // the last day of the pause; "" where none is set
}

// Can says whether they can be asked now.
func (f *Fit) Can() bool { return !f.Full && !f.Paused }

// How much is left of the score where a fact is not stated, and where it is not met.
// What cannot be helped on the day – language, and gender where it matters – weighs
// most; area and time can be talked about.
const (
	languageUnstated, languageOther = 0.7, 0.15
	genderUnstated, genderOther     = 0.5, 0.1
	areaUnstated, areaOther         = 0.7, 0.4
	timesUnstated, timesOther       = 0.8, 0.4
	considerationNone               = 0.85
	interestNone                    = 0.9
	carriesNone                     = 0.75
)

// Rank orders those who may go along: who can first, by how well it fits, then who
// has the fewest on their hands, then by name; after them those whose hands are
// full, and last those who hold a pause. Nobody is left out.
func Rank(n Need, as []directory.Ambassador, busy map[string]Load, today directory.Day) []Fit {
	m := newMatcher(n)
	out := make([]Fit, len(as))
	order := make([]int, len(as))
	for i := range as {
		out[i] = m.fit(&as[i], busy[as[i].ID], today)
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := &out[i], &out[j]
		return cmp.Or(cmp.Compare(standing(a), standing(b)), cmp.Compare(b.Score, a.Score),
			cmp.Compare(busy[a.Ambassador.ID].Open, busy[b.Ambassador.ID].Open),
			cmp.Compare(a.Ambassador.Name, b.Ambassador.Name), cmp.Compare(a.Ambassador.ID, b.Ambassador.ID))
	})
	sorted := make([]Fit, len(out))
	for k, i := range order {
		sorted[k] = out[i]
	}
	return sorted
}

func standing(f *Fit) int {
	switch {
	case f.Paused:
		return 2
	case f.Full:
		return 1
	}
	return 0
}

// matcher holds a need, folded once for all ambassadors.
type matcher struct {
	need  Need
	areas map[string]bool
}

func newMatcher(n Need) *matcher {
	m := &matcher{need: n, areas: map[string]bool{}}
	areas := n.Areas
	if n.Wanted.Area != "" {
		areas = []string{n.Wanted.Area}
	}
	for _, a := range areas {
		if a = fold(a); a != "" {
			m.areas[a] = true
		}
	}
	return m
}

func fold(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func (m *matcher) fit(a *directory.Ambassador, load Load, today directory.Day) Fit {
	f := Fit{Ambassador: *a, Score: 1}
	w := &m.need.Wanted
	if len(m.need.Communities) > 0 {
		m.fact(&f, common(m.need.Communities, a.Communities, a.Started), Carries, "", true, carriesNone, carriesNone)
	}
	if len(m.areas) > 0 {
		var met []string
		for _, x := range a.Areas {
			if m.areas[fold(x)] {
				met = append(met, x)
			}
		}
		m.fact(&f, met, InArea, OtherArea, len(a.Areas) > 0, areaUnstated, areaOther)
	}
	if len(w.Languages) > 0 {
		m.fact(&f, common(w.Languages, a.Languages), Speaks, OtherLanguage, len(a.Languages) > 0, languageUnstated, languageOther)
	}
	if len(w.Times) > 0 {
		m.fact(&f, common(w.Times, a.Times), HasTime, OtherTimes, len(a.Times) > 0, timesUnstated, timesOther)
	}
	if w.Gender != "" {
		var met []string
		if genderOf(a.Gender) == w.Gender {
			met = []string{w.Gender}
		}
		m.fact(&f, met, SameGender, OtherGender, a.Gender != "", genderUnstated, genderOther)
	}
	if n := len(w.Considerations); n > 0 {
		met := common(w.Considerations, a.Considers)
		m.fact(&f, met, FeelsAtHome, "", true, considerationNone, considerationNone)
		if len(met) > 0 { // each of several counts
			f.Score *= 1 - (1-considerationNone)*float64(n-len(met))/float64(n)
		}
	}
	if len(m.need.Wishes) > 0 {
		m.fact(&f, common(m.need.Wishes, a.Interests), Likes, "", true, interestNone, interestNone)
	}
	if a.Role == directory.AtWork {
		f.Reasons = append(f.Reasons, Reason{Kind: OnDuty})
	}
	m.room(&f, a, load, today)
	return f
}

// fact weighs one fact in three values: met, not stated, not met.
func (m *matcher) fact(f *Fit, met []string, good, against ReasonKind, stated bool, unstated, other float64) {
	switch {
	case len(met) > 0:
		f.Reasons = append(f.Reasons, Reason{good, met})
	case !stated:
		f.Score *= unstated
	default:
		f.Score *= other
		if against != "" {
			f.Reasons = append(f.Reasons, Reason{Kind: against})
		}
	}
}

// room says how many more they can take now, and whether they hold a pause.
func (m *matcher) room(f *Fit, a *directory.Ambassador, load Load, today directory.Day) {
	for _, r := range []struct {
		most *int
		has  int
	}{{a.AtOnce, load.Open}, {a.FreePerWeek, load.Week}} {
		if r.most == nil {
			continue
		}
		if n := max(*r.most-r.has, 0); f.Free == nil || n < *f.Free {
			f.Free = &n
		}
	}
	f.Full = f.Free != nil && *f.Free == 0
	if a.Paused && (a.PausedTo == "" || today <= a.PausedTo) {
		f.Paused, f.PausedTo = true, a.PausedTo
	}
}

// genderOf is an ambassador's gender as a wish says it.
func genderOf(g directory.Gender) string {
	switch g {
	case directory.GenderWomen:
		return "female"
	case directory.GenderMen:
		return "male"
	}
	return ""
}

// common gives what is wanted and on any of the lists, in the order of the wish.
func common(wanted []string, lists ...[]string) (out []string) {
	for _, w := range wanted {
		for _, l := range lists {
			if slices.Contains(l, w) {
				out = append(out, w)
				break
			}
		}
	}
	return out
}
