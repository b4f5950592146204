package print

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// tool gives the path of a program that reads PDF back, or skips the test.
func tool(t *testing.T, name string) string {
	t.Helper()
	p, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed: the file cannot be read back here", name)
	}
	return p
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	var errs bytes.Buffer
	c := exec.Command(tool(t, name), args...)
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, errs.String())
	}
	return string(out)
}

func handout(t testing.TB, s Sheet) (*job, []byte) {
	t.Helper()
	j, b, err := build(s)
	if err != nil {
		t.Fatal(err)
	}
	return j, b
}

func inFile(t testing.TB, b []byte) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), "sheet.pdf")
	if err := os.WriteFile(p, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// text is what pdftotext reads, without line ends where flat.
func text(t *testing.T, b []byte) string { return run(t, "pdftotext", inFile(t, b), "-") }

func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

func eachLayout(t *testing.T, fn func(t *testing.T, layout string)) {
	for _, l := range []string{A4, A5, Large} {
		t.Run(l, func(t *testing.T) { fn(t, l) })
	}
}

func TestSheetSaysWhatACitizenNeedsInReadingOrder(t *testing.T) {
	eachLayout(t, func(t *testing.T, layout string) {
		_, b := handout(t, sample(layout, 1))
		got := flat(text(t, b))
		for _, want := range []string{"Karen", "Held og lykke på tirsdag – spørg efter Bente.", "Gå-glad Ringsted Syd", "gåtur om formiddagen", "gratis",
			"tirsdag 24. november kl. 10–11.30", "tirsdag og torsdag", "Beboerhuset, Eksempelvej 4,", "4100 Ringsted", "Bente står ved døren",
			"ager imod", "møder dig ved biblioteket", "00 00 00 00", "K7M4-QXR9", "11. nov"} {
			if !strings.Contains(strings.ReplaceAll(got, "\u00a0", " "), want) {
				t.Errorf("%q is missing in %q", want, got)
			}
		}
		at := 0
		for _, want := range []string{"Gå-glad", "Hvornår", "Hvor ", "ager imod"} {
			i := strings.Index(got[at:], want)
			if i < 0 {
				t.Fatalf("%q comes too late or never in %q", want, got)
			}
			at += i
		}
	})
}

func TestA4HeadlineCountsThePlacesAndNeedsNoName(t *testing.T) {
	for n, want := range map[int]string{1: "Her er et sted, hvor du er ventet", 2: "Her er to steder, hvor du er ventet", 7: "Her er 7 steder, hvor du er ventet"} {
		s := sample(A4, n)
		s.Name, s.Greeting, s.Desk, s.Code = "", "", "", ""
		_, b := handout(t, s)
		if got := flat(text(t, b)); !strings.Contains(got, want) || strings.Contains(got, "kode") {
			t.Errorf("%d: %q", n, got)
		}
	}
	s := sample(A4, 2)
	s.Language = "en"
	_, b := handout(t, s)
	if got := flat(text(t, b)); !strings.Contains(got, "Dear Karen – here are two places where you are expected") || !strings.Contains(got, "Bente står ved døren") {
		t.Error("the words are English, the community's own stay as they are:", got)
	}
}

func TestRowOfWhichNothingIsKnownIsLeftOut(t *testing.T) {
	eachLayout(t, func(t *testing.T, layout string) {
		s := sample(layout, 1)
		s.Cards = []Card{{Community: bare()}}
		s.PublicURL, s.Name, s.Greeting = "", "", ""
		j, b := handout(t, s)
		got := text(t, b)
		for _, label := range []string{"Hvornår", "Første gang", "tager", "Følgeskab", "Det koster"} {
			if strings.Contains(got, label) {
				t.Errorf("an empty row %q", label)
			}
		}
		if strings.Contains(got, "–") {
			t.Errorf("a dash stands for a missing fact: %q", got)
		}
		if !strings.Contains(got, "Ikke bekræftet af foreningen endnu") {
			t.Error("nobody confirmed the facts and the sheet does not say so")
		}
		if slices.ContainsFunc(j.boxes, func(b box) bool { return b.kind == "qr" }) {
			t.Error("a QR code that leads nowhere")
		}
	})
}

func TestConfidentialAddressIsOnNoSheet(t *testing.T) {
	eachLayout(t, func(t *testing.T, layout string) {
		for _, url := range []string{"", "https://vejviser.example.dk"} {
			for _, never := range []bool{false, true} {
				c := shelter()
				if never {
					c.Schedule = nil
				}
				s := sample(layout, 1)
				s.PublicURL, s.Cards = url, []Card{{Community: c}}
				j, b := handout(t, s)
				got := text(t, b)
				for _, bx := range j.boxes {
					got += bx.what
				}
				for _, secret := range []string{"Skjulstien", "Hemmelighuset", "55.44", "11.79"} {
					if strings.Contains(got, secret) {
						t.Errorf("%q is printed", secret)
					}
				}
				if !strings.Contains(flat(got), "Ring, så får du adressen at vide.") {
					t.Error("the sheet does not say how to learn the address")
				}
			}
		}
	})
}

func TestWhatTheCitizenAskedForIsPrinted(t *testing.T) {
	s := sample(A4, 1)
	s.Cards = []Card{{Community: bare(), WantsAccompaniment: true}}
	_, b := handout(t, s)
	if got := flat(text(t, b)); !strings.Contains(got, "Du vil gerne have nogen med første gang.") {
		t.Error(got)
	}
	no := false
	c := bare()
	c.Accompaniment = &directory.Accompaniment{Offered: &no}
	for _, along := range []bool{false, true} {
		s.Cards, s.DepthAccompanied = []Card{{Community: c, WantsAccompaniment: along}}, along
		_, b = handout(t, s)
		if got := flat(text(t, b)); strings.Contains(got, "Følgeskab") || strings.Contains(got, "have nogen med") {
			t.Error("a refusal is printed, or a promise nobody keeps:", got)
		}
	}
}

func TestSheetPromisesNoCompanyThatNobodyStated(t *testing.T) {
	yes := true
	for want, a := range map[string]*directory.Accompaniment{
		"Vi ved ikke endnu, om nogen kan.": nil,
		"Vi hjælper dig med at aftale det": {Offered: &yes},
		"En ven henter dig":                {How: "En ven henter dig."},
	} {
		s := sample(A4, 1)
		c := bare()
		c.Accompaniment = a
		s.Cards, s.DepthAccompanied = []Card{{Community: c}}, true
		_, b := handout(t, s)
		if got := flat(text(t, b)); !strings.Contains(got, want) {
			t.Errorf("lacks %q: %s", want, got)
		}
	}
}

func TestNameAndGreetingAreNowhereButOnThePage(t *testing.T) {
	eachLayout(t, func(t *testing.T, layout string) {
		s := sample(layout, 2)
		s.Name, s.Greeting = "Xanthippe", "Quetzalcoatl"
		_, b := handout(t, s)
		f, err := takeApart(b)
		if err != nil {
			t.Fatal(err)
		}
		for n, o := range f.objects {
			for _, secret := range []string{"Xanthippe", "Quetzalcoatl"} {
				if strings.Contains(o, secret) || strings.Contains(o, hexUTF16(secret)) {
					t.Errorf("object %d tells %s: %.200s", n, secret, o)
				}
			}
		}
		if info := run(t, "pdfinfo", inFile(t, b)) + run(t, "pdfinfo", "-meta", inFile(t, b)); strings.Contains(info, "Xanthippe") || !strings.Contains(info, "Vejviser: steder") {
			t.Error(info)
		}
	})
}

func TestSameSheetHasTheSameBytes(t *testing.T) {
	if os.Getenv("VEJVISER_PRINT_DIGEST") != "" {
		fmt.Println("digest " + digest(t))
		return
	}
	want := digest(t)
	for range 3 {
		if digest(t) != want {
			t.Fatal("the bytes differ within a process")
		}
	}
	c := exec.Command(os.Args[0], "-test.run=^TestSameSheetHasTheSameBytes$")
	c.Env = append(os.Environ(), "VEJVISER_PRINT_DIGEST=1", "TZ=America/New_York")
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(out), want) {
		t.Errorf("another process has other bytes: %s, here %s", out, want)
	}
}

func digest(t *testing.T) string {
	h := sha256.New()
	for _, l := range []string{A4, A5, Large} {
		_, b := handout(t, sample(l, 4))
		h.Write(b)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func TestSheetsCanBeMadeAtTheSameTime(t *testing.T) {
	shared := sample(A4, 3) // the same records from every screen
	_, want := handout(t, shared)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			for range 3 {
				if b, err := Handout(shared); err != nil || !bytes.Equal(b, want) {
					t.Error("another sheet came out", err)
				}
			}
		})
	}
	wg.Wait()
}

func TestASheetThatCannotBeIsRefused(t *testing.T) {
	if _, err := Handout(Sheet{}); !errors.Is(err, ErrNoCards) {
		t.Error(err)
	}
	if _, err := Handout(Sheet{Cards: []Card{{}}}); !errors.Is(err, ErrNoCards) {
		t.Error(err)
	}
	var le *LayoutError
	if _, err := Handout(Sheet{Layout: "a0", Cards: sample(A4, 1).Cards}); !errors.As(err, &le) {
		t.Error(err)
	}
	if _, err := Handout(sample(A4, maxCards+1)); err == nil {
		t.Error("no end to a sheet")
	}
}

func TestTheSheetChangesNothingInTheRecord(t *testing.T) {
	c := wordy()
	c.Name = "  A\u0301 " + strings.Repeat("x", 300)
	before := fmt.Sprintf("%+v %+v %+v", *c, c.Places, *c.Welcome)
	s := sample(A4, 1)
	s.Cards = []Card{{Community: c}}
	handout(t, s)
	if after := fmt.Sprintf("%+v %+v %+v", *c, c.Places, *c.Welcome); after != before {
		t.Error("the record was changed")
	}
}

func TestOnlyTheInputDecidesTheDates(t *testing.T) {
	s := sample(A4, 1)
	s.Now = time.Time{} // the day alone
	_, b := handout(t, s)
	if got := flat(text(t, b)); !strings.Contains(got, "tirsdag 24. november") {
		t.Error(got)
	}
	s.Date = ""
	_, b = handout(t, s)
	if got := flat(text(t, b)); strings.Contains(got, "november kl.") || !strings.Contains(got, "Tirsdag og torsdag kl. 10–11.30") {
		t.Error("a date from nowhere:", got)
	}
}

func BenchmarkHandout(b *testing.B) {
	s := sample(A4, 3)
	if _, err := Handout(s); err != nil { // fonts are parsed once per process
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Handout(s); err != nil {
			b.Fatal(err)
		}
	}
}
