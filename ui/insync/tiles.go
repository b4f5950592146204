package insync

import (
	"time"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// tiles are the three figures: what waits, what needs a person, the last contact.
type tiles struct {
	p       *Page
	figures [3]*widget.Text
	words   [3]*widget.Text
	notes   [3]*widget.Text
	now     *widget.Button
	box     *fyne.Container
}

func newTiles(p *Page) *tiles {
	t := &tiles{p: p}
	var panels []fyne.CanvasObject
	for i := range t.figures {
		t.figures[i] = widget.NewText("", widget.Style{Size: theme.Figure, Bold: true, Ink: widget.OnTint})
		t.words[i] = widget.NewText("", widget.Style{})
		t.notes[i] = widget.NewText("", widget.Style{Size: theme.Small, Ink: widget.Quiet})
		column := widget.NewColumn(theme.Space4, t.figures[i], t.words[i], t.notes[i])
		if i == 2 {
			t.figures[i].SetStyle(widget.Style{Size: theme.Figure, Bold: true})
			t.now = widget.NewPlainButton(p.t("try_now"), p.tryNow)
			column.Add(widget.NewInset(0, 0, 0, -8, widget.NewFlow(0, t.now))) // its words in line with those above
		}
		panels = append(panels, widget.NewPanel(column))
	}
	t.box = widget.NewTiles(theme.Space16, theme.Scaled(220), panels...)
	return t
}

func (t *tiles) set(i int, figure, words, note string) {
	t.figures[i].SetText(figure)
	t.words[i].SetText(words)
	t.notes[i].SetText(note)
	if note == "" {
		t.notes[i].Hide()
	} else {
		t.notes[i].Show()
	}
}

func (t *tiles) show(d *data) {
	p := t.p
	waits, note := len(apart(d.waiting)), p.t("waiting_none") // acts, as a person counts them
	if len(d.waiting) > 0 {
		note = p.t("waiting_oldest", "when", p.when(d.waiting[0].At))
	}
	t.set(0, number(waits), p.n("waiting", waits), note)
	look := len(d.refused) + len(d.conflicts)
	note = p.t("look_none")
	if look > 0 {
		note = p.t("look_rest")
	}
	t.set(1, number(look), p.n("look", look), note)
	last := d.contact.LastSync
	switch day := directory.DayOf(last.In(directory.Copenhagen)); {
	case last.IsZero():
		t.set(2, "–", p.t("contact_never"), t.next(d))
	case day == directory.DayOf(p.d.Now()):
		t.set(2, clock(last), p.t("contact_today"), t.next(d))
	default:
		t.set(2, p.say.ShortDay(day), p.t("contact_day", "clock", p.say.Clock(last.In(directory.Copenhagen))), t.next(d))
	}
}

func clock(t time.Time) string { return t.In(directory.Copenhagen).Format("15.04") }

// next says when it will be tried again, and by how much the clock is off.
func (t *tiles) next(d *data) string {
	p, text := t.p, ""
	switch c := d.contact; {
	case c.Problem == "":
		text = p.t("in_touch")
	case c.Retry.IsZero():
		text = p.t("tries_soon")
	default:
		minutes := int((c.Retry.Sub(p.d.Now()) + 59*time.Second) / time.Minute)
		if minutes <= 0 {
			text = p.t("tries_soon")
		} else {
			text = p.n("tries_in", minutes)
		}
	}
	if off := d.contact.Skew.Abs().Round(time.Minute); off > 2*time.Minute {
		text += " · " + p.n("clock_off", int(off/time.Minute))
	}
	return text
}

func (p *Page) tryNow() {
	p.d.Hub.Nudge()
	p.tiles.notes[2].SetText(p.t("trying"))
	p.relayout()
}
