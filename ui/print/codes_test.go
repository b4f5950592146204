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
	prefix := filepath.Join(t.TempDir(), "page")
	run(t, "pdftoppm", "-r", strconv.Itoa(dpi), "-gray", "-png", inFile(t, pdf), prefix)
	pages := map[int]image.Image{}
	for p := 1; p <= j.pdf.PageCount(); p++ {
		name := prefix + "-" + strconv.Itoa(p) + ".png"
		if j.pdf.PageCount() > 9 {
			name = prefix + "-" + strings.Repeat("0", 2-len(strconv.Itoa(p))) + strconv.Itoa(p) + ".png"
		}
		r, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		pages[p], _, err = image.Decode(r)
		r.Close()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range j.boxes {
		if b.kind != "qr" {
			continue
		}
		px := func(mm float64) int { return int(mm / 25.4 * dpi) }
		part := pages[b.page].(interface {
			SubImage(image.Rectangle) image.Image
		}).SubImage(image.Rect(px(b.x)+2, px(b.y)+2, px(b.x+b.w)-2, px(b.y+b.h)-2))
		bitmap, err := gozxing.NewBinaryBitmapFromImage(part)
		if err != nil {
			t.Fatal(err)
		}
		r, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
		if err != nil {
			t.Errorf("the code of %q cannot be read: %v", b.what, err)
			continue
		}
		if r.GetText() != b.what {
			t.Errorf("the code reads %q, want %q", r.GetText(), b.what)
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
