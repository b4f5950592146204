package communities

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

const walkers = "0190a000-0000-7000-8000-000000000001"

// full is a community with something of everything, also what this program does
// not know.
func full() *community {
	free, min := 3, 18
	lat, lon, offered := 55.4452, 11.79, true
	return &community{
		ID: walkers, Source: "kommunen", SourceID: "7", Name: "Gå-glad", Summary: "En tur i skoven", Category: "Motion", Activities: []string{"gåtur", "kaffe"},
		Kind: directory.KindAssociation, Organiser: &directory.OrganiserRef{Name: "Skovens Venner", CVR: "12345678"},
		Places: []directory.Place{{Name: "Beboerhuset", Address: "Skovvej 2", Postcode: "4990", City: "Lindeby", Municipality: "Lindeby", Lat: &lat, Lon: &lon, Accessibility: []string{"lift"}, Confidential: true}},
		Schedule: []directory.Slot{
			{Weekday: 2, From: "10:00", To: "11:30", Exceptions: []directory.Day{"2026-12-29"}},
			{RRule: "FREQ=MONTHLY;BYDAY=1SA", From: "09:00", ValidFrom: "2026-01-03", Unknown: jsontext.Value(`{"lantern":true}`)}},
		Price: &directory.Price{Kind: directory.PricePerTime, DKK: 12.5}, Audience: &directory.Audience{MinAge: &min, Groups: []string{"seniors", "naboer"}},
		Languages: []string{"da", "kl"}, Considerations: []string{"quiet"}, Accompaniment: &directory.Accompaniment{Offered: &offered},
		Welcome:  &directory.Welcome{Greeter: "Bente", FirstTime: []string{"Bente står ved døren.", "I går i to tempi."}, Ready: []string{"met_at_door"}, Pause: &directory.Pause{From: "2026-11-01", To: "2027-02-01", Why: "full"}},
		Capacity: &directory.Capacity{Free: &free, AsOf: "2026-11-11"}, Contact: &directory.Contact{Role: "Formanden", Phone: "00 00 00 00"},
		Status: directory.StatusActive, AssuredAt: today.AddDate(0, 0, -12).UTC(), AssuredBy: "guide", Unknown: jsontext.Value(`{"mascot":"hare"}`),
	}
}

func guidePC(role string) localdb.Enrolment {
	return localdb.Enrolment{Hub: "https://hub.lindeby.example", HubName: "Lindeby", HubKey: make([]byte, 32), Device: "0190d000-0000-7000-8000-00000000000d",
		Seed: make([]byte, 32), Role: role, Organisation: "Lindeby Bibliotek", At: today}
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func raw(v any) jsontext.Value {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// enrol makes the PC one of a hub, which has given it these records.
func (d *desk) enrol(role string, cs ...*community) {
	d.t.Helper()
	d.must(d.store.Enrol(guidePC(role)))
	d.play(1, cs...)
	d.settle(func() bool {
		return d.page.listing != nil && len(d.page.listing.entries) == len(cs) && d.page.may.role == role
	})
}

// play is what comes from the hub.
func (d *desk) play(seq uint64, cs ...*community) {
	d.t.Helper()
	var list []record.Record
	for _, c := range cs {
		list = append(list, record.Record{Kind: record.Community, ID: c.ID, Seq: seq, V: directory.Version, In: []string{"lindeby"}, Body: raw(c)})
	}
	d.must(d.store.Play(context.Background(), localdb.Delta{Records: list, To: record.Position{Epoch: 7, Seq: seq}}))
	d.must(d.store.Arrive(context.Background(), record.Position{Epoch: 7, Seq: seq}, []record.Feed{"dir", "case", "tip", "staff"}))
}

// edit opens the form with a community.
func (d *desk) edit(id string) *form {
	d.t.Helper()
	d.page.Edit(id)
	if d.page.form == nil {
		d.t.Fatal("no form")
	}
	return d.page.form
}

// write writes a value in the part of the form with a path.
func (d *desk) write(path, value string) {
	d.t.Helper()
	x := d.part(path)
	if e, ok := x.focus.(*widget.Entry); ok {
		e.SetText(value)
		return
	}
	x.set(value)
	d.page.form.changed(x)
}

func (d *desk) part(path string) *fact {
	d.t.Helper()
	f := d.page.form
	if _, _, err := f.gather(); err != nil { // numbers the rows
		d.t.Fatal(err)
	}
	var found *fact
	f.each(func(at string, x *fact) {
		full := x.path
		if at != "" {
			full = at + "." + x.path
		}
		if full == path {
			found = x
		}
	})
	if found == nil {
		d.t.Fatalf("the form has no %s", path)
	}
	return found
}

// keep keeps the form.
func (d *desk) keep() {
	d.t.Helper()
	d.page.form.keep()
	d.settle(func() bool { return d.page.form == nil && !d.page.loading })
}

func (d *desk) community(id string) *community {
	d.t.Helper()
	c, err := d.store.Community(id)
	d.must(err)
	return c
}

func same(a, b *community) bool { return len(differing(a, b)) == 0 }

func TestAnEditIsShownAtOnceAndSurvivesARestart(t *testing.T) {
	d := usual(t, full())
	before := d.community(walkers)
	d.edit(walkers)
	d.write("name", "Gå-glad Lindeby")
	d.write("places[0].name", "Biblioteket, 1. sal")
	d.write("schedule[0].from", "9.30")
	d.write("price.kind", "free")
	d.write("price.dkk", "")
	d.write("capacity.free", "5")
	d.keep()
	if i := d.page.list.Selected(); i < 0 || d.page.listing.entries[d.page.found[i]].name != "Gå-glad Lindeby" {
		t.Errorf("the list does not show the new name")
	}
	if got := allText(d.page.inside); !strings.Contains(got, "“Gå-glad Lindeby” er gemt") || !strings.Contains(got, "Tirsdag kl. 9.30–11.30") {
		t.Errorf("the detail says\n%s", got)
	}
	status, err := d.store.Status()
	d.must(err)
	d.must(d.store.Close())
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: status.Dir, Now: func() time.Time { return today }})
	d.must(err)
	d.store = s
	t.Cleanup(func() { _ = s.Close() })
	after := d.community(walkers)
	want, err := clone(before)
	d.must(err)
	free := 5
	want.Name, want.Places[0].Name, want.Schedule[0].From = "Gå-glad Lindeby", "Biblioteket, 1. sal", "09:30"
	want.Price.Kind, want.Price.DKK = directory.PriceFree, 0
	want.Capacity.Free, want.Capacity.AsOf = &free, "2026-11-24"
	if !same(want, after) {
		t.Errorf("after a restart it is\n%s\nwant\n%s", raw(after), raw(want))
	}
}

func TestWhatIsNotTouchedStaysAsItIs(t *testing.T) {
	d := usual(t, full())
	before := d.community(walkers)
	d.edit(walkers)
	if d.page.form.dirty() {
		t.Error("an untouched form has something to keep")
	}
	d.write("summary", "En lang tur")
	d.keep()
	after := d.community(walkers)
	if got := differing(before, after); len(got) != 1 || got[0] != "summary" {
		t.Errorf("also changed: %v\n%s\n%s", got, raw(before), raw(after))
	}
	if !strings.Contains(string(raw(after)), "mascot") || !strings.Contains(string(raw(after)), "lantern") {
		t.Errorf("what the program does not know is gone: %s", raw(after))
	}
}

func TestEveryFactCanBeWritten(t *testing.T) {
	d := usual(t)
	d.page.addNew()
	f := d.page.form
	test.Tap(f.places.add)
	test.Tap(f.slots.add)
	d.write("name", "Spisefællesskabet")
	for path, v := range map[string]string{
		"summary": "Vi spiser", "description": "Vi spiser sammen.\nAlle er med.", "category": "Mad", "activities": "mad, snak", "kind": "practice_ground", "status": "paused",
		"welcome.greeter": "Ellen", "welcome.where": "ved døren", "welcome.first_time": "Kom som du er.\nVi dækker bord.", "accompaniment.offered": "yes", "accompaniment.how": "Ring først",
		"audience.min_age": "18", "audience.max_age": "80", "audience.gender": "women", "audience.groups": "seniors\nparents", "languages": "da\nuk", "considerations": "quiet",
		"open_across_housing_areas": "no", "price.kind": "per_time", "price.dkk": "20,50", "price.note": "kontant", "capacity.free": "4", "capacity.total": "12",
		"organiser.name": "Huset", "organiser.cvr": "12 34 56 78", "organiser.p_number": "1234567890", "contact.role": "kontoret", "contact.phone": "00 00 00 00", "contact.email": "hus@lindeby.example", "contact.web": "https://lindeby.example",
		"practice.from": "1/12 2026", "practice.to": "31.1.2027", "practice.onward": "Gå-glad",
	} {
		d.write(path, v)
	}
	for path, v := range map[string]string{"name": "Køkkenet", "address": "Torvet 1", "postcode": "4990", "city": "Lindeby", "municipality": "Lindeby", "housing_area": "Byen", "accessibility": "lift", "lat": "55,4452 11,79", "confidential": "yes"} {
		set(f.places.list[0].facts, path, v)
	}
	for path, v := range map[string]string{"weekday": "3", "from": "17", "to": "19.30", "note": "ikke i ferien"} {
		set(f.slots.list[0].facts, path, v)
	}
	f.keep()
	if got := d.part("schedule[0].from").part.(*widget.Field).Problem(); !strings.Contains(got, "klokkeslæt") {
		t.Errorf("a clock of one number says %q", got)
	}
	d.write("schedule[0].from", "17:00")
	d.keep()
	c := d.community(d.page.shown.ID)
	want := `{"id":"` + c.ID + `","name":"Spisefællesskabet","summary":"Vi spiser","description":"Vi spiser sammen.\nAlle er med.","category":"Mad","activities":["mad","snak"],"kind":"practice_ground",` +
		`"organiser":{"name":"Huset","cvr":"12345678","p_number":"1234567890"},"places":[{"name":"Køkkenet","address":"Torvet 1","postcode":"4990","city":"Lindeby","municipality":"Lindeby","housing_area":"Byen","lat":55.4452,"lon":11.79,"accessibility":["lift"],"confidential":true}],` +
		`"schedule":[{"weekday":3,"from":"17:00","to":"19:30","note":"ikke i ferien"}],"price":{"kind":"per_time","dkk":20.5,"note":"kontant"},"audience":{"min_age":18,"max_age":80,"gender":"women","groups":["seniors","parents"]},` +
		`"languages":["da","uk"],"considerations":["quiet"],"accompaniment":{"offered":true,"how":"Ring først"},"welcome":{"greeter":"Ellen","where":"ved døren","first_time":["Kom som du er.","Vi dækker bord."]},` +
		`"capacity":{"free":4,"total":12,"as_of":"2026-11-24"},"open_across_housing_areas":false,"practice":{"from":"2026-12-01","to":"2027-01-31","onward":["Gå-glad"]},"contact":{"role":"kontoret","phone":"00 00 00 00","email":"hus@lindeby.example","web":"https://lindeby.example"},"status":"paused"}`
	if got := string(raw(c)); got != want {
		t.Errorf("kept is\n%s\nwant\n%s", got, want)
	}
	if i := d.page.list.Selected(); i < 0 || d.page.listing.entries[d.page.found[i]].id != c.ID {
		t.Error("the new one is not chosen in the list")
	}
}

func set[T any](facts []written[T], path, v string) {
	for _, x := range facts {
		if x.path == path {
			x.set(v)
		}
	}
}

func TestWhatIsWrongIsSaidWhereItStandsAndNothingTypedIsLost(t *testing.T) {
	d := usual(t, full())
	before := d.community(walkers)
	f := d.edit(walkers)
	wrong := map[string]string{
		"name": " ", "audience.max_age": "7", "price.dkk": "tyve", "capacity.as_of": "31.2.2026", "organiser.cvr": "12", "places[0].postcode": "49", "places[0].lat": "nord",
		"schedule[0].to": "9.00", "welcome.first_time": "En.\nTo.\nTre.\nFire.", "description": "Spørg Ellen, 010170-1234.",
	}
	for path, v := range wrong {
		d.write(path, v)
	}
	f.keep()
	if d.page.form != f || !same(before, d.community(walkers)) {
		t.Fatal("it was kept")
	}
	for path, v := range wrong {
		field := d.part(path).part.(*widget.Field)
		if field.Problem() == "" {
			t.Errorf("nothing is said at %s", path)
		}
		if field.Entry.Text != v {
			t.Errorf("%s is now %q", path, field.Entry.Text)
		}
	}
	if got := f.said.Objects[0].(*widget.Banner).Title(); !strings.Contains(got, "10 ting") {
		t.Errorf("the foot says %q", got)
	}
	if got := d.part("description").part.(*widget.Field).Problem(); !strings.Contains(got, "CPR") {
		t.Errorf("of a CPR number it says %q", got)
	}
	d.write("name", "Gå-glad")
	if d.part("name").part.(*widget.Field).Problem() != "" {
		t.Error("what is put right is still said to be wrong")
	}
}

func TestLeavingAsksBeforeWhatIsTypedIsLost(t *testing.T) {
	d := usual(t, full())
	d.edit(walkers)
	esc := &fyne.KeyEvent{Name: fyne.KeyEscape}
	if d.page.TypedKey(esc); d.page.form != nil {
		t.Fatal("an untouched form stays")
	}
	f := d.edit(walkers)
	d.write("summary", "En lang tur")
	if d.page.TypedKey(esc); d.page.form != f || d.page.asking == nil {
		t.Fatal("it went unasked")
	}
	d.page.asking.Close()
	if d.page.form != f || d.part("summary").value() != "En lang tur" {
		t.Error("staying lost what was typed")
	}
	left := false
	d.page.AskToLeave(func() { left = true })
	if left || d.page.asking == nil {
		t.Fatal("the window would close unasked")
	}
	d.page.asking.Close()
	d.page.Edit(walkers) // as another page might
	if d.page.form != f {
		t.Error("another form took its place")
	}
	d.page.Refresh()
	d.page.Focus()
	if d.part("summary").value() != "En lang tur" {
		t.Error("another page in between lost what was typed")
	}
}

func TestAFormOnAPageMadeAnewIsAsItWasLeft(t *testing.T) {
	d := usual(t, full())
	d.edit(walkers)
	d.write("capacity.as_of", "ikke en dag")
	d.write("places[0].city", "Nyby")
	test.Tap(d.page.form.slots.add)
	set(d.page.form.slots.list[2].facts, "note", "efter aftale")
	e := d.page.Unsaved()
	d.page.Close()
	d.page = New(d.page.d)
	t.Cleanup(d.page.Close)
	d.win.SetContent(d.page.Content())
	d.page.Refresh()
	d.page.Resume(e)
	for path, want := range map[string]string{"capacity.as_of": "ikke en dag", "places[0].city": "Nyby", "schedule[2].note": "efter aftale"} {
		if got := d.part(path).value(); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	if d.part("name").typed() {
		t.Error("what was not touched counts as typed")
	}
}

func TestOnlyAPersonMovesFreshness(t *testing.T) {
	d := usual(t, full())
	was := d.community(walkers).AssuredAt
	d.edit(walkers)
	d.write("summary", "Ny tekst")
	d.keep()
	if got := d.community(walkers).AssuredAt; !got.Equal(was) {
		t.Errorf("an edit moved it to %s", got)
	}
	d.page.confirmShown()
	d.settle(func() bool { return !d.page.busy })
	if c := d.community(walkers); !c.AssuredAt.Equal(today) || c.AssuredBy != "professional" {
		t.Errorf("confirmed at %s by %q", c.AssuredAt, c.AssuredBy)
	}
	for _, o := range test.LaidOutObjects(d.page.inside) {
		if b, ok := o.(*widget.Button); ok && b.Text() == d.page.say.T("communities.undo") {
			test.Tap(b)
		}
	}
	d.settle(func() bool { return !d.page.busy })
	if c := d.community(walkers); !c.AssuredAt.Equal(was) || c.AssuredBy != "guide" {
		t.Errorf("taken back it is %s by %q", c.AssuredAt, c.AssuredBy)
	}
}

func TestADeskReportsAndAGuideSeesIt(t *testing.T) {
	d := usual(t)
	d.enrol("desk", full())
	d.page.list.Step(1)
	if d.page.acts.edit.Visible() || d.page.acts.confirm.Visible() || d.page.bring.Visible() || d.page.create.Visible() || !d.page.acts.report.Visible() {
		t.Error("a desk may do what it may not, or not report")
	}
	if d.page.Edit(walkers); d.page.form != nil {
		t.Error("a desk opened the form")
	}
	d.page.reportShown()
	d.page.reporting.Entry.SetText("Det er onsdag nu")
	for _, o := range test.LaidOutObjects(d.win.Canvas().Overlays().Top()) {
		if b, ok := o.(*widget.Button); ok && b.Text() == d.page.say.T("counter.report_send") {
			test.Tap(b)
		}
	}
	list, err := d.store.Suggestions()
	if err != nil || len(list) != 1 || list[0].Community != walkers || list[0].Text != "Det er onsdag nu" {
		t.Fatalf("reported is %+v (%v)", list, err)
	}

	d = usual(t)
	d.enrol("guide", full())
	if !d.page.create.Visible() || d.page.bring.Visible() {
		t.Error("a guide may bring a list in, or not write a new one")
	}
	body := raw(localdb.Suggestion{ID: "0190a000-0000-7000-8000-0000000000b1", Community: walkers, Field: "schedule", Text: "Det er onsdag nu", At: today.Add(-time.Hour)})
	d.must(d.store.Play(context.Background(), localdb.Delta{Records: []record.Record{{Kind: record.Suggestion, ID: "0190a000-0000-7000-8000-0000000000b1", Seq: 2, V: 1, In: []string{"lindeby"}, Body: body}}, To: record.Position{Epoch: 7, Seq: 2}}))
	d.settle(func() bool { return d.page.listing.count[filterReported] == 1 })
	d.page.list.Step(1)
	d.page.again()
	if got := allText(d.page.inside); !strings.Contains(got, "Det er onsdag nu") {
		t.Errorf("the guide sees\n%s", got)
	}
	d.edit(walkers)
	if got := allText(d.page.form.head); !strings.Contains(got, "Det er onsdag nu") {
		t.Errorf("the form says\n%s", got)
	}
	d.write("schedule[0].weekday", "3")
	d.keep()
	for _, o := range test.LaidOutObjects(d.page.inside) {
		if b, ok := o.(*widget.Button); ok && b.Text() == d.page.say.T("followup.report_done") {
			test.Tap(b)
		}
	}
	d.settle(func() bool { return d.page.listing.count[filterReported] == 0 && !d.page.busy })
	if got := allText(d.page.inside); strings.Contains(got, "Det er onsdag nu") {
		t.Errorf("once settled the guide sees\n%s", got)
	}
}

// Another guide's edit comes while the form is open: what is typed stays, it is
// said, and what was not touched can be shown as it is now. What both changed
// is sent as an edit of what was seen, so that the hub asks a person.
func TestAnotherPersonsEditLeavesWhatIsTyped(t *testing.T) {
	d := usual(t)
	d.enrol("guide", full())
	f := d.edit(walkers)
	d.write("places[0].name", "Biblioteket, 1. sal")
	theirs := full()
	theirs.Places[0].Name, theirs.Summary = "Biblioteket, caféen", "En kort tur"
	d.play(2, theirs)
	d.settle(func() bool { return f.others.Visible() })
	if got := f.others.Objects[0].(*widget.Banner).Title(); !strings.Contains(got, "Hvor") || !strings.Contains(got, "Kort fortalt") {
		t.Errorf("it says %q", got)
	}
	if d.part("places[0].name").value() != "Biblioteket, 1. sal" {
		t.Error("what was typed is gone")
	}
	f.showOther()
	if got := d.part("summary").value(); got != "En kort tur" {
		t.Errorf("the untouched text is %q", got)
	}
	if d.part("places[0].name").value() != "Biblioteket, 1. sal" {
		t.Error("what was typed is gone")
	}
	d.keep()
	ops, err := d.store.Outbox(context.Background(), 10)
	d.must(err)
	var e localdb.Edit
	d.must(json.Unmarshal(ops[len(ops)-1].Body, &e))
	if len(e.Fields) != 1 || e.Fields[0].Name != "places" || !strings.Contains(string(e.Fields[0].From), "Beboerhuset") {
		t.Errorf("sent is %s", raw(e))
	}
}

func TestACommunityThatGoesWhileItIsEditedCanBeKeptAsANewOne(t *testing.T) {
	d := usual(t)
	d.enrol("guide", full())
	f := d.edit(walkers)
	d.write("summary", "En lang tur")
	d.must(d.store.Play(context.Background(), localdb.Delta{Records: []record.Record{{Kind: record.Community, ID: walkers, Seq: 2, V: directory.Version, Deleted: true}}, To: record.Position{Epoch: 7, Seq: 2}}))
	d.settle(func() bool { return f.gone })
	d.keep()
	c := d.community(d.page.shown.ID)
	if c.ID == walkers || c.Summary != "En lang tur" || c.Name != "Gå-glad" || c.Source != "" {
		t.Errorf("kept is %s", raw(c))
	}
}

func TestTheFormIsFilledInByKeyboardAlone(t *testing.T) {
	d := usual(t, full())
	d.page.list.Step(1)
	keys := d.page.Shortcuts()
	keys[0].Do()
	if d.page.form == nil {
		t.Fatal("Ctrl E opens no form")
	}
	test.Type(d.win.Canvas().Focused(), " nu")
	seen := map[fyne.Focusable]bool{}
	for range 200 {
		at := d.win.Canvas().Focused()
		if at == fyne.Focusable(d.page.form.save) {
			break
		}
		seen[at] = true
		d.win.Canvas().FocusNext()
	}
	d.page.form.each(func(at string, x *fact) {
		if at == "" && (x.path == "practice.from" || x.path == "practice.to" || x.path == "practice.onward") {
			return // not a practice ground
		}
		if !seen[x.focus] {
			t.Errorf("Tab does not reach %s %s", at, x.path)
		}
	})
	d.win.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { d.page.TypedKey(e) }) // as the shell does
	d.page.form.focus()
	sections := map[fyne.Focusable]bool{}
	for range len(d.page.form.parts) - 1 { // but practice grounds
		sections[d.win.Canvas().Focused()] = true
		d.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: keySection})
	}
	if len(sections) != 9 || d.win.Canvas().Focused() != d.page.form.begin {
		t.Errorf("F6 reaches %d sections", len(sections))
	}
	keys[2].Do()
	d.settle(func() bool { return d.page.form == nil })
	if got := d.community(walkers).Name; got != "Gå-glad nu" {
		t.Errorf("the name is %q", got)
	}
}

func BenchmarkOpenForm(b *testing.B) {
	d := open(b, theme.New(theme.Normal, 1), fyne.NewSize(1164, 786), full())
	for b.Loop() {
		d.page.Edit(walkers)
		d.win.Canvas().Capture()
	}
}

// One change is taken in at its place: the list is what reading it all would give.
func TestOneChangeGivesTheListThatReadingAllWouldGive(t *testing.T) {
	d := usual(t, sample()...)
	for i, name := range []string{"Ørkenvandring", "aa", "Æblelauget", "Zumba", "Å", "bridge", "Zumba"} {
		c := &community{Name: name, Status: []directory.Status{"", directory.StatusPaused, directory.StatusClosed}[i%3]}
		d.must(d.store.EditCommunity(nil, c))
		if i%2 == 1 {
			renamed := *c
			renamed.Name = "Omdøbt " + name
			d.must(d.store.EditCommunity(c, &renamed))
		}
		if i == 4 {
			d.must(d.store.EditCommunity(c, nil))
		}
		d.settle(func() bool { // the page has heard of all
			want, err := loadListing(d.store, d.page.say, "da", d.page.today())
			d.must(err)
			return slices.Equal(want.entries, d.page.listing.entries) && maps.Equal(want.at, d.page.listing.at) && maps.Equal(want.count, d.page.listing.count)
		})
	}
	if d.page.loading {
		t.Error("all was read again")
	}
}
