package practice

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
	"github.com/faellesskabsby/vejviser/localdb/practice"
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
	club  = "0190a000-0000-7000-8000-000000000001"
	knit  = "0190a000-0000-7000-8000-000000000002"
	eat   = "0190a000-0000-7000-8000-000000000003"
	walks = "0190a000-0000-7000-8000-000000000004"
	old   = "0190a000-0000-7000-8000-000000000005"
)

// codes gives codes that are right, the same each time.
var codes = func() (out []referral.Code) {
	r := rand.NewChaCha8([32]byte{7})
	for range 60 {
		c, err := referral.Draw(r)
		if err != nil {
			panic(err)
		}
		out = append(out, c)
	}
	return out
}()

// desk is a page on a real store, with a queue in place of the screen's goroutine.
type desk struct {
	t      testing.TB
	store  *localdb.Store
	page   *Page
	win    fyne.Window
	queue  chan func()
	later  atomic.Int64 // days that have passed since today
	onward []string     // what led to the counter: "CODE id id"
	frames []string
}

// Search is the real index, built anew: the directories of these tests are small.
func (d *desk) Search(ctx context.Context, q match.Query) match.Result {
	var cs []*directory.Community
	if err := d.store.EachCommunity(func(c *directory.Community) error { cs = append(cs, c); return nil }); err != nil {
		d.t.Error(err)
	}
	return match.Build(cs).Search(ctx, q)
}

func community(id, name string, weekday int, place string) directory.Community {
	return directory.Community{ID: id, Name: name, Category: "Mad", Activities: []string{"fællesspisning"}, Schedule: []directory.Slot{{Weekday: weekday, From: "17:00", To: "19:00"}}, Places: []directory.Place{{Name: place, City: "Lindeby", Municipality: "Lindeby"}}}
}

// places are two practice grounds, one that is over, and where they lead.
func places3() []directory.Community {
	spis := community(club, "Øvebanen: Spiseklubben", 2, "Beboerhuset")
	spis.Kind, spis.Summary = directory.KindPracticeGround, "Vi laver mad sammen, højst otte ad gangen, og der er altid den samme til at tage imod."
	spis.Practice = &directory.Practice{From: "2026-11-03", To: "2026-12-22", Onward: []string{eat, "Strik og snak", "Havegruppen"}}
	tur := community(walks, "Øvebanen: Den korte tur", 4, "Sundhedshuset")
	tur.Kind, tur.Practice = directory.KindPracticeGround, &directory.Practice{From: "2026-12-03", To: "2027-01-28"}
	gone := community(old, "Øvebanen: Sommercaféen", 3, "Caféen")
	gone.Kind, gone.Practice = directory.KindPracticeGround, &directory.Practice{From: "2026-06-03", To: "2026-08-26"}
	return []directory.Community{spis, tur, gone, community(knit, "Strik og snak", 4, "Biblioteket"), community(eat, "Fællesspisning Nord", 1, "Sognegården"), community("0190a000-0000-7000-8000-000000000006", "Mandagssuppe", 1, "Medborgerhuset")}
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
	d.settle(func() bool { return d.page.snap != nil })
	return d
}

// build makes the page, as when the language is chosen.
func (d *desk) build(lang string) {
	d.page = New(Deps{Store: d.store, Finder: d, Lang: lang, Now: d.now, Rand: rand.NewChaCha8([32]byte{3}), Post: func(f func()) { d.queue <- f },
		ShowOnward: func(c referral.Code, ids []string) { d.onward = append(d.onward, string(c)+" "+strings.Join(ids, " ")) },
		EditFrame:  func(id string) { d.frames = append(d.frames, id) }, MayEdit: func() bool { return true }, NewGround: func() {}})
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

func (d *desk) places(cs ...directory.Community) {
	d.must(d.store.Import(context.Background(), func(tx *localdb.ImportTx) error {
		for i := range cs {
			if err := tx.Put(&cs[i]); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (d *desk) session(n int, on directory.Day, came int, cs ...referral.Code) {
	d.must(d.store.EditSession(nil, &practice.Session{ID: fmt.Sprintf("0190b000-0000-7000-8000-%012d", n), Community: club, On: on, Came: came, Codes: cs}))
}

// refer records a vejvisning and what happened.
func (d *desk) refer(n int, code, previous referral.Code, at directory.Day, to string, evs ...referral.Event) {
	d.must(d.store.RecordReferral(referral.Referral{ID: fmt.Sprintf("0190d000-0000-7000-8000-%012d", n), Code: code, PreviousCode: previous, At: at, Depth: referral.Guided, Communities: []string{to}}))
	for i, e := range evs {
		e.ID, e.Code = fmt.Sprintf("0190e000-0000-7000-8000-%06d%06d", n, i), code
		d.must(d.store.RecordEvent(e))
	}
}

// lively is a practice ground in its fourth week.
func lively(d *desk) {
	d.places(places3()...)
	d.must(d.store.EditAmbassador(nil, &directory.Ambassador{ID: "0190c000-0000-7000-8000-000000000001", Name: "Anders", Communities: []string{eat, knit}}))
	d.must(d.store.EditAmbassador(nil, &directory.Ambassador{ID: "0190c000-0000-7000-8000-000000000002", Name: "Bente", Started: []string{eat}}))
	d.session(1, "2026-11-03", 6, codes[0], codes[1])
	d.session(2, "2026-11-10", 7, codes[0], codes[1], codes[2])
	d.refer(1, codes[0], "", "2026-10-27", club, referral.Event{Kind: referral.Welcomed, On: "2026-11-03"})
	d.refer(2, codes[10], codes[0], "2026-11-12", knit, referral.Event{Kind: referral.Welcomed, On: "2026-11-13"}, referral.Event{Kind: referral.DidNotFit, On: "2026-11-20"})
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

func (d *desk) seesNot(words ...string) {
	d.t.Helper()
	all := strings.ReplaceAll(d.texts(), "\n", " ")
	for _, w := range words {
		if strings.Contains(all, w) {
			d.t.Errorf("%q is on the screen", w)
		}
	}
}

// write types in the part of the form with a path, and presses Enter after codes.
func (d *desk) write(path string, values ...string) {
	d.t.Helper()
	e, ok := d.page.form.f.Find(path).Focus.(*widget.Entry)
	if !ok {
		d.t.Fatalf("%s is not typed", path)
	}
	widget.FocusOn(e)
	for _, v := range values {
		if path != "codes" {
			e.SetText("")
		}
		test.Type(e, v)
		if path == "codes" {
			e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		}
	}
}

func (d *desk) sessions() []practice.Session {
	d.t.Helper()
	list, err := d.store.Sessions()
	d.must(err)
	return list
}
