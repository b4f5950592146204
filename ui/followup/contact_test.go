package followup

import (
	"slices"
	"strings"
	"testing"

	cards "github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func TestAContactCardIsShownForAWhileAndCanBeErased(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) {
		code = d.refer(3, referral.Guided, walk)
		err := d.store.KeepCard(cards.Card{Info: cards.Info{Code: code, DeleteBy: "2027-02-03",
			Consent: cards.Consent{Text: "1", Language: "da", How: "spoken", At: today}}, FirstName: "Rosmarin", Phone: "00000000"})
		if err != nil {
			d.t.Fatal(err)
		}
	})
	d.typeCode(string(code))
	if got := texts(d.page.inside); !strings.Contains(got, "slettes 3.\u00a0feb.") || strings.Contains(got, "Rosmarin") {
		t.Fatalf("said\n%s", got)
	}
	d.press("Vis")
	d.settle(func() bool { return d.page.card.contact.open != nil })
	if got := texts(d.page.inside); !strings.Contains(got, "Rosmarin") || !strings.Contains(got, "00 00 00 00") {
		t.Fatalf("said\n%s", got)
	}
	d.after() // two minutes
	if got := texts(d.page.inside); strings.Contains(got, "Rosmarin") {
		t.Error("the card stays in sight")
	}
	d.press("Vis")
	d.settle(func() bool { return d.page.card.contact.open != nil })
	d.page.Refresh()
	if got := texts(d.page.inside); strings.Contains(got, "Rosmarin") {
		t.Error("the card is in sight for who comes back to the page")
	}
	d.press("Slet nu")
	d.press("Slet kortet")
	d.settle(func() bool { return d.page.card.contact.info == nil })
	if i, err := d.store.CardOf(code); err != nil || i != nil {
		t.Errorf("the card is still there: %v %v", i, err)
	}
	d.press("Lav et kontaktkort")
	if !slices.Contains(d.went, "card "+string(code)) {
		t.Error("a new one leads nowhere")
	}
}

func TestNothingIsSaidOfContactCardsWhereThereAreNone(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.refer(3, referral.Guided, walk) })
	d.page.d.Cards = nil
	d.typeCode(string(code))
	if got := strings.ToLower(texts(d.page.inside)); strings.Contains(got, "kontaktkort") {
		t.Errorf("said\n%s", got)
	}
}
