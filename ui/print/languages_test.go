package print

import (
	"bytes"
	"encoding/xml"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/say"
)

// told is a sheet with a number, a time and a code that can be told apart by
// their digits, in a language.
func told(layout, lang string, n int) Sheet {
	s := sample(layout, n)
	s.Language = lang
	for i := range s.Cards {
		if c := s.Cards[i].Community; c.Contact != nil {
			c.Contact = &directory.Contact{Phone: "12345678"}
		}
	}
	return s
}

// word is a word of a page as pdftotext finds it: its letters and its place.
type word struct {
	page int
	XMin float64 `xml:"xMin,attr"`
	YMin float64 `xml:"yMin,attr"`
	XMax float64 `xml:"xMax,attr"`
	YMax float64 `xml:"yMax,attr"`
	Text string  `xml:",chardata"`
}

func words(t *testing.T, pdf []byte) (out []word) {
	t.Helper()
	var doc struct {
		Pages []struct {
			Words []word `xml:"word"`
		} `xml:"body>doc>page"`
	}
	d := xml.NewDecoder(strings.NewReader(run(t, "pdftotext", "-bbox", inFile(t, pdf), "-")))
	d.Strict, d.Entity = false, xml.HTMLEntity
	if err := d.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	for i, p := range doc.Pages {
		for _, w := range p.Words {
			w.page = i
			out = append(out, w)
		}
	}
	return out
}

// drawnInOrder counts where the parts of something stand on one line, each to the
// right of the one before: what an eye reads, whatever order the file has.
func drawnInOrder(ws []word, parts ...string) (found int) {
	for _, first := range ws {
		if first.Text != parts[0] {
			continue
		}
		at, ok := first, true
		for _, p := range parts[1:] {
			i := slices.IndexFunc(ws, func(w word) bool {
				return w.page == at.page && w.Text == p && math.Abs(w.YMin-at.YMin) < 1 && w.XMin > at.XMin && w.XMin-at.XMax < 12
			})
			if i < 0 {
				ok = false
				break
			}
			at = ws[i]
		}
		if ok {
			found++
		}
	}
	return found
}

// In every language a telephone number reads from left to right, to the eye and in
// what is copied, once for every community that has one.
func TestEveryNumberAndTimeReadsInOrderInEveryLanguage(t *testing.T) {
	for _, lang := range translations.Sheets {
		t.Run(lang, func(t *testing.T) {
			eachLayout(t, func(t *testing.T, layout string) {
				_, b := handout(t, told(layout, lang, 3))
				ws := words(t, b)
				phones := drawnInOrder(ws, "12", "34", "56", "78")
				for _, w := range ws { // kept together by spaces that do not break
					if strings.Contains(strings.ReplaceAll(w.Text, "\u00a0", " "), "12 34 56 78") {
						phones++
					}
				}
				if phones != 3 {
					t.Errorf("%d numbers of 3 stand in order", phones)
				}
				copied := strings.ReplaceAll(text(t, b), "\u00a0", " ")
				if n := strings.Count(copied, "12 34 56 78"); n != 3 {
					t.Errorf("%d numbers of 3 are copied in order:\n%s", n, copied)
				}
				clock := say.In(lang).ClockOf("11:30")
				for _, want := range []string{clock, "K7M4-QXR9", "2026"} {
					if layout != A4 && want == "2026" {
						continue
					}
					if !strings.Contains(copied, want) {
						t.Errorf("%q is not copied:\n%s", want, copied)
					}
				}
			})
		})
	}
}

func TestEveryCodeReadsBackInEveryLanguage(t *testing.T) {
	for _, lang := range translations.Sheets {
		for _, layout := range []string{A4, A5} {
			j, b := handout(t, told(layout, lang, 2))
			if n := codesOn(t, j, b); n != 2 {
				t.Errorf("%s %s: %d codes of 2 read back", lang, layout, n)
			}
		}
	}
}

// No letter of any language's texts is lost for want of a drawing.
func TestEveryLetterOfEveryLanguageHasADrawing(t *testing.T) {
	for _, lang := range translations.Sheets {
		s, err := newSetter(lang)
		if err != nil {
			t.Fatal(err)
		}
		c := translations.For(lang)
		for _, k := range c.Keys() {
			if subject, _, _ := strings.Cut(k, "."); slices.Contains(translations.SheetSubjects, subject) {
				for n := range 5 {
					if text := c.N(k, n); s.drawable(text) != text {
						t.Errorf("%s: %s: %q becomes %q", lang, k, text, s.drawable(text))
					}
				}
			}
		}
	}
}

// A sheet from right to left is the mirror image of one from left to right: code,
// icons and frames change sides.
func TestASheetFromRightToLeftIsMirrored(t *testing.T) {
	eachLayout(t, func(t *testing.T, layout string) {
		plain, _ := handout(t, told(layout, "en", 1))
		mirrored, b := handout(t, told(layout, "ar", 1))
		side := func(j *job, kind string) bool {
			for _, x := range j.boxes {
				if x.kind == kind {
					return x.x+x.w/2 < j.w/2
				}
			}
			t.Fatalf("no %s", kind)
			return false
		}
		for _, kind := range []string{"qr", "icon"} {
			if side(plain, kind) == side(mirrored, kind) {
				t.Errorf("%s: %s is on the same side", layout, kind)
			}
		}
		if !bytes.Contains(b, []byte("/Lang "+hexText("ar"))) {
			t.Error("the file does not say that it is Arabic")
		}
	})
}

func TestSheetsFromRightToLeftAreStableAndNothingIsDrawnOverAnything(t *testing.T) {
	for _, lang := range []string{"ar", "fa"} {
		eachLayout(t, func(t *testing.T, layout string) {
			j, a := handout(t, told(layout, lang, 5))
			_, b := handout(t, told(layout, lang, 5))
			if !bytes.Equal(a, b) {
				t.Error("two files of the same sheet differ")
			}
			for _, f := range overlaps(j) {
				t.Errorf("%s: %s", lang, f)
			}
		})
	}
}

// The order of letters, seen in what is drawn from left to right.
func TestWhatStandsInATextFromRightToLeftKeepsItsDirection(t *testing.T) {
	s, err := newSetter("ar")
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"اتصل 12 34 56 78.":                  "12 34 56 78",
		"اتصل +45 12 34 56 78":               "+45 12 34 56 78",
		"من 14.00–16.00 يوم":                 "14.00–16.00",
		"هنا: 4100 Ringsted, Eksempelvej 4":  "4100 Ringsted, Eksempelvej 4",
		"انظر HTTPS://VEJVISER.EXAMPLE.DK/F": "HTTPS://VEJVISER.EXAMPLE.DK/F",
		"رمز K7M4-QXR9":                      "K7M4-QXR9",
		"اسم Huset (2. sal) هنا":             "Huset (2. sal)",
	} {
		ls := s.set([]span{{text: clean.Line(in, 0)}}, bodyText, 500)
		if len(ls) != 1 {
			t.Fatalf("%q: %d lines", in, len(ls))
		}
		var drawn strings.Builder
		for _, g := range ls[0].glyphs {
			drawn.WriteString(g.text)
		}
		if !strings.Contains(drawn.String(), want) {
			t.Errorf("%q is drawn as %q, which lacks %q", in, drawn.String(), want)
		}
	}
	if ls := s.set([]span{{text: "Strikkecaféen, 2. sal."}}, bodyText, 500); drawnText(ls) != "Strikkecaféen, 2. sal." {
		t.Errorf("a Danish paragraph is drawn as %q", drawnText(ls))
	}
}

func TestTheGateKeepsWhatSetsAValueApart(t *testing.T) {
	for in, want := range map[string]string{
		"از \u20669:30\u2069\u00a0تا\u00a0\u206610:30\u2069": "از \u20669:30\u2069\u00a0تا\u00a0\u206610:30\u2069",
		" a \u2066b  c\x00\u2069 \u2066d\u2069 ":             "a \u2066b c\u2069 \u2066d\u2069",
		"a\u202eb":                                           "ab",
	} {
		if got := tidy(in, 100); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func drawnText(ls []line) string {
	var b strings.Builder
	for _, l := range ls {
		for _, g := range l.glyphs {
			b.WriteString(g.text)
		}
	}
	return b.String()
}

// A name in Arabic stands on a Danish sheet as its people write it.
func TestAnArabicNameStandsOnADanishSheet(t *testing.T) {
	s := sample(A4, 1)
	s.Cards[0].Community.Name = "نادي الحي 12"
	j, b := handout(t, s)
	if !bytes.Contains(b, []byte("NotoSansArabic-Bold")) {
		t.Error("the name has no letters")
	}
	if slices.IndexFunc(j.boxes, func(b box) bool {
		return b.kind == "text" && strings.Contains(b.what, "12") && strings.ContainsRune(b.what, 'ن')
	}) < 0 {
		t.Error("the name is not drawn")
	}
}

// The narrow column of labels on A4 holds each label's longest word in every language.
func TestNoLabelIsTornInAnyLanguage(t *testing.T) {
	for _, lang := range translations.Sheets {
		s, err := newSetter(lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"when", "where", "first_time", "greeter_short", "accompaniment", "price", "call", "in_danish"} {
			for _, w := range strings.Fields(translations.For(lang).T("sheet."+key, "label", "")) {
				if ls := s.set([]span{{text: w}}, labelText, a4Label-labelIcon-4); len(ls) != 1 {
					t.Errorf("%s: %q stands on %d lines", lang, w, len(ls))
				}
			}
		}
	}
}

// What the community wrote itself stays in its language, and the sheet says so.
func TestTheCommunitysOwnWordsAreMarkedAsDanish(t *testing.T) {
	for _, lang := range translations.Sheets {
		eachLayout(t, func(t *testing.T, layout string) {
			j, _ := handout(t, told(layout, lang, 1))
			marks := strings.Fields(strings.Trim(translations.For(lang).T("sheet.in_danish", "label", ""), " ()"))
			mark := marks[len(marks)-1] // the label may break before it
			found := slices.ContainsFunc(j.boxes, func(b box) bool {
				return b.kind == "text" && strings.Contains(b.what, mark) || translations.RightToLeft(lang) && strings.Contains(b.what, reversed(mark))
			})
			if found == (lang == "da") {
				t.Errorf("%s: marked %v", lang, found)
			}
		})
	}
}

func reversed(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}

// What a guide hands out reads as well in every language: nothing is drawn over
// anything, no text is missing, and every number is copied as it is written.
func TestWhatAGuideHandsOutReadsInEveryLanguage(t *testing.T) {
	makes := materials(t)
	for _, lang := range Languages() {
		for _, name := range []string{"postcard", "poster", "month", "booklet"} {
			t.Run(name+" "+lang, func(t *testing.T) {
				m := selection(t)
				m.Language = lang
				for i, c := range m.Communities {
					if c.Contact != nil {
						c := *c
						c.Contact = &directory.Contact{Phone: "12345678"}
						m.Communities[i] = &c
					}
				}
				j, b, err := makes[name](m)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range overlaps(j) {
					t.Error(f)
				}
				got := strings.ReplaceAll(text(t, b), "\u00a0", " ")
				if strings.Contains(got, "«outreach") || !strings.Contains(got, "12 34 56 78") && name != "postcard" || strings.Contains(got, "78 56") {
					t.Error(got)
				}
				if dir := os.Getenv("VEJVISER_SCREENS"); dir != "" {
					if err := os.WriteFile(filepath.Join(dir, "sheet-"+name+"-"+lang+".pdf"), b, 0o644); err != nil {
						t.Fatal(err)
					}
				}
			})
		}
	}
}
