package accompaniment

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

func TestMain(m *testing.M) {
	localdb.CheckIfAsked()
	os.Exit(m.Run())
}

var today = time.Date(2026, 11, 24, 9, 15, 0, 0, directory.Copenhagen) // a Tuesday

const (
	walk = "0190a000-0000-7000-8000-000000000001"
	sing = "0190a000-0000-7000-8000-000000000002"
)

// desk is a page on a real store, with a queue in place of the screen's goroutine.
type desk struct {
	t     testing.TB
	store *localdb.Store
	page  *Page
	win   fyne.Window
	queue chan func()
	rand  *counter
	went  []string
}

type counter struct{ n uint64 }

func (c *counter) Read(p []byte) (int, error) {
	for i := range p {
		c.n = c.n*6364136223846793005 + 1442695040888963407
		p[i] = byte(c.n >> 56)
	}
	return len(p), nil
}

func person(i int) string { return fmt.Sprintf("0190a000-0000-7000-8000-0000000001%02d", i) }

func n(i int) *int { return &i }

var people = []directory.Ambassador{
	{ID: person(1), Name: "Bente", Areas: []string{"Lindeby Syd"}, Languages: []string{"da"}, Times: []string{"forenoon"}, Communities: []string{walk}, Interests: []string{"walking"}, AtOnce: n(2)},
	{ID: person(2), Name: "Oleksandr", Areas: []string{"Lindeby Nord"}, Languages: []string{"da", "uk"}, Times: []string{"forenoon", "evening"}, AtOnce: n(1)},
	{ID: person(3), Name: "Anne", Role: directory.AtWork, Areas: []string{"Lindeby"}, Languages: []string{"da"}},
	{ID: person(4), Name: "Kirsten", Areas: []string{"Lindeby Syd"}, Languages: []string{"da"}, Communities: []string{walk}, Paused: true, PausedTo: "2026-12-20"},
	{ID: person(5), Name: "Poul", Languages: []string{"da", "en"}, Times: []string{"weekend"}, Considers: []string{"hearing"}},
	{ID: person(6), Name: "Ingrid", Languages: []string{"da"}, Times: []string{"evening"}, Communities: []string{sing}},
	{ID: person(7), Name: "Yusuf", Languages: []string{"da", "ar"}, AtOnce: n(3)},
}

func open(t testing.TB, look *theme.Theme, size fyne.Size, fill func(*desk)) *desk {
	t.Helper()
	d := &desk{t: t, queue: make(chan func(), 10000), rand: &counter{n: 7}}
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
	err = s.Import(context.Background(), func(tx *localdb.ImportTx) error {
		for _, c := range []directory.Community{
			{ID: walk, Name: "Gå-glad i Lindeby Syd", Places: []directory.Place{{Name: "Beboerhuset", City: "Lindeby", HousingArea: "Lindeby Syd"}},
				Schedule: []directory.Slot{{Weekday: 2, From: "10:00", To: "11:30"}, {Weekday: 4, From: "10:00", To: "11:30"}}, Welcome: &directory.Welcome{Where: "ved Beboerhuset"}},
			{ID: sing, Name: "Sangaften i Sognegården", Schedule: []directory.Slot{{Weekday: 3, From: "19:00"}}},
		} {
			if err := tx.Put(&c); err != nil {
				return err
			}
		}
		for i := range people {
			if err := tx.PutAmbassador(&people[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if fill != nil {
		fill(d)
	}
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look)
	to := func(where string) func(referral.Code) {
		return func(c referral.Code) { d.went = append(d.went, where+" "+string(c)) }
	}
	d.page = New(Deps{Store: s, Cards: s, Lang: "da", Now: func() time.Time { return today }, Rand: d.rand, Post: func(f func()) { d.queue <- f },
		PrintBriefing: to("briefing"), HostNote: to("host"), FollowUp: to("followup"), NewCard: to("card")})
	t.Cleanup(d.page.Close)
	d.win = test.NewTempWindow(t, d.page.Content())
	d.win.SetPadded(false)
	d.win.Resize(size)
	d.page.Refresh()
	d.settle(func() bool { return d.page.snap != nil })
	return d
}

func usual(t testing.TB, fill func(*desk)) *desk {
	return open(t, theme.New(theme.Normal, 1), fyne.NewSize(1164, 786), fill)
}

func (d *desk) settle(until func() bool) {
	d.t.Helper()
	limit := time.After(20 * time.Second)
	for !until() {
		select {
		case f := <-d.queue:
			f()
		case <-limit:
			d.t.Fatalf("nothing more happened, and it is not so; it says\n%s", texts(d.page.inside))
		}
	}
	for {
		select {
		case f := <-d.queue:
			f()
		default:
			return
		}
	}
}

func (d *desk) id() string {
	id, err := uuid.NewV7FromReader(d.rand)
	if err != nil {
		d.t.Fatal(err)
	}
	return id.String()
}

func ago(days int) directory.Day { return directory.DayOf(today).AddDays(-days) }

func (d *desk) refer(daysAgo int, communities ...string) referral.Code {
	d.t.Helper()
	code, err := referral.Draw(d.rand)
	if err != nil {
		d.t.Fatal(err)
	}
	err = d.store.RecordReferral(referral.Referral{ID: d.id(), Code: code, At: ago(daysAgo), Depth: referral.Guided, Communities: communities,
		Place: "Lindeby Bibliotek", Wishes: []string{"walking"}})
	if err != nil {
		d.t.Fatal(err)
	}
	return code
}

func (d *desk) told(e referral.Event) {
	d.t.Helper()
	e.ID = d.id()
	if err := d.store.RecordEvent(e); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) wants(daysAgo int, w referral.Wanted, communities ...string) referral.Code {
	code := d.refer(daysAgo, communities...)
	d.told(referral.Event{Code: code, Kind: referral.AccompanimentWanted, On: ago(daysAgo), Wanted: &w})
	return code
}

func (d *desk) arranged(code referral.Code, daysAgo, on int, with string) {
	d.told(referral.Event{Code: code, Kind: referral.Arranged, On: ago(daysAgo), Plan: &referral.Plan{With: with, Where: "ved biblioteket", On: ago(-on), At: "09:30", To: walk}})
}

func (d *desk) life(code referral.Code) referral.Life {
	d.t.Helper()
	r, evs, err := d.store.Referral(code)
	if err != nil {
		d.t.Fatal(err)
	}
	return referral.StateOf(r, evs)
}

func (d *desk) pick(code referral.Code) {
	d.t.Helper()
	i := d.page.rowOf(code)
	if i < 0 {
		d.t.Fatalf("%s is not on the list", code)
	}
	d.page.list.Select(i)
	d.page.selected(i)
}

func (d *desk) press(text string) {
	d.t.Helper()
	var found *widget.Button
	walk2(d.page.inside, func(o fyne.CanvasObject) {
		if b, ok := o.(*widget.Button); ok && b.Text() == text && found == nil {
			found = b
		}
	})
	if found == nil {
		d.t.Fatalf("there is no %q in\n%s", text, texts(d.page.inside))
	}
	test.Tap(found)
}

// texts are all words in sight within something.
func texts(o fyne.CanvasObject) string {
	var out []string
	walk2(o, func(o fyne.CanvasObject) {
		switch x := o.(type) {
		case *widget.Text:
			out = append(out, x.Text())
		case *widget.Button:
			out = append(out, x.Text())
		case *widget.Tag:
			out = append(out, x.Text())
		case *widget.OneKey:
			out = append(out, x.Words()...)
		}
	})
	return strings.Join(out, "\n")
}

func walk2(o fyne.CanvasObject, fn func(fyne.CanvasObject)) {
	if !o.Visible() {
		return
	}
	fn(o)
	var children []fyne.CanvasObject
	switch x := o.(type) {
	case *fyne.Container:
		children = x.Objects
	case *widget.Text, *widget.Button, *widget.Tag, *widget.OneKey:
	case fyne.Widget:
		children = test.WidgetRenderer(x).Objects()
	}
	for _, c := range children {
		walk2(c, fn)
	}
}

// codes are those on the list, in its order, below their headings.
func (d *desk) codes() (out []string) {
	for i, r := range d.page.rows {
		if r.heading != "" {
			out = append(out, d.page.say.T(r.heading))
		} else {
			out = append(out, string(d.page.codeAt(i)))
		}
	}
	return out
}
