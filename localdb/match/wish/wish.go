// Package wish reads what a citizen says in Danish: what it is about (terms),
// what is wished (free, Tuesday forenoon, room for a wheelchair), what is not
// wanted, and whom it is for. Read is a pure function of the text, the word
// lists and the names of places; it knows no index and no records.
//
// A wish is about what a community should be, never about what a citizen is.
package wish

// Kind is what a wish is about.
type Kind string

// The kinds of wish; the comment says which members of Wish carry the value.
const (
	Topic         Kind = "topic"         // Value: what it is about, as shown ("gåtur")
	Time          Kind = "time"          // Value: morning forenoon afternoon evening weekend weekday daytime
	Weekday       Kind = "weekday"       // Value: "1"–"7", Monday first
	Price         Kind = "price"         // Value: free cheap
	Area          Kind = "area"          // Value: housing area, city or postcode, as the directory spells it
	Distance      Kind = "distance"      // Number: km at most, from Query.Origin
	Age           Kind = "age"           // Number: years
	Group         Kind = "group"         // Value: one of directory.Groups, or women, men
	Language      Kind = "language"      // Value: BCP 47
	Accessibility Kind = "accessibility" // Value: one of directory.Accessibilities
	Consideration Kind = "consideration" // Value: one of directory.Considerations
	Accompaniment Kind = "accompaniment" // somebody goes along
	Room          Kind = "room"          // there is room for newcomers
	Across        Kind = "across"        // open across housing areas
	KindOf        Kind = "kind"          // Value: one of directory.Kinds
	Wide          Kind = "wide"          // anywhere in the country
)

// Wish is one thing the citizen would like, read out of the text or chosen as
// a filter. Two wishes with the same Key are the same wish.
type Wish struct {
	Kind   Kind    `json:"kind"`
	Value  string  `json:"value,omitzero"`
	Number float64 `json:"number,omitzero"`
	Soft   bool    `json:"soft,omitzero"` // a bonus where met, never a minus
	Text   string  `json:"text,omitzero"` // the words it was read from; never stored or sent
}

// Key identifies a wish, so that a chip can be dropped and stays dropped while
// the text goes on.
func (w Wish) Key() string { return string(w.Kind) + ":" + w.Value }

// Term is one thing to look for in the words of a record.
type Term struct {
	Word   string  // as written, lower case; empty where the rule stands for a phrase
	Fold   string  // folded
	Open   bool    // the last word, perhaps not written to its end
	Weight float64 // 1 for a topic, less for a word that says little
	Alts   []Alt   // other words for the same
	Back   uint8   // background: 1 is a situation ("er sygemeldt"), 2 says little of what is sought ("møde nogen")
	Read   bool    // understood as a wish already
	Only   bool    // an errand whatever else is said ("til salg")
	Hints  []Alt   // what to look for in the fields that the word points at
	Clear  float64 // how clear it is that those are meant, 0–1
	Guess  bool    // Alts are those of fields alone
	Heard  bool    // and records are about the first part of the word
	Unsure bool    // it may be another word that is misspelt
	Sure   bool    // it points at fields together with other words
	Paper  bool    // a compound that is an errand by its last part, unless records are about its first: "ejendomsskat"
	Ticket bool    // one whatever its first part is: "biograftider"
	Life   bool    // tells of how life is
	Self   bool    // what somebody is: "jeg er snedker"
	Named  bool    // the name of something of its own that no record is about
	at     int     // where in the text it stands
}

// Errand says whether a term is what no community runs ("pasfoto").
func (t *Term) Errand() bool { return t.Fold == "" && len(t.Alts) == 0 }

// Alt is another word for a term, folded, and how near it is (0–1).
type Alt struct {
	Fold   string
	Weight float64
}

// Reading is what Read made of a text.
type Reading struct {
	Terms  []Term
	Wishes []Wish
	Not    []Term // topics that are not wanted
	Words  int    // how many words were read
	Joined Joint  // how its topics stand together

	Told     bool    // somebody tells of themselves or their own ("jeg", "min far")
	Errand   float64 // how clear it is that words point at what no community offers, 0–1
	Life     bool    // and of how life is: no errand
	Wants    bool    // says that something is wanted, liked or done, so that a word may be a topic though few records have it
	Asks     bool    // whatever there is is asked for: "noget", "hvad kan man lave"
	Inquires bool    // a price, a form or opening hours are asked for: an errand, unless about what communities do
	Guessed  bool    // nothing was understood: company is looked for, and no good match claimed

	near []Term // what is there for those around somebody ill
}

// Joint is how the topics of a text stand together.
type Joint uint8

// The joints, from tight to loose.
const (
	Together Joint = iota // "mad mænd": all of it
	And                   // "gåtur og kaffe": best both
	Or                    // "strik eller sang": one is enough
)

// Strong says whether any term is a topic in its own right.
func (r *Reading) Strong() bool {
	for i := range r.Terms {
		if r.Terms[i].Weight >= 1 {
			return true
		}
	}
	return false
}

// GroupOf gives the group that the first part of a compound names ("kvinde" in
// kvindefodbold), or "".
func GroupOf(part string) string { return groupPart[part] }
