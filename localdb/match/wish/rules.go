package wish

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

// Rules holds the phrases that are understood: the lay words and the wishes.
// The format is described in assets/words/lay.txt.
type Rules struct {
	packed  *packed            // what is built in, where it was opened and not read; nil otherwise
	byFirst map[string][]*rule // by the root of the phrase's first word
	timely  map[string]*rule   // single words for days and times, for completing what is being typed
}

// rule is one phrase and what it stands for.
type rule struct {
	words   []string // roots, in order
	marks   uint64   // the bits of its words
	consume bool     // the words are not searched for
	back    uint8    // background: counts for less beside a topic (1), and beside other background (2)
	alts    []Alt
	wishes  []Wish
	errand  bool   // what no community offers
	only    bool   // whatever else is said
	near    bool   // said of a relative, it is about those around them too
	base    string // base form of the last word
	form    string // one of the words must stand in this form: "!hjælpe" is not "hjælp"
}

// ParseRules reads lists of rules; later lists add to earlier ones. The error
// joins a *RuleError for each line that cannot be read.
func ParseRules(l *danish.Language, lists ...string) (*Rules, error) {
	rs := &Rules{byFirst: map[string][]*rule{}, timely: map[string]*rule{}}
	var failed []error
	for _, list := range lists {
		failed = append(failed, rs.read(l, list))
	}
	return rs, errors.Join(failed...)
}

// read adds a list; a line that cannot be read adds nothing.
func (rs *Rules) read(l *danish.Language, list string) error {
	rd := l.Reader()
	defer rd.Done()
	var failed []error
	number := 0
	for line := range strings.Lines(list) {
		number++
		text, _, _ := strings.Cut(line, "#")
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		if err := rs.add(rd, text); err != nil {
			err.Number, err.Line = number, text
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

func (rs *Rules) add(rd *danish.Reader, line string) *RuleError {
	body, consume := strings.CutPrefix(line, "=")
	body, near := strings.CutPrefix(body, "&")
	back := uint8(0)
	for back < 2 && strings.HasPrefix(body, "~") {
		body = body[1:]
		back++
	}
	left, right, ok := strings.Cut(body, "=>")
	if strings.HasPrefix(line, "=>") {
		return &RuleError{Reason: EmptyPhrase}
	}
	if !ok {
		return &RuleError{Reason: NoArrow}
	}
	proto := rule{consume: consume, back: back, near: near}
	switch right = strings.TrimSpace(right); right {
	case "-":
		proto.consume = true
	case "!", "!!":
		proto.errand, proto.consume, proto.only = true, true, right == "!!"
	default:
		for item := range strings.SplitSeq(right, ",") {
			if err := proto.item(rd.Language(), strings.TrimSpace(item)); err != nil {
				return err
			}
		}
	}
	left = danish.Lower(left)
	n := strings.Count(left, ",") + 1
	made, said := make([]*rule, 0, n+4), make([]string, 0, n+4)
	rules := make([]rule, n) // together, and so are their words: there are thousands
	roots := make([]string, 0, len(left)/4)
	for phrase := range strings.SplitSeq(left, ",") {
		r := &rules[len(rules)-n]
		n--
		*r = proto
		from := len(roots)
		danish.Words(phrase, func(w string) {
			f := danish.Fold(w)
			r.base = rd.Base(f)
			roots = append(roots, rootOf(rd, f))
		})
		r.words = roots[from:len(roots):len(roots)]
		if _, last, ok := strings.Cut(phrase, "!"); ok { // this form alone
			danish.Words(danish.Fold(last), func(w string) {
				if r.form == "" {
					r.form = w
				}
			})
		}
		if len(r.words) == 0 {
			return &RuleError{Reason: EmptyPhrase}
		}
		r.words = bare(rd, r.words, danish.Fold(phrase))
		made, said = append(made, r), append(said, phrase)
		if t := turned(r); t != nil {
			made, said = append(made, t), append(said, "")
		}
	}
	for i, r := range made {
		for _, w := range r.words {
			r.marks |= markOf(w)
		}
		rs.byFirst[r.words[0]] = append(rs.byFirst[r.words[0]], r)
		if len(r.words) == 1 && len(r.wishes) == 1 && (r.wishes[0].Kind == Time || r.wishes[0].Kind == Weekday) {
			rs.timely[danish.Fold(danish.Lower(strings.TrimSpace(said[i])))] = r
		}
	}
	return nil
}

// markOf is a bit for a root: a text that has not the bits of all words of a
// phrase does not hold it, and most are passed over so.
func markOf(root string) uint64 {
	h := uint32(2166136261)
	for i := range len(root) {
		h = (h ^ uint32(root[i])) * 16777619
	}
	return 1 << (h >> 7 & 63)
}

// item reads one thing on the right-hand side: "word^0.8" or "@kind:value?".
func (r *rule) item(l *danish.Language, s string) *RuleError {
	if s == "" {
		return &RuleError{Reason: EmptyItem}
	}
	if spec, ok := strings.CutPrefix(s, "@"); ok {
		spec, soft := strings.CutSuffix(spec, "?")
		kind, value, _ := strings.Cut(spec, ":")
		w := Wish{Kind: Kind(kind), Value: value, Soft: soft}
		if w.Kind == Distance || w.Kind == Age {
			n, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return &RuleError{Reason: BadNumber, Detail: s}
			}
			w.Number, w.Value = n, ""
		}
		if !w.known() {
			return &RuleError{Reason: UnknownWish, Detail: s}
		}
		r.wishes = append(r.wishes, w)
		return nil
	}
	word, weight, graded := strings.Cut(s, "^")
	w := 0.9
	if graded {
		var err *RuleError
		if w, err = readWeight(weight); err != nil {
			err.Detail = s
			return err
		}
	}
	single := !strings.Contains(word, " ")
	before := len(r.alts)
	danish.Words(danish.Fold(danish.Lower(strings.ReplaceAll(word, "-", ""))), func(f string) {
		if !l.Stop(f) && (single || !(l.Faint(f) || l.Head(f))) { // of several words, those that carry the topic
			r.alts = append(r.alts, Alt{f, w})
		}
	})
	if len(r.alts) == before {
		return &RuleError{Reason: NoTopic, Detail: s}
	}
	return nil
}

// readWeight reads a weight above 0 and up to 1.
func readWeight(s string) (float64, *RuleError) {
	w, err := strconv.ParseFloat(s, 64)
	if err != nil || w <= 0 || w > 1 {
		return 0, &RuleError{Reason: BadWeight, Detail: s}
	}
	return w, nil
}

// bare leaves out of a phrase the verbs that only carry another ("min mand er
// død"), where two words of substance stand without them: they are said and left
// out as one likes.
func bare(rd *danish.Reader, roots []string, folded string) []string {
	var forms, kept []string
	danish.Words(folded, func(w string) { forms = append(forms, w) })
	if len(forms) != len(roots) {
		return roots
	}
	substance := 0
	for i, f := range forms {
		if carriers[f] {
			continue
		}
		kept = append(kept, roots[i])
		if !rd.Language().Stop(f) {
			substance++
		}
	}
	if substance < 2 || carriers[forms[0]] {
		return roots
	}
	return kept
}

var carriers = map[string]bool{"er": true, "var": true, "har": true, "havde": true, "blev": true, "blevet": true, "bliver": true, "vaeret": true}

// turned gives a phrase as it stands in a subordinate clause: "tør ikke gå ud"
// is "(fordi jeg) ikke tør gå ud" there; nil where nothing turns.
func turned(r *rule) *rule {
	i := slices.Index(r.words, "ikke")
	if i != 1 || len(r.words) < 3 {
		return nil
	}
	t := *r
	t.words = slices.Clone(r.words)
	t.words[0], t.words[1] = t.words[1], t.words[0]
	return &t
}

// rootOf gives the root of a folded word as phrases compare it: of the words for
// persons, one stands for all.
func rootOf(rd *danish.Reader, f string) string {
	if c := sameWord[f]; c != "" {
		return c
	}
	return rd.Root(rd.Base(f))
}

var sameWord = map[string]string{
	"mig": "mig", "sig": "mig", "dig": "mig", "os": "mig", "jer": "mig", "ikk": "ikke",
	"min": "min", "mit": "min", "mine": "min", "sin": "min", "sit": "min", "sine": "min", "din": "min", "dit": "min", "dine": "min",
	"vores": "min", "vor": "min", "hans": "min", "hendes": "min", "deres": "min", "jeres": "min",
	"nogen": "nogen", "nogle": "nogen",
}

// Len is the number of phrases that are understood.
func (rs *Rules) Len() int {
	n := 0
	if rs.packed != nil {
		n = rs.packed.count
	}
	for _, l := range rs.byFirst {
		n += len(l)
	}
	return n
}
