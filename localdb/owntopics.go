package localdb

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// Topic is something that communities of the directory are about: what an own
// word can mean.
type Topic struct {
	Name        string // as most communities write it
	Communities int
}

// Topics are the topics of a directory: its activities and categories.
type Topics struct {
	list  []Topic  // most communities first
	keys  []string // what is compared of each
	byKey map[string]int
}

// GatherTopics reads the topics out of the communities that each hands over.
// What is too general to be looked for is no topic.
func GatherTopics(each func(func(*directory.Community) error) error) (*Topics, error) {
	type spelling struct {
		n     int
		names map[string]int
	}
	found := map[string]*spelling{}
	err := each(func(c *directory.Community) error {
		if c.IsClosed() {
			return nil
		}
		var mine []string
		for _, name := range append(slices.Clone(c.Activities), c.Category) {
			name = clean.Line(name, 4*maxSays)
			key, says := match.Phrase(name)
			first, _ := utf8.DecodeRuneInString(name)
			if !says || slices.Contains(mine, key) || utf8.RuneCountInString(name) > maxSays || !unicode.IsLetter(first) && !unicode.IsDigit(first) {
				continue
			}
			mine = append(mine, key)
			s := found[key]
			if s == nil {
				s = &spelling{names: map[string]int{}}
				found[key] = s
			}
			s.n++
			s.names[name]++
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	t := &Topics{byKey: map[string]int{}}
	for _, s := range found {
		best := ""
		for name, n := range s.names {
			if best == "" || n > s.names[best] || n == s.names[best] && name < best {
				best = name
			}
		}
		t.list = append(t.list, Topic{best, s.n})
	}
	t.list = searchable(t.list)
	slices.SortFunc(t.list, func(a, b Topic) int {
		return cmp.Or(cmp.Compare(b.Communities, a.Communities), cmp.Compare(a.Name, b.Name))
	})
	for i, topic := range t.list {
		key, _ := match.Phrase(topic.Name)
		t.keys, t.byKey[key] = append(t.keys, key), i
	}
	return t, nil
}

// searchable leaves out what could not be looked for.
func searchable(list []Topic) []Topic {
	lines := make([]string, len(list))
	for i, t := range list {
		lines[i] = OwnWord{"x", []string{t.Name}}.rule()
	}
	err := match.CheckWords([]byte(strings.Join(lines, "\n")))
	bad := map[int]bool{}
	for _, e := range wish.RuleErrors(err) {
		bad[e.Number-1] = true
	}
	var out []Topic
	for i, t := range list {
		if !bad[i] {
			out = append(out, t)
		}
	}
	return out
}

// Len is how many topics there are.
func (t *Topics) Len() int { return len(t.list) }

// Get gives a topic as the directory spells it; capitals, accents and the way
// æ, ø and å are written do not matter.
func (t *Topics) Get(name string) (Topic, bool) {
	key, _ := match.Phrase(name)
	i, ok := t.byKey[key]
	if !ok {
		return Topic{}, false
	}
	return t.list[i], true
}

// Find gives up to n topics for a text as it is typed: those that begin with
// it, then those with a word that does, then those that have it inside; those of
// most communities first. An empty text gives the most used.
func (t *Topics) Find(text string, n int) []Topic {
	key, _ := match.Phrase(text)
	var tiers [3][]Topic
	for i, topic := range t.list {
		k := t.keys[i]
		switch {
		case strings.HasPrefix(k, key):
			tiers[0] = append(tiers[0], topic)
		case strings.Contains(" "+k, " "+key):
			tiers[1] = append(tiers[1], topic)
		case strings.Contains(k, key):
			tiers[2] = append(tiers[2], topic)
		}
		if len(tiers[0]) == n {
			break
		}
	}
	out := slices.Concat(tiers[0], tiers[1], tiers[2])
	return out[:min(n, len(out))]
}

// Nearest gives the topic whose name is spelt most like a text, for "did you
// mean"; "" where none is.
func (t *Topics) Nearest(text string) string {
	key, _ := match.Phrase(text)
	best, at := 3, "" // letters that may differ
	for i, topic := range t.list {
		if d := distance(key, t.keys[i], best); d < best && d*3 <= len(key) {
			best, at = d, topic.Name
		}
	}
	if at == "" && key != "" {
		if f := t.Find(text, 1); len(f) > 0 {
			at = f[0].Name
		}
	}
	return at
}

// distance is how many letters must change to make a from b, most at most.
func distance(a, b string, most int) int {
	if len(a)-len(b) >= most || len(b)-len(a) >= most {
		return most
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return min(row[len(b)], most)
}
