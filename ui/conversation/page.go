// Package conversation is the page "Samtalehjælp": how one can bring up
// communities in a talk, arena by arena.
//
// It shows the texts of assets/conversation and knows nothing else: no store,
// no citizen, no search.
package conversation

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	content "github.com/faellesskabsby/vejviser/assets/conversation"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Page is the page "Samtalehjælp". All methods are called on the screen's goroutine.
type Page struct {
	say    *say.Speaker
	arenas []content.Arena
	titles map[widget.Row]*widget.Text

	box    *fyne.Container
	head   *fyne.Container
	list   *widget.List
	scroll *widget.Scroll
	inside *fyne.Container
}

// New makes the page in a language.
func New(lang string) *Page {
	p := &Page{say: say.In(lang), inside: widget.NewColumn(theme.Space16), titles: map[widget.Row]*widget.Text{}}
	arenas, err := content.Arenas(lang)
	p.arenas = arenas
	p.head = widget.NewColumn(theme.Space4,
		widget.NewText(p.say.T("conversation.title"), widget.Style{Size: theme.Page, Bold: true}),
		widget.NewText(p.say.T("conversation.lead"), widget.Style{Ink: widget.Quiet}))
	p.list = widget.NewList(func() int { return len(p.arenas) }, p.arenaHeight, p.makeArena, p.bindArena)
	p.list.OnSelect = p.show
	p.list.OnKey = p.listKey
	p.scroll = widget.NewScroll(p.inside)
	p.box = container.New(&sides{p}, p.head, p.list, p.scroll)
	if err != nil {
		p.inside.Objects = []fyne.CanvasObject{widget.NewTonePanel(widget.ToneTrouble,
			widget.NewText(p.say.T("conversation.failed"), widget.Style{Ink: widget.OnTrouble}))}
	} else {
		p.list.Select(0)
		p.show(0)
	}
	return p
}

// Title is what the page is called in the list of pages.
func (p *Page) Title() string { return p.say.T("conversation.short_title") }

// Content is the page itself.
func (p *Page) Content() fyne.CanvasObject { return p.box }

// Focus goes to the list of arenas.
func (p *Page) Focus() { widget.FocusOn(p.list) }

// show puts an arena's cards on the right.
func (p *Page) show(i int) {
	p.inside.Objects = p.cards(p.arenas[i])
	p.scroll.ToTop()
	p.scroll.Relayout()
}

// listKey scrolls the cards by PageUp and PageDown while the list has focus.
func (p *Page) listKey(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyPageDown, fyne.KeySpace:
		p.scroll.Page(1)
	case fyne.KeyPageUp:
		p.scroll.Page(-1)
	default:
		return false
	}
	return true
}

func (p *Page) makeArena() widget.Row {
	text := widget.NewText("", widget.Style{Bold: true})
	row := widget.NewCardRow(text)
	p.titles[row] = text
	return row
}

func (p *Page) bindArena(i int, r widget.Row) {
	p.titles[r].SetText(p.arenas[i].Title)
}

func (p *Page) arenaHeight(i int, width float32) float32 {
	return widget.NewText(p.arenas[i].Title, widget.Style{Bold: true}).HeightFor(width-2*theme.Space16) + 2*theme.Space12
}

// sides lays the page: heading above, arenas on the left, cards on the right.
type sides struct{ p *Page }

func (l *sides) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(600, 400) }

func (l *sides) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	p, edge, gap := l.p, theme.Space24, theme.Space16
	w := s.Width - 2*edge
	hh := widget.HeightFor(p.head, w)
	p.head.Move(fyne.NewPos(edge, theme.Space16))
	p.head.Resize(fyne.NewSize(w, hh))
	top := theme.Space16 + hh + theme.Space16
	lw := min(theme.Scaled(280), w*0.34)
	h := max(s.Height-top-theme.Space8, 0)
	p.list.Move(fyne.NewPos(edge, top))
	p.list.Resize(fyne.NewSize(lw, h))
	p.scroll.Move(fyne.NewPos(edge+lw+gap, top))
	p.scroll.Resize(fyne.NewSize(w-lw-gap+theme.Space8, h))
}
