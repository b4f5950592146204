package readiness

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	rules "github.com/faellesskabsby/vejviser/localdb/readiness"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// words are all texts below an object.
func words(o fyne.CanvasObject) string {
	var out []string
	var walk func(fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if o == nil || !o.Visible() {
			return
		}
		if x, ok := o.(interface{ Text() string }); ok {
			out = append(out, x.Text())
		}
		if x, ok := o.(*widget.Banner); ok {
			out = append(out, x.Title())
		}
		switch x := o.(type) {
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
	walk(o)
	return strings.Join(out, "\n")
}

func (d *desk) names() (out []string) {
	for _, o := range d.page.snap.list {
		out = append(out, o.name)
	}
	return out
}

func TestADeskSeesItselfAndAGuideSeesAll(t *testing.T) {
	all := []string{"Lindeby Bibliotek", "Lindeby Jobcenter", "Lindeby Sundhedshus"}
	for role, want := range map[string][]string{"desk": all[:1], "guide": all, "coordinator": all, "": all, "kiosk": nil} {
		d := usual(t, role, work)
		want := want
		if role == "kiosk" {
			if d.page.snap.may.check("Lindeby Bibliotek") || d.page.snap.may.agree() {
				t.Error("a kiosk may change something")
			}
			continue
		}
		if got := d.names(); !slices.Equal(got, want) {
			t.Errorf("%q sees %q, not %q", role, got, want)
		}
		for _, o := range d.page.snap.list {
			if d.page.snap.may.agree() != (role != "desk") || !d.page.snap.may.check(o.name) {
				t.Errorf("%q may agree %v, and check %v", role, d.page.snap.may.agree(), d.page.snap.may.check(o.name))
			}
		}
		d.page.Close()
	}
}

func TestTheMonthIsShownInFiguresThatTellNobodyApart(t *testing.T) {
	for n, want := range map[int]string{0: "færre end 5", 4: "færre end 5", 9: "omkring 10", 12: "omkring 10", 13: "omkring 15"} {
		d := usual(t, "desk", func(d *desk) {
			d.must(d.store.EditAgreement(nil, &rules.Agreement{Organisation: "Lindeby Bibliotek", Goal: 20}))
			d.shown(n, "Lindeby Bibliotek", "2026-11-03")
		})
		if got := words(d.page.inside); !strings.Contains(got, "I november: "+want+" vejvisninger") {
			t.Errorf("%d are shown as\n%s", n, got)
		}
		d.page.Close()
	}
}

func TestACoordinatorIsNotShownThatNothingHappened(t *testing.T) {
	d := usual(t, "coordinator", work)
	d.choose("Lindeby Bibliotek")
	if got := words(d.page.inside); strings.Contains(got, "færre end") || !strings.Contains(got, "ikke på denne pc") {
		t.Errorf("the month without vejvisninger is shown as\n%s", got)
	}
}

func TestAnswersAreWordsAndNeverAGrade(t *testing.T) {
	d := usual(t, "desk", work)
	got := words(d.page.inside)
	for _, want := range []string{"På plads", "Ikke endnu", "Ikke talt om", "Det meste"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not said:\n%s", want, got)
		}
	}
	for _, l := range strings.Split(got, "\n") {
		if strings.ContainsAny(l, "/%") || len(l) == 1 {
			t.Errorf("%q reads as a grade", l)
		}
	}
}

func TestASelfCheckIsMadeByTheKeyboardAlone(t *testing.T) {
	d := usual(t, "desk", nil)
	c := d.win.Canvas()
	d.page.Focus()
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if d.page.form == nil {
		t.Fatal("Enter on the button opens no self-check")
	}
	f := d.page.form.f
	if got := f.Value("desk"); got != "Skranken" {
		t.Errorf("the desk is %q", got)
	}
	if f.Dirty() {
		t.Error("a form that nobody has touched would ask before it is left")
	}
	for i, part := range rules.Parts {
		x := f.Find("answers." + part)
		for range 100 {
			if c.Focused() == x.Focus {
				break
			}
			c.FocusNext()
		}
		if c.Focused() != x.Focus {
			t.Fatalf("Tab does not reach %s", part)
		}
		if c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace}); i == 1 {
			c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
		}
	}
	d.page.Shortcuts()[2].Do() // Ctrl S
	d.settle(func() bool { return d.page.form == nil && d.page.snap != nil && len(d.page.snap.list[0].desks) == 1 })
	list, err := d.store.ReadinessChecks()
	d.must(err)
	if len(list) != 1 {
		t.Fatalf("%d self-checks are kept", len(list))
	}
	k := list[0]
	if k.Organisation != "Lindeby Bibliotek" || k.Desk != "Skranken" || k.On != "2026-11-24" || len(k.Answers) != 5 || k.Answers["mandate"] != 2 || k.Answers["time"] != 1 {
		t.Errorf("kept is %+v", k)
	}
}

func TestAPartMayBePassedOverButNotAllOfThem(t *testing.T) {
	d := usual(t, "desk", nil)
	d.page.startCheck()
	d.page.form.f.Find("next_step").Set("Vi begynder på torsdag.")
	d.page.form.f.Keep()
	if d.page.form == nil {
		t.Fatal("a self-check without answers is kept")
	}
	if got := words(d.page.form.f.Root()); !strings.Contains(got, "mindst ét af de fem") {
		t.Errorf("what is missing is not said:\n%s", got)
	}
	d.page.form.f.Find("answers.tools").Set("3")
	d.page.form.f.Keep()
	d.settle(func() bool { return d.page.form == nil })
}

func TestASelfCheckKeepsNoCPRNumber(t *testing.T) {
	d := usual(t, "desk", nil)
	d.page.startCheck()
	d.page.form.f.Find("answers.tools").Set("3")
	d.page.form.f.Find("next_step").Set("Ring til 070761-4285.")
	d.page.form.f.Keep()
	if d.page.form == nil || d.page.form.f.Busy() {
		t.Fatal("it was kept")
	}
	var b strings.Builder
	d.must(d.store.Dump(&b))
	if strings.Contains(b.String(), "0707") {
		t.Error("the number stands in the store")
	}
}

func TestAnAgreementIsMadeChangedAndKeepsWhatItsFormDoesNotName(t *testing.T) {
	d := usual(t, "guide", nil)
	d.page.addNew()
	f := d.page.form.f
	for path, v := range map[string]string{"organisation": "Lindeby Jobcenter", "goal": "8", "hours": "1,5", "responsible": "Teamlederen", "next_talk": "1.2.2027"} {
		f.Find(path).Set(v)
	}
	f.Keep()
	d.settle(func() bool { return d.page.form == nil && d.page.of() != nil && d.page.of().agreement != nil })
	a := *d.page.of().agreement
	if a.Organisation != "Lindeby Jobcenter" || a.Goal != 8 || a.Hours != 1.5 || a.Responsible != "Teamlederen" || a.NextTalk != "2027-02-01" || a.From != "2026-11-24" {
		t.Errorf("kept is %+v", a)
	}
	d.page.editAgreement()
	d.page.form.f.Find("goal").Set("mange")
	d.page.form.f.Keep()
	if d.page.form == nil {
		t.Fatal("a goal that is no number is kept")
	}
	d.page.form.f.Find("goal").Set("10")
	d.page.form.f.Keep()
	d.settle(func() bool { return d.page.form == nil && d.page.of().agreement.Goal == 10 })
	list, err := d.store.Agreements()
	d.must(err)
	if len(list) != 1 || list[0].Responsible != "Teamlederen" {
		t.Errorf("the agreements are %+v", list)
	}
}

func TestADeskDoesNotChangeAgreements(t *testing.T) {
	d := usual(t, "desk", work)
	d.page.editAgreement()
	d.page.addNew()
	if d.page.form != nil {
		t.Error("a form is open")
	}
	if got := words(d.page.root); strings.Contains(got, "Ret aftalen") || strings.Contains(got, "Ny aftale") {
		t.Errorf("it is offered:\n%s", got)
	}
}

func TestWhatIsTypedIsTakenUpOnAPageMadeAnew(t *testing.T) {
	d := usual(t, "desk", nil)
	d.page.startCheck()
	d.page.form.f.Find("answers.time").Set("2")
	left := d.page.Unsaved()
	if left == nil {
		t.Fatal("nothing is left to take up")
	}
	again := New(Deps{Store: d.page.d.Store, Lang: "en", Now: d.page.d.Now, Post: d.page.d.Post})
	t.Cleanup(again.Close)
	again.Resume(left)
	if again.form == nil || again.form.f.Value("answers.time") != "2" {
		t.Error("it is not as it was left")
	}
}

func TestAnotherPersonsSelfCheckIsSaidWhileOneIsWritten(t *testing.T) {
	d := usual(t, "guide", work)
	d.choose("Lindeby Bibliotek")
	last := d.page.of().desks[1].Last()
	d.page.editCheck(last)
	d.page.form.f.Find("next_step").Set("Noget andet")
	other := *last
	other.NextStep = "Det, den anden skrev."
	d.must(d.store.EditReadiness(last, &other))
	d.settle(func() bool { return strings.Contains(words(d.page.form.f.Root()), "En anden har rettet imens") })
	if got := d.page.form.f.Value("next_step"); got != "Noget andet" {
		t.Errorf("what was typed is %q", got)
	}
}

func BenchmarkReadTenThousandVejvisninger(b *testing.B) {
	lives := make([]referral.Referral, 10000)
	for i := range lives {
		lives[i] = referral.Referral{ID: "x", Organisation: "Lindeby Bibliotek", At: directory.Day("2026-11-01").AddDays(-i % 300)}
	}
	for b.Loop() {
		tally := &rules.Tally{}
		for _, r := range lives {
			tally.Add(r)
		}
	}
}
