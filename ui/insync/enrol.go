package insync

import (
	"context"
	"net/url"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// enrolPart makes this PC a device of a hub.
type enrolPart struct {
	p               *Page
	hub, code, name *widget.Field
	button          *widget.Button
	note            *widget.Text
	cancel          context.CancelFunc // while it is under way
	named           bool
	box             fyne.CanvasObject
}

func newEnrolPart(p *Page) *enrolPart {
	e := &enrolPart{p: p}
	e.hub, e.code, e.name = widget.NewField(p.t("enrol_hub")), widget.NewField(p.t("enrol_code")), widget.NewField(p.t("enrol_name"))
	e.hub.Entry.SetPlaceHolder("https://hub.lindeby.example")
	e.code.Entry.SetPlaceHolder("00000-00000-0000-0000")
	for _, f := range []*widget.Field{e.hub, e.code, e.name} {
		f.Entry.OnSubmitted = func(string) { e.begin() }
		f.Entry.OnChanged = func(string) {
			if f.Problem() != "" {
				f.SetProblem("")
				p.relayout()
			}
		}
	}
	e.button = widget.NewPrimaryButton(p.t("enrol"), "", e.begin)
	e.note = widget.NewText("", widget.Style{})
	e.note.Hide()
	e.box = widget.NewPanel(widget.NewColumn(theme.Space16,
		widget.NewColumn(theme.Space4,
			widget.NewText(p.t("enrol_title"), widget.Style{Size: theme.CardTitle, Bold: true}),
			widget.NewText(p.t("enrol_lead"), widget.Style{Ink: widget.Quiet})),
		widget.NewPair(theme.Space16, theme.Scaled(300), e.hub, e.code), e.name,
		widget.NewText(p.t("enrol_keeps"), widget.Style{Size: theme.Small, Ink: widget.Quiet}),
		widget.NewFlow(theme.Space8, e.button), e.note))
	return e
}

// show suggests the desk's name, once.
func (e *enrolPart) show(d *data) {
	if !e.named && d.desk != "" && e.name.Entry.Text == "" {
		e.named = true
		e.name.Entry.SetText(d.desk)
	}
}

func (e *enrolPart) say(text string, ink widget.Ink) {
	e.note.SetStyle(widget.Style{Ink: ink})
	e.note.SetText(text)
	e.note.Show()
	e.p.relayout()
}

// begin asks the hub. What was typed stays whatever comes of it.
func (e *enrolPart) begin() {
	if e.cancel != nil {
		return
	}
	hub, code := strings.TrimSpace(e.hub.Entry.Text), strings.TrimSpace(e.code.Entry.Text)
	if hub != "" && !strings.Contains(hub, "://") {
		hub = "https://" + hub
	}
	if u, err := url.Parse(hub); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		e.wrong(e.hub, e.p.t("enrol_hub_wrong"))
		return
	}
	if code == "" {
		e.wrong(e.code, e.p.t("enrol_code_empty"))
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	e.cancel = cancel
	e.say(e.p.t("enrol_asking"), widget.Quiet)
	go func() {
		err := e.p.d.Hub.Enrol(ctx, hub, code, strings.TrimSpace(e.name.Entry.Text))
		e.p.d.Post(func() {
			cancel()
			e.cancel = nil
			if err == nil {
				e.note.Hide()
				e.code.Entry.SetText("")
				e.p.read()
				return
			}
			e.failed(err)
		})
	}()
}

func (e *enrolPart) failed(err error) {
	code := e.p.d.Hub.Problem(err)
	switch code {
	case "":
		e.say(e.p.t("enrol_failed"), widget.OnTrouble)
	case "invitation":
		e.note.Hide()
		e.wrong(e.code, e.p.say.T("sync.problem.invitation")+" "+e.p.say.T("sync.remedy.invitation"))
	default:
		e.say(e.p.say.T("sync.problem."+code)+" "+e.p.say.T("sync.remedy."+code), widget.OnTrouble)
	}
}

func (e *enrolPart) wrong(f *widget.Field, text string) {
	f.SetProblem(text)
	e.p.relayout()
	widget.FocusOn(f.Entry)
}

func (e *enrolPart) stop() {
	if e.cancel != nil {
		e.cancel()
	}
}

// fetchPart shows how far the first fetching of the directory is.
type fetchPart struct {
	p      *Page
	bar    *widget.Progress
	text   *widget.Text
	button *widget.Button
	paused bool
	box    fyne.CanvasObject
}

func newFetchPart(p *Page) *fetchPart {
	f := &fetchPart{p: p, bar: widget.NewProgress(), text: widget.NewText("", widget.Style{Bold: true})}
	f.button = widget.NewQuietButton(p.t("fetch_pause"), "", func() {
		f.paused = !f.paused
		if f.paused {
			p.d.Hub.Pause()
		} else {
			p.d.Hub.Nudge()
		}
		f.show()
		p.relayout()
	})
	f.box = widget.NewTonePanel(widget.ToneGood, widget.NewColumn(theme.Space8, f.text, f.bar,
		widget.NewText(p.t("fetch_note"), widget.Style{Size: theme.Small, Ink: widget.OnTint}), widget.NewFlow(0, f.button)))
	return f
}

func (f *fetchPart) show() {
	part, under := f.p.d.Hub.Under()
	f.paused = f.paused && under
	if !under {
		f.box.Hide()
		return
	}
	f.bar.Set(float32(part))
	key, button := "fetching", "fetch_pause"
	if f.paused {
		key, button = "fetch_paused", "fetch_go_on"
	}
	f.text.SetText(f.p.t(key, "n", int(part*100)))
	f.button.SetText(f.p.t(button))
	f.box.Show()
}
