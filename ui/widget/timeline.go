package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// Step is one point of a timeline: what happened and when, or what comes next.
type Step struct {
	Title, Sub string
	Look       StepLook
}

// StepLook is how a step is drawn.
type StepLook int

// The looks of a step.
const (
	StepDone  StepLook = iota // happened: a full dot
	StepOdd                   // happened, but does not fit: an amber dot
	StepNext                  // comes next: an open dot
	StepLater                 // comes after that: a faint open dot
	StepBack                  // was taken back: a faint dot
)

// Timeline draws steps below each other, joined by a line.
type Timeline struct {
	base.BaseWidget
	steps []Step
	texts []*Text // title and sub of each step
}

// NewTimeline makes one.
func NewTimeline(steps []Step) *Timeline {
	t := &Timeline{steps: steps}
	for _, s := range steps {
		look := Style{Bold: s.Look != StepLater && s.Look != StepBack}
		if !look.Bold {
			look.Ink = Quiet
		}
		t.texts = append(t.texts, NewText(s.Title, look), NewText(s.Sub, Style{Ink: Quiet, Size: theme.Quiet}))
	}
	t.ExtendBaseWidget(t)
	return t
}

// Steps are what is drawn.
func (t *Timeline) Steps() []Step { return t.steps }

const stepDot, stepGap = float32(18), float32(18)

// HeightFor implements Flowing.
func (t *Timeline) HeightFor(width float32) float32 { return t.place(width, nil) }

func (t *Timeline) place(width float32, put func(i int, y, h float32)) float32 {
	y, w := float32(0), width-stepDot-stepGap
	for i, s := range t.steps {
		h := t.texts[2*i].HeightFor(w)
		if s.Sub != "" {
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
func (t *Timeline) CreateRenderer() fyne.WidgetRenderer {
	x := &timelineParts{t: t}
	for i := range t.steps {
		if i > 0 {
			x.lines = append(x.lines, canvas.NewLine(color.Transparent))
		}
		x.dots = append(x.dots, canvas.NewCircle(color.Transparent))
	}
	var objects []fyne.CanvasObject
	for _, l := range x.lines {
		objects = append(objects, l)
	}
	for _, d := range x.dots {
		objects = append(objects, d)
	}
	for _, w := range t.texts {
		objects = append(objects, w)
	}
	x.draw()
	return &renderer{
		of:      t,
		objects: func() []fyne.CanvasObject { return objects },
		layout:  x.layout,
		minSize: func() fyne.Size {
			w := theme.Scaled(200)
			return fyne.NewSize(w, t.HeightFor(max(w, t.Size().Width)))
		},
		refresh: func() {
			x.draw()
			x.layout(t.Size())
			for _, w := range t.texts {
				w.Refresh()
			}
			repaint(t)
		},
	}
}

type timelineParts struct {
	t     *Timeline
	dots  []*canvas.Circle
	lines []*canvas.Line
}

func (x *timelineParts) draw() {
	p := theme.Colours()
	for i, s := range x.t.steps {
		d := x.dots[i]
		d.StrokeWidth, d.StrokeColor, d.FillColor = 2, p.Primary, p.Primary
		switch s.Look {
		case StepOdd:
			d.FillColor, d.StrokeColor = p.Waiting, p.Text
		case StepNext:
			d.FillColor = p.Surface
		case StepLater, StepBack:
			d.FillColor, d.StrokeColor, d.StrokeWidth = p.Surface, p.Quiet, 1
		}
		d.Refresh()
	}
	for _, l := range x.lines {
		l.StrokeColor, l.StrokeWidth = p.Line, 2
		l.Refresh()
	}
}

func (x *timelineParts) layout(s fyne.Size) {
	w, last := s.Width-stepDot-stepGap, float32(0)
	x.t.place(s.Width, func(i int, y, h float32) {
		title, sub := x.t.texts[2*i], x.t.texts[2*i+1]
		th := title.HeightFor(w)
		title.Move(fyne.NewPos(stepDot+stepGap, y))
		title.Resize(fyne.NewSize(w, th))
		sub.Move(fyne.NewPos(stepDot+stepGap, y+th))
		sub.Resize(fyne.NewSize(w, h-th))
		setVisible(sub, x.t.steps[i].Sub != "")
		top := y + (min(th, theme.Text(theme.Body)*1.5)-stepDot)/2
		x.dots[i].Move(fyne.NewPos(0, top))
		x.dots[i].Resize(fyne.NewSquareSize(stepDot))
		if i > 0 {
			l := x.lines[i-1]
			l.Position1, l.Position2 = fyne.NewPos(stepDot/2, last), fyne.NewPos(stepDot/2, top)
		}
		last = top + stepDot
	})
}
