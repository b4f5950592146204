package followup

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
	"github.com/faellesskabsby/vejviser/localdb/practice"
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

func TestWrongCheckSymbolIsSaidInWords(t *testing.T) {
	d := usual(t, nil)
	code := []byte(d.refer(0, referral.Guided, walk))
	last := len(code) - 1
	wrong := byte('2')
	if code[last] == wrong {
		wrong = '3'
	}
	typed := string(append(code[:last:last], wrong))
	d.typeCode(typed)
	if got := d.page.code.Problem(); !strings.Contains(got, "forkert") {
		t.Errorf("a wrong check symbol is said as %q", got)
	}
	if got := d.page.code.Entry.Text; got != typed {
		t.Errorf("what was typed is gone: %q", got)
	}
	if d.page.card != nil {
		t.Error("a wrong code shows a card")
	}
}

func TestACodeThatCameBackIsRecordedByOneKey(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.refer(3, referral.Guided, walk) })
	d.typeCode(strings.ToLower(strings.ReplaceAll(string(code), "-", " ")))
	if d.win.Canvas().Focused() != fyne.Focusable(d.page.card.keys) {
		t.Fatal("after the code, keys do not go to the outcomes")
	}
	if d.page.card.options[0].kind != referral.Welcomed {
		t.Errorf("the first is %s", d.page.card.options[0].kind)
	}
	test.Type(d.page.card.keys, "1")
	d.settle(func() bool { return d.page.card.notice != nil })
	if s := d.life(code).State; s != referral.State(referral.Welcomed) {
		t.Errorf("it is %s", s)
	}
	if d.win.Canvas().Focused() != fyne.Focusable(d.page.code.Entry) {
		t.Error("after recording, the next code cannot be typed at once")
	}
	d.press("Fortryd")
	d.settle(func() bool { return d.life(code).State == referral.State(referral.Shown) })
	if l := d.life(code); len(l.Undone) != 2 {
		t.Errorf("what was taken back is lost: %+v", l)
	}
}

// A wrong code and one that is not known here put away the one that was shown:
// nothing may be recorded for a code nobody sees any more.
func TestAnotherCodePutsTheOneBeforeAway(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.refer(3, referral.Guided, walk) })
	d.typeCode(string(code))
	if d.page.list.Selected() < 0 {
		t.Fatal("the row of a known code is not marked")
	}
	d.typeCode("K7M4-QXR2")
	if d.page.card != nil || d.page.list.Selected() >= 0 {
		t.Error("after a wrong code the one before is still shown or marked")
	}
	d.typeCode(example)
	if c := d.page.card; c == nil || c.known() || c.told.Referral.Code != example || d.page.list.Selected() >= 0 {
		t.Error("after an unknown code something of the one before is left")
	}
	if d.page.code.Problem() != "" {
		t.Errorf("the example that is shown is no code: %q", d.page.code.Problem())
	}
}

func TestOnlyWhatFitsNowIsOfferedAndTheRestIsAPressAway(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.refer(3, referral.Guided, walk) })
	d.typeCode(string(code))
	if slices.Contains(d.page.card.kinds(), referral.StillComing) {
		t.Error("still coming is offered before a welcome")
	}
	d.press("Noget andet, der skete tidligere")
	d.say(referral.StillComing)
	d.settle(func() bool { return d.page.card.notice != nil })
	if l := d.life(code); len(l.Odd) > 0 || !l.Events[len(l.Events)-1].Late {
		t.Errorf("%+v", l)
	}
}

func TestACodeThatIsNotKnownHereIsSaidAndKept(t *testing.T) {
	d := usual(t, nil)
	d.typeCode(example)
	d.say(referral.Welcomed)
	d.settle(func() bool { return d.page.card.notice != nil })
	waiting, err := d.store.Waiting()
	if err != nil {
		t.Fatal(err)
	}
	if len(waiting) != 1 || waiting[0].Code != example {
		t.Errorf("waiting is %+v, want one event of %s", waiting, example)
	}
}

func TestALateDayIsReadAndAWrongOneKeepsWhatWasTyped(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.refer(20, referral.Guided, walk) })
	d.typeCode(string(code))
	c := d.page.card
	c.when.set("other")
	for typed, want := range map[string]string{"31.2": "dag", "1.12.2026": "ikke kommet", "1.1.2026": "før"} {
		c.when.field.Entry.SetText(typed)
		c.keys.Digit(1)
		if !strings.Contains(c.when.field.Problem(), want) || c.when.field.Entry.Text != typed {
			t.Errorf("%s: said %q, kept %q", typed, c.when.field.Problem(), c.when.field.Entry.Text)
		}
	}
	c.when.field.Entry.SetText("20.11")
	c.keys.Digit(1)
	d.settle(func() bool { return c.notice != nil })
	if l := d.life(code); l.Events[1].On != "2026-11-20" || l.State != referral.State(referral.Welcomed) {
		t.Errorf("recorded %+v", l)
	}
}

// A pile of slips: each code and Enter, no other key. A slip typed twice counts
// once, a misread one is refused at once, an unknown one is kept, and each can be
// taken back.
func TestAPileOfSlipsIsTypedInARow(t *testing.T) {
	var a, b referral.Code
	d := usual(t, func(d *desk) { a, b = d.refer(9, referral.Guided, walk), d.refer(8, referral.Guided, knit) })
	test.Tap(d.page.many)
	if d.win.Canvas().Focused() != fyne.Focusable(d.page.code.Entry) {
		t.Fatal("the codes cannot be typed at once")
	}
	for _, code := range []referral.Code{a, b, a, example} {
		d.typeCode(string(code))
		if d.win.Canvas().Focused() != fyne.Focusable(d.page.code.Entry) || d.page.code.Entry.Text != "" {
			t.Fatal("the next code cannot be typed at once")
		}
	}
	d.typeCode("K7M4-QXR2")
	if !strings.Contains(d.page.code.Problem(), "forkert") || len(d.page.pile.entries) != 4 {
		t.Errorf("said %q, %d entries", d.page.code.Problem(), len(d.page.pile.entries))
	}
	d.settle(func() bool {
		w, err := d.store.Waiting()
		return err == nil && len(w) >= 7 // two vejvisninger with their showing, and three slips
	})
	for _, code := range []referral.Code{a, b} {
		if l := d.life(code); l.State != referral.State(referral.Welcomed) || len(l.Events) != 2 {
			t.Errorf("%s: %+v", code, l)
		}
	}
	if s := d.page.pile.entries[1].state; s != entryAlready {
		t.Errorf("the slip that was typed twice is %v", s)
	}
	if got := texts(d.page.inside); !strings.Contains(got, "3 registreret lige nu · 1 kendes ikke her endnu") {
		t.Errorf("said\n%s", got)
	}
	d.page.undo(d.page.pile.entries[2], func(error) {})
	d.settle(func() bool { return d.life(b).State == referral.State(referral.Shown) })
	d.page.undoLast() // the unknown one
	d.settle(func() bool { return d.page.pile.entries[0].state == entryUndone })
	d.page.undoLast()
	d.settle(func() bool { return d.life(a).State == referral.State(referral.Shown) })
}

func TestWhatIsDueStandsInItsGroupAndUnclearStaysInSight(t *testing.T) {
	d := usual(t, lifelike)
	var groups []string
	for _, r := range d.page.rows {
		if r.heading != "" {
			groups = append(groups, d.page.say.T(r.heading))
		}
	}
	if want := []string{"For sent", "I dag", "Denne uge", "Senere", "Uafklaret"}; !slices.Equal(groups, want) {
		t.Errorf("groups are %v", groups)
	}
	if d.page.Badge() == "" {
		t.Error("nothing is said to be due")
	}
}

// Whoever works through the list keeps their place: what something was said of stays
// where it stood until another is chosen, and the page scrolls nowhere.
func TestTheListKeepsItsPlaceWhileOneWorksThroughIt(t *testing.T) {
	d := usual(t, func(d *desk) {
		for range 30 {
			d.refer(10, referral.Guided, walk)
		}
	})
	d.win.Canvas().Focus(d.page.list)
	for range 20 {
		d.page.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	}
	at, code := d.page.list.Selected(), d.page.card.told.Referral.Code
	d.page.list.TypedKey(&fyne.KeyEvent{Name: fyne.Key1})
	d.settle(func() bool { return d.life(code).State == referral.State(referral.Welcomed) })
	d.settle(func() bool {
		return d.page.snap.task(code) != nil && d.page.snap.task(code).Kind == referral.StillComing4w
	})
	if d.page.list.Selected() != at || d.page.codeAt(at) != code {
		t.Errorf("it stood in row %d and %d is chosen, which is %s", at, d.page.list.Selected(), d.page.codeAt(d.page.list.Selected()))
	}
	next := d.page.codeAt(at + 1)
	d.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if d.page.card.told.Referral.Code != next || d.page.codeAt(d.page.list.Selected()) != next {
		t.Error("the arrow down does not go on to the one below")
	}
}

func TestWhatIsRecordedElsewhereShowsWithoutLosingTheCard(t *testing.T) {
	var a referral.Code
	d := usual(t, func(d *desk) { a = d.refer(1, referral.Guided, walk) })
	d.typeCode(string(a))
	d.page.card.when.set("yesterday")
	d.refer(0, referral.Postcard, knit)
	d.settle(func() bool { return len(d.page.snap.lives) == 2 })
	if c := d.page.card; c == nil || c.told.Referral.Code != a || c.when.on != "yesterday" {
		t.Error("the choice was lost when another vejvisning was recorded")
	}
	if d.win.Canvas().Focused() != fyne.Focusable(d.page.card.keys) {
		t.Error("focus was lost")
	}
}

func TestTheNextStepIsSuggestedAndLeadsOn(t *testing.T) {
	var full, alone, old referral.Code
	d := usual(t, func(d *desk) {
		full = d.refer(9, referral.Guided, walk)
		d.event(full, referral.NoRoom, 2)
		alone = d.refer(3, referral.Accompanied, knit)
		d.event(alone, referral.AccompanimentWanted, 3)
		old = d.refer(30, referral.Guided, walk)
		d.referAfter(old, 1, referral.Guided, knit)
	})
	d.typeCode(string(alone))
	test.Type(d.page.card.keys, "1")
	d.typeCode(string(full))
	test.Type(d.page.card.keys, "1")
	if want := []string{"companion " + string(alone), "other " + string(full)}; !slices.Equal(d.went, want) {
		t.Errorf("went to %v", d.went)
	}
	d.shown([]string{knit})
	d.settle(func() bool { l := d.life(full); return len(l.Events[len(l.Events)-1].Instead) == 1 })
	if l := d.life(full); l.State != referral.State(referral.NoRoom) || len(l.Events) != 2 || len(l.Undone) != 1 {
		t.Errorf("%+v", l)
	}
	d.typeCode(string(old))
	if got := texts(d.page.inside); !strings.Contains(got, "Siden vist videre med kode") {
		t.Errorf("the later code is not said:\n%s", got)
	}
}

// Somebody practised, was shown on, and fell out: the practice ground is offered
// again, from the code alone.
func TestWhoFallsOutIsOfferedThePracticeGroundAgain(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) {
		first := d.refer(60, referral.Guided, eat)
		for i, days := range []int{50, 43, 36} {
			s := practice.Session{ID: fmt.Sprintf("0190a000-0000-7000-8000-0000000000a%d", i), Community: eat, On: directory.DayOf(today).AddDays(-days), Came: 4, Codes: []referral.Code{first}}
			if err := d.store.EditSession(nil, &s); err != nil {
				t.Fatal(err)
			}
		}
		code = d.referAfter(first, 30, referral.Guided, sing)
		d.event(code, referral.Welcomed, 20)
		d.event(code, referral.DidNotFit, 1)
	})
	d.page.d.ShowGround = func(c referral.Code, ground string) { d.went = append(d.went, "ground "+string(c)+" "+ground) }
	d.typeCode(string(code))
	got := texts(d.page.inside)
	for _, want := range []string{"Øvebane: 3 gange på Torsdagsspisning i Vestbo", "Også forbundet med tidligere kode"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not said in\n%s", want, got)
		}
	}
	if k := d.page.card.task; k == nil || k.Kind != referral.PracticeGround || !strings.HasPrefix(d.page.card.options[0].text, "Tilbyd øvebanen igen: Torsdagsspisning") {
		t.Fatalf("%+v, %+v", k, d.page.card.options)
	}
	test.Type(d.page.card.keys, "1")
	if !slices.Contains(d.went, "ground "+string(code)+" "+eat) {
		t.Errorf("went to %v", d.went)
	}
}

func TestAfterFourWeeksAndThreeMonthsSomebodyAsks(t *testing.T) {
	var four, three referral.Code
	d := usual(t, func(d *desk) {
		four = d.refer(30, referral.Guided, walk)
		d.event(four, referral.Welcomed, 28)
		three = d.refer(95, referral.Guided, walk)
		d.event(three, referral.Welcomed, 91)
		d.event(three, referral.StillComing, 60)
	})
	for code, want := range map[referral.Code]string{four: "4 uger", three: "3 måneder"} {
		d.typeCode(string(code))
		if got := texts(d.page.inside); !strings.Contains(got, want) || d.page.card.options[0].kind != referral.StillComing {
			t.Errorf("%s is asked as\n%s", code, got)
		}
		d.say(referral.StillComing)
		d.settle(func() bool { return d.life(code).State == referral.State(referral.StillComing) })
		d.settle(func() bool { return d.page.card.notice != nil })
	}
	if k := d.page.card.task; k != nil && k.Kind != referral.StillComing3m {
		t.Errorf("next is %+v", k)
	}
}

// A contact card is shown by a press and closes by itself; erased, it is gone.
func TestAContactCardIsShownForAWhileAndCanBeErased(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) {
		code = d.refer(3, referral.Guided, walk)
		err := d.store.KeepCard(cards.Card{Info: cards.Info{Code: code, DeleteBy: "2027-02-03",
			Consent: cards.Consent{Text: "1", Language: "da", How: "spoken", At: today}}, FirstName: "Rosmarin", Phone: "00000000"})
		if err != nil {
			d.t.Fatal(err)
		}
	})
	d.typeCode(string(code))
	if got := texts(d.page.inside); !strings.Contains(got, "slettes 3. feb.") || strings.Contains(got, "Rosmarin") {
		t.Fatalf("said\n%s", got)
	}
	d.press("Vis")
	d.settle(func() bool { return d.page.card.contact.open != nil })
	if got := texts(d.page.inside); !strings.Contains(got, "Rosmarin") || !strings.Contains(got, "00 00 00 00") {
		t.Fatalf("said\n%s", got)
	}
	d.after() // two minutes
	if got := texts(d.page.inside); strings.Contains(got, "Rosmarin") {
		t.Error("the card stays in sight")
	}
	d.press("Vis")
	d.settle(func() bool { return d.page.card.contact.open != nil })
	d.page.Refresh()
	if got := texts(d.page.inside); strings.Contains(got, "Rosmarin") {
		t.Error("the card is in sight for who comes back to the page")
	}
	d.press("Slet nu")
	d.press("Slet kortet")
	d.settle(func() bool { return d.page.card.contact.info == nil })
	if i, err := d.store.CardOf(code); err != nil || i != nil {
		t.Errorf("the card is still there: %v %v", i, err)
	}
	d.press("Lav et kontaktkort")
	if !slices.Contains(d.went, "card "+string(code)) {
		t.Error("a new one leads nowhere")
	}
}

func TestNothingIsSaidOfContactCardsWhereThereAreNone(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.refer(3, referral.Guided, walk) })
	d.page.d.Cards = nil
	d.typeCode(string(code))
	if got := strings.ToLower(texts(d.page.inside)); strings.Contains(got, "kontaktkort") {
		t.Errorf("said\n%s", got)
	}
}

func TestTheDigitsWorkInTheListToo(t *testing.T) {
	d := usual(t, func(d *desk) { d.refer(0, referral.Guided, walk); d.refer(9, referral.Postcard, knit) })
	d.win.Canvas().Focus(d.page.list)
	if d.page.card == nil {
		t.Fatal("the list has focus and shows nothing")
	}
	first := d.page.card.told.Referral.Code
	d.page.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if d.page.card.told.Referral.Code == first {
		t.Error("the arrow down stops at a heading")
	}
	d.page.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyUp})
	if d.page.card.told.Referral.Code != first {
		t.Error("the arrow up stops at a heading")
	}
	if _, takes := any(d.page).(interface{ TypedKey(*fyne.KeyEvent) bool }); takes {
		t.Error("the page takes keys that nothing in focus wants: a digit may be the first of a code")
	}
}

func TestRecordedSuggestionsAreListed(t *testing.T) {
	d := usual(t, nil)
	if err := d.store.Suggest(localdb.Suggestion{ID: "0190a000-0000-7000-8000-00000000000a", Community: walk, Field: "schedule", Text: "De går nu om onsdagen", At: today}); err != nil {
		t.Fatal(err)
	}
	d.settle(func() bool { return len(d.page.snap.suggestions) == 1 })
	d.page.filter("reports")
	if len(d.page.rows) != 1 || d.page.reportAt(0) == nil {
		t.Errorf("the list has %+v", d.page.rows)
	}
	d.page.filter("unsent")
	if len(d.page.rows) != 0 || !d.page.empty.Visible() {
		t.Error("nothing waits, and it is not said")
	}
}

// guide makes the page one on which the directory may be changed; where its edits
// lead is kept.
func (d *desk) guide() *string {
	led := new(string)
	d.page.d.MayEdit, d.page.d.Edit = func() bool { return true }, func(id string) { *led = id }
	return led
}

func TestAGuideOpensTheCommunityThatWasReported(t *testing.T) {
	d := usual(t, func(d *desk) {
		for i, id := range []string{"0190a000-0000-7000-8000-00000000000a", "0190a000-0000-7000-8000-00000000000b"} {
			g := localdb.Suggestion{ID: id, Community: []string{walk, "0190a000-0000-7000-8000-0000000000ff"}[i], Field: "schedule", Text: "De går nu om onsdagen", At: today.Add(-time.Hour)}
			if err := d.store.Suggest(g); err != nil {
				t.Fatal(err)
			}
		}
	})
	d.page.filter("reports")
	d.pick(0)
	d.page.choose(0)
	led := d.guide()
	if d.page.choose(0); *led != "" {
		t.Error("a community that is not here is opened")
	}
	if d.page.choose(1); *led != walk {
		t.Errorf("led to %q", *led)
	}
	c, err := d.store.Community(walk)
	if err != nil {
		t.Fatal(err)
	}
	after := *c
	after.AssuredAt = today
	if err := d.store.EditCommunity(c, &after); err != nil {
		t.Fatal(err)
	}
	if state, _ := d.page.stateOf(d.page.reportAt(1)); state != "confirmed" {
		t.Errorf("once confirmed it is %q", state)
	}
	d.page.settle(d.page.reportAt(1).ID, localdb.ClosedDone)
	d.settle(func() bool { return len(d.page.rows) == 1 && !d.page.settling })
}

func (d *desk) pick(i int) {
	d.page.list.Select(i)
	d.page.selected(i)
}

// BenchmarkTenThousandReferrals reads what is due, shows it, and moves through it.
func BenchmarkTenThousandReferrals(b *testing.B) {
	d := usual(b, func(d *desk) {
		for i := range 10_000 {
			d.refer(i/30, referral.Guided, walk)
		}
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := load(d.store, d.page.today()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("fill", func(b *testing.B) {
		for b.Loop() {
			d.page.fill()
		}
	})
	b.Run("key", func(b *testing.B) {
		d.win.Canvas().Focus(d.page.list)
		for b.Loop() {
			d.page.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
		}
	})
}

// TestEverythingIsReachedByTab walks the page with Tab: whatever can be pressed or
// typed in gets focus.
func TestEverythingIsReachedByTab(t *testing.T) {
	d := usual(t, lifelike)
	d.pickState(referral.Arranged)
	missing := map[fyne.Focusable]bool{}
	walk2(d.page.Content(), func(o fyne.CanvasObject) {
		if f, ok := o.(fyne.Focusable); ok && !o.Size().IsZero() {
			if x, can := o.(fyne.Disableable); !can || !x.Disabled() {
				missing[f] = true
			}
		}
	})
	if len(missing) < 8 {
		t.Fatalf("only %d things can have focus", len(missing))
	}
	for range 3 * len(missing) {
		d.win.Canvas().FocusNext()
		delete(missing, d.win.Canvas().Focused())
	}
	for f := range missing {
		t.Errorf("Tab never comes to a %T", f)
	}
}
