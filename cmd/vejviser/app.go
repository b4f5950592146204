package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/lang"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/assets/icons"
	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/ui/communities"
	"github.com/faellesskabsby/vejviser/ui/counter"
	"github.com/faellesskabsby/vejviser/ui/insync"
	"github.com/faellesskabsby/vejviser/ui/lock"
	"github.com/faellesskabsby/vejviser/ui/settings"
	"github.com/faellesskabsby/vejviser/ui/shell"
	"github.com/faellesskabsby/vejviser/ui/theme"
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
	people  *lock.People
	asked   typing       // pages that ask before what is typed in them is lost
	byDay   []func()     // count anew what is due, on another day
	role    string       // what the pages were built for
	shut    bool         // and that the lease was over then
	checked *checkup     // the last check made while nobody was there that found something
	pages   []func()     // end the pages' interest in changes
	do      func(func()) // runs beside this goroutine, on the screen's
	closing func() error // no second start raises this window any more
	code    int

	locked  *lock.Screen // what stands before the store; nil where it is open
	last    left         // where the person was who locked the PC
	warning *widget.Popup
	now     atomic.Pointer[session] // while the store is open
	shared  atomic.Bool             // people open it by PIN
	idle    atomic.Int64            // after how long, a time.Duration, it is locked
	tick    time.Duration           // how often it is looked whether anybody is there

	opening sync.WaitGroup // the store is being opened, or closed behind the lock
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
	a := &app{args: args, lang: "da", do: fyne.Do, tick: time.Second}
	a.ctx, a.cancel = context.WithCancel(context.Background())
	a.hub = newHubLine(a)
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
	if a.shell != nil {
		for _, p := range a.asked.pages() {
			if p.unsaved() {
				a.shell.GoTo(p.page)
				p.ask(a.leave)
				return
			}
		}
	}
	a.window.Close()
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
	if s := a.now.Load(); s != nil && !s.over {
		err = errors.Join(err, a.shutDown(s))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "vejviser: "+a.text("app.close_failed"))
		return 1
	}
	return a.code
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
