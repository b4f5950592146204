package communities

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/ui/theme"
)

func TestMain(m *testing.M) {
	localdb.CheckIfAsked()
	os.Exit(m.Run())
}

var today = time.Date(2026, 11, 24, 10, 15, 0, 0, directory.Copenhagen)

// desk is a page on a real store, with a queue in place of the screen's goroutine.
type desk struct {
	t     testing.TB
	dir   string
	store *localdb.Store
	page  *Page
	win   fyne.Window
	queue chan func()
}

// Search is the real index, built anew: the directories of these tests are small.
func (d *desk) Search(ctx context.Context, q match.Query) match.Result {
	var cs []*directory.Community
	if err := d.store.EachCommunity(func(c *directory.Community) error { cs = append(cs, c); return nil }); err != nil {
		d.t.Error(err)
	}
	return match.Build(cs).Search(ctx, q)
}

func open(t testing.TB, look *theme.Theme, size fyne.Size, cs ...*directory.Community) *desk {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	d := &desk{t: t, dir: t.TempDir(), queue: make(chan func(), 10000)}
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: t.TempDir(), Create: true, Now: func() time.Time { return today }, Actor: "desk"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	d.store = s
	err = s.Import(context.Background(), func(tx *localdb.ImportTx) error {
		for _, c := range cs {
			c.AssignID()
			if err := tx.Put(c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look)
	d.page = New(Deps{Store: s, Finder: d, Lang: "da", Now: func() time.Time { return today }, Post: func(f func()) { d.queue <- f }})
	t.Cleanup(d.page.Close)
	d.win = test.NewTempWindow(t, d.page.Content())
	d.win.SetPadded(false)
	d.win.Resize(size)
	d.page.Refresh()
	d.settle(func() bool { return d.page.listing != nil })
	return d
}

func usual(t testing.TB, cs ...*directory.Community) *desk {
	return open(t, theme.New(theme.Normal, 1), fyne.NewSize(1164, 786), cs...)
}

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

// file writes a file to be brought in.
func (d *desk) file(name, text string) string {
	d.t.Helper()
	path := filepath.Join(d.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return path
}

func (d *desk) count() int {
	d.t.Helper()
	st, err := d.store.Status()
	if err != nil {
		d.t.Fatal(err)
	}
	return st.Communities
}

// planned brings the page to where the mapping of a file is shown.
func (d *desk) planned(path string) *work {
	d.t.Helper()
	d.page.openImport()
	w := d.page.work
	w.plan([]string{path})
	d.settle(func() bool { return !w.importer.busy() })
	return w
}

const list = "Navn;Postnr;By;Hvad koster det;Farve\nStrik og snak;4990;Lindeby;gratis;blå\nGå-glad;4990;Lindeby;20 kr. pr. gang;grøn\n;4990;Lindeby;gratis;rød\n"

func sample() []*directory.Community {
	fresh := today.AddDate(0, 0, -12)
	old := today.AddDate(-1, 0, 0)
	return []*directory.Community{
		{Source: "t", SourceID: "1", Name: "Ålauget", AssuredAt: fresh},
		{Source: "t", SourceID: "2", Name: "Zumba", AssuredAt: old},
		{Source: "t", SourceID: "3", Name: "Ældre mødes"},
		{Source: "t", SourceID: "4", Name: "anden klub", Status: directory.StatusPaused, AssuredAt: fresh},
	}
}

func TestTheListStandsInTheDanishAlphabet(t *testing.T) {
	d := usual(t, sample()...)
	var got []string
	for _, i := range d.page.found {
		got = append(got, d.page.listing.entries[i].name)
	}
	if want := "anden klub,Zumba,Ældre mødes,Ålauget"; strings.Join(got, ",") != want {
		t.Errorf("the order is %v, want %s", got, want)
	}
}

func TestFiltersFindWhatSomebodyShouldLookAt(t *testing.T) {
	d := usual(t, sample()...)
	for f, want := range map[filter]string{filterUnconfirmed: "Ældre mødes", filterStale: "Zumba", filterPaused: "anden klub"} {
		d.page.filter(f)
		if len(d.page.found) != 1 || d.page.listing.entries[d.page.found[0]].name != want {
			t.Errorf("filter %d shows %d, want %s alone", f, len(d.page.found), want)
		}
	}
}

func TestATypedNameIsFoundAndADeadEndIsSaid(t *testing.T) {
	d := usual(t, sample()...)
	test.Type(d.page.search.Entry, "ålau")
	if len(d.page.found) == 0 || d.page.listing.entries[d.page.found[0]].name != "Ålauget" {
		t.Errorf("found %v", d.page.found)
	}
	d.page.search.Entry.SetText("xyzzyqq")
	if len(d.page.found) != 0 || !d.page.empty.Visible() || d.page.empty.Title() == "" {
		t.Errorf("a search without answer shows %d rows", len(d.page.found))
	}
}

func TestImportShowsTheMappingBeforeItRuns(t *testing.T) {
	d := usual(t)
	w := d.planned(d.file("liste.csv", list))
	if len(w.columns) != 5 {
		t.Fatalf("the columns are %+v", w.columns)
	}
	if d.count() != 0 {
		t.Error("something was brought in before the mapping was seen")
	}
	want := map[string]string{"Navn": "name", "Postnr": "places.postcode", "Farve": ""}
	for _, c := range w.columns {
		if f, ok := want[c.Heading]; ok && w.fieldOf(c) != f {
			t.Errorf("%s becomes %q, want %q", c.Heading, w.fieldOf(c), f)
		}
	}
	w.mapping["Farve"] = "category"
	w.run(true)
	d.settle(func() bool { return w.account != nil })
	if d.count() != 0 {
		t.Error("the trial brought something in")
	}
	if a := *w.account; a.Added != 2 || a.Refused != 1 {
		t.Errorf("the trial's account is %+v", a)
	}
	w.account = nil
	w.run(false)
	d.settle(func() bool { return w.account != nil })
	d.settle(func() bool { return len(d.page.listing.entries) == 2 })
	c, err := d.store.Community(d.page.listing.entries[0].id)
	if err != nil || c.Category == "" {
		t.Errorf("the field a person chose was not used: %+v (%v)", c, err)
	}
}

func TestTheAccountIsSaidInWordsAndCanBeSaved(t *testing.T) {
	d := usual(t)
	w := d.planned(d.file("liste.csv", list))
	w.run(false)
	d.settle(func() bool { return w.account != nil })
	if got := accountWords(d.page.say, *w.account); got != "Tilføjet 2, opdateret 0, uændret 0, afvist 1" {
		t.Errorf("the account is %q", got)
	}
	text := report(d.page.say, *w.account)
	if !strings.Contains(text, "liste.csv, linje 4") || strings.Contains(text, "«") {
		t.Errorf("the report is\n%s", text)
	}
	for _, r := range append(w.account.Refusals, w.account.Notes...) {
		if reasonWords(d.page.say, r.Reason) == r.Reason {
			t.Errorf("the reason %q has no words", r.Reason)
		}
	}
}

func TestASecondImportOfTheSameFileChangesNothing(t *testing.T) {
	d := usual(t)
	w := d.planned(d.file("liste.csv", list))
	for i, want := range []string{"Tilføjet 2, opdateret 0, uændret 0, afvist 1", "Tilføjet 0, opdateret 0, uændret 2, afvist 1"} {
		w.account = nil
		w.run(false)
		d.settle(func() bool { return w.account != nil })
		if got := accountWords(d.page.say, *w.account); got != want {
			t.Errorf("import %d: %s, want %s", i+1, got, want)
		}
	}
}

func TestCancelledImportChangesNothing(t *testing.T) {
	d := usual(t)
	var b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&b, "{\"source_id\":\"%d\",\"name\":\"Fællesskab %d\",\"description\":\"%s\"}\n", i, i, strings.Repeat("Vi mødes og hygger os. ", 20))
	}
	w := d.planned(d.file("mange.jsonl", b.String()))
	var err error
	finished := false
	w.importer.run(w.paths, w.options(false), func(done, total int64) { w.importer.stop() },
		func(_ interchange.Account, e error) { err, finished = e, true })
	d.settle(func() bool { return finished })
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("the import ended with %v", err)
	}
	if got := errorWords(d.page.say, err); got != "Stoppet. Intet er ændret." {
		t.Errorf("said %q", got)
	}
	if n := d.count(); n != 0 {
		t.Errorf("%d communities are there after a stopped import", n)
	}
}

func TestTheRestOfTheAppWorksWhileAListIsBroughtIn(t *testing.T) {
	d := usual(t, sample()...)
	var b strings.Builder
	for i := range 4000 {
		fmt.Fprintf(&b, "{\"source_id\":\"%d\",\"name\":\"Fællesskab %d\"}\n", i, i)
	}
	w := d.planned(d.file("mange.jsonl", b.String()))
	steps, finished := 0, false
	w.importer.run(w.paths, w.options(false), func(done, total int64) {
		steps++
		if err := d.store.SetSetting("test", fmt.Sprint(steps)); err != nil {
			t.Error(err)
		}
		d.page.search.Entry.SetText("zumba")
		if len(d.page.found) == 0 {
			t.Error("the list cannot be searched while another is brought in")
		}
		d.page.search.Entry.SetText("")
		d.page.openExport() // one piece of work at a time: the import stays in sight
		if d.page.work != w {
			t.Error("the import is out of sight")
		}
	}, func(_ interchange.Account, err error) {
		finished = true
		if err != nil {
			t.Error(err)
		}
	})
	d.settle(func() bool { return finished })
	if steps == 0 {
		t.Error("nothing was told of how far it is")
	}
	d.settle(func() bool { return len(d.page.listing.entries) == 4004 })
}

// BenchmarkTwentyThousandCommunities reads and searches a directory of a large
// municipality.
func BenchmarkTwentyThousandCommunities(b *testing.B) {
	path := filepath.Join("..", "..", "..", "shared", "data", "directory", "communities-20k.jsonl")
	if _, err := os.Stat(path); err != nil {
		b.Skip("the directory of 20,000 communities is not here")
	}
	d := usual(b)
	w := d.planned(path)
	begin := time.Now()
	w.run(false)
	d.settle(func() bool { return w.account != nil })
	b.Logf("brought in %d in %s", w.account.Rows, time.Since(begin).Round(time.Millisecond))
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := loadListing(d.store, d.page.say, "da", d.page.today()); err != nil {
				b.Fatal(err)
			}
		}
	})
	d.settle(func() bool { return len(d.page.listing.entries) > 10_000 })
	d.page.d.Finder = nil
	b.Run("fill", func(b *testing.B) {
		for b.Loop() {
			d.page.find()
		}
	})
}

func TestAFileThatCannotBeReadIsSaidBesideItsPath(t *testing.T) {
	d := usual(t)
	for path, want := range map[string]string{
		filepath.Join(d.dir, "findes-ikke.csv"):               "findes ikke",
		d.file("billede.xlsx", "PK\x03\x04 ikke et regneark"): "kunne ikke læses",
	} {
		d.page.work = nil
		w := d.planned(path)
		if len(w.columns) != 0 {
			t.Errorf("%s has columns", path)
		}
		if got := allText(d.page.inside); !strings.Contains(got, want) {
			t.Errorf("%s: said %q", path, got)
		}
	}
}

func TestEscClosesTheFileDialogBeforeTheImport(t *testing.T) {
	d := usual(t, sample()...)
	d.page.openImport()
	d.page.openDialog(dialog.NewFileOpen(func(fyne.URIReadCloser, error) {}, d.win), d.win)
	esc := &fyne.KeyEvent{Name: fyne.KeyEscape}
	if d.page.TypedKey(esc); d.page.work == nil || d.page.dialog != nil {
		t.Error("Esc closed the import under the dialog")
	}
	if d.page.TypedKey(esc); d.page.work != nil {
		t.Error("a second Esc does not close the import")
	}
}

func TestEveryFormatIsWrittenWholeAndNothingIsReplacedUnasked(t *testing.T) {
	d := usual(t, sample()...)
	for _, f := range exportFormats {
		to := filepath.Join(d.dir, "ud-"+string(f))
		n, err := exportTo(context.Background(), d.store, f, to)
		if err != nil || n != 4 {
			t.Errorf("%s: %d written, %v", f, n, err)
		}
	}
	there := d.file("min.csv", "mine egne ord")
	d.page.openExport()
	said := &fyne.Container{}
	d.page.work.export(interchange.CSV, there, false, said)
	if b, err := os.ReadFile(there); err != nil || string(b) != "mine egne ord" {
		t.Errorf("the file was replaced unasked: %q %v", b, err)
	}
	if len(said.Objects) == 0 {
		t.Error("it is not said that a file is there")
	}
}

// allText gathers what the labels and texts under an object say.
func allText(o fyne.CanvasObject) string {
	var b strings.Builder
	var walk func(fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if t, ok := o.(interface{ Text() string }); ok && o.Visible() {
			b.WriteString(t.Text() + "\n")
		}
		switch x := o.(type) {
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
	walk(o)
	return b.String()
}

// What a record does not state is not on the page: no heading over a sign for a
// broken letter.
func TestWhatIsNotStatedIsNotShown(t *testing.T) {
	d := usual(t, &directory.Community{ID: "0190a000-0000-7000-8000-000000000009", Name: "Kor", Places: []directory.Place{{City: "Lindeby"}},
		Audience: &directory.Audience{}, Capacity: &directory.Capacity{}, Price: &directory.Price{}})
	d.page.list.Step(1)
	for _, text := range texts(d.page.inside) {
		for _, none := range []string{"\ufffd", "Tilgængelighed", "For hvem", "Hensyn", "Plads", "Pris"} {
			if strings.Contains(text, none) {
				t.Errorf("the detail says %q of what is not stated", text)
			}
		}
	}
}

// texts are the texts below an object.
func texts(o fyne.CanvasObject) []string {
	var out []string
	for _, x := range test.LaidOutObjects(o) {
		if t, ok := x.(*canvas.Text); ok {
			out = append(out, t.Text)
		}
	}
	return out
}

func TestAnotherListCanBeBroughtInFromTheResultOfOne(t *testing.T) {
	d := usual(t)
	w := d.planned(d.file("liste.csv", list))
	w.run(false)
	d.settle(func() bool { return w.account != nil })
	test.Tap(d.page.bring)
	if d.page.work == w || !slices.ContainsFunc(texts(d.page.inside), func(s string) bool { return strings.Contains(s, d.page.say.T("communities.path")) }) {
		t.Error("the button begins no new import while a result is shown")
	}
	if d.win.Canvas().Focused() == nil {
		t.Error("focus is nowhere")
	}
}

func TestNothingFoundShowsNothing(t *testing.T) {
	d := usual(t, sample()...)
	d.page.list.Step(1)
	before := texts(d.page.inside)
	d.page.search.Entry.SetText("qwxzqwxz")
	if got := texts(d.page.inside); slices.Equal(got, before) {
		t.Errorf("nothing matches, and the detail still shows %q", got)
	}
}

func TestWhyAListCouldNotBeSavedIsSaid(t *testing.T) {
	d := usual(t, sample()...)
	for to, want := range map[string]string{
		d.dir:                                   "mappe med det navn",
		filepath.Join(d.dir, "ingen", "ud.csv"): "findes ikke",
	} {
		d.page.openExport()
		w, said := d.page.work, &fyne.Container{}
		w.export(interchange.CSV, to, true, said)
		d.settle(func() bool { return !w.importer.busy() })
		if got := allText(said); !strings.Contains(got, "kunne ikke gemmes") || !strings.Contains(got, want) {
			t.Errorf("%s: said %q", to, got)
		}
	}
}
