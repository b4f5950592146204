package match

import (
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/match/danish"
	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// When words of a sentence count as topics, by the share of records that have
// them in name or activity.
const (
	topicalSentence = 3    // so many terms make a sentence …
	topicalWords    = 5    // … or so many words
	topicalSurely   = 0.30 // one such word is what it is about …
	topicalHardly   = 0.20 // … and these only frame it
	topicalNever    = 0.05 // no record is about such a word
	toldWords       = 6    // so many words tell of a life
	lifeWords       = 4    // or so few, where one of them is of how life is
	topicalFree     = 6    // in so long a sentence topics need not all be answered by one
)

// soften weighs the words of a sentence by what the directory is about: where
// one plainly is a topic, or a situation was understood, words that no community
// is about only frame it; and where none is a topic, the situation is. It
// returns how the topics that are left stand together.
func (x *Index) soften(rd *danish.Reader, read *wish.Reading) wish.Joint {
	if len(read.Terms) < topicalSentence && read.Words < topicalWords && !read.Life {
		return read.Joined
	}
	surely, back := false, uint8(0)
	share := make([]float32, len(read.Terms))
	for i := range read.Terms {
		t := &read.Terms[i]
		if t.Back > 0 {
			if back == 0 || t.Back < back {
				back = t.Back
			}
			continue
		}
		if t.Weight < 1 {
			continue
		}
		if share[i] = x.topical(rd, t); t.Life && len(t.Alts) == 0 && read.Life && !read.Wants {
			share[i] = 0 // "jeg får ikke nok ud af livet"
		}
		surely = surely || share[i] >= topicalSurely
	}
	if read.Told && (read.Words >= toldWords || read.Life && read.Words >= lifeWords) && back == 0 && !(read.Asks && meantFor(read)) && nothingMeant(read, share, meant(read)) {
		read.Company()
		read.Guessed = !read.Life
		share = append(share, 1)
		back = read.Terms[len(read.Terms)-1].Back
	}
	if read.Asks && read.Words >= toldWords && back == 0 && meantFor(read) && nothingMeant(read, share, topicalNever) {
		for i := range read.Terms {
			read.Terms[i].Weight = min(read.Terms[i].Weight, wish.WeightFaint)
		}
	}
	least := float32(topicalHardly)
	if !surely && back > 0 {
		least = topicalSurely
	}
	topics := 0
	for i := range read.Terms {
		switch t := &read.Terms[i]; {
		case t.Back > 0 && t.Back == back && !surely:
			t.Weight = 1
		case t.Back == 0 && t.Weight >= 1 && share[i] < least && (surely || back > 0):
			t.Weight = wish.WeightFaint
		}
		if read.Terms[i].Weight >= 1 {
			topics++
		}
	}
	if topics > 1 && read.Joined == wish.Together && read.Words >= topicalFree {
		return wish.And
	}
	return read.Joined
}

// meantFor says whether it was told for whom something is sought.
func meantFor(read *wish.Reading) bool {
	return slices.ContainsFunc(read.Wishes, func(w wish.Wish) bool { return w.Kind == wish.Age || w.Kind == wish.Group })
}

// meant is from what share on a word is meant: where a life is told and nothing
// is wanted, a word that only happens to stand in records is no topic ("vi var
// fire i huset").
func meant(read *wish.Reading) float32 {
	if read.Life && !read.Wants {
		return topicalSurely
	}
	return topicalNever
}

// nothingMeant says whether a sentence asks for something, and for nothing that
// a share of least of the records that have it is about.
func nothingMeant(read *wish.Reading, share []float32, least float32) bool {
	asks := false
	for i := range read.Terms {
		t := &read.Terms[i]
		if t.Errand() || len(t.Alts) > 0 || (t.Weight >= 1 && share[i] >= least) {
			return false
		}
		asks = asks || t.Weight >= 1
	}
	return asks
}

// topical is the share of the records with a word in which it is a topic.
func (x *Index) topical(rd *danish.Reader, t *wish.Term) float32 {
	if t.Guess {
		return float32(t.Clear)
	}
	if len(t.Alts) > 0 || t.Fold == "" || (t.Open && !rd.Known(t.Fold) && x.begins(t.Fold)) {
		return 1
	}
	base := rd.Base(t.Fold)
	if len(x.partOf.of(base)) > 0 && !rd.Known(t.Fold) {
		return 1
	}
	best := x.topicalWord(rd, base)
	if best > 0 {
		return best
	}
	return x.topicalParts(rd, rd.Split(t.Fold, x.uses(rd)))
}

// topicalParts is the share for a compound: that of its least topical part.
// Parts that say what kind of gathering it is do not count.
func (x *Index) topicalParts(rd *danish.Reader, parts []string) float32 {
	least, any := float32(1), false
	for i, p := range parts {
		base := rd.Base(p)
		if x.lang.Head(base) || (i == 0 && wish.GroupOf(p) != "") {
			continue
		}
		least, any = min(least, x.topicalWord(rd, base)), true
	}
	if !any {
		return 0
	}
	return least
}

// topicalWord is the share for a base form and its relatives.
func (x *Index) topicalWord(rd *danish.Reader, base string) float32 {
	best := float32(0)
	if id, ok := x.terms.find(base); ok {
		best = x.topic[id]
	}
	for _, id := range x.roots.of(rd.Root(base)) {
		best = max(best, x.topic[id])
	}
	for _, id := range x.partOf.of(base) {
		best = max(best, x.topic[id])
	}
	return best
}
