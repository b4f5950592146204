package match

import "testing"

// TestWhoTellsOfALifeMeetsNoSilence: where nothing is named that is sought, and
// one word plainly tells of how life is, company is an answer.
func TestWhoTellsOfALifeMeetsNoSilence(t *testing.T) {
	ask := answering(t)
	for _, text := range []string{"vi var fire i huset og nu er der kun mig", "jeg får ikke nok ud af livet", "dagene flyder sammen for mig", "jeg har brug for et skub"} {
		if r := ask(text); r.Weak || len(r.Hits) == 0 || r.Hits[0].SourceID != "kaffe" {
			t.Errorf("%q: weak %v, %d hits", text, r.Weak, len(r.Hits))
		}
	}
}

// TestWhoTellsOfAnErrandIsNotSentToCompany, though it is told of oneself.
func TestWhoTellsOfAnErrandIsNotSentToCompany(t *testing.T) {
	ask := answering(t)
	for _, text := range []string{
		"jeg har låst mig ude og står på trappen", "jeg har glemt min taske i bussen på vej hjem", "min cykel er blevet stjålet ved stationen",
		"jeg skal have klippet min hund", "vi har rotter under huset", "jeg skal have printet nogle papirer",
	} {
		if r := ask(text); !r.Weak {
			t.Errorf("%q: %s is claimed to fit", text, r.Hits[0].Name)
		}
	}
}

// TestWhatIsNotWantedInAClauseIsNotAnswered: a chair that somebody will not sit
// in is no wish for exercise on one.
func TestWhatIsNotWantedInAClauseIsNotAnswered(t *testing.T) {
	ask := answering(t)
	for _, text := range []string{"jeg må ikke strikke men vil gerne dyrke yoga", "jeg vil undgå at sidde og strikke og vil gerne dyrke yoga"} {
		if r := ask(text); len(r.Hits) == 0 || r.Hits[0].SourceID != "yoga" {
			t.Errorf("%q: %+v", text, r.Hits)
		}
	}
	if r := ask("jeg har spillet fodbold som ung, findes der noget for os gamle"); r.Weak || r.Hits[0].SourceID != "fodbold" {
		t.Errorf("football: %+v", r)
	} else {
		for _, w := range r.Wishes {
			if w.Kind == WishGroup && w.Value == "youth" {
				t.Error("what one did when young is no wish for the young")
			}
		}
	}
}
