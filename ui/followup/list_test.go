package followup

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

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

// The row that keeps its place leaves no heading behind with nothing under it.
func TestNoHeadingStandsAlone(t *testing.T) {
	d := usual(t, func(d *desk) { d.refer(10, referral.Guided, walk) })
	d.win.Canvas().Focus(d.page.list)
	d.page.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	code := d.page.card.told.Referral.Code
	d.page.list.TypedKey(&fyne.KeyEvent{Name: fyne.Key1})
	d.settle(func() bool {
		return d.page.snap.task(code) != nil && d.page.snap.task(code).Kind == referral.StillComing4w
	})
	for i, r := range d.page.rows {
		if r.heading != "" && (i+1 == len(d.page.rows) || d.page.rows[i+1].heading != "") {
			t.Errorf("nothing stands under %s", r.heading)
		}
	}
	if d.page.codeAt(1) != code {
		t.Error("the row left its place")
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

func (d *desk) pick(i int) {
	d.page.list.Select(i)
	d.page.selected(i)
}

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

// over is a store whose lease has run out: it gives no lives any more.
type over struct{ *localdb.Store }

func (over) EachLife(func(referral.Referral, []referral.Event) error) error { return localdb.ErrLease }

func TestOnceTheLeaseIsOverNothingStaysInSight(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.refer(3, referral.Guided, walk) })
	d.typeCode(string(code))
	d.page.d.Store = over{d.store}
	d.page.changed(localdb.Change{Kind: "view"})
	d.settle(func() bool { return d.page.snap == nil })
	if got := texts(d.page.Content()); strings.Contains(got, spaced(code)) || !strings.Contains(got, d.page.say.T("store.lease")) {
		t.Errorf("it says\n%s", got)
	}
}
