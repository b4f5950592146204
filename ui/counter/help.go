package counter

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/assets/conversation"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// SettingArena is the setting of which conversation help this desk mostly needs: an
// id of assets/conversation.
const SettingArena = "arena"

// mostOpenings is how many ways to begin are shown at the counter; the page has all.
const mostOpenings = 4

// helpPanel is the conversation help that is in reach at the counter: a few ways to
// bring it up, for the arena that the desk chose last.
type helpPanel struct {
	c      *Counter
	arenas []conversation.Arena
	arena  *widget.Choice
	words  *fyne.Container
	pop    *widget.Popup
}

// openHelp shows it below its button.
func (c *Counter) openHelp() {
	arenas, err := conversation.Arenas(c.deps.Lang)
	if err != nil {
		return // the page says so
	}
	h := &helpPanel{c: c, arenas: arenas, words: widget.NewColumn(theme.Space8)}
	var options []widget.Option
	for _, a := range arenas {
		options = append(options, widget.Option{Value: a.ID, Text: a.Title})
	}
	h.arena = widget.NewChoice(options, arenas[c.arenaOf(arenas)].ID, h.chose)
	h.fill()
	t := c.cat.T
	body := widget.NewColumn(theme.Space12, widget.NewText(t("conversation.title"), widget.Style{Size: theme.CardTitle, Bold: true}), h.arena, h.words)
	if c.deps.Help != nil {
		body.Add(widget.NewFlow(0, widget.NewPlainButton(t("conversation.more"), func() { h.pop.Close(); c.deps.Help() })))
	}
	c.help = h
	h.pop = widget.ShowPopup(c.helpAnchor(), theme.Scaled(460), widget.NewPad(theme.Space8, theme.Space8, body))
}

// arenaByName is what the name of an organisation says of where one talks there.
var arenaByName = []struct{ part, arena string }{
	{"bibliotek", "library"}, {"library", "library"}, {"job", "job"}, {"sundhed", "health"}, {"genoptræn", "health"}, {"træning", "health"},
	{"health", "health"}, {"familie", "parents"}, {"børn", "parents"}, {"bolig", "housing"}, {"housing", "housing"},
}

// arenaOf is the arena that the desk chose last, else the one its name points at, else
// the first.
func (c *Counter) arenaOf(arenas []conversation.Arena) int {
	index := func(id string) int {
		return slices.IndexFunc(arenas, func(a conversation.Arena) bool { return a.ID == id })
	}
	if i := index(c.folder.setting(SettingArena)); i >= 0 {
		return i
	}
	name := strings.ToLower(c.folder.organisation())
	for _, x := range arenaByName {
		if strings.Contains(name, x.part) {
			return max(index(x.arena), 0)
		}
	}
	return 0
}

// helpAnchor is what opens the help: a button beside the search, or where there is
// little room a chip.
func (c *Counter) helpAnchor() fyne.CanvasObject {
	if i := slices.Index(c.chipKeys, "help"); i >= 0 {
		return c.chips.Objects[i]
	}
	return c.helps
}

func (h *helpPanel) chose(id string) {
	if err := h.c.deps.Store.SetSetting(SettingArena, id); err != nil {
		h.c.notice.problem("counter.draft_failed", err)
	}
	h.fill()
	h.pop.Fit()
	if h.c.detail.view == nil {
		h.c.detail.show(nil)
	}
}

// beginWith gives a few ways to bring it up, for the room where nothing is chosen yet.
func (c *Counter) beginWith() fyne.CanvasObject {
	arenas, err := conversation.Arenas(c.deps.Lang)
	if err != nil {
		return widget.NewColumn(0)
	}
	a := arenas[c.arenaOf(arenas)]
	col := widget.NewColumn(theme.Space8, widget.NewText(c.cat.T("conversation.bring_up", "arena", a.Title), widget.Style{Size: theme.Small, Bold: true, Ink: widget.Quiet}))
	for _, s := range a.Openings[:min(len(a.Openings), mostOpenings)] {
		col.Add(widget.NewTonePanel(widget.ToneGood, widget.NewText("“"+s+"”", widget.Style{Ink: widget.OnTint})))
	}
	return col
}

// fill puts the words of the arena: what to say, how to listen, and how to end.
func (h *helpPanel) fill() {
	t := h.c.cat.T
	h.words.Objects = nil
	for _, a := range h.arenas {
		if a.ID != h.arena.Value() {
			continue
		}
		h.words.Add(widget.NewText(t("conversation.openings"), widget.Style{Size: theme.Small, Bold: true, Ink: widget.Quiet}))
		for _, s := range a.Openings[:min(len(a.Openings), mostOpenings)] {
			h.words.Add(widget.NewTonePanel(widget.ToneGood, widget.NewText("“"+s+"”", widget.Style{Ink: widget.OnTint})))
		}
		h.words.Add(widget.NewText(t("conversation.listening"), widget.Style{Size: theme.Small, Bold: true, Ink: widget.Quiet}))
		h.words.Add(widget.NewText(a.Listening[0], widget.Style{}))
		h.words.Add(widget.NewText(t("conversation.when_no"), widget.Style{Size: theme.Small, Bold: true, Ink: widget.Quiet}))
		h.words.Add(widget.NewText("“"+a.WhenNo[0]+"”", widget.Style{}))
	}
}
