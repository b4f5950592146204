package waiting

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// step is one point of a life: what happened and when, or what comes next.
type step struct {
	title, sub string
	look       stepLook
}

type stepLook int

const (
	stepDone  stepLook = iota // happened: a full dot
	stepOdd                   // happened, but does not fit: an amber dot
	stepNext                  // comes next: an open dot
	stepLater                 // comes after that: a faint open dot
)

// timeline draws the steps of a life below each other, joined by a line.
type timeline struct {
	base.BaseWidget
	steps []step
	texts []*widget.Text // title and sub of each step
}

func newTimeline(steps []step) *timeline {
	t := &timeline{steps: steps}
	for _, s := range steps {
		look := widget.Style{Bold: s.look == stepDone || s.look == stepNext || s.look == stepOdd}
		if s.look == stepLater {
			look.Ink = widget.Quiet
		}
		t.texts = append(t.texts, widget.NewText(s.title, look), widget.NewText(s.sub, widget.Style{Ink: widget.Quiet, Size: theme.Quiet}))
	}
	t.ExtendBaseWidget(t)
	return t
}

const dot, dotGap = float32(18), float32(18)

// HeightFor implements widget.Flowing.
func (t *timeline) HeightFor(width float32) float32 { return t.place(width, nil) }

func (t *timeline) place(width float32, put func(i int, y, h float32)) float32 {
	y, w := float32(0), width-dot-dotGap
	for i, s := range t.steps {
		h := t.texts[2*i].HeightFor(w)
		if s.sub != "" {
			h += t.texts[2*i+1].HeightFor(w)
		}
		if put != nil {
			put(i, y, h)
		}
		y += h
		if i < len(t.steps)-1 {
			y += theme.Space12
		}
	}
	return y
}

// CreateRenderer implements fyne.Widget.
func (t *timeline) CreateRenderer() fyne.WidgetRenderer {
	r := &timelineRenderer{t: t}
	for i := range t.steps {
		if i > 0 {
			r.lines = append(r.lines, canvas.NewLine(color.Transparent))
		}
		r.dots = append(r.dots, canvas.NewCircle(color.Transparent))
	}
	for _, l := range r.lines {
		r.objects = append(r.objects, l)
	}
	for _, d := range r.dots {
		r.objects = append(r.objects, d)
	}
	for _, x := range t.texts {
		r.objects = append(r.objects, x)
	}
	r.draw()
	if s := t.Size(); !s.IsZero() {
		r.Layout(s) // made anew after being out of sight: nobody else will
	}
	return r
}

type timelineRenderer struct {
	t       *timeline
	dots    []*canvas.Circle
	lines   []*canvas.Line
	objects []fyne.CanvasObject
}

func (r *timelineRenderer) draw() {
	p := theme.Colours()
	for i, s := range r.t.steps {
		d := r.dots[i]
		d.StrokeWidth, d.StrokeColor, d.FillColor = 2, p.Primary, p.Primary
		switch s.look {
		case stepOdd:
			d.FillColor, d.StrokeColor = p.Waiting, p.Text
		case stepNext:
			d.FillColor = p.Surface
		case stepLater:
			d.FillColor, d.StrokeColor, d.StrokeWidth = p.Surface, p.Quiet, 1
		}
		d.Refresh()
	}
	for _, l := range r.lines {
		l.StrokeColor, l.StrokeWidth = p.Line, 2
		l.Refresh()
	}
}

func (r *timelineRenderer) Layout(s fyne.Size) {
	w := s.Width - dot - dotGap
	last := float32(0)
	r.t.place(s.Width, func(i int, y, h float32) {
		title, sub := r.t.texts[2*i], r.t.texts[2*i+1]
		th := title.HeightFor(w)
		title.Move(fyne.NewPos(dot+dotGap, y))
		title.Resize(fyne.NewSize(w, th))
		sub.Move(fyne.NewPos(dot+dotGap, y+th))
		sub.Resize(fyne.NewSize(w, h-th))
		if r.t.steps[i].sub == "" {
			sub.Hide()
		}
		top := y + (min(th, theme.Text(theme.Body)*1.5)-dot)/2
		r.dots[i].Move(fyne.NewPos(0, top))
		r.dots[i].Resize(fyne.NewSquareSize(dot))
		if i > 0 {
			l := r.lines[i-1]
			l.Position1, l.Position2 = fyne.NewPos(dot/2, last), fyne.NewPos(dot/2, top)
		}
		last = top + dot
	})
}

func (r *timelineRenderer) MinSize() fyne.Size {
	w := theme.Scaled(200)
	return fyne.NewSize(w, r.t.HeightFor(max(w, r.t.Size().Width)))
}

func (r *timelineRenderer) Refresh() {
	r.draw()
	r.Layout(r.t.Size())
	for _, x := range r.t.texts {
		x.Refresh()
	}
	canvas.Refresh(r.t)
}

func (r *timelineRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *timelineRenderer) Destroy()                     {}
