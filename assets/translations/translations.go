// Package translations is the catalogue of every text that people see, on
// screens, sheets and the command line: one folder a language, one file a
// subject, so "counter.search" is the member "search" of da/counter.json.
//
// No text for people stands in code. The catalogue is our own because a kiosk
// chooses its language itself, while the toolkit follows the operating system.
package translations

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
)

//go:embed da en uk pl de tr so ar fa
var files embed.FS

// Default is the language used where another lacks a text.
const Default = "da"

// Catalogue holds the texts of one language. It is safe for concurrent use.
type Catalogue struct {
	lang  string
	texts map[string]text
}

// text is one entry: a plain string, or its plural forms by their names.
type text struct {
	plain string
	forms map[string]string
}

func (t *text) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, &t.plain) == nil {
		return nil
	}
	return json.Unmarshal(b, &t.forms)
}

// say is the text for a count in a language.
func (t text) say(lang string, n int) string {
	if t.forms == nil {
		return t.plain
	}
	return t.forms[form(lang, n)]
}

// whole is the text where no count is told: the form for everything else.
func (t text) whole(lang string) string {
	if t.forms == nil {
		return t.plain
	}
	fs := forms(lang)
	return t.forms[fs[len(fs)-1]]
}

var (
	mu     sync.Mutex
	loaded = map[string]*Catalogue{}
)

// For gives the catalogue of a language ("da", "en", "da-DK"); an unknown one
// gives Danish. A language of Sheets alone speaks for citizens, not for a desk: a
// text that it lacks is said in Danish. A catalogue is parsed once per process.
func For(lang string) *Catalogue {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	if !slices.Contains(Sheets, base) {
		base = Default
	}
	mu.Lock()
	defer mu.Unlock()
	if c, ok := loaded[base]; ok {
		return c
	}
	c, err := load(base)
	if err != nil {
		panic(err) // an embedded file that does not parse is a fault of the build, caught by the package's test
	}
	loaded[base] = c
	return c
}

func load(lang string) (*Catalogue, error) {
	entries, err := files.ReadDir(lang)
	if err != nil {
		return nil, err
	}
	c := &Catalogue{lang: lang, texts: map[string]text{}}
	for _, e := range entries {
		b, err := files.ReadFile(path.Join(lang, e.Name()))
		if err != nil {
			return nil, err
		}
		var m map[string]text
		if err := json.Unmarshal(b, &m); err != nil {
			return nil, fmt.Errorf("translations: %s/%s: %w", lang, e.Name(), err)
		}
		subject := strings.TrimSuffix(e.Name(), ".json")
		for k, t := range m {
			c.texts[subject+"."+k] = t
		}
	}
	return c, nil
}

// Lang is the language of the catalogue: "da", "uk".
func (c *Catalogue) Lang() string { return c.lang }

// T gives the text for a key. args are pairs of a name and a value: "{name}" in
// the text becomes the value. A key that does not exist is shown as «key», so
// that it is seen; a test keeps that from shipping.
func (c *Catalogue) T(key string, args ...any) string {
	t, lang, ok := c.find(key)
	if !ok {
		return "«" + key + "»"
	}
	return fill(t.whole(lang), lang, args)
}

// N gives the text for a count, in the form that the language has for it. "{n}" in
// the text becomes the count, grouped as the language writes it (1.043).
func (c *Catalogue) N(key string, n int, args ...any) string {
	t, lang, ok := c.find(key)
	if !ok {
		return "«" + key + "»"
	}
	return fill(t.say(lang, n), lang, append([]any{"n", c.Int(n)}, args...))
}

// find gives an entry and the language it is in: this one, else Danish.
func (c *Catalogue) find(key string) (text, string, bool) {
	if t, ok := c.texts[key]; ok {
		return t, c.lang, true
	}
	if slices.Contains(Languages, c.lang) {
		return text{}, "", false // complete: a key that is not here is nowhere
	}
	t, ok := For(Default).texts[key]
	return t, Default, ok
}

// Has says whether the language has a text of its own for the key.
func (c *Catalogue) Has(key string) bool { _, ok := c.texts[key]; return ok }

// Keys lists every key in order.
func (c *Catalogue) Keys() []string {
	ks := make([]string, 0, len(c.texts))
	for k := range c.texts {
		ks = append(ks, k)
	}
	sort.Strings(ks)
	return ks
}

func subjectOf(key string) string {
	s, _, _ := strings.Cut(key, ".")
	return s
}
