package widget

import (
	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/widget"
)

// Toggles is a few words, any number of which are chosen.
type Toggles struct {
	base.BaseWidget
	options  []Option
	on       map[string]bool
	chips    []*Chip
	row      *fyne.Container
	OnChange func()
}

// NewToggles makes them; none is chosen.
func NewToggles(options []Option, change func()) *Toggles {
	t := &Toggles{options: options, on: map[string]bool{}, row: NewFlow(6), OnChange: change}
	for _, o := range options {
		c := NewChip(o.Text, ChipOff, nil)
		c.OnPress(func() {
			t.on[o.Value] = !t.on[o.Value]
			t.draw()
			if t.OnChange != nil {
				t.OnChange()
			}
		})
		t.chips = append(t.chips, c)
		t.row.Add(c)
	}
	t.ExtendBaseWidget(t)
	return t
}

// Values are what is chosen, in the order in which they are shown.
func (t *Toggles) Values() []string {
	var out []string
	for _, o := range t.options {
		if t.on[o.Value] {
			out = append(out, o.Value)
		}
	}
	return out
}

// Choose sets what is chosen, without telling.
func (t *Toggles) Choose(values []string) {
	clear(t.on)
	for _, v := range values {
		t.on[v] = true
	}
	t.draw()
}

// First is where focus begins.
func (t *Toggles) First() *Chip { return t.chips[0] }

func (t *Toggles) draw() {
	for i, o := range t.options {
		state := ChipOff
		if t.on[o.Value] {
			state = ChipOn
		}
		t.chips[i].Set(o.Text, state)
	}
}

// Inside is what it holds.
func (t *Toggles) Inside() fyne.CanvasObject { return t.row }

// HeightFor implements Flowing.
func (t *Toggles) HeightFor(width float32) float32 { return HeightFor(t.row, width) }

// CreateRenderer implements fyne.Widget.
func (t *Toggles) CreateRenderer() fyne.WidgetRenderer { return wrapRenderer(t, t.row) }
