package wish

import "testing"

// TestWhatOneIsTiredOfIsNotWanted: people say what they do not want in many
// ways, and ask for help with what they are not good at.
func TestWhatOneIsTiredOfIsNotWanted(t *testing.T) {
	for text, want := range map[string]string{
		"min søn på 9 er ikke så god til fodbold og vil gerne noget andet": "fodbold",
		"noget andet end strik":                        "strik",
		"min datter keder sig til håndbold":            "håndbold",
		"træt af fodbold, vil hellere noget med musik": "fodbold",
		"noget for unge, og ikke fodbold ":             "fodbold",
		"hun går til gymnastik, men vil noget andet":   "gymnastik",
		"er ikke så god til dansk":                     "",
		"jeg er dårlig til matematik":                  "",
		"jeg keder mig":                                "",
	} {
		r := newReader(t)
		r.Done = true
		read := r.Read(text)
		got := ""
		for i := range read.Not {
			got += read.Not[i].Word
		}
		if got != want {
			t.Errorf("%q: not wanted is %q, want %q", text, got, want)
		}
	}
}
