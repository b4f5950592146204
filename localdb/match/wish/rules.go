package wish

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

// Rules holds the phrases that are understood: the lay words and the wishes.
// The format is described in assets/words/lay.txt.
type Rules struct {
	byFirst map[string][]*rule // by the root of the phrase's first word
	timely  map[string]*rule   // single words for days and times, for completing what is being typed
}

// rule is one phrase and what it stands for.
type rule struct {
	words   []string // roots, in order
	consume bool     // the words are not searched for
	behind  bool     // background: counts for less beside another topic
	alts    []Alt
	wishes  []Wish
}

// RuleError says which line of a list of rules cannot be read.
type RuleError struct{ Line, Reason string }

func (e *RuleError) Error() string { return fmt.Sprintf("lay words: %s: %q", e.Reason, e.Line) }

// ParseRules reads lists of rules; later lists add to earlier ones.
func ParseRules(l *danish.Language, lists ...string) (*Rules, error) {
	rd := l.Reader()
	defer rd.Done()
	rs := &Rules{byFirst: map[string][]*rule{}, timely: map[string]*rule{}}
	var failed error
	for _, list := range lists {
		danish.EachLine(list, func(line string) {
			if err := rs.add(rd, line); err != nil && failed == nil {
				failed = err
			}
		})
	}
	return rs, failed
}

func (rs *Rules) add(rd *danish.Reader, line string) error {
	body, consume := strings.CutPrefix(line, "=")
	body, behind := strings.CutPrefix(body, "~")
	left, right, ok := strings.Cut(body, "=>")
	if !ok {
		return &RuleError{line, "no =>"}
	}
	proto := rule{consume: consume, behind: behind}
	for item := range strings.SplitSeq(right, ",") {
		if err := proto.item(rd.Language(), strings.TrimSpace(item)); err != nil {
			return &RuleError{line, err.Error()}
		}
	}
	for phrase := range strings.SplitSeq(left, ",") {
		r := proto
		danish.Words(danish.Lower(phrase), func(w string) {
			r.words = append(r.words, rd.Root(rd.Base(danish.Fold(w))))
		})
		if len(r.words) == 0 {
			return &RuleError{line, "empty phrase"}
		}
		rs.byFirst[r.words[0]] = append(rs.byFirst[r.words[0]], &r)
		if len(r.words) == 1 && len(r.wishes) == 1 && (r.wishes[0].Kind == Time || r.wishes[0].Kind == Weekday) {
			rs.timely[danish.Fold(danish.Lower(strings.TrimSpace(phrase)))] = &r
		}
	}
	return nil
}

// item reads one thing on the right-hand side: "word^0.8" or "@kind:value?".
func (r *rule) item(l *danish.Language, s string) error {
	if s == "" {
		return fmt.Errorf("empty item")
	}
	if spec, ok := strings.CutPrefix(s, "@"); ok {
		spec, soft := strings.CutSuffix(spec, "?")
		kind, value, _ := strings.Cut(spec, ":")
		w := Wish{Kind: Kind(kind), Value: value, Soft: soft}
		if w.Kind == Distance || w.Kind == Age {
			n, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return fmt.Errorf("no number in %s", s)
			}
			w.Number, w.Value = n, ""
		}
		r.wishes = append(r.wishes, w)
		return nil
	}
	word, weight, graded := strings.Cut(s, "^")
	w := 0.9
	if graded {
		var err error
		if w, err = strconv.ParseFloat(weight, 64); err != nil || w <= 0 || w > 1 {
			return fmt.Errorf("weight of %s", s)
		}
	}
	single := !strings.Contains(word, " ")
	danish.Words(danish.Fold(danish.Lower(strings.ReplaceAll(word, "-", ""))), func(f string) {
		if single || !(l.Stop(f) || l.Faint(f) || l.Head(f)) { // of several words, those that carry the topic
			r.alts = append(r.alts, Alt{f, w})
		}
	})
	return nil
}

// Len is the number of phrases that are understood.
func (rs *Rules) Len() int {
	n := 0
	for _, l := range rs.byFirst {
		n += len(l)
	}
	return n
}
