package wish

import (
	"sort"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

// Gazetteer knows the names of places that the directory itself uses.
type Gazetteer struct {
	names   map[string]string // folded words → the name as the directory spells it
	joined  map[string]string // the same, written as one word
	sorted  []string          // single-word names, for shortened ones
	longest int               // words in the longest name
}

// NewGazetteer makes a gazetteer of names. An earlier name wins over a later
// one that is written the same.
func NewGazetteer(names []string) *Gazetteer {
	g := &Gazetteer{names: map[string]string{}, joined: map[string]string{}}
	for _, n := range names {
		key, words := placeKey(n)
		if key == "" || g.names[key] != "" {
			continue
		}
		g.names[key] = n
		g.longest = max(g.longest, words)
		if one := strings.ReplaceAll(key, " ", ""); g.joined[one] == "" {
			g.joined[one] = n
		}
		if words == 1 {
			g.sorted = append(g.sorted, key)
		}
	}
	sort.Strings(g.sorted)
	return g
}

func placeKey(name string) (key string, words int) {
	var ws []string
	danish.Words(danish.Fold(danish.Lower(name)), func(w string) { ws = append(ws, w) })
	return strings.Join(ws, " "), len(ws)
}

// minShort is the least number of letters by which a place is known from its beginning.
const minShort = 5

// find looks for the longest name that begins at the first of the folded words.
func (g *Gazetteer) find(folded []string, open bool) (name string, words int) {
	if g == nil {
		return "", 0
	}
	for n := min(g.longest, len(folded)); n >= 1; n-- {
		if name, ok := g.names[strings.Join(folded[:n], " ")]; ok {
			return name, n
		}
	}
	for n := min(g.longest, len(folded)); n >= 1; n-- { // "brabrands", "gellerup parkens"
		if !strings.HasSuffix(folded[n-1], "s") {
			continue
		}
		if s := strings.TrimSuffix(strings.Join(folded[:n], " "), "s"); len(s) >= minShort {
			if name, ok := g.names[s]; ok {
				return name, n
			}
		}
	}
	f := folded[0]
	if len(f) >= minShort+1 { // written together or apart
		if name, ok := g.joined[f]; ok {
			return name, 1
		}
	}
	if len(folded) > 1 && len(f)+len(folded[1]) >= minShort+3 {
		if name, ok := g.joined[f+folded[1]]; ok {
			return name, 2
		}
	}
	if len(f) < minShort || (!open && len(f) < minShort+1) {
		return "", 0
	}
	i := sort.SearchStrings(g.sorted, f)
	if i < len(g.sorted) && strings.HasPrefix(g.sorted[i], f) && (i+1 == len(g.sorted) || !strings.HasPrefix(g.sorted[i+1], f)) {
		return g.names[g.sorted[i]], 1
	}
	return "", 0
}

// near finds the one name that is a letter off (two in long names), "" where
// none or several are.
func (g *Gazetteer) near(f string) string {
	if g == nil || len(f) < minShort {
		return ""
	}
	limit := 1
	if len(f) >= 9 {
		limit = 2
	}
	found, best := "", limit+1
	for i := sort.SearchStrings(g.sorted, f[:1]); i < len(g.sorted) && g.sorted[i][0] == f[0]; i++ {
		switch d := danish.Distance(f, g.sorted[i], limit, false); {
		case d < best:
			found, best = g.sorted[i], d
		case d == best && d <= limit:
			found = ""
		}
	}
	return g.names[found]
}
