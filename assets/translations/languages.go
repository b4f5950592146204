package translations

import "slices"

// Languages lists the languages that have a complete catalogue, in the order in
// which they are offered: what the people at a desk work in.
var Languages = []string{"da", "en"}

// Sheets lists the languages that a sheet for a citizen can be printed in: those
// with every text of SheetSubjects.
var Sheets = []string{"da", "en", "uk", "pl", "de", "tr", "so", "ar", "fa"}

// SheetSubjects are the subjects that a sheet for a citizen speaks from.
var SheetSubjects = []string{"sheet", "words"}

// ScreenSubjects are the subjects that a kiosk speaks from. A language is offered
// on its screens when it has them all.
var ScreenSubjects = []string{"sheet", "words", "kiosk"}

// leftToRightOnly are the languages that a screen can show at all: the toolkit
// has no layout from right to left.
var leftToRightOnly = []string{"da", "en", "uk", "pl", "de", "tr", "so"}

// Screens lists the languages of the kiosk's screens: each that has every text of
// ScreenSubjects and runs from left to right.
func Screens() []string {
	return slices.DeleteFunc(slices.Clone(leftToRightOnly), func(l string) bool { return !Speaks(l, ScreenSubjects...) })
}

// ownNames is what each language calls itself. It is no text in a language but
// the name by which its readers find it, the same wherever it is shown.
var ownNames = map[string]string{"da": "Dansk", "en": "English", "uk": "Українська", "pl": "Polski", "de": "Deutsch", "tr": "Türkçe", "so": "Soomaali",
	"ar": "العربية", "fa": "فارسی"}

// OwnName is what a language calls itself: "Українська".
func OwnName(lang string) string { return ownNames[lang] }

// RightToLeft says whether a language is written from right to left.
func RightToLeft(lang string) bool { return lang == "ar" || lang == "fa" }

// Unread lists the languages whose texts no native reader has checked yet. They
// are offered, and the README says so.
var Unread = []string{"uk", "pl", "de", "tr", "so", "ar", "fa"}

// Speaks says whether a language has every text that Danish has of the subjects.
func Speaks(lang string, subjects ...string) bool {
	if !slices.Contains(Sheets, lang) {
		return false
	}
	c, danish := For(lang), For(Default)
	for _, s := range subjects {
		found := false
		for k := range danish.texts {
			if subjectOf(k) != s {
				continue
			}
			found = true
			if !c.Has(k) {
				return false
			}
		}
		if !found {
			return false
		}
	}
	return true
}
