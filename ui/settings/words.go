package settings

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// words is the screen "Jeres egne ord", which takes the place of the settings
// while it is open: what people say at the organisation's desks on the left,
// the word that is being written on the right.
type words struct {
	p      *Page
	open   bool
	all    []localdb.OwnWord
	shown  []int // of all, those that the search leaves
	topics *localdb.Topics
	failed bool // the words could not be read

	section *widget.Text // in the settings: how many there are
	box     *fyne.Container

	head    *fyne.Container
	title   *widget.Text
	lead    *widget.Text
	actions *fyne.Container
	search  *widget.Field
	list    *widget.List
	empty   *widget.EmptyState
	form    *wordForm
	right   *widget.Scroll
	inside  *fyne.Container
	root    *fyne.Container
	dialog  *dialog.FileDialog // the toolkit's, or nil
	filing  bool               // a list comes in or goes out, in the place of the form
}

// manyWords is how many words are looked through without a search.
const manyWords = 12

func newWords(p *Page) *words {
	w := &words{p: p}
	w.section = widget.NewText("", widget.Style{Ink: widget.Quiet})
	w.section.Hide()
	w.box = widget.NewColumn(theme.Space12, w.section,
		widget.NewFlow(theme.Space8, widget.NewQuietButton(w.t("open"), "", w.show)))
	w.title = widget.NewText(w.t("title"), widget.Style{Size: theme.Page, Bold: true})
	w.lead = widget.NewText(w.t("lead"), widget.Style{Ink: widget.Quiet})
	w.head = widget.NewColumn(theme.Space4, w.title, w.lead)
	w.actions = widget.NewFlow(theme.Space8,
		widget.NewQuietButton(w.t("import"), "", w.openImport),
		widget.NewQuietButton(w.t("export"), "", w.openExport),
		widget.NewQuietButton(w.t("back"), "Esc", w.close))
	w.search = widget.NewField(w.t("search"))
	w.search.Entry.OnChanged = func(string) { w.fill("") }
	w.empty = widget.NewEmptyState(w.t("empty"), w.t("empty_text"))
	w.list = w.newList()
	w.form = newWordForm(w)
	w.inside = widget.NewColumn(theme.Space12)
	w.right = widget.NewScroll(w.inside)
	w.root = &fyne.Container{Layout: &wordsLayout{w}, Objects: []fyne.CanvasObject{w.head, w.actions, w.search, w.list, w.empty, w.right}}
	w.back()
	return w
}

func (w *words) t(key string, args ...any) string { return w.p.say.T("settings.words."+key, args...) }

// OpenWords shows the organisation's own words.
func (p *Page) OpenWords() { p.words.show() }

// show puts the screen in the place of the settings.
func (w *words) show() {
	w.open = true
	w.p.swap(w.root)
	w.load()
	w.form.focus()
}

// close goes back to the settings.
func (w *words) close() {
	w.open, w.filing = false, false
	w.back()
	w.p.swap(w.p.scroll)
	w.p.relayout()
	w.p.Focus()
}

// escape takes one step back: out of a dialog, a file, a word, the screen.
func (w *words) escape() {
	switch {
	case w.dialog != nil:
		w.dialog.Hide()
	case w.filing:
		w.back()
		w.form.focus()
	case w.form.was != "":
		w.form.begin()
	default:
		w.close()
	}
}

// back shows the form where a file came in or went out.
func (w *words) back() {
	w.filing = false
	w.inside.Objects = []fyne.CanvasObject{w.form.panel, w.form.help}
	w.right.ToTop()
	w.relayout()
}

// load reads the words away from the screen.
func (w *words) load() {
	store, lang := w.p.d.Store, w.p.d.Lang
	go func() {
		all, err := store.OwnWords()
		order := collate.New(language.Make(lang), collate.IgnoreCase)
		slices.SortStableFunc(all, func(a, b localdb.OwnWord) int { return order.CompareString(a.Says, b.Says) })
		w.p.d.Post(func() {
			w.failed = err != nil
			if err == nil {
				w.all = all
			}
			w.count()
			w.fill(w.form.was)
		})
	}()
}

// count says in the settings how many there are.
func (w *words) count() {
	text := w.p.say.N("settings.words.count", len(w.all))
	switch {
	case w.failed:
		text = w.p.say.T("settings.load_failed")
	case len(w.all) == 0:
		text = w.t("none")
	}
	w.section.SetText(text)
	w.section.Show()
	w.p.relayout()
}

// known takes the topics of the directory.
func (w *words) known(t *localdb.Topics) {
	w.topics = t
	w.form.offer()
}

// fill lists the words that the search leaves; the one that says was is chosen.
func (w *words) fill(was string) {
	show(w.search, len(w.all) > manyWords)
	w.shown = w.shown[:0]
	chosen := -1
	for i, x := range w.all {
		if text := w.search.Entry.Text; w.search.Visible() && !contains(x.Says, text) && !slices.ContainsFunc(x.Means, func(m string) bool { return contains(m, text) }) {
			continue
		}
		if was != "" && x.Says == was {
			chosen = len(w.shown)
		}
		w.shown = append(w.shown, i)
	}
	switch {
	case w.failed:
		w.empty.Set(w.t("title"), w.p.say.T("settings.load_failed"))
	case len(w.all) > 0:
		w.empty.Set(w.t("nothing_found"), w.t("nothing_found_text"))
	default:
		w.empty.Set(w.t("empty"), w.t("empty_text"))
	}
	show(w.empty, len(w.shown) == 0)
	show(w.list, len(w.shown) > 0)
	w.list.Reload(chosen)
	w.relayout()
}

// find gives the word that is compared as a phrase is.
func (w *words) find(says string) (localdb.OwnWord, bool) {
	key, _ := match.Phrase(says)
	for _, x := range w.all {
		if k, _ := match.Phrase(x.Says); k == key {
			return x, true
		}
	}
	return localdb.OwnWord{}, false
}

func (w *words) relayout() {
	if w.root == nil {
		return // still being made
	}
	if s := w.root.Size(); s.Width > 0 {
		w.root.Layout.Layout(w.root.Objects, s)
		widget.Relayout(w.right)
		w.right.Relayout()
		widget.Repaint(w.root)
	}
}

// wordCard is a row of the list: recycled, bound to a word.
type wordCard struct {
	row         *widget.CardRow
	says, means *widget.Text
}

func (w *words) newCard() *wordCard {
	c := &wordCard{says: widget.NewText("", widget.Style{Bold: true}), means: widget.NewText("", widget.Style{Ink: widget.Quiet})}
	c.row = widget.NewCardRow(widget.NewColumn(2, c.says, c.means))
	c.row.Data = c
	return c
}

func (w *words) bind(c *wordCard, x localdb.OwnWord) {
	c.says.SetText(w.t("says_quoted", "says", x.Says))
	c.means.SetText(w.t("means", "topics", w.p.say.List(x.Means)))
	widget.Relayout(c.row)
}

func (w *words) newList() *widget.List {
	probe := w.newCard()
	l := widget.NewList(
		func() int { return len(w.shown) },
		func(i int, width float32) float32 {
			w.bind(probe, w.all[w.shown[i]])
			return probe.row.HeightFor(width)
		},
		func() widget.Row { return w.newCard().row },
		func(i int, row widget.Row) { w.bind(row.(*widget.CardRow).Data.(*wordCard), w.all[w.shown[i]]) },
	)
	l.OnSelect = func(i int) { w.form.edit(w.all[w.shown[i]]) }
	l.OnChoose = func(i int) {
		w.form.edit(w.all[w.shown[i]])
		w.form.focus()
	}
	return l
}

// wordsLayout places title, what can be done, the list and the form; where the
// room is very narrow for the type, the form stands above the list. Where it is
// low, what the page is for goes without saying.
type wordsLayout struct{ w *words }

func (l *wordsLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(400, 300) }

func (l *wordsLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	w := l.w
	put := func(o fyne.CanvasObject, x, y, width, height float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(width, max(height, 0)))
	}
	pad, scale := theme.Space24, theme.Current().Scale()
	width, y := size.Width-2*pad, theme.Space16
	narrow := width/scale < 480
	show(w.lead, size.Height/scale >= 480 || len(w.all) == 0)
	actions := float32(0)
	for _, o := range w.actions.Objects {
		actions += o.MinSize().Width + theme.Space8
	}
	head, need := width-actions-theme.Space16, w.title.Natural()
	if w.lead.Visible() {
		need = max(need, theme.Scaled(300))
	}
	if head < need {
		h := widget.HeightFor(w.actions, width)
		put(w.actions, pad, y, width, h)
		y += h + theme.Space12
		head = width
	} else {
		put(w.actions, pad+width-actions, y, actions, widget.HeightFor(w.actions, actions))
	}
	h := widget.HeightFor(w.head, head)
	put(w.head, pad, y, head, h)
	y += max(h, widget.HeightFor(w.actions, width)) + theme.Space16
	bottom := size.Height - theme.Space16
	listX, listW, listBottom := pad, (width-theme.Space16)*0.46, bottom
	formX, formW, formTop, formBottom := pad+listW+theme.Space16, width-listW-theme.Space16, y, bottom
	if narrow {
		listW, formX, formW = width, pad, width
		formBottom = y + (bottom-y)*0.62
		y = formBottom + theme.Space12
	}
	put(w.right, formX, formTop, formW, formBottom-formTop)
	if w.search.Visible() {
		h := widget.HeightFor(w.search, listW)
		put(w.search, listX, y, listW-8, h)
		y += h + theme.Space12
	}
	put(w.list, listX, y, listW, listBottom-y)
	put(w.empty, listX, y, listW-8, listBottom-y)
}
