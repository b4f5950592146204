package print

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"pgregory.net/rapid"
)

// hostile holds what people paste and imports bring, on purpose or not.
var hostile = []string{
	"", " ", "\n\n", "Kaffe 😀 og kage 👩‍👩‍👧", "a\x00b\x01c\x1bd\x7fe", "\u202egnp.exe\u202c", "<script>alert('x')</script>", `\( ) \\ %PDF endobj endstream`,
	"A\u030adalen", "Z" + strings.Repeat("\u0301\u0323\u0489", 40) + "algo", strings.Repeat("ord", 700), strings.Repeat("Ørsted Ågade ", 120),
	"שלום עולם", "اتصل: 12 34 56 78", "你好,世界", "\U0010FFFF\uFFFF\uFFFD\uE000\uF8FF", "a\xff\xfe\xc3b", "می\u200cخواهم", "bolig\u00adsocial", "ﬁnﬂåffi", "İstanbul ığdır", "Thế giới ẤẾ",
	"{name} {places} %s %d", "tab\tr\rn\nv\v", "…–—‘’“”«»", "I̷̢͝l̶̛͉l̸͎͝", strings.Repeat("W", 300), strings.Repeat("- ", 300), "Hanne & Åge", "K7M4-QXR9",
}

func anyText(t *rapid.T, label string) string {
	return rapid.OneOf(rapid.SampledFrom(hostile), rapid.String(), rapid.StringMatching(`[A-ZÆØÅa-zæøå]{2,12}( [a-zæøå]{1,14}){0,30}`)).Draw(t, label)
}

func anyCard(t *rapid.T) Card {
	c := &directory.Community{ID: rapid.StringMatching(`[0-9a-f]{8}`).Draw(t, "id"), Name: anyText(t, "name")}
	maybe := func(label string) bool { return rapid.Bool().Draw(t, label) }
	if maybe("place") {
		lat, lon := rapid.Float64Range(-90, 90).Draw(t, "lat"), 11.7
		c.Places = []directory.Place{{Name: anyText(t, "place name"), Address: anyText(t, "address"), Postcode: "4100", City: anyText(t, "city"), Lat: &lat, Lon: &lon, Confidential: maybe("confidential")}}
	}
	if maybe("schedule") {
		c.Schedule = []directory.Slot{{Weekday: rapid.IntRange(-1, 9).Draw(t, "weekday"), From: rapid.SampledFrom([]string{"10:00", "", "25:99", "9"}).Draw(t, "from"), To: "11:30", Note: anyText(t, "note")}}
	}
	if maybe("welcome") {
		c.Welcome = &directory.Welcome{Greeter: anyText(t, "greeter"), Where: anyText(t, "where"), FirstTime: rapid.SliceOfN(rapid.SampledFrom(hostile), 0, 7).Draw(t, "first")}
	}
	if maybe("price") {
		c.Price = &directory.Price{Kind: directory.PricePerTime, DKK: rapid.Float64().Draw(t, "dkk"), Note: anyText(t, "price note")}
	}
	if maybe("company") {
		c.Accompaniment = &directory.Accompaniment{Offered: yes(), How: anyText(t, "how")}
	}
	if maybe("phone") {
		c.Contact = &directory.Contact{Phone: rapid.OneOf(rapid.Just("00000000"), rapid.SampledFrom(hostile)).Draw(t, "phone")}
	}
	if maybe("assured") {
		c.AssuredAt = now.AddDate(0, 0, -rapid.IntRange(0, 900).Draw(t, "days"))
	}
	c.Status = directory.Status(rapid.SampledFrom([]string{"", "active", "paused", "closed", "?"}).Draw(t, "status"))
	card := Card{Community: c, WantsAccompaniment: maybe("wants")}
	for range rapid.IntRange(0, 4).Draw(t, "reasons") {
		card.Reasons = append(card.Reasons, match.Reason{Kind: match.ReasonKind(rapid.SampledFrom([]string{"topic", "time", "price", "word", "?"}).Draw(t, "kind")), Fact: match.Met, Value: anyText(t, "value")})
	}
	return card
}

func anySheet(t *rapid.T) Sheet {
	s := Sheet{
		Layout: rapid.SampledFrom([]string{A4, A5, Large}).Draw(t, "layout"), Language: rapid.SampledFrom([]string{"da", "en", "xx"}).Draw(t, "language"),
		Name: anyText(t, "citizen"), Greeting: anyText(t, "greeting"), Desk: anyText(t, "desk"),
		Date: directory.Day(rapid.SampledFrom([]string{"2026-11-23", "", "2026-02-31"}).Draw(t, "date")), Code: referral.Code(rapid.SampledFrom([]string{"K7M4-QXR9", "", "😀"}).Draw(t, "code")),
		PublicURL: rapid.SampledFrom([]string{"", "https://vejviser.example.dk", "https://www.et-meget-langt-navn-til-en-kommune.example.dk/vejviser"}).Draw(t, "url"), DepthAccompanied: rapid.Bool().Draw(t, "along"),
	}
	if rapid.Bool().Draw(t, "clock") {
		s.Now = now
	}
	for range rapid.IntRange(1, 6).Draw(t, "cards") {
		s.Cards = append(s.Cards, anyCard(t))
	}
	return s
}

// overlaps lists what is drawn outside of the page, across the edge of a frame
// or over something else.
func overlaps(j *job) (faults []string) {
	const slack = 0.05 // mm: rounding
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	short := func(b box) string {
		return fmt.Sprintf("%s %.30q p%d %.1f,%.1f %.1f×%.1f", b.kind, b.what, b.page, b.x, b.y, b.w, b.h)
	}
	byPage := map[int][]box{}
	for _, b := range j.boxes {
		byPage[b.page] = append(byPage[b.page], b)
		if b.x < -slack || b.y < -slack || b.x+b.w > j.w+slack || b.y+b.h > j.h+slack {
			fault("outside of the page: %s", short(b))
		}
	}
	for _, bs := range byPage {
		for i, a := range bs {
			for _, b := range bs[i+1:] {
				dx := min(a.x+a.w, b.x+b.w) - max(a.x, b.x)
				dy := min(a.y+a.h, b.y+b.h) - max(a.y, b.y)
				if dx <= slack || dy <= slack {
					continue
				}
				outer, inner := a, b
				if b.holds() {
					outer, inner = b, a
				}
				inside := outer.holds() && inner.x >= outer.x-slack && inner.y >= outer.y-slack &&
					inner.x+inner.w <= outer.x+outer.w+slack && inner.y+inner.h <= outer.y+outer.h+slack
				if !inside || a.holds() && b.holds() {
					fault("%s over %s", short(a), short(b))
				}
			}
		}
	}
	return faults
}

func TestNothingIsDrawnOverAnythingElse(t *testing.T) {
	eachLayout(t, func(t *testing.T, layout string) {
		for n := 1; n <= 6; n++ {
			for _, lang := range translations.Sheets {
				if n%3 != 0 && lang != "da" && lang != "en" {
					continue // the longest words are the same
				}
				s := sample(layout, n)
				s.Language = lang
				j, _ := handout(t, s)
				for _, f := range overlaps(j) {
					t.Errorf("%d cards, %s: %s", n, lang, f)
				}
			}
		}
	})
}

func TestHostileTextIsHarmlessAndKeepsItsPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySheet(t)
		j, b, err := build(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range overlaps(j) {
			t.Error(f)
		}
		for _, u := range j.used {
			if u != nil && slices.ContainsFunc(u.order, func(l letter) bool { return l.glyph == 0 }) {
				t.Error("an empty box stands for a letter that no font has")
			}
		}
		if _, err := takeApart(b); err != nil {
			t.Error(err)
		}
	})
}

func TestAMegabyteInEveryFieldIsASheetStill(t *testing.T) {
	big := strings.Repeat("Å", 1<<20)
	s := sample(A4, 1)
	c := wordy()
	c.Name, c.Welcome.Greeter, c.Places[0].Address, c.Schedule[0].Note, c.Contact.Phone = big, big, big, big, big
	c.Welcome.FirstTime = slices.Repeat([]string{strings.Repeat("ord ", 1<<18)}, 9)
	s.Cards, s.Name, s.Greeting, s.Desk, s.Code = []Card{{Community: c}}, big, strings.Repeat("a\n", 1<<19), big, referral.Code(big)
	from := time.Now()
	j, b := handout(t, s)
	for _, f := range overlaps(j) {
		t.Error(f)
	}
	if len(b) > 2<<20 {
		t.Errorf("%d bytes", len(b))
	}
	t.Logf("%d pages, %d bytes, %v", j.pdf.PageCount(), len(b), time.Since(from))
}

func FuzzHandout(f *testing.F) {
	for i, h := range hostile {
		f.Add(h, hostile[len(hostile)-1-i], h, byte(i))
	}
	f.Fuzz(func(t *testing.T, name, greeting, fact string, shape byte) {
		s := sample([]string{A4, A5, Large}[shape%3], 1+int(shape/3)%3)
		c := walkers()
		c.Name, c.Welcome.FirstTime, c.Places[0].Address = name, []string{fact, greeting}, fact
		s.Name, s.Greeting, s.PublicURL = name, greeting, ""
		s.Cards = append(s.Cards, Card{Community: c})
		j, _, err := build(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range overlaps(j) {
			t.Error(o)
		}
	})
}
