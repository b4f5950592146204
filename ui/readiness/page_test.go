package readiness

import (
	"context"
	"fmt"
	"image/png"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	rules "github.com/faellesskabsby/vejviser/localdb/readiness"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
)

func TestMain(m *testing.M) {
	localdb.CheckIfAsked()
	os.Exit(m.Run())
}

var today = time.Date(2026, 11, 24, 10, 15, 0, 0, directory.Copenhagen)

// as is a real store as a PC of some role sees it.
type as struct {
	*localdb.Store
	enrolment *localdb.Enrolment
}

func (a as) Enrolment() (*localdb.Enrolment, error) { return a.enrolment, nil }

// desk is a page on a real store, with a queue in place of the screen's goroutine.
type desk struct {
	t     testing.TB
	store *localdb.Store
	page  *Page
	win   fyne.Window
	queue chan func()
	n     int // vejvisninger
}

func open(t testing.TB, look *theme.Theme, size fyne.Size, role string, fill func(*desk)) *desk {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	d := &desk{t: t, queue: make(chan func(), 10000)}
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: t.TempDir(), Create: true, Now: func() time.Time { return today }, Actor: "desk"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	d.store = s
	d.must(s.SetSetting(localdb.SettingOrganisation, "Lindeby Bibliotek"))
	d.must(s.SetSetting(localdb.SettingDesk, "Skranken"))
	if fill != nil {
		fill(d)
	}
	var e *localdb.Enrolment
	if role != "" {
		e = &localdb.Enrolment{Role: role, Organisation: "Lindeby Bibliotek"}
	}
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look)
	d.page = New(Deps{Store: as{s, e}, Lang: "da", Now: func() time.Time { return today }, Post: func(f func()) { d.queue <- f }})
	t.Cleanup(d.page.Close)
	d.win = test.NewTempWindow(t, d.page.Content())
	d.win.SetPadded(false)
	d.win.Resize(size)
	d.page.Refresh()
	d.settle(func() bool { return d.page.snap != nil && !d.page.loading })
	return d
}

func usual(t testing.TB, role string, fill func(*desk)) *desk {
	return open(t, theme.New(theme.Normal, 1), fyne.NewSize(1164, 786), role, fill)
}

// settle runs what was posted until something is so.
func (d *desk) settle(until func() bool) {
	d.t.Helper()
	limit := time.After(30 * time.Second)
	for !until() {
		select {
		case f := <-d.queue:
			f()
		case <-limit:
			d.t.Fatal("nothing more happened, and it is not so")
		}
	}
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) check(organisation, name string, on directory.Day, step string, answers ...int) {
	d.t.Helper()
	c := rules.Check{Organisation: organisation, Desk: name, On: on, NextStep: step, Answers: map[string]int{}}
	for i, n := range answers {
		if n > 0 {
			c.Answers[rules.Parts[i]] = n
		}
	}
	d.must(d.store.EditReadiness(nil, &c))
}

// shown records vejvisninger of an organisation.
func (d *desk) shown(n int, organisation string, on directory.Day) {
	d.t.Helper()
	for range n {
		d.n++
		code, err := referral.Draw(rand.NewChaCha8([32]byte{byte(d.n), byte(d.n >> 8)}))
		d.must(err)
		d.must(d.store.RecordReferral(referral.Referral{ID: fmt.Sprintf("0190d000-0000-7000-8000-%012d", d.n), Code: code, At: on,
			Organisation: organisation, Depth: referral.Guided, Communities: []string{"0190a000-0000-7000-8000-000000000001"}}))
	}
}

// work is a municipality in which three organisations have begun.
func work(d *desk) {
	d.check("Lindeby Bibliotek", "Skranken", "2026-04-20", "Vi øver os på at tage emnet op, to og to, på tirsdagsmødet.", 2, 3, 1, 2, 2)
	d.check("Lindeby Bibliotek", "Skranken", "2026-11-02", "En time hver torsdag uden vagt, så vi kan ringe til foreningerne.", 3, 3, 2, 4, 3)
	d.check("Lindeby Bibliotek", "Børnebiblioteket", "2026-05-04", "", 1, 2, 0, 4, 2)
	d.check("Lindeby Sundhedshus", "Træningen", "2026-04-07", "Vi får Vejviser på begge pc'er i modtagelsen.", 2, 2, 2, 1)
	d.must(d.store.EditAgreement(nil, &rules.Agreement{Organisation: "Lindeby Bibliotek", Goal: 12, Responsible: "Souschefen", Hours: 2.5, From: "2026-08-17", NextTalk: "2026-12-07",
		Note: "Vi begynder med dem, der selv spørger, og tager flere med til foråret."}))
	d.must(d.store.EditAgreement(nil, &rules.Agreement{Organisation: "Lindeby Jobcenter", Goal: 6, NextTalk: "2026-11-10"}))
	d.shown(9, "Lindeby Bibliotek", "2026-11-03")
	d.shown(16, "Lindeby Bibliotek", "2026-10-12")
	d.shown(3, "Lindeby Jobcenter", "2026-11-03")
}

func (d *desk) shoot(path string) {
	d.t.Helper()
	f, err := os.Create(path)
	d.must(err)
	defer f.Close()
	d.must(png.Encode(f, d.win.Canvas().Capture()))
}

// choose opens an organisation by its name.
func (d *desk) choose(name string) {
	d.t.Helper()
	for i, o := range d.page.snap.list {
		if o.name == name {
			d.page.list.Select(i)
			d.page.selected(i)
			return
		}
	}
	d.t.Fatalf("%s is not on the list", name)
}
