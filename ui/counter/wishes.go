package counter

import (
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// WishIDs turns what was asked for into the fixed list a referral may hold
// (referral.Wishes). What the list has no word for is left out: words typed are
// never kept.
func WishIDs(ws []match.Wish) []string {
	var out []string
	for _, w := range ws {
		if id := wishID(w); id != "" && slices.Contains(referral.Wishes, id) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return slices.Index(referral.Wishes, a) - slices.Index(referral.Wishes, b) })
	return out
}

func wishID(w match.Wish) string {
	switch w.Kind {
	case match.WishPrice:
		return w.Value
	case match.WishTime:
		switch w.Value {
		case "morning", "forenoon":
			return "forenoon"
		case "afternoon", "evening", "weekend":
			return w.Value
		}
	case match.WishDistance:
		return "near"
	case match.WishAccompaniment:
		return "accompanied"
	case match.WishRoom:
		return "room_now"
	case match.WishAccessibility:
		return "accessible"
	case match.WishConsideration:
		return considerationWish[w.Value]
	case match.WishGroup:
		return groupWish[w.Value]
	case match.WishLanguage:
		if w.Value != "da" {
			return "own_language"
		}
	case match.WishTopic:
		return topicWish(strings.ToLower(w.Value))
	}
	return ""
}

var considerationWish = map[string]string{
	"beginners": "beginners", "small_groups": "small_group", "quiet": "quiet", "anxiety": "anxiety_support",
	"grief": "bereavement", "limited_mobility": "accessible", "new_to_danish": "language_practice",
}

var groupWish = map[string]string{
	"women": "women_only", "men": "men_only", "seniors": "seniors", "newcomers": "new_in_town",
	"youth": "youth_company", "families": "family_activities", "parents": "parents_children",
	"children": "parents_children", "bereaved": "bereavement", "carers": "carers_support", "unemployed": "job_network",
}

// topics maps beginnings of topic words, as the directory writes them, to the
// fixed list; the first that fits counts.
var topics = []struct{ word, id string }{
	{"gåtur", "walking"}, {"gå", "walking"}, {"vandr", "walking"}, {"motion", "exercise"}, {"idræt", "exercise"},
	{"træn", "exercise"}, {"gymnastik", "exercise"}, {"yoga", "exercise"}, {"fodbold", "exercise"}, {"svøm", "swimming"}, {"vinterbad", "swimming"},
	{"cyk", "cycling"}, {"dans", "dancing"}, {"spisefæl", "eating_together"}, {"fællesspis", "eating_together"}, {"spis", "eating_together"},
	{"mad", "cooking"}, {"kaffe", "coffee_talk"}, {"café", "coffee_talk"}, {"samtale", "conversation"}, {"snak", "conversation"},
	{"besøg", "company_at_home"}, {"strik", "needlework"}, {"hækl", "needlework"}, {"sy", "needlework"}, {"håndarbejd", "needlework"},
	{"træ", "crafts"}, {"værksted", "crafts"}, {"mal", "art"}, {"kunst", "art"}, {"tegn", "art"}, {"kor", "singing"}, {"sang", "singing"},
	{"syng", "singing"}, {"musik", "music"}, {"teater", "theatre_film"}, {"film", "theatre_film"}, {"læs", "reading"}, {"bog", "reading"},
	{"bøger", "reading"}, {"skak", "cards_chess"}, {"kort", "cards_chess"}, {"bridge", "cards_chess"}, {"spil", "games"}, {"it", "it_help"},
	{"computer", "it_help"}, {"repar", "repair_workshop"}, {"sprog", "language_practice"}, {"dansk", "language_practice"},
	{"lektie", "homework_help"}, {"foredrag", "learning"}, {"kurs", "learning"}, {"natur", "nature_garden"}, {"have", "nature_garden"},
	{"dyr", "animals"}, {"hund", "animals"}, {"udflugt", "excursions"}, {"frivillig", "volunteering"}, {"kirke", "faith"}, {"tro", "faith"},
	{"baby", "parents_children"}, {"legestue", "parents_children"}, {"famil", "family_activities"}, {"unge", "youth_company"},
	{"sorg", "bereavement"}, {"angst", "anxiety_support"}, {"sygdom", "illness_support"}, {"pårørende", "carers_support"},
	{"misbrug", "recovery_support"}, {"ædru", "recovery_support"}, {"job", "job_network"},
}

func topicWish(word string) string {
	for _, t := range topics {
		if strings.HasPrefix(word, t.word) {
			return t.id
		}
	}
	return ""
}
