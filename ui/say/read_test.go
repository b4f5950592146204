package say

import (
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

func TestADayIsReadAsPeopleWriteIt(t *testing.T) {
	const now = directory.Day("2026-11-24")
	for in, want := range map[string][2]directory.Day{
		"24.11": {"2026-11-24", "2026-11-24"}, "3/11": {"2026-11-03", "2027-11-03"}, "24-11-26": {"2026-11-24", "2026-11-24"},
		"24. 11. 2026": {"2026-11-24", "2026-11-24"}, "2026-11-01": {"2026-11-01", "2026-11-01"}, "25.11": {"2025-11-25", "2026-11-25"},
	} {
		for i, ahead := range []bool{false, true} {
			if got, err := ReadDay(in, now, ahead); err != nil || got != want[i] {
				t.Errorf("%q is read as %q (%v), want %q", in, got, err, want[i])
			}
		}
	}
	for _, in := range []string{"", "i går", "32.1", "24", "24.11.2026.1", "-3.11", "0.0"} {
		if got, err := ReadDay(in, now, false); err == nil && got > now {
			t.Errorf("%q is read as %q", in, got)
		}
	}
}

func TestATimeOfDayIsReadAsPeopleWriteIt(t *testing.T) {
	for in, want := range map[string]string{"9": "09:00", "9.30": "09:30", "kl. 9.30": "09:30", "0930": "09:30", "14:05": "14:05", "24": "", "ni": "", "9.75": "", "": ""} {
		if got := ReadClock(in); got != want {
			t.Errorf("%q is read as %q, want %q", in, got, want)
		}
	}
}
