package print

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"pgregory.net/rapid"
)

// logo is a picture such as organisations have.
func sampleLogo(t testing.TB) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 300, 120))
	for x := range 300 {
		for y := range 120 {
			if (x-60)*(x-60)+(y-60)*(y-60) < 50*50 || x > 130 && y > 40 && y < 80 {
				m.Set(x, y, color.NRGBA{0x8A, 0x1C, 0x3A, 0xFF})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func selection(t testing.TB) Material {
	return Material{Language: "da", PublicURL: "https://vejviser.example.dk", Date: "2026-11-23", Now: now,
		Brand:       Brand{Name: "Ringsted Kommune", Colour: "#8A1C3A", Logo: sampleLogo(t)},
		Communities: []*directory.Community{walkers(), coffee(), shelter(), bare(), wordy()}}
}

// materials are the things made of a selection.
func materials(t testing.TB) map[string]func(Material) (*job, []byte, error) {
	ctx := context.Background()
	return map[string]func(Material) (*job, []byte, error){
		"postcard": func(m Material) (*job, []byte, error) { return postcards(ctx, m, Postcard{}) },
		"postcard-4": func(m Material) (*job, []byte, error) {
			return postcards(ctx, m, Postcard{FourUp: true, Name: "Karen", Address: []string{"Karen Eksempel", "Eksempelvej 4", "4100 Ringsted"}})
		},
		"poster":       func(m Material) (*job, []byte, error) { return posters(ctx, m, Poster{Strips: true}) },
		"poster-a3":    func(m Material) (*job, []byte, error) { return posters(ctx, m, Poster{A3: true, Strips: true}) },
		"poster-plain": func(m Material) (*job, []byte, error) { return posters(ctx, m, Poster{}) },
		"month":        func(m Material) (*job, []byte, error) { return monthList(ctx, m, Month{}) },
		"booklet": func(m Material) (*job, []byte, error) {
			return booklet(ctx, m, Booklet{Subtitle: "Ringsted 2027"}, nil)
		},
		"booklet-a4": func(m Material) (*job, []byte, error) { return booklet(ctx, m, Booklet{Folded: true}, nil) },
	}
}

func TestEveryThingMadeOfASelectionIsWholeStableAndClean(t *testing.T) {
	for name, make := range materials(t) {
		t.Run(name, func(t *testing.T) {
			m := selection(t)
			j, b, err := make(m)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range overlaps(j) {
				t.Error(f)
			}
			if _, again, _ := make(m); !bytes.Equal(b, again) {
				t.Error("other bytes the second time")
			}
			got := text(t, b)
			if strings.Contains(got, "«") || strings.Contains(got, "{") {
				t.Error("a text is missing or unfilled:", got)
			}
			if j.sheets == nil {
				codesOn(t, j, b)
			}
			if out := run(t, "qpdf", "--check", inFile(t, b)); !strings.Contains(out, "No syntax or stream encoding errors") {
				t.Error(out)
			}
			if strings.Contains(got, "Skjulstien") || strings.Contains(got, "Hemmelighuset") {
				t.Error("an address that must not be told is printed")
			}
			if said := run(t, "pdfinfo", "-struct-text", inFile(t, b)); !strings.Contains(said, "Gå-glad") {
				t.Error("the structure does not lead to the text:", said[:min(len(said), 600)])
			}
		})
	}
}

func TestHostileTextIsHarmlessInEveryMaterial(t *testing.T) {
	makes := materials(t)
	rapid.Check(t, func(t *rapid.T) {
		m := Material{Language: rapid.SampledFrom([]string{"da", "en", "xx"}).Draw(t, "language"), Now: now, Date: "2026-11-23",
			PublicURL: rapid.SampledFrom([]string{"", "https://vejviser.example.dk", "https://www.et-meget-langt-navn-til-en-kommune.example.dk/vejviser"}).Draw(t, "url"),
			Brand:     Brand{Name: anyText(t, "brand"), Colour: rapid.SampledFrom([]string{"", "#FFFFFF", "#8A1C3A", "ffff00"}).Draw(t, "colour")}}
		for range rapid.IntRange(1, 3).Draw(t, "n") {
			m.Communities = append(m.Communities, anyCard(t).Community)
		}
		a, b, c := anyText(t, "a"), anyText(t, "b"), anyText(t, "c")
		makes["postcard"] = func(m Material) (*job, []byte, error) {
			return postcards(context.Background(), m, Postcard{Message: a, Name: b, Text: c, From: a, Address: []string{b, c, a, b, c}})
		}
		what := rapid.SampledFrom([]string{"postcard", "poster", "poster-a3", "month", "booklet"}).Draw(t, "what")
		j, _, err := makes[what](m)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for _, f := range overlaps(j) {
			t.Errorf("%s: %s", what, f)
		}
	})
}

func TestPostcardsStandFourToASheetBackBehindFront(t *testing.T) {
	m := selection(t)
	m.Communities = m.Communities[:1]
	_, b, err := materials(t)["postcard-4"](m)
	if err != nil {
		t.Fatal(err)
	}
	info := run(t, "pdfinfo", inFile(t, b))
	if !strings.Contains(flat(info), "Pages: 2") || !strings.Contains(flat(info), "841.89 x 595.28") {
		t.Error(info)
	}
	p := inFile(t, b)
	front, back := run(t, "pdftotext", "-f", "1", "-l", "1", p, "-"), run(t, "pdftotext", "-f", "2", "-l", "2", p, "-")
	if strings.Count(flat(front), "glæder os til at se dig") < 1 || strings.Count(back, "4100 Ringsted") != 4 || strings.Contains(front, "4100") {
		t.Error(front, back)
	}
	sheets := fourUp(8, cardW, cardH, 297, 210)
	if f, b := sheets[0].places[0], sheets[1].places[0]; f.page != 1 || b.page != 2 || f.x != 0.5 || b.x != 148.5 || f.y != b.y {
		t.Errorf("%+v", sheets)
	}
}

func TestTheBookletLeadsToEveryCommunityByItsPage(t *testing.T) {
	m := selection(t)
	m.Communities[0].Category, m.Communities[1].Category = "Natur", "Ærlig snak"
	j, b, err := booklet(context.Background(), m, Booklet{Title: "Foreninger i Ringsted"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := inFile(t, b)
	pages := j.pdf.PageCount()
	if pages%4 != 0 {
		t.Errorf("%d pages do not fold", pages)
	}
	page := func(n int) string {
		return flat(run(t, "pdftotext", "-layout", "-f", strconv.Itoa(n), "-l", strconv.Itoa(n), p, "-"))
	}
	for _, name := range []string{"Gå-glad Ringsted Syd", "Kaffe & kilometer", "Skakklubben"} {
		found := 0
		for n := 4; n <= pages; n++ {
			text := page(n)
			if m := regexp.MustCompile(regexp.QuoteMeta(name) + ` (\d+)`).FindStringSubmatch(text); m != nil && strings.Contains(text, "fra A til Å") { // the index
				found, _ = strconv.Atoi(m[1])
			}
		}
		if found == 0 || !strings.Contains(page(found), name) {
			t.Errorf("the index sends %q to page %d: %s", name, found, page(max(found, 1)))
		}
	}
	contents := page(3)
	for _, want := range []string{"Natur", "Ærlig snak", "Andet", "Ugens kalender"} {
		if !strings.Contains(contents, want) {
			t.Errorf("%q is not in the contents: %s", want, contents)
		}
	}
	f, err := takeApart(b)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(f.objects, "\n")
	if !strings.Contains(f.objects[f.root], "/Outlines") || !strings.Contains(all, "/Title <FEFF"+hexUTF16("Kaffe & kilometer")) {
		t.Error("no bookmarks")
	}
	m.Language = "en"
	if _, _, err := booklet(context.Background(), m, Booklet{}, nil); err != nil {
		t.Error(err)
	}
}

func TestABookletFoldsInTheRightOrder(t *testing.T) {
	var got [][2]int
	for _, s := range folded(8, bookW, bookH) {
		got = append(got, [2]int{s.places[0].page, s.places[1].page})
	}
	if want := [][2]int{{8, 1}, {2, 7}, {6, 3}, {4, 5}}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

func TestALongBuildStopsWhenItIsAskedTo(t *testing.T) {
	m := selection(t)
	for range 40 {
		m.Communities = append(m.Communities, walkers())
	}
	ctx, stop := context.WithCancel(context.Background())
	last := float32(0)
	_, err := BookletOf(ctx, m, Booklet{}, func(v float32) {
		if v < last {
			t.Errorf("progress goes back from %v to %v", last, v)
		}
		if last = v; v > 0.4 {
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) || last == 0 || last == 1 {
		t.Error(err, last)
	}
	stop()
	if _, err := Posters(ctx, m, Poster{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestALogoOrAColourThatCannotBeUsedIsSaid(t *testing.T) {
	m := selection(t)
	m.Brand.Logo = []byte("GIF89a")
	if _, err := Posters(context.Background(), m, Poster{}); !errors.Is(err, ErrLogo) {
		t.Error(err)
	}
	m.Brand = Brand{Colour: "grøn"}
	if _, err := Posters(context.Background(), m, Poster{}); !errors.Is(err, ErrColour) {
		t.Error(err)
	}
	if c := contrast(readable(colour{255, 255, 0})); c < leastOnWhite {
		t.Errorf("contrast %.1f", c)
	}
	m = selection(t)
	for len(m.Communities) <= maxPosters {
		m.Communities = append(m.Communities, bare())
	}
	var tm *TooManyError
	if _, err := Posters(context.Background(), m, Poster{}); !errors.As(err, &tm) {
		t.Error(err)
	}
}
