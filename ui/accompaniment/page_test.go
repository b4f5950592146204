package accompaniment

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb"
	cards "github.com/faellesskabsby/vejviser/localdb/card"
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
		PrintBriefing: to("briefing"), HostNote: to("host"), FollowUp: to("followup")})
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

func TestTheListIsInTheOrderOfNeedAndWait(t *testing.T) {
	var new, long, fell, coming, past referral.Code
	d := usual(t, func(d *desk) {
		new, long, fell = d.wants(1, referral.Wanted{}, walk), d.wants(20, referral.Wanted{}, walk), d.wants(9, referral.Wanted{}, sing)
		coming, past = d.wants(5, referral.Wanted{}, walk), d.wants(6, referral.Wanted{}, walk)
		d.arranged(fell, 8, -2, person(1))
		d.told(referral.Event{Code: fell, Kind: referral.FellThrough, On: ago(1)})
		d.arranged(coming, 4, 2, person(1))
		d.arranged(past, 4, -1, person(2))
	})
	want := []string{"Fulgtes de?", string(past), "Faldt væk – står på listen igen", string(fell), "Venter på en at følges med", string(long), string(new), "Aftalt", string(coming)}
	if got := d.codes(); !slices.Equal(got, want) {
		t.Errorf("%v\nwant %v", got, want)
	}
	if d.page.Badge() != "3" {
		t.Errorf("%q wait", d.page.Badge())
	}
}

// Somebody waits, the best fit is chosen, everything is suggested, and Enter agrees:
// with keys alone.
func TestAnAgreementIsMadeWithAFewKeys(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) {
		code = d.wants(9, referral.Wanted{Area: "Lindeby Syd", Times: []string{"forenoon"}}, walk)
	})
	d.win.Canvas().Focus(d.page.list)
	got := texts(d.page.inside)
	for _, want := range []string{"Har ventet siden 15. november 2026.", "formiddag", "tir. 24. nov. kl. 10", "Bente", "kender Gå-glad i Lindeby Syd", "Kan tage 2 nu"} {
		if !strings.Contains(got, want) {
			t.Fatalf("%q is not said in\n%s", want, got)
		}
	}
	d.page.list.TypedKey(&fyne.KeyEvent{Name: fyne.Key1})
	x := d.page.shown.(*plan)
	if x.day.Entry.Text != "24.11" || x.clock.Entry.Text != "9.30" || x.where.Entry.Text != "ved Beboerhuset" {
		t.Errorf("suggests %q %q %q", x.day.Entry.Text, x.clock.Entry.Text, x.where.Entry.Text)
	}
	d.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	d.settle(func() bool {
		return d.life(code).State == referral.State(referral.Arranged) && d.page.notice != nil && len(d.page.snap.agreed) == 1
	})
	l := d.life(code)
	if p := l.Events[len(l.Events)-1].Plan; p == nil || p.With != person(1) || p.Where != "ved Beboerhuset" || p.On != "2026-11-24" || p.At != "09:30" || p.To != walk {
		t.Errorf("agreed %+v", p)
	}
	if got := texts(d.page.inside); !strings.Contains(got, "Aftalt: Bente, i dag") || !strings.Contains(got, "Bente følges med") {
		t.Errorf("it says\n%s", got)
	}
	d.press("Fortryd")
	d.settle(func() bool { return d.life(code).State == referral.State(referral.AccompanimentWanted) })
}

// The companion could not come: the citizen stands on the list again, with those who
// can go along beside, and keeps the wait they had.
func TestWhoItFallsThroughForIsOnTheListAgainAtOnce(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) {
		code = d.wants(9, referral.Wanted{}, walk)
		d.arranged(code, 5, 0, person(1))
	})
	d.pick(code)
	if got := texts(d.page.inside); !strings.Contains(got, "Fulgtes de i dag?") || !strings.Contains(got, "mødes") && !strings.Contains(got, "Mødes: ved biblioteket") {
		t.Errorf("it says\n%s", got)
	}
	d.win.Canvas().Focus(d.page.list)
	d.page.list.TypedKey(&fyne.KeyEvent{Name: fyne.Key2})
	d.settle(func() bool { return len(d.page.snap.queue) == 1 && d.page.notice != nil })
	d.settle(func() bool { _, is := d.page.shown.(*waiting); return is })
	if got := texts(d.page.inside); !strings.Contains(got, "står på listen igen") || !strings.Contains(got, "Hvem kan følges med?") || !strings.Contains(got, "15. november") {
		t.Errorf("it says\n%s", got)
	}
}

func TestOneKeySaysThatTheyWentTogether(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) {
		code = d.wants(9, referral.Wanted{}, walk)
		d.arranged(code, 5, -1, person(1))
	})
	d.win.Canvas().Focus(d.page.list)
	d.page.list.TypedKey(&fyne.KeyEvent{Name: fyne.Key1})
	d.settle(func() bool { return d.life(code).State == referral.State(referral.CarriedOut) && len(d.page.rows) == 0 })
	if e := d.life(code).Events; e[len(e)-1].On != ago(1) {
		t.Errorf("they went together on %s", e[len(e)-1].On)
	}
	d.press("Fortryd")
	d.settle(func() bool { return len(d.page.snap.agreed) == 1 })
}

func TestWhoHoldsAPauseOrHasHandsFullIsLastAndSaidSo(t *testing.T) {
	d := usual(t, func(d *desk) {
		d.wants(9, referral.Wanted{Languages: []string{"uk"}}, walk)
		busy := d.wants(3, referral.Wanted{}, walk)
		d.arranged(busy, 2, 3, person(2))
	})
	d.win.Canvas().Focus(d.page.list)
	d.press("Vis 2 flere")
	got := texts(d.page.inside)
	full, paused, other := strings.Index(got, "Har fuldt op nu"), strings.Index(got, "Pause til 20. dec."), strings.Index(got, "Bente")
	if other < 0 || full < other || paused < full {
		t.Errorf("the order is\n%s", got)
	}
	if !strings.Contains(got, "taler ukrainsk") || !strings.Contains(got, "andet sprog") || !strings.Contains(got, "følger med i sit arbejde") {
		t.Errorf("the reasons are\n%s", got)
	}
}

func TestACodeIsPutOnTheListWithItsWishes(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.refer(3, walk) })
	d.page.showAdd()
	x := d.page.shown.(*wishForm)
	test.Type(x.code.Entry, "K7M4-QXR2")
	x.submit()
	if !strings.Contains(x.code.Problem(), "forkert") {
		t.Errorf("a wrong code is said as %q", x.code.Problem())
	}
	x.code.Entry.SetText(strings.ToLower(string(code)))
	test.Tap(x.times.chips[0])
	x.area.Select("Lindeby Syd")
	x.sex.Select("female")
	d.press("Sæt på listen")
	d.settle(func() bool { return len(d.page.snap.queue) == 1 && d.page.code == code })
	w := d.page.snap.queue[0].Wanted
	if w.Area != "Lindeby Syd" || !slices.Equal(w.Times, []string{"forenoon"}) || w.Gender != "female" {
		t.Errorf("%+v", w)
	}
}

// Wishes are corrected, and the wait is the same; taken back, the first wishes are
// there again.
func TestWishesAreChangedAndTheWaitStays(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.wants(9, referral.Wanted{Area: "Lindeby Nord"}, walk) })
	d.pick(code)
	d.press("Ret ønskerne")
	x := d.page.shown.(*wishForm)
	x.area.Select("Lindeby Syd")
	d.press("Gem ønskerne")
	d.settle(func() bool { return d.page.snap.queue[0].Wanted.Area == "Lindeby Syd" && d.page.notice != nil })
	if q := d.page.snap.queue; len(q) != 1 || q[0].Since != ago(9) {
		t.Errorf("%+v", q)
	}
	d.settle(func() bool { _, is := d.page.shown.(*waiting); return is })
	d.press("Fortryd")
	d.settle(func() bool { return len(d.page.snap.queue) == 1 && d.page.snap.queue[0].Wanted.Area == "Lindeby Nord" })
}

func TestAnAgreementIsChangedInPlace(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) {
		code = d.wants(9, referral.Wanted{}, walk)
		d.arranged(code, 5, 2, person(1))
	})
	d.pick(code)
	d.press("Ret aftalen")
	x := d.page.shown.(*plan)
	x.where.Entry.SetText("ved stationen")
	x.clock.Entry.SetText("8.75")
	d.press("Aftal")
	if x.clock.Problem() == "" {
		t.Error("8.75 is a time")
	}
	x.clock.Entry.SetText("8.45")
	d.press("Aftal")
	d.settle(func() bool {
		return len(d.page.snap.agreed) == 1 && d.page.snap.agreed[0].Plan.Where == "ved stationen"
	})
	if l := d.life(code); len(l.Undone) != 1 || len(l.Odd) > 0 || d.page.snap.agreed[0].Plan.At != "08:45" {
		t.Errorf("%+v", l)
	}
}

func TestNoCPRNumberIsAMeetingPoint(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.wants(9, referral.Wanted{}, walk) })
	d.pick(code)
	d.page.shown.digit(1)
	x := d.page.shown.(*plan)
	x.where.Entry.SetText("hos 010190-1234")
	d.press("Aftal")
	if x.where.Problem() == "" || !d.page.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape}) || d.life(code).State != referral.State(referral.AccompanimentWanted) {
		t.Error("it was kept")
	}
}

func TestTheHostIsToldOnlyWithConsent(t *testing.T) {
	var yes, no referral.Code
	d := usual(t, func(d *desk) {
		yes, no = d.wants(9, referral.Wanted{}, walk), d.wants(8, referral.Wanted{}, walk)
		d.arranged(yes, 5, 2, person(1))
		d.arranged(no, 5, 2, person(2))
		for code, tell := range map[referral.Code]bool{yes: true, no: false} {
			err := d.store.KeepCard(cards.Card{Info: cards.Info{Code: code, DeleteBy: ago(-60),
				Consent: cards.Consent{Text: "1", Language: "da", How: "spoken", At: today, TellHost: tell}}, FirstName: "Rosmarin"})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	d.pick(no)
	if got := texts(d.page.inside); strings.Contains(got, "til værten") || strings.Contains(got, "Rosmarin") {
		t.Errorf("it says\n%s", got)
	}
	d.press("Ark til følgesvenden")
	d.pick(yes)
	d.press("Hvem kommer – til værten")
	if want := []string{"briefing " + string(no), "host " + string(yes)}; !slices.Equal(d.went, want) {
		t.Errorf("went to %v", d.went)
	}
}

func TestACodeFromAnotherPageIsShownOnceItIsRead(t *testing.T) {
	var code, none referral.Code
	d := usual(t, func(d *desk) { code, none = d.wants(2, referral.Wanted{}, walk), d.refer(1, sing) })
	d.page.Show(code)
	if d.page.code != code || d.page.codeAt(d.page.list.Selected()) != code {
		t.Error("it is not shown")
	}
	d.page.Show(none)
	if got := texts(d.page.inside); !strings.Contains(got, "Du kan sætte den på") {
		t.Errorf("it says\n%s", got)
	}
}

func BenchmarkTenThousandReferralsAndFiveHundredAmbassadors(b *testing.B) {
	var first referral.Code
	d := usual(b, func(d *desk) {
		for i := range 10_000 {
			if i%20 == 0 {
				first = d.wants(i/300, referral.Wanted{Area: "Lindeby Syd"}, walk)
			} else {
				d.refer(i/30, walk)
			}
		}
		err := d.store.Import(context.Background(), func(tx *localdb.ImportTx) error {
			for i := range 500 {
				a := people[i%len(people)]
				a.ID = fmt.Sprintf("0190a000-0000-7000-8000-00000001%04d", i)
				if err := tx.PutAmbassador(&a); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := load(d.store, d.page.today()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			d.page.open(first)
		}
	})
}

// TestEverythingIsReachedByTab walks the page with Tab in each of its states:
// whatever can be pressed or typed in gets focus.
func TestEverythingIsReachedByTab(t *testing.T) {
	d := usual(t, lifelike)
	for name, do := range map[string]func(){
		"waiting": func() { d.pick(d.page.snap.queue[1].Referral.Code) },
		"plan":    func() { d.pick(d.page.snap.queue[1].Referral.Code); d.page.shown.digit(1) },
		"agreed":  func() { d.pick(d.page.snap.agreed[0].Referral.Code) },
		"add":     d.page.showAdd,
	} {
		do()
		missing := map[fyne.Focusable]bool{}
		walk2(d.page.Content(), func(o fyne.CanvasObject) {
			if f, ok := o.(fyne.Focusable); ok && !o.Size().IsZero() {
				missing[f] = true
			}
		})
		if len(missing) < 5 {
			t.Fatalf("%s: only %d things can have focus", name, len(missing))
		}
		for range 3 * len(missing) {
			d.win.Canvas().FocusNext()
			delete(missing, d.win.Canvas().Focused())
		}
		for f := range missing {
			t.Errorf("%s: Tab never comes to a %T", name, f)
		}
	}
}
