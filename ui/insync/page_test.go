package insync

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"image/png"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

func TestMain(m *testing.M) {
	localdb.CheckIfAsked()
	os.Exit(m.Run())
}

var now = time.Date(2026, 11, 24, 10, 15, 0, 0, directory.Copenhagen)

// line stands for the network: what a hub would have said is set by the test.
type line struct {
	mu      sync.Mutex
	store   *localdb.Store
	refuse  error
	asked   []string
	nudged  int
	paused  int
	part    float64
	under   bool
	verdict Verdict
	broken  error
}

var errAway = errors.New("away")

func (l *line) Enrol(_ context.Context, hub, invitation, name string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = append(l.asked, hub+" "+invitation+" "+name)
	if l.refuse != nil {
		return l.refuse
	}
	return l.store.Enrol(enrolment("desk"))
}
func (l *line) Nudge()                 { l.mu.Lock(); l.nudged++; l.mu.Unlock() }
func (l *line) Pause()                 { l.mu.Lock(); l.paused++; l.mu.Unlock() }
func (l *line) Under() (float64, bool) { l.mu.Lock(); defer l.mu.Unlock(); return l.part, l.under }
func (l *line) Verify(_ context.Context, progress func(float64)) (Verdict, error) {
	progress(0.5)
	return l.verdict, l.broken
}
func (l *line) Problem(err error) string {
	if errors.Is(err, errAway) {
		return "offline"
	}
	return map[bool]string{true: "invitation", false: ""}[err != nil && err.Error() == "invitation"]
}

const own = "0190d000-0000-7000-8000-00000000000d"

func enrolment(role string) localdb.Enrolment {
	return localdb.Enrolment{Hub: "https://hub.lindeby.example", HubName: "Lindeby", HubKey: make([]byte, 32), Device: own,
		Seed: make([]byte, 32), Role: role, Organisation: "Lindeby Bibliotek", PublicURL: "https://lindeby.example", At: now}
}

// desk is a page on a real store, with a queue in place of the screen's goroutine.
type desk struct {
	t     testing.TB
	store *localdb.Store
	line  *line
	page  *Page
	win   fyne.Window
	queue chan func()
}

func open(t testing.TB, look *theme.Theme, size fyne.Size, fill func(*desk)) *desk {
	t.Helper()
	d := &desk{t: t, queue: make(chan func(), 1000)}
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: t.TempDir(), Create: true, Now: func() time.Time { return now }, Actor: "desk"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	d.store, d.line = s, &line{store: s}
	if fill != nil {
		fill(d)
	}
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look)
	d.page = New(Deps{Store: s, Hub: d.line, Lang: "da", Now: func() time.Time { return now }, Post: func(f func()) { d.queue <- f }})
	t.Cleanup(d.page.Close)
	d.win = test.NewTempWindow(t, d.page.Content())
	d.win.SetPadded(false)
	d.win.Resize(size)
	d.page.Refresh()
	d.settle(func() bool { return !d.page.reading })
	return d
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

const knitting = "0190a000-0000-7000-8000-000000000001"

// lively is a guide's PC with something of everything: a community that two
// changed, a referral that was refused, others that wait.
func lively(d *desk) {
	d.must(d.store.Enrol(enrolment("guide")))
	community := directory.Community{ID: knitting, Name: "Strik og snak", Places: []directory.Place{{Name: "Biblioteket, caféen", Municipality: "Lindeby"}}}
	conflict := localdb.Conflict{ID: "0190a000-0000-7000-8000-0000000000c1", Community: knitting, Field: "places",
		Kept: raw([]directory.Place{{Name: "Biblioteket, caféen"}}), Other: raw([]directory.Place{{Name: "Biblioteket, 1. sal"}}),
		KeptBy:  localdb.Hand{Device: "0190d000-0000-7000-8000-00000000000e", Role: "guide", At: now.Add(-18 * time.Hour)},
		OtherBy: localdb.Hand{Device: own, Role: "guide", At: now.Add(-19 * time.Hour)}}
	d.must(d.store.Play(context.Background(), localdb.Delta{
		Records: []record.Record{
			{Kind: record.Community, ID: knitting, Seq: 1, V: directory.Version, In: []string{"lindeby"}, Body: raw(community)},
			{Kind: record.Conflict, ID: conflict.ID, Seq: 2, V: 1, In: []string{"lindeby"}, Body: raw(conflict)},
		},
		To: record.Position{Epoch: 7, Seq: 2},
	}))
	d.must(d.store.Arrive(context.Background(), record.Position{Epoch: 7, Seq: 2}, []record.Feed{"dir", "case", "tip", "staff"}))
	for i, code := range codes {
		d.must(d.store.RecordReferral(referral.Referral{ID: "0190a000-0000-7000-8000-0000000000a" + string('1'+rune(i)), Code: code,
			At: directory.DayOf(now), Depth: referral.Guided, Communities: []string{knitting}}))
	}
	ops, err := d.store.Outbox(context.Background(), 10)
	d.must(err)
	d.must(d.store.Settle([]localdb.Fate{{Counter: ops[0].Counter, State: "refused", Code: "role", At: now}}))
	d.must(d.store.SetContact(localdb.Contact{LastSync: now.Add(-2 * time.Hour), LastTry: now, Problem: "offline", Retry: now.Add(4 * time.Minute), Verified: now.Add(-2 * time.Hour)}))
}

var codes = []referral.Code{"K7M4-QXRF", "2345-6787", "3456-789J"}

func init() {
	for i, c := range codes { // examples with their own check symbols
		body := strings.ReplaceAll(string(c), "-", "")[:7]
		for _, s := range "23456789ABCDEFGHJKMNPQRSTUVWXYZ" {
			if code, err := referral.ParseCode(body + string(s)); err == nil {
				codes[i] = code
			}
		}
	}
}

func shown(o fyne.CanvasObject) string {
	var all []string
	var walk func(fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if !o.Visible() {
			return
		}
		switch x := o.(type) {
		case *widget.Text:
			all = append(all, x.Text())
		case *widget.Button:
			all = append(all, "["+x.Text()+"]")
		case *fyne.Container:
			for _, y := range x.Objects {
				walk(y)
			}
		case fyne.Widget:
			for _, y := range test.WidgetRenderer(x).Objects() {
				walk(y)
			}
		}
	}
	walk(o)
	return strings.Join(all, "\n")
}

func (d *desk) shows(parts ...string) {
	d.t.Helper()
	text := shown(d.page.Content())
	for _, p := range parts {
		if !strings.Contains(text, p) {
			d.t.Errorf("the page lacks %q:\n%s", p, text)
		}
	}
}

var wide = fyne.NewSize(1164, 786)

func TestAPCWithoutAHubIsEnrolledOnThePage(t *testing.T) {
	d := open(t, theme.New(theme.Normal, 1), wide, func(d *desk) { d.must(d.store.SetSetting(localdb.SettingDesk, "Skranke 2")) })
	d.shows("Denne pc er ikke meldt ind hos en hub.", "[Meld ind hos hubben]")
	e := d.page.enrol
	if e.name.Entry.Text != "Skranke 2" {
		t.Errorf("the PC is suggested to be called %q", e.name.Entry.Text)
	}
	e.begin()
	if e.hub.Problem() == "" {
		t.Error("an empty address is not said to be wrong")
	}
	e.hub.Entry.SetText("hub.lindeby.example")
	e.code.Entry.SetText("K7M4Q-XR92F-3DTW-8ACE")
	d.line.refuse = errors.New("invitation")
	e.begin()
	d.settle(func() bool { return e.cancel == nil })
	if e.code.Problem() == "" || e.code.Entry.Text == "" || e.hub.Entry.Text == "" {
		t.Error("a refused code is not said at its field, or what was typed is lost")
	}
	d.line.refuse = errAway
	e.begin()
	d.settle(func() bool { return e.cancel == nil })
	d.shows("Hubben svarer ikke.")
	d.line.refuse = nil
	e.code.Entry.OnSubmitted("")
	d.settle(func() bool { return d.page.data.enrolled != nil })
	d.shows("venter på at blive sendt", "Alt er sendt")
	if got := d.line.asked[len(d.line.asked)-1]; got != "https://hub.lindeby.example K7M4Q-XR92F-3DTW-8ACE Skranke 2" {
		t.Errorf("the hub was asked %q", got)
	}
}

func TestThePageSaysWhatWaitsWhatWasRefusedAndWhatTwoChanged(t *testing.T) {
	d := open(t, theme.New(theme.Normal, 1), wide, lively)
	d.shows("3\nventer på at blive sendt\nÆldste: i dag kl. 10.15", "2\nkræver, at du ser på dem",
		"08.15\nsidste kontakt med hubben i dag\nPrøver igen om 4 minutter",
		"To har rettet mødestedet for “Strik og snak”", "Din rettelse, i går kl. 15.15\nBiblioteket, 1. sal",
		"Fællesskabsguiden, i går kl. 16.15\nBiblioteket, caféen", "[Behold guidens]", "[Brug min]",
		"Blev ikke taget imod: Vejvisning", "Denne pc må ikke sende den slags til hubben.",
		"Sidst kontrolleret i dag kl. 8.15: 1 fællesskab er ens med hubben.")
}

// What was done is named in whole words, also where its community is not here, and
// a value without words is no JSON on the screen.
func TestWhatIsToBeLookedAtIsSaidInWholeWords(t *testing.T) {
	d := open(t, theme.New(theme.Normal, 1), wide, lively)
	for _, c := range []struct {
		w    localdb.Waiting
		says string
	}{
		{localdb.Waiting{Kind: "edit", At: now, Communities: []string{"gone"}}, "Ændring af et fællesskab, i dag kl. 10.15"},
		{localdb.Waiting{Kind: "edit", At: now, Communities: []string{knitting}}, "Ændring af “Strik og snak”, i dag kl. 10.15"},
		{localdb.Waiting{Kind: "suggestion", At: now}, "Rettelse til et fællesskab, i dag kl. 10.15"},
		{localdb.Waiting{Kind: "resolve", At: now}, "Valg mellem to rettelser af et fællesskab, i dag kl. 10.15"},
		{localdb.Waiting{Kind: "event", At: now, Code: "K7M4-QXRF"}, "Nyt om vejvisning K7M4-QXRF, i dag kl. 10.15"},
		{localdb.Waiting{Kind: "close", At: now}, "Afslutning af en rettelse eller et ønske, i dag kl. 10.15"},
	} {
		if got := d.page.act(c.w, d.page.data); got != c.says {
			t.Errorf("%q, want %q", got, c.says)
		}
	}
	for raw, says := range map[string]string{`{"a":1}`: "(kan ikke vises her)", `[1]`: "(kan ikke vises her)", `"Et ord"`: "Et ord", `true`: "ja", `7`: "7", `null`: "(ikke oplyst)"} {
		if got := d.page.value("from_a_later_version", []byte(raw)); got != says {
			t.Errorf("%s is %q, want %q", raw, got, says)
		}
	}
	if got := d.page.value("schedule", []byte(`"not a schedule"`)); got != "not a schedule" {
		t.Error(got)
	}
}

func TestOneClickRestoresTheOtherValue(t *testing.T) {
	d := open(t, theme.New(theme.Normal, 1), wide, lively)
	d.press("Brug min")
	d.settle(func() bool { return len(d.page.data.conflicts) == 0 })
	c, err := d.store.Community(knitting)
	d.must(err)
	if c.Places[0].Name != "Biblioteket, 1. sal" {
		t.Errorf("the meeting place is %q", c.Places[0].Name)
	}
}

func TestWhatWasRefusedCanBeSentAgainOrRemovedAfterASecondYes(t *testing.T) {
	d := open(t, theme.New(theme.Normal, 1), wide, lively)
	d.press("Send igen")
	d.settle(func() bool { return len(d.page.data.refused) == 0 })
	if d.page.data.status.Waiting != 6 {
		t.Errorf("%d operations wait", d.page.data.status.Waiting)
	}
	d2 := open(t, theme.New(theme.Normal, 1), wide, lively)
	d2.press("Fjern")
	if len(d2.page.data.refused) != 1 {
		t.Error("one press removed it")
	}
	d2.press("Fjern for altid?")
	d2.settle(func() bool { return len(d2.page.data.refused) == 0 })
}

func TestACheckSaysThatEverythingAgreesOrWhatWasFetched(t *testing.T) {
	d := open(t, theme.New(theme.Normal, 1), wide, lively)
	for _, c := range []struct {
		v    Verdict
		err  error
		says string
	}{
		{Verdict{Communities: 1043, Same: true}, nil, "alle 1.043 fællesskaber er ens med hubben"},
		{Verdict{Communities: 1043, Same: true, Repaired: 3}, nil, "3 oplysninger var forskellige og er hentet igen"},
		{Verdict{}, nil, "Noget er stadig forskelligt"},
		{Verdict{}, errAway, "Hubben svarer ikke. Kontrollen kunne ikke gøres færdig."},
	} {
		d.line.verdict, d.line.broken = c.v, c.err
		d.press("Kontrollér, at alt stemmer")
		d.settle(func() bool { return d.page.check.cancel == nil })
		d.shows(c.says)
	}
}

func TestFirstFetchingShowsHowFarItIsAndCanHoldPause(t *testing.T) {
	d := open(t, theme.New(theme.Normal, 1), wide, lively)
	d.line.part, d.line.under = 0.4, true
	d.page.Tick()
	d.shows("Henter fællesskabslisten: 40 %")
	d.press("Hold pause")
	d.shows("Hentningen holder pause ved 40 %")
	d.press("Gå videre")
	if d.line.paused != 1 || d.line.nudged != 1 {
		t.Errorf("%d pauses, %d nudges", d.line.paused, d.line.nudged)
	}
}

// press presses the first button with these words.
func (d *desk) press(text string) {
	d.t.Helper()
	var found *widget.Button
	var walk func(fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if !o.Visible() || found != nil {
			return
		}
		switch x := o.(type) {
		case *widget.Button:
			if x.Text() == text {
				found = x
			}
		case *fyne.Container:
			for _, y := range x.Objects {
				walk(y)
			}
		case fyne.Widget:
			for _, y := range test.WidgetRenderer(x).Objects() {
				walk(y)
			}
		}
	}
	walk(d.page.Content())
	if found == nil {
		d.t.Fatalf("no button %q:\n%s", text, shown(d.page.Content()))
	}
	test.Tap(found)
}

// TestScreens leaves pictures for people to look at.
func TestScreens(t *testing.T) {
	dir := os.Getenv("VEJVISER_SCREENS")
	if dir == "" {
		t.Skip("VEJVISER_SCREENS names no folder for the pictures; make screens does")
	}
	small := fyne.NewSize(856, 660)
	calm := func(d *desk) {
		d.must(d.store.Enrol(enrolment("desk")))
		d.must(d.store.SetContact(localdb.Contact{LastSync: now.Add(-time.Minute), LastTry: now}))
	}
	for _, c := range []struct {
		name string
		look *theme.Theme
		size fyne.Size
		fill func(*desk)
		do   func(*desk)
	}{
		{"sync-1360-100", theme.New(theme.Normal, 1), wide, lively, nil},
		{"sync-1360-150", theme.New(theme.Normal, 1.5), wide, lively, nil},
		{"sync-1024-100", theme.New(theme.Normal, 1), small, lively, nil},
		{"sync-1024-150-dark", theme.New(theme.WhiteOnBlack, 1.5), small, lively, nil},
		{"sync-1360-contrast", theme.New(theme.BlackOnWhite, 1), wide, lively, func(d *desk) { d.page.Focus() }},
		{"sync-calm", theme.New(theme.Normal, 1), wide, calm, nil},
		{"sync-alone", theme.New(theme.Normal, 1), wide, nil, func(d *desk) { d.page.Focus() }},
		{"sync-alone-1024", theme.New(theme.Normal, 1.5), small, nil, nil},
		{"sync-fetching", theme.New(theme.Normal, 1), wide, calm, func(d *desk) { d.line.part, d.line.under = 0.4, true; d.page.Tick() }},
		{"sync-trouble", theme.New(theme.Normal, 1), wide, func(d *desk) {
			lively(d)
			d.must(d.store.SetContact(localdb.Contact{LastSync: now.Add(-50 * time.Hour), LastTry: now, Problem: "captive_portal", Skew: 7 * time.Minute}))
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := open(t, c.look, c.size, c.fill)
			if c.do != nil {
				c.do(d)
			}
			f, err := os.Create(filepath.Join(dir, c.name+".png"))
			d.must(err)
			d.must(png.Encode(f, d.win.Canvas().Capture()))
			d.must(f.Close())
		})
	}
}
