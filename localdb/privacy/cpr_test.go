package privacy

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

const today = directory.Day("2026-11-23")

func TestTheVectorsOfTheRuleAreKept(t *testing.T) {
	for want, texts := range map[Verdict][]string{
		Stop: {"070761-4285", "0707614285", "211062-5629", "010158-5000", "250130-7001", "010165-1234", "0101651234",
			"2512484916", "290200-4000", "610165-1234", "0203291WQ3", "cpr 250170 1234", "٠٧٠٧٦١-٤٢٨٥",
			"070761 - 4285", "070761- 4285", "290200-1234", "cpr 250130 7001", "CPR-nr.: 2110625629", "020329-1wq3", "010165/1234",
			"Hej Karen, dit nummer er 070761–4285.", "070761\u00a04285", "0707\u200b614285", "personnummer: 25.01.70-1234"},
		Ask: {"12.11.25-1430", "121125 1430", "P-nr. 0707614285", "12.11.25 - 1430", "dato\n121125\n1430"},
		Pass: {"290201-4000", "310224-1234", "320170-1234", "311370-1234", "000000-0000", "+4501016512", "Ring 20 12 34 56",
			"den 12-11-2025 kl 14", "EAN 5798000416604", "15105001234", "", "Held og lykke på tirsdag", "00 00 00 00",
			"12.11.25 14:30", "2026-11-24T10:00:00", "250130 7001", "2110625629", "5462dd01-f55d-5bc3-8a9a-d2470e33389e", "121125 14301", "12-11.25 1430",
			"kl. 10–11.30", "CVR 12345678", "Torvet 7, 4100 Ringsted", "f000001"},
	} {
		for _, s := range texts {
			if got := CheckCPR(s, today); got.Verdict != want {
				t.Errorf("%q: %v, want %v", s, got.Verdict, want)
			}
		}
	}
}

func TestTheFindingPointsAtTheNumber(t *testing.T) {
	s := "Åse: 070761–4285, ring"
	f := CheckCPR(s, today)
	if got := s[f.Start:f.End]; got != "070761–4285" {
		t.Errorf("pointed at %q", got)
	}
}

// realForm draws a number that satisfies modulus 11.
func realForm(r *rand.Rand) (date, serial string) {
	for {
		date = fmt.Sprintf("%02d%02d%02d", 1+r.IntN(28), 1+r.IntN(12), 5+r.IntN(95)) // nobody is over 125
		serial = fmt.Sprintf("%04d", r.IntN(4000))                                   // 0–3: born 1900–1999
		if modulus11(date + serial) {
			return date, serial
		}
	}
}

func TestEverySpellingOfARealNumberIsStoppedOrAsked(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	arabic := strings.NewReplacer("0", "٠", "1", "١", "2", "٢", "3", "٣", "4", "٤", "5", "٥", "6", "٦", "7", "٧", "8", "٨", "9", "٩")
	for range 1500 {
		d, s := realForm(r)
		dd, mm, yy := d[:2], d[2:4], d[4:]
		for _, text := range []string{d + "-" + s, d + s, d + " " + s, d + "." + s, d + "–" + s, d + "\u00a0" + s, dd + "." + mm + "." + yy + "-" + s,
			dd + "-" + mm + "-" + yy + " " + s, dd + " " + mm + " " + yy + " " + s, arabic.Replace(d + "-" + s), d[:3] + "\u200d" + d[3:] + s, "cpr:" + d + s + "."} {
			if CheckCPR(text, today).Verdict == Pass {
				t.Fatalf("%q passed", text)
			}
		}
	}
}

func TestDanishPhoneNumbersAreNeverTouched(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 8000 {
		n := fmt.Sprintf("%08d", 20000000+r.IntN(79999999))
		p := n[:2] + " " + n[2:4] + " " + n[4:6] + " " + n[6:]
		for _, text := range []string{n, p, "+45 " + p, "+45" + n, "0045" + n, "0045 " + p, n[:4] + " " + n[4:], p + " eller " + p, "45 " + p, n[:2] + "." + n[2:4] + "." + n[4:6] + "." + n[6:]} {
			if f := CheckCPR(text, today); f.Verdict != Pass {
				t.Fatalf("%q: %v", text, f)
			}
		}
	}
}

func FuzzCheckCPR(f *testing.F) {
	f.Add("070761-4285")
	f.Add("٠٧٠٧٦١-٤٢٨٥")
	f.Fuzz(func(t *testing.T, s string) {
		got := CheckCPR(s, today)
		if got.Start < 0 || got.End > len(s) || got.Start > got.End {
			t.Fatalf("%q: %v", s, got)
		}
	})
}

func TestANumberWithoutModulus11IsNeverPassed(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 1500 {
		d := fmt.Sprintf("%02d%02d%02d", 1+r.IntN(28), 1+r.IntN(12), 5+r.IntN(95))
		s := fmt.Sprintf("%04d", r.IntN(4000))
		replacement := string(d[0]+6) + d[1:]
		for _, text := range []string{d + "-" + s, d + "–" + s, d + "-\u200b" + s, "cpr " + d + s, replacement + "-" + s} {
			if CheckCPR(text, today).Verdict != Stop {
				t.Fatalf("%q is not stopped", text)
			}
		}
		for _, text := range []string{d + s, d + " " + s, d[:2] + "." + d[2:4] + "." + d[4:] + " " + s} {
			if CheckCPR(text, today).Verdict == Pass {
				t.Fatalf("%q passed", text)
			}
		}
	}
}

func TestEveryUnicodeDigitCounts(t *testing.T) {
	for _, zero := range []rune{'0', '٠', '۰', '०', '০', '๐', '０', '𝟎', '𝟘', '𝟢', '𝟬', '𝟶', '𞥐'} {
		var b strings.Builder
		for _, r := range "070761-4285" {
			if r != '-' {
				r += zero - '0'
			}
			b.WriteRune(r)
		}
		if CheckCPR("nr. "+b.String(), today).Verdict != Stop {
			t.Errorf("%q passed", b.String())
		}
	}
}

func TestAStopIsFoundBehindAQuestion(t *testing.T) {
	s := "121125 1430 og 070761-4285"
	if f := CheckCPR(s, today); f.Verdict != Stop || s[f.Start:f.End] != "070761-4285" {
		t.Errorf("%+v", f)
	}
}

func BenchmarkCheckCPR300kBOfPairs(b *testing.B) {
	text := strings.Repeat("12 ", 100_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		CheckCPR(text, today)
	}
}

func TestTheGuardHasItsWords(t *testing.T) {
	for _, lang := range translations.Languages {
		for _, key := range []string{"cpr_stop", "cpr_ask", "cpr_not_one", "cpr_remove", "few"} {
			if !translations.For(lang).Has("privacy." + key) {
				t.Errorf("%s has no words for %s", lang, key)
			}
		}
	}
}

func TestShownCountsAreRoundedAndInOrder(t *testing.T) {
	last := 0
	for n := few; n < 500; n++ {
		c := Shown(n)
		if c.Few || c.N%few != 0 || c.N-n > few/2 || n-c.N > few/2 || c.N < last {
			t.Fatalf("%d is shown as %s", n, c)
		}
		last = c.N
	}
}

func BenchmarkCheckCPR50kB(b *testing.B) {
	text := strings.Repeat("Vi mødes hver tirsdag kl. 10 ved søen, ring 00 00 00 00. 12 12 12 12 12. ", 700)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		CheckCPR(text, today)
	}
}

func TestSmallCountsAreNeverShownExactly(t *testing.T) {
	for n, want := range map[int]string{0: "<5", 4: "<5", 5: "5", 7: "5", 8: "10", 1043: "1045"} {
		if got := Shown(n).String(); got != want {
			t.Errorf("%d is shown as %s, want %s", n, got, want)
		}
	}
}
