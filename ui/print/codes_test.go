package print

import (
	"image"
	_ "image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// codesOn reads every QR code from the rendered pages, by the boxes that the
// layout recorded.
func codesOn(t *testing.T, j *job, pdf []byte) (found int) {
	t.Helper()
	const dpi = 150
	file := inFile(t, pdf)
	for i, b := range j.boxes {
		if b.kind != "qr" {
			continue
		}
		px := func(mm float64) string { return strconv.Itoa(int(mm / 25.4 * dpi)) }
		out := filepath.Join(t.TempDir(), "code"+strconv.Itoa(i))
		run(t, "pdftoppm", "-r", strconv.Itoa(dpi), "-f", strconv.Itoa(b.page), "-l", strconv.Itoa(b.page), "-singlefile", "-gray", "-png",
			"-x", px(b.x+0.3), "-y", px(b.y+0.3), "-W", px(b.w-0.6), "-H", px(b.h-0.6), file, out)
		r, err := os.Open(out + ".png")
		if err != nil {
			t.Fatal(err)
		}
		part, _, err := image.Decode(r)
		r.Close()
		if err != nil {
			t.Fatal(err)
		}
		bitmap, err := gozxing.NewBinaryBitmapFromImage(part)
		if err != nil {
			t.Fatal(err)
		}
		got, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
		if err != nil {
			t.Errorf("the code of %q cannot be read: %v", b.what, err)
			continue
		}
		if got.GetText() != b.what {
			t.Errorf("the code reads %q, want %q", got.GetText(), b.what)
		}
		found++
	}
	return found
}

func TestEveryCodeReadsBackAndEqualsItsAddressInLetters(t *testing.T) {
	eachLayout(t, func(t *testing.T, layout string) {
		j, b := handout(t, sample(layout, 5))
		if n := codesOn(t, j, b); n != 5 {
			t.Errorf("%d codes, want 5", n)
		}
		letters := strings.Join(strings.Fields(text(t, b)), "")
		for _, c := range j.Cards {
			a := PageAddress(j.PublicURL, c.Community.ID)
			if a == "" || !strings.Contains(letters, a) {
				t.Errorf("the address %q is not printed in letters", a)
			}
		}
	})
}

func TestWithoutAPublicAddressTheCodeIsTheNextDate(t *testing.T) {
	eachLayout(t, func(t *testing.T, layout string) {
		s := sample(layout, 3)
		s.PublicURL = ""
		j, b := handout(t, s)
		if n := codesOn(t, j, b); n != 3 {
			t.Errorf("%d codes, want 3", n)
		}
		if got := text(t, b); !strings.Contains(got, "Kalender") || strings.Contains(got, "BEGIN") {
			t.Error(got)
		}
	})
}

func TestLinksGoFromThePageToTheDateToThePlaceToThePhone(t *testing.T) {
	c := walkers()
	s := sample(A4, 1)
	j := &job{Sheet: s}
	_, _ = handout(t, s)
	full, _, err := build(s)
	if err != nil {
		t.Fatal(err)
	}
	j = full
	links := func() string {
		l := j.link(c, "00 00 00 00", a4Code)
		if l == nil {
			return ""
		}
		for _, r := range l.content {
			if r > '~' {
				t.Errorf("%q is not ASCII", l.content)
			}
		}
		return l.content
	}
	if got := links(); !strings.HasPrefix(got, "HTTPS://VEJVISER.EXAMPLE.DK/F/") {
		t.Error(got)
	}
	j.PublicURL = ""
	if got := links(); !strings.Contains(got, "SUMMARY:Gaa-glad Ringsted Syd") || !strings.Contains(got, "DTSTART:20261124T090000Z") ||
		!strings.Contains(got, "DTEND:20261124T103000Z") || !strings.Contains(got, `LOCATION:Beboerhuset\, Eksempelvej 4`) {
		t.Error(got)
	}
	c.Schedule = nil
	if got := links(); got != "geo:55.44260,11.79010" {
		t.Error(got)
	}
	c.Places[0].Confidential = true
	if got := links(); got != "tel:+4500000000" {
		t.Error(got)
	}
	if l := j.link(c, "", a4Code); l != nil {
		t.Error(l)
	}
}

func TestPageAddressIsTypableOrNone(t *testing.T) {
	const id = "01936b1e-7f4a-7c3e-9b5a-0d2f6c1a8e11"
	for url, want := range map[string]string{
		"https://vejviser.example.dk":    "HTTPS://VEJVISER.EXAMPLE.DK/F/" + PageKey(id),
		" https://example.dk/vejviser/ ": "HTTPS://EXAMPLE.DK/VEJVISER/F/" + PageKey(id),
		"":                               "",
		"http://sø.example.dk:8080":      "HTTP://XN--S-5GA.EXAMPLE.DK:8080/F/" + PageKey(id),
		"javascript:alert(1)":            "",
		"https://":                       "",
		"file:///etc/passwd":             "",
		"https://x.dk/" + strings.Repeat("a", 200): "",
	} {
		if got := PageAddress(url, id); got != want {
			t.Errorf("%q gives %q, want %q", url, got, want)
		}
	}
	if PageKey(id) != PageKey(strings.ToUpper(id)) || len(PageKey(id)) != 10 {
		t.Error(PageKey(id))
	}
}

func TestCalendarEntryIsPlainAndBounded(t *testing.T) {
	day := time.Date(2026, 12, 1, 0, 0, 0, 0, directory.Copenhagen)
	e := calendarEntry("Æbler; øl, å\\ 😀\r\nEND:VEVENT "+strings.Repeat("x", 500), directory.Occurrence{Start: day}, "")
	if strings.Count(e, "\r\n") != 3 || !strings.Contains(e, "DTSTART;VALUE=DATE:20261201") || !strings.Contains(e, `SUMMARY:Aebler\; oel\, aa\\ END:VEVENT xxx`) || len(e) > 200 {
		t.Errorf("%q", e)
	}
}

func TestAnAddressAwayFromItsCodeIsForPeople(t *testing.T) {
	const id = "01936b1e-7f4a-7c3e-9b5a-0d2f6c1a8e11"
	for url, want := range map[string]string{
		"HTTPS://Vejviser.Example.DK":   "vejviser.example.dk/F/" + PageKey(id),
		"https://example.dk/Vejviser/ ": "example.dk/Vejviser/F/" + PageKey(id),
		"javascript:alert(1)":           "",
	} {
		got := runningAddress(url, id)
		if got != want {
			t.Errorf("%q gives %q, want %q", url, got, want)
		}
		if a := PageAddress(url, id); got != "" && !strings.HasSuffix(a, strings.ToUpper(got)) {
			t.Errorf("%q and %q are not one address", a, got)
		}
	}
}

func TestTheBriefingHasTheAddressOfItsCodeOnOneLine(t *testing.T) {
	b := sampleBriefing()
	j, pdf, err := briefing(b)
	if err != nil {
		t.Fatal(err)
	}
	if a := PageAddress(b.PublicURL, b.Community.ID); !strings.Contains(text(t, pdf), a) || codesOn(t, j, pdf) != 1 {
		t.Errorf("%q is not whole on a line", a)
	}
}

// Two full cards leave no room for the code: it goes overleaf, and not alone.
func TestACodeOverleafStandsUnderAHeadingWithPlanAndDates(t *testing.T) {
	s := sample(A4, 2)
	for i := range s.Cards {
		c := *walkers()
		c.ID, c.Name = s.Cards[i].Community.ID, s.Cards[i].Community.Name
		c.Welcome.FirstTime = append(c.Welcome.FirstTime, "Sig til Bente, hvis du kun vil med halvvejs.")
		c.Accompaniment.How = "En ambassadør kan hente dig hjemme eller mødes med dig ved biblioteket."
		c.AssuredAt = c.AssuredAt.AddDate(0, 0, -i)
		s.Cards[i] = Card{Community: &c, Reasons: reasons()}
	}
	j, b := handout(t, s)
	if j.pdf.PageCount() != 2 {
		t.Fatalf("%d pages", j.pdf.PageCount())
	}
	p := inFile(t, b)
	second := flat(run(t, "pdftotext", "-f", "2", "-l", "2", p, "-"))
	from := -1
	for _, want := range []string{j.say.T("sheet.plan"), j.say.T("sheet.plan.day"), "K7M4-QXR9", j.say.T("sheet.dates"), "torsdag 26. november"} {
		at := strings.Index(second, want)
		if at <= from {
			t.Errorf("%q is not in its place in %q", want, second)
		}
		from = at
	}
	for _, f := range overlaps(j) {
		t.Error(f)
	}
}

func TestTwoCardsAGreetingAndTheCodeFillOnePage(t *testing.T) {
	if j, b := handout(t, sample(A4, 2)); j.pdf.PageCount() != 1 || !strings.Contains(text(t, b), "K7M4-QXR9") {
		t.Errorf("%d pages", j.pdf.PageCount())
	}
}
