package widget

import (
	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/widget"
)

// Key is a key of a keyboard on the screen. It can be touched and nothing else:
// whoever has a keyboard of their own types on that, and Tab passes by.
type Key struct {
	base.BaseWidget
	inner *Plate
}

// NewKey makes one; means says in words what it does.
func NewKey(content fyne.CanvasObject, means string, style PlateStyle, do func()) *Key {
	k := &Key{inner: NewPlate(content, means, style, do)}
	k.ExtendBaseWidget(k)
	return k
}

// Means says in words what the key does.
func (k *Key) Means() string { return k.inner.means }

// Tapped implements fyne.Tappable.
func (k *Key) Tapped(e *fyne.PointEvent) { k.inner.Tapped(e) }

// CreateRenderer implements fyne.Widget.
func (k *Key) CreateRenderer() fyne.WidgetRenderer {
	r := k.inner.CreateRenderer().(*renderer)
	r.of = k
	return r
}

// Inside is nothing that focus could go to.
func (k *Key) Inside() fyne.CanvasObject { return nil }
