package match

import (
	"math"
	"math/bits"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/match/danish"
	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// idf is how telling it is that a word is found in n records.
func (x *Index) idf(n int) float64 {
	return math.Log(1 + (float64(x.records.len()-n)+0.5)/(float64(n)+0.5))
}

// signals is how much a second signal for the same word adds to the best one.
const signals = 0.5

// value works out what each record answers to candidates, in s.now, and returns
// the weight of the word: rare words and words that are mostly topics weigh more.
func (x *Index) value(s *scratch, cs []candidate) float64 {
	topical, df := 0.0, 0
	for _, c := range cs {
		record, impact := x.posts.of(c.term)
		s.now.add(record, impact, c.weight*(1.0/255))
		df += len(record)
		topical += float64(x.topic[c.term]) * float64(len(record))
	}
	if df == 0 {
		return 0
	}
	return x.idf(s.now.found.count()) * (0.35 + 0.65*topical/float64(df))
}

// score adds what one term of the query finds.
func (x *Index) score(rd *danish.Reader, s *scratch, i int, t *wish.Term) {
	a := x.answer(rd, s, t)
	s.terms[i] = &a.terms
	w := a.value * t.Weight
	if a.parts {
		w *= 0.8
	}
	if s.joint != wish.Together {
		w = math.Sqrt(w) // each of several topics counts, also the common one
	}
	if s.closed {
		w = min(w, lightMost*s.total)
	}
	if w > 0 {
		s.take(&a.found, float32(w))
	}
	if !s.closed {
		s.total += w // what says little is not asked for: it lifts answers and lowers none
		if w > 0 {
			s.topics++
		}
	}
}

// answer finds what answers a term, or gives what was found before.
func (x *Index) answer(rd *danish.Reader, s *scratch, t *wish.Term) *answer {
	keep := lasting(t)
	if keep {
		s.key = answerKey(s.key, t)
		if a := x.kept.get(s.key); a != nil {
			return a
		}
	}
	a := s.fresh(keep)
	x.forTerm(rd, t, &a.terms)
	var parts []string
	if len(t.Fold) >= shortestSplit {
		parts = x.split(rd, t, len(a.terms.list) == 0)
	}
	a.value = x.value(s, a.terms.list)
	if len(parts) >= 2 {
		x.partsOf(rd, s, &a.terms, parts, t.Fold, t.Open, rd.Known(t.Fold) && s.now.found.count() == 0)
		if n := s.now.found.count(); a.value == 0 && n > 0 {
			a.value, a.parts = x.idf(n), true
		}
	}
	if a.found.pack(&s.now); keep {
		x.kept.add(string(s.key), a, x.records.len())
	}
	return a
}

// take adds what a word of weight w found to the scores.
func (s *scratch) take(found *packed, w float32) {
	of := found.of
	for i, at := range found.at {
		set := found.set[i]
		n := bits.OnesCount64(set)
		values := of[:n]
		of = of[n:]
		take := set
		if s.closed {
			take &= s.touched[at]
		}
		if take == 0 {
			continue
		}
		s.touched[at] |= take
		from := int(at) * 64
		end := min(from+64, len(s.acc))
		acc, cov := s.acc[from:end], s.cov[from:end]
		for n = 0; take != 0; take &= take - 1 {
			k := bits.TrailingZeros64(take)
			if s.closed {
				n = bits.OnesCount64(set & (1<<k - 1))
			}
			v := values[n]
			n++
			acc[k] += w * powered(quality(v), s.joint)
			cov[k] += w * min(1, 2*v)
		}
	}
}

// lightMost bounds what a word that says little can add, as a share of the topics.
const lightMost = 0.15

// split takes a word of the query apart, also one that is not written to its end
// ("strikkec") or is misspelt.
func (x *Index) split(rd *danish.Reader, t *wish.Term, nothing bool) []string {
	if parts := rd.Split(t.Fold, x.uses(rd)); len(parts) > 0 {
		return parts
	}
	if rd.Known(t.Fold) {
		return nil
	}
	if t.Open {
		if parts := rd.SplitOpen(t.Fold, x.uses(rd)); len(parts) > 0 && x.begins(parts[len(parts)-1]) {
			return parts
		}
	}
	if len(t.Fold) >= 8 && (nothing || !x.uses(rd)(rd.Base(t.Fold))) {
		return x.respell(rd, t.Fold)
	}
	return nil
}

// begins says whether any word or part of a word of the directory begins so.
func (x *Index) begins(f string) bool {
	found := false
	x.surfaces.prefix(f, 1, func(int) { found = true })
	x.parts.prefix(f, 1, func(int) { found = true })
	return found
}

// uses says whether the directory uses a base form, alone, in a compound or in a
// relative of it.
func (x *Index) uses(rd *danish.Reader) danish.Uses {
	return func(base string) bool {
		if _, ok := x.terms.find(base); ok || len(x.partOf.of(base)) > 0 {
			return true
		}
		return len(x.roots.of(rd.Root(base))) > 0
	}
}

// quality turns summed signals into 0–1, so that scores mean the same for every query.
func quality(v float32) float32 {
	return 1 - decay(2.2*v)
}

// decay is e^-x from a table, near enough for scores: it is asked for every
// record that a word touches.
func decay(x float32) float32 {
	if x >= decaySpan || x < 0 || x != x {
		return 0
	}
	x *= decaySteps
	i := int(x)
	f := x - float32(i)
	return decayed[i] + f*(decayed[i+1]-decayed[i])
}

const (
	decaySpan  = 12
	decaySteps = 64
)

var decayed = func() (t [decaySpan*decaySteps + 1]float32) {
	for i := range t {
		t[i] = float32(math.Exp(-float64(i) / decaySteps))
	}
	return t
}()

// shortestSplit is the shortest word that is taken apart; shortPart is the length
// below which the beginning of a last part says little.
const (
	shortestSplit = 5
	shortPart     = 5
)

// hint says whether a last part that is being written is only a hint of a word:
// "væ" in syvæ, but not "kor" in sangkor.
func (x *Index) hint(p, base string) bool {
	if len(p) < 3 {
		return true
	}
	_, word := x.terms.find(base)
	return len(p) < shortPart && !word
}

// partsScale is how near a record that has the parts is to one that has the
// whole: less where the word was misspelt and may have been meant for another.
func partsScale(fold string, parts []string) float32 {
	for _, p := range parts {
		_, rest, ok := strings.Cut(fold, p)
		if !ok {
			return 0.7
		}
		fold = rest
	}
	return 0.9
}

// fixedPart is what is left for a record that has not every part of a fixed compound.
const fixedPart = 0.2

// partsOf adds records that hold the parts of a compound in the query. A part
// that the directory does not know at all leaves little: bilforsikring is not
// about cars. A compound that is a word of its own (fixed: kørekort) means more
// than one of its parts.
func (x *Index) partsOf(rd *danish.Reader, s *scratch, cs *candidates, parts []string, fold string, open, fixed bool) {
	s.now, s.whole = s.whole, s.now // set the word as a whole aside
	answered := s.whole.found.count() > 0
	total, needed := 0.0, 0
	missing := false
	for i, p := range parts {
		base := rd.Base(p)
		s.part.reset()
		if last := i == len(parts)-1; last && open {
			x.forWord(rd, p, true, false, &s.part)
		} else {
			x.same(rd, p, base, 1, 1, &s.part)
		}
		w := x.value(s, s.part.list)
		typing := open && i == len(parts)-1
		head := (typing && x.hint(p, base)) || x.lang.Head(base) || (i == 0 && wish.GroupOf(p) != "")
		if (w == 0 && !x.lang.Head(base)) || (!head && !typing && x.topicalWord(rd, base) < topicalHardly) {
			missing = true // kørekort is about neither driving nor cards
		}
		w *= w
		if head {
			w *= 0.15
		}
		total += w
		s.hold(float32(w), head)
		if !head {
			needed++
			for _, c := range s.part.list { // for the reasons
				if _, ok := cs.find(c.term); !ok && c.weight >= nearPartRoot {
					cs.add(c.term, float64(c.weight)*0.6)
				}
			}
		}
	}
	scale := partsScale(fold, parts)
	if missing {
		scale = 0.2
	}
	nothing := missing && (answered || total == 0)
	for i, set := range s.held {
		s.held[i] = 0
		for ; set != 0; set &= set - 1 {
			d := uint32(i*64 + bits.TrailingZeros64(set))
			v := s.parts[d].sum
			if fixed && int(s.parts[d].has) < needed {
				v *= fixedPart
			}
			s.parts[d] = partly{}
			if v = v / float32(total); v >= 0.12 && !nothing {
				s.whole.of[d] = max(s.whole.of[d], v*scale)
				s.whole.found.add(d)
			}
		}
	}
	s.now, s.whole = s.whole, s.now
}

// hold notes which records hold a part of weight w, and forgets its values.
func (s *scratch) hold(w float32, head bool) {
	for i, set := range s.now.found {
		if set == 0 {
			continue
		}
		s.now.found[i] = 0
		s.held[i] |= set
		end := min(i*64+64, len(s.parts))
		parts, now := s.parts[i*64:end], s.now.of[i*64:end]
		for ; set != 0; set &= set - 1 {
			k := bits.TrailingZeros64(set)
			parts[k].sum += w * now[k]
			if !head {
				parts[k].has++
			}
		}
		clear(now)
	}
}

// Feedback: the activities of the best ten vote for others with the same.
const (
	feedbackShare = 0.3 // least share of the vote
	feedbackGain  = 0.3
	feedbackCover = 0.3 // how far an activity alone counts as an answer
)

func (x *Index) feedback(s *scratch) {
	var best [10]scored
	n := 0
	bar := float32(0) // less than this cannot be among them
	for i, set := range s.touched {
		for ; set != 0; set &= set - 1 {
			d := uint32(i*64 + bits.TrailingZeros64(set))
			if s.acc[d] < bar {
				continue
			}
			v := s.topicScore(d, 0)
			if n == len(best) && v <= best[n-1].score {
				continue
			}
			if n < len(best) {
				n++
			}
			i := n - 1
			for i > 0 && best[i-1].score < v {
				best[i] = best[i-1]
				i--
			}
			best[i] = scored{record: d, score: v}
			if n == len(best) {
				bar = s.least(best[n-1].score, 0)
			}
		}
	}
	sum := 0.0
	s.part.reset()
	for _, b := range best[:n] {
		sum += b.score
		s.spots = x.spots.until(b.record, fieldActivity, s.spots)
		for _, sp := range s.spots {
			if sp.field != fieldActivity {
				continue
			}
			t := x.spelledT[sp.word]
			i, ok := s.part.find(t)
			if !ok {
				i = len(s.part.list)
				s.part.add(t, 0)
			}
			s.part.list[i].weight += float32(b.score)
		}
	}
	if sum == 0 {
		return
	}
	keep := s.part.list[:0]
	for _, c := range s.part.list {
		if c.weight /= float32(sum); c.weight > feedbackShare {
			keep = append(keep, candidate{c.term, min(c.weight, 1) * 0.5})
		}
	}
	w := float32(x.value(s, keep) * feedbackGain)
	for i, set := range s.now.found {
		for ; set != 0; set &= set - 1 {
			d := uint32(i*64 + bits.TrailingZeros64(set))
			if !s.touched.has(d) {
				s.touched.add(d)
				s.cov[d] = feedbackCover * float32(s.total)
			}
			s.acc[d] += w * s.now.of[d]
		}
	}
	s.now.clear()
}

// unwanted marks records that are mainly about what is not wanted.
func (x *Index) unwanted(rd *danish.Reader, s *scratch, not []wish.Term) {
	for i := range not {
		s.part.reset()
		x.forTerm(rd, &not[i], &s.part)
		x.value(s, s.part.list)
		for w, set := range s.now.found {
			for ; set != 0; set &= set - 1 {
				d := uint32(w*64 + bits.TrailingZeros64(set))
				if v := s.now.of[d]; v >= 0.35 {
					s.penalty[d] = max(s.penalty[d], min(1, v))
				}
			}
		}
		s.now.clear()
	}
}
