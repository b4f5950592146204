package match

import (
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

// respell cuts a misspelt compound into words that the directory uses and words
// that say what kind of gathering it is: "strikekluub" into strikke and klub. Of
// several ways the one with the fewest wrong letters is taken, nil where there
// is none.
func (x *Index) respell(rd *danish.Reader, w string) []string {
	if len(w) > danish.MaxWord/2 {
		return nil
	}
	var parts []string
	least := 4
	for i := 3; i <= len(w)-3; i++ {
		a, b := w[:i], strings.TrimPrefix(w[i:], "-")
		if len(b) < 3 {
			continue
		}
		head, off := rd.NearHead(b)
		if len(b) >= 4 && x.holds(rd, b) {
			head, off = b, 0
		}
		if head == "" {
			if head, off = x.tail(rd, a, b); head == "" {
				continue
			}
		}
		if off >= least {
			continue
		}
		if first, wrong := x.first(rd, a); first != "" && off+wrong < least && off+wrong > 0 {
			parts, least = []string{first, head}, off+wrong
		}
	}
	return parts
}

// tail finds what the second part is misspelt for, where the first stands as it is.
func (x *Index) tail(rd *danish.Reader, a, b string) (word string, off int) {
	if len(a) < 4 || !x.holds(rd, a) {
		return "", 0
	}
	return x.nearest(b), 1
}

// first finds the first part of a compound, without the letter that links it:
// as it stands or a letter off.
func (x *Index) first(rd *danish.Reader, a string) (word string, off int) {
	bare := a
	if last := a[len(a)-1]; len(a) > 4 && (last == 's' || last == 'e') {
		bare = a[:len(a)-1]
	}
	for _, p := range [2]string{a, bare} {
		if x.holds(rd, p) {
			return p, 0
		}
	}
	for _, p := range [2]string{a, bare} {
		if n := x.nearest(p); n != "" {
			return n, 1
		}
	}
	return "", 0
}

// holds says whether the directory uses a word, alone or in a compound.
func (x *Index) holds(rd *danish.Reader, p string) bool {
	b := rd.Base(p)
	_, ok := x.terms.find(b)
	return ok || len(x.partOf.of(b)) > 0
}

// nearest gives a word of the directory one letter off, or "".
func (x *Index) nearest(p string) string {
	if len(p) < 4 {
		return ""
	}
	found, best := "", 2
	take := func(list *texts) func(i, d int, begun bool) {
		return func(i, d int, _ bool) {
			if d < best {
				found, best = list.at(uint32(i)), d
			}
		}
	}
	x.surfaces.near(p, 1, false, take(&x.surfaces.texts))
	if found == "" {
		x.parts.near(p, 1, false, take(&x.parts.texts))
	}
	return found
}
