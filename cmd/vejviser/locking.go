package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/keys"
	"github.com/faellesskabsby/vejviser/ui/communities"
	"github.com/faellesskabsby/vejviser/ui/lock"
	"github.com/faellesskabsby/vejviser/ui/shell"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// left is where a person was when the PC was locked. Nothing of a citizen is in it:
// a community that was being written is what everybody may read.
type left struct {
	person  string // id
	place   string
	editing *communities.Editing
}

// lock closes the store, and shows who shares the PC. Where nobody does, nothing
// happens. switching asks who it is; else it is who was there.
func (a *app) lock(why lock.Why, switching bool) {
	s := a.now.Load()
	if s == nil || s.over || a.shell == nil || !a.shared.Load() {
		return
	}
	who, err := localdb.People(a.args.dir)
	if err != nil || !who.Locked {
		return
	}
	a.last = left{place: a.shell.Name()}
	if p := a.person(); p != nil {
		a.last.person = p.ID
		if a.list != nil {
			a.last.editing = a.list.Unsaved()
		}
	}
	if a.counter != nil {
		a.counter.NewCitizen() // what was typed for a citizen, and the folder
	}
	s.over = true
	a.tearDown()
	if switching {
		a.last.person = ""
	}
	a.showLock(who, why)
	a.opening.Add(1)
	go func() {
		defer a.opening.Done()
		if err := a.shutDown(s); err != nil {
			fmt.Fprintln(os.Stderr, "vejviser: "+a.text("app.close_failed"))
		}
	}()
}

// tearDown takes the pages away: nothing of them is on the screen, hears a key or
// is asked again.
func (a *app) tearDown() {
	if a.warning != nil {
		a.warning.Close()
		a.warning = nil
	}
	for _, end := range a.pages { // dialogs with something typed are among them
		end()
	}
	c := a.window.Canvas()
	c.Unfocus()
	for o := c.Overlays().Top(); o != nil; o = c.Overlays().Top() {
		c.Overlays().Remove(o)
	}
	a.shell.Unbind()
	a.shell, a.counter, a.list, a.choices, a.syncing, a.people = nil, nil, nil, nil, nil, nil
	a.pages, a.byDay, a.asked = nil, nil, typing{}
	widget.ForgetMeasures()
}

// showLock shows the lock screen.
func (a *app) showLock(who keys.People, why lock.Why) {
	if why == lock.Started {
		a.takeLook()
	}
	a.locked = lock.New(lock.Deps{
		Lang: a.language(), People: who, Me: a.last.person,
		Open: func(person string, pin []byte, done func(error)) {
			a.tryKey(func(o *localdb.Options) {
				o.Person, o.PIN = person, func() ([]byte, error) { return pin, nil }
			}, done)
		},
		Recover: func(words []byte, done func(error)) {
			a.tryKey(func(o *localdb.Options) { o.Passphrase = func() ([]byte, error) { return words, nil } }, done)
		},
		After: func(d time.Duration, f func()) func() {
			t := time.AfterFunc(d, func() { a.do(f) })
			return func() { t.Stop() }
		},
	}, why)
	a.window.SetContent(a.locked.Content())
	c := a.window.Canvas()
	c.SetOnTypedKey(a.locked.TypedKey)
	c.SetOnTypedRune(a.locked.TypedRune)
	a.locked.Focus()
}

// tryKey opens the store with what a person typed, once the one before is closed.
func (a *app) tryKey(way func(*localdb.Options), done func(error)) {
	before := a.now.Load()
	a.opening.Add(1)
	go func() {
		defer a.opening.Done()
		if before != nil {
			_ = a.shutDown(before) // was said when it was locked
		}
		err := a.unlock(way)
		a.do(func() { done(err) })
	}()
}

// comeBack leads to where the person was, or to where a new PIN is made.
func (a *app) comeBack(s *session) {
	was := a.last
	a.last = left{}
	if s.byWords {
		a.shell.GoNamed("settings")
	}
	if p := a.person(); p != nil && was.person == p.ID && a.list != nil {
		a.list.Resume(was.editing)
	}
}

// readPeople takes who shares the PC, and after how long it is locked.
func (a *app) readPeople() {
	who, err := a.store.People()
	if err != nil {
		return // closing
	}
	a.shared.Store(who.Locked)
	a.idle.Store(int64(time.Duration(lock.IdleMinutes(a.setting(localdb.SettingLockAfter))) * time.Minute))
	if s := a.now.Load(); who.Locked && a.person() == nil { // the first person was added by themselves
		if p, err := a.store.Person(); err == nil {
			a.mu.Lock()
			s.person = p
			a.mu.Unlock()
		}
	}
}

// who is there, for the shell.
func (a *app) who() (name string, shared bool) {
	if p := a.person(); p != nil {
		name = p.Name
	}
	return name, a.shared.Load()
}

func (a *app) person() *keys.Person {
	s := a.now.Load()
	if s == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return s.person
}

// watch locks a shared PC that nobody is at, and says so before.
func (a *app) watch(ctx context.Context) {
	var w lock.Watch
	t := time.NewTicker(a.tick)
	defer t.Stop()
	warned := false
	for {
		select {
		case <-t.C:
		case <-ctx.Done():
			return
		}
		if !a.shared.Load() {
			continue
		}
		switch state, _ := w.Look(widget.Uses(), time.Now(), time.Duration(a.idle.Load())); {
		case state == lock.Away:
			a.soon(func() { a.lock(lock.Idle, false) })
		case (state == lock.Leaving) != warned:
			warned = state == lock.Leaving
			a.soon(func() { a.warn(warned) })
		}
	}
}

// warn says that the PC will be locked, or takes that back.
func (a *app) warn(on bool) {
	if !on {
		if a.warning != nil {
			a.warning.Close()
		}
		return
	}
	cat := translations.For(a.language())
	stay := widget.NewPrimaryButton(cat.T("lock.idle_stay"), "⏎", func() { a.warning.Close() })
	a.warning = widget.ShowDialog(a.shell.Root(), theme.Scaled(440), widget.NewColumn(theme.Space16,
		widget.NewText(cat.T("lock.idle_title"), widget.Style{Size: theme.Heading, Bold: true}),
		widget.NewText(cat.T("lock.idle_lead", "time", cat.N("lock.seconds", int(lock.Notice/time.Second))), widget.Style{}),
		widget.NewFlow(theme.Space8, stay)))
	if a.warning != nil {
		a.warning.OnClose = func() {
			widget.Used()
			a.warning = nil
		}
	}
}

// look is how the lock screen looks before the settings can be read. It tells
// nothing of anybody.
type look struct {
	Language string `json:"language,omitzero"`
	TextSize string `json:"text_size,omitzero"`
	Contrast string `json:"contrast,omitzero"`
}

const lookName = "look.json"

// keepLook keeps the look beside the store where the lock screen needs it.
func (a *app) keepLook() {
	if !a.shared.Load() {
		return
	}
	b, err := json.Marshal(look{a.language(), a.setting(localdb.SettingTextSize), a.setting(localdb.SettingContrast)})
	if err != nil {
		return // three texts always marshal
	}
	name := filepath.Join(a.args.dir, lookName)
	if old, err := os.ReadFile(name); err == nil && string(old) == string(b) {
		return
	}
	if err := os.WriteFile(name, b, 0o600); err != nil {
		fmt.Fprintln(os.Stderr, "vejviser: "+a.text("shell.look_not_kept"))
	}
}

// takeLook shows the look that was kept.
func (a *app) takeLook() {
	var l look
	b, err := os.ReadFile(filepath.Join(a.args.dir, lookName))
	if err != nil || json.Unmarshal(b, &l) != nil {
		return // as the program looks at first
	}
	if l.Language != "" {
		a.mu.Lock()
		a.lang = l.Language
		a.mu.Unlock()
		toolkitWords(l.Language)
	}
	theme.Apply(shell.ThemeOf(l.Contrast, l.TextSize))
}
