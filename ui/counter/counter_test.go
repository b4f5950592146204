package counter

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func (d *desk) done() bool {
	printed, saved := d.paper.out()
	return d.page.folder.done != nil && printed+saved > 0
}

func TestTypingShowsHitsAtEachKeyPress(t *testing.T) {
	d := openDesk(t, "da")
	front := len(d.page.views)
	for i, r := range "gåtur" {
		before := d.page.search.Count()
		d.typed(string(r))
		if !d.page.asked {
			t.Fatalf("after %d letters nothing was asked", i+1)
		}
		if d.page.search.Entry.Text == "gåtur" && d.page.search.Count() == before && i == 0 {
			t.Error("the count did not follow")
		}
	}
	if len(d.page.views) == 0 || len(d.page.views) == front && front == shownHits {
		t.Fatalf("%d hits for gåtur, %d before", len(d.page.views), front)
	}
	if d.page.list.Selected() != 0 || d.page.detail.view != d.page.views[0] {
		t.Error("the best hit is not the one in the detail")
	}
	if !strings.Contains(d.page.search.Count(), "passer") {
		t.Errorf("count says %q", d.page.search.Count())
	}
}

func TestReadWishesBecomeChips(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("gåtur formiddag gratis")
	for _, want := range []string{"Formiddag", "Gratis"} {
		if d.chip(want) == nil {
			t.Errorf("no chip says %s: %v", want, d.page.chipKeys)
		}
	}
}

func (d *desk) chip(text string) interface{ Tapped(*fyne.PointEvent) } {
	for _, o := range d.page.chips.Objects {
		if c, ok := o.(interface {
			Text() string
			Tapped(*fyne.PointEvent)
		}); ok && c.Text() == text {
			return c
		}
	}
	return nil
}

func TestDroppedWishStaysDropped(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("gåtur formiddag gratis")
	d.chip("Gratis").Tapped(nil)
	read := func() bool {
		return slices.ContainsFunc(d.page.result.Wishes, func(w match.Wish) bool { return w.Kind == match.WishPrice })
	}
	if read() {
		t.Fatal("the dropped wish still counts")
	}
	d.page.Focus()
	d.typed(" i Humlekær")
	if read() {
		t.Fatal("typing on brought the dropped wish back")
	}
	if c := d.chip("Gratis"); c == nil {
		t.Fatal("the dropped chip is gone, so that it cannot be taken up again")
	} else {
		c.Tapped(nil)
	}
	if !read() {
		t.Error("the wish was not taken up again")
	}
}

func TestWholeCaseByKeyboardAlone(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("gåtur formiddag gratis")
	d.key(fyne.KeyReturn, fyne.KeyDown, fyne.KeyReturn)
	if n := len(d.page.folder.items); n != 2 {
		t.Fatalf("%d in the folder, want 2", n)
	}
	d.ctrl(fyne.KeyB)
	d.typed("Karen")
	d.ctrl(fyne.KeyP)
	d.settle(d.done)
	rs, err := d.store.Referrals()
	if err != nil || len(rs) != 1 {
		t.Fatalf("%d referrals recorded, want 1 (%v)", len(rs), err)
	}
	r := rs[0]
	if !r.Code.Valid() || len(r.Communities) != 2 || r.Depth != referral.Guided || r.At != "2026-11-23" {
		t.Errorf("recorded %+v", r)
	}
	for _, w := range []string{"walking", "free", "forenoon"} {
		if !slices.Contains(r.Wishes, w) {
			t.Errorf("the wish %s is not recorded: %v", w, r.Wishes)
		}
	}
	if !bytes.HasPrefix(d.paper.pdfs[0], []byte("%PDF-")) {
		t.Error("no PDF came out of the printer")
	}
	if strings.Contains(strings.Join(d.paper.titles, " "), "Karen") {
		t.Error("the job title names the citizen")
	}
	d.key(fyne.KeyEscape)
	if d.page.folder.done != nil || !d.page.folder.empty() {
		t.Error("Esc did not begin on a new citizen")
	}
}

func TestPrintTwiceRecordsOnce(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("gåtur")
	d.key(fyne.KeyReturn)
	d.ctrl(fyne.KeyP)
	d.ctrl(fyne.KeyP) // impatient
	d.settle(d.done)
	d.ctrl(fyne.KeyP)
	d.settle(func() bool { n, _ := d.paper.out(); return n == 2 })
	rs, err := d.store.Referrals()
	if err != nil || len(rs) != 1 {
		t.Fatalf("%d referrals, want 1 (%v)", len(rs), err)
	}
	if !bytes.Equal(d.paper.pdfs[0], d.paper.pdfs[1]) {
		t.Error("the second print is another sheet")
	}
}

func TestSheetOfThePreviousCitizenStaysOffTheNextOnesScreen(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("gåtur")
	d.key(fyne.KeyReturn)
	d.page.folder.name.field.Entry.SetText(secret)
	d.ctrl(fyne.KeyP)
	d.ctrl(fyne.KeyN) // the sheet is still being made
	d.typed("kor")
	d.key(fyne.KeyReturn)
	if d.page.folder.printIt.Disabled() {
		t.Error("the next citizen must wait for the previous sheet")
	}
	d.settle(func() bool { n, _ := d.paper.out(); return n == 1 })
	d.settle(func() bool { return len(d.posted) == 0 })
	f := d.page.folder
	if f.done != nil || len(f.items) != 1 {
		t.Fatalf("the previous citizen's sheet is on the screen: %+v, %d in the folder", f.done, len(f.items))
	}
	d.ctrl(fyne.KeyP)
	d.settle(func() bool { n, _ := d.paper.out(); return n == 2 && d.page.folder.done != nil })
	rs, err := d.store.Referrals()
	if err != nil || len(rs) != 2 || rs[0].Code != d.page.folder.done.code {
		t.Errorf("%+v %v", rs, err)
	}
	if bytes.Equal(d.paper.pdfs[0], d.paper.pdfs[1]) {
		t.Error("the next citizen got the previous one's sheet")
	}
}

func TestPrinterThatDoesNotAnswerOffersThePDF(t *testing.T) {
	d := openDesk(t, "da")
	d.paper.fail = errors.New("off")
	d.typed("gåtur")
	d.key(fyne.KeyReturn)
	d.ctrl(fyne.KeyP)
	d.settle(func() bool {
		return d.page.folder.done != nil && strings.Contains(d.page.folder.done.status.Text(), "svarer ikke")
	})
	d.ctrl(fyne.KeyS)
	d.settle(func() bool { _, n := d.paper.out(); return n == 1 })
	for name := range d.paper.saved {
		if !strings.Contains(name, string(d.page.folder.done.code)) || !strings.HasSuffix(name, ".pdf") {
			t.Errorf("saved as %q", name)
		}
	}
	if rs, err := d.store.Referrals(); err != nil || len(rs) != 1 {
		t.Errorf("%d referrals, want 1 (%v)", len(rs), err)
	}
}

// secret is typed about a citizen nobody else is called; it must not be found
// anywhere afterwards.
const secret = "Xenobia"

func TestDraftIsOfferedAfterCrashWithoutTheName(t *testing.T) {
	cs, err := example()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	d := openDeskWith(t, dir, "da", cs)
	d.typed("gåtur " + strings.ToLower(secret))
	d.page.search.Entry.SetText("gåtur med følgeskab")
	d.key(fyne.KeyReturn)
	want := d.page.folder.items[0].community.ID
	if !goesAlong(d.page.folder.items[0].community) {
		t.Fatal("nobody goes along to the first walk")
	}
	d.page.folder.items[0].wants = true
	d.page.folder.name.field.Entry.SetText(secret)
	d.page.folder.hello.field.Entry.SetText("Hils " + secret)
	d.page.folder.depth.OnChange(string(referral.Accompanied))
	// The program stops; nothing of the page is closed in good order.
	var dump bytes.Buffer
	if err := d.store.Dump(&dump); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(strings.ToLower(dump.String()), strings.ToLower(secret)) {
		t.Error("the store knows the citizen's name")
	}
	d.build("da")
	if !d.page.notice.shown() {
		t.Fatal("the draft was not offered")
	}
	d.press("Fortsæt med den")
	if len(d.page.folder.items) != 1 || d.page.folder.items[0].community.ID != want {
		t.Fatal("the folder did not come back")
	}
	if !d.page.folder.items[0].wants {
		t.Error("that somebody is to go along is forgotten")
	}
	if d.page.folder.name.field.Entry.Text != "" || d.page.folder.hello.field.Entry.Text != "" {
		t.Error("the name came back")
	}
}

func TestNewCitizenLeavesNothingBehind(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("gåtur")
	d.key(fyne.KeyReturn)
	name, hello := d.page.folder.name.field.Entry, d.page.folder.hello.field.Entry
	d.ctrl(fyne.KeyB)
	d.typed(secret)
	hello.SetText("Hils " + secret)
	d.page.setFilter(match.Wish{Kind: match.WishPrice, Value: "free"})
	d.ctrl(fyne.KeyN)
	for what, e := range map[string]interface {
		Undo()
	}{"name": name, "greeting": hello, "search": d.page.search.Entry} {
		e.Undo()
		if name.Text != "" || hello.Text != "" || d.page.search.Entry.Text != "" {
			t.Errorf("undo brings back the %s", what)
		}
	}
	if len(d.page.filters) != 0 || !d.page.folder.empty() || d.page.asked {
		t.Error("filters or folder are left")
	}
	if dr, err := d.store.LoadDraft(); err != nil || dr != nil {
		t.Errorf("a draft is left: %+v %v", dr, err)
	}
	if strings.Contains(allTexts(d.window.Content()), secret) {
		t.Error("the name is still in the window")
	}
}

func TestCPRNumberInGreetingIsStopped(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("gåtur")
	d.key(fyne.KeyReturn)
	d.page.folder.hello.field.Entry.SetText("Husk 010190-1234")
	d.ctrl(fyne.KeyP)
	if d.page.folder.done != nil || d.page.folder.printIt.Disabled() {
		t.Fatal("the sheet was made")
	}
	if d.page.folder.hello.field.Problem() == "" {
		t.Error("no reason is given")
	}
	if rs, err := d.store.Referrals(); err != nil || len(rs) != 0 {
		t.Errorf("%d recorded (%v)", len(rs), err)
	}
	d.page.folder.hello.field.Entry.SetText("Husk at spørge efter Bente")
	if d.page.folder.hello.field.Problem() != "" {
		t.Error("the reason stays though the number is gone")
	}
	d.ctrl(fyne.KeyP)
	d.settle(d.done)
}

// A host gives the code back on a slip; whether a desk wants them is its habit.
func TestASlipForTheHostGoesWithTheSheetAsLongAsItIsWanted(t *testing.T) {
	d := openDesk(t, "da")
	f := d.page.folder
	if f.sheet("").Slip {
		t.Error("a slip that nobody asked for")
	}
	f.slip.Tapped(nil)
	f.clear()
	if !f.sheet("").Slip {
		t.Error("the next citizen's sheet has no slip")
	}
}

func TestSheetNamesTheDeskOnce(t *testing.T) {
	d := openDesk(t, "da")
	if err := d.store.SetSetting(localdb.SettingDesk, "Lindeby Bibliotek, skranken"); err != nil {
		t.Fatal(err)
	}
	if got := d.page.folder.sheet("").Desk; got != "Lindeby Bibliotek, skranken" {
		t.Errorf("the sheet is from %q", got)
	}
}

func TestLateRecordingKeepsItsDay(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("gåtur")
	d.key(fyne.KeyReturn)
	d.page.folder.day.Select("3")
	d.ctrl(fyne.KeyS)
	d.settle(d.done)
	rs, err := d.store.Referrals()
	if err != nil || len(rs) != 1 || rs[0].At != "2026-11-20" {
		t.Fatalf("%+v %v", rs, err)
	}
}

func TestAccompanimentWantedIsRecordedOnce(t *testing.T) {
	for name, ask := range map[string]func(f *folder){
		"a card ticked":  func(f *folder) { f.items[0].wants = true },
		"depth":          func(f *folder) { f.depth.Select(string(referral.Accompanied)) },
		"depth and card": func(f *folder) { f.items[0].wants = true; f.depth.Select(string(referral.Accompanied)) },
	} {
		t.Run(name, func(t *testing.T) {
			d := openDesk(t, "da")
			d.typed("gåtur")
			d.key(fyne.KeyReturn)
			ask(d.page.folder)
			d.ctrl(fyne.KeyP)
			d.settle(d.done)
			r, evs, err := d.store.Referral(d.page.folder.done.code)
			if err != nil || len(evs) != 2 || evs[1].Kind != referral.AccompanimentWanted {
				t.Fatalf("%+v %v", evs, err)
			}
			if odd := referral.StateOf(r, evs).Odd; len(odd) != 0 {
				t.Errorf("born odd: %+v", odd)
			}
		})
	}
}

func TestConfidentialPlaceIsNotToldByWhereOneMeets(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("gåtur")
	com := *d.page.views[0].community
	com.Places = []directory.Place{{Name: "Huset", Address: "Hemmelig Vej 7", Confidential: true}}
	com.Welcome = &directory.Welcome{Where: "Ved den røde dør, Hemmelig Vej 7", Greeter: "Bente"}
	d.known[com.ID] = &com
	d.page.DirectoryChanged()
	if d.page.detail.view.community != &com {
		t.Fatal("another community is shown")
	}
	if got := allTexts(d.page.detail.panel); strings.Contains(got, "Hemmelig") || !strings.Contains(got, "Bente") {
		t.Error(got)
	}
	com.Places[0].Confidential = false
	d.page.DirectoryChanged()
	if got := allTexts(d.page.detail.panel); !strings.Contains(got, "den røde dør") {
		t.Error("where one meets at an open place is not said:", got)
	}
}

func TestWarningEndsItsSentencesOnce(t *testing.T) {
	for _, lang := range []string{"da", "en"} {
		d := openDesk(t, lang)
		d.typed("gåtur")
		com := *d.page.views[0].community
		com.AssuredAt = monday.AddDate(0, -7, 0)
		d.known[com.ID] = &com
		d.page.DirectoryChanged()
		if w := d.page.detail.warning.Text(); w == "" || strings.Contains(w, "..") {
			t.Errorf("says %q", w)
		}
	}
}

func TestSituationPutsWordsInPlace(t *testing.T) {
	d := openDesk(t, "da")
	for _, s := range situations {
		d.press(d.page.cat.T("counter.situation." + s.id))
		if len(d.page.views) == 0 {
			t.Errorf("%s finds nothing", s.id)
		}
		if d.page.result.Weak {
			t.Errorf("%s finds nothing good in the example municipality", s.id)
		}
		d.ctrl(fyne.KeyN)
	}
}

func TestDirectoryChangeIsShown(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("gåtur")
	v := d.page.views[0]
	changed := *v.community
	changed.Name = "Det nye navn"
	d.known[changed.ID] = &changed
	d.page.DirectoryChanged()
	if d.page.views[0].name != "Det nye navn" {
		t.Errorf("still shows %q", d.page.views[0].name)
	}
}

// Changes come from the hub at any moment: whoever is reading, scrolling or
// typing goes on where they were.
func TestDirectoryChangeLeavesEverybodyWhereTheyAre(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("gåtur")
	d.key(fyne.KeyDown, fyne.KeyDown)
	chosen := d.page.selected().community.ID
	d.ctrl(fyne.KeyB)
	d.typed("Zazab")
	focus := d.window.Canvas().Focused()
	for range 3 {
		for id, c := range d.known { // everything was written anew
			copied := *c
			d.known[id] = &copied
		}
		d.page.DirectoryChanged()
	}
	if v := d.page.selected(); v == nil || v.community.ID != chosen {
		t.Errorf("another community is chosen: %v", v)
	}
	if d.page.detail.view == nil || d.page.detail.view.community.ID != chosen {
		t.Error("the detail shows another community")
	}
	if d.window.Canvas().Focused() != focus {
		t.Error("focus is somewhere else")
	}
	d.typed("ine")
	if got := d.page.folder.name.field.Entry.Text; got != "Zazabine" {
		t.Errorf("the name is %q", got)
	}
	if d.page.search.Entry.Text != "gåtur" {
		t.Errorf("the search is %q", d.page.search.Entry.Text)
	}
}

// TestAnErrandIsSentOn: what no community runs is said plainly, with where to ask instead.
func TestAnErrandIsSentOn(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("jeg skal have et nyt pas")
	if !d.page.result.Errand {
		t.Fatalf("not taken for an errand: %+v", d.page.result)
	}
	if got := d.page.search.Count(); got != "Spørg i Borgerservice" {
		t.Errorf("the count says %q", got)
	}
	d.typed(" og strik ")
	if got := d.page.search.Count(); got == "Spørg i Borgerservice" {
		t.Errorf("the next search still says %q", got)
	}
}

// TestTheWholeCountryIsAChip: it can be asked for in words, and taken off again.
func TestTheWholeCountryIsAChip(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("skak i hele landet")
	d.chip("I hele landet").Tapped(nil)
	if slices.ContainsFunc(d.page.result.Wishes, func(w match.Wish) bool { return w.Kind == match.WishWide }) {
		t.Errorf("dropped and still read: %+v", d.page.result.Wishes)
	}
}
