package followup

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/localdb"
	cards "github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

var wide, small = fyne.NewSize(1164, 786), fyne.NewSize(856, 660)

// TestScreens leaves pictures for people to look at.
func TestScreens(t *testing.T) {
	dir := os.Getenv("VEJVISER_SCREENS")
	if dir == "" {
		t.Skip("VEJVISER_SCREENS names no folder for the pictures; make screens does")
	}
	normal, large := theme.New(theme.Normal, 1), theme.New(theme.Normal, 1.5)
	today := func(d *desk) { d.pickState(referral.Arranged) }
	slips := func(d *desk) {
		test.Tap(d.page.many)
		for _, r := range []int{1, 3, 5, 7, 3} {
			d.typeCode(string(d.page.codeAt(r)))
		}
		d.typeCode(example)
		d.win.Canvas().Focus(d.page.code.Entry)
		test.Type(d.page.code.Entry, "K7M4-QXR2")
		d.page.code.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	}
	for _, c := range []struct {
		name string
		look *theme.Theme
		size fyne.Size
		do   func(*desk)
	}{
		{"followup-1360-100", normal, wide, func(d *desk) {
			today(d)
			d.win.Canvas().Focus(d.page.code.Entry)
			test.Type(d.page.code.Entry, "K7M4-Q")
		}},
		{"followup-1360-150", large, wide, today},
		{"followup-1024-100", normal, small, today},
		{"followup-1024-150", large, small, func(d *desk) { d.pickState(referral.Welcomed) }},
		{"followup-1360-100-contrast", theme.New(theme.BlackOnWhite, 1), wide, func(d *desk) { today(d); d.page.focusOutcomes() }},
		{"followup-1024-150-dark", theme.New(theme.WhiteOnBlack, 1.5), small, func(d *desk) { today(d); d.page.focusOutcomes() }},
		{"followup-pile", normal, wide, slips},
		{"followup-pile-1024-150", large, small, slips},
		{"followup-no-room", normal, wide, func(d *desk) { d.pickState(referral.NoRoom); d.page.focusOutcomes() }},
		{"followup-said", normal, wide, func(d *desk) {
			today(d)
			d.page.card.keys.Digit(1)
			d.settle(func() bool { return d.page.card.notice != nil })
		}},
		{"followup-contact-open", normal, wide, func(d *desk) {
			today(d)
			d.press("Vis")
			d.settle(func() bool { return d.page.card.contact.open != nil })
		}},
		{"followup-wrong-code", normal, wide, func(d *desk) { d.typeCode("K7M4-QXR8") }},
		{"followup-unknown-code", normal, small, func(d *desk) { d.typeCode(example) }},
		{"followup-all", normal, wide, func(d *desk) { d.page.filters.Select("all"); d.page.filter("all"); d.pick(2) }},
		{"followup-reports", normal, wide, func(d *desk) { d.page.filters.Select("reports"); d.page.filter("reports"); d.pick(0) }},
		{"followup-reports-guide-1024-150", large, small, func(d *desk) {
			d.guide()
			d.page.filters.Select("reports")
			d.page.filter("reports")
			d.pick(0)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := open(t, c.look, c.size, lifelike)
			c.do(d)
			d.shoot(filepath.Join(dir, c.name+".png"))
		})
	}
	t.Run("followup-empty", func(t *testing.T) {
		d := open(t, normal, wide, nil)
		d.shoot(filepath.Join(dir, "followup-empty.png"))
	})
}

// TestAnotherLookShowsAtOnceAsIfThePageWereBuiltInIt holds a page whose look was
// changed against one that was built in that look.
func TestAnotherLookShowsAtOnceAsIfThePageWereBuiltInIt(t *testing.T) {
	look := theme.New(theme.WhiteOnBlack, 1.5)
	var want, got image.Image
	t.Run("built", func(t *testing.T) {
		d := open(t, look, wide, lifelike)
		d.pick(1)
		want = d.win.Canvas().Capture()
	})
	t.Run("changed", func(t *testing.T) {
		d := open(t, theme.New(theme.Normal, 1), wide, lifelike)
		d.pick(1)
		theme.Apply(look)
		c := d.page.Content().(*fyne.Container)
		c.Layout.Layout(c.Objects, c.Size())
		widget.Relayout(c)
		c.Refresh()
		got = d.win.Canvas().Capture()
	})
	if !bytes.Equal(want.(*image.NRGBA).Pix, got.(*image.NRGBA).Pix) {
		t.Error("the page does not look as if it were built so")
	}
}

func (d *desk) pickState(k referral.Kind) {
	d.t.Helper()
	for i, r := range d.page.rows {
		if r.life >= 0 && d.page.snap.lives[r.life].Life.State == referral.State(k) {
			d.pick(i)
			return
		}
	}
	d.t.Fatalf("nothing is %s", k)
}

func (d *desk) shoot(path string) {
	d.t.Helper()
	f, err := os.Create(path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, d.win.Canvas().Capture()); err != nil {
		d.t.Fatal(err)
	}
}

// lifelike records vejvisninger as a desk would over some months.
func lifelike(d *desk) {
	day := directory.DayOf(today)
	d.refer(0, referral.Postcard, knit, walk)
	c := d.refer(3, referral.Guided, walk)
	d.told(referral.Event{Code: c, Kind: referral.AccompanimentWanted, On: day.AddDays(-3), Wanted: &referral.Wanted{Area: "Lindeby Syd", Times: []string{"forenoon"}}})
	d.told(referral.Event{Code: c, Kind: referral.Arranged, On: day.AddDays(-1), Plan: &referral.Plan{With: bente, Where: "ved biblioteket", On: day, At: "09:30", To: walk}})
	err := d.store.KeepCard(cards.Card{Info: cards.Info{Code: c, DeleteBy: "2027-02-03",
		Consent: cards.Consent{Text: "1", Language: "da", How: "spoken", At: today}}, FirstName: "Rosmarin", Phone: "00000000"})
	if err != nil {
		d.t.Fatal(err)
	}
	e := d.refer(35, referral.Guided, eat)
	d.event(e, referral.Welcomed, 28)
	h := d.refer(8, referral.Guided, sing)
	d.event(h, referral.AccompanimentWanted, 8)
	d.told(referral.Event{Code: h, Kind: referral.Arranged, On: day.AddDays(-6), Plan: &referral.Plan{With: bente, On: day.AddDays(-4)}})
	d.event(h, referral.FellThrough, 4)
	d.refer(9, referral.Guided, knit)
	d.refer(13, referral.Guided, walk, knit)
	f := d.refer(25, referral.Guided, walk)
	d.event(f, referral.NoRoom, 2)
	g := d.refer(33, referral.Guided, walk, knit)
	d.event(g, referral.Welcomed, 30)
	d.event(g, referral.StillComing, 2)
	u := d.refer(12, referral.Guided, knit)
	d.event(u, referral.Unknown, 2)
	d.refer(100, referral.Postcard, eat)
	d.referAfter(f, 1, referral.Guided, eat)
	n := d.refer(20, referral.Guided, sing)
	d.event(n, referral.NoRoom, 1)
	if err := d.store.Suggest(localdb.Suggestion{ID: "0190a000-0000-7000-8000-00000000000a", Community: walk, Field: "schedule", Text: "De går nu om onsdagen i stedet for om tirsdagen, siger beboerhuset.", At: today}); err != nil {
		d.t.Fatal(err)
	}
}
