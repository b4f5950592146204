package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/lang"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/faellesskabsby/vejviser/assets/icons"
	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/communities"
	"github.com/faellesskabsby/vejviser/ui/conversation"
	"github.com/faellesskabsby/vejviser/ui/counter"
	"github.com/faellesskabsby/vejviser/ui/printer"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/settings"
	"github.com/faellesskabsby/vejviser/ui/shell"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/waiting"
)

// app is the running program.
type app struct {
	args    arguments
	fyne    fyne.App
	window  fyne.Window
	store   *localdb.Store
	library *library
	shell   *shell.Shell
	counter *counter.Counter
	lang    string

	mu       sync.Mutex // what follows is told by the store's feed
	standing shell.Standing
	closing  func() error
	code     int
}

// show opens the window at once, the store behind it, and gives the exit code
// when the window is closed.
func show(args arguments) int {
	a := &app{args: args, lang: "da"}
	fyneapp.SetMetadata(fyne.AppMetadata{ID: appID, Name: appName, Version: version, Icon: fyne.NewStaticResource("vejviser.png", icons.AppPNG())})
	a.fyne = fyneapp.NewWithID(appID)
	theme.Apply(theme.New(theme.Normal, 1))
	toolkitWords(a.lang)
	a.window = a.fyne.NewWindow(appName)
	a.window.SetPadded(false)
	a.window.SetMaster()
	a.window.Resize(windowSize())
	a.window.SetContent(newOpening(translations.For(a.lang)))
	stop, err := answerRaise(args.dir, func() { fyne.Do(a.raise) })
	if err != nil {
		fmt.Fprintln(os.Stderr, "vejviser: "+a.text("app.no_raise"))
	} else {
		a.closing = stop
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-interrupted
		fyne.Do(a.fyne.Quit)
	}()
	a.fyne.Lifecycle().SetOnStarted(func() { go a.open() })
	a.window.ShowAndRun()
	return a.end()
}

// windowSize is the size the pages are drawn for, or as much of it as the screen
// has beside a title bar and a task bar: not every window manager makes a window
// smaller that is larger than its screen.
func windowSize() fyne.Size {
	size := fyne.NewSize(1360, 820)
	w, h := screenSize()
	if w == 0 {
		return fyne.NewSize(1280, 720) // fits the screens that desks have
	}
	return size.Min(fyne.NewSize(max(w-12, 1000), max(h-64, 600)))
}

func (a *app) text(key string, args ...any) string { return translations.For(a.lang).T(key, args...) }

func (a *app) raise() {
	a.window.Show()
	a.window.RequestFocus()
}

// end closes what was opened.
func (a *app) end() int {
	var err error
	if a.closing != nil {
		err = a.closing()
	}
	a.mu.Lock()
	store := a.store
	a.mu.Unlock()
	if store != nil {
		err = errors.Join(err, store.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "vejviser: "+a.text("app.close_failed"))
		return 1
	}
	return a.code
}

// open opens the store and reads the directory, beside the screen.
func (a *app) open() {
	ctx := context.Background()
	o := localdb.Options{Dir: a.args.dir, Create: true, Keyring: true, Actor: "desk"}
	if f := a.args.passphraseFile; f != "" {
		o.Passphrase = func() ([]byte, error) {
			b, err := os.ReadFile(f)
			return []byte(strings.TrimRight(string(b), "\r\n")), err
		}
	}
	store, err := localdb.Open(ctx, o)
	if err == nil && a.args.example {
		err = fillExample(ctx, store)
	}
	if err != nil {
		if store != nil {
			err = errors.Join(err, store.Close())
		}
		key := localdb.MessageKey(err)
		fmt.Fprintln(os.Stderr, "vejviser: "+a.text(key))
		fyne.Do(func() { a.code = 1; a.window.SetContent(newRefusal(translations.For(a.lang), key)) })
		return
	}
	a.mu.Lock()
	a.store = store
	a.mu.Unlock()
	a.library = &library{store: store}
	a.read()
	store.Subscribe(a.changed)
	fyne.Do(a.build)
	a.reload()
}

// fillExample puts the fictional municipality into an empty store.
func fillExample(ctx context.Context, s *localdb.Store) error {
	st, err := s.Status()
	if err != nil || st.Communities > 0 {
		return err
	}
	if err := example.Fill(ctx, s, directory.DayOf(time.Now())); err != nil {
		return err
	}
	return s.SettleIn(localdb.Desk{Name: example.Desk, Organisation: example.Organisation,
		Municipality: example.Municipality, Lat: example.Lat, Lon: example.Lon})
}

// reload makes the search anew and shows it.
func (a *app) reload() {
	if err := a.library.load(); err != nil {
		fmt.Fprintln(os.Stderr, "vejviser: "+a.text(localdb.MessageKey(err)))
		return
	}
	a.read()
	debug.FreeOSMemory() // opening and building leave much behind that is never needed again
	fyne.Do(func() {
		a.counter.DirectoryChanged()
		a.shell.Refresh()
	})
}

// changed is told by the store, in order, off the screen's goroutine.
func (a *app) changed(c localdb.Change) {
	switch c.Kind {
	case "import", "community", "view":
		a.reload()
	case "setting":
		a.read()
		fyne.Do(func() { a.settingChanged(c.ID) })
	case "draft":
	default:
		a.read()
		fyne.Do(a.shell.Refresh)
	}
}

// settingChanged shows a setting at once: another language builds the pages anew.
func (a *app) settingChanged(key string) {
	switch key {
	case localdb.SettingLanguage:
		a.build()
		a.counter.DirectoryChanged()
	case localdb.SettingTextSize, localdb.SettingContrast:
		a.look()
	}
	a.shell.Refresh()
}

func (a *app) setting(key string) string {
	v, err := a.store.Setting(key)
	if err != nil {
		return "" // as if it were never made
	}
	return v
}

// look shows the kept text size and contrast, where they are not shown already.
func (a *app) look() {
	t := shell.ThemeOf(a.setting(localdb.SettingContrast), a.setting(localdb.SettingTextSize))
	if now := theme.Current(); now.Contrast() != t.Contrast() || now.Scale() != t.Scale() {
		theme.Apply(t)
		if a.shell != nil {
			a.shell.Relayout()
		}
	}
}

// read asks the store how things stand, for the status line.
func (a *app) read() {
	st, err := a.store.Status()
	if err != nil {
		return // closing
	}
	waits, err := a.store.Waiting()
	if err != nil {
		return
	}
	referrals := 0
	for _, w := range waits {
		if w.Kind == "referral" {
			referrals++
		}
	}
	desk := say.Desk(a.setting(localdb.SettingOrganisation), a.setting(localdb.SettingDesk))
	a.mu.Lock()
	a.standing = shell.Standing{Waiting: referrals, Directory: a.directoryDay(), Communities: st.Communities, Desk: desk, Degraded: st.Limited}
	a.mu.Unlock()
}

// directoryDay says when the directory last came in: every import leaves a
// snapshot of it beside the store.
func (a *app) directoryDay() string {
	files, err := filepath.Glob(filepath.Join(a.args.dir, "*.vjs"))
	if err != nil {
		return ""
	}
	var newest time.Time
	for _, f := range files {
		if st, err := os.Stat(f); err == nil && st.ModTime().After(newest) {
			newest = st.ModTime()
		}
	}
	if newest.IsZero() {
		return ""
	}
	s, newest := say.In(a.lang), newest.In(directory.Copenhagen)
	switch day := directory.DayOf(newest); day.DaysUntil(directory.DayOf(time.Now())) {
	case 0:
		return a.text("shell.today_at", "clock", s.Clock(newest))
	case 1:
		return a.text("shell.yesterday")
	default:
		return s.Day(day)
	}
}

func (a *app) stands() shell.Standing {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.standing
}

// build makes the pages and hands them to the shell.
func (a *app) build() {
	if l := a.setting(localdb.SettingLanguage); l != "" {
		a.lang = l
	}
	toolkitWords(a.lang)
	a.look()
	help := conversation.New(a.lang)
	a.counter = counter.New(counter.Deps{
		Finder: func() counter.Finder {
			if x := a.library.finder(); x != nil {
				return x
			}
			return nil
		},
		Directory: a.library, Store: a.store, Paper: &paper{a.store}, Lang: a.lang,
		Now: time.Now, Rand: rand.Reader, Post: fyne.Do,
		Help: func() { a.shell.GoTo(help) },
	})
	a.shell = shell.New(shell.Deps{
		Lang: a.lang, Settings: a.store, Standing: a.stands,
		Places: []shell.Place{
			{Page: a.counter},
			{Page: waiting.New(waiting.Deps{Store: a.store, Lang: a.lang, Now: time.Now, Rand: rand.Reader, Post: fyne.Do}), Badge: a.badge},
			{Page: communities.New(communities.Deps{Store: a.store, Finder: a.library, Lang: a.lang, Now: time.Now, Post: fyne.Do})},
			{Page: help, Bottom: true},
			{Page: settings.New(settings.Deps{Store: a.store, Printers: printers, Lang: a.lang, Version: version, Now: time.Now, Post: fyne.Do}), Bottom: true},
		},
	})
	a.window.SetContent(a.shell.Root())
	a.shell.Bind(a.window.Canvas())
	a.shell.Go(0)
}

func (a *app) badge() string {
	if n := a.stands().Waiting; n > 0 {
		return strconv.Itoa(n)
	}
	return ""
}

func printers(ctx context.Context) ([]string, error) {
	names, standard, err := printer.Printers(ctx)
	for i, n := range names { // the default first
		if n == standard {
			names[0], names[i] = names[i], names[0]
		}
	}
	return names, err
}

// toolkitWords gives Fyne's own few words (OK, the file dialogs) in the chosen
// language, which it has none of in Danish and would else take from the system.
func toolkitWords(language string) {
	cat := translations.For(language)
	words := map[string]string{}
	for _, k := range cat.Keys() {
		if name, ok := strings.CutPrefix(k, "toolkit."); ok {
			words[name] = cat.T(k)
		}
	}
	b, err := json.Marshal(words)
	if err != nil {
		return // a map of texts always marshals
	}
	for _, l := range []fyne.Locale{lang.SystemLocale(), fyne.Locale(language)} {
		if err := lang.AddTranslationsForLocale(b, l); err != nil {
			fmt.Fprintln(os.Stderr, "vejviser: "+cat.T("app.no_toolkit_words"))
		}
	}
}
