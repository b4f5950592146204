package danish

import "strings"

// Uses says which base forms the directory itself uses; such parts are preferred.
type Uses func(base string) bool

// maxSplit is the longest word that is taken apart.
const maxSplit = 48

// Split cuts a folded compound into its parts, without linking letters, at the
// cheapest place: few parts, long parts, parts that the directory uses. It
// returns nil where the word is no compound. uses may be nil.
func (r *Reader) Split(f string, uses Uses) []string {
	n := len(f)
	if n < 5 || n > maxSplit || !letters(f) {
		return nil
	}
	if uses != nil {
		return r.split(f, uses)
	}
	parts, ok := r.cuts[f]
	if !ok { // a sentence is read again at each key press
		parts = r.split(f, nil)
		if len(r.cuts) <= cutsMax {
			r.cuts[strings.Clone(f)] = parts
		}
	}
	return parts
}

// cutsMax bounds how many words a Reader remembers cut.
const cutsMax = 1 << 12

func (r *Reader) split(f string, uses Uses) []string {
	n := len(f)
	if r.l.whole[r.Base(f)] {
		return nil
	}
	if b, ok := r.listed(f); ok && b != f && len(b) < n && r.Split(b, uses) == nil {
		return nil // støvler is no støv|ler: støvle is no compound
	}
	s := splitter{r: r, f: f, uses: uses, known: r.headOK(f)}
	return s.best()
}

// SplitAll cuts again what can be cut: kolonihaveforening gives kolonihave,
// forening, koloni and have.
//
// A first part that only describes the last is left out: danskvand is about
// water, danskundervisning about both.
func (r *Reader) SplitAll(f string, uses Uses) []string {
	parts := r.Split(f, uses)
	if len(parts) > 1 {
		if heads, ok := r.l.narrow[r.Base(parts[0])]; ok && !heads[r.Base(parts[len(parts)-1])] {
			parts = parts[1:]
		}
	}
	out := parts
	for _, p := range parts {
		if len(p) >= 8 && len(p) < len(f) {
			out = append(out[:len(out):len(out)], r.SplitAll(p, uses)...)
		}
	}
	return out
}

// SplitOpen cuts a word that is still being typed into the longest part that the
// directory uses and the beginning of the next: strikkec gives strikke and c.
func (r *Reader) SplitOpen(f string, uses Uses) []string {
	if len(f) < 5 || len(f) > maxSplit || !letters(f) {
		return nil
	}
	for i := len(f) - 1; i >= 2; i-- {
		head, rest := f[:i], f[i:]
		if !r.partOK(head) || (uses != nil && !uses(r.Base(head))) {
			continue
		}
		if len(rest) > 1 && (rest[0] == 's' || rest[0] == 'e') && len(rest) <= 3 {
			rest = rest[1:]
		}
		return []string{head, rest}
	}
	return nil
}

func letters(f string) bool {
	for i := 0; i < len(f); i++ {
		if f[i] < 'a' || f[i] > 'z' {
			return false
		}
	}
	return true
}

type splitter struct {
	r     *Reader
	f     string
	uses  Uses
	known bool // a word of the list is only cut into words the directory uses (not dansk|ere)
}

type step struct {
	cost float64
	from int // where the part begins
	to   int // where it ends, before a linking letter
	ok   bool
	n    int
}

// best finds the cheapest way from the beginning of the word to its end.
func (s *splitter) best() []string {
	n := len(s.f)
	var steps [maxSplit + 1]step
	steps[0].ok = true
	for i := 0; i < n; i++ {
		if !steps[i].ok {
			continue
		}
		for j := i + 2; j <= n; j++ {
			if i == 0 && j == n {
				continue
			}
			c, ok := s.cost(i, j)
			if !ok {
				continue
			}
			c += steps[i].cost
			take := func(k int, c float64) {
				if !steps[k].ok || c < steps[k].cost {
					steps[k] = step{cost: c, from: i, to: j, ok: true, n: steps[i].n + 1}
				}
			}
			take(j, c)
			if j < n-2 && s.f[j] == 's' {
				take(j+1, c+2)
			}
			if j < n-2 && s.f[j] == 'e' {
				take(j+1, c+3)
			}
		}
	}
	if !steps[n].ok || steps[n].n < 2 {
		return nil
	}
	parts := make([]string, steps[n].n)
	for k, i := n, len(parts)-1; i >= 0; i-- {
		parts[i] = s.f[steps[k].from:steps[k].to]
		k = steps[k].from
	}
	return parts
}

// cost says what it costs to take f[i:j] as a part, and whether it is one.
func (s *splitter) cost(i, j int) (float64, bool) {
	p := s.f[i:j]
	last := j == len(s.f) && i > 0
	if !s.r.partOK(p) && !(last && s.r.headOK(p)) {
		return 0, false
	}
	c := 10 + 12/float64(len(p))
	if s.uses != nil && !s.uses(s.r.Base(p)) {
		if s.known && len(p) < 5 {
			return 0, false
		}
		c += 2.5
	}
	return c, true
}

// partOK says whether a folded word can stand inside a compound as it is.
func (r *Reader) partOK(p string) bool {
	if len(p) < 4 || r.l.parts[p] {
		return r.l.parts[p]
	}
	return r.isBase(p)
}

// bends are the endings that the last part of a compound may carry.
var bends = []string{"ernes", "erne", "ens", "ets", "ene", "en", "et", "er", "rne", "ne", "n", "t", "s", "e", "r"}

// headOK also takes a last part that is bent.
func (r *Reader) headOK(p string) bool {
	if r.partOK(p) {
		return true
	}
	if len(p) >= 5 {
		if _, ok := r.listed(p); ok {
			return true
		}
	}
	for _, x := range bends {
		if s := strings.TrimSuffix(p, x); s != p && len(s) >= 2 && len(s) < 4 && r.l.parts[s] {
			return true
		}
	}
	return false
}
