package insync

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// checkPart holds everything against the hub when a person asks for it.
type checkPart struct {
	p      *Page
	button *widget.Button
	note   *widget.Text
	bar    *widget.Progress
	cancel context.CancelFunc // while it is under way
	told   string             // what the last check here said
	box    fyne.CanvasObject
}

func newCheckPart(p *Page) *checkPart {
	c := &checkPart{p: p, bar: widget.NewProgress()}
	c.note = widget.NewText("", widget.Style{Ink: widget.Quiet})
	c.button = widget.NewQuietButton(p.t("check"), "", c.press)
	c.bar.Hide()
	c.box = widget.NewColumn(theme.Space8, widget.NewBeside(theme.Space12, theme.Scaled(260), c.button, c.note), c.bar)
	return c
}

func (c *checkPart) show(d *data) {
	if c.cancel != nil {
		return
	}
	switch {
	case c.told != "":
		c.note.SetText(c.told)
	case d.contact.Verified.IsZero():
		c.note.SetText(c.p.t("checked_never"))
	default:
		c.note.SetText(c.p.n("checked", d.status.Communities, "when", c.p.when(d.contact.Verified)))
	}
}

// press begins a check, or ends the one under way.
func (c *checkPart) press() {
	if c.cancel != nil {
		c.cancel()
		return
	}
	p := c.p
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	c.button.SetText(p.t("check_stop"))
	c.note.SetText(p.t("checking"))
	c.bar.Set(0)
	c.bar.Show()
	p.relayout()
	go func() {
		v, err := p.d.Hub.Verify(ctx, func(part float64) { p.d.Post(func() { c.bar.Set(float32(part)) }) })
		p.d.Post(func() {
			c.cancel = nil
			c.button.SetText(p.t("check"))
			c.bar.Hide()
			c.told = c.verdict(ctx, v, err)
			cancel()
			c.note.SetText(c.told)
			p.relayout()
		})
	}()
}

func (c *checkPart) verdict(ctx context.Context, v Verdict, err error) string {
	p := c.p
	code := ""
	if err != nil {
		code = p.d.Hub.Problem(err)
	}
	switch {
	case ctx.Err() != nil:
		return p.t("check_stopped")
	case err != nil && code != "":
		return p.say.T("sync.problem."+code) + " " + p.t("check_not_done")
	case err != nil:
		return p.t("check_failed")
	case v.Same && v.Repaired > 0:
		return p.n("check_repaired", v.Repaired)
	case v.Same:
		return p.n("checked", v.Communities, "when", p.when(p.d.Now()))
	}
	return p.t("check_differs")
}

func (c *checkPart) stop() {
	if c.cancel != nil {
		c.cancel()
	}
}

// waitsShown is how many waiting acts are listed.
const waitsShown = 8

// waitsPart lists what waits to be sent.
type waitsPart struct {
	p    *Page
	list *fyne.Container
	box  fyne.CanvasObject
}

func newWaitsPart(p *Page) *waitsPart {
	w := &waitsPart{p: p, list: widget.NewColumn(theme.Space4)}
	w.box = widget.NewColumn(theme.Space8, widget.NewText(p.t("waits"), widget.Style{Bold: true}), w.list)
	return w
}

func (w *waitsPart) show(d *data) {
	w.list.Objects = nil
	acts := apart(d.waiting)
	for i, x := range acts {
		if i == waitsShown {
			w.list.Add(widget.NewText(w.p.n("waits_more", len(acts)-i), widget.Style{Ink: widget.Quiet}))
			break
		}
		w.list.Add(widget.NewText(w.p.act(x, d), widget.Style{Ink: widget.Quiet}))
	}
	if len(acts) == 0 {
		w.box.Hide()
	} else {
		w.box.Show()
	}
}

// apart leaves out what was recorded in one act with a vejvisning that waits: to
// a person that is one thing.
func apart(waiting []localdb.Waiting) (out []localdb.Waiting) {
	shown := map[referral.Code]time.Time{}
	for _, w := range waiting {
		if w.Kind == "referral" {
			shown[w.Code] = w.At
		}
		if at, ok := shown[w.Code]; ok && w.Kind == "event" && at.Equal(w.At) {
			continue
		}
		out = append(out, w)
	}
	return out
}
