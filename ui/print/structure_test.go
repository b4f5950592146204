package print

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// content is what a page draws.
func content(t *testing.T, f *file, page int) string {
	t.Helper()
	m := regexp.MustCompile(`/Contents (\d+) 0 R`).FindStringSubmatch(f.objects[page])
	n, _ := strconv.Atoi(m[1])
	o := f.objects[n]
	raw := o[strings.Index(o, "stream\n")+7:]
	z, err := zlib.NewReader(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestSheetIsTaggedForScreenReaders asserts what PDF/UA-1 (ISO 14289-1) asks of
// such a file and a program can see.
func TestSheetIsTaggedForScreenReaders(t *testing.T) {
	eachLayout(t, func(t *testing.T, layout string) {
		s := sample(layout, 5)
		s.Language = "en"
		_, b := handout(t, s)
		f, err := takeApart(b)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"/MarkInfo <</Marked true>>", "/Lang <FEFF0065006E>", "/DisplayDocTitle true", "/StructTreeRoot", "/Metadata"} {
			if !strings.Contains(f.objects[f.root], want) {
				t.Errorf("the catalog lacks %s: %s", want, f.objects[f.root])
			}
		}
		all := strings.Join(f.objects, "\n")
		if !strings.Contains(all, "<pdfuaid:part>1</pdfuaid:part>") || !strings.Contains(all, "<dc:title>") {
			t.Error("the metadata does not claim PDF/UA-1")
		}
		kinds := map[string]int{}
		for _, o := range f.objects {
			if m := regexp.MustCompile(`/Type /StructElem /S /(\w+)`).FindStringSubmatch(o); m != nil {
				kinds[m[1]]++
				if m[1] == "Figure" && !strings.Contains(o, "/Alt <FEFF") {
					t.Errorf("a figure without words: %s", o)
				}
				if !strings.Contains(o, " 0 R") {
					t.Errorf("an empty element: %s", o)
				}
			}
		}
		if kinds["Figure"] != 5 || kinds["Document"] != 1 || kinds["H1"] == 0 || kinds["LI"] == 0 || kinds["LI"] != kinds["LBody"] {
			t.Errorf("%v", kinds)
		}
		if layout == A4 && (kinds["H1"] != 1 || kinds["H2"] != 5) {
			t.Errorf("%v", kinds)
		}
		if !strings.Contains(all, "/Lang <FEFF00640061>") {
			t.Error("Danish words on an English sheet are not marked")
		}
		marks := 0
		for i, p := range f.pages {
			if !strings.Contains(f.objects[p], "/Tabs /S") || !strings.Contains(f.objects[p], "/StructParents "+strconv.Itoa(i)) {
				t.Errorf("page %d: %s", i+1, f.objects[p])
			}
			marks += checkMarks(t, content(t, f, p))
		}
		if n := strings.Count(all, "/Type /MCR"); n != marks || n == 0 {
			t.Errorf("%d marks on the pages, %d in the structure", marks, n)
		}
	})
}

// checkMarks asserts that everything drawn is either content or decoration, and
// that marks are not nested; it counts those of content.
func checkMarks(t *testing.T, page string) (marks int) {
	t.Helper()
	open := false
	for _, l := range strings.Split(page, "\n") {
		switch {
		case strings.HasSuffix(l, "BDC") || strings.HasSuffix(l, "BMC"):
			if open {
				t.Fatalf("nested: %s", l)
			}
			open = true
			if strings.Contains(l, "/MCID "+strconv.Itoa(marks)+">>") {
				marks++
			} else if !strings.HasPrefix(l, "/Artifact") {
				t.Fatalf("out of order: %s", l)
			}
		case l == "EMC":
			open = false
		case !open && regexp.MustCompile(`(^|\s)(Tj|TJ|S|s|f|F|f\*|B|B\*|b|b\*)$`).MatchString(l):
			t.Fatalf("drawn outside of any mark: %s", l)
		}
	}
	if open {
		t.Fatal("a mark is not closed")
	}
	return marks
}

func TestEveryParagraphOfAFactIsReadByItself(t *testing.T) {
	_, b := handout(t, sample(A4, 1))
	f, err := takeApart(b)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(f.objects, "\n")
	bodies := regexp.MustCompile(`/S /LBody /P \d+ 0 R /K \[(\d+) 0 R (\d+) 0 R \]`).FindAllString(all, -1)
	if len(bodies) != 1 { // the next date and the usual time
		t.Errorf("%q", bodies)
	}
}

func TestNextDatesFillTheRoomOfASecondPage(t *testing.T) {
	_, b := handout(t, sample(A4, 3))
	got := flat(text(t, b))
	for _, want := range []string{"Mine næste datoer", "torsdag 26. november kl. 10–11.30", "fredag 4. december kl. 10"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
	_, b = handout(t, sample(A4, 2))
	if got := text(t, b); strings.Contains(got, "Mine næste datoer") || strings.Contains(got, "Side") {
		t.Error("two communities are one page:", got)
	}
}

func TestNoLetterIsSmallerThanClearPrintAllows(t *testing.T) {
	for layout, least := range map[string]float64{A4: 12, A5: 12, Large: 16} {
		_, b := handout(t, sample(layout, 5))
		f, err := takeApart(b)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range f.pages {
			for _, m := range regexp.MustCompile(`/F\d ([\d.]+) Tf`).FindAllStringSubmatch(content(t, f, p), -1) {
				if v, _ := strconv.ParseFloat(m[1], 64); v < least {
					t.Errorf("%s: %s points", layout, m[1])
				}
			}
		}
	}
}

func TestFileIsSoundForReaders(t *testing.T) {
	eachLayout(t, func(t *testing.T, layout string) {
		_, b := handout(t, sample(layout, 5))
		p := inFile(t, b)
		if out := run(t, "qpdf", "--check", p); !strings.Contains(out, "No syntax or stream encoding errors") {
			t.Error(out)
		}
		if out := run(t, "pdffonts", p); strings.Count(out, "yes yes yes") != 2 {
			t.Error("not every font is embedded, subset and readable:", out)
		}
		// Words at the ends of lines do not run together for a screen reader.
		said := run(t, "pdfinfo", "-struct-text", p)
		if !strings.Contains(flat(said), "møder dig") || strings.Contains(said, "rundtom") {
			t.Error(said)
		}
		if !bytes.HasPrefix(b, []byte("%PDF-1.7")) {
			t.Error("not a PDF of version 1.7")
		}
	})
}

func TestLinesKeepTheSpaceBetweenThem(t *testing.T) {
	s, err := newSetter("da")
	if err != nil {
		t.Fatal(err)
	}
	const sentence = "Du får en kop kaffe og en stol ved det runde bord"
	var got strings.Builder
	for _, l := range s.set([]span{{text: sentence}}, bodyText, 40) {
		for _, g := range l.glyphs {
			got.WriteString(g.text)
		}
	}
	if got.String() != sentence {
		t.Errorf("%q", got.String())
	}
}

func TestWhatIsReadAsOneThingStaysOnOneLine(t *testing.T) {
	s, err := newSetter("da")
	if err != nil {
		t.Fatal(err)
	}
	for _, unit := range []string{"kl. 10–11.30", "4100 Ringsted", "35 kr.", "11. november", "Aarhus V"} {
		for width := 20.0; width < 90; width += 1.5 {
			whole := false
			for _, l := range s.set([]span{{text: "Vi mødes som regel " + unit + " og så videre"}}, bodyText, width) {
				var b strings.Builder
				for _, g := range l.glyphs {
					b.WriteString(g.text)
				}
				whole = whole || strings.Contains(b.String(), unit)
			}
			if !whole && width > 32 {
				t.Errorf("%q is torn apart at %.1f mm", unit, width)
			}
		}
	}
}
