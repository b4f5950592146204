package match

import (
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/match/danish"
	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// How fields take part beside words that the directory has itself.
const (
	fieldClear  = 0.5  // from here on it is clear what is meant …
	fieldAlone  = 0.28 // … and of a word that stands alone
	fieldSure   = 0.7  // and from here on several words together say it as clearly as a phrase
	fieldBeside = 0.7  // how near the offers of a field are to a word that the directory has itself
	fieldOwn    = 0.6  // and what the word itself counts for, where no record is about it
	fieldBonus  = 0.5  // weight of a field beside a topic
	notOffered  = 0.6  // what is left of a field where records have only what is akin to what was asked for
	nearestOf   = 0.9  // the nearest words of a field have this share of the weight of the best
	errandShort = 0.35 // from here on nothing is asked for but an errand, in a few words
	errandClear = 0.45 // and in more
	errandSure  = 0.75 // and from here on also beside a phrase that is understood
)

// heed lets fields take part in what is looked for: what everyday words point at
// is weaker than a word that records are about, which it only widens, and than a
// phrase that is understood. Words that no record is about speak together, as one
// term.
func (x *Index) heed(rd *danish.Reader, read *wish.Reading) {
	if read.Errand == 0 && !slices.ContainsFunc(read.Terms, func(t wish.Term) bool { return len(t.Hints) > 0 }) {
		return
	}
	direct, said, lead := false, false, -1
	for i := range read.Terms {
		t := &read.Terms[i]
		if (len(t.Hints) > 0 || read.Errand > 0) && t.Weight >= 1 && len(t.Alts) == 0 && !rd.Known(t.Fold) && x.misread(rd, t) {
			t.Hints, said = nil, true
		}
		switch {
		case t.Errand():
		case len(t.Alts) > 0:
			direct = direct || (t.Weight >= 1 && t.Back == 0)
			said = true
		case t.Weight < 1 && len(t.Hints) == 0:
		case x.topical(rd, t) >= topicalSurely:
			direct = direct || t.Weight >= 1
			for _, a := range t.Hints {
				t.Alts = append(t.Alts, wish.Alt{Fold: a.Fold, Weight: a.Weight * fieldBeside})
			}
		case len(t.Hints) > 0 && lead < 0:
			lead = i
		case len(t.Hints) > 0:
			l := &read.Terms[lead]
			l.Hints = widen(l.Hints, t.Hints)
			l.Clear, l.Sure = max(l.Clear, t.Clear), l.Sure || t.Sure
			t.Weight = min(t.Weight, wish.WeightFaint)
		}
	}
	if (read.Errand >= errandClear || (read.Errand >= errandShort && read.Words < topicalWords)) && !direct && !said {
		read.Terms = append(read.Terms, wish.Term{Weight: 1})
	} else if read.Errand >= errandSure && !read.Life && !read.Wants && !x.abouts(rd, read) {
		read.Terms = append(read.Terms, wish.Term{Weight: 1, Only: true})
	}
	if lead < 0 {
		return
	}
	t := &read.Terms[lead]
	t.Guess, t.Back = true, 0
	switch {
	case !direct:
		t.Weight = 1
	case t.Sure && t.Clear >= fieldSure && read.Words >= topicalFree:
		t.Weight = 1 // as good as a phrase
	case t.Sure || read.Words >= topicalWords:
		t.Weight = min(t.Weight, fieldBonus)
	}
	t.Alts = t.Hints
	own := func(a wish.Alt) bool { return a.Fold == t.Fold || rd.Base(a.Fold) == rd.Base(t.Fold) }
	cut := rd.Split(t.Fold, x.uses(rd))
	parts := len(cut) >= 2 // a compound is also heard by them
	heard := parts && x.topicalWord(rd, rd.Base(cut[0])) >= topicalSurely
	if !heard && (!x.offered(rd, t.Hints) || slices.ContainsFunc(t.Hints, own)) {
		t.Clear = min(t.Clear, fieldAlone/2)
		t.Alts = nil
		for _, a := range t.Hints {
			t.Alts = append(t.Alts, wish.Alt{Fold: a.Fold, Weight: a.Weight * notOffered})
		}
	}
	t.Heard = heard
	if !t.Open && !parts {
		t.Alts = widen(t.Alts, []wish.Alt{{Fold: t.Fold, Weight: fieldOwn}})
		t.Fold = ""
	}
}

// offered says whether any record is about one of the nearest words of what is
// hinted at: karting is not offered where there are only workshops.
func (x *Index) offered(rd *danish.Reader, hints []wish.Alt) bool {
	best := 0.0
	for _, a := range hints {
		best = max(best, a.Weight)
	}
	for _, a := range hints {
		if a.Weight >= nearestOf*best && x.topicalWord(rd, rd.Base(a.Fold)) >= topicalHardly {
			return true
		}
	}
	return false
}

// misread says whether a word that is not Danish as it stands may be misspelt for
// one that records have: "hånbold" is no "bold". Where its parts point clearly at
// something, a single letter may be wrong.
func (x *Index) misread(rd *danish.Reader, t *wish.Term) bool {
	if _, ok := x.terms.find(rd.Base(t.Fold)); ok {
		return false
	}
	if t.Unsure && len(rd.Split(t.Fold, x.uses(rd))) == 0 && len(x.split(rd, t, true)) > 0 {
		return true // a part is misspelt
	}
	cs := candidates{at: map[uint32]int{}}
	x.forWord(rd, t.Fold, t.Open, false, &cs)
	least := float32(0)
	switch {
	case !t.Unsure:
		least = nearTypo
	case t.Clear >= fieldClear:
		least = nearTypo2
	}
	return slices.ContainsFunc(cs.list, func(c candidate) bool { return c.weight > least })
}

// widen adds other words, each once with its best weight; a is not written to.
func widen(a, b []wish.Alt) []wish.Alt {
	out := slices.Clone(a)
next:
	for _, n := range b {
		for i := range out {
			if out[i].Fold == n.Fold {
				out[i].Weight = max(out[i].Weight, n.Weight)
				continue next
			}
		}
		out = append(out, n)
	}
	return out
}
