package lock

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

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
