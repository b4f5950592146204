package counter

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/ui/theme"
)

func names(p *Counter) []string {
	var out []string
	for _, v := range p.views {
		out = append(out, v.name)
	}
	return out
}

// "ikke fod" may become anything; a moment later "ikke fodbold" is meant.
func TestTheLastWordCountsAsWholeAfterAPause(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("motion, men ikke fodbold")
	if d.page.stands {
		t.Fatal("the text stands while it is typed")
	}
	d.settle(func() bool { return d.page.stands })
	whole := d.page.result
	d.typed(" ")
	if d.page.stands {
		t.Error("it still stands while more is typed")
	}
	if typed := d.page.result; len(typed.Hits) != len(whole.Hits) || typed.Hits[0].ID != whole.Hits[0].ID {
		t.Error("after the pause the list is not that of the whole word")
	}
	for _, v := range d.page.views[:3] {
		if strings.Contains(strings.ToLower(v.name), "fodbold") {
			t.Errorf("what is not wanted is among the first: %q", names(d.page)[:3])
		}
	}
}

// What was chosen stays chosen, and Enter takes what was in sight.
func TestTheChosenHitStaysWhenTheTextStands(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("gåtur")
	d.key(fyne.KeyDown, fyne.KeyDown)
	seen := d.page.selected().community.ID
	d.settle(func() bool { return d.page.stands })
	if got := d.page.selected(); got == nil || got.community.ID != seen || d.page.detail.view.community.ID != seen {
		t.Error("the pause moved the choice")
	}
	d.typed(" i")
	seen = d.page.selected().community.ID
	d.key(fyne.KeyReturn)
	if !d.page.folder.holds(seen) || !d.page.stands {
		t.Error("Enter took something else than what was in sight")
	}
}

// Where little fits, what fits but for one wish stands below it, says how it
// differs, and is there once.
func TestNearAlternativesStandBelowWhatFits(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("kor fredag aften ")
	p := d.page
	if len(p.result.Near) == 0 {
		t.Fatalf("no near alternative to a choir on Friday: %d fit, %q", p.result.Total, names(p))
	}
	at := slices.IndexFunc(p.views, func(v *hitView) bool { return v.heading == "Næsten det samme" })
	if at != min(p.result.Total, len(p.views)) {
		t.Errorf("the heading stands above hit %d, %d fit", at, p.result.Total)
	}
	for i, n := range p.result.Near {
		v := p.views[at+i]
		if v.hit.ID != n.Hit.ID || v.tags[0].text != p.say.Near(n) {
			t.Errorf("%q says %+v", v.name, v.tags)
		}
		if count := len(slices.DeleteFunc(names(p), func(s string) bool { return s != v.name })); count != 1 {
			t.Errorf("%q is there %d times", v.name, count)
		}
	}
	d.picture("counter-near")
	for name, look := range map[string]theme.Contrast{"counter-near-1024-150": theme.Normal, "counter-near-1024-150-contrast": theme.BlackOnWhite, "counter-near-1024-150-dark": theme.WhiteOnBlack} {
		d.window.Resize(fyne.NewSize(1024, 700))
		if err := d.shell.SetLook(look, 1.5); err != nil {
			t.Fatal(err)
		}
		p.list.Select(at + 1)
		p.showSelected()
		d.picture(name)
	}
	p.list.Select(0)
	p.showSelected()
	for range at + 1 {
		d.key(fyne.KeyDown)
	}
	d.key(fyne.KeyReturn)
	if len(p.folder.items) != 1 {
		t.Error("what is near cannot be laid in the folder")
	}
}

// A record that does not say is asked about, and never taken for a no.
func TestWhatIsNotStatedIsSaidWhereItWasWished(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("fællesspisning ")
	p := d.page
	p.setFilter(match.Wish{Kind: match.WishPrice, Value: "free"})
	i := slices.IndexFunc(p.views, func(v *hitView) bool {
		return slices.ContainsFunc(v.tags, func(g tagView) bool { return g.text == "oplyser ikke pris" })
	})
	if i < 0 {
		t.Fatal("no hit says that it does not state its price")
	}
	p.list.Select(i)
	p.showSelected()
	if got := allTexts(p.detail.panel); !strings.Contains(got, "Ring og hør\nOplyser ikke pris") {
		t.Errorf("the detail says nothing of it:\n%s", got)
	}
	d.picture("counter-unstated")
}

// A citizen comes to what is near; the rest of the country is one press away.
func TestWhatLiesFarAwayComesAfterAndTheWholeCountryIsOnePressAway(t *testing.T) {
	cs, err := example()
	if err != nil {
		t.Fatal(err)
	}
	lat, lon := 55.0, 9.0
	far := &directory.Community{Name: "Strikkefestival ved grænsen", Activities: []string{"strik"}, Places: []directory.Place{{City: "Sønderby", Lat: &lat, Lon: &lon}}}
	far.AssignID()
	d := openDeskWith(t, t.TempDir(), "da", append(slices.Clone(cs), far))
	p := d.page
	d.typed("strik ")
	i := slices.IndexFunc(p.views, func(v *hitView) bool { return v.name == far.Name })
	if i <= 0 || p.views[i].heading != "Længere væk" || p.result.Beyond != 1 || p.search.Count() != strconv.Itoa(p.result.Total)+" i nærheden · 1 længere væk" {
		t.Fatalf("far away is hit %d, %q", i, p.search.Count())
	}
	d.picture("counter-far")
	d.press("Hele landet · 1 mere")
	if !p.wide || p.result.Beyond != 0 || slices.ContainsFunc(p.views, func(v *hitView) bool { return v.heading != "" }) {
		t.Errorf("the whole country: %q", names(p))
	}
	d.picture("counter-wide")
	d.press("Hele landet")
	if p.wide || p.result.Beyond != 1 {
		t.Error("the whole country cannot be put aside")
	}
	d.press("Hele landet · 1 mere")
	if p.NewCitizen(); p.wide {
		t.Error("the next citizen still gets the whole country")
	}
}

// Where nothing is found, the desk may know the word: it is one press away.
func TestWhereNothingIsFoundTheDeskCanTeachAWord(t *testing.T) {
	d := openDesk(t, "da")
	opened := 0
	d.page.deps.OwnWords = func() { opened++ }
	if strings.Contains(allTexts(d.page.detail.panel), "Lær Vejviser et ord") {
		t.Error("offered while nothing is asked")
	}
	d.typed("qqqq ")
	d.picture("counter-nothing")
	d.press("Lær Vejviser et ord")
	if opened != 1 {
		t.Error("nothing opened")
	}
}

// One fits, the others miss two wishes each: they are told apart.
func TestWhatDoesNotFitIsToldApartWhereLittleDoes(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("fodbold for min søn på 9 om eftermiddagen ")
	p := d.page
	if p.result.Total == 0 || p.result.Total >= fewFit {
		t.Skipf("%d fit", p.result.Total)
	}
	for i, v := range p.views {
		if (v.heading != "") != (i == p.result.Total) {
			t.Errorf("hit %d, %q, of %d that fit stands under %q", i, v.name, p.result.Total, v.heading)
		}
		if i < p.result.Total && misses(v.hit) {
			t.Errorf("%q fits and misses something: %+v", v.name, v.tags)
		}
	}
}

// Who is full is not shown the way to unawares.
func TestACardSaysThatThereIsNoRoom(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("varmtvandsholdet ")
	if v := d.page.views[0]; !isFull(v.community) || !strings.HasPrefix(v.line, "Fyldt lige nu · ") {
		t.Errorf("%q: %q", v.name, v.line)
	}
}
