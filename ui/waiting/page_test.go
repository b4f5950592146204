package waiting

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
)

func TestMain(m *testing.M) {
	localdb.CheckIfAsked()
	os.Exit(m.Run())
}

// today is a Tuesday, so that "this week" has a day in it.
var today = time.Date(2026, 11, 24, 10, 15, 0, 0, directory.Copenhagen)

// desk is a page on a real store, with a queue in place of the screen's goroutine.
type desk struct {
	t     testing.TB
	store *localdb.Store
	page  *Page
	win   fyne.Window
	queue chan func()
	rand  *counter
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
	walk = "0190a000-0000-7000-8000-000000000001"
	knit = "0190a000-0000-7000-8000-000000000002"
)

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
		for id, name := range map[string]string{walk: "Gå-glad i Lindeby Syd", knit: "Strik og snak"} {
			if err := tx.Put(&directory.Community{ID: id, Name: name}); err != nil {
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
	d.page = New(Deps{Store: s, Lang: "da", Now: func() time.Time { return today }, Rand: d.rand, Post: func(f func()) { d.queue <- f }})
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
	d.t.Helper()
	code, err := referral.Draw(d.rand)
	if err != nil {
		d.t.Fatal(err)
	}
	id, err := uuid.NewV7FromReader(d.rand)
	if err != nil {
		d.t.Fatal(err)
	}
	err = d.store.RecordReferral(referral.Referral{
		ID: id.String(), Code: code, At: directory.DayOf(today).AddDays(-daysAgo), Depth: depth, Communities: communities,
		Organisation: "Lindeby Kommune", Place: "Lindeby Bibliotek", Origin: referral.AskedFor, ShownBy: referral.ByProfessional,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return code
}

func (d *desk) event(code referral.Code, k referral.Kind, daysAgo int) {
	d.t.Helper()
	id, err := uuid.NewV7FromReader(d.rand)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.store.RecordEvent(referral.Event{ID: id.String(), Code: code, Kind: k, On: directory.DayOf(today).AddDays(-daysAgo)}); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) typeCode(text string) {
	d.win.Canvas().Focus(d.page.code.Entry)
	d.page.code.Entry.SetText("")
	test.Type(d.page.code.Entry, text)
	d.page.code.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
}

func (d *desk) state(code referral.Code) referral.State {
	d.t.Helper()
	r, evs, err := d.store.Referral(code)
	if err != nil {
		d.t.Fatal(err)
	}
	return referral.StateOf(r, evs).State
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

func TestACodeThatCameBackIsRecordedWithAFewKeys(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.refer(3, referral.Guided, walk) })
	d.typeCode(strings.ToLower(strings.ReplaceAll(string(code), "-", " ")))
	if d.win.Canvas().Focused() != fyne.Focusable(d.page.card.choices) {
		t.Fatal("after the code, keys do not go to the outcomes")
	}
	c := d.page.card.choices
	i := 1 + indexOf(d.page.card.kinds, referral.Welcomed)
	test.Type(c, fmt.Sprint(i))
	c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	d.settle(func() bool { return d.state(code) == referral.State(referral.Welcomed) })
	d.settle(func() bool { return d.page.card.notice != nil })
	if d.win.Canvas().Focused() != fyne.Focusable(d.page.code.Entry) {
		t.Error("after recording, the next code cannot be typed at once")
	}
}

// A wrong code and one that is not known here put away the case that was shown:
// what was chosen in it must not be recorded for a code nobody sees any more.
func TestAnotherCodePutsTheCaseBeforeAway(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.refer(3, referral.Guided, walk) })
	show := func() {
		d.typeCode(string(code))
		d.page.card.choices.choose(0)
		if d.page.list.Selected() < 0 {
			t.Fatal("the row of a known code is not marked")
		}
	}
	show()
	d.typeCode("K7M4-QXR2")
	if d.page.card != nil || d.page.list.Selected() >= 0 {
		t.Error("after a wrong code the case before is still shown or marked")
	}
	show()
	d.typeCode(example)
	if c := d.page.card; c == nil || c.life.known || c.life.code != example || c.choices.chosen >= 0 || d.page.list.Selected() >= 0 {
		t.Error("after an unknown code something of the case before is left")
	}
	if d.page.code.Problem() != "" {
		t.Errorf("the example that is shown is no code: %q", d.page.code.Problem())
	}
}

// A digit outside the outcomes chooses nothing: it may be the first of a code.
// What is chosen is recorded by Enter, for focus goes with the choice.
func TestADigitChoosesOnlyWhereEnterRecords(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.refer(3, referral.Guided, walk) })
	d.typeCode(string(code))
	d.win.Canvas().Unfocus()
	if _, takes := any(d.page).(interface{ TypedKey(*fyne.KeyEvent) bool }); takes {
		t.Error("the page takes keys that nothing in focus wants")
	}
	d.win.Canvas().Focus(d.page.list)
	d.page.list.TypedKey(&fyne.KeyEvent{Name: fyne.Key1})
	if d.page.card.choices.chosen != 0 {
		t.Fatal("a digit in the list chose nothing")
	}
	d.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	d.settle(func() bool { return d.page.card.notice != nil })
}

func indexOf(list []referral.Kind, k referral.Kind) int {
	for i, x := range list {
		if x == k {
			return i
		}
	}
	return -1
}

func TestOnlyWhatFitsNowIsOfferedAndTheRestIsAPressAway(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.refer(3, referral.Guided, walk) })
	d.typeCode(string(code))
	if indexOf(d.page.card.kinds, referral.StillComing) >= 0 {
		t.Error("still coming is offered before a welcome")
	}
	d.page.card.all = true
	d.page.card.build()
	i := indexOf(d.page.card.kinds, referral.StillComing)
	if i < 0 {
		t.Fatal("what happened earlier cannot be recorded late")
	}
	d.page.card.choices.choose(i)
	d.page.card.record()
	d.settle(func() bool { return d.page.card.notice != nil })
	_, evs, err := d.store.Referral(code)
	if err != nil {
		t.Fatal(err)
	}
	if e := evs[len(evs)-1]; e.Kind != referral.StillComing || !e.Late {
		t.Errorf("recorded %+v, want still_coming as late", e)
	}
}

func TestACodeThatIsNotKnownHereIsSaidAndKept(t *testing.T) {
	d := usual(t, nil)
	code, err := referral.Draw(&counter{n: 99})
	if err != nil {
		t.Fatal(err)
	}
	d.typeCode(string(code))
	if d.page.card == nil || d.page.card.life.known {
		t.Fatal("an unknown code is not shown as unknown")
	}
	d.page.card.choices.choose(indexOf(d.page.card.kinds, referral.Welcomed))
	d.page.card.record()
	d.settle(func() bool { return d.page.card.notice != nil })
	waiting, err := d.store.Waiting()
	if err != nil {
		t.Fatal(err)
	}
	if len(waiting) != 1 || waiting[0].Code != code {
		t.Errorf("waiting is %+v, want one event of %s", waiting, code)
	}
}

func TestALateDayIsReadAndAWrongOneKeepsWhatWasTyped(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.refer(20, referral.Guided, walk) })
	d.typeCode(string(code))
	c := d.page.card
	c.choices.choose(indexOf(c.kinds, referral.Welcomed))
	c.setWhen("other")
	for typed, want := range map[string]string{"31.2": "dag", "1.12.2026": "ikke kommet", "1.1.2026": "før"} {
		c.day.Entry.SetText(typed)
		c.record()
		if !strings.Contains(c.day.Problem(), want) || c.day.Entry.Text != typed {
			t.Errorf("%s: said %q, kept %q", typed, c.day.Problem(), c.day.Entry.Text)
		}
	}
	c.day.Entry.SetText("20.11")
	c.record()
	d.settle(func() bool { return c.notice != nil })
	_, evs, err := d.store.Referral(code)
	if err != nil {
		t.Fatal(err)
	}
	if e := evs[len(evs)-1]; e.On != "2026-11-20" || e.Kind != referral.Welcomed {
		t.Errorf("recorded %+v", e)
	}
}

func TestWhatIsRecordedElsewhereShowsWithoutLosingTheChoice(t *testing.T) {
	var a referral.Code
	d := usual(t, func(d *desk) { a = d.refer(1, referral.Guided, walk) })
	d.typeCode(string(a))
	i := indexOf(d.page.card.kinds, referral.DidNotFit)
	d.page.card.choices.choose(i)
	d.refer(0, referral.Postcard, knit)
	d.settle(func() bool { return len(d.page.snap.referrals) == 2 })
	if c := d.page.card; c.life.code != a || c.choices.chosen < 0 || c.kinds[c.choices.chosen] != referral.DidNotFit {
		t.Error("the choice was lost when another vejvisning was recorded")
	}
	if got := d.page.snap.figures.waiting; got < 2 {
		t.Errorf("%d wait, want both", got)
	}
}

func TestADayIsReadAsPeopleWriteIt(t *testing.T) {
	now := directory.DayOf(today)
	for in, want := range map[string]directory.Day{
		"24.11": "2026-11-24", "3/11": "2026-11-03", "24-11-26": "2026-11-24", "24. 11. 2026": "2026-11-24",
		"2026-11-01": "2026-11-01", "25.11": "2025-11-25",
	} {
		if got, err := readDay(in, now, ""); err != nil || got != want {
			t.Errorf("%q is read as %q (%v), want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "i går", "32.1", "24", "24.11.2026.1", "-3.11", "0.0"} {
		if got, err := readDay(in, now, ""); err == nil && got > now {
			t.Errorf("%q is read as %q", in, got)
		}
	}
}

// TestTenThousandReferralsListQuickly as a benchmark: reading the list, and
// moving through it a row at a time.
func BenchmarkTenThousandReferralsListQuickly(b *testing.B) {
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

func TestTheDigitsWorkInTheListToo(t *testing.T) {
	d := usual(t, func(d *desk) { d.refer(0, referral.Guided, walk); d.refer(9, referral.Postcard, knit) })
	d.win.Canvas().Focus(d.page.list)
	if d.page.card == nil {
		t.Fatal("the list has focus and shows nothing")
	}
	d.page.list.TypedKey(&fyne.KeyEvent{Name: fyne.Key1})
	if d.page.card.choices.chosen != 0 {
		t.Error("the key 1 chose nothing")
	}
	first := d.page.card.life.code
	d.page.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if d.page.card.life.code == first {
		t.Error("the arrow down stops at a heading")
	}
	d.page.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyUp})
	if d.page.card.life.code != first {
		t.Error("the arrow up stops at a heading")
	}
}

func TestRecordedSuggestionsAreListed(t *testing.T) {
	d := usual(t, nil)
	if err := d.store.Suggest(localdb.Suggestion{ID: "0190a000-0000-7000-8000-00000000000a", Community: walk, Field: "schedule", Text: "De går nu om onsdagen", At: today}); err != nil {
		t.Fatal(err)
	}
	d.settle(func() bool { return len(d.page.snap.suggestions) == 1 })
	d.page.filter("suggestions")
	if len(d.page.rows) != 1 || d.page.rows[0].suggestion == nil {
		t.Errorf("the list has %+v", d.page.rows)
	}
	d.page.filter("waiting")
	if len(d.page.rows) != 0 || !d.page.empty.Visible() {
		t.Error("nothing waits, and it is not said")
	}
}

// guide makes the page one on which the directory may be changed; where its
// edits lead is kept.
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
	d.page.filter("suggestions")
	d.pick(0)
	d.page.choose(0)
	led := d.guide()
	if d.page.choose(1); *led != "" {
		t.Error("a community that is not here is opened")
	}
	if d.page.choose(0); *led != walk {
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
	if state, _ := d.page.stateOf(d.page.rows[0].suggestion); state != "confirmed" {
		t.Errorf("once confirmed it is %q", state)
	}
	d.page.settle(d.page.rows[0].suggestion.ID, localdb.ClosedDone)
	d.settle(func() bool { return len(d.page.rows) == 1 && !d.page.settling })
}
