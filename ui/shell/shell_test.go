package shell

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// sheet is a page that remembers what it was told.
type sheet struct {
	title  string
	field  *widget.Field
	fresh  int
	saved  int
	passed []fyne.KeyName
}

func newSheet(title string) *sheet { return &sheet{title: title, field: widget.NewField(title)} }

func (s *sheet) Title() string              { return s.title }
func (s *sheet) Content() fyne.CanvasObject { return s.field }
func (s *sheet) Focus()                     { widget.FocusOn(s.field.Entry) }
func (s *sheet) FocusSearch()               { s.Focus() }
func (s *sheet) Refresh()                   { s.fresh++ }
func (s *sheet) TypedKey(e *fyne.KeyEvent) bool {
	s.passed = append(s.passed, e.Name)
	return true
}
func (s *sheet) Shortcuts() []Shortcut {
	return []Shortcut{{Key: fyne.KeyS, Keys: "Ctrl S", Means: "Gem", Do: func() { s.saved++ }}}
}

type kept map[string]string

func (k kept) SetSetting(key, value string) error { k[key] = value; return nil }

func open(t *testing.T, size fyne.Size) (*Shell, []*sheet, kept, fyne.Window) {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.Normal, 1))
	pages := []*sheet{newSheet("Skranke"), newSheet("Vejvisninger"), newSheet("Indstillinger")}
	k := kept{}
	s := New(Deps{Lang: "da", Settings: k, Standing: func() Standing {
		return Standing{Waiting: 3, Communities: 1043, Directory: "i dag kl. 8.12", Desk: "Lindeby Bibliotek · Skranke 2"}
	}, Places: []Place{{Page: pages[0]}, {Page: pages[1], Badge: func() string { return "3" }}, {Page: pages[2], Bottom: true}}})
	w := test.NewTempWindow(t, s.Root())
	w.SetPadded(false)
	w.Resize(size)
	s.Bind(w.Canvas())
	s.Go(0)
	return s, pages, k, w
}

func ctrl(s *Shell, k fyne.KeyName) {
	s.TypedShortcut(&desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault})
}

func TestCtrlAndANumberLeadsToEachPage(t *testing.T) {
	s, pages, _, w := open(t, fyne.NewSize(1360, 820))
	for i, k := range []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3} {
		ctrl(s, k)
		if s.Current() != Page(pages[i]) || w.Canvas().Focused() != fyne.Focusable(pages[i].field.Entry) {
			t.Errorf("Ctrl %s does not lead to %s with focus", k, pages[i].title)
		}
	}
	ctrl(s, fyne.KeyS)
	if pages[2].saved != 1 || pages[0].saved != 0 {
		t.Error("a page's shortcut reached another page")
	}
}

func TestHelpListsTheKeysAndTheyRestMeanwhile(t *testing.T) {
	s, pages, _, w := open(t, fyne.NewSize(1360, 820))
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyF1})
	if w.Canvas().Overlays().Top() == nil {
		t.Fatal("F1 shows nothing")
	}
	ctrl(s, fyne.KeyS)
	if pages[0].saved != 0 {
		t.Error("a shortcut worked through the help")
	}
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if w.Canvas().Overlays().Top() != nil {
		t.Error("Esc did not close the help")
	}
}

// F1 names the key that locks exactly where it locks.
func TestHelpNamesTheKeyThatLocksWherePeopleShareThePC(t *testing.T) {
	for _, shared := range []bool{false, true} {
		s, _, _, w := open(t, fyne.NewSize(1360, 820))
		s.deps.Who, s.deps.Lock = func() (string, bool) { return "", shared }, func() {}
		s.ShowHelp()
		found := false
		var look func(o fyne.CanvasObject)
		look = func(o fyne.CanvasObject) {
			switch x := o.(type) {
			case *canvas.Text:
				found = found || strings.Contains(x.Text, "Ctrl L")
			case *fyne.Container:
				for _, c := range x.Objects {
					look(c)
				}
			case fyne.Widget:
				for _, c := range test.WidgetRenderer(x).Objects() {
					look(c)
				}
			}
		}
		look(w.Canvas().Overlays().Top())
		if found != shared {
			t.Errorf("shared %v, and the help names the key: %v", shared, found)
		}
	}
}

func TestTextSizeAndContrastChangeAtOnceAndAreKept(t *testing.T) {
	s, _, k, _ := open(t, fyne.NewSize(1360, 820))
	if err := s.SetLook(theme.WhiteOnBlack, 1.5); err != nil {
		t.Fatal(err)
	}
	if now := theme.Current(); now.Contrast() != theme.WhiteOnBlack || now.Scale() != 1.5 {
		t.Error("the look did not change")
	}
	again := ThemeOf(k[SettingContrast], k[SettingTextSize])
	if again.Contrast() != theme.WhiteOnBlack || again.Scale() != 1.5 {
		t.Errorf("kept %v", k)
	}
	if broken := ThemeOf("purple", "9000"); broken.Contrast() != theme.Normal || broken.Scale() != 1 {
		t.Error("a damaged setting changes the look")
	}
}

func TestStatusLineIsWholeAtEveryWidth(t *testing.T) {
	for _, width := range []float32{1360, 1024, 800} {
		for _, scale := range theme.Scales {
			s, _, _, w := open(t, fyne.NewSize(width, 700))
			if err := s.SetLook(theme.Normal, scale); err != nil {
				t.Fatal(err)
			}
			st := s.status
			for _, o := range []*widget.Text{st.main, st.dir, st.desk} {
				if o.Position().X+o.Size().Width > w.Canvas().Size().Width+1 {
					t.Errorf("at %v and %v a text of the status line ends outside", width, scale)
				}
				if o.HeightFor(o.Size().Width) > o.Size().Height+1 {
					t.Errorf("at %v and %v %q is cut", width, scale, o.Text())
				}
			}
		}
	}
}

// A page that cannot take focus yet leaves none behind on a page out of sight:
// what is typed would go where nobody sees it.
func TestWhatIsOutOfSightHasNoFocus(t *testing.T) {
	s, pages, _, w := open(t, fyne.NewSize(1360, 820))
	pages[1].field.Hide()
	s.Go(1)
	if f := w.Canvas().Focused(); f != nil {
		t.Errorf("%T of another page has focus", f)
	}
}

// Where people share the PC the name is shown, and Ctrl L locks; unbound, no key
// reaches anything.
func TestTheNameIsShownAndCtrlLLocks(t *testing.T) {
	s, pages, _, w := open(t, fyne.NewSize(1360, 820))
	locked, shared := 0, false
	s.deps.Who, s.deps.Lock = func() (string, bool) { return "Mette", shared }, func() { locked++ }
	s.Refresh()
	if ctrl(s, fyne.KeyL); locked != 0 || s.status.who.Visible() {
		t.Error("locked where nobody shares the PC")
	}
	shared = true
	s.Refresh()
	if ctrl(s, fyne.KeyL); locked != 1 || !s.status.who.Visible() || s.status.who.Text() != "Mette" {
		t.Error("not locked, or no name")
	}
	s.Unbind()
	before := len(pages[0].passed)
	if f := w.Canvas().OnTypedKey(); f != nil {
		t.Error("keys still reach the pages")
	}
	if c, ok := w.Canvas().(fyne.Shortcutable); ok {
		c.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyL, Modifier: fyne.KeyModifierShortcutDefault})
	}
	if locked != 1 || len(pages[0].passed) != before {
		t.Error("a key still reaches the shell")
	}
}
