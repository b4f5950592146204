package counter

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/ui/shell"
	"github.com/faellesskabsby/vejviser/ui/theme"
)

func TestMain(m *testing.M) {
	localdb.CheckIfAsked()
	os.Exit(m.Run())
}

// monday is when the tests take place: the example's dates are near it.
var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, directory.Copenhagen)

// desk is the counter on a real store, a real index and real sheets; only the
// printer, at the edge of the machine, is a recording double.
type desk struct {
	t      testing.TB
	dir    string
	store  *localdb.Store
	paper  *tray
	page   *Counter
	shell  *shell.Shell
	window fyne.Window
	posted chan func()
	known  map[string]*directory.Community
	index  *match.Index
}

// tray records what would come out of the printer.
type tray struct {
	mu     sync.Mutex
	pdfs   [][]byte
	titles []string
	saved  map[string][]byte
	fail   error
	states []PrintState
}

func (p *tray) Print(_ context.Context, pdf []byte, title string, state func(PrintState)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail != nil {
		return p.fail
	}
	p.pdfs, p.titles = append(p.pdfs, bytes.Clone(pdf)), append(p.titles, title)
	for _, s := range p.states {
		state(s)
	}
	return nil
}

// out counts what was printed and what was saved.
func (p *tray) out() (printed, saved int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.pdfs), len(p.saved)
}

func (p *tray) Save(pdf []byte, name string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.saved[name] = bytes.Clone(pdf)
	return "/home/desk/Dokumenter/" + name, nil
}

func (p *tray) Open(string) error { return nil }

func (d *desk) Community(id string) (*directory.Community, error) {
	if c, ok := d.known[id]; ok {
		return c, nil
	}
	return nil, localdb.ErrNotFound
}

// example reads the built-in fictional municipality.
var example = sync.OnceValues(func() ([]*directory.Community, error) {
	files, err := filepath.Glob("../../assets/example/communities/*.jsonl")
	if err != nil {
		return nil, err
	}
	return readCommunities(files...)
})

func readCommunities(files ...string) ([]*directory.Community, error) {
	var out []*directory.Community
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		for line := range bytes.Lines(b) {
			c := &directory.Community{}
			if err := json.Unmarshal(line, c); err != nil {
				return nil, err
			}
			c.Normalize()
			c.AssignID()
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("no communities")
	}
	return out, nil
}

func openDesk(t testing.TB, lang string) *desk {
	t.Helper()
	cs, err := example()
	if err != nil {
		t.Fatal(err)
	}
	return openDeskWith(t, t.TempDir(), lang, cs)
}

func openDeskWith(t testing.TB, dir, lang string, cs []*directory.Community) *desk {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.Normal, 1))
	store, err := localdb.Open(context.Background(), localdb.Options{Dir: dir, Create: true, Now: func() time.Time { return monday }})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, dir: dir, store: store, paper: &tray{saved: map[string][]byte{}, states: []PrintState{PrintSent, PrintDone}}, posted: make(chan func(), 100), known: map[string]*directory.Community{}, index: match.Build(cs)}
	for _, c := range cs {
		d.known[c.ID] = c
	}
	for k, v := range map[string]string{"organisation": "Lindeby Bibliotek", "desk": "Skranke 2", "lat": "56.35", "lon": "11.40"} {
		if err := store.SetSetting(k, v); err != nil {
			t.Fatal(err)
		}
	}
	d.build(lang)
	t.Cleanup(func() { d.close() })
	return d
}

func (d *desk) build(lang string) {
	rnd := rand.NewChaCha8([32]byte{7})
	d.page = New(Deps{
		Finder: func() Finder { return d.index }, Directory: d, Store: d.store, Paper: d.paper, Lang: lang,
		Now: func() time.Time { return monday }, Rand: rnd,
		Post: func(f func()) { d.posted <- f }, Help: func() {},
	})
	d.shell = shell.New(shell.Deps{Lang: lang, Places: []shell.Place{{Page: d.page}}, Settings: d.store, Standing: func() shell.Standing {
		return shell.Standing{Communities: d.index.Len(), Desk: "Lindeby Bibliotek · Skranke 2", Waiting: 3, Directory: "i dag"}
	}})
	d.window = test.NewTempWindow(d.t, d.shell.Root())
	d.window.SetPadded(false)
	d.window.Resize(fyne.NewSize(1360, 820))
	d.shell.Bind(d.window.Canvas())
	d.shell.Go(0)
}

func (d *desk) close() {
	if d.store != nil {
		if err := d.store.Close(); err != nil {
			d.t.Error(err)
		}
		d.store = nil
	}
}

// settle runs what was posted to the screen until cond holds.
func (d *desk) settle(cond func() bool) {
	d.t.Helper()
	deadline := time.After(20 * time.Second)
	for !cond() {
		select {
		case f := <-d.posted:
			f()
		case <-deadline:
			d.t.Fatal("the screen did not settle")
		}
	}
	for {
		select {
		case f := <-d.posted:
			f()
		default:
			return
		}
	}
}

// Hands on a keyboard: whatever has focus gets the keys, as in a real window.
func (d *desk) typed(s string) {
	for _, r := range s {
		if f := d.window.Canvas().Focused(); f != nil {
			f.TypedRune(r)
		} else {
			d.window.Canvas().OnTypedRune()(r)
		}
	}
}

func (d *desk) key(names ...fyne.KeyName) {
	for _, n := range names {
		e := &fyne.KeyEvent{Name: n}
		if n == fyne.KeyTab {
			d.window.Canvas().FocusNext()
		} else if f := d.window.Canvas().Focused(); f != nil {
			f.TypedKey(e)
		} else {
			d.window.Canvas().OnTypedKey()(e)
		}
	}
}

func (d *desk) ctrl(n fyne.KeyName) {
	s := &desktop.CustomShortcut{KeyName: n, Modifier: fyne.KeyModifierShortcutDefault}
	d.shell.TypedShortcut(s) // the test driver's canvas takes no shortcuts; the window journey presses real keys
}

func (d *desk) picture(name string) {
	d.t.Helper()
	dir := os.Getenv("VEJVISER_SCREENS")
	if dir == "" {
		return
	}
	img := d.window.Canvas().Capture()
	f, err := os.Create(filepath.Join(dir, name+".png"))
	if err != nil {
		d.t.Fatal(err)
	}
	if err := png.Encode(f, img); err != nil {
		d.t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		d.t.Fatal(err)
	}
}
