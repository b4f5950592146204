package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/lock"
	"github.com/faellesskabsby/vejviser/ui/shell"
	"github.com/faellesskabsby/vejviser/ui/theme"
)

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
	a.soon(func() {
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
	a.soon(a.shell.Refresh)
}

// minutes lets what is said of time stay true.
func (a *app) minutes(ctx context.Context) {
	t := time.NewTicker(30 * time.Second)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			a.soon(func() { a.shell.Refresh(); a.syncing.Tick(); a.roleChanged() })
		case <-ctx.Done():
			return
		}
	}
}

// daily is done at each beginning of a day while the window is open.
func (a *app) daily(ctx context.Context) {
	t := time.NewTicker(time.Hour)
	defer t.Stop()
	day := directory.DayOf(time.Now())
	for {
		select {
		case <-t.C:
			if now := directory.DayOf(time.Now()); now != day {
				day = now
				a.expire()
			}
		case <-ctx.Done():
			return
		}
	}
}

// expire removes contact cards whose last day is over; the store does it by itself
// when it is opened.
func (a *app) expire() {
	if _, err := a.store.ExpireCards(); err != nil {
		fmt.Fprintln(os.Stderr, "vejviser: "+a.text(localdb.MessageKey(err)))
	}
	a.soon(a.today)
}

// hubTold shows how things stand with the hub; a PC that was revoked is at its end.
func (a *app) hubTold() {
	if gone := a.hub.revoked(); gone != nil {
		a.soon(func() {
			cat := translations.For(a.language())
			a.code = 1
			a.window.SetContent(refusal(cat, cat.T("sync.problem.revoked")+" "+cat.T(remedyOf(gone))))
		})
		return
	}
	a.read()
	a.soon(func() { a.shell.Refresh(); a.syncing.Tick(); a.roleChanged() })
}

// reload makes the search anew and shows it.
func (a *app) reload() {
	if err := a.library.loadWords(); err != nil && !errors.Is(err, localdb.ErrClosed) { // the directory is worth showing without them
		fmt.Fprintln(os.Stderr, "vejviser: "+a.text(localdb.MessageKey(err)))
	}
	changed, err := a.library.load()
	if err != nil {
		if s := a.now.Load(); s == nil || s.ctx.Err() != nil {
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
	a.soon(func() {
		if a.counter != nil {
			a.counter.DirectoryChanged()
		}
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
		a.soon(func() { a.settingChanged(c.ID) })
	case "draft":
	case "people":
		a.readPeople()
		a.soon(func() { a.shell.Refresh() })
	case "card":
		a.read()
		a.soon(func() {
			a.shell.Refresh()
			if a.counter != nil {
				a.counter.CardChanged(referral.Code(c.ID))
			}
		})
	default:
		a.read()
		a.soon(func() { a.shell.Refresh(); a.roleChanged() })
	}
}

// today has the pages count anew what is due: it is another day.
func (a *app) today() {
	for _, f := range a.byDay {
		f()
	}
}

// ownWordsChanged searches with the organisation's own words as they are now.
func (a *app) ownWordsChanged() {
	if err := a.library.loadWords(); err != nil {
		fmt.Fprintln(os.Stderr, "vejviser: "+a.text(localdb.MessageKey(err)))
		return
	}
	a.soon(func() {
		if a.counter != nil {
			a.counter.Refresh()
		}
	})
}

// settingChanged shows a setting at once: another language builds the pages anew.
func (a *app) settingChanged(key string) {
	switch key {
	case localdb.SettingLanguage:
		a.build()
	case localdb.SettingTextSize, localdb.SettingContrast:
		a.look()
	case localdb.SettingLockAfter:
		a.idle.Store(int64(time.Duration(lock.IdleMinutes(a.setting(key))) * time.Minute))
	}
	a.keepLook()
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
