package kiosk

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/keys"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// How staff come in: a finger held in the corner, or so many touches of it.
const (
	holdFor  = 3 * time.Second
	holdTaps = 5
)

// Steps of the staff's pages.
const (
	askPIN   = "pin"   // who is it?
	firstPIN = "first" // there is none yet
	again    = "again" // the same once more
	menu     = "menu"
)

// staff is what staff see: a PIN first, then the few things to set, and the way out.
type staff struct {
	k        *Kiosk
	say      *say.Speaker // of the kiosk's own language, whatever the visitor chose
	step     string
	pin      *widget.Digits
	once     []byte // the new PIN, until it was typed twice
	said     string
	busy     bool
	printers []string
	listed   bool
}

func newStaff(k *Kiosk, step string) *staff {
	s := &staff{k: k, say: say.In(k.deps.Lang), step: step}
	s.field()
	return s
}

// field makes the field of the PIN: digits are dots, and are overwritten.
func (s *staff) field() {
	s.pin = widget.NewDigits(keys.MaxPIN)
	s.pin.OnEnter = s.enter
}

func (s *staff) t(key string, args ...any) string { return s.say.T("kioskstaff."+key, args...) }

// first says that the kiosk waits for its first PIN.
func (s *staff) first() bool {
	has, err := s.k.deps.Store.HasKioskPIN()
	return err != nil || !has
}

func (s *staff) wipe() {
	s.pin.Wipe()
	clear(s.once)
	s.once = nil
}

// askPIN opens the staff's page over whatever is shown.
func (k *Kiosk) askPIN() {
	k.stop()
	if k.staff == nil {
		k.warned = false
		k.staff = newStaff(k, askPIN)
		k.show()
	}
}

// close gives the screen back to the public, from its beginning.
func (s *staff) close() {
	s.wipe()
	s.k.staff = nil
	s.k.Reset()
}

func (s *staff) typedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyEscape:
		if !s.first() {
			s.close()
		}
	case fyne.KeyUp, fyne.KeyDown, fyne.KeyLeft, fyne.KeyRight:
		s.k.step(e.Name)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeyBackspace:
		if s.step != menu {
			s.pin.TypedKey(e)
		}
	}
}

func (s *staff) typedRune(r rune) {
	if s.step != menu {
		s.pin.TypedRune(r)
	}
}

func (s *staff) content() fyne.CanvasObject {
	if s.step == menu {
		return s.menu()
	}
	k := s.k
	lead := map[string]string{askPIN: "lead", firstPIN: "first", again: "again"}[s.step]
	column := widget.NewColumn(k.u(20), k.bold(s.t("title"), head), k.text(s.t(lead), body, widget.Quiet), s.pin, k.bold(s.said, body), s.pad())
	if !s.first() {
		column.Add(k.button(s.t("back"), small, widget.FaceSurface, s.close))
	}
	if k.lying() {
		left := widget.NewColumn(k.u(20), k.bold(s.t("title"), head), k.text(s.t(lead), body, widget.Quiet), k.bold(s.said, body))
		if !s.first() {
			left.Add(k.button(s.t("back"), small, widget.FaceSurface, s.close))
		}
		both := &fyne.Container{Layout: halves{k, 0.45}, Objects: []fyne.CanvasObject{k.scrolling(left), k.scrolling(widget.NewColumn(k.u(20), s.pin, s.pad()))}}
		return &fyne.Container{Layout: &frame{k: k, content: both}, Objects: []fyne.CanvasObject{both}}
	}
	return k.page(nil, column, nil)
}

// pad is the digits.
func (s *staff) pad() fyne.CanvasObject {
	k := s.k
	rows := widget.NewColumn(k.u(10))
	digit := func(n string) fyne.CanvasObject { return k.key(n, n, func() { s.pin.TypedRune(rune(n[0])) }) }
	for _, r := range [][3]string{{"1", "2", "3"}, {"4", "5", "6"}, {"7", "8", "9"}} {
		rows.Add(widget.NewTiles(k.u(10), k.u(60), digit(r[0]), digit(r[1]), digit(r[2])))
	}
	rows.Add(widget.NewTiles(k.u(10), k.u(60), k.signKey("backspace", s.say.T("kiosk.backspace"), s.pin.Back), digit("0"), k.signKey("check", s.t("ok"), s.enter)))
	return rows
}

// enter takes the PIN as it was typed.
func (s *staff) enter() {
	if s.busy {
		return
	}
	typed := s.pin.Typed()
	s.pin.Wipe()
	switch s.step {
	case askPIN:
		s.try(typed)
	case firstPIN:
		if err := keys.GoodPIN(typed); err != nil {
			s.tell(s.words(err))
			clear(typed)
			return
		}
		s.once, s.step = typed, again
		s.tell("")
	case again:
		same := bytes.Equal(typed, s.once)
		clear(typed)
		if !same {
			s.wipe()
			s.step = firstPIN
			s.tell(s.t("differ"))
			return
		}
		s.keep()
	}
}

// keep sets the PIN that was typed twice.
func (s *staff) keep() {
	once := s.once
	s.once = nil
	s.work(func() error { defer clear(once); return s.k.deps.Store.SetKioskPIN(once) }, func() { s.step = menu; s.list() })
}

func (s *staff) try(pin []byte) {
	s.work(func() error { defer clear(pin); return s.k.deps.Store.TryKioskPIN(pin) }, func() { s.step = menu; s.list() })
}

// work does something beside the screen.
func (s *staff) work(do func() error, well func()) {
	s.busy = true
	s.tell(s.t("wait"))
	s.k.deps.Go(func() {
		err := do()
		s.k.deps.Post(func() {
			s.busy = false
			if s.k.staff != s {
				return
			}
			if err != nil {
				s.tell(s.words(err))
				return
			}
			s.said = ""
			well()
			s.k.show()
		})
	})
}

func (s *staff) tell(text string) {
	s.said = text
	s.k.show()
}

// words says what was wrong with a PIN.
func (s *staff) words(err error) string {
	var wrong *keys.PINError
	var wait *keys.WaitError
	switch {
	case errors.As(err, &wrong) && wrong.Wait == 0:
		return s.t("wrong") + " " + s.say.N("lock.free", wrong.Free)
	case errors.As(err, &wrong):
		return s.t("wrong") + " " + s.later(wrong.Wait)
	case errors.As(err, &wait):
		return s.later(wait.Wait)
	}
	return s.say.T(localdb.MessageKey(err))
}

func (s *staff) later(d time.Duration) string {
	text := s.say.N("lock.minutes", int((d+time.Minute-1)/time.Minute))
	if d < 2*time.Minute {
		text = s.say.N("lock.seconds", int((d+time.Second-1)/time.Second))
	}
	return s.say.T("lock.wait", "time", text)
}

// list asks for the printers, once.
func (s *staff) list() {
	s.k.deps.Go(func() {
		names, err := s.k.deps.Paper.Printers(context.Background())
		s.k.deps.Post(func() {
			s.printers, s.listed = names, true
			s.k.failed(err)
			if s.k.staff == s && s.step == menu {
				s.k.show()
			}
		})
	})
}

// menu is what staff can set, and the way out.
func (s *staff) menu() fyne.CanvasObject {
	k := s.k
	column := widget.NewColumn(k.u(20), k.bold(s.t("menu"), head))
	if k.deps.Standing != nil {
		for _, line := range k.deps.Standing() {
			column.Add(k.text(line, body, widget.Plain))
		}
	}
	column.Add(k.text(s.visits(), body, widget.Plain))
	if k.deps.Voice == nil {
		column.Add(k.text(s.t("no_voice"), small, widget.Quiet))
	}
	column.Add(s.choice("printer", localdb.SettingPrinter, s.printerOptions()))
	var idle []option
	for _, c := range idleChoices {
		v := strconv.Itoa(c)
		idle = append(idle, option{v, s.say.N("lock.seconds", c), k.setting(localdb.SettingKioskIdle) == v || c == usualIdle && k.setting(localdb.SettingKioskIdle) == ""})
	}
	column.Add(s.choice("idle", localdb.SettingKioskIdle, idle))
	motion := k.setting(localdb.SettingKioskMotion)
	column.Add(s.choice("motion", localdb.SettingKioskMotion, []option{{"", s.t("glide"), motion == ""}, {"still", s.t("still"), motion == "still"}}))
	column.Add(widget.NewColumn(k.u(14),
		k.button(s.t("back"), body, widget.FacePrimary, s.close),
		k.button(s.t("new_pin"), body, widget.FaceSurface, func() { s.step = firstPIN; s.tell("") }),
		k.button(s.t("leave"), body, widget.FaceSurface, k.deps.Leave)))
	return k.page(nil, column, nil)
}

type option struct {
	value, text string
	on          bool
}

// choice is a row of plates of which one is chosen.
func (s *staff) choice(label, key string, options []option) fyne.CanvasObject {
	k := s.k
	row := widget.NewFlow(k.u(10))
	for _, o := range options {
		face := widget.FaceSurface
		if o.on {
			face = widget.FacePrimary
		}
		row.Add(k.plate(widget.NewLabel(o.text, widget.Style{Size: k.ts(small), Ink: face.Ink()}), o.text, face, func() {
			k.failed(k.deps.Store.SetSetting(key, o.value))
			k.show()
		}))
	}
	return widget.NewColumn(k.u(8), k.bold(s.t(label), small), row)
}

func (s *staff) printerOptions() []option {
	k := s.k
	now := k.setting(localdb.SettingPrinter)
	out := []option{{"", s.t("no_printer"), now == ""}}
	known := now == ""
	for _, p := range s.printers {
		out = append(out, option{p, p, p == now})
		known = known || p == now
	}
	if !known {
		out = append(out, option{now, now, true})
	}
	return out
}

// visits says how many came today and in the week, as counts may be shown.
func (s *staff) visits() string {
	k := s.k
	day := directory.DayOf(k.deps.Now())
	today, week := 0, 0
	for i := range 7 {
		d, err := DayOf(k.deps.Store, day.AddDays(-i))
		k.failed(err)
		if week += d.Visits; i == 0 {
			today = d.Visits
		}
	}
	return s.t("visits", "today", privacy.Shown(today), "week", privacy.Shown(week))
}
