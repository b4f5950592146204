// Package match finds the communities that fit what a citizen says in Danish,
// and says why (DESIGN §6). It reads wishes out of a sentence, compares them
// with facts in three values (met, not stated, not met) and ranks; it never
// silently hides, and every reason it gives is true of the record.
//
// It is pure: an Index is built from records and lives in memory. It knows no
// store, no network, no screen and no clock; what it returns are codes and
// values, and words for people are made by ui/say.
package match

import (
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// Fact says how a record answers a wish.
type Fact int8

// The three values of a fact, from worst to best.
const (
	NotMet    Fact = -1
	NotStated Fact = 0
	Met       Fact = 1
)

// WishKind is what a wish is about.
type WishKind = wish.Kind

// The kinds of wish; package wish says which members of Wish carry the value.
const (
	WishTopic         = wish.Topic
	WishTime          = wish.Time
	WishWeekday       = wish.Weekday
	WishPrice         = wish.Price
	WishArea          = wish.Area
	WishDistance      = wish.Distance
	WishAge           = wish.Age
	WishGroup         = wish.Group
	WishLanguage      = wish.Language
	WishAccessibility = wish.Accessibility
	WishConsideration = wish.Consideration
	WishAccompaniment = wish.Accompaniment
	WishRoom          = wish.Room
	WishAcross        = wish.Across
	WishKindOf        = wish.KindOf
	WishWide          = wish.Wide
)

// Wish is one thing the citizen would like, read out of the text or chosen as
// a filter. Two wishes with the same Key are the same wish.
type Wish = wish.Wish

// Point is a place on earth in degrees, WGS 84.
type Point struct{ Lat, Lon float64 }

// Query is one question to the index.
type Query struct {
	Text    string
	Done    bool            // the text is written to its end: Enter, or a pause; an unwanted word at its end counts
	Filters []Wish          // chosen by hand, on top of what is read from Text
	Dropped map[string]bool // keys of wishes that were read but dropped by hand
	Origin  *Point          // where the citizen is, or the desk; nil is unknown
	Wide    bool            // the whole country counts as much as what lies within reach of Origin
	Today   directory.Day   // the day asked, for freshness and periods
	Limit   int             // hits wanted; 0 means 10
	Words   *Words          // an organisation's own lay words as well; nil is the built-in ones
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
	Km       float64  `json:"km"`           // from Query.Origin to the nearest place; -1 where unknown
	Far      bool     `json:"far,omitzero"` // out of reach, where that counts
}

// Result is the answer to a query.
type Result struct {
	Hits   []Hit
	Wishes []Wish // read from the text, dropped ones left out
	Total  int    // how many communities fit within reach
	Beyond int    // how many more fit further away; 0 where Query.Wide
	Weak   bool   // no good match: say so
	Topic  bool   // the text, or a filter, names a topic
	Errand bool   // nothing was asked for but what no community runs, such as a passport
	Near   []Near // where few fit: what fits but for one wish, best first, at most three
}
