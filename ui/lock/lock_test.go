package lock

import (
	"context"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"github.com/zalando/go-keyring"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/keys"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

func TestMain(m *testing.M) {
	localdb.CheckIfAsked()
	os.Exit(m.Run())
}

// door is the screen before a store that is not there: answers are given in turn.
type door struct {
	t       *testing.T
	s       *Screen
	win     fyne.Window
	tried   []string // person and PIN, or the words
	answers []error
	timers  []func()
}

func newDoor(t *testing.T, look *theme.Theme, size fyne.Size, who keys.People) *door {
	t.Helper()
	d := &door{t: t}
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look)
	answer := func(done func(error)) {
		var err error
		if len(d.answers) > 0 {
			err, d.answers = d.answers[0], d.answers[1:]
		}
		done(err)
	}
	d.s = New(Deps{Lang: "da", People: who,
		Open: func(p string, pin []byte, done func(error)) {
			d.tried = append(d.tried, p+" "+string(pin))
			answer(done)
		},
		Recover: func(words []byte, done func(error)) { d.tried = append(d.tried, string(words)); answer(done) },
		After:   func(_ time.Duration, f func()) func() { d.timers = append(d.timers, f); return func() {} },
	}, Asked)
	d.win = test.NewTempWindow(t, d.s.Content())
	d.win.SetPadded(false)
	d.win.Resize(size)
	d.win.Canvas().SetOnTypedKey(d.s.TypedKey)
	d.win.Canvas().SetOnTypedRune(d.s.TypedRune)
	d.s.Focus()
	return d
}

var two = keys.People{Locked: true, Persons: []keys.Person{{ID: "a", Name: "Mette", Role: "guide"}, {ID: "b", Name: "Bo", Role: "desk"}}}

func people(p keys.People) keys.People {
	p.Persons = append([]keys.Person(nil), p.Persons...)
	return p
}

func (d *door) types(pin string) {
	d.t.Helper()
	test.Type(d.win.Canvas().Focused(), pin)
}

func (d *door) key(k fyne.KeyName) { d.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: k}) }

func usualDoor(t *testing.T) *door {
	return newDoor(t, theme.New(theme.Normal, 1), fyne.NewSize(1360, 820), people(two))
}

func TestPINIsTypedAndHandedOnForThePersonChosen(t *testing.T) {
	d := usualDoor(t)
	d.answers = []error{&keys.PINError{Free: 4, Left: 9}, nil}
	d.key(fyne.KeyDown)
	d.types("12 34a56")
	d.key(fyne.KeyReturn)
	if len(d.tried) != 1 || d.tried[0] != "b 123456" {
		t.Fatal(d.tried)
	}
	if got := d.s.Said(); got != "PIN-koden passer ikke. Du har 4 forsøg, før du skal vente." {
		t.Error(got)
	}
	if d.s.pin.Len() != 0 {
		t.Error("the wrong PIN still stands there")
	}
	d.types("730415")
	d.key(fyne.KeyReturn)
	if len(d.tried) != 2 || d.tried[1] != "b 730415" {
		t.Error(d.tried)
	}
}

func TestPadTypesAndFocusStays(t *testing.T) {
	d := usualDoor(t)
	for _, n := range []string{"4", "8", "1", "0"} {
		press(t, d.s.Content(), n)
	}
	press(t, d.s.Content(), "Slet det sidste ciffer")
	if d.s.pin.Len() != 3 || d.win.Canvas().Focused() != fyne.Focusable(d.s.pin) {
		t.Error(d.s.pin.Len(), d.win.Canvas().Focused())
	}
	press(t, d.s.Content(), "Slet hele PIN-koden")
	if d.s.pin.Len() != 0 {
		t.Error(d.s.pin.Len())
	}
}

func TestAWaitIsSaidAndCountedDown(t *testing.T) {
	d := usualDoor(t)
	d.answers = []error{&keys.PINError{Left: 5, Wait: 2 * time.Second}, nil}
	d.types("123456")
	d.key(fyne.KeyReturn)
	if got := d.s.Said(); got != "PIN-koden passer ikke. Du kan prøve igen om 2 sekunder. Du har 5 forsøg, før PIN-koden bliver slettet." {
		t.Error(got)
	}
	d.types("730415")
	d.key(fyne.KeyReturn)
	if len(d.tried) != 1 {
		t.Fatal("tried while one must wait")
	}
	for i := range 2 {
		d.timers[i]()
	}
	if got := d.s.Said(); !strings.HasPrefix(got, "Nu kan du prøve igen.") {
		t.Error(got)
	}
	d.key(fyne.KeyReturn)
	if len(d.tried) != 2 {
		t.Error("no try is taken after the wait")
	}
}

func TestEachTroubleIsSaidInWords(t *testing.T) {
	for want, err := range map[string]error{
		"genskabelsesordene":  keys.ErrPINGone,
		"pc'en selv gemmer":   keys.ErrPINHalfGone,
		"nøglering":           keys.ErrKeyringUnavailable,
		"om 10 minutter":      &keys.WaitError{Wait: 9*time.Minute + time.Second, Left: 3},
		"plads på disken":     localdb.ErrDiskFull,
		"allerede":            localdb.ErrInUse,
		"Noget gik galt, som": errors.New("what nobody knows"),
	} {
		d := usualDoor(t)
		d.answers = []error{err}
		d.types("481973")
		d.key(fyne.KeyReturn)
		if got := d.s.Said(); !strings.Contains(got, want) {
			t.Errorf("%v: %q", err, got)
		}
	}
}

func TestGonePINIsNotTriedAgainAndAnothersIs(t *testing.T) {
	d := usualDoor(t)
	d.answers = []error{keys.ErrPINGone}
	d.types("481973")
	d.key(fyne.KeyReturn)
	d.types("481973")
	d.key(fyne.KeyReturn)
	if len(d.tried) != 1 {
		t.Error("tried a PIN that is gone")
	}
	d.key(fyne.KeyDown)
	if d.s.Said() != "" {
		t.Error("what was said of one stands beside another")
	}
	d.types("730415")
	d.key(fyne.KeyReturn)
	if len(d.tried) != 2 {
		t.Error(d.tried)
	}
}

func TestRecoveryWordsAreHandedOn(t *testing.T) {
	d := usualDoor(t)
	d.answers = []error{keys.ErrPassphraseWrong}
	press(t, d.s.Content(), "Jeg har glemt min PIN-kode")
	d.types("abe kat")
	d.key(fyne.KeyReturn)
	if len(d.tried) != 1 || d.tried[0] != "abe kat" || !strings.Contains(d.s.Said(), "Ordene passer ikke") {
		t.Error(d.tried, d.s.Said())
	}
	d.key(fyne.KeyEscape)
	if d.s.words != nil {
		t.Error("Esc does not lead back to the PIN")
	}
	none := newDoor(t, theme.New(theme.Normal, 1), fyne.NewSize(1360, 820), keys.People{Locked: true})
	if none.s.words == nil {
		t.Error("where every PIN is gone, the words are not asked for")
	}
}

func TestWhatWasTypedIsOverwrittenWhenTheScreenGoes(t *testing.T) {
	d := usualDoor(t)
	d.types("481973")
	d.s.Close()
	if d.s.pin.Len() != 0 {
		t.Error("the PIN is still there")
	}
}

func TestWatchSaysWhenNobodyIsThere(t *testing.T) {
	var w Watch
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	look := func(uses uint64, after time.Duration) State {
		s, _ := w.Look(uses, at.Add(after), 3*time.Minute)
		return s
	}
	for i, c := range []struct {
		uses  uint64
		after time.Duration
		want  State
	}{
		{1, 0, Present}, {1, 2*time.Minute + 39*time.Second, Present}, {1, 2*time.Minute + 40*time.Second, Leaving},
		{2, 2*time.Minute + 50*time.Second, Present}, {2, 5*time.Minute + 40*time.Second, Leaving}, {2, 5*time.Minute + 50*time.Second, Away},
		{2, 9 * time.Hour, Away},
	} {
		if got := look(c.uses, c.after); got != c.want {
			t.Errorf("%d: %v", i, got)
		}
	}
	for s, want := range map[string]int{"": 3, "1": 1, "15": 15, "16": 3, "0": 3, "x": 3} {
		if got := IdleMinutes(s); got != want {
			t.Errorf("%q: %d", s, got)
		}
	}
}

// shared is the part of the settings on a real store.
type shared struct {
	t     *testing.T
	store *localdb.Store
	part  *People
	win   fyne.Window
	queue chan func()
	role  string
}

func newShared(t *testing.T, look *theme.Theme, size fyne.Size) *shared {
	t.Helper()
	keyring.MockInit()
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: t.TempDir(), Create: true, Keyring: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look)
	d := &shared{t: t, store: s, queue: make(chan func(), 100), role: "guide"}
	var panel *fyne.Container
	d.part = NewPeople(PeopleDeps{Store: s, Lang: "da", Post: func(f func()) { d.queue <- f }, Role: func() string { return d.role }, Lock: func() {},
		Relayout: func() {
			if panel != nil {
				widget.Relayout(panel)
			}
		}})
	panel = widget.NewPad(theme.Space24, theme.Space24, widget.NewPanel(d.part.Content()))
	d.win = test.NewTempWindow(t, panel)
	d.win.SetPadded(false)
	d.win.Resize(size)
	return d
}

// answer runs what was posted next.
func (d *shared) answer() {
	d.t.Helper()
	select {
	case f := <-d.queue:
		f()
	case <-time.After(20 * time.Second):
		d.t.Fatal("nothing came of it")
	}
}

func (d *shared) top() fyne.CanvasObject {
	d.t.Helper()
	o := d.win.Canvas().Overlays().Top()
	if o == nil {
		d.t.Fatal("no dialog is open")
	}
	return o
}

func (d *shared) add(name, pin, again string) {
	d.t.Helper()
	var digits []*widget.Digits
	var field *widget.Field
	each(d.top(), func(o fyne.CanvasObject) {
		switch x := o.(type) {
		case *widget.Digits:
			digits = append(digits, x)
		case *widget.Field:
			field = x
		}
	})
	field.Entry.SetText(name)
	for i, p := range []string{pin, again} {
		digits[i].Wipe()
		test.Type(digits[i], p)
	}
	press(d.t, d.top(), "Lav PIN-koden")
}

func TestFirstPersonIsMadeAndTheWordsAreShownOnce(t *testing.T) {
	d := newShared(t, theme.New(theme.Normal, 1), fyne.NewSize(700, 760))
	press(t, d.part.Content(), "Brug PIN-koder på denne pc")
	for _, c := range [][4]string{
		{"", "481973", "481973", "Skriv et fornavn"},
		{"Mette", "123456", "123456", "prøver alle først"},
		{"Mette", "481973", "481974", "ikke ens"},
	} {
		d.add(c[0], c[1], c[2])
		if c[3] == "Skriv et fornavn" {
			d.answer()
		}
		if !strings.Contains(strings.Join(texts(d.top()), " "), c[3]) {
			t.Fatalf("%q is not said: %q", c[3], texts(d.top()))
		}
	}
	d.add("Mette", "481973", "481973")
	d.answer()
	all := strings.Join(texts(d.top()), " ")
	if !strings.Contains(all, "Skriv de seks ord af") || !strings.Contains(all, "6. ") {
		t.Fatal(all)
	}
	press(t, d.top(), "Færdig") // not before it is said that they are written down
	if d.win.Canvas().Overlays().Top() == nil {
		t.Error("the words are gone before they were written down")
	}
	press(t, d.top(), "Jeg har skrevet ordene af")
	press(t, d.top(), "Færdig")
	if d.win.Canvas().Overlays().Top() != nil {
		t.Error("the words are still shown")
	}
	if all := strings.Join(texts(d.part.Content()), " "); !strings.Contains(all, "Mette") || !strings.Contains(all, "Guide · det er dig") {
		t.Error(all)
	}
	if p, err := d.store.Person(); err != nil || p == nil || p.Name != "Mette" || p.Role != "guide" {
		t.Error(p, err)
	}
}

// Nobody gives away more than they have, or takes away who has more.
func TestNobodyIsMoreThanThePCAndNobodyManagesMore(t *testing.T) {
	for _, c := range []struct{ pc, person, want string }{
		{"guide", "guide", "guide"}, {"guide", "desk", "desk"}, {"desk", "guide", "desk"}, {"desk", "desk", "desk"},
		{"coordinator", "guide", "coordinator"}, {"guide", "admin", "guide"}, {"kiosk", "guide", "kiosk"},
	} {
		if got := RoleOf(c.pc, &keys.Person{Role: c.person}); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	d := newShared(t, theme.New(theme.Normal, 1), fyne.NewSize(700, 760))
	d.role = "desk"
	if got := d.part.roles(); len(got) != 1 || got[0] != "desk" {
		t.Error(got)
	}
	if d.part.mayManage(keys.Person{Role: "guide"}) || !d.part.mayManage(keys.Person{Role: "desk"}) {
		t.Error("a desk manages a guide, or no desk")
	}
}

// TestScreens leaves pictures for people to look at.
func TestScreens(t *testing.T) {
	dir := os.Getenv("VEJVISER_SCREENS")
	if dir == "" {
		t.Skip("VEJVISER_SCREENS names no folder for the pictures; make screens does")
	}
	keep := func(name string, w fyne.Window) {
		f, err := os.Create(filepath.Join(dir, name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := png.Encode(f, w.Canvas().Capture()); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		look *theme.Theme
		size fyne.Size
	}{
		{"1360-100", theme.New(theme.Normal, 1), fyne.NewSize(1360, 820)},
		{"1024-100", theme.New(theme.Normal, 1), fyne.NewSize(1024, 700)},
		{"1024-150-dark", theme.New(theme.WhiteOnBlack, 1.5), fyne.NewSize(1024, 700)},
		{"1360-100-contrast", theme.New(theme.BlackOnWhite, 1), fyne.NewSize(1360, 820)},
	} {
		d := newDoor(t, c.look, c.size, people(two))
		d.types("4819")
		keep("lock-"+c.name, d.win)
		d.answers = []error{&keys.PINError{Left: 5, Wait: 30 * time.Second}}
		d.types("73")
		d.key(fyne.KeyReturn)
		keep("lock-wrong-"+c.name, d.win)
		press(t, d.s.Content(), "Jeg har glemt min PIN-kode")
		d.s.Focus()
		keep("lock-words-"+c.name, d.win)

		p := newShared(t, c.look, fyne.NewSize(c.size.Width*0.6, c.size.Height))
		keep("people-none-"+c.name, p.win)
		press(t, p.part.Content(), "Brug PIN-koder på denne pc")
		keep("people-first-"+c.name, p.win)
		p.add("Mette", "481973", "481973")
		p.answer()
		keep("people-words-"+c.name, p.win)
		press(t, p.top(), "Jeg har skrevet ordene af")
		press(t, p.top(), "Færdig")
		if _, _, err := p.store.AddPerson("Bo", "desk", []byte("730415")); err != nil {
			t.Fatal(err)
		}
		p.part.Load()
		keep("people-"+c.name, p.win)
	}
}

// each visits everything that can be seen.
func each(o fyne.CanvasObject, do func(fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	do(o)
	switch x := o.(type) {
	case *fyne.Container:
		for _, c := range x.Objects {
			each(c, do)
		}
	case fyne.Widget:
		for _, c := range test.WidgetRenderer(x).Objects() {
			each(c, do)
		}
	}
}

func texts(o fyne.CanvasObject) (out []string) {
	each(o, func(o fyne.CanvasObject) {
		switch x := o.(type) {
		case *widget.Text:
			out = append(out, x.Text())
		case *canvas.Text:
			out = append(out, x.Text)
		}
	})
	return out
}

// press presses what is called so.
func press(t *testing.T, in fyne.CanvasObject, name string) {
	t.Helper()
	var found fyne.Tappable
	each(in, func(o fyne.CanvasObject) {
		switch x := o.(type) {
		case *widget.Button:
			if x.Text() == name {
				found = x
			}
		case *widget.Check:
			if x.Text() == name {
				found = x
			}
		case *widget.PadKey:
			if x.Means() == name {
				found = x
			}
		}
	})
	if found == nil {
		t.Fatalf("nothing is called %q: %q", name, texts(in))
	}
	found.Tapped(&fyne.PointEvent{})
}
