package contact

import (
	"context"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

func TestMain(m *testing.M) {
	localdb.CheckIfAsked()
	os.Exit(m.Run())
}

var today = time.Date(2026, 11, 24, 10, 15, 0, 0, directory.Copenhagen)

const code = referral.Code("K7M4-QXRF")

// at is the form over a page, on a real store.
type at struct {
	t     testing.TB
	store *localdb.Store
	desk  *Desk
	page  fyne.CanvasObject
	win   fyne.Window
	queue chan func()
	due   []func() // what waits for time to pass
	kept  int
}

func open(t testing.TB, look *theme.Theme, size fyne.Size) *at {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	x := &at{t: t, queue: make(chan func(), 1000)}
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: t.TempDir(), Create: true, Now: func() time.Time { return today }, Actor: "desk"})
	x.must(err)
	t.Cleanup(func() { x.must(s.Close()) })
	x.store = s
	x.must(s.SetSetting(localdb.SettingOrganisation, "Lindeby Bibliotek"))
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look)
	x.desk = New(Deps{Store: s, Lang: "da", Now: func() time.Time { return today }, Post: func(f func()) { x.queue <- f },
		After: func(_ time.Duration, f func()) func() { x.due = append(x.due, f); return func() {} }})
	x.page = widget.NewPanel(widget.NewText("", widget.Style{}))
	x.win = test.NewTempWindow(t, x.page)
	x.win.SetPadded(false)
	x.win.Resize(size)
	x.desk.Open(x.page, code, "da", func() { x.kept++ })
	return x
}

func usual(t testing.TB) *at {
	return open(t, theme.New(theme.Normal, 1), fyne.NewSize(1360, 820))
}

func (x *at) must(err error) {
	x.t.Helper()
	if err != nil {
		x.t.Fatal(err)
	}
}

// settle runs what was posted until something is so.
func (x *at) settle(until func() bool) {
	x.t.Helper()
	limit := time.After(30 * time.Second)
	for !until() {
		select {
		case f := <-x.queue:
			f()
		case <-limit:
			x.t.Fatal("nothing more happened, and it is not so")
		}
	}
}

// write fills the form as a person would.
func (x *at) write(name, phone string) {
	test.Type(x.desk.form.name.Entry, name)
	test.Type(x.desk.form.phone.Entry, phone)
}

func (x *at) press(b *widget.Button) { test.Tap(b) }

func (x *at) dump() string {
	x.t.Helper()
	var b strings.Builder
	x.must(x.store.Dump(&b))
	return b.String()
}

func TestNothingIsKeptWithoutAYes(t *testing.T) {
	x := usual(t)
	x.write("Bodil", "00 00 00 00")
	x.press(x.desk.form.save)
	if !x.desk.form.noHow.Visible() {
		t.Error("the form does not say that a yes is missing")
	}
	if info, err := x.store.CardOf(code); err != nil || info != nil {
		t.Fatalf("a card was kept without a yes: %v %v", info, err)
	}
	if x.kept != 0 {
		t.Error("told of a card that was not kept")
	}
}

func TestWhatTheCitizenSaidYesToIsWhatIsKept(t *testing.T) {
	x := usual(t)
	f := x.desk.form
	f.language.Select("en")
	f.language.OnChange("en")
	f.how.Select("spoken")
	f.tellAlong.Select(yes)
	x.write("Bodil", "00 00 00 00")
	x.press(f.save)
	x.settle(func() bool { return x.kept == 1 })
	info, err := x.store.CardOf(code)
	x.must(err)
	if info == nil {
		t.Fatal("no card is kept")
	}
	c := info.Consent
	if c.Text != TextVersion || c.Language != "en" || c.How != "spoken" || !c.TellCompanion || c.TellHost || !c.At.Equal(today) {
		t.Errorf("the yes is kept as %+v", c)
	}
	if info.DeleteBy != "2027-02-22" {
		t.Errorf("the card goes on %s, not after 90 days", info.DeleteBy)
	}
	card, err := x.store.OpenCard(info.ID, "call")
	x.must(err)
	if card.FirstName != "Bodil" || card.Phone != "00 00 00 00" {
		t.Errorf("on the card stands %q, %q", card.FirstName, card.Phone)
	}
}

func TestACardIsKeptByTheKeyboardAlone(t *testing.T) {
	x := usual(t)
	c, f := x.win.Canvas(), x.desk.form
	widgets := map[fyne.Focusable]string{f.name.Entry: "name", f.phone.Entry: "phone", f.until.Entry: "until", f.save: "save", f.how.First(): "how"}
	var met []string
	for range 30 {
		if w := widgets[c.Focused()]; w != "" && !slices.Contains(met, w) {
			met = append(met, w)
		}
		c.FocusNext()
	}
	if got := strings.Join(met, " "); got != "how name phone until save" {
		t.Errorf("Tab reaches %q", got)
	}
	widget.FocusOn(f.how.First())
	f.how.First().TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	widget.FocusOn(f.name.Entry)
	test.Type(f.name.Entry, "Bodil")
	f.name.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if c.Focused() != fyne.Focusable(f.phone.Entry) {
		t.Error("Enter does not go on from the name to the phone")
	}
	f.phone.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	f.until.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	x.settle(func() bool { return x.kept == 1 })
}

func TestACPRNumberIsNeverKept(t *testing.T) {
	x := usual(t)
	f := x.desk.form
	f.how.Select("written")
	x.write("Bodil 070761-4285", "070761-4285")
	x.press(f.save)
	if f.name.Problem() == "" || f.phone.Problem() == "" {
		t.Errorf("said of the name %q, of the phone %q", f.name.Problem(), f.phone.Problem())
	}
	if strings.Contains(x.dump(), "0761") {
		t.Error("the number stands in the store")
	}
}

func TestACardGoesAfterHalfAYearAtTheLatest(t *testing.T) {
	for text, wrong := range map[string]bool{"23.5.2027": false, "24.5.2027": true, "23.11.2026": true, "24.11.2026": false, "i morgen": true, "": true, "1.2.": false} {
		x := usual(t)
		f := x.desk.form
		f.how.Select("spoken")
		x.write("Bodil", "")
		f.until.Entry.SetText(text)
		if got := !f.look(); got != wrong {
			t.Errorf("%q: refused %v, not %v (%q)", text, got, wrong, f.until.Problem())
		}
		x.desk.Close()
	}
}

func TestWhatIsTypedIsWipedWhenTheFormIsLeft(t *testing.T) {
	x := usual(t)
	f := x.desk.form
	x.write("Bodil", "00 00 00 00")
	for range 5 { // somebody is there now and then
		x.pass()
	}
	widget.Used()
	for range 6 {
		if !x.desk.Shown() {
			t.Fatal("the form went while it was used")
		}
		x.pass()
	}
	x.pass()
	if x.desk.Shown() || f.name.Entry.Text != "" || f.phone.Entry.Text != "" {
		t.Errorf("after being left it is shown %v, with %q, %q", x.desk.Shown(), f.name.Entry.Text, f.phone.Entry.Text)
	}
	if x.win.Canvas().Overlays().Top() != nil {
		t.Error("something lies over the page still")
	}
	if strings.Contains(x.dump(), "Bodil") {
		t.Error("the name stands in the store")
	}
}

// pass lets a while go by.
func (x *at) pass() {
	due := x.due
	x.due = nil
	for _, f := range due {
		f()
	}
}

func TestTheWayWithoutACardLeavesNothing(t *testing.T) {
	x := usual(t)
	f := x.desk.form
	x.write("Bodil", "00 00 00 00")
	x.win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if x.desk.Shown() || f.name.Entry.Text != "" || strings.Contains(x.dump(), "Bodil") {
		t.Error("something of it is left")
	}
	if x.kept != 0 {
		t.Error("told of a card that was not kept")
	}
}

func TestACodeHasOneCard(t *testing.T) {
	x := usual(t)
	x.desk.form.how.Select("spoken")
	x.write("Bodil", "")
	x.press(x.desk.form.save)
	x.settle(func() bool { return x.kept == 1 })
	x.desk.Open(x.page, code, "da", nil)
	if x.desk.Shown() {
		t.Error("a second card is asked for")
	}
	if x.win.Canvas().Overlays().Top() == nil {
		t.Error("nothing says that there is one")
	}
}

// TestScreens leaves pictures for people to look at.
func TestScreens(t *testing.T) {
	dir := os.Getenv("VEJVISER_SCREENS")
	if dir == "" {
		t.Skip("VEJVISER_SCREENS names no folder for the pictures; make screens does")
	}
	fill := func(x *at) {
		x.desk.form.how.Select("spoken")
		x.desk.form.tellAlong.Select(yes)
		x.write("Karen", "00 00 00 00")
	}
	wide, small := fyne.NewSize(1360, 820), fyne.NewSize(1024, 700)
	for _, c := range []struct {
		name string
		look *theme.Theme
		size fyne.Size
		do   func(*at)
	}{
		{"card", theme.New(theme.Normal, 1), wide, nil},
		{"card-filled", theme.New(theme.Normal, 1), wide, fill},
		{"card-missing", theme.New(theme.Normal, 1), wide, func(x *at) { x.press(x.desk.form.save) }},
		{"card-150", theme.New(theme.Normal, 1.5), wide, fill},
		{"card-1024-150-dark", theme.New(theme.WhiteOnBlack, 1.5), small, fill},
		{"card-1024", theme.New(theme.BlackOnWhite, 1), small, fill},
		{"card-missing-1024-150", theme.New(theme.Normal, 1.5), small, func(x *at) {
			x.desk.form.how.Select("spoken")
			x.desk.form.until.Entry.SetText("1.1.2028")
			x.press(x.desk.form.save)
		}},
		{"card-kept", theme.New(theme.Normal, 1), wide, func(x *at) {
			fill(x)
			x.press(x.desk.form.save)
			x.settle(func() bool { return x.kept == 1 })
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := open(t, c.look, c.size)
			if c.do != nil {
				c.do(x)
			}
			f, err := os.Create(filepath.Join(dir, c.name+".png"))
			x.must(err)
			x.must(png.Encode(f, x.win.Canvas().Capture()))
			x.must(f.Close())
		})
	}
}
