package referral

// Wishes lists what a referral can say that the citizen wished for, in the
// order in which it is shown: first what to do, then what matters about it. It
// is a fixed list so that no free text, and nothing that points at a person,
// can be kept (DESIGN §4). Their words are in assets/translations (subject
// "wish"). Ids are never removed or given another meaning; a new one is added at
// the end of its part.
var Wishes = []string{
	// What to do.
	"walking", "exercise", "swimming", "cycling", "dancing", "games", "cards_chess",
	"eating_together", "cooking", "coffee_talk", "conversation", "company_at_home",
	"crafts", "needlework", "art", "music", "singing", "theatre_film", "reading",
	"it_help", "repair_workshop", "language_practice", "homework_help", "learning",
	"nature_garden", "animals", "excursions", "volunteering", "faith",
	"parents_children", "youth_company", "family_activities",
	"bereavement", "anxiety_support", "illness_support", "carers_support", "recovery_support",
	"job_network",
	// What matters about it.
	"free", "cheap", "forenoon", "afternoon", "evening", "weekend", "near",
	"accompanied", "accessible", "beginners", "quiet", "small_group",
	"women_only", "men_only", "seniors", "own_language", "new_in_town", "room_now",
}
