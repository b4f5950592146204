package communities

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// welcomeOf is the part of a community that says how newcomers are greeted.
func welcomeOf(c *community) **directory.Welcome { return &c.Welcome }

// checks is a fact that is a list of statements, each of which holds or not; its
// value is one a line.
func (f *form) checks(path, label string, points []string, words func(string) string) *fact {
	x := &fact{path: path}
	col := widget.NewColumn(theme.Space4)
	boxes := make([]*widget.Check, len(points))
	for i, p := range points {
		boxes[i] = widget.NewCheck(words(p), false, func(bool) { f.changed(x) })
		col.Add(boxes[i])
	}
	x.focus = boxes[0]
	x.value = func() string {
		var on []string
		for i, p := range points {
			if boxes[i].On() {
				on = append(on, p)
			}
		}
		return strings.Join(on, "\n")
	}
	x.set = func(v string) {
		on := lines(v)
		for i, p := range points {
			boxes[i].Set(contains(on, p))
		}
	}
	x.part, x.problem = f.below(label, col)
	return x
}

// reception is the checklist of a good reception.
func (f *form) reception() *fact {
	x := f.checks("welcome.ready", "welcome.form.ready", directory.WelcomePoints, func(p string) string { return f.p.say.T("welcome.point." + p) })
	return f.own.add(x, from(f.own.of.Welcome, func(w *directory.Welcome) string { return strings.Join(w.Ready, "\n") }),
		func(c *community, v string) string { orNew(welcomeOf(c)).Ready = lines(v); return "" })
}

// cannot is what the community cannot take into account.
func (f *form) cannot() *fact {
	return f.own.add(f.several("welcome.cannot", "welcome.form.cannot", directory.Considerations, f.labels("consideration")),
		from(f.own.of.Welcome, func(w *directory.Welcome) string { return strings.Join(w.Cannot, "\n") }),
		func(c *community, v string) string { orNew(welcomeOf(c)).Cannot = lines(v); return "" })
}

// standing says whether a pause holds, or is to come; one that is over is none.
func standing(w *directory.Welcome, today directory.Day) *directory.Pause {
	if w == nil || w.Pause == nil || w.Pause.To.Valid() && w.Pause.To < today {
		return nil
	}
	return w.Pause
}

// pause is "Pause for nye": that no newcomers come for a while, why, and until when.
func (f *form) pause() []fyne.CanvasObject {
	today := f.p.today()
	was := standing(f.own.of.Welcome, today)
	on, why, to := "", "", ""
	if was != nil {
		on, why, to = yes, was.Why, ofDay(was.To)
	}
	paused := f.own.add(f.ticked("welcome.pause", "welcome.form.pause"), on, func(c *community, v string) string {
		w := orNew(welcomeOf(c))
		if w.Pause = nil; v == yes {
			w.Pause = &directory.Pause{From: today}
		}
		return ""
	})
	// What belongs to a pause that is not there is not written.
	options := []widget.Option{{Value: "", Text: f.t("not_stated")}}
	for _, r := range directory.PauseReasons {
		options = append(options, widget.Option{Value: r, Text: f.t("welcome.form.why." + r)})
	}
	reason := f.own.add(f.chosen("welcome.pause.why", "welcome.form.pause_why", options, why), why, func(c *community, v string) string {
		if p := pauseOf(c.Welcome); p != nil {
			p.Why = v
		}
		return ""
	})
	until := f.own.add(f.line("welcome.pause.to", "welcome.form.pause_to"), to, func(c *community, v string) string {
		p := pauseOf(c.Welcome)
		if p == nil {
			return ""
		}
		d, wrong := dayOf(v)
		if wrong == "" && d != "" && d < today {
			wrong = "in_the_past"
		}
		p.To = d
		return wrong
	})
	more := widget.NewColumn(theme.Space12, f.pair(reason.part, f.hinted(until.part, "welcome.form.pause_to_hint")))
	show(more, on == yes)
	f.watch(func(*fact) {
		if is := paused.value() == yes; is != more.Visible() {
			show(more, is)
			f.relayout()
		}
	})
	return []fyne.CanvasObject{f.hinted(paused.part, "welcome.form.pause_hint"), more}
}

// pauseOf gives the pause of a welcome that may not be there.
func pauseOf(w *directory.Welcome) *directory.Pause {
	if w == nil {
		return nil
	}
	return w.Pause
}

// ofDay writes a day as people do where the day comes first: "1.2.2027".
func ofDay(d directory.Day) string {
	t, err := d.Time()
	if err != nil {
		return string(d)
	}
	return t.Format("2.1.2006")
}

// receptionWords are the points of a good reception that are in place, for those who
// show the way: it is what they can promise.
func (p *Page) receptionWords(w *directory.Welcome) string {
	var out []string
	for _, point := range directory.WelcomePoints {
		if slices.Contains(w.Ready, point) {
			out = append(out, p.say.T("welcome.point."+point))
		}
	}
	return strings.Join(out, "\n")
}
