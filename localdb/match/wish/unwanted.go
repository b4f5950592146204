package wish

import "slices"

// negations reads topics that are not wanted: "ikke noget med sport", "gider
// ikke fodbold", "alt undtagen kor". "Ikke alene" and "ikke koste noget" are
// wishes and have been read before.
func (r *Reader) negations(ts []token, out *Reading) {
	for i := 0; i < len(ts); i++ {
		k := notEnds(ts, i)
		if k == 0 {
			k = noLonger(ts, i)
		}
		if k = far(r, ts, i, k); k == 0 {
			continue
		}
		for ; k < len(ts); k++ {
			t := &ts[k]
			if joins[t.fold] || whose[t.fold] {
				continue
			}
			if t.used || t.stop || r.Danish.Language().Faint(t.fold) {
				break
			}
			t.used, t.weak, t.lifted, t.unwanted = true, false, false, true
			if !t.open || r.Done {
				out.Not = append(out.Not, Term{Word: t.low, Fold: t.fold, Weight: 1, Alts: t.alts})
			}
			if k+1 >= len(ts) || !joins[ts[k+1].fold] {
				k++
				break
			}
		}
		i = max(i, k-1)
	}
	if len(out.Not) > 0 && young(out) {
		out.Not = append(out.Not, Term{Weight: 1, Alts: sentTo})
	}
}

// farPhrases say of a whole clause that it is not wanted: "skal ikke bare sidde i
// en stol", "undgå at sidde stille".
var farPhrases = byFirst([][]string{{"skal", "ikke"}, {"undgaa"}, {"undgaar"}, {"slippe", "for"}, {"slipper", "for"}, {"fri", "for"}})

// farthest is how many words that say little may stand between such a phrase and
// what it is about.
const farthest = 5

// far says where what is not wanted begins: at k, or further on in the clause
// where one of farPhrases stands at i; k is 0 where neither is so.
func far(r *Reader, ts []token, i, k int) int {
	if k > 0 {
		return k
	}
	from := phraseEnds(ts, i, farPhrases)
	if from == 0 {
		return 0
	}
	for k = from; k < len(ts) && k <= from+farthest; k++ {
		t := &ts[k]
		switch {
		case breaks[t.fold] || modals[t.fold] || t.used:
			return 0
		case t.stop || r.Danish.Language().Faint(t.fold):
		default:
			return k
		}
	}
	return 0
}

// sentTo is what a child is sent to: no answer where something else than
// football is asked for.
var sentTo = []Alt{{"lektier", 1}, {"lektiehjaelp", 1}, {"netvaerk", 1}, {"raadgivning", 1}, {"sorg", 1}, {"skilsmisse", 1}}

// young says whether a child or somebody young is spoken of.
func young(out *Reading) bool {
	return slices.ContainsFunc(out.Wishes, func(w Wish) bool {
		return w.Kind == Age && w.Number < 18 || w.Kind == Group && (w.Value == "children" || w.Value == "youth")
	})
}

var joins = map[string]bool{"og": true, "eller": true, "med": true, "om": true, "noget": true, "noget_med": true}

// noLonger says where what one cannot do any more begins: "kan ikke løbe
// længere", "kan ikke længere strikke"; 0 for none.
func noLonger(ts []token, i int) int {
	if ts[i].fold != "ikke" || i == 0 || !able[ts[i-1].fold] && !(i > 1 && able[ts[i-2].fold]) {
		return 0
	}
	if i+2 < len(ts) && longer[ts[i+1].fold] {
		return i + 2
	}
	if i+2 < len(ts) && longer[ts[i+2].fold] {
		return i + 1
	}
	return 0
}

var (
	able   = map[string]bool{"kan": true, "kunne": true, "maa": true, "gider": true, "vil": true}
	longer = map[string]bool{"laengere": true, "mere": true}
)

// notPhrases are the ways of saying that something is not wanted.
var notPhrases = byFirst([][]string{
	{"ikke", "noget", "med"}, {"ikke", "noget", "om"}, {"ikke", "noget", "for"}, {"ikke", "for"}, {"men", "ikke"}, {"ikke", "noget"}, {"ikke", "til"}, {"ikke", "med"},
	{"gider", "ikke"}, {"kan", "ikke", "lide"}, {"bryder", "mig", "ikke", "om"}, {"helst", "ikke"}, {"bare", "ikke"}, {"ikke", "interesseret", "i"},
	{"undtagen"}, {"bortset", "fra"}, {"hader"}, {"uden"}, {"hverken"}, {"intet", "med"}, {"ingen"},
	{"for", "gammel", "til"}, {"for", "gamle", "til"}, {"ikke", "taale"}, {"traet", "af"}, {"og", "ikke"}, {"andet", "end"}, {"i", "stedet", "for"},
	{"keder", "sig", "til"}, {"keder", "mig", "til"}, {"keder", "sig", "ved"}, {"keder", "mig", "ved"}, {"stoppet", "til"}, {"stoppede", "til"}, {"orker", "ikke"}, {"magter", "ikke"}, {"gad", "ikke"}, {"nok", "af"},
	{"maa", "ikke"}, {"ikke", "er", "til"}, {"ikke", "skal", "vaere"}, {"kan", "ikke", "fordrage"}, {"kan", "ikke", "udstaa"}, {"ikke", "meget", "for"}, {"ikke", "begejstret", "for"},
})

// tired keeps "keder sig til håndbold" from being heard as "keder sig".
func tired(ts []token) {
	for i := range ts {
		if k := phraseEnds(ts, i, tiredOf); k > 0 {
			for j := i; j < k; j++ {
				ts[j].root, ts[j].stop = "", true
			}
		}
	}
}

var tiredOf = byFirst([][]string{{"keder", "sig", "til"}, {"keder", "mig", "til"}, {"keder", "sig", "ved"}, {"keder", "mig", "ved"}})

// notGood are the ways of saying that something is not one's strong side. Alone
// they may ask for help with it ("ikke så god til dansk"); where something else
// is asked for, it is not wanted.
var notGood = byFirst([][]string{
	{"ikke", "god", "til"}, {"ikke", "saa", "god", "til"}, {"ikke", "saerlig", "god", "til"}, {"ikke", "ret", "god", "til"}, {"ikke", "den", "store", "til"},
	{"ikke", "gode", "til"}, {"ikke", "saa", "gode", "til"}, {"daarlig", "til"}, {"elendig", "til"}, {"holdt", "op", "til"}, {"holdt", "op", "med"}, {"stoppet", "med"},
	{"gaar", "til"}, {"gik", "til"}, {"har", "gaaet", "til"}, {"proevet"}, {"proevede"},
})

// otherThan says whether a text asks for something else than what it names.
func otherThan(ts []token) bool {
	for i := range ts {
		if ts[i].fold == "andet" && (i == 0 || ts[i-1].fold == "noget" || ts[i-1].fold == "helt") && (i+1 == len(ts) || ts[i+1].fold != "godt") {
			return true
		}
	}
	return false
}

// notEnds says where the words begin that a "not" at i is about, 0 for none.
func notEnds(ts []token, i int) int {
	if k := phraseEnds(ts, i, notPhrases); k > 0 {
		return k
	}
	if otherThan(ts) {
		return phraseEnds(ts, i, notGood)
	}
	return 0
}

// phraseEnds says where the first of the phrases ends that stands at i, 0 for none.
func phraseEnds(ts []token, i int, phrases map[string][][]string) int {
next:
	for _, p := range phrases[ts[i].fold] {
		if i+len(p) >= len(ts) {
			continue
		}
		for k, w := range p {
			if ts[i+k].used || ts[i+k].fold != w {
				continue next
			}
		}
		return i + len(p)
	}
	return 0
}

// byFirst puts phrases by their first word, in their order.
func byFirst(phrases [][]string) map[string][][]string {
	m := map[string][][]string{}
	for _, p := range phrases {
		m[p[0]] = append(m[p[0]], p)
	}
	return m
}
