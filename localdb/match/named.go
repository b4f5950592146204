package match

import (
	"slices"
	"strings"
	"sync"

	"github.com/faellesskabsby/vejviser/assets/words"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// names of activities that are something of their own, folded.
var ofTheirOwn = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	danish.EachLine(words.Named, func(line string) {
		danish.Words(danish.Lower(line), func(w string) { out[danish.Fold(w)] = true })
	})
	return out
})

// named marks what is asked for by a name of its own where no record is about it:
// what is akin to it may be shown, and is no good match.
func (x *Index) named(rd *danish.Reader, read *wish.Reading) {
	for i := range read.Terms {
		t := &read.Terms[i]
		if t.Weight < 1 || t.Word == "" || t.Self || t.Errand() {
			continue
		}
		fold := danish.Fold(t.Word)
		if base := rd.Base(fold); (ofTheirOwn()[fold] || ofTheirOwn()[base]) && x.topicalWord(rd, base) < topicalHardly {
			t.Named = true
		}
	}
}

// inquired makes an errand of a question for a price, a form or opening hours
// that is not about anything that records are about.
func (x *Index) inquired(rd *danish.Reader, read *wish.Reading) {
	if !read.Inquires {
		return
	}
	for i := range read.Terms {
		if t := &read.Terms[i]; t.Fold != "" && !t.Read && !t.Paper && !t.Ticket && x.about(rd, t.Fold) || t.Paper && x.begun(rd, t.Fold) {
			return
		}
	}
	read.Terms = append(read.Terms, wish.Term{Weight: 1, Only: true})
}

// about says whether records are about a word itself or the parts of it; that
// it ends another word ("hus" in medborgerhus) is not enough.
func (x *Index) about(rd *danish.Reader, fold string) bool {
	base := rd.Base(fold)
	if id, ok := x.terms.find(base); ok && x.topic[id] >= topicalSurely {
		return true
	}
	for _, id := range x.roots.of(rd.Root(base)) {
		if x.topic[id] >= topicalSurely {
			return true
		}
	}
	for _, id := range x.partOf.of(base) {
		if x.topic[id] >= topicalSurely && strings.HasPrefix(x.terms.at(id), base) {
			return true
		}
	}
	parts := rd.Split(fold, x.uses(rd))
	return len(parts) > 1 && x.topicalParts(rd, parts) >= topicalSurely
}

// languages lets a language that nothing else is asked beside be the topic, where
// records are about it: "tysk" is a class as much as a wish.
func (x *Index) languages(rd *danish.Reader, read *wish.Reading) {
	if read.Strong() {
		return
	}
	for i := range read.Wishes {
		w := &read.Wishes[i]
		if w.Kind != wish.Language {
			continue
		}
		for k := range read.Terms {
			if t := &read.Terms[k]; t.Read && t.Word == w.Text && x.about(rd, t.Fold) {
				t.Weight, w.Soft = 1, true
			}
		}
	}
}

// abouts says whether records are about any of the words that were read.
func (x *Index) abouts(rd *danish.Reader, read *wish.Reading) bool {
	return slices.ContainsFunc(read.Terms, func(t wish.Term) bool {
		return t.Weight >= 1 && t.Fold != "" && x.about(rd, t.Fold)
	})
}

// begun says whether records are about the first part of a compound, or about
// the whole of it.
func (x *Index) begun(rd *danish.Reader, fold string) bool {
	cut := rd.Split(fold, nil)
	return len(cut) > 1 && x.topicalWord(rd, rd.Base(cut[0])) >= topicalSurely || x.topicalWord(rd, rd.Base(fold)) >= topicalHardly
}
