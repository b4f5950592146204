package widget

import (
	"slices"

	"fyne.io/fyne/v2"
)

// KeepFocus makes the parts inside root anew and lets whoever works by keyboard stay
// where they are: focus goes to the part that stands where the focused one stood.
// Without it the toolkit would go on giving keys to a part that is on no screen.
func KeepFocus(root fyne.CanvasObject, rebuild func()) {
	c := canvasOf(root)
	if c == nil || c.Focused() == nil {
		rebuild()
		return
	}
	at := slices.Index(focusables(root, nil), c.Focused())
	rebuild()
	if at < 0 {
		return
	}
	if list := focusables(root, nil); len(list) > 0 {
		c.Focus(list[min(at, len(list)-1)])
	} else {
		c.Unfocus()
	}
}

// Focusables gives what can have focus inside root, in the order in which Tab
// reaches it.
func Focusables(root fyne.CanvasObject) []fyne.Focusable { return focusables(root, nil) }

// focusables gathers what can have focus, in the order in which Tab reaches it.
func focusables(o fyne.CanvasObject, out []fyne.Focusable) []fyne.Focusable {
	if o == nil || !o.Visible() {
		return out
	}
	if f, ok := o.(fyne.Focusable); ok {
		if d, can := o.(fyne.Disableable); !can || !d.Disabled() {
			out = append(out, f)
		}
		return out
	}
	for _, ch := range insideOf(o) {
		out = focusables(ch, out)
	}
	return out
}

// insideOf gives what a part of this package holds.
func insideOf(o fyne.CanvasObject) []fyne.CanvasObject {
	switch x := o.(type) {
	case *fyne.Container:
		return x.Objects
	case *Scroll:
		return []fyne.CanvasObject{x.holder.content}
	case *Panel:
		return []fyne.CanvasObject{x.content}
	case *Field:
		return []fyne.CanvasObject{x.column}
	case *Segmented:
		return []fyne.CanvasObject{x.row}
	case *entryFrame:
		return []fyne.CanvasObject{x.entry}
	case interface{ Inside() fyne.CanvasObject }:
		return []fyne.CanvasObject{x.Inside()}
	}
	return nil
}
