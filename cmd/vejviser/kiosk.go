package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/faellesskabsby/vejviser/assets/icons"
	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/kiosk"
	"github.com/faellesskabsby/vejviser/ui/theme"
)

// kioskDirName is the folder of a kiosk's store within the usual one: a kiosk beside
// a desk, on the same PC, has a store and an enrolment of its own.
const kioskDirName = "kiosk"

// kioskApp is the running kiosk: its own process, its own store, and no code that
// reads what people do.
type kioskApp struct {
	args    arguments
	fyne    fyne.App
	window  fyne.Window
	kiosk   *kiosk.Kiosk
	store   *localdb.Store
	library *library
	lang    string
	do      func(func()) // runs beside this goroutine, on the screen's
	leaving bool         // staff are on their way out
	closing func() error
	code    int

	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup
	forget func()
}

func newKioskApp(args arguments) *kioskApp {
	a := &kioskApp{args: args, lang: translations.Default, do: fyne.Do, forget: func() {}}
	a.ctx, a.cancel = context.WithCancel(context.Background())
	return a
}

// showKiosk opens the kiosk over the whole screen, and gives the exit code when
// staff have closed it.
func showKiosk(args arguments) int {
	a := newKioskApp(args)
	fyneapp.SetMetadata(fyne.AppMetadata{ID: appID + ".kiosk", Name: appName, Version: version, Icon: fyne.NewStaticResource("vejviser.png", icons.AppPNG())})
	a.fyne = fyneapp.NewWithID(appID + ".kiosk")
	theme.Apply(theme.New(theme.Normal, 1))
	toolkitWords(a.lang)
	a.window = a.fyne.NewWindow(appName)
	a.window.SetPadded(false)
	a.window.SetMaster()
	a.window.SetContent(newOpening(translations.For(a.lang)))
	stop, err := answerRaise(args.dir, func() { a.do(func() { a.window.Show(); a.window.RequestFocus() }) })
	if err != nil {
		a.failed(err)
	} else {
		a.closing = stop
	}
	a.window.SetCloseIntercept(a.leave)
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-interrupted // from the machine, not from whoever stands at the screen
		a.do(func() { a.leaving = true; a.leave() })
	}()
	a.fyne.Lifecycle().SetOnStarted(a.begin)
	a.whole()
	a.window.ShowAndRun()
	return a.end()
}

// whole gives the window the whole screen, the second one where that is asked for
// and there is one.
func (a *kioskApp) whole() {
	d, desk := a.fyne.Driver().(desktop.Driver)
	w, can := a.window.(desktop.Window)
	if a.args.second && desk && can && d.HasSecondaryDisplay() {
		w.RequestFullScreenSecondary()
		return
	}
	a.window.SetFullScreen(true)
}

// leave is what the window's own way out leads to, Alt F4 with it: nowhere, unless
// staff are on their way out.
func (a *kioskApp) leave() {
	if a.leaving || a.kiosk == nil {
		a.window.Close()
	}
}

// failed says what did not work, in words that hold nothing of a visitor: an error's
// kind, never its text, which could quote what it stumbled over.
func (a *kioskApp) failed(err error) {
	fmt.Fprintln(os.Stderr, "vejviser: "+a.text(localdb.MessageKey(err)))
}

func (a *kioskApp) text(key string, args ...any) string {
	return translations.For(a.lang).T(key, args...)
}

// begin opens the store beside the screen, and then shows the first page.
func (a *kioskApp) begin() {
	a.work.Add(1)
	go func() {
		defer a.work.Done()
		if err := a.open(); err != nil {
			a.refused(err)
			return
		}
		a.do(a.opened)
	}()
}

// open opens the store where it may stand behind a kiosk.
func (a *kioskApp) open() error {
	store, err := localdb.Open(a.ctx, localdb.Options{Dir: a.args.dir, Create: true, Keyring: true, Actor: localdb.KioskRole, Passphrase: passphraseFrom(a.args.passphraseFile)})
	if err != nil {
		return err
	}
	err = store.FitForKiosk()
	if err == nil && a.args.example {
		err = fillKioskExample(a.ctx, store)
	}
	if err != nil {
		return errors.Join(err, store.Close())
	}
	a.store, a.library = store, &library{store: store}
	if v, err := store.Setting(localdb.SettingLanguage); err == nil && v != "" {
		a.lang = v
	}
	return nil
}

// fillKioskExample puts the communities of the fictional municipality into an empty
// store, and nothing of what its people did.
func fillKioskExample(ctx context.Context, s *localdb.Store) error {
	st, err := s.Status()
	if err != nil || st.Communities > 0 {
		return err
	}
	cs, err := example.Communities()
	if err != nil {
		return err
	}
	example.MoveTo(directory.DayOf(time.Now()), cs)
	err = s.Import(ctx, func(tx *localdb.ImportTx) error {
		for _, c := range cs {
			if err := tx.Put(c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.SettleIn(localdb.Desk{Name: example.Desk, Organisation: example.Organisation,
		Municipality: example.Municipality, Lat: example.Lat, Lon: example.Lon})
}

// refused says why there is no kiosk here. It may be tried again.
func (a *kioskApp) refused(err error) {
	if a.ctx.Err() != nil {
		return
	}
	key := localdb.MessageKey(err)
	fmt.Fprintln(os.Stderr, "vejviser: "+a.text(key))
	a.do(func() {
		a.code = 1
		a.window.SetContent(newRefusal(translations.For(a.lang), key, func() {
			a.code = 0
			a.window.SetContent(newOpening(translations.For(a.lang)))
			a.begin()
		}))
	})
}

// opened shows the first page and what goes on beside it.
func (a *kioskApp) opened() {
	if a.ctx.Err() != nil {
		return
	}
	a.kiosk = kiosk.New(kiosk.Deps{
		Store: a.store, Directory: a.directory(), Paper: &kioskPaper{a.store}, Voice: systemVoice(),
		Finder: func() kiosk.Finder {
			if f := a.library.finder(); f != nil {
				return f
			}
			return nil
		},
		Lang: a.lang, Languages: screenLanguages(), Now: time.Now,
		After: func(d time.Duration, f func()) func() {
			t := time.AfterFunc(d, func() { a.do(f) })
			return func() { t.Stop() }
		},
		Post: a.do, Go: func(f func()) { go f() },
		Leave:    func() { a.leaving = true; a.window.Close() },
		Standing: a.standing, Failed: a.failed, Place: a.place,
	})
	a.window.SetContent(a.kiosk.Root())
	a.kiosk.Bind(a.window.Canvas())
	a.forget = a.store.Subscribe(func(c localdb.Change) {
		switch c.Kind {
		case "import", "community", "view":
			a.reload()
		}
	})
	a.beside(func() { a.reload(); a.hub() })
	a.beside(a.ticks)
}

func (a *kioskApp) beside(f func()) {
	a.work.Add(1)
	go func() { defer a.work.Done(); f() }()
}

// ticks lets the kiosk look every second whether anybody is there.
func (a *kioskApp) ticks() {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			a.do(func() {
				was := a.kiosk.Dirty()
				a.kiosk.Tick()
				if was && !a.kiosk.Dirty() { // a visit has ended: what it left in memory goes
					go forgetMemory()
				}
			})
		case <-a.ctx.Done():
			return
		}
	}
}

// reload makes the search anew and shows it.
func (a *kioskApp) reload() {
	changed, err := a.library.load()
	if err != nil {
		if a.ctx.Err() == nil {
			a.failed(err)
		}
		return
	}
	if changed {
		debug.FreeOSMemory()
		a.do(a.kiosk.DirectoryChanged)
	}
}

// end closes what was opened.
func (a *kioskApp) end() int {
	if a.kiosk != nil {
		a.kiosk.Close()
	}
	var err error
	if a.closing != nil {
		err = a.closing()
	}
	a.cancel()
	a.work.Wait()
	if a.store != nil {
		a.forget()
		err = errors.Join(err, a.store.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "vejviser: "+a.text("app.close_failed"))
		return 1
	}
	return a.code
}

// kioskDir is where a kiosk's store lies by default.
func kioskDir() (string, error) {
	dir, err := localdb.DefaultDir()
	return filepath.Join(dir, kioskDirName), err
}

// kioskDirectory is the records in memory, and all of them from the store.
type kioskDirectory struct {
	*library
	store *localdb.Store
}

func (d kioskDirectory) EachCommunity(fn func(*directory.Community) error) error {
	return d.store.EachCommunity(fn)
}

func (a *kioskApp) directory() kiosk.Directory { return kioskDirectory{a.library, a.store} }
