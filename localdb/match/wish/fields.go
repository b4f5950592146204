package wish

import (
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

// Fields says which everyday words point at which kinds of offers: "garn" and
// "pinde" at knitting. That is weaker than a phrase that is understood: words
// vote, and what most of them point at is looked for. The format is described in
// assets/words/fields.txt.
type Fields struct {
	packed  *packedFields // where they were opened and not read; nil otherwise
	of      []field
	words   map[string][]vote      // as listed, and by base form
	roots   map[string][]vote      // by root, for the relatives of a word
	phrases map[string][]fieldTerm // by the root of the first word
	sets    map[string][]fieldTerm // words that point together, wherever they stand: by the root of the first listed
}

// field is one kind of offer: what to look for, nearest first.
type field struct {
	alts   []Alt
	wishes []Wish
	errand bool // what no community offers
}

// vote is how strongly a word points at a field, 0–1.
type vote struct {
	field  uint16
	weight float32
}

// fieldTerm is a turn or a set of several words that points at fields.
type fieldTerm struct {
	words []string // roots
	marks uint64   // the bits of its words
	votes []vote
}

// fieldWeight is how strongly a word points where nothing is said.
const fieldWeight = 0.8

// ParseFields reads a list of fields. The error joins a *RuleError for each line
// that cannot be read.
func ParseFields(l *danish.Language, text string) (*Fields, error) {
	rd := l.Reader()
	defer rd.Done()
	fs := &Fields{words: map[string][]vote{}, roots: map[string][]vote{}, phrases: map[string][]fieldTerm{}, sets: map[string][]fieldTerm{}}
	var failed []error
	number := 0
	for line := range strings.Lines(text) {
		number++
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := fs.line(rd, line); err != nil {
			err.Number, err.Line = number, line
			failed = append(failed, err)
		}
	}
	return fs, errors.Join(failed...)
}

// line reads the heading of a field, or words that point at the last one.
func (fs *Fields) line(rd *danish.Reader, line string) *RuleError {
	if head, ok := strings.CutPrefix(line, "["); ok {
		head = strings.TrimSpace(strings.TrimSuffix(head, "]"))
		if head == "!" {
			fs.of = append(fs.of, field{errand: true})
			return nil
		}
		var r rule
		var failed *RuleError // what can be read counts
		for item := range strings.SplitSeq(head, ",") {
			if err := r.item(rd.Language(), strings.TrimSpace(item)); err != nil && (failed == nil || err.Reason != NoTopic) {
				failed = err
			}
		}
		if failed != nil && failed.Reason == NoTopic && len(r.alts) > 0 {
			failed = nil // a word that is too general is left out beside others
		}
		for i := range r.wishes {
			r.wishes[i].Soft = true // what is only guessed takes nothing away
		}
		fs.of = append(fs.of, field{alts: r.alts, wishes: r.wishes})
		return failed
	}
	if len(fs.of) == 0 {
		return &RuleError{Reason: EmptyItem, Detail: "["}
	}
	for line != "" {
		var phrase string
		if rest, ok := strings.CutPrefix(line, `"`); ok {
			if phrase, line, ok = strings.Cut(rest, `"`); !ok {
				return &RuleError{Reason: EmptyPhrase}
			}
		} else {
			n := strings.IndexAny(line, " \t^")
			if n < 0 {
				n = len(line)
			}
			phrase, line = line[:n], line[n:]
		}
		weight := fieldWeight
		if rest, ok := strings.CutPrefix(line, "^"); ok {
			n := strings.IndexAny(rest+" ", " \t")
			w, err := readWeight(rest[:n])
			if err != nil {
				return err
			}
			weight, line = w, rest[n:]
		}
		line = strings.TrimLeft(line, " \t")
		fs.add(rd, phrase, vote{uint16(len(fs.of) - 1), float32(weight)})
	}
	return nil
}

// add notes what a word or a turn of words points at.
func (fs *Fields) add(rd *danish.Reader, phrase string, v vote) {
	var folds []string
	danish.Words(danish.Lower(phrase), func(w string) { folds = append(folds, danish.Fold(w)) })
	switch len(folds) {
	case 0:
	case 1:
		base := rd.Base(folds[0])
		fs.words[folds[0]] = pointing(fs.words[folds[0]], v)
		if base != folds[0] { // "fyret" is not any "fyr"
			v.weight *= fromForm
			fs.words[base] = pointing(fs.words[base], v)
		}
		if root := rd.Root(base); root != base {
			fs.roots[root] = pointing(fs.roots[root], v)
		}
	default:
		marks := uint64(0)
		for i, f := range folds {
			folds[i] = rootOf(rd, f)
			marks |= markOf(folds[i])
		}
		if strings.Contains(phrase, "+") {
			fs.sets[folds[0]] = append(fs.sets[folds[0]], fieldTerm{folds, marks, []vote{v}})
			return
		}
		fs.phrases[folds[0]] = append(fs.phrases[folds[0]], fieldTerm{folds, marks, []vote{v}})
	}
}

// pointing adds a vote, or raises the one there is.
func pointing(votes []vote, v vote) []vote {
	for i := range votes {
		if votes[i].field == v.field {
			votes[i].weight = max(votes[i].weight, v.weight)
			return votes
		}
	}
	return append(votes, v)
}

// Shares of its evidence that reach a field from a word that is only akin to one
// that points at it.
const (
	fromForm   = 0.7  // another form of a word that is listed in a form of its own: sok, "sokker"
	fromRoot   = 0.85 // a relative: "sy", "syning"
	fromHead   = 0.7  // the last part of a compound: uldgarn
	fromFirst  = 0.65 // its first part: garnnøgle
	fromFaint  = 0.4  // a word that says little beside others
	errandPart = 6    // letters: "forsikring" is an errand in any compound, "stik" is none in trommestik
	leastPart  = 0.5  // what points more weakly alone says nothing as a part
)

// votes says what a word points at, and whether only its parts do that: the
// word may then be another one that is misspelt.
func (fs *Fields) votes(rd *danish.Reader, fold string) (out []vote, unsure bool) {
	if vs := fs.word(fold); len(vs) > 0 {
		return slices.Clone(vs), false
	}
	base := rd.Base(fold)
	if vs := fs.word(base); len(vs) > 0 {
		return slices.Clone(vs), false
	}
	root := rd.Root(base)
	if len(root) >= shortRoot {
		for _, v := range fs.root(root) {
			out = append(out, vote{v.field, v.weight * fromRoot})
		}
		if root != base {
			for _, v := range fs.word(root) {
				out = pointing(out, vote{v.field, v.weight * fromRoot})
			}
		}
	}
	if len(out) > 0 {
		return out, false
	}
	cut := rd.Split(fold, nil)
	if len(cut) < 2 {
		return nil, false
	}
	for i, p := range cut {
		b := rd.Base(p)
		if l := rd.Language(); l.Head(b) || l.Lean(b) || l.Faint(b) || len(p) < 3 {
			continue
		}
		share := float32(fromFirst)
		if i == len(cut)-1 {
			share = fromHead
		}
		vs := fs.word(b)
		if r := rd.Root(b); len(vs) == 0 && len(r) >= shortRoot {
			vs = fs.root(r)
		}
		for _, v := range vs {
			if fs.of[v.field].errand && (i < len(cut)-1 || v.weight < fieldWeight || len(p) < errandPart) {
				continue // what is built of such a word is seldom one
			}
			if v.weight >= leastPart {
				out = both(out, vote{v.field, v.weight * share})
			}
		}
	}
	return out, true
}

// both joins the votes of two parts of a word.
func both(votes []vote, v vote) []vote {
	for i := range votes {
		if votes[i].field == v.field {
			votes[i].weight = 1 - (1-votes[i].weight)*(1-v.weight)
			return votes
		}
	}
	return append(votes, v)
}

// specific is how telling a word is that points at n fields.
func specific(n int) float64 {
	return 1 / math.Pow(float64(max(1, n)), fieldShared)
}

// fieldShared is how much of its evidence a word loses that points at several fields.
const fieldShared = 0.6
