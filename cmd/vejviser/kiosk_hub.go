package main

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/sync/client"
	"github.com/faellesskabsby/vejviser/ui/say"
)

// kioskRollOut gives where an administrator leaves the invitation of a kiosk: beside
// its store as for a desk, or under a name of its own where the system keeps what is
// the same for all users. A desk's invitation on the same PC is never taken.
func kioskRollOut(dir string) []string {
	paths := []string{filepath.Join(dir, "enrol.json")}
	for _, p := range rollOutPaths(dir)[1:] {
		paths = append(paths, filepath.Join(filepath.Dir(p), "kiosk.json"))
	}
	return paths
}

// hub keeps the store in step with its hub until the kiosk ends.
func (a *kioskApp) hub() {
	for {
		err := a.enrol()
		if errors.Is(err, errNoRollOut) {
			return
		}
		if err == nil {
			if err = a.store.FitForKiosk(); err != nil { // another role's invitation: nothing of it comes here
				a.over(a.text(localdb.MessageKey(err)))
				return
			}
			err = a.sync()
			var gone *client.RevokedError
			if errors.As(err, &gone) {
				a.revoked(gone)
				return
			}
		}
		if a.ctx.Err() != nil {
			return
		}
		if err != nil {
			a.failed(err)
		}
		if p := client.ProblemOf(err); p != client.Offline && p != client.Portal {
			return
		}
		if !sleep(a.ctx, time.Minute) { // the network may come later than the kiosk
			return
		}
	}
}

func (a *kioskApp) options() client.Options {
	return client.Options{Store: a.store, Program: "vejviser-kiosk/" + version}
}

// enrol enrols the kiosk by its invitation, unless it is enrolled already.
func (a *kioskApp) enrol() error {
	if e, err := a.store.Enrolment(); err != nil || e != nil {
		return err
	}
	for _, path := range kioskRollOut(a.args.dir) {
		conf, err := client.ReadConfig(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if used, err := a.store.Setting(settingRollOut); err != nil {
			return err
		} else if used == conf.Code {
			return errNoRollOut
		}
		if conf.Name == "" {
			conf.Name = client.MachineName()
		}
		if err := client.Enrol(a.ctx, a.options(), conf.Hub, conf.Code, conf.Name); err != nil {
			return err
		}
		return a.store.SetSetting(settingRollOut, conf.Code)
	}
	return errNoRollOut
}

func (a *kioskApp) sync() error {
	c, err := client.New(a.options())
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Run(a.ctx)
}

// revoked says that this is no kiosk any more.
func (a *kioskApp) revoked(gone *client.RevokedError) {
	a.over(a.text("sync.problem.revoked") + " " + a.text(remedyOf(gone)))
}

// over shows why there is no kiosk here any more. Nobody needs a PIN to leave it then.
func (a *kioskApp) over(why string) {
	a.do(func() {
		a.code, a.leaving = 1, true
		a.window.SetContent(refusal(translations.For(a.lang), why))
	})
}

// place is the municipality that the enrolment is for, where it is one.
func (a *kioskApp) place() string {
	if e, err := a.store.Enrolment(); err == nil && e != nil && len(e.Municipalities) == 1 {
		return e.Municipalities[0]
	}
	return ""
}

// standing says for staff how things stand.
func (a *kioskApp) standing() (lines []string) {
	s := say.In(a.lang)
	st, err := a.store.Status()
	if err != nil {
		return nil
	}
	lines = append(lines, s.N("kioskstaff.holds", st.Communities))
	e, err := a.store.Enrolment()
	if err != nil {
		return lines
	}
	if e == nil {
		return append(lines, s.T("kioskstaff.alone"))
	}
	c, err := a.store.Contact()
	switch {
	case err != nil || c.LastSync.IsZero():
		lines = append(lines, s.T("kioskstaff.never"))
	default:
		lines = append(lines, s.T("kioskstaff.synced", "when", s.WeekdayDay(c.LastSync.Local()), "clock", s.Clock(c.LastSync.Local())))
	}
	if c.Problem != "" && s.Has("sync.problem."+c.Problem) {
		lines = append(lines, s.T("sync.problem."+c.Problem)+" "+s.T("sync.remedy."+c.Problem))
	}
	return lines
}

// passphraseFrom reads a passphrase from a file, nil where none is named.
func passphraseFrom(file string) func() ([]byte, error) {
	if file == "" {
		return nil
	}
	return func() ([]byte, error) {
		b, err := os.ReadFile(file)
		for len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r') {
			b = b[:len(b)-1]
		}
		return b, err
	}
}

// screenLanguages are the languages that a kiosk can show.
func screenLanguages() []string { return translations.Screens() }
