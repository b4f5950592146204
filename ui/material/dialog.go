package material

import (
	"context"
	"errors"
	"maps"
	"path/filepath"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/counter"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Dialog is one that is open.
type Dialog struct {
	d      Deps
	doc    Doc
	say    *say.Speaker
	chosen map[string]string
	made   []byte // what was made of what is chosen; nil where it is not made yet
	stop   context.CancelFunc

	pop      *widget.Popup
	rows     []*row
	status   *widget.Text
	bar      *widget.Progress
	after    *fyne.Container // what can be done with what was made
	print    *widget.Button
	save     *widget.Button
	close    *widget.Button
	closedly bool
}

// row is one choice on the screen.
type row struct {
	choice Choice
	part   *fyne.Container
	hint   *widget.Text
}

// Show opens the dialog over a page; nil where there is no window.
func Show(over fyne.CanvasObject, d Deps, doc Doc) *Dialog {
	x := &Dialog{d: d, doc: doc, say: say.In(d.Lang), chosen: map[string]string{}}
	t := x.say.T
	body := widget.NewColumn(theme.Space12, widget.NewText(doc.Title, widget.Style{Size: theme.Heading, Bold: true}))
	if doc.Lead != "" {
		body.Add(widget.NewText(doc.Lead, widget.Style{}))
	}
	for _, c := range doc.Choices {
		x.chosen[c.Key] = c.Value
	}
	for _, c := range doc.Choices {
		r := &row{choice: c, hint: widget.NewText("", widget.Style{Size: theme.Small, Ink: widget.Quiet})}
		pick := func(v string) { x.choose(c.Key, v) }
		var control fyne.CanvasObject = widget.NewSegmented(c.Options, c.Value, pick)
		if len(c.Options) > 4 {
			control = widget.NewChoice(c.Options, c.Value, pick)
		}
		r.part = widget.NewColumn(theme.Space4, widget.Labelled(c.Label, control), r.hint)
		x.rows = append(x.rows, r)
		body.Add(r.part)
	}
	x.status = widget.NewText("", widget.Style{})
	x.bar = widget.NewProgress()
	x.after = widget.NewFlow(theme.Space8)
	x.print = widget.NewPrimaryButton(t("material.print"), "", func() { x.make(x.send) })
	x.save = widget.NewQuietButton(t("material.save"), "", func() { x.make(x.keep) })
	x.close = widget.NewPlainButton(t("material.close"), func() { x.pop.Close() })
	body.Add(x.status)
	body.Add(x.bar)
	body.Add(x.after)
	body.Add(widget.NewFlow(theme.Space8, x.print, x.save, x.close))
	x.fit()
	if x.pop = widget.ShowDialog(over, theme.Scaled(560), body); x.pop == nil {
		return nil
	}
	x.pop.OnClose = func() {
		x.closedly = true
		x.halt()
		x.made = nil
	}
	return x
}

// choose takes another choice: what was made is of no use any more.
func (x *Dialog) choose(key, value string) {
	if x.chosen[key] == value {
		return
	}
	x.chosen[key] = value
	x.halt()
	x.made = nil
	x.tell("")
	x.fit()
}

func (x *Dialog) halt() {
	if x.stop != nil {
		x.stop()
		x.stop = nil
	}
}

// fit shows the choices that are of any meaning.
func (x *Dialog) fit() {
	for _, r := range x.rows {
		show(r.part, r.choice.When == nil || r.choice.When(x.chosen))
		text := ""
		if r.choice.Hint != nil {
			text = r.choice.Hint(x.chosen)
		}
		r.hint.SetText(text)
		show(r.hint, text != "")
	}
	show(x.status, x.status.Text() != "")
	show(x.bar, false)
	show(x.after, len(x.after.Objects) > 0)
	if x.pop != nil {
		x.pop.Fit()
	}
}

// tell says how it stands, and what can be done.
func (x *Dialog) tell(text string, acts ...fyne.CanvasObject) {
	x.status.SetText(text)
	x.after.Objects = acts
	x.fit()
}

func (x *Dialog) busy(on bool) {
	for _, b := range []*widget.Button{x.print, x.save} {
		if on {
			b.Disable()
		} else {
			b.Enable()
		}
	}
}

// make makes the sheet where it is not made yet, and hands it on.
func (x *Dialog) make(then func([]byte)) {
	if x.made != nil {
		then(x.made)
		return
	}
	x.halt()
	ctx, cancel := context.WithCancel(context.Background())
	x.stop = cancel
	chosen := maps.Clone(x.chosen)
	x.busy(true)
	x.tell(x.say.T("material.making"), widget.NewQuietButton(x.say.T("material.stop"), "", func() {
		cancel()
		x.busy(false)
		x.tell(x.say.T("material.stopped"))
	}))
	go func() {
		pdf, err := x.doc.Make(ctx, chosen, func(v float32) {
			x.d.Post(func() {
				if ctx.Err() == nil && !x.closedly {
					first := !x.bar.Visible()
					x.bar.Set(v)
					show(x.bar, true)
					if first {
						x.pop.Fit()
					}
				}
			})
		})
		x.d.Post(func() {
			if ctx.Err() != nil || x.closedly {
				if !x.closedly && x.stop == nil {
					x.busy(false)
				}
				return
			}
			x.busy(false)
			if err != nil {
				x.tell(x.explain(err))
				return
			}
			x.made = pdf
			x.tell("")
			then(pdf)
		})
	}()
}

func (x *Dialog) explain(err error) string {
	if x.doc.Says != nil {
		if s := x.doc.Says(err); s != "" {
			return s
		}
	}
	return x.say.T("material.failed")
}

// send prints, and follows the printer as far as it can be followed.
func (x *Dialog) send(pdf []byte) {
	x.busy(true)
	x.tell(x.say.T("material.sending"))
	ctx, cancel := context.WithCancel(context.Background())
	x.stop = cancel
	go func() {
		err := x.d.Paper.Print(ctx, pdf, x.say.T("material.job_title"), func(s counter.PrintState) {
			x.d.Post(func() { x.printed(s) })
		})
		x.d.Post(func() {
			if x.closedly || ctx.Err() != nil {
				return
			}
			x.busy(false)
			switch {
			case errors.Is(err, counter.ErrNoPrinter):
				x.tell(x.say.T("material.no_printer"))
			case err != nil:
				x.tell(x.say.T("material.print_failed"))
			}
		})
	}()
}

func (x *Dialog) printed(s counter.PrintState) {
	if x.closedly {
		return
	}
	switch s {
	case counter.PrintSent:
		x.tell(x.say.T("material.sent"))
	case counter.PrintDone:
		x.tell(x.say.T("material.printed"))
	case counter.PrintFailed:
		x.tell(x.say.T("material.print_failed"))
	}
}

// keep saves the file and offers to open it.
func (x *Dialog) keep(pdf []byte) {
	name := x.doc.File(x.chosen) + ".pdf"
	x.busy(true)
	go func() {
		path, err := x.d.Paper.Save(pdf, name)
		x.d.Post(func() {
			if x.closedly {
				return
			}
			x.busy(false)
			if err != nil {
				x.tell(x.say.T("material.save_failed"))
				return
			}
			x.tell(x.say.T("material.saved", "file", filepath.Base(path), "folder", filepath.Dir(path)),
				widget.NewQuietButton(x.say.T("material.open"), "", func() { x.open(path) }))
		})
	}()
}

func (x *Dialog) open(path string) {
	go func() {
		if err := x.d.Paper.Open(path); err != nil {
			x.d.Post(func() {
				if !x.closedly {
					x.tell(x.say.T("material.open_failed", "folder", filepath.Dir(path)))
				}
			})
		}
	}()
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}
