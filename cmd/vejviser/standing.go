package main

import (
	"os"
	"path/filepath"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/shell"
)

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
	updated := a.directoryTime()
	a.mu.Lock()
	a.standing, a.updated = shell.Standing{Waiting: referrals, Communities: st.Communities, Desk: desk, Degraded: st.Limited}, updated
	a.mu.Unlock()
}

// directoryTime is when the directory last came in, zero where it never did:
// every import leaves a snapshot of it beside the store.
func (a *app) directoryTime() (newest time.Time) {
	files, err := filepath.Glob(filepath.Join(a.args.dir, "*.vjs"))
	if err != nil {
		return time.Time{}
	}
	for _, f := range files {
		if st, err := os.Stat(f); err == nil && st.ModTime().After(newest) {
			newest = st.ModTime()
		}
	}
	return newest
}

// day says when the directory came in, in the language and on the day of the moment.
func day(lang string, came, now time.Time) string {
	if came.IsZero() {
		return ""
	}
	s, came := say.In(lang), came.In(directory.Copenhagen)
	switch day := directory.DayOf(came); day.DaysUntil(directory.DayOf(now)) {
	case 0:
		return s.T("shell.today_at", "clock", s.Clock(came))
	case 1:
		return s.T("shell.yesterday")
	default:
		return s.Day(day)
	}
}

func (a *app) stands() shell.Standing {
	a.mu.Lock()
	defer a.mu.Unlock()
	st := a.standing
	st.Directory = day(a.lang, a.updated, time.Now())
	return st
}
