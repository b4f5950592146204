package counter

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestReportedErrorWaitsForTheGuides(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("gåtur")
	d.page.suggest(d.page.selected())
	d.typedInto(4, "De mødes nu kl. 9.")
	d.press("Gem rettelsen")
	ss, err := d.store.Suggestions()
	if err != nil || len(ss) != 1 || ss[0].Text != "De mødes nu kl. 9." || ss[0].Community != d.page.selected().community.ID {
		t.Fatalf("%+v %v", ss, err)
	}
}

func TestReportWithCPRNumberIsStopped(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("gåtur")
	d.page.suggest(d.page.selected())
	d.typedInto(4, "010190-1234 kom forgæves")
	d.press("Gem rettelsen")
	if ss, err := d.store.Suggestions(); err != nil || len(ss) != 0 {
		t.Fatalf("%+v %v", ss, err)
	}
}

func TestReportOfWhatOnlyLooksLikeACPRNumberIsKeptOnceConfirmed(t *testing.T) {
	const text = "Bygning 121125 1430" // ten digits that may be a number
	d := openDesk(t, "da")
	d.typed("gåtur")
	d.page.suggest(d.page.selected())
	d.typedInto(4, text)
	d.press("Gem rettelsen")
	field := d.page.report
	if field == nil || field.Problem() == "" {
		t.Fatal("nobody was asked")
	}
	d.press("Gem rettelsen") // the person says that it is none
	ss, err := d.store.Suggestions()
	if err != nil || len(ss) != 1 || !ss[0].Confirmed {
		t.Fatalf("%+v %v", ss, err)
	}
}

func TestReportSpeaksOfWhatOneIsDoing(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("gåtur")
	d.page.suggest(d.page.selected())
	d.typedInto(4, "010190-1234 kom forgæves")
	d.press("Gem rettelsen")
	if p := d.page.report.Problem(); p == "" || strings.Contains(p, "print") {
		t.Errorf("says %q", p)
	}
}

func TestDoubleClickOnReportLeavesTheSearchAlone(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("gåtur")
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(d.page.detail.report).AddXY(8, 8)
	test.TapCanvas(d.window.Canvas(), at)
	if d.page.report == nil {
		t.Fatal("the report did not open")
	}
	entry := d.page.report.Entry
	if d.window.Canvas().Focused() != entry {
		t.Error("focus is not in the field")
	}
	d.window.Canvas().Unfocus() // what the window does at the second click
	d.typed("De mødes kl. 9")
	if entry.Text != "De mødes kl. 9" || d.page.search.Entry.Text != "gåtur" {
		t.Errorf("the report says %q, the search %q", entry.Text, d.page.search.Entry.Text)
	}
	d.press("Fortryd")
	if entry.Text != "" || d.page.report != nil {
		t.Error("the words stay after closing")
	}
}
