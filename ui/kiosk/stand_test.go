package kiosk

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

func TestMain(m *testing.M) {
	localdb.CheckIfAsked()
	os.Exit(m.Run())
}

// monday is when the tests begin.
var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, directory.Copenhagen)

const staffPIN = "481973"

// stand is the kiosk on a real store and a real index, with a clock of its own;
// only the printer and the voice, at the edge of the machine, are recording doubles.
type stand struct {
	t      testing.TB
	dir    string
	store  *localdb.Store
	index  *match.Index
	paper  *tray
	voice  *mouth
	kiosk  *Kiosk
	window fyne.Window
	posted chan func()
	left   bool

	mu     sync.Mutex
	now    time.Time
	timers []*timer
}

type timer struct {
	at   time.Time
	f    func()
	gone bool
}

type tray struct {
	mu     sync.Mutex
	pdfs   [][]byte
	copies []int
	titles []string
	fail   error
	states []PrintState
}

func (p *tray) Print(_ context.Context, pdf []byte, title string, copies int, state func(PrintState)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail != nil {
		return p.fail
	}
	p.pdfs, p.copies, p.titles = append(p.pdfs, bytes.Clone(pdf)), append(p.copies, copies), append(p.titles, title)
	for _, s := range p.states {
		state(s)
	}
	return nil
}

func (p *tray) Printers(context.Context) ([]string, error) {
	return []string{"Bibliotek", "Kontor"}, nil
}

type mouth struct {
	mu   sync.Mutex
	said []string
	hold chan struct{}
}

func (*mouth) Speaks(lang string) bool { return lang == "da" }

func (m *mouth) Say(ctx context.Context, lang, text string) error {
	m.mu.Lock()
	m.said = append(m.said, lang+": "+text)
	m.mu.Unlock()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-m.hold:
		return nil
	}
}

var built = sync.OnceValues(func() ([]*directory.Community, error) {
	cs, err := example.Communities()
	for _, c := range cs {
		c.Normalize()
	}
	return cs, err
})

func (s *stand) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// after is a clock that stands still until the test moves it.
func (s *stand) after(d time.Duration, f func()) func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &timer{at: s.now.Add(d), f: f}
	s.timers = append(s.timers, t)
	return func() { t.gone = true }
}

// pass lets time go by, in steps of frames where something glides.
func (s *stand) pass(d time.Duration) {
	s.t.Helper()
	end := s.clock().Add(d)
	for {
		s.mu.Lock()
		var next *timer
		for _, t := range s.timers {
			if !t.gone && !t.at.After(end) && (next == nil || t.at.Before(next.at)) {
				next = t
			}
		}
		if next == nil {
			s.now = end
			s.mu.Unlock()
			return
		}
		next.gone = true
		if next.at.After(s.now) {
			s.now = next.at
		}
		s.mu.Unlock()
		next.f()
	}
}

// idle lets seconds go by as the program does, looking once in each.
func (s *stand) idle(seconds int) {
	for range seconds {
		s.pass(time.Second)
		s.kiosk.Tick()
	}
}

func open(t testing.TB, size fyne.Size) *stand {
	t.Helper()
	cs, err := built()
	if err != nil {
		t.Fatal(err)
	}
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.Normal, 1))
	s := &stand{t: t, dir: t.TempDir(), paper: &tray{states: []PrintState{PrintSent, PrintDone}}, voice: &mouth{hold: make(chan struct{})}, posted: make(chan func(), 100), now: monday}
	s.store, err = localdb.Open(context.Background(), localdb.Options{Dir: s.dir, Create: true, Now: s.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s.store != nil {
			if err := s.store.Close(); err != nil {
				t.Error(err)
			}
		}
	})
	if err := s.store.Import(context.Background(), func(tx *localdb.ImportTx) error {
		for _, c := range cs {
			if err := tx.Put(c); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	s.index = match.Build(cs)
	for k, v := range map[string]string{localdb.SettingOrganisation: example.Organisation, localdb.SettingMunicipality: example.Municipality,
		localdb.SettingLat: "56.3602", localdb.SettingLon: "11.4008", localdb.SettingPublicURL: "https://faelles.humlekaer.example", localdb.SettingPrinter: "Bibliotek"} {
		if err := s.store.SetSetting(k, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.store.SetKioskPIN([]byte(staffPIN)); err != nil {
		t.Fatal(err)
	}
	s.build()
	s.window = test.NewTempWindow(t, s.kiosk.Root())
	s.window.SetPadded(false)
	s.window.Resize(size)
	s.kiosk.Bind(s.window.Canvas())
	return s
}

func (s *stand) build() {
	s.kiosk = New(Deps{
		Store: s.store, Finder: func() Finder { return s.index }, Directory: s.store, Paper: s.paper, Voice: s.voice,
		Lang: "da", Languages: []string{"da", "en"}, Now: s.clock, After: s.after,
		Post: func(f func()) { s.posted <- f }, Leave: func() { s.left = true },
		Standing: func() []string { return []string{"195 fællesskaber, hentet i dag kl. 8"} },
		Failed:   func(err error) { s.t.Logf("failed: %v", err) },
	})
	s.kiosk.deps.Go = func(f func()) { go f() }
}

// settle runs what was posted to the screen until cond holds.
func (s *stand) settle(what string, cond func() bool) {
	s.t.Helper()
	late := time.After(20 * time.Second)
	for !cond() {
		select {
		case f := <-s.posted:
			f()
		case <-late:
			s.t.Fatalf("waited 20 s for %s", what)
		}
	}
}

var errJam = errors.New("jam")

// means is a thing that says in words what it does.
type means interface {
	fyne.Tappable
	Means() string
}

// all walks everything on the screen.
func all(o fyne.CanvasObject, fn func(fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	fn(o)
	switch x := o.(type) {
	case *fyne.Container:
		for _, c := range x.Objects {
			all(c, fn)
		}
	case *widget.Scroll:
		all(x.Content(), fn)
	case interface{ Inside() fyne.CanvasObject }:
		all(x.Inside(), fn)
	}
}

// thing finds what can be touched by what it does.
func (s *stand) thing(what string) means {
	s.t.Helper()
	var found means
	all(s.kiosk.root, func(o fyne.CanvasObject) {
		if m, ok := o.(means); ok && m.Means() == what && found == nil {
			found = m
		}
	})
	if found == nil {
		s.t.Fatalf("there is no %q on page %s; there is %q", what, s.kiosk.Page(), s.things())
	}
	return found
}

func (s *stand) has(what string) bool {
	found := false
	all(s.kiosk.root, func(o fyne.CanvasObject) {
		if m, ok := o.(means); ok && m.Means() == what {
			found = true
		}
	})
	return found
}

func (s *stand) things() (out []string) {
	all(s.kiosk.root, func(o fyne.CanvasObject) {
		if m, ok := o.(means); ok {
			out = append(out, m.Means())
		}
	})
	return out
}

// touch taps what does something.
func (s *stand) touch(what string) {
	s.t.Helper()
	s.thing(what).Tapped(&fyne.PointEvent{})
}

// texts is all that can be read on the screen.
func (s *stand) texts() string {
	var b bytes.Buffer
	all(s.kiosk.root, func(o fyne.CanvasObject) {
		if x, ok := o.(interface{ Text() string }); ok {
			b.WriteString(x.Text() + "\n")
		}
	})
	return b.String()
}

func (s *stand) says(what string) {
	s.t.Helper()
	if got := s.texts(); !bytes.Contains([]byte(got), []byte(what)) {
		s.t.Errorf("page %s lacks %q:\n%s", s.kiosk.Page(), what, got)
	}
}

// typeOn types on the keyboard on the screen.
func (s *stand) typeOn(text string) {
	s.t.Helper()
	for _, r := range text {
		if r == ' ' {
			s.touch(s.kiosk.t("space"))
			continue
		}
		s.touch(string(r))
	}
}

// picture leaves what is shown in the folder for pictures.
func (s *stand) picture(name string) {
	dir := os.Getenv("VEJVISER_SCREENS")
	if dir == "" {
		return
	}
	s.t.Helper()
	f, err := os.Create(filepath.Join(dir, name+".png"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, s.window.Canvas().Capture()); err != nil {
		s.t.Fatal(err)
	}
}

// named gives the first community whose name holds a word; else one that has all
// that a page can show.
func (s *stand) named(word string) *directory.Community {
	s.t.Helper()
	var found, whole *directory.Community
	if err := s.store.EachCommunity(func(c *directory.Community) error {
		if found == nil && bytes.Contains([]byte(c.Name), []byte(word)) {
			found = c
		}
		if whole == nil && c.Welcome != nil && len(c.Welcome.FirstTime) > 0 && c.Welcome.Greeter != "" && c.Accompaniment != nil && c.Accompaniment.Offered != nil &&
			*c.Accompaniment.Offered && c.Price != nil && c.PublicPlace() != nil && c.Contact != nil && len(c.Schedule) > 0 {
			whole = c
		}
		return nil
	}); err != nil {
		s.t.Fatal(err)
	}
	if found == nil {
		found = whole
	}
	return found
}
