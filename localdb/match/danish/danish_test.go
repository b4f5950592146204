package danish

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func reader(t testing.TB) *Reader {
	t.Helper()
	r := Open().Reader()
	t.Cleanup(r.Done)
	return r
}

func fold(w string) string { return Fold(Lower(w)) }

func TestBaseFormsFollowTheDictionary(t *testing.T) {
	r := reader(t)
	for form, base := range map[string]string{
		"bøgerne": "bog", "mødre": "mor", "børn": "barn", "hænder": "hånd", "haven": "have", "havet": "hav",
		"vandreture": "vandretur", "kaffeklubben": "kaffeklub", "strikkecaféen": "strikkecafe", "hundene": "hund",
		"pårørendes": "pårørende", "mødes": "møde", "gåtur": "gåtur", "har": "har", "dans": "dans", "kursus": "kursus",
	} {
		if got := r.Base(fold(form)); got != fold(base) {
			t.Errorf("Base(%s) = %s, want %s", form, got, fold(base))
		}
	}
}

func TestRelativesShareARoot(t *testing.T) {
	r := reader(t)
	for _, family := range []string{
		"svømning svømme svømmer", "dans danse danser dansen", "løb løbe løber", "strik strikke", "cykle cykler cyklist",
		"boksning bokse", "male maler maleri", "sang synge", "gymnast gymnastik",
		"strikning strikke", "vandring vandre", "bagning bage", "spisning spise", "dyrkning dyrke", "fortælling fortælle", "sang sanger",
		"vinterbadning vinterbade", "snakken snakke", "sejlads sejle", "læsning læse læser", "hjælp hjælpe hjælper",
	} {
		ws := strings.Fields(family)
		for _, w := range ws[1:] {
			if a, b := r.Root(fold(ws[0])), r.Root(fold(w)); a != b {
				t.Errorf("%s → %s, but %s → %s", ws[0], a, w, b)
			}
		}
	}
}

func TestGardenAndSeaStayApart(t *testing.T) {
	r := reader(t)
	if a, b := r.Root("haven"), r.Root("havet"); a == b {
		t.Errorf("haven and havet share the root %s", a)
	}
}

func TestSkatingIsNoTax(t *testing.T) {
	r := reader(t)
	if a, b := r.Root("skat"), r.Root("skate"); a == b {
		t.Errorf("skat and skate share the root %s", a)
	}
}

func TestAPartThatOnlyDescribesIsNoTopic(t *testing.T) {
	r := reader(t)
	for word, want := range map[string]string{
		"danskvand": "vand", "danskkursus": "dansk kursus", "danskhjælp": "dansk hjaelp", "storby": "by", "hvidvin": "vin",
		"kørekort": "", "postkort": "", "nytår": "", "fritid": "", "ungdomsklub": "ungdom klub", "sygesikringskort": "", "madklub": "mad klub",
	} {
		if got := strings.Join(r.SplitAll(fold(word), nil), " "); got != want {
			t.Errorf("SplitAll(%s) = %q, want %q", word, got, want)
		}
	}
}

func TestAccentsOfOtherLanguagesAreRead(t *testing.T) {
	for word, want := range map[string]string{
		"Café": "cafe", "Łódź": "lodz", "Şişli": "sisli", "Müller": "myller", "crème": "creme", "İzmir": "izmir", "Dvořák": "dvorak", "Kőszeg": "koeszeg", "allé": "alle",
	} {
		if got := fold(word); got != want {
			t.Errorf("%s folds to %s, want %s", word, got, want)
		}
	}
}

func TestCompoundsComeApart(t *testing.T) {
	r := reader(t)
	for word, want := range map[string]string{
		"strikkecafé": "strikke cafe", "kvindefodbold": "kvinde fodbold", "gåfodbold": "gaa fodbold", "sygruppe": "sy gruppe",
		"lektiehjælp": "lektie hjaelp", "sangkor": "sang kor", "pårørendegruppe": "paaroerende gruppe", "besøgsven": "besoeg ven",
		"gældsrådgivning": "gaeld raadgivning", "badminton": "", "forening": "", "velkommen": "", "dansk": "", "støvler": "", "gåture": "gaa ture",
	} {
		if got := strings.Join(r.Split(fold(word), nil), " "); got != want {
			t.Errorf("Split(%s) = %q, want %q", word, got, want)
		}
	}
}

func TestFoldingMeetsEveryKeyboard(t *testing.T) {
	for _, w := range []string{"Gåtur", "gaatur", "GÅTUR", "ga\u030atur"} {
		if got := fold(w); got != "gaatur" {
			t.Errorf("%q folds to %q", w, got)
		}
	}
	if Skeleton("gaatur") != Skeleton("gatur") {
		t.Error("gatur does not meet gåtur")
	}
	if fold("Café") != "cafe" {
		t.Error("accents stay")
	}
}

func TestDistanceCountsSwapsAsOne(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"fodblod", "fodbold", 1}, {"badmington", "badminton", 1}, {"kajack", "kajak", 1}, {"yooga", "yoga", 1}, {"skak", "strik", 3}} {
		if got := Distance(c.a, c.b, 2, false); got != min(c.want, 3) {
			t.Errorf("Distance(%s, %s) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
	if got := Distance("badmni", "badminton", 2, true); got != 1 {
		t.Errorf("a beginning is %d off", got)
	}
}

func TestDistanceIsAMetricUpToItsBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.StringOfN(rapid.RuneFrom([]rune("abcdeæø")), 0, 12, -1)
		a, b := w.Draw(t, "a"), w.Draw(t, "b")
		ab, ba := Distance(a, b, 3, false), Distance(b, a, 3, false)
		if ab != ba {
			t.Fatalf("%d one way, %d the other", ab, ba)
		}
		if (ab == 0) != (a == b) {
			t.Fatalf("distance %d between %q and %q", ab, a, b)
		}
	})
}

func TestTheLexiconHoldsMoreThanRules(t *testing.T) {
	r := reader(t)
	for _, w := range []string{"bilforsikring", "tandlæge", "pasfoto", "forening"} {
		if !r.Known(fold(w)) {
			t.Errorf("%s is not known", w)
		}
	}
	for _, w := range []string{"badmington", "xqzw", "kajack"} {
		if r.Known(w) {
			t.Errorf("%s counts as Danish", w)
		}
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"Gåtur på tværs", "\xff\xfe", "a\u030a", strings.Repeat("æ", 200), "ﷺ", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := Open().Reader()
		defer r.Done()
		Words(Lower(s), func(w string) {
			if len(w) > MaxWord || (utf8.ValidString(s) && !utf8.ValidString(w)) {
				t.Fatalf("word %q", w)
			}
			f := Fold(w)
			base := r.Base(f)
			r.Root(base)
			for _, p := range r.SplitAll(f, nil) {
				if p == "" {
					t.Fatalf("empty part in %q", f)
				}
			}
			r.SplitOpen(f, nil)
			Skeleton(f)
		})
	})
}

func BenchmarkSplit(b *testing.B) {
	r := Open().Reader()
	defer r.Done()
	for b.Loop() {
		r.Split("haandboldtraeningsforening", nil)
	}
}
