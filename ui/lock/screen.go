package lock

import (
	"errors"
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/keys"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Screen is the locked window. All methods are called on the screen's goroutine.
type Screen struct {
	d    Deps
	say  *say.Speaker
	why  Why
	root *fyne.Container

	who    *widget.Segmented // nil where there is nobody to choose between
	me     string
	pin    *widget.Digits
	open   *widget.Button
	forgot *widget.Button
	note   *widget.Text

	words   *widget.Field // nil unless the recovery words are asked for
	recover *widget.Button

	busy bool
	wait time.Duration // before another try is taken
	stop func()        // the clock of the wait
	gone bool
}

// New makes the screen.
func New(d Deps, why Why) *Screen {
	s := &Screen{d: d, say: say.In(d.Lang), why: why, me: d.Me, stop: func() {}}
	if s.person() == nil && len(d.People.Persons) > 0 {
		s.me = d.People.Persons[0].ID
	}
	s.root = &fyne.Container{}
	if len(d.People.Persons) == 0 {
		s.askWords()
	} else {
		s.askPIN()
	}
	return s
}

// Content is what the window shows.
func (s *Screen) Content() fyne.CanvasObject { return s.root }

// Close ends the screen: what was typed is overwritten.
func (s *Screen) Close() {
	s.gone = true
	s.stop()
	s.wipe()
}

func (s *Screen) wipe() {
	if s.pin != nil {
		s.pin.Wipe()
	}
	if s.words != nil {
		s.words.Entry.Wipe()
		widget.ForgetMeasures()
	}
}

// Focus goes to where one types.
func (s *Screen) Focus() {
	if s.words != nil {
		widget.FocusOn(s.words.Entry)
		return
	}
	widget.FocusOn(s.pin)
}

// TypedRune takes digits typed where nothing has focus.
func (s *Screen) TypedRune(r rune) {
	if s.words == nil {
		s.Focus()
		s.pin.TypedRune(r)
	}
}

// TypedKey takes keys that nothing in focus used.
func (s *Screen) TypedKey(e *fyne.KeyEvent) {
	switch {
	case e.Name == fyne.KeyEscape && s.words != nil && len(s.d.People.Persons) > 0:
		s.askPIN()
		s.Focus()
	case e.Name == fyne.KeyEscape && s.words == nil:
		s.pin.Wipe()
	case s.words == nil && (e.Name == fyne.KeyUp || e.Name == fyne.KeyDown) && s.who != nil:
		s.step(map[fyne.KeyName]int{fyne.KeyUp: -1, fyne.KeyDown: 1}[e.Name])
	}
}

// step chooses the next person, and stays at the PIN.
func (s *Screen) step(by int) {
	for i, p := range s.d.People.Persons {
		if p.ID == s.me {
			next := s.d.People.Persons[min(max(i+by, 0), len(s.d.People.Persons)-1)]
			s.who.Select(next.ID)
			s.choose(next.ID)
			return
		}
	}
}

func (s *Screen) person() *keys.Person {
	for i := range s.d.People.Persons {
		if p := &s.d.People.Persons[i]; p.ID == s.me {
			return p
		}
	}
	return nil
}

func (s *Screen) t(key string, args ...any) string { return s.say.T("lock."+key, args...) }

// askPIN shows who shares the PC, and the pad.
func (s *Screen) askPIN() {
	s.wipe()
	s.words = nil
	s.pin = widget.NewDigits(keys.MaxPIN)
	s.pin.OnEnter = s.try
	s.pin.OnChange = s.ready
	s.open = widget.NewPrimaryButton(s.t("open"), "⏎", s.try)
	s.forgot = widget.NewPlainButton(s.t("forgot"), func() { s.askWords(); s.Focus() })
	s.note = newNote()
	column := widget.NewColumn(theme.Space16, s.head("title."+strconv.Itoa(int(s.why)), "lead."+strconv.Itoa(int(s.why))))
	if ps := s.d.People.Persons; len(ps) > 1 {
		options := make([]widget.Option, len(ps))
		for i, p := range ps {
			options[i] = widget.Option{Value: p.ID, Text: p.Name}
		}
		s.who = widget.NewSegmented(options, s.me, s.choose)
		column.Add(widget.Labelled(s.t("who"), s.who))
	} else {
		column.Add(widget.NewText(ps[0].Name, widget.Style{Size: theme.CardTitle, Bold: true}))
	}
	column.Add(widget.Labelled(s.t("pin"), s.pin))
	column.Add(s.note)
	column.Add(s.pad())
	column.Add(s.open)
	column.Add(widget.NewFlow(theme.Space8, s.forgot))
	s.put(column)
	s.spent()
	s.ready()
}

// pad is the digits for the mouse and for a finger; focus stays in the field.
func (s *Screen) pad() fyne.CanvasObject {
	rows := widget.NewColumn(theme.Space8)
	digit := func(n string) fyne.CanvasObject {
		return widget.NewPadKey(n, n, theme.Page, func() { s.TypedRune(rune(n[0])) })
	}
	for _, r := range [][3]string{{"1", "2", "3"}, {"4", "5", "6"}, {"7", "8", "9"}} {
		rows.Add(widget.NewTiles(theme.Space8, 40, digit(r[0]), digit(r[1]), digit(r[2])))
	}
	rows.Add(widget.NewTiles(theme.Space8, 40,
		widget.NewPadKey(s.t("clear"), s.t("clear_means"), theme.Body, func() { s.pin.Wipe(); s.Focus() }), digit("0"),
		widget.NewPadKey(s.t("back"), s.t("back_means"), theme.Body, func() { s.pin.Back(); s.Focus() })))
	return rows
}

// askWords asks for the recovery words.
func (s *Screen) askWords() {
	s.stop()
	s.wipe()
	s.pin, s.who = nil, nil
	s.words = widget.NewField(s.t("words"))
	s.words.Entry.OnSubmitted = func(string) { s.tryWords() }
	s.recover = widget.NewPrimaryButton(s.t("recover"), "⏎", s.tryWords)
	s.note = newNote()
	column := widget.NewColumn(theme.Space16, s.head("words_title", "words_lead"), s.words, s.note, s.recover)
	if len(s.d.People.Persons) > 0 {
		column.Add(widget.NewFlow(theme.Space8, widget.NewPlainButton(s.t("to_pin"), func() { s.askPIN(); s.Focus() })))
	}
	column.Add(widget.NewText(s.t("no_words"), widget.Style{Ink: widget.Quiet, Size: theme.Quiet}))
	s.put(column)
}

func (s *Screen) head(title, lead string) fyne.CanvasObject {
	return widget.NewColumn(theme.Space4,
		widget.NewText(s.t(title), widget.Style{Size: theme.Page, Bold: true}),
		widget.NewText(s.t(lead), widget.Style{Ink: widget.Quiet}))
}

// put shows a column in the middle of the window.
func (s *Screen) put(column *fyne.Container) {
	panel := widget.NewPad(theme.Space24, theme.Space8, widget.NewPanel(column))
	s.root.Layout = middle{panel}
	s.root.Objects = []fyne.CanvasObject{widget.NewScroll(panel)}
	s.relayout()
}

func (s *Screen) relayout() {
	s.root.Layout.Layout(s.root.Objects, s.root.Size())
	widget.Relayout(s.root)
	s.root.Refresh()
}

// choose takes another person: what was typed and said is another's.
func (s *Screen) choose(id string) {
	if s.me == id {
		return
	}
	s.me = id
	s.stop()
	s.wait = 0
	s.pin.Wipe()
	s.tell("")
	s.spent()
	s.ready()
	s.Focus()
}

// spent says where a person's PIN is gone.
func (s *Screen) spent() {
	if p := s.person(); p != nil && p.Spent {
		s.tell(s.t("gone"))
	}
}

// ready lets a try be made where there can be one.
func (s *Screen) ready() {
	p := s.person()
	enable(s.open, s.pin.Len() >= keys.MinPIN && !s.busy && s.wait == 0 && p != nil && !p.Spent)
	if s.pin.Len() > 0 && s.wait == 0 && s.pin.Len() < keys.MinPIN {
		s.pin.SetWrong(false)
	}
}

func enable(b *widget.Button, on bool) {
	if on {
		b.Enable()
	} else {
		b.Disable()
	}
}

// try hands the PIN on.
func (s *Screen) try() {
	if s.busy || s.wait > 0 || s.pin.Len() == 0 {
		return
	}
	if s.pin.Len() < keys.MinPIN {
		s.tell(s.say.N("lock.too_short", keys.MinPIN))
		return
	}
	if p := s.person(); p == nil || p.Spent {
		return
	}
	s.work("opening")
	pin := s.pin.Typed()
	s.d.Open(s.me, pin, func(err error) {
		clear(pin)
		s.answer(err)
	})
}

func (s *Screen) tryWords() {
	if s.busy || s.words.Entry.Text == "" {
		return
	}
	s.work("recovering")
	words := []byte(s.words.Entry.Text)
	s.d.Recover(words, func(err error) {
		clear(words)
		s.answer(err)
	})
}

func (s *Screen) work(key string) {
	s.busy = true
	if s.words == nil {
		s.pin.SetWrong(false)
		s.open.Disable()
	} else {
		s.recover.Disable()
	}
	s.tell(s.t(key))
}

// answer says what came of a try.
func (s *Screen) answer(err error) {
	s.busy = false
	if s.gone || err == nil {
		return
	}
	if s.words != nil {
		s.recover.Enable()
		s.tell(s.wordsSay(err))
		s.Focus()
		return
	}
	s.pin.Wipe()
	s.pin.SetWrong(true)
	var wrong *keys.PINError
	var wait *keys.WaitError
	switch {
	case errors.As(err, &wrong) && wrong.Wait == 0:
		s.tell(s.t("wrong") + " " + s.say.N("lock.free", wrong.Free))
	case errors.As(err, &wrong):
		s.waits(wrong.Wait, wrong.Left, s.t("wrong")+" ")
	case errors.As(err, &wait):
		s.waits(wait.Wait, wait.Left, "")
	case errors.Is(err, keys.ErrPINGone):
		if p := s.person(); p != nil {
			p.Spent = true
		}
		s.tell(s.t("gone"))
	case errors.Is(err, keys.ErrPINHalfGone):
		s.tell(s.t("half_gone"))
	default:
		s.tell(s.say.T(localdb.MessageKey(err)))
	}
	s.ready()
	s.Focus()
}

func (s *Screen) wordsSay(err error) string {
	if errors.Is(err, keys.ErrPassphraseWrong) {
		return s.t("words_wrong")
	}
	return s.say.T(localdb.MessageKey(err))
}

// waits counts down until another try is taken.
func (s *Screen) waits(d time.Duration, left int, before string) {
	s.wait = d.Round(time.Second)
	if s.wait < d {
		s.wait += time.Second
	}
	s.tell(before + s.t("wait", "time", s.duration(s.wait)) + " " + s.say.N("lock.left", left))
	s.ready()
	s.stop = s.d.After(time.Second, func() {
		if s.gone || s.words != nil {
			return
		}
		if s.wait -= time.Second; s.wait <= 0 {
			s.wait = 0
			s.tell(s.t("again") + " " + s.say.N("lock.left", left))
			s.ready()
			return
		}
		s.waits(s.wait, left, before)
	})
}

// duration says how long in seconds, from two minutes on in minutes.
func (s *Screen) duration(d time.Duration) string {
	if d < 2*time.Minute {
		return s.say.N("lock.seconds", int(d/time.Second))
	}
	return s.say.N("lock.minutes", int((d+time.Minute-1)/time.Minute))
}

func (s *Screen) tell(text string) {
	tell(s.note, text)
	s.relayout()
}

// Said is what the screen says of the last try.
func (s *Screen) Said() string { return s.note.Text() }

// middle holds what scrolls in the middle of the window, at most as wide as a
// hand's pad and no higher than it is.
type middle struct{ content fyne.CanvasObject }

func (middle) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(400, 300) }

func (m middle) Layout(o []fyne.CanvasObject, s fyne.Size) {
	const bar = theme.Space16 // what scrolls is narrower than its room by this at most
	w := min(theme.Scaled(420)+2*theme.Space8+bar, s.Width)
	h := min(widget.HeightFor(m.content, w-bar), s.Height)
	o[0].Move(fyne.NewPos((s.Width-w)/2, (s.Height-h)/2))
	o[0].Resize(fyne.NewSize(w, h))
}
