package counter

import (
	"os"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// accompanied puts something in the folder, and says that somebody is to go along.
func accompanied(d *desk) {
	d.typed("gåtur formiddag gratis")
	d.key(fyne.KeyReturn)
	f := d.page.folder
	f.depth.Select(string(referral.Accompanied))
	f.chose("")
}

func TestWhatMattersForWhoGoesAlongIsRecordedWithTheWish(t *testing.T) {
	d := openDesk(t, "da")
	if d.page.folder.along.panel.Visible() {
		t.Error("it is asked where nobody is to go along")
	}
	accompanied(d)
	a := d.page.folder.along
	if !a.panel.Visible() {
		t.Fatal("it is not asked")
	}
	test.Tap(a.times.First())
	a.langs.Choose([]string{"ar"})
	a.needs.Choose([]string{"anxiety"})
	a.sex.Select("female")
	d.page.folder.ask.Select("7")
	d.ctrl(fyne.KeyP)
	d.settle(d.done)
	rs, err := d.store.Referrals()
	if err != nil || len(rs) != 1 {
		t.Fatalf("%d referrals (%v)", len(rs), err)
	}
	if rs[0].FollowUpOn != rs[0].At.AddDays(7) {
		t.Errorf("to be asked on %q", rs[0].FollowUpOn)
	}
	_, evs, err := d.store.Referral(rs[0].Code)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range evs {
		if e.Kind != referral.AccompanimentWanted {
			continue
		}
		n++
		w := e.Wanted
		if w == nil || strings.Join(w.Times, "") != "forenoon" || strings.Join(w.Languages, "") != "ar" || strings.Join(w.Considerations, "") != "anxiety" || w.Gender != "female" {
			t.Errorf("wanted is recorded as %+v", w)
		}
	}
	if n != 1 {
		t.Errorf("the wish is recorded %d times", n)
	}
}

func TestTheNextCitizenIsAskedAnew(t *testing.T) {
	d := openDesk(t, "da")
	accompanied(d)
	a := d.page.folder.along
	a.times.Choose([]string{"evening"})
	a.sex.Select("male")
	a.open(true)
	d.page.folder.ask.Select("28")
	d.page.NewCitizen()
	if a.panel.Visible() || a.wanted() != nil || a.rest.Visible() || d.page.folder.followUpOn() != "" {
		t.Errorf("of the one before is left %+v, %q", a.wanted(), d.page.folder.followUpOn())
	}
}

func TestAContactCardIsOfferedOnlyWhereItMayBeNeeded(t *testing.T) {
	for _, needed := range []bool{true, false} {
		d := openDesk(t, "da")
		var asked []referral.Code
		d.page.deps.NewCard = func(c referral.Code, language string) {
			if language != "da" {
				t.Errorf("the language is %q", language)
			}
			asked = append(asked, c)
		}
		if needed {
			accompanied(d)
		} else {
			d.typed("gåtur")
			d.key(fyne.KeyReturn)
		}
		d.ctrl(fyne.KeyP)
		d.settle(d.done)
		b := d.button("Opret kontaktkort")
		if (b != nil) != needed {
			t.Errorf("somebody goes along: %v; a card is offered: %v", needed, b != nil)
		}
		if b != nil {
			test.Tap(b)
			if len(asked) != 1 || asked[0] != d.page.folder.done.code {
				t.Errorf("asked for %v", asked)
			}
			d.page.CardChanged("K7M4-QXRF")
			if d.button("Opret kontaktkort") == nil {
				t.Error("another code's card takes the offer away")
			}
			if d.page.CardChanged(asked[0]); d.button("Opret kontaktkort") != nil {
				t.Error("a card is made, and one is still offered")
			}
		}
	}
}

// button finds one in the folder by its words.
func (d *desk) button(text string) *widget.Button {
	var found *widget.Button
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		switch x := o.(type) {
		case *widget.Button:
			if x.Text() == text {
				found = x
			}
		case *fyne.Container:
			for _, c := range x.Objects {
				walk(c)
			}
		}
	}
	walk(d.page.folder.column)
	return found
}

func TestHelpRemembersWhatTheDeskMostlyNeeds(t *testing.T) {
	d := openDesk(t, "da")
	d.ctrl(fyne.KeyH)
	if d.window.Canvas().Overlays().Top() == nil {
		t.Fatal("no help is shown")
	}
	if got := d.page.help.arena.Value(); got != "library" {
		t.Errorf("at a library it opens with %q", got)
	}
	d.window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if d.window.Canvas().Overlays().Top() != nil {
		t.Error("Esc does not close it")
	}
	if err := d.store.SetSetting(SettingArena, "job"); err != nil {
		t.Fatal(err)
	}
	d.ctrl(fyne.KeyH)
	if got := d.page.help.arena.Value(); got != "job" {
		t.Errorf("it opens with %q", got)
	}
	d.page.help.arena.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if v, err := d.store.Setting(SettingArena); err != nil || v != "health" {
		t.Errorf("%q is remembered (%v)", v, err)
	}
}

// TestScreensOfGoingAlong draws what the desk sees where somebody is to go along.
func TestScreensOfGoingAlong(t *testing.T) {
	if os.Getenv("VEJVISER_SCREENS") == "" {
		t.Skip("VEJVISER_SCREENS names no folder for the pictures; make screens does")
	}
	for _, c := range []struct {
		name     string
		size     fyne.Size
		contrast theme.Contrast
		scale    float32
		do       func(*desk)
	}{
		{"along", fyne.NewSize(1360, 820), theme.Normal, 1, func(d *desk) { d.page.folder.along.times.Choose([]string{"forenoon"}) }},
		{"along-more", fyne.NewSize(1360, 820), theme.Normal, 1, func(d *desk) { d.page.folder.along.open(true) }},
		{"along-1024-150-dark", fyne.NewSize(1024, 700), theme.WhiteOnBlack, 1.5, nil},
		{"along-done", fyne.NewSize(1360, 820), theme.Normal, 1, func(d *desk) { d.ctrl(fyne.KeyP); d.settle(d.done) }},
		{"along-done-1024-150", fyne.NewSize(1024, 700), theme.Normal, 1.5, func(d *desk) { d.ctrl(fyne.KeyP); d.settle(d.done) }},
		{"help", fyne.NewSize(1360, 820), theme.Normal, 1, func(d *desk) { d.ctrl(fyne.KeyH) }},
		{"help-1024-150", fyne.NewSize(1024, 700), theme.BlackOnWhite, 1.5, func(d *desk) { d.ctrl(fyne.KeyH) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := openDesk(t, "da")
			d.page.deps.NewCard = func(referral.Code, string) {}
			d.window.Resize(c.size)
			if err := d.shell.SetLook(c.contrast, c.scale); err != nil {
				t.Fatal(err)
			}
			accompanied(d)
			if c.do != nil {
				c.do(d)
			}
			if d.page.folder.along.panel.Visible() && d.page.folder.done == nil {
				widget.Reveal(d.page.folder.along.panel)
			}
			d.picture("counter-" + c.name)
		})
	}
}
