package wish

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// phrases applies the rules: at each word the longest phrase that fits, and
// every rule that has it.
func (r *Reader) phrases(ts []token, out *Reading) {
	marks := marksOf(ts)
	for i := range ts {
		best := 0
		r.fits = r.fits[:0]
		for _, ru := range r.Rules.first(ts[i].root) {
			if ru.marks&^marks == 0 && len(ru.words) >= best && ru.match(r, ts, i) > 0 && !r.denied(ru, ts, i) {
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

// marksOf are the bits of the words of a text.
func marksOf(ts []token) (marks uint64) {
	for i := range ts {
		marks |= markOf(ts[i].root)
	}
	return marks
}

// match says where the phrase ends that begins at i, 0 where it does not fit.
// Between its words may stand words without topic, but never a "not".
func (ru *rule) match(r *Reader, ts []token, i int) int {
	if (ts[i].used && !ts[i].weak && !(ts[i].person && len(ru.words) > 1)) || ts[i].inside {
		return 0
	}
	if len(ru.words) == 1 && ru.mistaken(r, ts, i) {
		return 0
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
	if ru.words[len(ru.words)-1] == walks && k < len(ts) && ts[k].fold == "til" {
		return 0 // "gå til gymnastik" is no walk
	}
	if ru.form != "" && !slices.ContainsFunc(ts[i:k], func(t token) bool { return t.fold == ru.form }) {
		return 0
	}
	return k
}

// walks is the root of the verb that with "til" says what one takes part in.
const walks = "gaa"

// mistaken says whether a word only looks like the one of a rule: "har" is no
// garden (have), a "fyr" was not fired (fyret), and "min nabo" is somebody.
func (ru *rule) mistaken(r *Reader, ts []token, i int) bool {
	t := &ts[i]
	switch {
	case t.stop:
		return true
	case len(t.root) < shortRoot && r.Danish.Base(t.fold) != ru.base:
		return true
	}
	return len(ru.alts) > 0 && r.somebody(ts, i)
}

// shortRoot is the length below which words that share a root need not be related.
const shortRoot = 4

// maxGap is how many words without topic may stand between two of a phrase.
const maxGap = 2

func (r *Reader) skippable(t *token) bool {
	return t.age || !(t.used && !t.weak) && (t.stop || fewWord[t.fold]) && !isNot[t.fold]
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
		out.Terms = append(out.Terms, Term{Word: text, Weight: 1, Only: ru.only, at: from})
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
