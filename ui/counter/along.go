package counter

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// along is "Følges ad?": what matters for who goes along, asked while the citizen
// stands at the desk. It is lists and names of places alone, so that it points at
// nobody. It is in sight where somebody is to go along.
type along struct {
	f     *folder
	area  *widget.Choice
	times *widget.Toggles
	langs *widget.Toggles
	needs *widget.Toggles
	sex   *widget.Segmented
	more  *widget.Button
	rest  *fyne.Container // what few need: behind a button
	panel *widget.Panel
}

// alongLanguages are offered; the waiting list offers more.
var alongLanguages = []string{"da", "en", "ar", "uk"}

func newAlong(f *folder) *along {
	a, s, t := &along{f: f}, f.c.say, f.c.cat.T
	words := func(ids []string, word func(string) string) *widget.Toggles {
		options := make([]widget.Option, len(ids))
		for i, id := range ids {
			options[i] = widget.Option{Value: id, Text: capital(word(id))}
		}
		return widget.NewToggles(options, nil)
	}
	a.area = widget.NewChoice(a.areas(), "", nil)
	a.times = words(referral.Times, func(v string) string { return s.Label("time", v) })
	a.langs = words(alongLanguages, func(v string) string { return s.Label("language", v) })
	a.needs = words(directory.Considerations, func(v string) string {
		if key := "accompaniment.need." + v; s.Has(key) {
			return s.T(key)
		}
		return s.Label("consideration", v)
	})
	a.sex = widget.NewSegmented([]widget.Option{{Value: "", Text: t("accompaniment.gender_any")},
		{Value: "female", Text: capital(t("accompaniment.gender_female"))}, {Value: "male", Text: capital(t("accompaniment.gender_male"))}}, "", nil)
	a.rest = widget.NewColumn(theme.Space12,
		widget.Labelled(t("accompaniment.area"), a.area),
		widget.Labelled(t("accompaniment.languages"), a.langs),
		widget.Labelled(t("accompaniment.considerations"), a.needs),
		widget.Labelled(t("accompaniment.gender"), a.sex))
	a.rest.Hide()
	a.more = widget.NewPlainButton(t("counter.along_more"), func() { a.open(!a.rest.Visible()) })
	a.panel = widget.NewSmallPanel(widget.NewColumn(theme.Space8,
		widget.NewText(t("counter.along"), widget.Style{Bold: true}),
		widget.Labelled(t("accompaniment.times"), a.times), a.rest, widget.NewFlow(0, a.more)))
	a.panel.Hide()
	return a
}

func (a *along) open(on bool) {
	setVisible(a.rest, on)
	key := "counter.along_more"
	if on {
		key = "counter.along_less"
	}
	a.more.SetText(a.f.c.cat.T(key))
	a.f.relayout()
}

// areas are where the communities in the folder meet.
func (a *along) areas() []widget.Option {
	out := []widget.Option{{Text: a.f.c.cat.T("accompaniment.area_any")}}
	for _, it := range a.f.items {
		for _, p := range it.community.Places {
			for _, v := range []string{p.HousingArea, p.City, p.Municipality} {
				if v != "" && !slices.ContainsFunc(out, func(o widget.Option) bool { return o.Value == v }) {
					out = append(out, widget.Option{Value: v, Text: v})
				}
			}
		}
	}
	return out
}

// asked says whether somebody is to go along: the depth says so, or a card.
func (a *along) asked() bool {
	return a.f.depth.Value() == string(referral.Accompanied) || slices.ContainsFunc(a.f.items, func(it *folderItem) bool { return it.wants })
}

// fit shows the part where it is asked for.
func (a *along) fit() {
	a.area.SetOptions(a.areas())
	if on := a.asked(); on != a.panel.Visible() {
		setVisible(a.panel, on)
		a.f.relayout()
		if on {
			widget.Reveal(a.panel)
		}
	}
}

// wanted is what was said; nil where it says nothing.
func (a *along) wanted() *referral.Wanted {
	w := referral.Wanted{Area: a.area.Value(), Times: a.times.Values(), Languages: a.langs.Values(), Considerations: a.needs.Values(), Gender: a.sex.Value()}
	if w.Area == "" && w.Gender == "" && len(w.Times)+len(w.Languages)+len(w.Considerations) == 0 {
		return nil
	}
	return &w
}

// clear forgets what was said.
func (a *along) clear() {
	for _, t := range []*widget.Toggles{a.times, a.langs, a.needs} {
		t.Choose(nil)
	}
	a.sex.Select("")
	a.area.Select("")
	a.open(false)
	a.panel.Hide()
}

// followUps are after how many days one may want to ask how it went; 0 is as usual.
var followUps = []int{0, 3, 7, 14, 28}

func (f *folder) followUpOptions() []widget.Option {
	out := make([]widget.Option, len(followUps))
	for i, n := range followUps {
		text := f.c.cat.T("counter.follow_up_usual")
		if n > 0 {
			text = f.c.cat.T("counter.follow_up_in." + strconv.Itoa(n))
		}
		out[i] = widget.Option{Value: strconv.Itoa(n), Text: text}
	}
	return out
}

// followUpOn is the day that was chosen; "" is as usual.
func (f *folder) followUpOn() directory.Day {
	n, err := strconv.Atoi(f.ask.Value())
	if err != nil || n == 0 {
		return ""
	}
	return directory.DayOf(f.c.deps.Now()).AddDays(n)
}
