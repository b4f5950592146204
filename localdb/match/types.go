// Package match finds the communities that fit what a citizen says in Danish,
// and says why (DESIGN §6). It reads wishes out of a sentence, compares them
// with facts in three values (met, not stated, not met) and ranks; it never
// silently hides, and every reason it gives is true of the record.
//
// It is pure: an Index is built from records and lives in memory. It knows no
// store, no network, no screen and no clock; what it returns are codes and
// values, and words for people are made by ui/say.
package match

import "github.com/faellesskabsby/vejviser/localdb/directory"

// Fact says how a record answers a wish.
type Fact int8

// The three values of a fact, from worst to best.
const (
	NotMet    Fact = -1
	NotStated Fact = 0
	Met       Fact = 1
)

// WishKind is what a wish is about.
type WishKind string

// The kinds of wish; the comment says which members of Wish carry the value.
const (
	WishTopic         WishKind = "topic"         // Value: what it is about, as shown ("gåtur")
	WishTime          WishKind = "time"          // Value: morning forenoon afternoon evening weekend weekday daytime
	WishWeekday       WishKind = "weekday"       // Value: "1"–"7", Monday first
	WishPrice         WishKind = "price"         // Value: free cheap
	WishArea          WishKind = "area"          // Value: housing area, city or postcode, as the directory spells it
	WishDistance      WishKind = "distance"      // Number: km at most, from Query.Origin
	WishAge           WishKind = "age"           // Number: years
	WishGroup         WishKind = "group"         // Value: one of directory.Groups, or women, men
	WishLanguage      WishKind = "language"      // Value: BCP 47
	WishAccessibility WishKind = "accessibility" // Value: one of directory.Accessibilities
	WishConsideration WishKind = "consideration" // Value: one of directory.Considerations
	WishAccompaniment WishKind = "accompaniment" // somebody goes along
	WishRoom          WishKind = "room"          // there is room for newcomers
	WishAcross        WishKind = "across"        // open across housing areas
	WishKindOf        WishKind = "kind"          // Value: one of directory.Kinds
)

// Wish is one thing the citizen would like, read out of the text or chosen as
// a filter. Two wishes with the same Key are the same wish.
type Wish struct {
	Kind   WishKind `json:"kind"`
	Value  string   `json:"value,omitzero"`
	Number float64  `json:"number,omitzero"`
	Soft   bool     `json:"soft,omitzero"` // a bonus where met, never a minus
	Text   string   `json:"text,omitzero"` // the words it was read from; never stored or sent
}

// Key identifies a wish, so that a chip can be dropped and stays dropped while
// the text goes on.
func (w Wish) Key() string { return string(w.Kind) + ":" + w.Value }

// Point is a place on earth in degrees, WGS 84.
type Point struct{ Lat, Lon float64 }

// Query is one question to the index.
type Query struct {
	Text    string
	Filters []Wish          // chosen by hand, on top of what is read from Text
	Dropped map[string]bool // keys of wishes that were read but dropped by hand
	Origin  *Point          // where the citizen is, or the desk; nil is unknown
	Today   directory.Day   // the day asked, for freshness and periods
	Limit   int             // hits wanted; 0 means 10
}

// ReasonKind says what a reason is about.
type ReasonKind string

// The kinds of reason beyond those of the wishes, which are used with the same names.
const (
	ReasonWord ReasonKind = "word" // Value: the word of the record that answered, as the record writes it
)

// Reason is one true statement about a hit: which wish it is about and how the
// record answers it. Value is what the record says (never the citizen's words).
type Reason struct {
	Kind   ReasonKind `json:"kind"`
	Fact   Fact       `json:"fact"`
	Value  string     `json:"value,omitzero"`
	Number float64    `json:"number,omitzero"`
	Wish   string     `json:"wish,omitzero"` // Key of the wish it answers
}

// Hit is one community that answers a query.
type Hit struct {
	ID       string   `json:"id"`
	SourceID string   `json:"source_id,omitzero"`
	Name     string   `json:"name"`
	Score    float64  `json:"score"` // 0–1, means the same for every query
	Reasons  []Reason `json:"reasons"`
	Km       float64  `json:"km"` // from Query.Origin to the nearest place; -1 where unknown
}

// Result is the answer to a query.
type Result struct {
	Hits   []Hit
	Wishes []Wish // read from the text, dropped ones left out
	Total  int    // how many communities fit at all
	Weak   bool   // no good match: say so
}
