package practice

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/ui/form"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

func (d *desk) shortcut(keys string) {
	for _, s := range d.page.Shortcuts() {
		if s.Keys == keys {
			s.Do()
		}
	}
}

// kept waits until what is written is kept, and shown.
func (d *desk) kept() {
	d.t.Helper()
	d.settle(func() bool { return d.page.form == nil && !d.page.loading && !d.page.stale })
}

func TestATimeIsWrittenDownByKeyboardAloneWithCodesInARow(t *testing.T) {
	d := usual(t, lively)
	d.page.Focus()
	d.sees("2 af 8 gange", "1 at skrive ind")
	d.shortcut("Ctrl N")
	if d.win.Canvas().Focused() != d.page.form.f.Find("came").Focus {
		t.Error("writing does not begin at how many came")
	}
	test.Type(d.page.form.f.Find("came").Focus, "6")
	d.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if d.win.Canvas().Focused() != d.page.form.f.Find("codes").Focus {
		t.Error("Enter does not lead on to the codes")
	}
	wrong := []byte(codes[2])
	wrong[0], wrong[1] = wrong[1], wrong[0]
	d.write("codes", strings.ToLower(strings.ReplaceAll(string(codes[0]), "-", " ")), string(codes[1]), string(codes[1]), string(wrong))
	d.sees("Et af tegnene i koden er forkert")
	d.shortcut("Ctrl S")
	if d.page.form == nil {
		t.Fatal("kept with a wrong code")
	}
	d.sees("Se koden efter på sedlen")
	d.page.form.f.Find("codes").Focus.(*widget.Entry).SetText(string(codes[2])) // right, and Enter is not pressed
	d.shortcut("Ctrl S")
	d.kept()
	d.sees("Gemt: 17. november 2026", "3 af 8 gange")
	for _, s := range d.sessions() {
		if s.On == "2026-11-17" {
			if s.Came != 6 || !slices.Equal(s.Codes, codes[:3]) || s.Community != club || s.Area != "Lindeby" {
				t.Errorf("got %+v", s)
			}
			return
		}
	}
	t.Error("it is not kept")
}

func TestATimeThatCannotBeIsSaidWhereItStands(t *testing.T) {
	for _, c := range []struct{ path, value, says string }{
		{"on", "25.11.2026", "Dagen er ikke kommet endnu"},
		{"on", "10.11.2026", "Den dag er skrevet ind i forvejen"},
		{"on", "32.11.2026", "Det er ikke en dato"},
		{"on", "", "Skriv dagen"},
		{"came", "1", "Der er flere koder end mennesker"},
		{"came", "seks", "Det er ikke et tal"},
		{"came", "5000", "Tallet er for stort"},
	} {
		t.Run(c.path+" "+c.value, func(t *testing.T) {
			d := usual(t, lively)
			d.page.registerNext()
			d.write("came", "6")
			d.write("codes", string(codes[0]), string(codes[1]))
			d.page.form.f.Find(c.path).Focus.(*widget.Entry).SetText(c.value)
			d.page.form.f.Keep()
			d.sees(c.says)
			if len(d.sessions()) != 2 {
				t.Error("it was kept")
			}
		})
	}
	d := usual(t, lively)
	d.page.registerNext()
	d.page.form.f.Find("on").Set("16.11.2026")
	d.page.form.f.Keep()
	d.sees("Skriv, hvor mange der kom")
}

func TestACancelledTimeHasNobody(t *testing.T) {
	d := usual(t, lively)
	d.page.registerNext()
	d.write("came", "4")
	d.page.form.f.Find("cancelled").Set(form.Yes)
	d.seesNot("Hvor mange kom?")
	d.page.form.f.Keep()
	d.kept()
	d.sees("1 gang aflyst", "2 af 8 gange", "Aflyst")
	for _, s := range d.sessions() {
		if s.Cancelled && (s.Came != 0 || s.Codes != nil) {
			t.Errorf("got %+v", s)
		}
	}
}

func TestCountsOnTheScreenAreRoundedAndExactWhereTheyAreWritten(t *testing.T) {
	d := usual(t, lively)
	d.sees("Fremmødt i alt: 15", "5 kom · <5 gav en kode")
	d.seesNot("7 kom", "Fremmødt i alt: 13")
	d.page.register(d.page.snap.grounds[0], "2026-11-10") // is written down already: corrected
	if d.page.form.before == nil || d.page.form.f.Value("came") != "7" {
		t.Errorf("got %q", d.page.form.f.Value("came"))
	}
	d.page.form.f.Find("came").Set("8")
	d.page.form.f.Keep()
	d.kept()
	if list := d.sessions(); len(list) != 2 {
		t.Errorf("got %+v", list)
	}
	d.sees("10 kom")
}

func TestACodeShowsItsTimesAndNobody(t *testing.T) {
	d := usual(t, lively)
	widget.FocusOn(d.page.code.Entry)
	test.Type(d.page.code.Entry, "k7m4-qxr8")
	d.page.code.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	d.sees("Et af tegnene i koden er forkert")
	d.page.code.Entry.SetText(strings.ToLower(string(codes[10])))
	d.page.code.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	d.sees("2 gange på øvebane", "10. november 2026", "Tidligere kode: "+string(codes[0]), "Strik og snak · Det passede ikke", "Koden fortæller ikke, hvem borgeren er")
	d.page.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	d.sees("Gang for gang")
	d.page.seeCode(codes[40]) // never given
	d.sees("Koden er ikke givet ved en øvebane")
}

// press presses the first button on the screen that says something.
func (d *desk) press(text string) {
	d.t.Helper()
	var found *widget.Button
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if found != nil || !o.Visible() {
			return
		}
		switch x := o.(type) {
		case *widget.Button:
			if x.Text() == text {
				found = x
			}
		case *fyne.Container:
			for _, c := range x.Objects {
				walk(c)
			}
		case fyne.Widget:
			for _, c := range test.WidgetRenderer(x).Objects() {
				walk(c)
			}
		}
	}
	walk(d.win.Canvas().Content())
	if found == nil {
		d.t.Fatalf("no button says %q", text)
	}
	test.Tap(found)
}

func TestWhoFellOutIsOfferedThePracticeGroundAgainByMouseAlone(t *testing.T) {
	d := usual(t, lively)
	d.sees("Tilbyd øvebanen igen", string(codes[10]), "Strik og snak passede ikke 20. november 2026. Har været her 2 gange.")
	d.press("Se koden")
	d.press("Vis vej igen")
	d.press("Vis vej videre")
	if want := []string{string(codes[10]) + " " + club, string(codes[10]) + " " + eat}; !slices.Equal(d.onward, want) {
		t.Errorf("got %v, want %v", d.onward, want)
	}
	// Back at the practice ground: there is nothing more to offer.
	d.session(9, "2026-11-23", 5, codes[10])
	d.settle(func() bool { return len(d.page.snap.offers) == 0 })
	d.page.backToGround()
	d.seesNot("Tilbyd øvebanen igen")
}

func TestTheWayOnwardSaysWhereWhenAndWithWhom(t *testing.T) {
	d := usual(t, lively)
	d.sees("Fællesspisning Nord", "man. 30. nov. kl. 17 · Sognegården", "Kan følges med: Anders og Bente", "Havegruppen", "Står ikke på listen over fællesskaber", "Kunne også passe", "Mandagssuppe")
	d.press("Ret rammen")
	if !slices.Equal(d.frames, []string{club}) {
		t.Errorf("got %v", d.frames)
	}
}

// A frame may name a community by an id that is unknown here: the id says nothing to
// anybody, and is not shown.
func TestTheWayOnwardShowsNoId(t *testing.T) {
	const unknown = "0190a000-0000-7000-8000-00000000dead"
	d := usual(t, func(d *desk) {
		lively(d)
		before, err := d.store.Community(club)
		d.must(err)
		after, err := d.store.Community(club)
		d.must(err)
		after.Practice.Onward = append(after.Practice.Onward, unknown)
		d.must(d.store.EditCommunity(before, after))
	})
	d.sees("Havegruppen", "Et fællesskab, der ikke længere er på listen")
	d.seesNot(unknown)
}

func TestNothingTypedOfATimeGoesByItself(t *testing.T) {
	d := usual(t, lively)
	d.page.registerNext()
	d.write("came", "6")
	d.write("codes", string(codes[0]))
	d.page.list.Select(1)
	d.page.selected(1) // another practice ground
	if d.page.form == nil || d.page.form.f.Asking() == nil {
		t.Fatal("it was put away without a question")
	}
	if d.page.list.Selected() != 0 {
		t.Error("the list stands on another ground than the form")
	}
	d.page.form.f.Asking().Close()
	left := d.page.Unsaved()
	d.build("en")
	d.win.SetContent(d.page.Content())
	d.page.Refresh()
	d.settle(func() bool { return d.page.snap != nil })
	d.page.Resume(left)
	if f := d.page.form.f; f.Value("on") != "17.11.2026" || f.Value("came") != "6" || !slices.Equal(f.Find("codes").Lines(), []string{string(codes[0])}) {
		t.Errorf("got %q, %q, %q", f.Value("on"), f.Value("came"), f.Value("codes"))
	}
	d.page.form.f.Keep()
	d.kept()
	if len(d.sessions()) != 3 {
		t.Error("it is not kept")
	}
}

func TestADeskChangesTheTimesOfItsOwnOrganisationAlone(t *testing.T) {
	d := usual(t, lively)
	own, other := practice.Session{Organisation: "Lindeby Bibliotek"}, practice.Session{Organisation: "Sundhedshuset"}
	if !d.page.mayWrite(&own) || !d.page.mayWrite(&other) {
		t.Error("a PC without a hub may not")
	}
	for role, want := range map[string][2]bool{"desk": {true, false}, "guide": {true, true}, "coordinator": {false, false}} {
		d.page.role, d.page.own = role, "Lindeby Bibliotek"
		if got := [2]bool{d.page.mayWrite(&own), d.page.mayWrite(&other)}; got != want {
			t.Errorf("%s: got %v", role, got)
		}
	}
	d.must(d.store.Enrol(localdb.Enrolment{Hub: "https://hub.lindeby.example", HubName: "Lindeby", HubKey: make([]byte, 32), Device: "0190d000-0000-7000-8000-00000000000d",
		Seed: make([]byte, 32), Role: "desk", Organisation: "Lindeby Bibliotek", At: today}))
	d.page.readRole()
	if d.page.role != "desk" || d.page.own != "Lindeby Bibliotek" {
		t.Errorf("got %q %q", d.page.role, d.page.own)
	}
}

func TestEverythingOnThePageIsReachedByTabAlone(t *testing.T) {
	d := usual(t, lively)
	c := d.win.Canvas()
	d.page.Focus()
	if c.Focused() != fyne.Focusable(d.page.list) {
		t.Fatal("work does not begin in the list")
	}
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if c.Focused() != fyne.Focusable(d.page.first) {
		t.Error("Enter does not lead to what one does there")
	}
	var reached []string
	for range 40 {
		c.FocusNext()
		if b, ok := c.Focused().(*widget.Button); ok {
			if b == d.page.first {
				break
			}
			reached = append(reached, b.Text())
		}
	}
	for _, want := range []string{"Ret rammen", "Se koden", "Skriv ind", "Ret", "Vis vej videre"} {
		if !slices.Contains(reached, want) {
			t.Errorf("Tab does not reach %q: %q", want, reached)
		}
	}
}

func TestFocusStaysWhereItIsWhenSomethingChanges(t *testing.T) {
	d := usual(t, lively)
	widget.FocusOn(d.page.first)
	d.win.Canvas().FocusNext()
	before := d.win.Canvas().Focused().(*widget.Button).Text()
	d.session(9, "2026-11-17", 5)
	d.settle(func() bool { return len(d.page.snap.sessions) == 3 })
	now, ok := d.win.Canvas().Focused().(*widget.Button)
	if !ok || now.Text() != before || now == d.page.first {
		t.Errorf("focus went from %q to %v", before, now)
	}
	if now.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn}); !slices.Equal(d.frames, []string{club}) {
		t.Error("Enter does nothing there")
	}
}

func TestNoCodeIsInSightWhereTheLeaseIsOver(t *testing.T) {
	d := usual(t, lively)
	d.must(d.store.Enrol(localdb.Enrolment{Hub: "https://hub.lindeby.example", HubName: "Lindeby", HubKey: make([]byte, 32), Device: "0190d000-0000-7000-8000-00000000000d",
		Seed: make([]byte, 32), Role: "desk", Organisation: "Lindeby Bibliotek", At: today}))
	d.settle(func() bool { return !d.page.loading && !d.page.stale })
	d.later.Store(60)
	d.page.Refresh()
	d.settle(func() bool { return d.page.snap == nil })
	d.sees("uden forbindelse til hubben for længe")
	d.seesNot(string(codes[0]), string(codes[10]))
}
