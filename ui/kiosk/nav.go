package kiosk

import (
	"math"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/lock"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// page is the page that is shown.
func (k *Kiosk) top() *view { return k.views[len(k.views)-1] }

// Page is the name of the page that is shown.
func (k *Kiosk) Page() string { return k.top().name }

// open goes to a page.
func (k *Kiosk) open(v *view) {
	k.dirty = true
	k.silence()
	k.views = append(k.views, v)
	k.show()
}

// back goes to the page before; on the first there is none.
func (k *Kiosk) back() {
	k.silence()
	if len(k.views) > 1 {
		k.views[len(k.views)-1] = nil
		k.views = k.views[:len(k.views)-1]
		k.show()
	}
}

// resized builds the page anew for another window.
func (k *Kiosk) resized(s fyne.Size) {
	if s == k.size || s.Width < 1 || s.Height < 1 {
		return
	}
	k.size = s
	k.measure()
	k.show()
}

// show builds the page that is on top, or what stands before it.
func (k *Kiosk) show() {
	if k.size.Width < 1 {
		return // not on a screen yet
	}
	if k.scroll != nil {
		k.scroll.Stop()
	}
	k.take()
	k.scroll, k.field, k.list, k.waits = nil, nil, nil, false
	var content fyne.CanvasObject
	switch {
	case k.staff != nil:
		content = k.staff.content()
	case k.warned:
		content = k.warning()
	default:
		content = k.top().make()
	}
	k.root.Objects = []fyne.CanvasObject{content}
	if k.staff == nil {
		k.root.Objects = append(k.root.Objects, newCorner(k))
	}
	for _, o := range k.root.Objects {
		if c, is := o.(*corner); is {
			c.Move(fyne.NewPos(0, 0))
			c.Resize(fyne.NewSize(k.u(margin), k.u(margin)))
			continue
		}
		o.Move(fyne.NewPos(0, 0))
		o.Resize(k.size)
	}
	k.root.Refresh()
	if k.canvas != nil {
		k.canvas.Unfocus()
		if k.field != nil && k.keys && k.staff == nil && !k.warned {
			k.canvas.Focus(k.field)
		}
	}
}

// choose takes another language for every text at once.
func (k *Kiosk) choose(lang string) {
	k.dirty = true
	k.silence()
	k.lang, k.say = lang, say.In(lang)
	k.plane = ""
	k.show()
}

// larger takes the next text size, and after the largest the first.
func (k *Kiosk) larger() {
	k.dirty = true
	for i, s := range scales {
		if s == k.scale {
			k.scale = scales[(i+1)%len(scales)]
			break
		}
	}
	k.show()
}

// contrasts takes the next contrast.
func (k *Kiosk) contrasts() {
	k.dirty = true
	for i, c := range theme.Contrasts {
		if c == k.contrast {
			k.contrast = theme.Contrasts[(i+1)%len(theme.Contrasts)]
			break
		}
	}
	k.look()
	k.show()
}

// Tick is called every second.
func (k *Kiosk) Tick() {
	state, _ := k.watch.Look(widget.Uses(), k.deps.Now(), k.patience()+lock.Notice)
	switch {
	case k.staff != nil:
		if state == lock.Away && !k.staff.first() {
			k.staff.close()
		}
	case !k.dirty:
	case state == lock.Away:
		k.Reset()
	case state == lock.Leaving && !k.warned:
		k.warned = true
		k.show()
	case state == lock.Present && k.warned:
		k.stay()
	}
}

// stay takes the warning away: somebody is there.
func (k *Kiosk) stay() {
	if k.warned {
		k.warned = false
		k.show()
	}
}

// typedKey takes keys that no part used.
func (k *Kiosk) typedKey(e *fyne.KeyEvent) {
	widget.Used()
	if k.warned {
		k.stay()
		return
	}
	if k.staff != nil {
		k.staff.typedKey(e)
		return
	}
	switch e.Name {
	case fyne.KeyEscape:
		k.back()
	case fyne.KeyUp, fyne.KeyDown, fyne.KeyLeft, fyne.KeyRight:
		k.step(e.Name)
	case fyne.KeyHome:
		k.Reset()
	}
}

// typedRune begins a search where nothing has focus.
func (k *Kiosk) typedRune(r rune) {
	widget.Used()
	switch {
	case k.warned:
		k.stay()
	case k.staff != nil:
		k.staff.typedRune(r)
	case r <= ' ':
	case k.field != nil:
		k.canvas.Focus(k.field)
		k.field.TypedRune(r)
	case k.Page() == pageHome:
		k.search()
		if k.field != nil {
			k.field.TypedRune(r)
		}
	}
}

// step moves focus to what lies nearest in a direction.
func (k *Kiosk) step(to fyne.KeyName) {
	if k.canvas == nil {
		return
	}
	from, ok := k.canvas.Focused().(fyne.CanvasObject)
	if !ok {
		k.canvas.FocusNext()
		return
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	here, size := at(from), from.Size()
	best, least := fyne.Focusable(nil), float32(math.MaxFloat32)
	for _, f := range widget.Focusables(k.root) {
		o, is := f.(fyne.CanvasObject)
		if !is || o == from {
			continue
		}
		p, s := at(o), o.Size()
		// along is how far it lies in the direction, aside how far off it: what is
		// straight ahead comes before what is nearer at an angle.
		var along, aside float32
		switch to {
		case fyne.KeyDown:
			along, aside = p.Y-(here.Y+size.Height), apart(here.X, size.Width, p.X, s.Width)
		case fyne.KeyUp:
			along, aside = here.Y-(p.Y+s.Height), apart(here.X, size.Width, p.X, s.Width)
		case fyne.KeyRight:
			along, aside = p.X-(here.X+size.Width), apart(here.Y, size.Height, p.Y, s.Height)
		case fyne.KeyLeft:
			along, aside = here.X-(p.X+s.Width), apart(here.Y, size.Height, p.Y, s.Height)
		}
		if along < -1 {
			continue
		}
		if d := along + 4*aside; d < least {
			best, least = f, d
		}
	}
	if best != nil {
		k.canvas.Focus(best)
	}
}

// apart is how far two stretches lie apart, 0 where they overlap; the distance of
// their middles tells those apart that do.
func apart(a, wa, b, wb float32) float32 {
	between := max(b-(a+wa), a-(b+wb), 0)
	return between + float32(math.Abs(float64(a+wa/2-b-wb/2)))*0.05
}
