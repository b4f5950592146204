package insync

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// attentionPart lists what a person must look at: fields that two changed, and
// what the hub refused.
type attentionPart struct {
	p     *Page
	head  *widget.Text
	list  *fyne.Container
	told  *widget.Text // what became of the last choice
	begin fyne.Focusable
	box   fyne.CanvasObject
}

func newAttentionPart(p *Page) *attentionPart {
	a := &attentionPart{p: p, list: widget.NewColumn(theme.Space12)}
	a.head = widget.NewText(p.t("attention"), widget.Style{Bold: true})
	a.told = widget.NewText("", widget.Style{Ink: widget.OnTrouble})
	a.told.Hide()
	a.box = widget.NewColumn(theme.Space8, a.head, a.told, a.list)
	return a
}

// first is where keyboard work begins; nil where nothing is to be looked at.
func (a *attentionPart) first() fyne.Focusable { return a.begin }

func (a *attentionPart) show(d *data) {
	a.begin = nil
	a.list.Objects = nil
	for _, c := range d.conflicts {
		a.list.Add(a.conflict(c, d))
	}
	for _, r := range d.refused {
		a.list.Add(a.refused(r, d))
	}
	if len(a.list.Objects) == 0 {
		a.box.Hide()
	} else {
		a.box.Show()
	}
}

func (a *attentionPart) starts(b *widget.Button) *widget.Button {
	if a.begin == nil {
		a.begin = b
	}
	return b
}

// do runs a choice beside the screen; what cannot be done is said, and stays.
func (a *attentionPart) do(f func() error) {
	p := a.p
	go func() {
		err := f()
		p.d.Post(func() {
			if err != nil {
				a.told.SetText(p.say.T(localdb.MessageKey(err)))
				a.told.Show()
			} else {
				a.told.Hide()
			}
			p.read()
		})
	}()
}

// conflict shows both values with who and when, and what can be chosen.
func (a *attentionPart) conflict(c localdb.Conflict, d *data) fyne.CanvasObject {
	p := a.p
	own := d.enrolled.Device
	title := widget.NewText(p.twice(c, d), widget.Style{Bold: true})
	value := func(h localdb.Hand, raw []byte) fyne.CanvasObject {
		return widget.NewSmallPanel(widget.NewColumn(2,
			widget.NewText(p.hand(h, own), widget.Style{Size: theme.Quiet, Ink: widget.Quiet}),
			widget.NewText(p.valueOf(c, raw, d), widget.Style{})))
	}
	keep := a.starts(widget.NewPrimaryButton(p.choice("keep", c.KeptBy, own), "", func() {
		a.do(func() error { return p.d.Store.Resolve(c, false) })
	}))
	take := widget.NewQuietButton(p.choice("use", c.OtherBy, own), "", func() {
		a.do(func() error { return p.d.Store.Resolve(c, true) })
	})
	return widget.NewPanel(widget.NewColumn(theme.Space8, title,
		widget.NewSplitRow(theme.Space12, theme.Scaled(420),
			widget.NewPair(theme.Space12, theme.Scaled(200), value(c.OtherBy, c.Other), value(c.KeptBy, c.Kept)),
			widget.NewRow(theme.Space8, keep, take))))
}

// whose says whose hand it was: own, guide, desk.
func whose(h localdb.Hand, own string) string {
	switch {
	case h.Device == own && own != "":
		return "own"
	case h.Role == "guide" || h.Role == "desk":
		return h.Role
	}
	return "hub"
}

func (p *Page) hand(h localdb.Hand, own string) string {
	return p.t("by."+whose(h, own), "when", p.when(h.At), "organisation", h.Organisation)
}

func (p *Page) choice(verb string, h localdb.Hand, own string) string {
	return p.t(verb + "." + whose(h, own))
}

// refused says what the hub did not take, why, and what can be done.
func (a *attentionPart) refused(r localdb.RefusedOp, d *data) fyne.CanvasObject {
	p := a.p
	code := r.Fate.Code
	if !p.say.Has("insync.refused." + code) {
		code = "other"
	}
	again := a.starts(widget.NewQuietButton(p.t("retry"), "", func() {
		a.do(func() error { return p.d.Store.Retry(r.Fate.Counter) })
	}))
	var drop *widget.Button
	sure := false
	drop = widget.NewPlainButton(p.t("discard"), func() {
		if !sure {
			sure = true
			drop.SetText(p.t("discard_sure"))
			p.relayout()
			return
		}
		a.do(func() error { return p.d.Store.Discard(r.Fate.Counter) })
	})
	return widget.NewPanel(widget.NewColumn(theme.Space8,
		widget.NewText(p.t("refused", "what", p.act(r.Waiting, d)), widget.Style{Bold: true}),
		widget.NewText(p.t("refused."+code)+" "+p.t("refused_remedy."+code), widget.Style{}),
		widget.NewFlow(theme.Space8, again, drop)))
}

// act names something a person did: "Vejvisning K7M4-QXRF, i dag kl. 9.41".
func (p *Page) act(w localdb.Waiting, d *data) string {
	kind := w.Kind
	if !p.say.Has("insync.kind." + kind) {
		kind = "other"
	}
	what := string(w.Code)
	if what == "" && w.Of != "" && w.Of != record.Community {
		what = p.record(w.Of, "", d)
	}
	if what == "" && len(w.Communities) > 0 {
		if name := d.names[w.Communities[0]]; name != "" {
			what = p.t("quoted", "name", name)
		}
	}
	if what == "" && (kind == "edit" || kind == "suggestion" || kind == "resolve") { // words that ask for one more
		what = p.t("unknown_community")
	}
	if what == "" {
		return p.t("kind."+kind) + ", " + p.when(w.At)
	}
	return p.t("kind."+kind) + " " + what + ", " + p.when(w.At)
}
