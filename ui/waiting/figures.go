package waiting

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// figure is one large number with its words.
type figure struct {
	number, label, hint string
	ink                 widget.Ink
}

// words turns the figures into what is shown on top.
func (f figures) words(s *say.Speaker, today directory.Day) []figure {
	out := []figure{
		{s.Int(f.waiting), s.N("waiting.figure_waiting", f.waiting), f.waitingHint(s, today), widget.Primary},
		{s.Int(f.week), s.N("waiting.figure_week", f.week), s.N("waiting.total", f.total), widget.Primary},
	}
	if f.refused > 0 {
		out = append(out, figure{s.Int(f.refused), s.N("waiting.figure_refused", f.refused), s.T("waiting.refused_hint"), widget.OnTrouble})
	}
	if f.lastSync == nil {
		return append(out, figure{s.T("waiting.no_hub_figure"), s.T("waiting.no_hub"), s.T("waiting.no_hub_hint"), widget.Quiet})
	}
	at, day := clockOf(*f.lastSync)
	if day == today {
		return append(out, figure{number: s.Clock(at), label: s.T("waiting.contact_today"), ink: widget.Plain})
	}
	return append(out, figure{number: s.Clock(at), label: s.T("waiting.contact_day", "day", s.Day(day)), ink: widget.Plain})
}

func (f figures) waitingHint(s *say.Speaker, today directory.Day) string {
	if f.waiting == 0 {
		return s.T("waiting.none_waiting")
	}
	var parts []string
	for _, p := range []struct {
		key string
		n   int
	}{{"waiting.part_referrals", f.waitingReferrals}, {"waiting.part_events", f.waitingEvents}, {"waiting.part_suggestions", f.waitingSuggestions}} {
		if p.n > 0 {
			parts = append(parts, s.N(p.key, p.n))
		}
	}
	return strings.Join(parts, ", ") + "\n" + oldest(s, f.oldest, today)
}

func oldest(s *say.Speaker, t time.Time, today directory.Day) string {
	at, day := clockOf(t)
	if day == today {
		return s.T("waiting.oldest_today", "clock", s.Clock(at))
	}
	return s.T("waiting.oldest_day", "day", s.Day(day))
}

// newFigures shows the figures as panels side by side where there is room, else
// as lines of one panel.
func newFigures(list []figure, narrow bool) fyne.CanvasObject {
	if narrow {
		lines := make([]fyne.CanvasObject, 0, len(list))
		for _, f := range list {
			lines = append(lines, widget.NewText(f.number+" · "+f.label, widget.Style{Size: theme.Quiet, Ink: f.ink, Bold: true}))
		}
		return widget.NewPanel(widget.NewColumn(theme.Space4, lines...))
	}
	panels := make([]fyne.CanvasObject, 0, len(list))
	for _, f := range list {
		panels = append(panels, widget.NewPanel(widget.NewColumn(0,
			widget.NewText(f.number, widget.Style{Size: figureType, Bold: true, Ink: f.ink}),
			widget.NewText(f.label, widget.Style{}),
			widget.NewText(f.hint, widget.Style{Size: theme.Small, Ink: widget.Quiet}),
		)))
	}
	return newEqual(panels)
}

// figureType is the size of the large numbers (design/sync.png).
const figureType = theme.TypeSize(28)
