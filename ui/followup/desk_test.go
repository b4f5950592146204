package followup

import (
	"context"
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

// today is a Tuesday, so that "this week" has a day in it.
var today = time.Date(2026, 11, 24, 10, 15, 0, 0, directory.Copenhagen)

// desk is a page on a real store, with a queue in place of the screen's goroutine
// and a clock that is moved by hand.
type desk struct {
	t     testing.TB
	store *localdb.Store
	page  *Page
	win   fyne.Window
	queue chan func()
	rand  *counter
	after func() // what waits for time to pass
	went  []string
	shown func([]string)
}

type counter struct{ n uint64 }

func (c *counter) Read(p []byte) (int, error) {
	for i := range p {
		c.n = c.n*6364136223846793005 + 1442695040888963407
		p[i] = byte(c.n >> 56)
	}
	return len(p), nil
}

const (
	walk  = "0190a000-0000-7000-8000-000000000001"
	knit  = "0190a000-0000-7000-8000-000000000002"
	eat   = "0190a000-0000-7000-8000-000000000003"
	sing  = "0190a000-0000-7000-8000-000000000004"
	bente = "0190a000-0000-7000-8000-0000000000b1"
)

var names = map[string]string{walk: "Gå-glad i Lindeby Syd", knit: "Strik og snak", eat: "Torsdagsspisning i Vestbo", sing: "Sangaften i Sognegården"}

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
		for id, name := range names {
			if err := tx.Put(&directory.Community{ID: id, Name: name}); err != nil {
				return err
			}
		}
		return tx.PutAmbassador(&directory.Ambassador{ID: bente, Name: "Bente"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if fill != nil {
		fill(d)
	}
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look)
	d.page = New(Deps{
		Store: s, Cards: s, Lang: "da", Now: func() time.Time { return today }, Rand: d.rand, Post: func(f func()) { d.queue <- f },
		After:     func(_ time.Duration, f func()) func() { d.after = f; return func() { d.after = nil } },
		Companion: func(c referral.Code) { d.went = append(d.went, "companion "+string(c)) },
		ShowOther: func(c referral.Code, shown func([]string)) {
			d.went, d.shown = append(d.went, "other "+string(c)), shown
		},
		NewCard: func(c referral.Code) { d.went = append(d.went, "card "+string(c)) },
	})
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

// settle runs what was posted until something is so.
func (d *desk) settle(until func() bool) {
	d.t.Helper()
	limit := time.After(20 * time.Second)
	for !until() {
		select {
		case f := <-d.queue:
			f()
		case <-limit:
			d.t.Fatal("nothing more happened, and it is not so")
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

// refer records a vejvisning some days ago and gives its code.
func (d *desk) refer(daysAgo int, depth referral.Depth, communities ...string) referral.Code {
	return d.referAfter("", daysAgo, depth, communities...)
}

func (d *desk) referAfter(previous referral.Code, daysAgo int, depth referral.Depth, communities ...string) referral.Code {
	d.t.Helper()
	code, err := referral.Draw(d.rand)
	if err != nil {
		d.t.Fatal(err)
	}
	err = d.store.RecordReferral(referral.Referral{
		ID: d.id(), Code: code, At: directory.DayOf(today).AddDays(-daysAgo), Depth: depth, Communities: communities, PreviousCode: previous,
		Organisation: "Lindeby Kommune", Place: "Lindeby Bibliotek", Origin: referral.AskedFor, ShownBy: referral.ByProfessional,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return code
}

func (d *desk) id() string {
	id, err := uuid.NewV7FromReader(d.rand)
	if err != nil {
		d.t.Fatal(err)
	}
	return id.String()
}

func (d *desk) event(code referral.Code, k referral.Kind, daysAgo int) {
	d.told(referral.Event{Code: code, Kind: k, On: directory.DayOf(today).AddDays(-daysAgo)})
}

func (d *desk) told(e referral.Event) {
	d.t.Helper()
	e.ID = d.id()
	if err := d.store.RecordEvent(e); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) typeCode(text string) {
	d.win.Canvas().Focus(d.page.code.Entry)
	d.page.code.Entry.SetText("")
	test.Type(d.page.code.Entry, text)
	d.page.code.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
}

func (d *desk) life(code referral.Code) referral.Life {
	d.t.Helper()
	r, evs, err := d.store.Referral(code)
	if err != nil {
		d.t.Fatal(err)
	}
	return referral.StateOf(r, evs)
}

// say presses the number of an outcome, where focus is.
func (d *desk) say(k referral.Kind) {
	d.t.Helper()
	for i, o := range d.page.card.options {
		if o.kind == k {
			test.Type(d.win.Canvas().Focused(), string(rune('1'+i)))
			return
		}
	}
	d.t.Fatalf("%s is not offered", k)
}

// press presses a button by its words, wherever it stands on the right.
func (d *desk) press(text string) {
	d.t.Helper()
	if b := find(d.page.inside, text); b != nil {
		test.Tap(b)
		return
	}
	d.t.Fatalf("there is no %q among %q", text, texts(d.page.inside))
}

func find(o fyne.CanvasObject, text string) *widget.Button {
	var out *widget.Button
	walk2(o, func(o fyne.CanvasObject) {
		if b, ok := o.(*widget.Button); ok && b.Text() == text && out == nil {
			out = b
		}
	})
	return out
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
	case *widget.Text, *widget.Button:
	case fyne.Widget:
		children = test.WidgetRenderer(x).Objects()
	}
	for _, c := range children {
		walk2(c, fn)
	}
}
