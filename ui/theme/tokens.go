package theme

import (
	"image/color"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/assets/fonts"
)

// TypeSize is a size of type on the desk's screens, in pixels at 100 %.
type TypeSize float32

// The sizes of type (design/README).
const (
	Small     TypeSize = 12.5 // reasons, labels, hints
	Quiet     TypeSize = 13.5 // second lines, the status line
	Body      TypeSize = 15
	CardTitle TypeSize = 16.5
	Search    TypeSize = 19
	Heading   TypeSize = 21
	Page      TypeSize = 24
	Figure    TypeSize = 34 // a count one sees from afar
	Code      TypeSize = 44 // a vejvisning's code, to be read out
)

// The spaces between things, in pixels.
const (
	Space4  float32 = 4
	Space8  float32 = 8
	Space12 float32 = 12
	Space16 float32 = 16
	Space24 float32 = 24
	Space36 float32 = 36
)

// Radii and line widths, in pixels.
const (
	RadiusSmall float32 = 5
	RadiusField float32 = 8
	RadiusCard  float32 = 12
	LineWidth   float32 = 1
	RingWidth   float32 = 3 // focus is always visible
)

// Palette is the colours of one contrast, named for their use.
type Palette struct {
	Ground, Surface, Line, Text, Quiet      color.NRGBA
	Primary, OnPrimary, PrimaryTint, OnTint color.NRGBA
	Waiting, WaitingTint, OnWaiting         color.NRGBA
	Trouble, TroubleTint, OnTrouble         color.NRGBA
	Stale                                   color.NRGBA // text: facts that are old
	Sidebar, OnSidebar, SidebarHere, OnHere color.NRGBA
	Folder, FolderLine                      color.NRGBA // the citizen's folder
	Focus, Selected                         color.NRGBA // the ring of focus, and of what is chosen
	Hover, Selection, ScrollBar, Shadow     color.NRGBA
	OffLine                                 color.NRGBA // the edge of a chip that is off
	Hint                                    color.NRGBA // what may be typed, until something is
	Done                                    color.NRGBA // the dot of "all is sent"
}

var (
	black  = rgb(0x000000)
	white  = rgb(0xFFFFFF)
	yellow = rgb(0xFFD400)
)

var everyday = Palette{
	Ground: rgb(0xFAF7F2), Surface: white, Line: rgb(0xE4DDD2), Text: rgb(0x1D2A2A), Quiet: rgb(0x5C6A68),
	Primary: rgb(0x1F5C4A), OnPrimary: white, PrimaryTint: rgb(0xE3EFE9), OnTint: rgb(0x14493A),
	Waiting: rgb(0xF2B84B), WaitingTint: rgb(0xFDF3DC), OnWaiting: rgb(0x5A3D00),
	Trouble: rgb(0xC8452C), TroubleTint: rgb(0xFBE7E1), OnTrouble: rgb(0x7D2614),
	Stale:   rgb(0x8A5200),
	Sidebar: rgb(0x1F5C4A), OnSidebar: rgb(0xE3EFE9), SidebarHere: white, OnHere: rgb(0x1F5C4A),
	Folder: rgb(0xFFFDF8), FolderLine: rgb(0xEAD9B4),
	Focus: rgb(0x1F5C4A), Selected: rgb(0x1F5C4A),
	Hover: alpha(0x1F5C4A, 18), Selection: alpha(0x1F5C4A, 60), ScrollBar: alpha(0x1D2A2A, 110), Shadow: color.NRGBA{},
	OffLine: rgb(0xDDD5C8), Done: rgb(0x3A9A6B), Hint: rgb(0x5C6A68),
}

var blackOnWhite = Palette{
	Ground: white, Surface: white, Line: black, Text: black, Quiet: black,
	Primary: black, OnPrimary: white, PrimaryTint: white, OnTint: black,
	Waiting: yellow, WaitingTint: white, OnWaiting: black,
	Trouble: black, TroubleTint: white, OnTrouble: black,
	Stale:   black,
	Sidebar: black, OnSidebar: white, SidebarHere: white, OnHere: black,
	Folder: white, FolderLine: black,
	Focus: yellow, Selected: black,
	Hover: alpha(0x000000, 26), Selection: alpha(0xFFD400, 200), ScrollBar: black, Shadow: color.NRGBA{},
	OffLine: black, Done: black, Hint: rgb(0x595959),
}

var whiteOnBlack = Palette{
	Ground: black, Surface: black, Line: white, Text: white, Quiet: white,
	Primary: white, OnPrimary: black, PrimaryTint: black, OnTint: white,
	Waiting: yellow, WaitingTint: black, OnWaiting: white,
	Trouble: white, TroubleTint: black, OnTrouble: white,
	Stale:   white,
	Sidebar: black, OnSidebar: white, SidebarHere: white, OnHere: black,
	Folder: black, FolderLine: white,
	Focus: yellow, Selected: white,
	Hover: alpha(0xFFFFFF, 50), Selection: alpha(0x6A5A00, 255), ScrollBar: white, Shadow: color.NRGBA{},
	OffLine: white, Done: white, Hint: rgb(0xBDBDBD),
}

// The type of screen and paper is the same.
var (
	regular = fyne.NewStaticResource("NotoSans-Regular.ttf", fonts.SharedRegular())
	bold    = fyne.NewStaticResource("NotoSans-Bold.ttf", fonts.SharedBold())
)

func rgb(v uint32) color.NRGBA { return alpha(v, 255) }

func alpha(v uint32, a uint8) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: a}
}
