package print

import (
	"bytes"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"pgregory.net/rapid"
)

func sampleBriefing() Briefing {
	return Briefing{Language: "da", Desk: "Ringsted Bibliotek", Phone: "00000000", Date: "2026-11-23", PublicURL: "https://vejviser.example.dk",
		Companion: "Jens", FirstName: "Karen", Call: "00000000", Code: "K7M4-QXR9", Community: walkers(), On: "2026-11-24", At: "09:30",
		Where: "Ved biblioteket, foran hovedindgangen", Considerations: []string{"anxiety", "hearing", "limited_mobility"}, Languages: []string{"da", "uk"}, Wishes: []string{"walking", "eating_together"}}
}

func sampleHost() HostNote {
	return HostNote{Language: "da", Desk: "Ringsted Bibliotek", Phone: "00000000", Date: "2026-11-23", FirstName: "Karen", Wishes: []string{"walking", "eating_together"},
		Companion: "Jens", Community: walkers(), On: "2026-11-24", At: "10:00", Code: "K7M4-QXR9"}
}

func sampleAmbassador() AmbassadorPage {
	return AmbassadorPage{Language: "da", Desk: "Ringsted Kommune, community guide", Phone: "00000000", Date: "2026-11-23", Now: now,
		Ambassador: directory.Ambassador{Name: "Jens", Areas: []string{"Ringsted", "Benløse"}, Languages: []string{"da", "en"}, Interests: []string{"walking", "eating_together"}, Times: []string{"forenoon", "weekend"}},
		Carries:    []*directory.Community{walkers(), coffee()}, Started: []string{"Kaffe & kilometer"},
		Meetings: []directory.Meeting{{On: "2026-11-30", Place: "Ringsted Bibliotek", About: "Erfaringer fra efteråret"}, {On: "2026-10-01", Held: true, Place: "Gammelt"}},
		Arranged: privacy.Shown(23), CarriedOut: privacy.Shown(17), Came: privacy.Shown(3)}
}

// leaves are the pages for those who work with it, as they are made.
func leaves() map[string]func() (*job, []byte, error) {
	return map[string]func() (*job, []byte, error){
		"slips": func() (*job, []byte, error) {
			return slips(Slips{Desk: "Ringsted Bibliotek", Phone: "00000000", Date: "2026-11-23", Code: "K7M4-QXR9", Communities: []*directory.Community{walkers(), coffee(), wordy()}})
		},
		"slips-blank":   func() (*job, []byte, error) { return slips(Slips{Each: 4}) },
		"handout-slips": func() (*job, []byte, error) { s := sample(A4, 2); s.Slip = true; return build(s) },
		"briefing":      func() (*job, []byte, error) { return briefing(sampleBriefing()) },
		"briefing-anonymous": func() (*job, []byte, error) {
			b := sampleBriefing()
			b.FirstName, b.Companion, b.Community, b.PublicURL, b.Phone = "", "", shelter(), "", ""
			return briefing(b)
		},
		"host": func() (*job, []byte, error) { return hostCards([]HostNote{sampleHost()}) },
		"host-blank": func() (*job, []byte, error) {
			return hostCards([]HostNote{{Community: walkers()}, {Community: wordy()}})
		},
		"ambassador": func() (*job, []byte, error) { return ambassador(sampleAmbassador()) },
		"words":      func() (*job, []byte, error) { return recoveryWords("hest bord lampe skov fod gren", "da") },
	}
}

func TestEveryPageForHelpersIsWholeStableAndClean(t *testing.T) {
	for name, make := range leaves() {
		t.Run(name, func(t *testing.T) {
			j, b, err := make()
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range overlaps(j) {
				t.Error(f)
			}
			if _, again, _ := make(); !bytes.Equal(b, again) {
				t.Error("other bytes the second time")
			}
			got := text(t, b)
			if strings.Contains(got, "«") || strings.Contains(got, "{") {
				t.Error("a text is missing or unfilled:", got)
			}
			codesOn(t, j, b)
			f, err := takeApart(b)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range f.pages {
				checkMarks(t, content(t, f, p))
			}
			if out := run(t, "qpdf", "--check", inFile(t, b)); !strings.Contains(out, "No syntax or stream encoding errors") {
				t.Error(out)
			}
		})
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	_, b, err := leaves()[name]()
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(flat(text(t, b)), "\u00a0", " ")
}

func TestTheBriefingSaysWhatACompanionNeedsAndNoDiagnosis(t *testing.T) {
	got := read(t, "briefing")
	for _, want := range []string{"Til Jens", "Karen", "00 00 00 00", "tirsdag 24. november kl. 9.30", "Ved biblioteket", "K7M4-QXR9", "Bente", "Beboerhuset",
		"Sig, hvad der skal ske", "Vent et kvarter", "ukrainsk"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
	for _, never := range []string{"angst", "Angst", "usikkerhed"} {
		if strings.Contains(got, never) {
			t.Errorf("%q is on the sheet", never)
		}
	}
	anonymous := read(t, "briefing-anonymous")
	for _, never := range []string{"Karen", "Skjulstien", "Hemmelighuset"} {
		if strings.Contains(anonymous, never) {
			t.Errorf("%q is on the sheet", never)
		}
	}
	if !strings.Contains(anonymous, "Kend hinanden på koden") {
		t.Error(anonymous)
	}
	b := sampleBriefing()
	b.FirstName = "" // a phone is told with the name or not at all
	_, pdf, err := briefing(b)
	if err != nil || strings.Contains(text(t, pdf), "Ring til borgeren") {
		t.Error("a phone without consent", err)
	}
}

func TestTheHostLearnsWhoComesAndWhomToTell(t *testing.T) {
	got := read(t, "host")
	for _, want := range []string{"Karen kommer tirsdag 24. november", "Jens", "Sig dit navn", "Velkomstseddel", "K7M4-QXR9", "Ringsted Bibliotek på 00 00 00 00"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
	if j, _, _ := hostCards([]HostNote{sampleHost()}); j.pdf.PageCount() > 2 {
		t.Errorf("%d pages", j.pdf.PageCount())
	}
}

func TestTheSlipIsDanishAndHasNoName(t *testing.T) {
	s := sample(A4, 1)
	s.Language, s.Slip = "en", true
	j, b := handout(t, s)
	p := inFile(t, b)
	last := flat(run(t, "pdftotext", "-f", "2", "-l", "9", p, "-"))
	if !strings.Contains(last, "Velkomstseddel") || strings.Contains(last, "Karen") || !strings.Contains(last, "K7M4-QXR9") || !strings.Contains(last, "Gå-glad") {
		t.Error(last)
	}
	if n := codesOn(t, j, b); n != 2 {
		t.Errorf("%d codes", n)
	}
	s.Code = "" // without a code there is nothing to give back
	if j, _ := handout(t, s); j.pdf.PageCount() != 1 {
		t.Error("a slip without a code")
	}
}

func TestAnAmbassadorsPageSaysWhatComesAndCountsThatMayBeShown(t *testing.T) {
	got := read(t, "ambassador")
	for _, want := range []string{"Jens", "Benløse", "tirsdag 24. november", "Bente", "mandag 30. november", "25 aftalt, 15 gennemført", "færre end 5", "velkomstseddel"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
	if strings.Contains(got, "Gammelt") {
		t.Error("a meeting that was held is announced")
	}
}

func TestRecoveryWordsNameNoMachine(t *testing.T) {
	got := read(t, "words")
	at := 0
	for _, w := range []string{"hest", "bord", "lampe", "skov", "fod", "gren"} {
		i := strings.Index(got[at:], w)
		if i < 0 {
			t.Fatalf("%s is missing or out of order: %s", w, got)
		}
		at += i
	}
}

func TestHostileTextIsHarmlessToHelpersToo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCard(t).Community
		if rapid.Bool().Draw(t, "slips") {
			c.Name = anyText(t, "n")
		}
		code := referral.Code(rapid.SampledFrom([]string{"K7M4-QXR9", "", "😀"}).Draw(t, "code"))
		lang := rapid.SampledFrom([]string{"da", "en"}).Draw(t, "language")
		desk, phone, name := anyText(t, "desk"), anyText(t, "phone"), anyText(t, "citizen")
		made := map[string]func() (*job, []byte, error){
			"slips": func() (*job, []byte, error) {
				return slips(Slips{Language: lang, Desk: desk, Phone: phone, Code: code, Communities: []*directory.Community{c}})
			},
			"briefing": func() (*job, []byte, error) {
				return briefing(Briefing{Language: lang, Desk: desk, Phone: phone, Companion: name, FirstName: name, Call: phone, Code: code, Community: c, On: "2026-11-24", At: desk, Where: name,
					Considerations: []string{"anxiety", name}, Languages: []string{name, "uk"}, Wishes: []string{"walking", name}})
			},
			"host": func() (*job, []byte, error) {
				return hostCards([]HostNote{HostNote{Language: lang, Desk: desk, Phone: phone, FirstName: name, Companion: desk, Community: c, On: directory.Day(rapid.SampledFrom([]string{"", "2026-11-24"}).Draw(t, "on")), At: name, Code: code}})
			},
			"ambassador": func() (*job, []byte, error) {
				return ambassador(AmbassadorPage{Language: lang, Desk: desk, Phone: phone, Now: now, Ambassador: directory.Ambassador{Name: name, Areas: []string{desk, name}, Languages: []string{name}, Role: directory.AlongRole(name)},
					Carries: []*directory.Community{c, c}, Started: []string{name}, Meetings: []directory.Meeting{{On: "2026-12-01", Place: desk, About: name}}})
			},
			"words": func() (*job, []byte, error) { return recoveryWords(name, lang) },
		}
		what := rapid.SampledFrom([]string{"slips", "briefing", "host", "ambassador", "words"}).Draw(t, "what")
		j, _, err := made[what]()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for _, f := range overlaps(j) {
			t.Errorf("%s: %s", what, f)
		}
	})
}
