package wish

import "testing"

// TestAnAgeIsHeardHoweverItIsWritten, and how long something took is none.
func TestAnAgeIsHeardHoweverItIsWritten(t *testing.T) {
	r := newReader(t)
	for text, want := range map[string]float64{"aktiviteter for 12-årige ": 12, "noget for en 12årig ": 12, "noget til 12årige ": 12, "har boet her i 12 år ": 0, "skal af med 15 kilo ": 0} {
		got := 0.0
		for _, w := range r.Read(text).Wishes {
			if w.Kind == Age {
				got = w.Number
			}
		}
		if got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// TestWhatIsMissingIsNotWished: somebody without children asks for nothing for children.
func TestWhatIsMissingIsNotWished(t *testing.T) {
	r := newReader(t)
	for _, w := range r.Read("barnløs ").Wishes {
		if w.Kind == Group && w.Value == "children" {
			t.Error("children are wished")
		}
	}
}

// TestWhoeverIsSentOutIsTheOneWhoSpeaks: "min kone vil have mig ud" is about her husband.
func TestWhoeverIsSentOutIsTheOneWhoSpeaks(t *testing.T) {
	r := newReader(t)
	for _, w := range r.Read("min kone vil gerne have mig ud af huset ").Wishes {
		if w.Kind == Group {
			t.Errorf("%s is wished", w.Key())
		}
	}
}
