package wish

import "slices"

// How evidence for fields is weighed.
const (
	fieldsMost  = 3    // so many fields are looked for …
	fieldsWorth = 0.55 // … that have this share of the evidence of the best
	fieldLeast  = 0.15 // and less evidence than this is none
	leastNear   = 0.6  // a faint hint of a word that stands alone is weighed as this: what it is worth says Clear
	errandWorth = 1.0  // an errand has this share of the evidence of the best field, or is none
)

// evidence is what the words of a text say for a field.
type evidence struct {
	field uint16
	votes float64 // shared out among the fields that a word points at
	doubt float64 // what is left of doubt: the chance that every word means something else
}

// fields lets the words that nothing has understood vote for what they point at.
// What most of them point at is noted with them, as Hints. A field takes nothing
// from what phrases have said, and a word that is not wanted speaks against it.
func (r *Reader) fields(ts []token, out *Reading) {
	if r.Fields == nil {
		return
	}
	said, marks := make([][]vote, len(ts)), marksOf(ts)
	var tally []evidence
	l := r.Danish.Language()
	for i := range ts {
		t := &ts[i]
		against := t.unwanted
		if !against && (t.lifted || t.inside || t.used || said[i] != nil) {
			continue
		}
		share := 1.0
		switch end, votes := r.Fields.turn(r, ts, i, marks); {
		case end > 0:
			for k := i; k < end; k++ {
				said[k] = []vote{}
			}
			i = carrier(ts, i, end)
			said[i] = votes
		case t.stop:
			continue
		default:
			said[i], t.unsure = r.Fields.votes(r.Danish, t.fold)
			if l.Faint(t.fold) {
				share = fromFaint
			}
		}
		if against {
			share = -share
		}
		for k := range said[i] {
			said[i][k].weight *= float32(max(share, -share))
			tally = count(tally, said[i][k], share, specific(len(said[i])))
		}
	}
	tally = r.sets(ts, said, marks, tally)
	tally = slices.DeleteFunc(tally, func(e evidence) bool { return e.votes < fieldLeast*specific(2) })
	if len(tally) == 0 {
		return
	}
	slices.SortFunc(tally, func(a, b evidence) int {
		switch {
		case a.votes > b.votes:
			return -1
		case a.votes < b.votes:
			return 1
		}
		return int(a.field) - int(b.field)
	})
	r.chosen(ts, said, tally, out)
}

// sets counts the sets of words that stand in the text, each with the first of
// its words that nothing else has understood.
func (r *Reader) sets(ts []token, said [][]vote, marks uint64, tally []evidence) []evidence {
	for i := range ts {
		if ts[i].root == "" || slices.ContainsFunc(ts[:i], func(t token) bool { return t.root == ts[i].root }) {
			continue
		}
	next:
		for _, set := range r.Fields.together(ts[i].root) {
			if set.marks&^marks != 0 {
				continue
			}
			at := -1
			for _, w := range set.words {
				k := slices.IndexFunc(ts, func(t token) bool { return t.root == w })
				if k < 0 || ts[k].unwanted {
					continue next
				}
				if t := &ts[k]; at < 0 && !t.lifted && !t.inside && !(t.used && !t.weak) {
					at = k
				}
			}
			if at < 0 {
				continue
			}
			for _, v := range set.votes {
				said[at] = pointing(said[at], v)
				tally = count(tally, v, 1, 1)
			}
			ts[at].sure = true
		}
	}
	return tally
}

// carrier is the word of a turn that speaks for it: the first that is searched for.
func carrier(ts []token, from, to int) int {
	for i := from; i < to; i++ {
		if !ts[i].stop {
			return i
		}
	}
	return from
}

// count adds a vote to the tally.
func count(tally []evidence, v vote, sign, specific float64) []evidence {
	i := slices.IndexFunc(tally, func(e evidence) bool { return e.field == v.field })
	if i < 0 {
		i = len(tally)
		tally = append(tally, evidence{field: v.field, doubt: 1})
	}
	w := float64(v.weight)
	if sign < 0 {
		tally[i].votes -= w
		return tally
	}
	tally[i].votes += w * specific
	tally[i].doubt *= 1 - w*min(1, 1.25*specific)
	return tally
}

// chosen notes the best fields with the words that point at them.
func (r *Reader) chosen(ts []token, said [][]vote, tally []evidence, out *Reading) {
	of := r.Fields.of
	best := slices.IndexFunc(tally, func(e evidence) bool { return !of[e.field].errand })
	for _, e := range tally {
		if of[e.field].errand && (best < 0 || e.votes >= errandWorth*tally[best].votes) {
			out.Errand = max(out.Errand, 1-e.doubt)
			return // what is not offered anywhere is asked for
		}
	}
	n := 0
	for _, e := range tally[best:] {
		if of[e.field].errand {
			continue
		}
		share := e.votes / tally[best].votes
		if n == fieldsMost || share < fieldsWorth {
			break
		}
		n++
		r.point(ts, said, e, share, out)
	}
}

// point notes a field with the words that point at it.
func (r *Reader) point(ts []token, said [][]vote, e evidence, share float64, out *Reading) {
	clear := (1 - e.doubt) * share
	near := clear
	if len(ts) == 1 {
		near = max(clear, leastNear*share)
	}
	f := &r.Fields.of[e.field]
	alts := make([]Alt, len(f.alts))
	for i, a := range f.alts {
		alts[i] = Alt{a.Fold, a.Weight * near}
	}
	first := true
	for i := range ts {
		for _, v := range said[i] {
			if v.field != e.field || ts[i].unwanted {
				continue
			}
			ts[i].hints = merge(ts[i].hints, alts)
			ts[i].clear = max(ts[i].clear, clear)
			if first {
				for _, w := range f.wishes {
					w.Text = ts[i].low
					r.wish(out, w)
				}
			}
			first = false
		}
	}
}

// turn finds a turn of several words that points at fields.
func (fs *Fields) turn(r *Reader, ts []token, i int, marks uint64) (end int, votes []vote) {
	for _, p := range fs.turns(ts[i].root) {
		if p.marks&^marks != 0 {
			continue
		}
		k := i + 1
		for _, w := range p.words[1:] {
			gap := 0
			for k < len(ts) && ts[k].root != w && gap < maxGap && r.skippable(&ts[k]) {
				k++
				gap++
			}
			if k >= len(ts) || ts[k].root != w || ts[k].lifted || (ts[k].used && !ts[k].stop) {
				k = 0
				break
			}
			k++
		}
		switch {
		case k == 0 || k < end:
		case k > end:
			end, votes = k, slices.Clone(p.votes)
		default:
			for _, v := range p.votes {
				votes = pointing(votes, v)
			}
		}
	}
	return end, votes
}
