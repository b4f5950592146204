package insync

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
)

const (
	bente  = "0190c000-0000-7000-8000-000000000001"
	anders = "0190c000-0000-7000-8000-000000000002"
	meet   = "0190f000-0000-7000-8000-000000000001"
	once   = "0190b000-0000-7000-8000-000000000001"
)

// others is a guide's PC where two have changed the same of every kind of record.
func others(d *desk) {
	d.must(d.store.Enrol(enrolment("guide")))
	hand := func(device string) localdb.Hand { return localdb.Hand{Device: device, Role: "guide", At: now} }
	var list []record.Record
	add := func(k record.Kind, id string, v any) {
		list = append(list, record.Record{Kind: k, ID: id, Seq: uint64(len(list) + 1), V: 1, In: []string{"lindeby"}, Body: raw(v)})
	}
	add(record.Community, knitting, directory.Community{ID: knitting, Name: "Strik og snak"})
	add(record.Ambassador, bente, directory.Ambassador{ID: bente, Name: "Bente"})
	add(record.Ambassador, anders, directory.Ambassador{ID: anders, Name: "Anders"})
	add(record.Volunteer, bente, directory.Volunteer{ID: bente, Phone: "00 00 00 00", ConsentOn: "2026-09-01"})
	add(record.Meeting, meet, directory.Meeting{ID: meet, On: "2026-12-08"})
	add(record.Session, once, practice.Session{ID: once, Community: knitting, On: "2026-11-17", Came: 5})
	for i, c := range []localdb.Conflict{
		{Kind: record.Ambassador, Community: bente, Field: "interests", Kept: raw([]string{"walking", "games"}), Other: raw([]string{"coffee_talk"})},
		{Kind: record.Ambassador, Community: bente, Field: "communities", Kept: raw([]string{knitting}), Other: raw(nil)},
		{Kind: record.Ambassador, Community: bente, Field: "training", Kept: raw([]directory.Training{{On: "2026-10-09", Name: "Grundkursus"}}), Other: raw([]directory.Training{})},
		{Kind: record.Ambassador, Community: bente, Field: "considers", Kept: raw([]string{"anxiety"}), Other: raw([]string{"grief"})},
		{Kind: record.Volunteer, Community: bente, Field: "phone", Kept: raw("00 00 00 00"), Other: raw("00 00 00 01")},
		{Kind: record.Meeting, Community: meet, Field: "came", Kept: raw([]string{bente, anders}), Other: raw([]string{anders})},
		{Kind: record.Meeting, Community: meet, Field: "on", Kept: raw("2026-12-08"), Other: raw("2026-12-10")},
		{Kind: record.Session, Community: once, Field: "came", Kept: raw(5), Other: raw(7)},
		{Kind: record.Session, Community: once, Field: "codes", Kept: raw([]referral.Code{codes[0]}), Other: raw([]referral.Code{codes[1]})},
		{Kind: "later", Community: once, Field: "what", Kept: raw("det ene"), Other: raw("det andet")},
	} {
		c.ID = "0190a000-0000-7000-8000-0000000000c" + string('0'+rune(i))
		c.KeptBy, c.OtherBy = hand("0190d000-0000-7000-8000-00000000000e"), hand(own)
		add(record.Conflict, c.ID, c)
	}
	to := record.Position{Epoch: 7, Seq: uint64(len(list))}
	d.must(d.store.Play(context.Background(), localdb.Delta{Records: list, To: to}))
	d.must(d.store.Arrive(context.Background(), to, []record.Feed{"dir", "case", "tip", "staff", "org"}))
}

func TestWhatTwoChangedIsSaidInWordsOfEveryKindOfRecord(t *testing.T) {
	d := open(t, theme.New(theme.Normal, 1), wide, others)
	var got []string
	for _, c := range d.page.data.conflicts {
		got = append(got, d.page.twice(c, d.page.data)+": "+d.page.valueOf(c, c.Kept, d.page.data)+" | "+strings.ReplaceAll(d.page.valueOf(c, c.Other, d.page.data), "\n", " "))
	}
	slices.Sort(got)
	want := []string{
		"To har rettet en oplysning for en post: det ene | det andet",
		"To har rettet “Dag” for netværksmødet 8. december 2026: 8. december 2026 | 10. december 2026",
		"To har rettet “Fællesskaber, de bærer” for ambassadøren Bente: Strik og snak | (ikke oplyst)",
		"To har rettet “Føler sig hjemme med” for ambassadøren Bente: angst og social usikkerhed | sorg",
		"To har rettet “Hvem kom” for netværksmødet 8. december 2026: Bente og Anders | Anders",
		"To har rettet “Hvor mange kom” for fremmødet 17. november 2026 i Strik og snak: 5 | 7",
		"To har rettet “Interesser” for ambassadøren Bente: gå tur og spille spil | en kop kaffe",
		"To har rettet “Koder, de gav” for fremmødet 17. november 2026 i Strik og snak: " + string(codes[0]) + " | " + string(codes[1]),
		"To har rettet “Kurser” for ambassadøren Bente: Grundkursus · 9. oktober 2026 | (ikke oplyst)",
		"To har rettet “Telefon” for ambassadøren Bente: 00 00 00 00 | 00 00 00 01",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestWhatWaitsIsSaidOfEveryKindOfRecord(t *testing.T) {
	d := open(t, theme.New(theme.Normal, 1), wide, func(d *desk) {
		others(d)
		a := directory.Ambassador{ID: bente, Name: "Bente"}
		b := a
		b.Areas = []string{"Lindeby"}
		d.must(d.store.EditAmbassador(&a, &b))
		d.must(d.store.EditMeeting(nil, &directory.Meeting{ID: "0190f000-0000-7000-8000-000000000002", On: "2027-01-12"}))
		d.must(d.store.EditSession(nil, &practice.Session{ID: "0190b000-0000-7000-8000-000000000002", Community: knitting, On: "2026-11-24", Came: 5}))
		d.must(d.store.EraseAmbassador(anders))
	})
	var got []string
	for _, w := range d.page.data.waiting {
		what, _, _ := strings.Cut(d.page.act(w, d.page.data), ", ")
		got = append(got, what)
	}
	want := []string{"Ændring af en ambassadør", "Ændring af et netværksmøde", "Ændring af et fremmøde", "Sletning af en ambassadør"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
