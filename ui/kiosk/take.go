package kiosk

import (
	"bytes"
	"context"
	"time"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/print"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// coolDown is how long nothing is printed after a print: a hand that plays with the
// button empties no printer.
const coolDown = 20 * time.Second

// mostCopies is how many sheets of one community a visit may print.
const mostCopies = 2

// sheet is a print of the visit.
type sheet struct {
	pdf    []byte
	pages  int
	copies int    // printed of it so far
	key    string // what is said of it: a key of kiosk.print_…
	busy   bool
	of     string // id of the community
}

// codePage shows the code as large as the screen has room for.
func (k *Kiosk) codePage(c *directory.Community, address string) *view {
	return &view{name: pageCode, make: func() fyne.CanvasObject {
		side := float32(640)
		if k.lying() {
			side = 520
		}
		words := widget.NewColumn(k.u(18), k.bold(c.Name, big), k.text(k.t("scan_how"), body, widget.Plain),
			widget.NewText(address, widget.Style{Size: k.ts(small), Bold: true}), k.text(k.t("scan"), small, widget.Quiet))
		code := widget.NewRow(0, k.code(address, side))
		if k.lying() {
			return k.page(k.way(), widget.NewBeside(k.u(50), k.u(300), code, words), nil)
		}
		return k.page(k.way(), widget.NewColumn(k.u(30), code, words), nil)
	}, spoken: func() string { return c.Name + ".\n" + k.t("scan_how") + "\n" + address }}
}

// prints says whether staff have chosen a printer.
func (k *Kiosk) prints() bool { return k.setting(localdb.SettingPrinter) != "" }

// printPage says how many pages it is before anything is printed, and how it went.
func (k *Kiosk) printPage(c *directory.Community) *view {
	if k.paper == nil || k.paper.of != c.ID {
		k.paper = &sheet{of: c.ID, busy: true, key: "making"}
		k.makeSheet(k.paper, c)
	}
	return &view{name: pagePrint, make: func() fyne.CanvasObject { return k.makePrint(c) }, spoken: func() string {
		return k.t("print") + ".\n" + k.printSays()
	}}
}

// makeSheet makes the sheet beside the screen. It names nobody: no name, no
// greeting, no code.
func (k *Kiosk) makeSheet(s *sheet, c *directory.Community) {
	now := k.deps.Now()
	organisation, err := k.deps.Store.Organisation()
	if err != nil {
		organisation = "" // the line is left off the sheet
	}
	p := print.Sheet{Layout: print.A4, Language: k.lang, Date: directory.DayOf(now), Now: now, PublicURL: k.setting(localdb.SettingPublicURL),
		Desk: say.Desk(organisation, k.setting(localdb.SettingDesk)), Cards: []print.Card{{Community: c}}}
	if k.scale > 1 {
		p.Layout = print.Large // who reads large type on the screen reads it on paper
	}
	turn := k.turn
	k.deps.Go(func() {
		pdf, err := print.Handout(p)
		k.deps.Post(func() {
			if turn != k.turn {
				return
			}
			s.busy, s.key, s.pdf, s.pages = false, "ready", pdf, countPages(pdf)
			if err != nil {
				k.failed(err)
				s.key = "failed"
			}
			k.refreshPrint()
		})
	})
}

// countPages counts the pages of a PDF that ui/print made.
func countPages(pdf []byte) int { return bytes.Count(pdf, []byte("/Type /Page\n")) }

func (k *Kiosk) refreshPrint() {
	if k.Page() == pagePrint && !k.warned && k.staff == nil {
		k.show()
	}
}

// printSays is what is said of the sheet.
func (k *Kiosk) printSays() string {
	s := k.paper
	if s.key == "ready" {
		return k.say.N("kiosk.print_ready", s.pages)
	}
	return k.t("print_" + s.key)
}

// cooling says whether the printer rests.
func (k *Kiosk) cooling() bool { return k.deps.Now().Before(k.cool) }

func (k *Kiosk) makePrint(c *directory.Community) fyne.CanvasObject {
	s := k.paper
	column := widget.NewColumn(k.u(24), k.bold(k.t("print"), head), k.text(c.Name, body, widget.Quiet), k.bold(k.printSays(), big))
	if s.pdf != nil && !s.busy && s.key != "failed" {
		switch left := mostCopies - s.copies; {
		case left <= 0:
			column.Add(k.text(k.t("print_enough"), body, widget.Quiet))
		case k.cooling():
			column.Add(k.text(k.t("print_cool"), body, widget.Quiet))
		default:
			for n := 1; n <= left; n++ {
				face := widget.FaceSurface
				if n == 1 {
					face = widget.FacePrimary
				}
				column.Add(k.button(k.say.N("kiosk.print_copies", n), body, face, func() { k.print(n) }))
			}
		}
	}
	if s.key == "failed" {
		if address := k.address(c); address != "" {
			column.Add(widget.NewBeside(k.u(40), k.u(300), k.code(address, 420), widget.NewColumn(k.u(12), k.text(k.t("scan_how"), body, widget.Plain),
				widget.NewText(address, widget.Style{Size: k.ts(small), Bold: true}))))
		}
		column.Add(k.button(k.t("ask"), body, widget.FaceSurface, func() { k.open(k.askStaff(c.Name)) }))
	}
	return k.page(k.way(), column, nil)
}

// print prints n sheets, at most two of a community in a visit, and not again at
// once.
func (k *Kiosk) print(n int) {
	s, turn := k.paper, k.turn
	if s == nil || s.busy || s.pdf == nil || k.cooling() || s.copies+n > mostCopies {
		return
	}
	s.busy, s.key, s.copies = true, "sending", s.copies+n
	k.cool = k.deps.Now().Add(coolDown)
	k.deps.After(coolDown, k.refreshPrint)
	k.show()
	pdf, title := s.pdf, k.t("job_title")
	k.deps.Go(func() {
		err := k.deps.Paper.Print(context.Background(), pdf, title, n, func(st PrintState) {
			k.deps.Post(func() { k.printed(s, turn, st) })
		})
		if err != nil {
			k.deps.Post(func() {
				k.failed(err)
				k.printed(s, turn, PrintFailed)
			})
		}
	})
}

// printed shows how a print went to whoever asked for it.
func (k *Kiosk) printed(s *sheet, turn int, st PrintState) {
	if turn != k.turn {
		return
	}
	s.busy = st == PrintSent
	s.key = map[PrintState]string{PrintSent: "sent", PrintDone: "done", PrintFailed: "failed"}[st]
	k.refreshPrint()
}

// askStaff says what one can say at the desk; there is no code and nothing to show.
func (k *Kiosk) askStaff(about string) *view {
	lines := func() []string {
		out := []string{k.t("say_any")}
		if about != "" {
			out = []string{k.t("say_about", "name", about)}
		}
		return append(out, k.t("say_help"), k.t("say_along"))
	}
	return &view{name: pageAsk, make: func() fyne.CanvasObject {
		column := widget.NewColumn(k.u(24), k.bold(k.t("ask"), head), k.text(k.t("ask_lead"), body, widget.Quiet))
		for _, l := range lines() {
			column.Add(widget.NewTonePanel(widget.ToneGood, widget.NewPad(k.u(14), k.u(14), widget.NewBeside(k.u(24), k.u(200), k.icon("speech", 44, widget.Primary), k.text(l, body, widget.OnTint)))))
		}
		column.Add(k.text(k.t("ask_note"), body, widget.Plain))
		return k.page(k.way(), column, nil)
	}, spoken: func() string {
		out := k.t("ask") + ".\n" + k.t("ask_lead") + "\n"
		for _, l := range lines() {
			out += l + "\n"
		}
		return out + k.t("ask_note")
	}}
}
