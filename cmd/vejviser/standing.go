package main

import (
	"os"
	"path/filepath"
	"time"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/client"
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
	referrals := map[referral.Code]bool{} // with something to send: itself, or what happened in it
	for _, w := range waits {
		if w.Code != "" {
			referrals[w.Code] = true
		}
	}
	link, problem, fetched := a.link()
	look, err := a.lookAt()
	if err != nil {
		return
	}
	organisation, err := a.store.Organisation()
	if err != nil {
		return
	}
	desk := say.Desk(organisation, a.setting(localdb.SettingDesk))
	updated := a.directoryTime()
	lease, err := a.store.Lease()
	if err != nil {
		return
	}
	a.mu.Lock()
	a.missing = st.Missing > 0
	a.standing, a.updated = shell.Standing{Lease: lease.Over, Waiting: len(referrals), Communities: st.Communities, Desk: desk, Degraded: st.Limited,
		Link: link, Problem: problem, Fetched: fetched, Look: look}, updated
	a.mu.Unlock()
}

// link says how this PC stands with its hub, with the words of what is wrong and
// how much of the directory has come.
func (a *app) link() (l shell.Link, problem string, fetched int) {
	e, err := a.store.Enrolment()
	if err != nil || e == nil {
		return shell.Alone, "", 0
	}
	if part, under := a.hub.Under(); under {
		return shell.Fetching, "", int(part * 100)
	}
	c, err := a.store.Contact()
	switch {
	case err != nil || c.Problem == string(client.Offline) || c.Problem == "" && c.LastSync.IsZero():
		return shell.Away, "", 0
	case c.Problem != "":
		return shell.Trouble, a.text("sync.problem." + c.Problem), 0
	}
	return shell.InTouch, "", 0
}

// lookAt counts what a person must look at.
func (a *app) lookAt() (int, error) {
	conflicts, err := a.store.Conflicts()
	if err != nil {
		return 0, err
	}
	refused, err := a.store.Refused()
	return len(refused) + len(conflicts), err
}

// directoryTime is when the directory last came in, zero where it never did: on a
// PC with a hub when it was last in step with it, else when it was imported, for
// every import leaves a snapshot of it beside the store.
func (a *app) directoryTime() (newest time.Time) {
	if c, err := a.store.Contact(); err == nil && !c.LastSync.IsZero() {
		return c.LastSync
	}
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
	switch {
	case a.missing:
		st.Alarm = translations.For(a.lang).T("app.alarm_missing")
	case a.damaged:
		st.Alarm = translations.For(a.lang).T("app.alarm_damaged")
	}
	return st
}
