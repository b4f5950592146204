package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// PromptField is a field that says within its frame what is typed into it – "Kode
// tilbage:" – and below it what is wrong with what was typed.
type PromptField struct {
	base.BaseWidget
	Entry   *Entry
	prompt  *Label
	bare    fyne.CanvasObject
	problem *Text
	focus   bool
}

// NewPromptField makes one.
func NewPromptField(prompt string) *PromptField {
	f := &PromptField{Entry: NewEntry(), prompt: NewLabel(prompt, Style{Size: theme.CardTitle}), problem: NewText("", Style{Size: theme.Quiet, Ink: OnTrouble})}
	f.Entry.TextStyle = fyne.TextStyle{Bold: true}
	f.bare = container.NewThemeOverride(f.Entry, bareTheme{size: theme.CardTitle, oneLine: true})
	f.Entry.onFocus = func(on bool) { f.focus = on; f.Refresh() }
	f.problem.Hide()
	f.ExtendBaseWidget(f)
	return f
}

// SetProblem says what is wrong; empty takes it away. The owner lays out again.
func (f *PromptField) SetProblem(s string) {
	f.problem.SetText(s)
	setVisible(f.problem, s != "")
	f.Refresh()
}

// Problem is what is said to be wrong.
func (f *PromptField) Problem() string { return f.problem.Text() }

func (f *PromptField) frameHeight() float32 {
	return max(f.bare.MinSize().Height+theme.Space4, theme.Scaled(48))
}

// HeightFor implements Flowing.
func (f *PromptField) HeightFor(width float32) float32 {
	if f.problem.Text() == "" {
		return f.frameHeight()
	}
	return f.frameHeight() + theme.Space4 + f.problem.HeightFor(width)
}

// CreateRenderer implements fyne.Widget.
func (f *PromptField) CreateRenderer() fyne.WidgetRenderer {
	rect, edge := newBox(), newFocusEdge(theme.RadiusCard)
	draw := func() {
		p := theme.Colours()
		edge.show(f.focus)
		rect.FillColor, rect.StrokeColor, rect.StrokeWidth, rect.CornerRadius = p.Surface, p.Primary, 2, theme.RadiusCard
		if f.problem.Text() != "" {
			rect.StrokeColor = p.Trouble
		}
		if f.focus {
			rect.StrokeColor, rect.StrokeWidth = p.Focus, theme.RingWidth
		}
		rect.Refresh()
	}
	layout := func(size fyne.Size) {
		h := f.frameHeight()
		rect.Resize(fyne.NewSize(size.Width, h))
		edge.layout(fyne.NewSize(size.Width, h))
		m := f.prompt.MinSize()
		f.prompt.Move(fyne.NewPos(theme.Space16, (h-m.Height)/2))
		f.prompt.Resize(m)
		bh, x := f.bare.MinSize().Height, theme.Space16+m.Width
		f.bare.Move(fyne.NewPos(x, (h-bh)/2))
		f.bare.Resize(fyne.NewSize(max(size.Width-x-theme.Space8, 0), bh))
		f.problem.Move(fyne.NewPos(0, h+theme.Space4))
		f.problem.Resize(fyne.NewSize(size.Width, f.problem.HeightFor(size.Width)))
	}
	draw()
	return &renderer{
		of: f,
		objects: func() []fyne.CanvasObject {
			return []fyne.CanvasObject{rect.group, edge.rect, f.prompt, f.bare, f.problem}
		},
		layout:  layout,
		minSize: func() fyne.Size { return fyne.NewSize(200, f.HeightFor(max(f.Size().Width, 200))) },
		refresh: func() { draw(); layout(f.Size()); f.prompt.Refresh(); repaint(f) },
	}
}
