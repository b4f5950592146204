package danish

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/blevesearch/snowballstem"
	stemmer "github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/vellum"

	"github.com/faellesskabsby/vejviser/assets/words"
)

// Language holds the opened word lists. It is read-only and shared; each
// goroutine asks it through a Reader of its own.
type Language struct {
	forms     *vellum.FST
	edits     []edit
	irregular map[string]string // folded form → folded base
	related   map[string]string // folded base → the first base of its line
	stop      map[string]bool   // lower and folded
	faint     map[string]bool
	parts     map[string]bool            // folded short words
	english   map[string]bool            // English words without topic; true where they are Danish words too
	narrow    map[string]map[string]bool // first part → last parts beside which it is a topic
	whole     map[string]bool            // base forms that are more than their parts
	heads     map[string]bool            // base forms
	lean      map[string]bool            // base forms
	family    map[string]bool            // base forms
	persons   map[string]bool            // base forms; true for those who come to a desk
	memory    atomic.Pointer[Memory]
	headOnce  sync.Once
	headForms [][]string // forms of the heads, by length
	readers   sync.Pool
}

// edit says how a form becomes its base: take letters off the end, put some on.
type edit struct {
	off int
	on  string
}

// Open returns the word lists that are built in, opened once per process.
var Open = sync.OnceValue(func() *Language {
	l, err := open()
	if err != nil {
		panic(fmt.Sprintf("danish: the built-in word lists are damaged: %v", err)) // cannot happen in a tested build
	}
	return l
})

func open() (*Language, error) {
	f, err := vellum.Load(words.Forms)
	if err != nil {
		return nil, err
	}
	l := &Language{forms: f, irregular: map[string]string{}, related: map[string]string{}}
	for line := range strings.Lines(words.FormRules) {
		n, on, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		off, err := strconv.Atoi(n)
		if !ok || err != nil {
			return nil, fmt.Errorf("form rule %q", line)
		}
		l.edits = append(l.edits, edit{off, on})
	}
	EachLine(words.Irregular, func(line string) {
		if form, base, ok := strings.Cut(line, " "); ok {
			l.irregular[Fold(Lower(form))] = Fold(Lower(base))
		}
	})
	EachLine(words.Related, func(line string) {
		ws := strings.Fields(Fold(Lower(line)))
		for _, w := range ws {
			l.related[w] = ws[0]
		}
	})
	l.stop, l.faint, l.parts = set(words.Stop), set(words.Faint), set(words.Parts)
	l.heads, l.lean = set(words.Heads), set(words.Lean)
	l.persons, l.family = map[string]bool{}, map[string]bool{}
	EachLine(words.Persons, func(line string) {
		line, visitor := strings.CutPrefix(line, "?")
		line, family := strings.CutPrefix(line, "+")
		for p := range set(line) {
			l.persons[p] = visitor
			if family {
				l.family[p] = true
			}
		}
	})
	l.readEnglish(words.English)
	l.readNarrow(words.Narrow)
	l.readers.New = func() any {
		r, err := l.forms.Reader()
		if err != nil {
			return nil
		}
		return &Reader{l: l, fst: r, cache: map[string]word{}, cuts: map[string][]string{}}
	}
	return l, nil
}

// EachLine calls fn with each line of a word list, without comments (from "#")
// and without empty lines.
func EachLine(text string, fn func(line string)) {
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line != "" {
			fn(line)
		}
	}
}

func set(text string) map[string]bool {
	m := map[string]bool{}
	EachLine(text, func(line string) {
		for _, w := range strings.Fields(line) {
			m[Fold(Lower(w))] = true
		}
	})
	return m
}

func (l *Language) readEnglish(text string) {
	l.english = map[string]bool{}
	EachLine(text, func(line string) {
		line, both := strings.CutPrefix(line, "?")
		for _, w := range strings.Fields(strings.ReplaceAll(line, "'", " ")) {
			if len(w) > 1 || w == "i" || w == "a" {
				l.english[w] = both || len(w) == 1
			}
		}
	})
}

// readNarrow reads "first: last last" and "=whole whole" lines.
func (l *Language) readNarrow(text string) {
	l.narrow, l.whole = map[string]map[string]bool{}, map[string]bool{}
	EachLine(text, func(line string) {
		if ws, ok := strings.CutPrefix(line, "="); ok {
			maps.Copy(l.whole, set(ws))
			return
		}
		if first, heads, ok := strings.Cut(line, ":"); ok {
			l.narrow[Fold(Lower(first))] = set(heads)
		}
	})
}

// Stop says whether a folded word carries no topic.
func (l *Language) Stop(folded string) bool { return l.stop[folded] }

// English says whether a folded word is an English word that frames a sentence,
// and whether it is a Danish word as well.
func (l *Language) English(folded string) (frames, both bool) {
	both, frames = l.english[folded]
	return frames, both
}

// Faint says whether a folded word carries little beside another word.
func (l *Language) Faint(folded string) bool { return l.faint[folded] }

// Person says whether a base form is somebody of whom is spoken at a desk, and
// whether it is one who comes to it.
func (l *Language) Person(base string) (person, visitor bool) {
	visitor, person = l.persons[base]
	return person, visitor
}

// Family says whether a base form is one of a family.
func (l *Language) Family(base string) bool { return l.family[base] }

// Head says whether a base form, as the last part of a compound, says only what
// kind of gathering it is.
func (l *Language) Head(base string) bool { return l.heads[base] }

// Lean says whether a base form, as part of a compound, adds nothing to what the
// other part is about: "besvær" in hukommelsesbesvær.
func (l *Language) Lean(base string) bool { return l.lean[base] }

// headForms are the forms of the last parts that are generic, by length.
func (r *Reader) headForms() [][]string {
	l := r.l
	l.headOnce.Do(func() {
		for h := range l.heads {
			for _, end := range [...]string{"", "n", "en", "t", "et", "r", "er", "ne", "erne", "ben", "ber", "pen", "per"} {
				f := h + end
				if b, ok := r.listed(f); f != h && (!ok || b != h) {
					continue
				}
				for len(l.headForms) <= len(f) {
					l.headForms = append(l.headForms, nil)
				}
				l.headForms[len(f)] = append(l.headForms[len(f)], f)
			}
		}
		for _, fs := range l.headForms {
			slices.Sort(fs)
		}
	})
	return l.headForms
}

// NearHead finds the generic last part of a compound ("klub") that a folded word
// is, or is misspelt for, and how many letters are wrong: one, in words of six
// letters two. It is "" where there is none.
func (r *Reader) NearHead(f string) (head string, off int) {
	forms := r.headForms()
	off = 3
	for n := max(3, len(f)-2); n <= len(f)+2 && n < len(forms); n++ {
		most := 1
		if n >= 6 {
			most = 2
		}
		for _, h := range forms[n] {
			if h[0] != f[0] && h[0] != f[1] {
				continue
			}
			if d := Distance(f, h, most, false); d <= most && d < off {
				head, off = h, d
			}
		}
	}
	return head, off
}

// Reader answers questions about words. It remembers what it was asked and is
// for one goroutine at a time.
type Reader struct {
	l     *Language
	fst   *vellum.Reader
	cache map[string]word
	cuts  map[string][]string // of words, where it was not asked what a directory uses
	buf   [MaxWord * 2]byte
}

// word is what was found out about one folded word.
type word struct {
	base, root string
	known      bool
}

// cacheMax bounds what a Reader remembers.
const cacheMax = 1 << 15

// Reader lends a Reader; give it back with Done.
func (l *Language) Reader() *Reader { return l.readers.Get().(*Reader) }

// Done gives the Reader back.
func (r *Reader) Done() {
	if len(r.cache) > cacheMax {
		clear(r.cache)
	}
	if len(r.cuts) > cutsMax {
		clear(r.cuts)
	}
	r.l.readers.Put(r)
}

// Language returns the word lists behind the Reader.
func (r *Reader) Language() *Language { return r.l }

// look finds a folded form in the table.
func (r *Reader) look(folded string) (uint64, bool) {
	if len(folded) < 2 || len(folded) > len(r.buf) {
		return 0, false
	}
	v, ok, err := r.fst.Get(r.buf[:copy(r.buf[:], folded)])
	return v, ok && err == nil
}

func (r *Reader) isBase(folded string) bool {
	v, ok := r.look(folded)
	return ok && v&words.BitBase != 0
}

func (r *Reader) isVerb(folded string) bool {
	v, ok := r.look(folded)
	return ok && v&words.BitVerb != 0
}

// Base gives the base form of a folded word: "boegerne" → "bog". A compound
// that no list holds takes the base form of its last part; a word that is not
// known at all is cut by the Snowball stemmer, as a last resort.
func (r *Reader) Base(folded string) string { return r.word(folded).base }

// Root gives what related words share: "svoemning", "svoemmer" and "svoemme"
// all give "svoem". It is looser than Base.
func (r *Reader) Root(folded string) string { return r.word(folded).root }

// Known says whether a folded word is Danish as far as the lists go, alone or as
// a form of a listed word. Its spelling is then not in doubt.
func (r *Reader) Known(folded string) bool { return r.word(folded).known }

// Memory holds what was found out about words before, by these word lists.
type Memory interface {
	// Recall gives what Base, Root and Known said of a folded word.
	Recall(folded string) (base, root string, known, ok bool)
}

// Remember makes all Readers ask m before they ask the lists.
func (l *Language) Remember(m Memory) { l.memory.Store(&m) }

func (r *Reader) word(folded string) word {
	if w, ok := r.cache[folded]; ok {
		return w
	}
	var w word
	if m := r.l.memory.Load(); m != nil {
		ok := false
		if w.base, w.root, w.known, ok = (*m).Recall(folded); ok {
			return w // as quick as remembering it here as well
		}
	}
	w.base, w.known = r.base(folded)
	w.root = r.root(w.base)
	if len(r.cache) <= cacheMax {
		r.cache[strings.Clone(folded)] = w
	}
	return w
}

func (r *Reader) base(f string) (base string, known bool) {
	if b, ok := r.listed(f); ok {
		return b, true
	}
	if b, ok := r.compoundBase(f); ok {
		return b, false
	}
	return stem(f), false
}

// listed looks a form up, and again without a possessive or passive -s.
func (r *Reader) listed(f string) (string, bool) {
	if b, ok := r.l.irregular[f]; ok {
		return b, true
	}
	if v, ok := r.look(f); ok {
		return r.apply(f, v), true
	}
	if g := strings.TrimSuffix(f, "s"); g != f && len(g) > 2 {
		if b, ok := r.l.irregular[g]; ok {
			return b, true
		}
		if v, ok := r.look(g); ok {
			return r.apply(g, v), true
		}
	}
	return "", false
}

func (r *Reader) apply(f string, v uint64) string {
	if v&words.BitBase != 0 {
		return f
	}
	n := int(v >> words.EditShift)
	if n >= len(r.l.edits) || r.l.edits[n].off > len(f) {
		return f
	}
	return f[:len(f)-r.l.edits[n].off] + r.l.edits[n].on
}

// compoundBase bends the last part of an unlisted compound back: the longest
// listed tail before which stands a listed word, with or without a linking s or e.
func (r *Reader) compoundBase(f string) (string, bool) {
	for i := 3; i <= len(f)-4; i++ {
		head := f[:i]
		if !r.isBase(head) && !(head[i-1] == 's' || head[i-1] == 'e') {
			continue
		}
		tail, ok := r.listed(f[i:])
		if !ok {
			continue
		}
		if r.isBase(head) || r.isBase(head[:i-1]) {
			return head + tail, true
		}
	}
	return "", false
}

func stem(f string) string {
	if len(f) <= 4 {
		return f
	}
	env := snowballstem.NewEnv(f)
	stemmer.Stem(env)
	if s := env.Current(); len(s) >= 3 {
		return s
	}
	return f
}
