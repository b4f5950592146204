package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/signal"
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
	"github.com/faellesskabsby/vejviser/ui/insync"
	"github.com/faellesskabsby/vejviser/ui/printer"
	"github.com/faellesskabsby/vejviser/ui/settings"
	"github.com/faellesskabsby/vejviser/ui/shell"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/waiting"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// app is the running program.
type app struct {
	args    arguments
	fyne    fyne.App
	window  fyne.Window
	library *library
	hub     *hubLine
	syncing *insync.Page
	shell   *shell.Shell
	counter *counter.Counter
	list    *communities.Page
	choices *settings.Page
	checked *checkup     // the last check made while nobody was there that found something
	pages   []func()     // end the pages' interest in changes
	do      func(func()) // runs beside this goroutine, on the screen's
	closing func() error // no second start raises this window any more
	code    int

	opening sync.WaitGroup // the store is being opened
	ctx     context.Context
	cancel  context.CancelFunc

	mu       sync.Mutex // what follows is also read and told beside the screen
	lang     string
	store    *localdb.Store
	standing shell.Standing // without the day of the directory
	updated  time.Time      // when the directory last came in
	damaged  bool           // the last check left something wrong
	missing  bool           // acts are gone for good, and nobody has read so
}

func newApp(args arguments) *app {
	a := &app{args: args, lang: "da", do: fyne.Do}
	a.hub = newHubLine(a)
	a.ctx, a.cancel = context.WithCancel(context.Background())
	return a
}

// show opens the window at once, the store behind it, and gives the exit code
// when the window is closed.
func show(args arguments) int {
	a := newApp(args)
	fyneapp.SetMetadata(fyne.AppMetadata{ID: appID, Name: appName, Version: version, Icon: fyne.NewStaticResource("vejviser.png", icons.AppPNG())})
	a.fyne = fyneapp.NewWithID(appID)
	theme.Apply(theme.New(theme.Normal, 1))
	toolkitWords(a.lang)
	a.window = a.fyne.NewWindow(appName)
	a.window.SetPadded(false)
	a.window.SetMaster()
	a.window.Resize(windowSize())
	a.window.SetContent(newOpening(translations.For(a.lang)))
	stop, err := answerRaise(args.dir, func() { a.do(a.raise) })
	if err != nil {
		fmt.Fprintln(os.Stderr, "vejviser: "+a.text("app.no_raise"))
	} else {
		a.closing = stop
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-interrupted
		a.do(a.fyne.Quit)
	}()
	a.window.SetCloseIntercept(a.leave)
	a.fyne.Lifecycle().SetOnStarted(a.begin)
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

func (a *app) language() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.lang
}

func (a *app) text(key string, args ...any) string {
	return translations.For(a.language()).T(key, args...)
}

// leave closes the window; where something is typed and not kept, it asks first.
func (a *app) leave() {
	if a.list == nil || a.list.Unsaved() == nil {
		a.window.Close()
		return
	}
	a.shell.GoTo(a.list)
	a.list.AskToLeave(a.window.Close)
}

func (a *app) raise() {
	a.window.Show()
	a.window.RequestFocus()
}

// end closes what was opened, and what is being opened.
func (a *app) end() int {
	var err error
	if a.closing != nil {
		err = a.closing()
	}
	a.cancel()
	a.opening.Wait()
	a.hub.stop()
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

// begin opens the store beside the screen, and then builds the pages.
func (a *app) begin() {
	a.opening.Add(1)
	go func() {
		store, err := a.open()
		a.mu.Lock()
		a.store = store
		a.mu.Unlock()
		a.opening.Done()
		switch {
		case a.ctx.Err() != nil: // the window was closed meanwhile
		case err != nil:
			key := localdb.MessageKey(err)
			fmt.Fprintln(os.Stderr, "vejviser: "+a.text(key))
			a.do(func() { a.code = 1; a.window.SetContent(newRefusal(translations.For(a.language()), key)) })
		default:
			a.library = &library{store: store}
			a.read()
			a.do(a.opened)
		}
	}()
}

// open opens the store; where it gives an error there is none to close.
func (a *app) open() (*localdb.Store, error) {
	o := localdb.Options{Dir: a.args.dir, Create: true, Keyring: true, Actor: "desk"}
	if f := a.args.passphraseFile; f != "" {
		o.Passphrase = func() ([]byte, error) {
			b, err := os.ReadFile(f)
			return []byte(strings.TrimRight(string(b), "\r\n")), err
		}
	}
	store, err := localdb.Open(a.ctx, o)
	if err == nil && a.args.example {
		err = fillExample(a.ctx, store)
	}
	if err != nil && store != nil {
		err, store = errors.Join(err, store.Close()), nil
	}
	return store, err
}

// opened builds the pages, then asks to hear of changes, for those go to the
// pages; and then loads the directory, with what changed in between.
func (a *app) opened() {
	a.build()
	a.store.Subscribe(a.changed)
	go func() {
		a.reload()
		a.hub.begin(a.ctx)
	}()
	go a.minutes()
	care := &caretaker{store: a.store, uses: widget.Uses, now: time.Now, busy: a.fetching, told: a.cared, pause: carePause}
	go care.run(a.ctx)
}

// checkup is what a check found.
type checkup struct {
	report localdb.Report
	err    error
}

// fetching says whether the directory is being fetched for the first time.
func (a *app) fetching() bool {
	_, under := a.hub.Under()
	return under
}

// cared is told what a check made while nobody was there has found.
func (a *app) cared(r localdb.Report, err error) {
	if err == nil && r.OK && !r.Repaired {
		return
	}
	a.found(!r.OK)
	a.do(func() {
		a.checked = &checkup{r, err}
		a.choices.Checked(r, err)
	})
}

// found shows whether the last check left something wrong.
func (a *app) found(damaged bool) {
	a.mu.Lock()
	a.damaged = damaged
	a.mu.Unlock()
	a.read()
	a.do(a.shell.Refresh)
}

// minutes lets what is said of time stay true.
func (a *app) minutes() {
	t := time.NewTicker(30 * time.Second)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			a.do(func() { a.shell.Refresh(); a.syncing.Tick() })
		case <-a.ctx.Done():
			return
		}
	}
}

// hubTold shows how things stand with the hub; a PC that was revoked is at its end.
func (a *app) hubTold() {
	if gone := a.hub.revoked(); gone != nil {
		a.do(func() {
			cat := translations.For(a.language())
			a.code = 1
			a.window.SetContent(refusal(cat, cat.T("sync.problem.revoked")+" "+cat.T(remedyOf(gone))))
		})
		return
	}
	a.read()
	a.do(func() { a.shell.Refresh(); a.syncing.Tick() })
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
	if err := a.library.loadWords(); err != nil && a.ctx.Err() == nil { // the directory is worth showing without them
		fmt.Fprintln(os.Stderr, "vejviser: "+a.text(localdb.MessageKey(err)))
	}
	changed, err := a.library.load()
	if err != nil {
		if a.ctx.Err() != nil {
			return // closing
		}
		fmt.Fprintln(os.Stderr, "vejviser: "+a.text(localdb.MessageKey(err)))
		return
	}
	if !changed {
		return // of many changes that came together, the first brought them all
	}
	a.read()
	debug.FreeOSMemory() // opening and building leave much behind that is never needed again
	a.do(func() {
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
		if localdb.IsOwnWord(c.ID) {
			a.ownWordsChanged()
			return
		}
		a.read()
		a.do(func() { a.settingChanged(c.ID) })
	case "draft":
	default:
		a.read()
		a.do(func() { a.shell.Refresh() })
	}
}

// ownWordsChanged searches with the organisation's own words as they are now.
func (a *app) ownWordsChanged() {
	if err := a.library.loadWords(); err != nil {
		fmt.Fprintln(os.Stderr, "vejviser: "+a.text(localdb.MessageKey(err)))
		return
	}
	a.do(func() { a.counter.Refresh() })
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

// build makes the pages and hands them to the shell. Made anew, in another
// language, the person stays where they are.
func (a *app) build() {
	var unsaved *communities.Editing
	if a.list != nil {
		unsaved = a.list.Unsaved()
	}
	for _, end := range a.pages {
		end()
	}
	place := 0
	if a.shell != nil {
		place = a.shell.Place()
	}
	if l := a.setting(localdb.SettingLanguage); l != "" {
		a.mu.Lock()
		a.lang = l
		a.mu.Unlock()
	}
	lang := a.language()
	toolkitWords(lang)
	a.look()
	help := conversation.New(lang)
	choices := settings.New(settings.Deps{Store: a.store, Printers: printers, Lang: lang, Version: version, Now: time.Now, Post: a.do,
		Verified: func(r localdb.Report) { a.checked = nil; go a.found(!r.OK) }})
	a.choices = choices
	if a.checked != nil {
		choices.Checked(a.checked.report, a.checked.err)
	}
	a.counter = counter.New(counter.Deps{
		Finder: func() counter.Finder {
			if x := a.library.finder(); x != nil {
				return x
			}
			return nil
		},
		Directory: a.library, Store: a.store, Paper: &paper{a.store}, Lang: lang,
		Now: time.Now, Rand: rand.Reader, Post: a.do,
		Help:     func() { a.shell.GoTo(help) },
		OwnWords: func() { a.shell.GoTo(choices); choices.OpenWords() },
	})
	list := communities.New(communities.Deps{Store: a.store, Finder: a.library, Lang: lang, Now: time.Now, Post: a.do})
	waits := waiting.New(waiting.Deps{Store: a.store, Lang: lang, Now: time.Now, Rand: rand.Reader, Post: a.do,
		MayEdit: list.MayEdit, Edit: func(id string) { a.shell.GoTo(list); list.Edit(id) }})
	a.list = list
	a.syncing = insync.New(insync.Deps{Store: a.store, Hub: a.hub, Lang: lang, Now: time.Now, Post: a.do})
	a.pages = []func(){waits.Close, list.Close, choices.Close, a.syncing.Close}
	a.shell = shell.New(shell.Deps{
		Lang: lang, Settings: a.store, Standing: a.stands,
		Places: []shell.Place{
			{Page: a.counter},
			{Page: waits, Badge: a.badge},
			{Page: list},
			{Page: help, Bottom: true},
			{Page: a.syncing, Bottom: true, Badge: a.toLookAt},
			{Page: choices, Bottom: true},
		},
	})
	a.window.SetContent(a.shell.Root())
	a.shell.Bind(a.window.Canvas())
	list.Resume(unsaved)
	a.shell.Go(place)
}

func (a *app) badge() string {
	if n := a.stands().Waiting; n > 0 {
		return strconv.Itoa(n)
	}
	return ""
}

func (a *app) toLookAt() string {
	if n := a.stands().Look; n > 0 {
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
