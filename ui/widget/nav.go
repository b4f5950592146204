package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// NavItem is one destination of the sidebar.
type NavItem struct {
	Title  string
	Badge  string // how many wait there; empty is none
	Bottom bool   // stands at the foot
}

// SideNav is the green side with the destinations that exist.
type SideNav struct {
	base.BaseWidget
	name    string
	items   []*navLine
	OnGo    func(i int)
	current int
}

// NewSideNav makes one; name is the app's, at the top.
func NewSideNav(name string, items []NavItem, open func(i int)) *SideNav {
	n := &SideNav{name: name, OnGo: open}
	for i, it := range items {
		l := &navLine{item: it}
		l.onPress = func() { n.OnGo(i) }
		l.onKey = func(e *fyne.KeyEvent) bool {
			switch e.Name {
			case fyne.KeyDown:
				FocusOn(n.items[min(i+1, len(n.items)-1)])
			case fyne.KeyUp:
				FocusOn(n.items[max(i-1, 0)])
			default:
				return false
			}
			return true
		}
		l.extend(l)
		n.items = append(n.items, l)
	}
	n.ExtendBaseWidget(n)
	n.Mark(0)
	return n
}

// Mark marks the destination that is shown.
func (n *SideNav) Mark(i int) {
	n.current = i
	for k, l := range n.items {
		if l.here != (k == i) {
			l.here = k == i
			l.Refresh()
		}
	}
}

// SetBadge changes how many wait at a destination.
func (n *SideNav) SetBadge(i int, text string) {
	if n.items[i].item.Badge != text {
		n.items[i].item.Badge = text
		n.items[i].Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (n *SideNav) CreateRenderer() fyne.WidgetRenderer {
	rect := newBox()
	edge := canvas.NewRectangle(nil)
	name := NewLabel(n.name, Style{Size: theme.Heading, Bold: true, Ink: OnSidebar})
	objects := []fyne.CanvasObject{rect.group, edge, name}
	for _, l := range n.items {
		objects = append(objects, l)
	}
	draw := func() {
		rect.FillColor = theme.Colours().Sidebar
		edge.FillColor = nothing
		if theme.Current().HighContrast() {
			edge.FillColor = theme.Colours().Line
		}
		rect.Refresh()
		edge.Refresh()
	}
	draw()
	return &renderer{
		of:      n,
		objects: func() []fyne.CanvasObject { return objects },
		layout: func(s fyne.Size) {
			rect.Resize(s)
			edge.Move(fyne.NewPos(s.Width-1, 0))
			edge.Resize(fyne.NewSize(1, s.Height))
			ns := name.MinSize()
			name.Move(fyne.NewPos(theme.Space16+theme.Space4, theme.Space16))
			name.Resize(fyne.NewSize(s.Width-theme.Space24, ns.Height))
			y := theme.Space16 + ns.Height + theme.Space16
			squeeze := n.squeeze(s.Height - y - theme.Space12)
			foot := s.Height - theme.Space12
			for i := len(n.items) - 1; i >= 0; i-- {
				if l := n.items[i]; l.item.Bottom {
					h := l.MinSize().Height - squeeze
					foot -= h
					l.Move(fyne.NewPos(theme.Space12, foot))
					l.Resize(fyne.NewSize(s.Width-2*theme.Space12, h))
					foot -= theme.Space4
				}
			}
			for _, l := range n.items {
				if !l.item.Bottom {
					h := l.MinSize().Height - squeeze
					l.Move(fyne.NewPos(theme.Space12, y))
					l.Resize(fyne.NewSize(s.Width-2*theme.Space12, h))
					y += h + theme.Space4
				}
			}
		},
		minSize: func() fyne.Size {
			w, h := name.MinSize().Width+theme.Space36, theme.Space36+name.MinSize().Height
			for _, l := range n.items {
				s := l.MinSize()
				w, h = max(w, s.Width+2*theme.Space12), h+s.Height-theme.Scaled(navPad)+theme.Space4
			}
			return fyne.NewSize(w, h+theme.Space16)
		},
		refresh: func() {
			draw()
			name.Refresh()
			for _, l := range n.items {
				l.Refresh()
			}
			repaint(n)
		},
	}
}

// navPad is the air of a line above and below its words, together.
const navPad = 20

// squeeze is how much lower each line must be for all to have room.
func (n *SideNav) squeeze(room float32) float32 {
	need := float32(0)
	for _, l := range n.items {
		need += l.MinSize().Height + theme.Space4
	}
	return min(max((need-room)/float32(len(n.items)), 0), theme.Scaled(navPad))
}

type navLine struct {
	pressable
	item NavItem
	here bool
}

func (l *navLine) CreateRenderer() fyne.WidgetRenderer {
	rect := canvas.NewRectangle(nil)
	words := NewLabel(l.item.Title, Style{})
	badge := NewBadge(l.item.Badge)
	focus := newRing(theme.RadiusField)
	focus.onGreen = true
	focus.inside = true
	objects := append([]fyne.CanvasObject{rect, words, badge}, focus.objects()...)
	draw := func() {
		p := theme.Colours()
		rect.CornerRadius = theme.RadiusField
		rect.FillColor = nothing
		ink := OnSidebar
		if l.hovered {
			rect.FillColor = color.NRGBA{R: 255, G: 255, B: 255, A: 28}
		}
		if l.here {
			rect.FillColor = p.SidebarHere
			ink = func(p *theme.Palette) color.NRGBA { return p.OnHere }
		}
		words.SetStyle(Style{Bold: l.here, Ink: ink})
		badge.SetText(l.item.Badge)
		focus.show(l.focused)
		rect.Refresh()
	}
	layout := func(s fyne.Size) {
		rect.Resize(s)
		focus.layout(s)
		bs := badge.MinSize()
		w := s.Width - 2*theme.Space12
		if l.item.Badge != "" {
			w -= bs.Width + theme.Space4
		}
		badge.Move(fyne.NewPos(s.Width-bs.Width-theme.Space12, (s.Height-bs.Height)/2))
		badge.Resize(bs)
		words.Move(fyne.NewPos(theme.Space12, 0))
		words.Resize(fyne.NewSize(w, s.Height))
	}
	draw()
	return &renderer{
		of:      l,
		objects: func() []fyne.CanvasObject { return objects },
		layout:  layout,
		minSize: func() fyne.Size {
			size := theme.Text(theme.Body)
			return fyne.NewSize(lineWidth(l.item.Title, size, true)+2*theme.Space12+theme.Space36, lineHeight(size, true)+theme.Scaled(navPad))
		},
		refresh: func() { draw(); layout(l.Size()); repaint(l) },
	}
}
