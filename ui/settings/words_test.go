package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// wordsOpen is the screen of own words on a directory with topics.
func wordsOpen(t testing.TB, look *theme.Theme, size fyne.Size) *desk {
	t.Helper()
	d := open(t, look, size)
	err := d.store.Import(t.Context(), func(tx *localdb.ImportTx) error {
		for i, a := range []string{"værested,kaffe,samtale", "kaffe,gåtur", "kaffe,strik", "fællesspisning", "gåtur,natur", "petanque", "kor,sang", "brætspil", "sorg,samtale", "yoga", "cykling", "it", "have", "frivillig"} {
			c := &directory.Community{Name: "Fællesskab " + string(rune('A'+i)), Activities: strings.Split(a, ",")}
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
	d.page.Refresh()
	d.settle(func() bool { return d.page.words.topics != nil && d.page.words.topics.Len() > 5 })
	d.page.words.show()
	return d
}

func usualWords(t testing.TB) *desk {
	return wordsOpen(t, theme.New(theme.Normal, 1), fyne.NewSize(1164, 786))
}

// key presses keys where focus is, as in a real window.
func (d *desk) key(names ...fyne.KeyName) {
	for _, n := range names {
		if n == fyne.KeyTab {
			d.win.Canvas().FocusNext()
		} else if f := d.win.Canvas().Focused(); f != nil {
			f.TypedKey(&fyne.KeyEvent{Name: n})
		}
	}
}

func (d *desk) types(s string) {
	for _, r := range s {
		d.win.Canvas().Focused().TypedRune(r)
	}
}

func (d *desk) own() []localdb.OwnWord {
	d.t.Helper()
	ws, err := d.store.OwnWords()
	if err != nil {
		d.t.Fatal(err)
	}
	return ws
}

func (d *desk) addWord(says string, means ...string) {
	d.t.Helper()
	if err := d.store.PutOwnWord("", localdb.OwnWord{Says: says, Means: means}); err != nil {
		d.t.Fatal(err)
	}
	d.settle(func() bool { _, ok := d.page.words.find(says); return ok })
}

// By keyboard alone: what people say, Enter, the topic, Enter, Enter.
func TestAWordIsAddedByKeyboardAlone(t *testing.T) {
	d := usualWords(t)
	if !d.page.words.empty.Visible() || d.page.words.list.Visible() {
		t.Error("an empty list does not say that it is empty")
	}
	d.types("nede på kransen")
	d.key(fyne.KeyReturn)
	d.types("være")
	d.key(fyne.KeyReturn, fyne.KeyReturn)
	d.settle(func() bool { return len(d.page.words.all) == 1 })
	if ws := d.own(); len(ws) != 1 || ws[0].Says != "nede på kransen" || ws[0].Means[0] != "værested" {
		t.Errorf("kept %+v", ws)
	}
	if d.page.words.form.says.Entry.Text != "" || d.win.Canvas().Focused() != d.page.words.form.says.Entry {
		t.Error("the form is not ready for the next word")
	}
}

func TestAWordIsChangedRemovedAndBroughtBack(t *testing.T) {
	d := usualWords(t)
	d.addWord("kransen", "værested")
	f := d.page.words.form
	d.page.words.list.Step(1)
	if f.was != "kransen" || f.says.Entry.Text != "kransen" || len(f.chosen) != 1 {
		t.Fatalf("taken up: %q %q %q", f.was, f.says.Entry.Text, f.chosen)
	}
	f.says.Entry.SetText("nede på kransen")
	f.choose("kaffe")
	f.keep()
	d.settle(func() bool { _, ok := d.page.words.find("nede på kransen"); return ok && len(d.own()) == 1 && !f.busy })
	d.page.words.list.Step(1)
	f.drop()
	d.settle(func() bool { return len(d.page.words.all) == 0 && f.said.Visible() })
	press(t, d.win.Content(), "Fortryd")
	d.settle(func() bool { return len(d.page.words.all) == 1 })
	if w := d.own()[0]; w.Says != "nede på kransen" || len(w.Means) != 2 {
		t.Errorf("came back as %+v", w)
	}
}

func TestWhatCannotBeAWordIsSaidWhereItStands(t *testing.T) {
	d := usualWords(t)
	f := d.page.words.form
	for text, want := range map[string]string{"": "Skriv først", "jeg er": "hver anden sætning", "ham 010170-1234": "CPR", strings.Repeat("lang ", 20): "højst 60"} {
		f.says.Entry.SetText(text)
		f.keep()
		if !strings.Contains(f.says.Problem(), want) {
			t.Errorf("%q: %q", text, f.says.Problem())
		}
	}
	f.says.Entry.SetText("kransen")
	f.keep()
	if f.says.Problem() != "" || !strings.Contains(f.find.Problem(), "Vælg") {
		t.Errorf("no meaning: %q, %q", f.says.Problem(), f.find.Problem())
	}
	f.find.Entry.SetText("hvadsomhelst")
	f.submitted()
	if len(f.chosen) > 0 || !strings.Contains(f.nothing.Text(), "hvadsomhelst") {
		t.Errorf("a meaning of free text: %q, %q", f.chosen, f.nothing.Text())
	}
	if len(d.own()) > 0 {
		t.Error("something was kept")
	}
}

func TestAKnownWordIsReplacedOnlyWhenSaidTwice(t *testing.T) {
	d := usualWords(t)
	d.addWord("kransen", "værested")
	f := d.page.words.form
	f.says.Entry.SetText("Kransen")
	f.choose("kaffe")
	f.keep()
	if !strings.Contains(f.says.Problem(), "værested") || d.own()[0].Means[0] != "værested" {
		t.Errorf("replaced unasked: %q", f.says.Problem())
	}
	f.keep()
	d.settle(func() bool { return d.own()[0].Means[0] == "kaffe" })
}

func TestEscLeadsOneStepBack(t *testing.T) {
	d := usualWords(t)
	d.addWord("kransen", "værested")
	w := d.page.words
	w.list.Step(1)
	w.openImport()
	esc := func() { d.page.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape}) }
	for i, is := range []func() bool{
		func() bool { return !w.filing && w.form.was == "kransen" },
		func() bool { return w.form.was == "" && w.open },
		func() bool { return !w.open && d.page.root.Objects[0] == d.page.scroll },
	} {
		if esc(); !is() {
			t.Fatalf("step %d", i+1)
		}
	}
	if d.page.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape}) {
		t.Error("Esc is used where there is nothing to leave")
	}
}

func TestAListGoesToAFileAndComesBack(t *testing.T) {
	d := usualWords(t)
	d.addWord("kransen", "værested", "kaffe")
	d.addWord("æbleskuret", "natur")
	w := d.page.words
	path := filepath.Join(t.TempDir(), "ord.csv")
	said := func(words string) {
		t.Helper()
		d.settle(func() bool { return strings.Contains(strings.Join(texts(d.win.Content()), "\n"), words) })
	}
	export := func() {
		w.openExport()
		w.inside.Refresh()
		field(t, w).Entry.SetText(path)
		press(t, d.win.Content(), "Gem filen")
	}
	export()
	said("2 ord er gemt i " + path)
	export()
	said("Der ligger allerede en fil")
	press(t, d.win.Content(), "Erstat den")
	said("2 ord er gemt")
	b, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(b), "kransen;værested;kaffe") {
		t.Fatalf("%v\n%s", err, b)
	}
	if err := d.store.DropOwnWord("kransen"); err != nil {
		t.Fatal(err)
	}
	w.openImport()
	field(t, w).Entry.SetText(path)
	press(t, d.win.Content(), "Hent ordene")
	said("1 nye ord, 0 rettet, 1 som før")
	if err := os.WriteFile(path, []byte("Folk siger;Det betyder\nfjerren;kafe\nkransen;gåtur\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	press(t, d.win.Content(), "Hent ordene")
	said("Linje 2: “kafe” er ikke et emne i listen over fællesskaber. Mener I “kaffe”?")
	if ws := d.own(); len(ws) != 2 || ws[1].Means[0] != "værested" {
		t.Errorf("a list with a fault changed something: %+v", ws)
	}
	field(t, w).Entry.SetText(filepath.Dir(path) + "/er-der-ikke.csv")
	press(t, d.win.Content(), "Hent ordene")
	said("findes ikke")
}

// field is the field of the file that comes in or goes out.
func field(t *testing.T, w *words) (found *widget.Field) {
	t.Helper()
	eachObject(w.inside, func(o fyne.CanvasObject) {
		if f, ok := o.(*widget.Field); ok {
			found = f
		}
	})
	if found == nil {
		t.Fatal("no field for the path")
	}
	return found
}

func eachObject(o fyne.CanvasObject, fn func(fyne.CanvasObject)) {
	if !o.Visible() {
		return
	}
	fn(o)
	switch x := o.(type) {
	case *fyne.Container:
		for _, c := range x.Objects {
			eachObject(c, fn)
		}
	case fyne.Widget:
		for _, c := range test.WidgetRenderer(x).Objects() {
			eachObject(c, fn)
		}
	}
}

func texts(o fyne.CanvasObject) (out []string) {
	eachObject(o, func(o fyne.CanvasObject) {
		if t, ok := o.(interface{ Text() string }); ok {
			out = append(out, t.Text())
		}
	})
	return out
}

func press(t *testing.T, o fyne.CanvasObject, words string) {
	t.Helper()
	pressed := false
	eachObject(o, func(o fyne.CanvasObject) {
		if b, ok := o.(interface {
			fyne.Tappable
			Text() string
		}); ok && !pressed && b.Text() == words {
			pressed = true
			b.Tapped(&fyne.PointEvent{})
		}
	})
	if !pressed {
		t.Fatalf("nothing says %q to press", words)
	}
}
