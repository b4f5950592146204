package settings

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// lookPart chooses language, text size and contrast.
type lookPart struct {
	p                        *Page
	language, size, contrast *widget.Segmented
	box                      *fyne.Container
}

func newLookPart(p *Page) *lookPart {
	l := &lookPart{p: p}
	var langs, sizes, contrasts []widget.Option
	for _, x := range translations.Languages {
		langs = append(langs, widget.Option{Value: x, Text: p.say.T("settings.language." + x)})
	}
	for _, s := range theme.Scales {
		n := strconv.Itoa(int(s*100 + 0.5))
		sizes = append(sizes, widget.Option{Value: n, Text: p.say.T("settings.text_size_value", "n", n)})
	}
	for _, c := range theme.Contrasts {
		name := string(c)
		if name == "" {
			name = "normal"
		}
		contrasts = append(contrasts, widget.Option{Value: string(c), Text: p.say.T("settings.contrast." + name)})
	}
	l.language = widget.NewSegmented(langs, p.d.Lang, func(v string) { p.saver.save(localdb.SettingLanguage, v) })
	l.size = widget.NewSegmented(sizes, "", func(string) { l.set(localdb.SettingTextSize) })
	l.contrast = widget.NewSegmented(contrasts, "", func(string) { l.set(localdb.SettingContrast) })
	l.box = widget.NewColumn(theme.Space16,
		p.noted(widget.Labelled(p.say.T("settings.language"), l.language), localdb.SettingLanguage),
		p.noted(widget.Labelled(p.say.T("settings.text_size"), l.size), localdb.SettingTextSize),
		p.noted(widget.Labelled(p.say.T("settings.contrast"), l.contrast), localdb.SettingContrast))
	l.show(false)
	return l
}

// show says what the look is; the status line can change it too. What is kept
// counts, for the screen may take it on a moment later; where nothing was ever
// kept, what the screen shows.
func (l *lookPart) show(changed bool) {
	size, err1 := l.p.d.Store.Setting(localdb.SettingTextSize)
	contrast, err2 := l.p.d.Store.Setting(localdb.SettingContrast)
	if now := theme.Current(); errors.Join(err1, err2) != nil || !changed && size == "" && contrast == "" {
		size, contrast = strconv.Itoa(int(now.Scale()*100+0.5)), string(now.Contrast())
	}
	if size == "" {
		size = "100"
	}
	l.size.Select(size)
	l.contrast.Select(contrast)
}

// set keeps what was chosen; whoever shows the app hears of it from the store.
func (l *lookPart) set(key string) {
	value := l.size.Value()
	if key == localdb.SettingContrast {
		value = l.contrast.Value()
	}
	l.p.saver.save(key, value)
}

// placePart chooses where the desk lies.
type placePart struct {
	p        *Page
	lat, lon string
	spots    *spots
	search   *widget.Field
	choice   *widget.Choice
	empty    *widget.Text
	box      *fyne.Container
	loading  bool
}

// few is how many places are chosen from without a search.
const few = 25

func newPlacePart(p *Page) *placePart {
	l := &placePart{p: p, spots: &spots{}}
	l.search = widget.NewField(p.say.T("settings.place_search"))
	l.search.Entry.OnChanged = l.offer
	l.search.Hide()
	l.choice = widget.NewChoice(nil, "", l.choose)
	l.empty = widget.NewText(p.say.T("settings.place_hint"), widget.Style{Ink: widget.Quiet, Size: theme.Small})
	l.box = widget.NewColumn(theme.Space12, l.search,
		p.noted(widget.Labelled(p.say.T("settings.place"), l.choice), localdb.SettingLat), l.empty)
	return l
}

// load gathers the places of the directory away from the screen.
func (l *placePart) load() {
	if l.loading {
		return
	}
	l.loading = true
	store := l.p.d.Store
	go func() {
		s, err := gatherSpots(store.EachCommunity)
		topics, err2 := localdb.GatherTopics(store.EachCommunity)
		l.p.d.Post(func() {
			if err2 == nil {
				l.p.words.known(topics)
			}
			l.loading = false
			if err != nil {
				l.empty.SetText(l.p.say.T("settings.load_failed"))
				l.p.relayout()
				return
			}
			l.spots = s
			if len(s.list) == 0 {
				l.empty.SetText(l.p.say.T("settings.place_empty"))
			} else {
				l.empty.SetText(l.p.say.T("settings.place_hint"))
			}
			show(l.search, len(s.list) > few)
			l.offer(l.search.Entry.Text)
			kept := l.p.municipality.Value()
			l.p.municipality.SetOptions(l.p.municipalities(s.municipalities, kept))
			l.p.municipality.Select(kept)
			l.p.relayout()
		})
	}()
}

// offer lists the places that a search leaves, and the one that is kept.
func (l *placePart) offer(text string) {
	s := l.p.say
	out := []widget.Option{{Value: "", Text: s.T("settings.place_none")}}
	kept := l.spots.find(l.lat, l.lon)
	value := ""
	if kept < 0 && l.lat != "" {
		value = "kept"
		text := s.T("settings.place_other", "lat", l.lat, "lon", l.lon)
		if near := l.spots.near(l.lat, l.lon); near >= 0 {
			text = s.T("settings.place_near", "name", l.spots.list[near].label())
		}
		out = append(out, widget.Option{Value: value, Text: text})
	}
	for i, x := range l.spots.list {
		if i == kept || text == "" && len(out) < 60 || text != "" && contains(x.label(), text) && len(out) < 60 {
			out = append(out, widget.Option{Value: strconv.Itoa(i), Text: x.label()})
		}
	}
	if kept >= 0 {
		value = strconv.Itoa(kept)
	}
	l.choice.SetOptions(out)
	l.choice.Select(value)
	if text != "" && len(out) == 2 && value == "" { // one place is left: it is meant
		l.choice.Select(out[1].Value)
		l.choose(out[1].Value)
	}
}

func (l *placePart) choose(value string) {
	i, err := strconv.Atoi(value)
	switch {
	case value == "kept":
		return
	case err != nil || i >= len(l.spots.list):
		l.lat, l.lon = "", ""
	default:
		l.lat, l.lon = degrees(l.spots.list[i].lat), degrees(l.spots.list[i].lon)
	}
	l.p.saver.save(localdb.SettingLat, l.lat)
	l.p.saver.save(localdb.SettingLon, l.lon)
}

// printPart chooses the printer.
type printPart struct {
	p       *Page
	chosen  string
	choice  *widget.Choice
	hint    *widget.Text
	again   *widget.Button
	box     *fyne.Container
	looking bool
}

func newPrintPart(p *Page) *printPart {
	l := &printPart{p: p}
	l.choice = widget.NewChoice(nil, "", func(v string) {
		l.chosen = v
		p.saver.save(localdb.SettingPrinter, v)
	})
	l.hint = widget.NewText("", widget.Style{Ink: widget.Quiet, Size: theme.Small})
	l.hint.Hide()
	l.again = widget.NewQuietButton(p.say.T("settings.printer_refresh"), "", l.load)
	l.box = widget.NewColumn(theme.Space12,
		p.noted(widget.Labelled(p.say.T("settings.printer"), l.choice), localdb.SettingPrinter),
		l.hint, widget.NewFlow(theme.Space8, l.again))
	return l
}

// load asks the system for its printers; that can take seconds.
func (l *printPart) load() {
	if l.looking {
		return
	}
	if l.p.d.Printers == nil {
		l.say("settings.printer_pdf")
		l.again.Hide()
		return
	}
	l.looking = true
	l.say("settings.printer_looking")
	go func() {
		list, err := l.p.d.Printers(context.Background())
		l.p.d.Post(func() {
			l.looking = false
			switch {
			case err != nil:
				l.say("settings.printer_failed")
			case len(list) == 0:
				l.say("settings.printer_pdf")
			default:
				l.say("")
			}
			l.offer(list)
		})
	}()
}

func (l *printPart) say(key string) {
	text := ""
	if key != "" {
		text = l.p.say.T(key)
	}
	l.hint.SetText(text)
	show(l.hint, text != "")
	l.p.relayout()
}

// offer lists the printers; one that was chosen and is gone stays chosen.
func (l *printPart) offer(list []string) {
	out := []widget.Option{{Value: "", Text: l.p.say.T("settings.printer_default")}}
	for _, x := range list {
		out = append(out, widget.Option{Value: x, Text: x})
	}
	if l.chosen != "" && !slices.Contains(list, l.chosen) {
		out = append(out, widget.Option{Value: l.chosen, Text: l.p.say.T("settings.printer_gone", "name", l.chosen)})
	}
	l.choice.SetOptions(out)
	l.choice.Select(l.chosen)
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}
