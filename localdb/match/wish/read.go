package wish

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

// maxWords is how many words of a text are read; nobody says more at a desk,
// and what is pasted in must not cost more.
const maxWords = 64

// maxText bounds the text that is looked at, in bytes.
const maxText = 4096

// Weights of words that say less than a topic (1).
const (
	WeightFaint  = 0.3  // says little beside another word
	weightRead   = 0.3  // has been understood as a wish, and may still be found as a word
	weightBehind = 0.4  // background beside another topic
	weightPart   = 0.5  // what a part of a compound stands for, beside the compound itself
	weightVague  = 0.35 // and what says little of what is sought
)

// Reader reads texts with one set of rules and one gazetteer. It is for one
// goroutine at a time.
type Reader struct {
	Danish *danish.Reader
	Rules  *Rules
	Places *Gazetteer
	Fields *Fields // nil: none are looked for
	// Dropped holds the keys of wishes that a person took away: their words are
	// then searched for as plain words.
	Dropped map[string]bool
	// Done says that the text is written to its end, so that an unwanted word
	// that ends it counts.
	Done bool

	fits []*rule // used again for each word
}

// token is one word of the text and what became of it.
type token struct {
	low, fold, root string
	open            bool
	stop            bool // carries no topic in this text
	used            bool // understood: not searched for
	weak            bool // understood, but searched for a little all the same
	alts            []Alt
	lifted          bool  // carries alternatives: a topic even if the word is a stop word
	back            uint8 // carries background alone
	person          bool  // says whom it is for ("min mor"): may begin a longer phrase as well
	age             bool  // says how old somebody is: may stand inside a phrase
	inside          bool  // part of a phrase that stands for a topic

	unwanted bool    // said not to be wanted
	hints    []Alt   // what the fields that it points at look for
	clear    float64 // and how clear that is
	unsure   bool    // it may be another word that is misspelt
	sure     bool    // it points with other words together
	errand   paperwork
}

// Read understands a text. A text that does not end in a space may end in an
// unfinished word.
func (r *Reader) Read(text string) Reading {
	ts := r.tokens(text)
	var out Reading
	r.places(ts, &out)
	r.clock(ts, &out)
	r.kroner(ts, &out)
	r.people(ts, &out)
	tired(ts)
	r.phrases(ts, &out)
	r.unfinished(ts, &out)
	r.negations(ts, &out)
	r.frames(ts, &out)
	r.errands(ts, &out)
	r.compounds(ts, &out)
	r.fields(ts, &out)
	r.terms(ts, &out)
	r.around(&out)
	mixed(&out)
	out.Words = len(ts)
	out.Told = slices.ContainsFunc(ts, func(t token) bool { return tells[t.fold] || whose[t.fold] })
	out.Life = out.Told && out.Errand == 0 && slices.ContainsFunc(ts, r.ofLife)
	out.Wants = slices.ContainsFunc(ts, func(t token) bool { return wanting[t.fold] })
	out.Asks = slices.ContainsFunc(ts, func(t token) bool { return asksFor[t.fold] })
	out.Joined = joined(ts, out.Terms)
	advice(&out)
	return out
}

func (r *Reader) tokens(text string) []token {
	if len(text) > maxText {
		text = text[:maxText]
	}
	open := false
	if last, _ := utf8.DecodeLastRuneInString(text); last != utf8.RuneError {
		open = !strings.ContainsRune(" \t\n.,;:!?)", last)
	}
	var ts []token
	danish.Words(danish.Lower(text), func(w string) {
		if len(ts) < maxWords {
			f := danish.Fold(w)
			ts = append(ts, token{low: w, fold: f, root: rootOf(r.Danish, f)})
		}
	})
	if n := len(ts); n > 0 {
		ts[n-1].open = open
	}
	r.stops(ts)
	return ts
}

// asksFor are words with which people ask for whatever there is.
var asksFor = map[string]bool{"noget": true, "hvad": true, "findes": true, "sted": true, "steder": true, "lave": true, "tilbud": true}

// english is how many English words make a text English.
const english = 2

// stops marks the words that carry no topic. Words such as "have" and "it" are
// topics in Danish and nothing in an English sentence.
func (r *Reader) stops(ts []token) {
	l := r.Danish.Language()
	sure := 0
	for i := range ts {
		frames, both := l.English(ts[i].fold)
		ts[i].stop = l.Stop(ts[i].fold) || (frames && !both)
		if frames && !both {
			sure++
		}
	}
	if sure < english {
		return
	}
	for i := range ts {
		if frames, _ := l.English(ts[i].fold); frames {
			ts[i].stop = true
		}
	}
}

// wish adds a wish unless a person has dropped it, and says whether it was
// added. A firm wish takes the place of a soft one.
func (r *Reader) wish(out *Reading, w Wish) bool {
	if r.Dropped[w.Key()] {
		return false
	}
	for i := range out.Wishes {
		if out.Wishes[i].Key() == w.Key() {
			if out.Wishes[i].Soft && !w.Soft {
				out.Wishes[i] = w
			}
			return true
		}
	}
	out.Wishes = append(out.Wishes, w)
	return true
}

// places reads names of places.
func (r *Reader) places(ts []token, out *Reading) {
	folded := make([]string, len(ts))
	for i := range ts {
		folded[i] = ts[i].fold
	}
	for i := 0; i < len(ts); i++ {
		name, n := r.Places.find(folded[i:], ts[i].open)
		if n == 0 && i > 0 && placeBefore[ts[i-1].fold] && !r.Danish.Known(ts[i].fold) {
			if name = r.Places.near(ts[i].fold); name != "" {
				n = 1
			}
		}
		if n == 0 {
			continue
		}
		// a name that is also a word ("Have", "Strand") is a place only where it is said to be one
		if n == 1 && r.Danish.Known(ts[i].fold) && !(i > 0 && placeBefore[ts[i-1].fold]) && len(ts) > 1 {
			continue
		}
		if !r.wish(out, Wish{Kind: Area, Value: name, Text: join(ts[i : i+n])}) {
			continue
		}
		for k := i; k < i+n; k++ {
			ts[k].used, ts[k].weak = true, true
		}
		i += n - 1
	}
}

var placeBefore = map[string]bool{"i": true, "paa": true, "fra": true, "ved": true, "naer": true, "omkring": true}

func join(ts []token) string {
	ws := make([]string, len(ts))
	for i := range ts {
		ws[i] = ts[i].low
	}
	return strings.Join(ws, " ")
}

// mixed drops the wishes for men and for women where both are named: everybody
// is meant.
func mixed(out *Reading) {
	is := func(w Wish, v string) bool { return w.Kind == Group && w.Value == v }
	if slices.ContainsFunc(out.Wishes, func(w Wish) bool { return is(w, "men") }) && slices.ContainsFunc(out.Wishes, func(w Wish) bool { return is(w, "women") }) {
		out.Wishes = slices.DeleteFunc(out.Wishes, func(w Wish) bool { return is(w, "men") || is(w, "women") })
	}
}

// kindOnly says whether a word tells what kind of gathering the word before it
// is about: "strikke café", "it-café".
func (r *Reader) kindOnly(before, t *token) bool {
	l := r.Danish.Language()
	return !before.stop && !(before.used && !before.weak) && !l.Faint(before.fold) && !t.lifted && l.Head(r.Danish.Base(t.fold))
}

// being are words before what somebody is.
var being = map[string]bool{"er": true, "var": true, "som": true, "vaeret": true, "uddannet": true, "pensioneret": true, "tidligere": true, "am": true}

// terms makes terms of what is left: topics, background, and words that say little.
func (r *Reader) terms(ts []token, out *Reading) {
	l := r.Danish.Language()
	alone := len(ts) == 1
	best := 0.0
	for i := range out.Terms { // phrases
		best = max(best, out.Terms[i].Weight)
	}
	for i := range ts {
		t := &ts[i]
		if (t.used && !t.weak) || (t.stop && !t.lifted && len(t.hints) == 0 && !(t.open && alone)) {
			continue
		}
		if utf8.RuneCountInString(t.low) == 1 && !t.open && !alone {
			continue
		}
		w := 1.0
		switch {
		case t.lifted && covered(out.Terms, t.alts):
			w = weightRead // a phrase has said it: "spist varm mad"
		case t.lifted:
			w = backWeight[t.back]
		case t.used:
			w = weightRead
		case t.open && !alone && utf8.RuneCountInString(t.low) < 3:
			w = WeightFaint
		case !alone && isNumber(t.fold), l.Faint(t.fold), i > 0 && r.kindOnly(&ts[i-1], t):
			w = WeightFaint
		}
		if !t.used {
			best = max(best, w)
		}
		out.Terms = append(out.Terms, Term{Word: t.low, Fold: t.fold, Open: t.open, Weight: w, Alts: t.alts, Back: t.back, Read: t.used, Hints: t.hints, Clear: t.clear, Unsure: t.unsure, Sure: t.sure, Life: r.ofLife(*t), Paper: t.errand == paper, Ticket: t.errand == ticket, Self: i > 0 && being[ts[i-1].fold], at: i})
	}
	if best == 0 || best >= 1 || (best == WeightFaint && len(out.Wishes) > 0) {
		return
	}
	for i := range out.Terms { // nothing stronger: background, or a faint word, is the topic
		if !out.Terms[i].Read && out.Terms[i].Weight == best {
			out.Terms[i].Weight = 1
		}
	}
}
