package settings

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

func TestMain(m *testing.M) {
	localdb.CheckIfAsked()
	os.Exit(m.Run())
}

var today = time.Date(2026, 11, 24, 10, 15, 0, 0, directory.Copenhagen)

// desk is a page on a real store, with a queue in place of the screen's goroutine.
type desk struct {
	t        testing.TB
	store    *localdb.Store
	page     *Page
	win      fyne.Window
	queue    chan func()
	printers func(context.Context) ([]string, error)
}

func open(t testing.TB, look *theme.Theme, size fyne.Size) *desk {
	return openIn(t, t.TempDir(), look, size)
}

func openIn(t testing.TB, dir string, look *theme.Theme, size fyne.Size) *desk {
	t.Helper()
	d := &desk{t: t, queue: make(chan func(), 1000)}
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: dir, Create: true, Now: func() time.Time { return today }, Actor: "desk"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	d.store = s
	at := func(v float64) *float64 { return &v }
	err = s.Import(context.Background(), func(tx *localdb.ImportTx) error {
		return errors.Join(
			tx.Put(&directory.Community{ID: "0190a000-0000-7000-8000-000000000001", Name: "Gå-glad", Places: []directory.Place{
				{Postcode: "4990", City: "Lindeby", Municipality: "Lindeby", HousingArea: "Syd", Lat: at(55.44), Lon: at(11.79)}}}),
			tx.Put(&directory.Community{ID: "0190a000-0000-7000-8000-000000000002", Name: "Åben dør", Places: []directory.Place{
				{Postcode: "4995", City: "Møllerup", Municipality: "Lindeby", Lat: at(55.50), Lon: at(11.70), Confidential: true}}}))
	})
	if err != nil {
		t.Fatal(err)
	}
	d.printers = func(context.Context) ([]string, error) { return []string{"Skranken", "Kontoret"}, nil }
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look)
	d.page = New(Deps{
		Store: s, Lang: "da", Version: "0.1.0", Now: func() time.Time { return today }, Post: func(f func()) { d.queue <- f },
		Printers: func(ctx context.Context) ([]string, error) { return d.printers(ctx) },
	})
	d.win = test.NewTempWindow(t, d.page.Content())
	d.win.SetPadded(false)
	d.win.Resize(size)
	d.page.Refresh()
	d.settle(func() bool {
		return len(d.page.place.spots.list) > 0 && d.page.data.dir.Text() != "" && !d.page.print.looking
	})
	return d
}

func usual(t testing.TB) *desk {
	return open(t, theme.New(theme.Normal, 1), fyne.NewSize(1164, 786))
}

// settle runs what was posted until something is so.
func (d *desk) settle(until func() bool) {
	d.t.Helper()
	limit := time.After(20 * time.Second)
	for !until() {
		select {
		case f := <-d.queue:
			f()
		case <-limit:
			d.t.Fatal("nothing more happened, and it is not so")
		}
	}
}

func (d *desk) kept(key string) string {
	d.t.Helper()
	v, err := d.store.Setting(key)
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

func (d *desk) typeIn(f *widget.Field, text string) {
	d.win.Canvas().Focus(f.Entry)
	f.Entry.SetText("")
	test.Type(f.Entry, text)
}

func TestANameIsKeptWhileItIsTypedAndSaidQuietly(t *testing.T) {
	d := usual(t)
	d.typeIn(d.page.desk, "Skranken på Lindeby Bibliotek")
	d.settle(func() bool { return d.kept(localdb.SettingDesk) == "Skranken på Lindeby Bibliotek" })
	d.settle(func() bool { return d.page.notes[localdb.SettingDesk].Text() == "Gemt" })
}

func TestSettingsAreKeptWhenInvalidInputIsTyped(t *testing.T) {
	d := usual(t)
	good := "https://vejviser.lindeby.example/f"
	d.typeIn(d.page.publicURL, good)
	d.settle(func() bool { return d.kept(localdb.SettingPublicURL) == good })
	bad := "htp:/lindeby"
	d.page.publicURL.Entry.SetText(bad)
	d.page.publicURL.Entry.OnSubmitted(bad)
	if p := d.page.publicURL.Problem(); !strings.Contains(p, "https://") || !strings.Contains(p, "gælder stadig") {
		t.Errorf("a wrong address is said as %q", p)
	}
	if d.page.publicURL.Entry.Text != bad {
		t.Error("what was typed is lost")
	}
	if got := d.kept(localdb.SettingPublicURL); got != good {
		t.Errorf("the kept address is now %q", got)
	}
	d.page.publicURL.Entry.SetText(good + "2")
	if d.page.publicURL.Problem() != "" {
		t.Error("a right address is still said to be wrong")
	}
}

// Sheets for companions and hosts say whom to ring.
func TestTheDesksTelephoneIsKeptAsItIsWrittenAndNothingElseIs(t *testing.T) {
	d := usual(t)
	d.typeIn(d.page.phone, "00 00 00 00")
	d.settle(func() bool { return d.kept(localdb.SettingDeskPhone) == "00 00 00 00" })
	for _, bad := range []string{"010170-1234", "00 00 00", "ring i morgen"} {
		d.page.phone.Entry.SetText(bad)
		d.page.phone.Entry.OnSubmitted(bad)
		if !strings.Contains(d.page.phone.Problem(), "otte cifre") {
			t.Errorf("%q is said as %q", bad, d.page.phone.Problem())
		}
	}
	if got := d.kept(localdb.SettingDeskPhone); got != "00 00 00 00" {
		t.Errorf("kept %q", got)
	}
}

func TestACPRNumberIsNeverKeptAsAName(t *testing.T) {
	d := usual(t)
	d.page.desk.Entry.SetText("010170-1234")
	d.page.desk.Entry.OnSubmitted("010170-1234")
	if !strings.Contains(d.page.desk.Problem(), "CPR") {
		t.Errorf("said %q", d.page.desk.Problem())
	}
	if got := d.kept(localdb.SettingDesk); got != "" {
		t.Errorf("kept %q", got)
	}
}

func TestAnUnfinishedAddressIsNotScoldedWhileItIsTyped(t *testing.T) {
	d := usual(t)
	d.typeIn(d.page.publicURL, "https")
	if d.page.publicURL.Problem() != "" {
		t.Errorf("scolded: %q", d.page.publicURL.Problem())
	}
	d.settle(func() bool { return d.page.publicURL.Problem() != "" }) // a moment later it is
}

func TestTheDesksPlaceIsChosenFromTheDirectoryWithoutConfidentialPlaces(t *testing.T) {
	d := usual(t)
	for _, s := range d.page.place.spots.list {
		if strings.Contains(s.label(), "Møllerup") {
			t.Error("a confidential place can be chosen")
		}
	}
	i := -1
	for k, s := range d.page.place.spots.list {
		if s.label() == "4990 Lindeby" {
			i = k
		}
	}
	if i < 0 {
		t.Fatalf("the towns are %+v", d.page.place.spots.list)
	}
	d.page.place.choose(string(rune('0' + i)))
	d.settle(func() bool { return d.kept(localdb.SettingLon) == "11.79000" })
	if got := d.kept(localdb.SettingLat); got != "55.44000" {
		t.Errorf("lat is %q", got)
	}
}

func TestAPlaceKeptEarlierIsNamedByTheTownItIsNear(t *testing.T) {
	d := usual(t)
	d.page.place.lat, d.page.place.lon = "55.4301", "11.8000"
	d.page.place.offer("")
	if got := d.page.place.choice.Value(); got != "kept" {
		t.Errorf("chosen is %q", got)
	}
	if i := d.page.place.spots.near("55.4301", "11.8000"); i < 0 || !strings.Contains(d.page.place.spots.list[i].label(), "Lindeby") {
		t.Errorf("near is %d", i)
	}
}

func TestAPrinterThatIsGoneStaysChosenAndIsSaid(t *testing.T) {
	d := usual(t)
	d.page.print.choice.Select("Kontoret")
	d.page.print.choice.OnChange("Kontoret")
	d.settle(func() bool { return d.kept(localdb.SettingPrinter) == "Kontoret" })
	d.printers = func(context.Context) ([]string, error) { return nil, errors.New("no print service") }
	d.page.print.load()
	d.settle(func() bool { return !d.page.print.looking })
	if d.page.print.choice.Value() != "Kontoret" || d.page.print.hint.Text() == "" {
		t.Errorf("chosen %q, said %q", d.page.print.choice.Value(), d.page.print.hint.Text())
	}
}

func TestTheCheckSaysInWordsThatAllAgrees(t *testing.T) {
	d := usual(t)
	d.page.data.run(false)
	d.settle(func() bool { return d.page.data.cancel == nil })
	if got := d.page.data.verdict; !strings.HasPrefix(got, "Alt stemmer") {
		t.Errorf("said %q", got)
	}
	if got := d.page.data.key.Text(); !strings.Contains(got, "krypteret") {
		t.Errorf("how the data is locked is said as %q", got)
	}
}

// robbed is a folder in which store and journal have lost the same.
func robbed(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: dir, Create: true, Now: func() time.Time { return today }})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		if err := s.SetSetting("test", strings.Repeat("x", 100+i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	segments, err := filepath.Glob(filepath.Join(dir, "journal", "*.jnl"))
	if err != nil || len(segments) == 0 {
		t.Fatal(segments, err)
	}
	last := segments[len(segments)-1]
	b, err := os.ReadFile(last)
	if err := errors.Join(err, os.RemoveAll(filepath.Join(dir, "store")), os.Truncate(last, int64(len(b)/2))); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestWhatIsLostForGoodIsSaidUntilSomebodyHasReadIt(t *testing.T) {
	d := openIn(t, robbed(t), theme.New(theme.Normal, 1), fyne.NewSize(1164, 786))
	l := d.page.data
	d.settle(func() bool { return l.verdict != "" })
	if !strings.Contains(l.verdict, "Noget er gået tabt") || !strings.Contains(l.verdict, "Registrér det igen") || !l.repair.Visible() {
		t.Fatalf("said %q", l.verdict)
	}
	d.page.Checked(localdb.Report{OK: true}, nil)
	l.run(false)
	d.settle(func() bool { return l.cancel == nil })
	if !strings.Contains(l.verdict, "Noget er gået tabt") {
		t.Errorf("after a check it says %q", l.verdict)
	}
	test.Tap(l.repair)
	d.settle(func() bool { return l.cancel == nil })
	if !strings.Contains(l.verdict, "kan ikke hentes frem") {
		t.Errorf("once read it says %q", l.verdict)
	}
	if st, err := d.store.Status(); err != nil || st.Missing != 0 {
		t.Errorf("%+v %v", st, err)
	}
	d.page.Refresh()
	d.settle(func() bool { return !d.page.print.looking && !d.page.place.loading })
	if strings.Contains(l.verdict, "Noget er gået tabt") {
		t.Error("it is said again")
	}
}

func TestAnotherLanguageAndLookAreKeptAsTheAppReadsThem(t *testing.T) {
	d := usual(t)
	choose := func(s *widget.Segmented, v string) { s.Select(v); s.OnChange(v) }
	choose(d.page.look.language, "en")
	choose(d.page.look.size, "150")
	choose(d.page.look.contrast, string(theme.WhiteOnBlack))
	for key, want := range map[string]string{localdb.SettingLanguage: "en", localdb.SettingTextSize: "150", localdb.SettingContrast: string(theme.WhiteOnBlack)} {
		d.settle(func() bool { return d.kept(key) == want && d.page.notes[key].Text() == "Gemt" })
	}
}

func TestTheLicencesAreShownWithTheirWholeText(t *testing.T) {
	d := usual(t)
	d.page.about.toggle()
	if n := len(d.page.about.list.Objects); n < 30 {
		t.Errorf("%d licences are shown", n)
	}
	d.page.about.toggle()
	if d.page.about.list.Visible() {
		t.Error("the licences cannot be hidden again")
	}
}

// TestEveryPartIsReachedByTabAndScrolledIntoSight walks the page as a person
// without a mouse does.
func TestEveryPartIsReachedByTabAndScrolledIntoSight(t *testing.T) {
	d := open(t, theme.New(theme.Normal, 1.5), fyne.NewSize(856, 660))
	c := d.win.Canvas()
	seen := map[fyne.Focusable]bool{}
	for range 60 {
		c.FocusNext()
		f := c.Focused()
		if f == nil || seen[f] {
			break
		}
		seen[f] = true
		o := f.(fyne.CanvasObject)
		y := fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Y
		if y < 0 || y+o.Size().Height > 661 {
			t.Errorf("%T has focus at %.0f–%.0f, out of sight", f, y, y+o.Size().Height)
		}
	}
	for _, f := range []fyne.Focusable{d.page.organisation.Entry, d.page.desk.Entry, d.page.municipality, d.page.publicURL.Entry, d.page.place.choice, d.page.print.choice, d.page.print.again, d.page.data.check, d.page.about.more} {
		if !seen[f] {
			t.Errorf("Tab does not reach %T", f)
		}
	}
}

// The status line changes text size and contrast too: the page marks what is
// so now, and what is typed in its fields takes the new size, whether the page
// is in sight at that moment or comes into sight later.
func TestTheLookChosenElsewhereIsMarkedAndTakenByTheFields(t *testing.T) {
	size := func(d *desk) float32 {
		for _, o := range test.LaidOutObjects(d.page.organisation) {
			if x, ok := o.(*canvas.Text); ok && x.Text == "Lindeby Kommune" {
				return x.TextSize
			}
		}
		return 0
	}
	for _, inSight := range []bool{true, false} {
		d := usual(t)
		d.page.organisation.Entry.SetText("Lindeby Kommune")
		before := size(d)
		if !inSight {
			d.win.SetContent(canvas.NewRectangle(nil))
		}
		theme.Apply(theme.New(theme.WhiteOnBlack, 1.5))
		if err := errors.Join(d.store.SetSetting(localdb.SettingTextSize, "150"), d.store.SetSetting(localdb.SettingContrast, string(theme.WhiteOnBlack))); err != nil {
			t.Fatal(err)
		}
		if !inSight {
			d.win.SetContent(d.page.Content())
			d.page.Refresh()
		}
		d.settle(func() bool {
			return d.page.look.size.Value() == "150" && d.page.look.contrast.Value() == string(theme.WhiteOnBlack)
		})
		if got := size(d); before == 0 || got != before*1.5 {
			t.Errorf("in sight %v: the text of a field has size %v, before %v", inSight, got, before)
		}
	}
}

// Whose desk an enrolled PC is, is the hub's to say: the field shows it, takes
// nothing else and says why; a change that the hub makes is shown.
func TestTheOrganisationOfAnEnrolledPCIsTheHubs(t *testing.T) {
	d := usual(t)
	d.typeIn(d.page.organisation, "Lindeby Skole")
	d.settle(func() bool { return d.kept(localdb.SettingOrganisation) == "Lindeby Skole" })
	if d.page.locked.Visible() {
		t.Error("a PC that is not enrolled has its field locked")
	}
	err := d.store.Enrol(localdb.Enrolment{Hub: "https://hub.lindeby.example", HubName: "Lindeby", HubKey: make([]byte, 32),
		Device: "0190d000-0000-7000-8000-00000000000d", Seed: make([]byte, 32), Role: "desk", Organisation: "Lindeby Bibliotek", At: today})
	if err != nil {
		t.Fatal(err)
	}
	f := d.page.organisation.Entry
	d.settle(func() bool { return f.Disabled() && f.Text == "Lindeby Bibliotek" })
	if !d.page.locked.Visible() || !strings.Contains(d.page.locked.Text(), "meldt ind") {
		t.Errorf("why is not said: %q", d.page.locked.Text())
	}
	test.Type(f, "x")
	d.page.Focus()
	if f.Text != "Lindeby Bibliotek" || d.win.Canvas().Focused() != fyne.Focusable(d.page.desk.Entry) {
		t.Errorf("%q, focus on %v", f.Text, d.win.Canvas().Focused())
	}
	if err := d.store.Renamed("desk", "Lindeby Biblioteker", nil, ""); err != nil {
		t.Fatal(err)
	}
	d.settle(func() bool { return f.Text == "Lindeby Biblioteker" })
}
