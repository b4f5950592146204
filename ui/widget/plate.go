package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// Face is how the ground of a Plate looks.
type Face int

// The faces. The three tints are given to tiles in turn.
const (
	FaceSurface Face = iota // white with a line
	FacePrimary             // the one thing to do, or what is chosen
	FaceGreen
	FaceYellow
	FaceRed
	FaceField // where one types
)

// Ink is the colour of words on the face.
func (f Face) Ink() Ink {
	if f == FacePrimary {
		return OnPrimary
	}
	return Plain
}

func (f Face) colours(p *theme.Palette) (fill, line color.NRGBA) {
	switch f {
	case FacePrimary:
		return p.Primary, p.Primary
	case FaceGreen:
		return p.PrimaryTint, p.Line
	case FaceYellow:
		return p.WaitingTint, p.Line
	case FaceRed:
		return p.TroubleTint, p.Line
	case FaceField:
		return p.Surface, p.Primary
	}
	return p.Surface, p.Line
}

// PlateStyle says how a Plate is made, in pixels.
type PlateStyle struct {
	Face     Face
	Radius   float32
	Vertical float32 // room above and below the content
	Across   float32 // and beside it
	Least    float32 // how high and wide it is at least: a finger must meet it
	Anchor   Anchor  // where content stands that is lower than the plate
}

// Anchor says where content stands in a plate that is higher.
type Anchor int

// The anchors.
const (
	Middle Anchor = iota
	Fill          // the content gets the whole room
)

// Plate is a large ground with any content that can be touched, pressed by Space
// and Enter, and reached by Tab: what the screen for the public is built of. It
// shows no hover, because a finger that has left would leave that behind.
type Plate struct {
	pressable
	content fyne.CanvasObject
	style   PlateStyle
	means   string
}

// NewPlate makes one; means says in words what it does.
func NewPlate(content fyne.CanvasObject, means string, style PlateStyle, do func()) *Plate {
	p := &Plate{content: content, style: style, means: means}
	p.onPress = do
	p.extend(p)
	return p
}

// Means says in words what the plate does.
func (p *Plate) Means() string { return p.means }

// Inside is what the plate holds.
func (p *Plate) Inside() fyne.CanvasObject { return p.content }

// Cursor implements desktop.Cursorable: a finger has none.
func (p *Plate) Cursor() desktop.Cursor { return desktop.DefaultCursor }

// MouseIn implements desktop.Hoverable.
func (p *Plate) MouseIn(*desktop.MouseEvent) { Used() }

// MouseOut implements desktop.Hoverable.
func (p *Plate) MouseOut() {}

// HeightFor implements Flowing.
func (p *Plate) HeightFor(width float32) float32 {
	return max(HeightFor(p.content, width-2*p.style.Across)+2*p.style.Vertical, p.style.Least)
}

// CreateRenderer implements fyne.Widget.
func (p *Plate) CreateRenderer() fyne.WidgetRenderer {
	ground := newBox()
	focus := newRing(p.style.Radius)
	focus.inside, focus.onGreen = true, p.style.Face == FacePrimary
	objects := append([]fyne.CanvasObject{ground.group, p.content}, focus.objects()...)
	draw := func() {
		c := theme.Colours()
		fill, line := p.style.Face.colours(c)
		if p.disabled {
			fill, line = c.Ground, c.Line
		}
		ground.FillColor, ground.StrokeColor, ground.StrokeWidth, ground.CornerRadius = fill, line, plateLine, p.style.Radius
		ground.Refresh()
		focus.show(p.focused)
	}
	draw()
	return &renderer{
		of:      p,
		objects: func() []fyne.CanvasObject { return objects },
		layout: func(s fyne.Size) {
			ground.Resize(s)
			room := fyne.NewSize(s.Width-2*p.style.Across, s.Height-2*p.style.Vertical)
			h := room.Height
			if p.style.Anchor == Middle {
				h = min(HeightFor(p.content, room.Width), room.Height)
			}
			p.content.Move(fyne.NewPos(p.style.Across, (s.Height-h)/2))
			p.content.Resize(fyne.NewSize(room.Width, h))
			focus.layout(s)
		},
		minSize: func() fyne.Size {
			s := p.content.MinSize().AddWidthHeight(2*p.style.Across, 2*p.style.Vertical)
			return s.Max(fyne.NewSquareSize(p.style.Least))
		},
		refresh: func() { draw(); p.content.Refresh(); repaint(p) },
	}
}

// plateLine is a little thicker than a card's: it is seen from an arm's length.
const plateLine float32 = 2

// NewPoles puts the first at the top and the second at the foot of the room there
// is: the sign and the words of a tile.
func NewPoles(between float32, first, second fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: poles{between}, Objects: []fyne.CanvasObject{first, second}}
}

type poles struct{ between float32 }

func (p poles) heightFor(o []fyne.CanvasObject, width float32) float32 {
	return o[0].MinSize().Height + p.between + HeightFor(o[1], width)
}

func (p poles) MinSize(o []fyne.CanvasObject) fyne.Size {
	a, b := o[0].MinSize(), o[1].MinSize()
	return fyne.NewSize(max(a.Width, b.Width), a.Height+p.between+b.Height)
}

func (p poles) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(o[0].MinSize())
	h := HeightFor(o[1], s.Width)
	o[1].Move(fyne.NewPos(0, s.Height-h))
	o[1].Resize(fyne.NewSize(s.Width, h))
}
