package clean

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestHostileTextIsMadeInert(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain Danish is left alone", "Gåtur ved søen – kl. 10 & æbler", "Gåtur ved søen – kl. 10 & æbler"},
		{"decomposed letters are composed", "Ga\u030ature", "Gåture"},
		{"control characters go", "a\x00b\x1b[31mc\x7f\u0085d", "ab[31mc d"},
		{"bidi overrides go", "abc\u202edcba\u202c\u2066x\u2069\u200e\u061c", "abcdcbax"},
		{"zero width goes", "Vej\u200bviser\ufeff\u2060\u00ad", "Vejviser"},
		{"hidden tags go", "Hej\U000e0041\U000e0042", "Hej"},
		{"joiners between letters stay", "می\u200cخواهم", "می\u200cخواهم"},
		{"joiners elsewhere go", "a \u200d b\u200d", "a b"},
		{"broken bytes go", "Sm\xf8rrebr\xc3\xb8d\xff", "Smrrebrød"},
		{"stacked accents are limited", "Z" + strings.Repeat("\u0336", 50) + "!", "Z" + strings.Repeat("\u0336", 4) + "!"},
		{"white space is one space", " \t a\u2003\r\n b\u2028c \u00a0", "a b c"},
		{"a space that binds stays", "20\u00a0kr.", "20\u00a0kr."},
		{"nothing but blanks is nothing", "\u00a0 \u200b\u3164", ""},
		{"the visible number sign stays", "\u0600١٢", "\u0600١٢"},
		{"no characters at all go", "a\ufffeb\ufdd0c\U0001ffff", "abc"},
	} {
		if got := Line(c.in, 0); got != c.want {
			t.Errorf("%s: %q gives %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestTextKeepsItsParagraphs(t *testing.T) {
	in := "\n\nFørste linje \r\nanden\rtredje\n\n\n\n Nyt afsnit\u2029slut\n"
	want := "Første linje\nanden\ntredje\n\nNyt afsnit\nslut"
	if got := Text(in, 0); got != want {
		t.Errorf("%q", got)
	}
}

func TestAMegabyteWordCanBeBroken(t *testing.T) {
	got := Line(strings.Repeat("ø", 1<<20), 0)
	for i, word := range strings.Fields(got) {
		if n := utf8.RuneCountInString(word); n > maxRun {
			t.Fatalf("word %d has %d characters", i, n)
		}
	}
	url := "https://www.example.dk/" + strings.Repeat("mappe/", 40)
	if got := Line(url, 0); got != url {
		t.Errorf("an address with places to break was changed: %q", got)
	}
}

func TestExactPutsNothingIn(t *testing.T) {
	id := strings.Repeat("a1", 60)
	if got := Exact(" "+id+"\u200b\n", 0); got != id {
		t.Errorf("%q", got)
	}
}

func TestACutNeverPartsALetterFromItsMarks(t *testing.T) {
	for _, c := range []struct {
		in   string
		max  int
		want string
	}{
		{"Fællesspisning", 6, "Fælles"},
		{"Fælles spisning", 7, "Fælles"},
		{"ab\u0336\u0335c", 3, "a"},
		{"ab\u0336\u0335c", 4, "ab\u0336\u0335"},
		{"x🇩🇰y", 2, "x"},
		{"abc", 0, "abc"},
	} {
		if got := Line(c.in, c.max); got != c.want {
			t.Errorf("%q cut to %d gives %q, want %q", c.in, c.max, got, c.want)
		}
	}
}

// hostile draws text that is rich in what the gate is for.
func hostile() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{" ", "\n", "\r\n", "\t", "\u00a0", "\u2028", "\u200d", "\u200c", "\u200b", "\u202e", "\u0301", "\u030a",
			"\u0336\u0336\u0336", "\u09c7", "\u09be", "ᄀ", "ᅡ", "ᆨ", "a", "Å", "e\u0301", "👨", "🇩🇰", "漢", "-", "/", "\xff", "\xc3", "\x00", "\u0600", "ﷺ"}),
		rapid.StringN(0, 8, -1),
		rapid.Map(rapid.IntRange(1, 90), func(n int) string { return strings.Repeat("m", n) }),
		rapid.Map(rapid.IntRange(1, 40), func(n int) string { return strings.Repeat("k\u200d", n) }),
	)
	return rapid.Map(rapid.SliceOfN(piece, 0, 24), func(p []string) string { return strings.Join(p, "") })
}

func TestCleanTextIsWhatItPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := hostile().Draw(t, "in")
		most := rapid.IntRange(0, 100).Draw(t, "max")
		promise(t, in, most)
	})
}

type failer interface{ Fatalf(string, ...any) }

func promise(t failer, in string, most int) {
	for name, gate := range map[string]func(string, int) string{"Line": Line, "Text": Text, "Exact": Exact} {
		out := gate(in, most)
		if again := gate(out, most); again != out {
			t.Fatalf("%s(%q, %d) gives %q, and again %q", name, in, most, out, again)
		}
		if !utf8.ValidString(out) || !norm.NFC.IsNormalString(out) {
			t.Fatalf("%s(%q) gives %q: not UTF-8 in NFC", name, in, out)
		}
		if n := utf8.RuneCountInString(out); most > 0 && n > most {
			t.Fatalf("%s(%q, %d) has %d characters", name, in, most, n)
		}
		marks, run := 0, 0
		for _, r := range out {
			if unicode.IsControl(r) && (r != '\n' || name != "Text") || dropped(r) && r != '\n' && r != zwj && r != zwnj {
				t.Fatalf("%s(%q) lets %U through", name, in, r)
			}
			if marks++; !isMark(r) {
				marks = 0
			}
			if run++; unicode.IsSpace(r) || breaksAfter(r) {
				run = 0
			}
			if marks > maxMarks || run > maxRun && name != "Exact" {
				t.Fatalf("%s(%q) gives %q: %d marks, %d without a break", name, in, out, marks, run)
			}
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("Gåtur ved søen", 0)
	f.Add("a\u0336\u0336\u0336\u0336\u0336\u202e\x00\xff", 3)
	f.Add(strings.Repeat("k\u200d", 70), 64)
	f.Fuzz(func(t *testing.T, s string, most int) { promise(t, s, most) })
}

var danish = strings.Repeat("Vi går en tur på omkring 4 km langs søen, roligt tempo, og drikker kaffe bagefter. ", 8)

func TestCleanTextCostsNoMemory(t *testing.T) {
	s := strings.TrimSpace(danish)
	if n := testing.AllocsPerRun(100, func() { Line(s, 4000); Text(s, 4000) }); n != 0 {
		t.Errorf("%v allocations for text that is clean already", n)
	}
}

func BenchmarkLineCleanDanish(b *testing.B) {
	s := strings.TrimSpace(danish)
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		Line(s, 4000)
	}
}

func BenchmarkLineHostile(b *testing.B) {
	s := strings.Repeat("a\u0336\u0336\u0336\u0336\u0336\u202e\x00\u200b", 500)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		Line(s, 4000)
	}
}
