package ambassadors

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

func TestMain(m *testing.M) {
	localdb.CheckIfAsked()
	os.Exit(m.Run())
}

var today = time.Date(2026, 11, 24, 10, 15, 0, 0, directory.Copenhagen)

const (
	walk = "0190a000-0000-7000-8000-000000000001"
	knit = "0190a000-0000-7000-8000-000000000002"
)

// desk is a page on a real store, with a queue in place of the screen's goroutine.
type desk struct {
	t      testing.TB
	store  *localdb.Store
	page   *Page
	win    fyne.Window
	queue  chan func()
	later  atomic.Int64 // days that have passed since today
	sheets []Sheet
}

// Search is the real index, built anew: the directories of these tests are small.
func (d *desk) Search(ctx context.Context, q match.Query) match.Result {
	var cs []*directory.Community
	if err := d.store.EachCommunity(func(c *directory.Community) error { cs = append(cs, c); return nil }); err != nil {
		d.t.Error(err)
	}
	return match.Build(cs).Search(ctx, q)
}

func open(t testing.TB, look *theme.Theme, size fyne.Size, fill func(*desk)) *desk {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	d := &desk{t: t, queue: make(chan func(), 10000)}
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: t.TempDir(), Create: true, Now: d.now, Actor: "guide"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	d.store = s
	d.must(s.Import(context.Background(), func(tx *localdb.ImportTx) error {
		for _, c := range []directory.Community{
			{ID: walk, Name: "Gå-glad Lindeby Syd", Summary: "En tur i skoven", Places: []directory.Place{{Name: "Beboerhuset", City: "Lindeby", HousingArea: "Tårnparken"}}},
			{ID: knit, Name: "Strik og snak", Summary: "Vi strikker sammen", Places: []directory.Place{{Name: "Biblioteket", City: "Lindeby"}}},
		} {
			if err := tx.Put(&c); err != nil {
				return err
			}
		}
		return nil
	}))
	if fill != nil {
		fill(d)
	}
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look)
	d.build("da")
	d.win = test.NewTempWindow(t, d.page.Content())
	d.win.SetPadded(false)
	d.win.Resize(size)
	d.page.Refresh()
	d.settle(func() bool { return d.page.roll != nil })
	return d
}

// build makes the page, as when the language is chosen.
func (d *desk) build(lang string) {
	d.page = New(Deps{Store: d.store, Finder: d, Lang: lang, Now: d.now, Rand: rand.NewChaCha8([32]byte{3}),
		Post: func(f func()) { d.queue <- f }, Print: func(s Sheet) { d.sheets = append(d.sheets, s) }})
	d.t.Cleanup(d.page.Close)
}

func usual(t testing.TB, fill func(*desk)) *desk {
	return open(t, theme.New(theme.Normal, 1), fyne.NewSize(1164, 786), fill)
}

// now is the clock of the page and of its store.
func (d *desk) now() time.Time { return today.AddDate(0, 0, int(d.later.Load())) }

// settle runs what was posted until something is so.
func (d *desk) settle(until func() bool) {
	d.t.Helper()
	limit := time.After(30 * time.Second)
	for !until() {
		select {
		case f := <-d.queue:
			f()
		case <-limit:
			d.t.Fatal("nothing more happened, and it is not so")
		}
	}
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// add puts somebody in the register, with their yes.
func (d *desk) add(n int, a directory.Ambassador) string {
	d.t.Helper()
	a.ID = fmt.Sprintf("0190c000-0000-7000-8000-%012d", n)
	d.must(d.store.EditAmbassador(nil, &a))
	d.must(d.store.EditVolunteer(nil, &directory.Volunteer{ID: a.ID, Phone: "00 00 00 00", Email: strings.ToLower(a.Name) + "@lindeby.example", ConsentOn: "2026-09-01", ConsentHow: "written", ConsentText: ConsentText}))
	return a.ID
}

// along records a vejvisning that somebody goes along with.
func (d *desk) along(n int, with string, kinds ...referral.Kind) {
	d.t.Helper()
	code, err := referral.Draw(rand.NewChaCha8([32]byte{byte(n), 9}))
	d.must(err)
	r := referral.Referral{ID: fmt.Sprintf("0190d000-0000-7000-8000-%012d", n), Code: code, At: "2026-11-10", Depth: referral.Accompanied, Communities: []string{walk}}
	d.must(d.store.RecordReferral(r))
	for i, k := range kinds {
		e := referral.Event{ID: fmt.Sprintf("0190e000-0000-7000-8000-%06d%06d", n, i), Code: code, Kind: k, On: "2026-11-11"}
		if k == referral.Arranged {
			e.Plan = &referral.Plan{With: with, Where: "Biblioteket", On: "2026-11-25", To: walk}
		}
		d.must(d.store.RecordEvent(e))
	}
}

func two(n int) *int { return &n }

// people is a small register.
func people4(d *desk) {
	bente := d.add(1, directory.Ambassador{Name: "Bente", Areas: []string{"Tårnparken", "Lindeby"}, Languages: []string{"da", "en"}, Interests: []string{"walking", "coffee_talk", "nature_garden"}, Times: []string{"forenoon"},
		Considers: []string{"anxiety", "limited_mobility"}, Communities: []string{walk}, AtOnce: two(2), Training: []directory.Training{{On: "2025-10-09", Name: "Grundkursus for ambassadører"}}})
	anders := d.add(2, directory.Ambassador{Name: "Anders", Areas: []string{"Humlekær"}, Languages: []string{"da"}, Interests: []string{"games", "cooking"}, AtOnce: two(1), Communities: []string{knit}, Started: []string{knit}})
	d.add(3, directory.Ambassador{Name: "Hodan", Areas: []string{"Nøddehegnet"}, Languages: []string{"da", "so", "ar"}, Interests: []string{"eating_together", "language_practice"}, Paused: true, PausedTo: "2026-12-03"})
	d.add(4, directory.Ambassador{Name: "Åge", Role: directory.AtWork, Areas: []string{"Lindeby"}, Languages: []string{"da"}, Interests: []string{"exercise"}})
	d.along(1, bente, referral.AccompanimentWanted, referral.Arranged)
	d.along(2, anders, referral.AccompanimentWanted, referral.Arranged)
	for i := range 7 {
		d.along(10+i, bente, referral.AccompanimentWanted, referral.Arranged, referral.CarriedOut)
	}
}

func (d *desk) texts() string {
	var b strings.Builder
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if !o.Visible() {
			return
		}
		switch x := o.(type) {
		case *canvas.Text:
			b.WriteString(x.Text + "\n")
		case *fyne.Container:
			for _, c := range x.Objects {
				walk(c)
			}
		case fyne.Widget:
			for _, c := range test.WidgetRenderer(x).Objects() {
				walk(c)
			}
		}
	}
	walk(d.win.Canvas().Content())
	for _, o := range d.win.Canvas().Overlays().List() {
		walk(o)
	}
	return strings.ReplaceAll(b.String(), "\u00a0", " ")
}

func (d *desk) sees(words ...string) {
	d.t.Helper()
	all := strings.ReplaceAll(d.texts(), "\n", " ")
	for _, w := range words {
		if !strings.Contains(all, w) {
			d.t.Errorf("%q is not on the screen:\n%s", w, d.texts())
		}
	}
}

func (d *desk) sayNot(words ...string) {
	d.t.Helper()
	all := strings.ReplaceAll(d.texts(), "\n", " ")
	for _, w := range words {
		if strings.Contains(all, w) {
			d.t.Errorf("%q is on the screen", w)
		}
	}
}

func (d *desk) pick(i int) {
	d.page.list.Select(i)
	d.page.selected(i)
}

// write writes a value in the part of the form with a path.
func (d *desk) write(path, value string) {
	d.t.Helper()
	x := d.page.form.f.Find(path)
	if x == nil {
		d.t.Fatalf("the form has no %s", path)
	}
	if e, ok := x.Focus.(*widget.Entry); ok {
		e.SetText(value)
		return
	}
	x.Set(value)
}

func (d *desk) key(k fyne.KeyName) {
	f := d.win.Canvas().Focused()
	if f == nil {
		d.page.TypedKey(&fyne.KeyEvent{Name: k})
		return
	}
	f.TypedKey(&fyne.KeyEvent{Name: k})
}
