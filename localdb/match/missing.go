package match

import (
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// lostWeight is what a topic that is not found weighs beside one that is.
const lostWeight = 0.8

// outweighed is what is missing, as a multiple of what was found, where what was
// found is no answer: the best score then lies below floor.
const outweighed = 3

// lostAfter is after how many letters a word that is still being written is
// missing where nothing begins so.
const lostAfter = 5

// missing weighs the topics that no record answers: they make every answer weaker.
// So do words that records have in passing alone, where nothing else was said.
func (r *ranking) missing(rd *danish.Reader, read *wish.Reading) {
	var found, known, passing, vague, lost, errands, named int // known: understood, not only found as words
	only := false
	for i := range read.Terms {
		t := &read.Terms[i]
		switch {
		case t.Weight < 1:
		case len(r.s.terms[i].list) > 0 || (t.Open && !r.q.Done && len(t.Fold) < lostAfter):
			r.topics = append(r.topics, i)
			found++
			switch {
			case t.Named:
				named++
			case t.Guess && !t.Heard && (t.Clear < fieldAlone || (t.Clear < fieldClear && (t.Unsure || len(read.Terms) > 1))):
				vague++
			case len(t.Alts) > 0:
				known++
			case r.x.topical(rd, t) < topicalHardly:
				passing++
			}
		default:
			if lost++; t.Errand() {
				errands++
			}
			only = only || t.Only
		}
	}
	r.guessed, r.words = read.Guessed, read.Words
	r.errand = only || (errands > 0 && known == 0)
	switch {
	case only, named > 0 && named+passing == found, found > 0 && passing+vague == found && (lost > 0 || (vague > 0 && read.Words < toldWords)):
		r.absent = outweighed * r.s.total
	case lost == 0, known > 0 && lost == errands: // an errand on the way takes nothing from the rest
	case found == 0, r.errand: // words that say little, or tell of the errand, are no answer to it
		r.absent = outweighed * r.s.total
	case r.s.joint == wish.Or:
	default:
		r.absent = r.s.total * min(1, lostWeight*float64(lost)/float64(found))
	}
}
