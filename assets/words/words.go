// Package words carries the word lists that matching reads: inflected forms
// with their base forms, and the lists written by hand (irregular forms, stop
// words, lay words …). It holds bytes and text alone; what they mean is known by
// localdb/match. README.md says where each list comes from and its licence.
package words

import _ "embed"

// How a value of the table of forms is packed: bits, and above them the number
// of a line of FormRules.
const (
	BitBase   = 1 << 0 // the form is itself a base form
	BitVerb   = 1 << 1 // the form is the infinitive of a regular verb
	EditShift = 2
)

// Forms is a finite-state table (github.com/blevesearch/vellum) from a folded
// form ("boegerne") to a packed value. It is read in place: opening it costs nothing.
//
//go:embed forms.fst
var Forms []byte

// FormRules holds, a line each, how to make the base form: letters to take off
// the end, a space, letters to put on.
//
//go:embed forms.rules
var FormRules string

// Irregular holds forms that the table has wrong or not at all: "form base" a line.
//
//go:embed irregular.txt
var Irregular string

// Related holds base forms that are one topic though no rule says so: a line each.
//
//go:embed related.txt
var Related string

// Stop holds words that carry no topic.
//
//go:embed stop.txt
var Stop string

// English holds words that carry no topic in an English sentence; lines that
// begin with ? hold those that are Danish words as well.
//
//go:embed english.txt
var English string

// Narrow holds first parts of compounds that are no topic there ("dansk" in
// danskvand), and whole words that are more than their parts ("kørekort").
//
//go:embed narrow.txt
var Narrow string

// Named holds names of activities that are something of their own, beside which
// nothing that is akin will do: "rugby" is no football.
//
//go:embed named.txt
var Named string

// Told holds words with which people tell of how life is.
//
//go:embed told.txt
var Told string

// Faint holds words that carry little beside another word ("spille", "gruppe").
//
//go:embed faint.txt
var Faint string

// Persons holds those of whom is spoken at a desk, base forms; lines that begin
// with ? hold those who come to one, with + those of a family.
//
//go:embed persons.txt
var Persons string

// Lean holds parts of compounds that add nothing to what the other part is about.
//
//go:embed lean.txt
var Lean string

// Parts holds the words of two and three letters that may be part of a compound.
//
//go:embed parts.txt
var Parts string

// Heads holds last parts of compounds that are no topic ("klub", "café").
//
//go:embed heads.txt
var Heads string

// LayWords holds what people say and what communities call it; the file
// describes its own format.
//
//go:embed lay.txt
var LayWords string

// Fields holds everyday words and the kinds of offers they point at; the file
// describes its own format.
//
//go:embed fields.txt
var Fields string

// Together holds words that point at a kind of offer where they are said in one
// sentence, in the format of Fields.
//
//go:embed together.txt
var Together string

// Wishes holds ways of saying a wish, in the format of LayWords.
//
//go:embed wishes.txt
var Wishes string

// RulesPacked holds LayWords and Wishes, and FieldsPacked Fields, as
// "go run ./assets/words/gen -pack" makes them: they open at once.
//
//go:embed rules.pack
var RulesPacked []byte

//go:embed fields.pack
var FieldsPacked []byte

// LayWordsVersion is raised when LayWords changes what is found.
const LayWordsVersion = 6
