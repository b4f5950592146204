package widget

import "fyne.io/fyne/v2"

// Page scrolls by what is in sight, less a line: 1 is down, -1 is up. For parts
// that scroll by key although nothing inside them can have focus.
func (s *Scroll) Page(by float32) {
	view, o := s.scroll.Size().Height, s.scroll.Offset
	most := max(s.holder.Size().Height-view, 0)
	o.Y = min(max(o.Y+by*max(view-40, 40), 0), most)
	s.scroll.ScrollToOffset(fyne.NewPos(0, o.Y))
}
