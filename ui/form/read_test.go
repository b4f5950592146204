package form

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

const day = directory.Day("2026-11-24")

func TestADayIsReadAsPeopleWriteIt(t *testing.T) {
	for v, want := range map[string]directory.Day{
		"": "", "24.11.2026": "2026-11-24", "24/11 2026": "2026-11-24", "24-11-26": "2026-11-24", "2026-11-24": "2026-11-24", " 1.2.2027 ": "2027-02-01",
		"24.11": "2026-11-24", "24.11.": "2026-11-24", "3/1": "2027-01-03", "1.6": "2026-06-01", "29.2.2028": "2028-02-29",
	} {
		if got, reason := Day(v, day); got != want || reason != "" {
			t.Errorf("%q: got %q, %q", v, got, reason)
		}
	}
	for _, v := range []string{"i morgen", "24", "32.1.2026", "29.2.2026", "30.2", "24.11.2026 kl. 10", "1.2.3.4", "24,11", "0.0", "99999999999999999999.1"} {
		if got, reason := Day(v, day); reason != "not_a_day" {
			t.Errorf("%q: got %q, %q", v, got, reason)
		}
	}
}

func TestADayThatIsWrittenIsReadAsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := directory.Day("1990-01-01").AddDays(rapid.IntRange(0, 40000).Draw(t, "days"))
		if got, reason := Day(OfDay(d), day); got != d || reason != "" {
			t.Fatalf("%s is written %q and read as %q, %q", d, OfDay(d), got, reason)
		}
	})
}

func TestADayWithoutAYearIsTheNearestOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		today := directory.Day("2020-01-01").AddDays(rapid.IntRange(0, 3000).Draw(t, "today"))
		away := rapid.IntRange(-180, 180).Draw(t, "away")
		d := today.AddDays(away)
		at, err := d.Time()
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := Day(at.Format("2.1."), today); got != d {
			t.Fatalf("on %s, %s is read as %s", today, at.Format("2.1."), got)
		}
	})
}

func TestANumberIsReadAsPeopleWriteIt(t *testing.T) {
	if n, reason := Number("1 200"); n == nil || *n != 1200 || reason != "" {
		t.Errorf("got %v, %q", n, reason)
	}
	if n, reason := Number(""); n != nil || reason != "" {
		t.Errorf("got %v, %q", n, reason)
	}
	if _, reason := Number("to"); reason != "not_a_number" {
		t.Errorf("got %q", reason)
	}
}

func FuzzDay(f *testing.F) {
	for _, v := range []string{"24.11.2026", "24/11", "2026-11-24", "29.2", "", "99.99.9999"} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v string) {
		d, reason := Day(v, day)
		if reason == "" && d != "" && !d.Valid() {
			t.Errorf("%q is read as %q", v, d)
		}
		if reason != "" && d != "" {
			t.Errorf("%q is wrong, and read as %q", v, d)
		}
	})
}
