package shell

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// statusLine says in words how things stand, and holds what must always be in
// reach: text size and contrast.
type statusLine struct {
	shell        *Shell
	root         *statusBox
	ground, line *canvas.Rectangle
	dot          *widget.Dot
	link         Link
	alarm        bool
	main, rest   *widget.Text // what is so, and what it means
	dir, desk    *widget.Text
	sizes        []*widget.SizeButton
	who          *widget.Button // the person, where several share the PC
	contrast     *widget.SizeButton
	look         *fyne.Container
}

func newStatusLine(s *Shell) *statusLine {
	st := &statusLine{
		shell: s, ground: canvas.NewRectangle(nil), line: canvas.NewRectangle(nil),
		main: widget.NewText("", widget.Style{Size: theme.Quiet, Bold: true}),
		rest: widget.NewText("", widget.Style{Size: theme.Quiet}),
		dir:  widget.NewText("", widget.Style{Size: theme.Quiet, Ink: widget.Quiet}),
		desk: widget.NewText("", widget.Style{Size: theme.Quiet, Ink: widget.Quiet}),
	}
	st.dot = widget.NewDot(func(p *theme.Palette) color.NRGBA {
		switch {
		case st.alarm || st.link == Trouble:
			return p.Trouble
		case st.link == InTouch || st.link == Fetching:
			return p.Primary
		}
		return p.Waiting
	})
	st.who = widget.NewPlainButton("", s.personMenu)
	st.who.Hide()
	st.look = widget.NewFlow(2)
	for i, scale := range theme.Scales {
		b := widget.NewSizeButton("A", s.cat.T("shell.text_size", "n", int(scale*100)), 12+3*float32(i), func() {
			st.set(theme.Current().Contrast(), scale)
		})
		st.sizes = append(st.sizes, b)
		st.look.Add(b)
	}
	st.contrast = widget.NewSizeButton(s.cat.T("shell.contrast"), s.cat.T("shell.contrast"), float32(theme.Quiet), func() {
		now := theme.Current().Contrast()
		for i, c := range theme.Contrasts {
			if c == now {
				st.set(theme.Contrasts[(i+1)%len(theme.Contrasts)], theme.Current().Scale())
				return
			}
		}
	})
	st.look.Add(st.contrast)
	st.root = newStatusBox(st)
	return st
}

func (st *statusLine) set(c theme.Contrast, scale float32) {
	if err := st.shell.SetLook(c, scale); err != nil {
		st.main.SetText(st.shell.cat.T("shell.look_not_kept"))
	}
	st.mark()
}

func (st *statusLine) mark() {
	for i, b := range st.sizes {
		b.SetOn(theme.Scales[i] == theme.Current().Scale())
	}
	st.contrast.SetOn(theme.Current().HighContrast())
}

func (st *statusLine) say(x Standing) {
	cat := st.shell.cat
	st.link, st.alarm = x.Link, x.Alarm != ""
	head, rest := st.words(x)
	st.main.SetText(head)
	st.rest.SetText(rest)
	dir := cat.N("shell.communities", x.Communities)
	if x.Directory != "" {
		dir = cat.T("shell.directory", "when", x.Directory) + " · " + dir
	}
	st.dir.SetText(dir)
	st.desk.SetText(x.Desk)
	if name, shared := st.shell.shared(); shared {
		if name == "" {
			name = cat.T("shell.nobody")
		}
		st.who.SetText(name)
		st.who.Show()
	} else {
		st.who.Hide()
	}
	st.mark()
	if st.shell.root != nil {
		st.shell.root.Layout.Layout(st.shell.root.Objects, st.shell.root.Size())
	}
	st.root.Refresh()
}

// words gives what is so, and what it means for whoever stands there.
func (st *statusLine) words(x Standing) (head, rest string) {
	cat := st.shell.cat
	waits := func(key string) string {
		if x.Waiting == 0 {
			return ""
		}
		return " " + cat.N("shell."+key, x.Waiting)
	}
	switch {
	case x.Degraded:
		return cat.T("shell.degraded"), cat.T("shell.degraded_rest")
	case x.Alarm != "":
		return x.Alarm, cat.T("shell.alarm_rest")
	case x.Link == Alone:
		return cat.T("shell.not_enrolled"), cat.T("shell.not_enrolled_rest") + waits("waiting")
	case x.Link == Fetching:
		return cat.T("shell.fetching", "n", x.Fetched), cat.T("shell.fetching_rest")
	case x.Lease:
		return cat.T("shell.lease"), cat.T("shell.lease_rest") + waits("sent_later")
	case x.Link == Away:
		return cat.T("shell.away"), cat.T("shell.away_rest") + waits("sent_later")
	case x.Link == Trouble:
		return x.Problem, cat.T("shell.trouble_rest") + waits("waiting")
	case x.Look > 0:
		return cat.T("shell.in_touch"), cat.N("shell.look", x.Look)
	case x.Waiting > 0:
		return cat.T("shell.in_touch"), cat.N("shell.sending", x.Waiting)
	}
	return cat.T("shell.in_touch"), cat.T("shell.in_touch_rest")
}
