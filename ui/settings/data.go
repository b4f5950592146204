package settings

import (
	"context"
	"errors"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/assets/licences"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// dataPart says where the data is and how it is locked, and checks the store.
type dataPart struct {
	p       *Page
	key     *widget.Text
	dir     *widget.Text
	check   *widget.Button
	stop    *widget.Button
	repair  *widget.Button
	result  *fyne.Container
	box     *fyne.Container
	cancel  context.CancelFunc
	verdict string // what stands in result
	full    *widget.Text
	missing bool // acts are lost, and it was said
}

func newDataPart(p *Page) *dataPart {
	l := &dataPart{p: p}
	l.key = widget.NewText("", widget.Style{})
	l.dir = widget.NewText("", widget.Style{Size: theme.Quiet})
	l.full = widget.NewText("", widget.Style{Size: theme.Small, Ink: widget.Quiet})
	l.full.Hide()
	l.check = widget.NewQuietButton(p.say.T("settings.verify"), "", func() { l.run(false) })
	l.stop = widget.NewQuietButton(p.say.T("settings.verify_cancel"), "", func() {
		if l.cancel != nil {
			l.cancel()
		}
	})
	l.repair = widget.NewPrimaryButton(p.say.T("settings.verify_repair"), "", func() { l.run(true) })
	l.stop.Hide()
	l.repair.Hide()
	l.result = widget.NewColumn(theme.Space8)
	l.result.Hide()
	l.box = widget.NewColumn(theme.Space16,
		widget.Labelled(p.say.T("settings.key"), l.key),
		widget.Labelled(p.say.T("settings.where"), l.dir),
		widget.NewText(p.say.T("settings.never"), widget.Style{Ink: widget.Quiet, Size: theme.Quiet}),
		l.result, widget.NewFlow(theme.Space8, l.check, l.stop, l.repair), l.full)
	return l
}

func (l *dataPart) load() {
	store := l.p.d.Store
	go func() {
		st, err := store.Status()
		l.p.d.Post(func() {
			if err != nil {
				l.say(widget.ToneTrouble, l.p.say.T("settings.load_failed"))
				return
			}
			l.key.SetText(l.p.say.T("settings.key." + st.Key))
			l.dir.SetText(st.Dir)
			if !st.LastFull.IsZero() {
				l.full.SetText(l.p.say.T("settings.last_full", "day", l.p.say.Day(directory.DayOf(st.LastFull))))
				l.full.Show()
			}
			if st.Missing > 0 && l.cancel == nil {
				l.lost()
			}
			l.p.relayout()
		})
	}()
}

// run checks the store, or puts right what a check found, away from the screen.
func (l *dataPart) run(repair bool) {
	if l.cancel != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	l.cancel = cancel
	l.busy(true)
	l.say(widget.ToneWaiting, l.p.say.T("settings.verify_running"))
	store := l.p.d.Store
	go func() {
		r, err := store.Verify(ctx, repair)
		l.p.d.Post(func() {
			cancel()
			l.cancel = nil
			l.busy(false)
			l.tell(r, err)
			if err == nil && l.p.d.Verified != nil {
				l.p.d.Verified(r)
			}
			l.load()
		})
	}()
}

// lost says that acts are gone for good; it stands until a person has read it.
func (l *dataPart) lost() {
	s := l.p.say
	l.missing = true
	l.repair.SetText(s.T("settings.missing_seen"))
	l.repair.Show()
	l.sayMore(widget.ToneTrouble, s.T("settings.missing_title"), s.T("store.missing"))
}

// Checked is told what a check that the program made by itself has found.
func (p *Page) Checked(r localdb.Report, err error) {
	l := p.data
	if l.cancel != nil || err == nil && r.OK && !r.Repaired {
		return
	}
	if r.Repaired {
		l.say(widget.ToneWaiting, p.say.T("settings.idle_repaired"))
		return
	}
	l.tell(r, err)
}

func (l *dataPart) busy(on bool) {
	show(l.stop, on)
	show(l.check, !on)
	if on {
		l.repair.Hide()
	}
}

func (l *dataPart) tell(r localdb.Report, err error) {
	s := l.p.say
	switch {
	case errors.Is(err, context.Canceled):
		l.say(widget.ToneWaiting, s.T("settings.verify_cancelled"))
	case err != nil:
		l.say(widget.ToneTrouble, s.T("settings.verify_failed"))
	case r.Repaired:
		if l.missing { // it was read; and it is not so that nothing is lost
			l.missing = false
			l.repair.SetText(s.T("settings.verify_repair"))
			l.say(widget.ToneGood, s.T("settings.repaired_missing"))
			return
		}
		l.say(widget.ToneGood, s.T("settings.verify_repaired"))
	case r.OK:
		l.say(widget.ToneGood, s.N("settings.verify_ok", int(r.Records)))
	case r.Missing > 0:
		l.lost()
	default:
		l.repair.Show()
		l.say(widget.ToneTrouble, s.N("settings.verify_bad", faults(r)))
	}
}

// faults counts what a check found wrong.
func faults(r localdb.Report) int {
	n := r.Lost + int(r.Journal.Sealed)
	if r.View != "" {
		n++
	}
	for _, s := range r.Snapshots {
		if s.Damage != "" {
			n++
		}
	}
	return max(n, 1)
}

func (l *dataPart) say(tone widget.Tone, text string) { l.sayMore(tone, text, "") }

func (l *dataPart) sayMore(tone widget.Tone, title, text string) {
	l.verdict = strings.TrimSpace(title + " " + text)
	l.result.Show()
	l.result.Objects = []fyne.CanvasObject{widget.NewBanner(tone, title, text)}
	l.p.relayout()
}

// aboutPart names the version and what the program is built on.
type aboutPart struct {
	p    *Page
	more *widget.Button
	list *fyne.Container
	box  *fyne.Container
	open bool
}

func newAboutPart(p *Page) *aboutPart {
	l := &aboutPart{p: p, list: widget.NewColumn(theme.Space12)}
	l.more = widget.NewQuietButton(p.say.T("settings.licences"), "", l.toggle)
	l.box = widget.NewColumn(theme.Space12,
		widget.NewText(p.say.T("settings.version", "version", p.d.Version), widget.Style{Bold: true}),
		widget.NewText(p.say.T("settings.licence"), widget.Style{}),
		widget.NewFlow(theme.Space8, l.more), l.list)
	l.list.Hide()
	return l
}

// toggle shows or hides the licences; a press on one shows its whole text.
func (l *aboutPart) toggle() {
	l.open = !l.open
	show(l.list, l.open)
	l.list.Objects = nil
	text := "settings.licences"
	if l.open {
		text = "settings.licences_hide"
		list, err := licences.All()
		if err != nil {
			l.list.Add(widget.NewBanner(widget.ToneTrouble, l.p.say.T("settings.load_failed"), ""))
		}
		for _, x := range list {
			l.list.Add(l.licence(x))
		}
	}
	l.more.SetText(l.p.say.T(text))
	l.p.relayout()
}

func (l *aboutPart) licence(x licences.Licence) fyne.CanvasObject {
	name := x.Name
	if x.Version != "" {
		name += " " + x.Version
	}
	body := widget.NewText(x.Text, widget.Style{Size: theme.Small})
	body.Hide()
	return widget.NewColumn(theme.Space4, widget.NewFlow(theme.Space8,
		widget.NewPlainButton(name+" · "+x.Licence, func() {
			show(body, !body.Visible())
			l.p.relayout()
		})), body)
}
