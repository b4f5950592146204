package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/keys"
	"github.com/faellesskabsby/vejviser/ui/lock"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// session is the time from when the store is opened until it is locked or the
// window closed: who is there, and what runs beside the screen meanwhile.
type session struct {
	ctx       context.Context
	end       context.CancelFunc
	person    *keys.Person   // whose PIN opened it; nil where none did
	work      sync.WaitGroup // ends with ctx
	forget    func()         // ends the interest in changes
	byWords   bool           // the recovery words opened it
	over      bool           // it is locked; the screen's goroutine's alone
	closeOnce sync.Once
	closeErr  error
}

// soon runs f on the screen's goroutine, unless the PC was locked by then.
func (a *app) soon(f func()) {
	s := a.now.Load()
	a.do(func() {
		if s == a.now.Load() && (s == nil || !s.over) {
			f()
		}
	})
}

// beside runs f beside the screen for as long as the store is open.
func (s *session) beside(f func(context.Context)) {
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		f(s.ctx)
	}()
}

// begin opens the store beside the screen, and then builds the pages. Where people
// share the PC, it asks who it is first.
func (a *app) begin() {
	a.opening.Add(1)
	go func() {
		defer a.opening.Done()
		if who, err := localdb.People(a.args.dir); err == nil && who.Locked {
			a.do(func() { a.showLock(who, lock.Started) })
			return
		}
		if err := a.unlock(nil); err != nil {
			a.refused(err)
		}
	}()
}

// refused says why the store could not be opened. It may be tried again: a keyring
// can be unlocked, a disk tidied, another program closed.
func (a *app) refused(err error) {
	key := localdb.MessageKey(err)
	fmt.Fprintln(os.Stderr, "vejviser: "+a.text(key))
	a.do(func() {
		a.code = 1
		a.window.SetContent(newRefusal(translations.For(a.language()), key, func() {
			a.code = 0
			a.window.SetContent(newOpening(translations.For(a.language())))
			a.begin()
		}))
	})
}

// unlock opens the store, the way that it says where there is one, and has the
// pages built. It runs beside the screen.
func (a *app) unlock(way func(*localdb.Options)) error {
	store, err := a.open(way)
	if err != nil {
		if a.ctx.Err() != nil {
			return nil // the window was closed meanwhile
		}
		return err
	}
	s := &session{forget: func() {}}
	s.ctx, s.end = context.WithCancel(a.ctx)
	if s.person, err = store.Person(); err != nil {
		s.end()
		return errors.Join(err, store.Close())
	}
	if st, err := store.Status(); err == nil {
		s.byWords = st.Key == keys.Recovery
	}
	a.mu.Lock()
	a.store = store
	a.mu.Unlock()
	a.library = &library{store: store}
	a.now.Store(s)
	if a.ctx.Err() != nil {
		return nil // end closes it
	}
	a.read()
	a.readPeople()
	a.soon(a.opened)
	return nil
}

// open opens the store; where it gives an error there is none to close.
func (a *app) open(way func(*localdb.Options)) (*localdb.Store, error) {
	o := localdb.Options{Dir: a.args.dir, Create: true, Keyring: true, Actor: "desk"}
	if f := a.args.passphraseFile; f != "" {
		o.Passphrase = func() ([]byte, error) {
			b, err := os.ReadFile(f)
			return []byte(strings.TrimRight(string(b), "\r\n")), err
		}
	}
	if way != nil {
		o.Create = false
		way(&o)
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

// opened builds the pages, then asks to hear of changes, for those go to the
// pages; and then loads the directory, with what changed in between.
func (a *app) opened() {
	s := a.now.Load()
	if a.locked != nil {
		a.locked.Close()
		a.locked = nil
	}
	a.build()
	a.comeBack(s)
	s.forget = a.store.Subscribe(a.changed)
	s.beside(func(ctx context.Context) {
		a.reload()
		a.hub.begin(ctx)
	})
	s.beside(a.minutes)
	s.beside(a.daily)
	s.beside(a.watch)
	care := &caretaker{store: a.store, uses: widget.Uses, now: time.Now, busy: a.fetching, told: a.cared, pause: carePause}
	s.beside(care.run)
}

// shutDown ends a session: what runs beside the screen, then the store, whose key is
// dropped with it.
func (a *app) shutDown(s *session) error {
	s.closeOnce.Do(func() {
		s.end()
		s.work.Wait()
		a.hub.stop()
		s.forget()
		a.mu.Lock()
		store := a.store
		a.mu.Unlock()
		if store != nil {
			s.closeErr = store.Close()
		}
		a.library.drop()
		debug.FreeOSMemory()
	})
	return s.closeErr
}
