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
	inside          bool  // part of a phrase that stands for a topic
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
	r.phrases(ts, &out)
	r.unfinished(ts, &out)
	r.negations(ts, &out)
	r.frames(ts, &out)
	r.compounds(ts, &out)
	r.terms(ts, &out)
	r.around(&out)
	mixed(&out)
	out.Words = len(ts)
	out.Joined = joined(ts, out.Terms)
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

// phrases applies the rules: at each word the longest phrase that fits, and
// every rule that has it.
func (r *Reader) phrases(ts []token, out *Reading) {
	for i := range ts {
		best := 0
		r.fits = r.fits[:0]
		for _, ru := range r.Rules.byFirst[ts[i].root] {
			if len(ru.words) >= best && ru.match(r, ts, i) > 0 && !r.denied(ru, ts, i) {
				best = max(best, len(ru.words))
				r.fits = append(r.fits, ru)
			}
		}
		mine := false // this word stands inside a phrase that was found here
		for _, ru := range r.fits {
			if len(ru.words) < best {
				continue
			}
			if mine {
				ts[i].inside = false
			}
			end := ru.match(r, ts, i) // an earlier rule may have taken the words
			ts[i].inside = ts[i].inside || mine
			switch {
			case end == 0:
			case ru.timed() && r.notAt(ts, i):
				r.turn(ru, ts, i, end, out)
			default:
				before := ts[i].inside
				r.apply(ru, ts, i, end, out)
				mine = mine || (!before && ts[i].inside)
			}
		}
	}
}

// match says where the phrase ends that begins at i, 0 where it does not fit.
// Between its words may stand words without topic, but never a "not".
func (ru *rule) match(r *Reader, ts []token, i int) int {
	if (ts[i].used && !ts[i].weak && !(ts[i].person && len(ru.words) > 1)) || ts[i].inside {
		return 0
	}
	if len(ru.words) == 1 && (ts[i].stop || (len(ts[i].root) < shortRoot && r.Danish.Base(ts[i].fold) != ru.base) || (len(ru.alts) > 0 && r.somebody(ts, i))) {
		return 0 // "har" is no garden (have), a "fyr" was not fired (fyret), "min nabo" is somebody
	}
	k := i + 1
	for _, w := range ru.words[1:] {
		gap := 0
		for k < len(ts) && ts[k].root != w && gap < maxGap && r.skippable(&ts[k]) {
			k++
			gap++
		}
		if k >= len(ts) || ts[k].root != w {
			return 0
		}
		k++
	}
	if ru.form != "" && !slices.ContainsFunc(ts[i:k], func(t token) bool { return t.fold == ru.form }) {
		return 0
	}
	return k
}

// shortRoot is the length below which words that share a root need not be related.
const shortRoot = 4

// maxGap is how many words without topic may stand between two of a phrase.
const maxGap = 2

func (r *Reader) skippable(t *token) bool {
	return !(t.used && !t.weak) && (t.stop || fewWord[t.fold]) && !isNot[t.fold]
}

// fewWord are numbers that may stand inside a phrase: "alene med tre børn".
var fewWord = map[string]bool{"tre": true, "fire": true, "fem": true, "2": true, "3": true, "4": true, "5": true}

func (r *Reader) apply(ru *rule, ts []token, from, to int, out *Reading) {
	text := join(ts[from:to])
	if ru.near && r.relative(ts, from) {
		out.near = append(out.near, carers(ru, from))
	}
	kept := len(ru.wishes) == 0
	for _, w := range ru.wishes {
		w.Text = text
		w.Soft = w.Soft || (len(ru.words) == 1 && r.one(ts, from, w))
		if r.wish(out, w) {
			kept = true
		}
	}
	if !kept {
		return // every wish of it was dropped: plain words again
	}
	if ru.errand {
		out.Terms = append(out.Terms, Term{Word: text, Weight: 1, at: from})
	}
	if len(ru.alts) > 0 && len(ru.words) == 1 {
		t := &ts[from]
		if !t.lifted {
			t.back = ru.back
		}
		t.back = min(t.back, ru.back)
		t.alts = merge(t.alts, ru.alts)
		t.lifted, t.used = true, false
		return
	}
	if len(ru.alts) > 0 { // the phrase as a whole is one topic, its words say little
		r.phrase(ru, from, text, out)
		for k := from; k < to; k++ {
			ts[k].used, ts[k].weak, ts[k].inside = true, true, true
		}
		return
	}
	if ru.consume || len(ru.wishes) > 0 {
		for k := from; k < to; k++ {
			ts[k].used = true
			ts[k].weak = ts[k].weak || !ru.consume
			ts[k].person = ru.consume && len(ru.wishes) == 1 && ru.wishes[0].Kind == Group
		}
	}
}

// one says whether a group is named by one of it ("en dame"): that is whom it is
// about, and perhaps not for whom alone it should be.
func (r *Reader) one(ts []token, i int, w Wish) bool {
	if w.Kind != Group {
		return false
	}
	for k := i - 1; k >= 0 && k >= i-2; k-- {
		if articles[ts[k].fold] {
			return true
		}
		if !r.Danish.Language().Faint(ts[k].fold) && !ts[k].used {
			return false
		}
	}
	return false
}

var backWeight = [...]float64{1, weightBehind, weightVague}

// phrase adds the topic that a phrase of several words stands for.
func (r *Reader) phrase(ru *rule, at int, text string, out *Reading) {
	w := backWeight[ru.back]
	for i := range out.Terms {
		t := &out.Terms[i]
		if len(t.Alts) > 0 && sameAlts(t.Alts, ru.alts) { // said twice
			t.Weight = max(t.Weight, w)
			t.Back = min(t.Back, ru.back)
			return
		}
	}
	out.Terms = append(out.Terms, Term{Word: text, Weight: w, Alts: merge(nil, ru.alts), Back: ru.back, at: at})
}

func covered(terms []Term, alts []Alt) bool {
	for i := range terms {
		if terms[i].Fold == "" && terms[i].Weight >= 1 && sameAlts(terms[i].Alts, alts) {
			return true
		}
	}
	return false
}

func sameAlts(a, b []Alt) bool {
	return len(b) > 0 && len(a) >= len(b) && a[0] == b[0] && a[len(b)-1] == b[len(b)-1]
}

// merge adds other words, each once with its best weight.
func merge(a, b []Alt) []Alt {
	out := a
next:
	for _, x := range b {
		for i := range out {
			if out[i].Fold == x.Fold {
				out[i].Weight = max(out[i].Weight, x.Weight)
				continue next
			}
		}
		out = append(out, x)
	}
	return out
}

// unfinished takes a day or a time that is being typed: "gåtur form".
func (r *Reader) unfinished(ts []token, out *Reading) {
	n := len(ts)
	if n < 2 || !ts[n-1].open || ts[n-1].used || utf8.RuneCountInString(ts[n-1].low) < 4 {
		return
	}
	var hit *rule
	for w, ru := range r.Rules.timely {
		if strings.HasPrefix(w, ts[n-1].fold) {
			if hit != nil && hit.wishes[0].Key() != ru.wishes[0].Key() {
				return
			}
			hit = ru
		}
	}
	if hit == nil {
		return
	}
	w := hit.wishes[0]
	w.Text = ts[n-1].low
	if r.wish(out, w) {
		ts[n-1].used, ts[n-1].weak = true, true
	}
}

// compounds reads the group inside a compound: kvindefodbold, seniordans.
func (r *Reader) compounds(ts []token, out *Reading) {
	for i := range ts {
		t := &ts[i]
		if t.used || len(t.fold) < 7 {
			continue
		}
		parts := r.Danish.Split(t.fold, nil)
		if len(parts) < 2 {
			continue
		}
		r.said(t, parts, out)
		if g, ok := groupPart[parts[0]]; ok {
			r.wish(out, Wish{Kind: Group, Value: g, Soft: g == "families", Text: t.low})
		}
	}
}

// said applies what is known of a part of a compound whose other parts add
// nothing to it: "rygproblemer" is about the back, "skakglad" about chess.
func (r *Reader) said(t *token, parts []string, out *Reading) {
	if t.lifted || t.inside || t.stop {
		return
	}
	l := r.Danish.Language()
	told := -1
	for i, p := range parts {
		if base := r.Danish.Base(p); l.Head(base) || l.Lean(base) {
			continue
		}
		if told >= 0 {
			return
		}
		told = i
	}
	if told < 0 || len(parts[told]) < shortRoot {
		return
	}
	base := r.Danish.Base(parts[told])
	for _, ru := range r.Rules.byFirst[r.Danish.Root(base)] {
		if len(ru.words) > 1 || len(ru.alts) == 0 || ru.form != "" || ru.base != base {
			continue
		}
		for _, a := range ru.alts {
			t.alts = merge(t.alts, []Alt{{a.Fold, a.Weight * weightPart}})
		}
		t.lifted = true
	}
}

var groupPart = map[string]string{
	"kvinde": "women", "kvinder": "women", "dame": "women", "pige": "women", "piger": "women",
	"mand": "men", "mande": "men", "herre": "men",
	"boern": "children", "boerne": "children", "barn": "children", "junior": "children",
	"ungdom": "youth", "ung": "youth", "unge": "youth", "teenage": "youth",
	"senior": "seniors", "pensionist": "seniors", "aeldre": "seniors",
	"familie": "families",
}

// kindOnly says whether a word tells what kind of gathering the word before it
// is about: "strikke café", "it-café".
func (r *Reader) kindOnly(before, t *token) bool {
	l := r.Danish.Language()
	return !before.stop && !(before.used && !before.weak) && !l.Faint(before.fold) && !t.lifted && l.Head(r.Danish.Base(t.fold))
}

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
		if (t.used && !t.weak) || (t.stop && !t.lifted && !(t.open && alone)) {
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
		case l.Faint(t.fold), i > 0 && r.kindOnly(&ts[i-1], t):
			w = WeightFaint
		}
		if !t.used {
			best = max(best, w)
		}
		out.Terms = append(out.Terms, Term{Word: t.low, Fold: t.fold, Open: t.open, Weight: w, Alts: t.alts, Back: t.back, Read: t.used, at: i})
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
