package ambassadors

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/form"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

func (d *desk) register() ([]directory.Ambassador, []directory.Volunteer) {
	d.t.Helper()
	as, err := d.store.Ambassadors()
	d.must(err)
	vs, err := d.store.Volunteers()
	d.must(err)
	return as, vs
}

func (d *desk) keep() {
	d.t.Helper()
	d.page.form.f.Keep()
	d.settle(func() bool { return d.page.form == nil && !d.page.loading && !d.page.stale })
}

func TestAnAmbassadorIsKeptOnlyWithTheirOwnYes(t *testing.T) {
	d := usual(t, nil)
	d.page.addNew()
	d.write("name", "Karim")
	d.write("phone", "00 00 00 00")
	d.page.form.f.Keep()
	if as, vs := d.register(); len(as)+len(vs) != 0 || d.page.form == nil {
		t.Fatalf("kept without a yes: %v %v", as, vs)
	}
	d.sees("Uden et ja bliver intet gemt", "Jeg vil gerne stå i kommunens register")
	d.write("consent_how", "spoken")
	if got := d.page.form.f.Value("consent_on"); got != "24.11.2026" {
		t.Errorf("the day of the yes is proposed as %q", got)
	}
	d.keep()
	as, vs := d.register()
	if len(as) != 1 || len(vs) != 1 || as[0].ID != vs[0].ID || as[0].Name != "Karim" {
		t.Fatalf("got %v %v", as, vs)
	}
	if v := vs[0]; v.ConsentHow != "spoken" || v.ConsentOn != "2026-11-24" || v.ConsentText != ConsentText || v.Phone != "00 00 00 00" {
		t.Errorf("got %+v", v)
	}
	d.sees("Karim er gemt", "Ja, mundtligt, 24. november 2026 (tekst 2026-1)")
}

func TestEveryFactOfTheRegisterIsKeptAsItIsWritten(t *testing.T) {
	d := usual(t, nil)
	d.page.addNew()
	for path, v := range map[string]string{"name": "Karim", "role": "professional", "gender": "men", "areas": "Lindeby\nTårnparken", "languages": "da\nar", "times": "forenoon\nweekend", "interests": "walking\ngames",
		"considers": "anxiety", "communities": walk, "started": knit, "at_once": "2", "free_per_week": "1", "paused": form.Yes, "paused_to": "3.12.2026", "email": "karim@lindeby.example", "note": "Ring helst om eftermiddagen.", "consent_how": "written", "consent_on": "1.11.2026"} {
		d.write(path, v)
		if x := d.page.form.f.Find(path); x.Value() != v {
			x.Set(v) // lists are set, not typed
		}
	}
	d.page.form.training.Set([]map[string]string{{"on": "9.10.2026", "name": "Grundkursus"}})
	d.keep()
	as, vs := d.register()
	two, one := 2, 1
	want := directory.Ambassador{ID: as[0].ID, Name: "Karim", Role: directory.AtWork, Gender: directory.GenderMen, Areas: []string{"Lindeby", "Tårnparken"}, Languages: []string{"da", "ar"}, Times: []string{"forenoon", "weekend"},
		Interests: []string{"walking", "games"}, Considers: []string{"anxiety"}, Communities: []string{walk}, Started: []string{knit}, AtOnce: &two, FreePerWeek: &one, Paused: true, PausedTo: "2026-12-03",
		Training: []directory.Training{{On: "2026-10-09", Name: "Grundkursus"}}}
	if !reflect.DeepEqual(as[0], want) {
		t.Errorf("got  %+v\nwant %+v", as[0], want)
	}
	if v := vs[0]; v.Email != "karim@lindeby.example" || v.Note != "Ring helst om eftermiddagen." || v.ConsentOn != "2026-11-01" || v.ConsentHow != "written" {
		t.Errorf("got %+v", v)
	}
	d.sees("Pause til 3. dec.", "Gå-glad Lindeby Syd", "Strik og snak", "Grundkursus · 9. oktober 2026", "Højst 2 ad gangen · 1 om ugen", "Fagperson")

	// What is put right changes that alone.
	d.page.edit()
	d.write("paused", "")
	d.keep()
	as, _ = d.register()
	want.Paused, want.PausedTo = false, ""
	if !reflect.DeepEqual(as[0], want) {
		t.Errorf("got  %+v\nwant %+v", as[0], want)
	}
}

func TestWhatIsWrongIsSaidWhereItStands(t *testing.T) {
	for _, c := range []struct{ path, value, says string }{
		{"note", "Hendes nummer er 010170-1234", "Det ligner et CPR-nummer"},
		{"name", "010170-1234", "Det ligner et CPR-nummer"},
		{"name", "", "Skriv et fornavn"},
		{"at_once", "mange", "Det er ikke et tal"},
		{"at_once", "900", "Tallet er for stort"},
		{"consent_on", "30.2.2026", "Det er ikke en dato"},
		{"consent_on", "1.1.2027", "Dagen er ikke kommet"},
		{"communities", "zzzz", "Vælg en fra listen"},
	} {
		t.Run(c.path+" "+c.value, func(t *testing.T) {
			d := usual(t, people4)
			before, _ := d.register()
			d.pick(1)
			d.page.edit()
			d.write(c.path, c.value)
			d.page.form.f.Keep()
			d.sees(c.says)
			if now, _ := d.register(); !reflect.DeepEqual(now, before) {
				t.Error("it was kept")
			}
			if got := d.page.form.f.Find(c.path).Focus.(*widget.Entry).Text; got != c.value {
				t.Errorf("what was typed became %q", got)
			}
		})
	}
}

func TestNothingTypedInTheRegisterGoesByItself(t *testing.T) {
	d := usual(t, people4)
	d.pick(1)
	d.page.edit()
	d.write("note", "Har nøgle til Beboerhuset")
	d.write("communities", "stri") // typed, and not picked yet
	d.page.form.training.Set(append(d.page.form.training.Values(), map[string]string{"on": "1.11.", "name": "Førstehjælp"}))
	d.page.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if d.page.form == nil || d.page.form.f.Asking() == nil {
		t.Fatal("it was put away without a question")
	}
	d.sees("Du har skrevet noget, der ikke er gemt")
	d.page.form.f.Asking().Close()
	left := d.page.Unsaved()
	if left == nil {
		t.Fatal("nothing is unsaved")
	}
	d.build("en") // another language
	d.win.SetContent(d.page.Content())
	d.page.Resume(left) // before anything is read
	d.write("areas", "tå")
	d.write("areas", "")
	d.page.Refresh()
	d.settle(func() bool { return d.page.roll != nil })
	f := d.page.form.f
	if f.Value("note") != "Har nøgle til Beboerhuset" || f.Find("communities").Focus.(*widget.Entry).Text != "stri" {
		t.Errorf("note %q, communities %q", f.Value("note"), f.Value("communities"))
	}
	if got := d.page.form.training.Values(); len(got) != 2 || got[1]["name"] != "Førstehjælp" {
		t.Errorf("got %v", got)
	}
	d.write("communities", "")
	d.keep()
	as, vs := d.register()
	i := slices.IndexFunc(as, func(a directory.Ambassador) bool { return a.Name == "Bente" })
	if len(as[i].Training) != 2 || as[i].Training[1].On != "2026-11-01" || len(vs) != 4 {
		t.Errorf("got %+v", as[i])
	}
}

func TestCommunitiesArePickedByTyping(t *testing.T) {
	d := usual(t, people4)
	d.pick(1)
	d.page.edit()
	e := d.page.form.f.Find("communities").Focus.(*widget.Entry)
	widget.FocusOn(e)
	test.Type(e, "strik")
	d.sees("Strik og snak")
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if got := d.page.form.f.Find("communities").Lines(); !slices.Equal(got, []string{walk, knit}) {
		t.Errorf("got %v", got)
	}
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace}) // in an empty field: takes the last away
	if got := d.page.form.f.Find("communities").Lines(); !slices.Equal(got, []string{walk}) {
		t.Errorf("got %v", got)
	}
	area := d.page.form.f.Find("areas").Focus.(*widget.Entry)
	widget.FocusOn(area)
	test.Type(area, "Sydhavnen") // not known anywhere
	area.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	d.keep()
	as, _ := d.register()
	i := slices.IndexFunc(as, func(a directory.Ambassador) bool { return a.Name == "Bente" })
	if !slices.Equal(as[i].Areas, []string{"Tårnparken", "Lindeby", "Sydhavnen"}) {
		t.Errorf("got %v", as[i].Areas)
	}
}

// Who writes how a name begins means that name, whatever else the search finds.
func TestNamesThatBeginWithWhatIsTypedComeFirst(t *testing.T) {
	d := usual(t, people4)
	d.must(d.store.Import(context.Background(), func(tx *localdb.ImportTx) error {
		for i, name := range []string{"Vi går og strikker", "Café Strik", "Strikkecaféen", "Torsdagsklubben"} {
			c := directory.Community{ID: fmt.Sprintf("0190a000-0000-7000-8000-0000000000%02d", 20+i), Name: name, Summary: "Strik, strik og strik", Activities: []string{"strik"}}
			if err := tx.Put(&c); err != nil {
				return err
			}
		}
		return nil
	}))
	var names []string
	for _, c := range d.page.findCommunities("strik") {
		names = append(names, c.Name)
	}
	if len(names) != 5 || !strings.HasPrefix(names[0], "Strik") || !strings.HasPrefix(names[1], "Strik") || !strings.Contains(strings.ToLower(names[3]), "strik") || names[4] != "Torsdagsklubben" {
		t.Errorf("offered %q", names)
	}
}

// The day of a yes is filled in: whoever corrects it does so from its end.
func TestTheDayOfAYesIsCorrectedFromItsEnd(t *testing.T) {
	d := usual(t, people4)
	d.page.addNew()
	d.write("consent_how", "written")
	x := d.page.form.f.Find("consent_on")
	e := x.Focus.(*widget.Entry)
	if x.Value() != "24.11.2026" || e.CursorColumn != len(x.Value()) {
		t.Fatalf("%q with the caret at %d", x.Value(), e.CursorColumn)
	}
	widget.FocusOn(e)
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	test.Type(e, "5")
	if x.Value() != "24.11.2025" {
		t.Errorf("it says %q", x.Value())
	}
}

func TestWithdrawnConsentErasesAllOfThem(t *testing.T) {
	d := usual(t, people4)
	d.pick(1)
	d.sees("bente@lindeby.example")
	d.page.askErase()
	d.sees("Skal alt om Bente slettes?")
	d.key(fyne.KeyEscape) // changed their mind
	d.settle(func() bool { return d.page.asking == nil })
	if as, _ := d.register(); len(as) != 4 {
		t.Fatal("Esc erased")
	}
	d.page.askErase()
	d.key(fyne.KeyTab)
	d.win.Canvas().FocusNext()
	d.key(fyne.KeyReturn)
	d.settle(func() bool { return d.page.roll != nil && len(d.page.roll.people) == 3 && !d.page.busy })
	var dump bytes.Buffer
	d.must(d.store.Dump(&dump))
	for _, s := range []string{"Bente", "bente@lindeby.example"} {
		if strings.Contains(dump.String(), s) {
			for _, l := range strings.Split(dump.String(), "\n") {
				if strings.Contains(l, s) {
					t.Errorf("%s is still in the store: %s", s, l)
				}
			}
		}
	}
	d.sees("Bente er slettet")
	d.sayNot("bente@lindeby.example")
}

func TestTheListIsNarrowedByWordsAndByWhoCanBeAsked(t *testing.T) {
	d := usual(t, people4)
	names := func() (out []string) {
		for _, i := range d.page.found {
			out = append(out, d.page.roll.people[i].Name)
		}
		return out
	}
	for text, want := range map[string][]string{"": {"Anders", "Bente", "Hodan", "Åge"}, "bente": {"Bente"}, "lindeby": {"Bente", "Åge"}, "øve dansk": {"Hodan"}, "somali": {"Hodan"}, "strik og snak": {"Anders"}, "lindeby træne": {"Åge"}, "ingen": nil} {
		d.page.search.Entry.SetText(text)
		if got := names(); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
	d.page.search.Entry.SetText("ingen hedder det")
	d.sees("Ingen passer på det")
	d.page.search.Entry.SetText("")
	for f, want := range map[filter][]string{filterFree: {"Bente", "Åge"}, filterFull: {"Anders"}, filterPaused: {"Hodan"}, filterAtWork: {"Åge"}} {
		d.page.which = f
		d.page.find()
		if got := names(); !slices.Equal(got, want) {
			t.Errorf("filter %d: got %v, want %v", f, got, want)
		}
	}
}

func TestCountsOfWhatSomebodyDidAreNeverExact(t *testing.T) {
	d := usual(t, people4)
	d.pick(1) // eight were arranged, seven carried out
	d.sees("Aftalt følgeskab: 10 · gennemført: 5 · netværksmøder: <5")
	d.page.print()
	if s := d.sheets[0]; s.Arranged.N != 10 || s.CarriedOut.N != 5 || !s.Meetings.Few || !slices.Equal(s.Carries, []string{"Gå-glad Lindeby Syd"}) {
		t.Errorf("got %+v", s)
	}
}

func TestADeskSeesNoContactDetailsAndChangesNothing(t *testing.T) {
	d := usual(t, people4)
	d.pick(1)
	d.sees("bente@lindeby.example", "Ret")
	d.must(d.store.Enrol(localdb.Enrolment{Hub: "https://hub.lindeby.example", HubName: "Lindeby", HubKey: make([]byte, 32), Device: "0190d000-0000-7000-8000-00000000000d",
		Seed: make([]byte, 32), Role: "desk", Organisation: "Lindeby Bibliotek", At: today}))
	d.page.readRights()
	d.page.again()
	d.page.relayout()
	d.sayNot("bente@lindeby.example", "00 00 00 00", "Træk samtykket tilbage", "Ny ambassadør")
	d.page.addNew()
	d.page.edit()
	if d.page.form != nil || d.page.Shortcuts() != nil {
		t.Error("a desk may write")
	}
}

func TestAMeetingIsPlannedAndThenHeld(t *testing.T) {
	d := usual(t, people4)
	d.page.parts.Select(meetings)
	d.page.show(meetings)
	d.sees("Ingen netværksmøder endnu")
	d.page.addNew()
	d.write("on", "8/12 2026")
	d.write("place", "Biblioteket")
	d.keep()
	d.sees("Mødet er gemt", "8. december 2026", "Planlagt")
	d.page.edit()
	d.write("came", "ben")
	d.page.form.f.Find("came").Focus.(*widget.Entry).TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if d.page.form.f.Value("held") != form.Yes {
		t.Error("somebody came to a meeting that was not held")
	}
	d.page.form.f.Keep()
	d.sees("Mødet er ikke holdt endnu") // it is in December
	d.write("on", "10.11.2026")
	d.keep()
	ms, err := d.store.Meetings()
	d.must(err)
	if len(ms) != 1 || !ms[0].Held || ms[0].On != "2026-11-10" || len(ms[0].Came) != 1 {
		t.Errorf("got %+v", ms)
	}
	d.sees("Bente", "Holdt")
	d.page.askRemove()
	d.win.Canvas().FocusNext()
	d.key(fyne.KeyReturn)
	d.settle(func() bool { return len(d.page.roll.meetings) == 0 })
}

func TestAnotherGuidesEditIsShownAndTakesNothingAway(t *testing.T) {
	d := usual(t, people4)
	d.pick(1)
	d.page.edit()
	d.write("name", "Bente L.")
	as, _ := d.register()
	i := slices.IndexFunc(as, func(a directory.Ambassador) bool { return a.Name == "Bente" })
	other := as[i]
	other.Areas = []string{"Humlekær"}
	d.must(d.store.EditAmbassador(&as[i], &other))
	d.settle(func() bool { return strings.Contains(d.texts(), "En anden har rettet imens") })
	now, _, _ := d.page.form.standing()
	d.page.form.showOther(now)
	if f := d.page.form.f; f.Value("name") != "Bente L." || f.Value("areas") != "Humlekær" {
		t.Errorf("name %q, areas %q", f.Value("name"), f.Value("areas"))
	}
	d.keep()
	as, _ = d.register()
	i = slices.IndexFunc(as, func(a directory.Ambassador) bool { return a.Name == "Bente L." })
	if i < 0 || !slices.Equal(as[i].Areas, []string{"Humlekær"}) {
		t.Errorf("got %+v", as)
	}
}

func TestTheRegisterIsWorkedByKeyboardAlone(t *testing.T) {
	d := usual(t, people4)
	d.page.Focus()
	test.Type(d.page.search.Entry, "bente")
	d.key(fyne.KeyDown)
	d.sees("bente@lindeby.example")
	steps := 0
	for d.win.Canvas().Focused() != fyne.Focusable(d.page.list) {
		if d.win.Canvas().FocusNext(); steps > 30 {
			t.Fatal("Tab does not reach the list")
		}
		steps++
	}
	d.key(fyne.KeyReturn)
	if d.page.form == nil {
		t.Fatal("Enter does not open")
	}
	if d.win.Canvas().Focused() != d.page.form.f.Find("name").Focus {
		t.Error("writing does not begin at the name")
	}
	test.Type(d.page.form.f.Find("name").Focus, " L.")
	d.key(fyne.KeyF6)
	if d.win.Canvas().Focused() != d.page.form.f.Find("areas").Focus {
		t.Error("F6 does not lead to the next section")
	}
	for _, s := range d.page.Shortcuts() {
		if s.Keys == "Ctrl S" {
			s.Do()
		}
	}
	d.settle(func() bool { return d.page.form == nil && !d.page.loading })
	d.sees("Bente L. er gemt")
}

// fill puts 500 people in the register.
func fill500(d *desk) {
	for i := range 500 {
		a := directory.Ambassador{ID: fmt.Sprintf("0190c000-0000-7000-8000-%012d", i), Name: fmt.Sprintf("Person %03d", i), Areas: []string{fmt.Sprintf("Område %d", i%17)}, Interests: interestWords[i%20 : i%20+3]}
		d.must(d.store.EditAmbassador(nil, &a))
	}
}

func TestFiveHundredAmbassadorsMakeNoMoreRowsThanAreSeen(t *testing.T) {
	d := usual(t, fill500)
	if n := len(d.page.found); n != 500 {
		t.Fatalf("%d are found", n)
	}
	rows := 0
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		switch x := o.(type) {
		case *rowView:
			rows++
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
	walk(d.page.list)
	if rows == 0 || rows > 30 {
		t.Errorf("%d rows", rows)
	}
}

// BenchmarkFind500 is a key press in the search among 500.
func BenchmarkFind500(b *testing.B) {
	d := open(b, theme.New(theme.Normal, 1), fyne.NewSize(1164, 786), fill500)
	for b.Loop() {
		d.page.search.Entry.SetText("område 1")
		d.page.search.Entry.SetText("område 12")
	}
}

func TestTheRegisterIsOutOfSightWhereTheLeaseIsOver(t *testing.T) {
	d := usual(t, people4)
	d.pick(1)
	d.must(d.store.Enrol(localdb.Enrolment{Hub: "https://hub.lindeby.example", HubName: "Lindeby", HubKey: make([]byte, 32), Device: "0190d000-0000-7000-8000-00000000000d",
		Seed: make([]byte, 32), Role: "guide", Organisation: "Lindeby", At: today}))
	d.settle(func() bool { return !d.page.loading && !d.page.stale })
	d.later.Store(60)
	d.page.Refresh()
	d.settle(func() bool { return d.page.roll == nil })
	d.sees("uden forbindelse til hubben for længe")
	d.sayNot("Bente", "bente@lindeby.example", "00 00 00 00")
	d.later.Store(0)
	d.must(d.store.KeepLease(0))
	d.page.Refresh()
	d.settle(func() bool { return d.page.roll != nil })
	d.sees("Bente")
}

func TestABreakEndsByItself(t *testing.T) {
	d := usual(t, people4)
	d.sees("Pause til 3. dec.")
	d.later.Store(10) // 4 December
	d.page.Refresh()
	d.settle(func() bool { return !d.page.loading })
	d.sayNot("Pause til")
}
