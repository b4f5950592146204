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
	"sort"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
)

//go:embed da/*.json en/*.json
var files embed.FS

// Default is the language used where another lacks a text.
const Default = "da"

// Languages lists the languages that have a complete catalogue, in the order in
// which they are offered.
var Languages = []string{"da", "en"}

// Catalogue holds the texts of one language. It is safe for concurrent use.
type Catalogue struct {
	lang  string
	texts map[string]text
}

// text is one entry: a plain string, or its plural forms.
type text struct{ one, other string }

func (t *text) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		t.one, t.other = s, s
		return nil
	}
	var forms struct {
		One   string `json:"one"`
		Other string `json:"other"`
	}
	if err := json.Unmarshal(b, &forms, json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	t.one, t.other = forms.One, forms.Other
	return nil
}

var (
	mu     sync.Mutex
	loaded = map[string]*Catalogue{}
)

// For gives the catalogue of a language ("da", "en", "da-DK"); an unknown one
// gives Danish. A catalogue is parsed once per process.
func For(lang string) *Catalogue {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	known := false
	for _, l := range Languages {
		known = known || l == base
	}
	if !known {
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

// Lang is the language of the catalogue, "da" or "en".
func (c *Catalogue) Lang() string { return c.lang }

// T gives the text for a key. args are pairs of a name and a value: "{name}" in
// the text becomes the value. A key that does not exist is shown as «key», so
// that it is seen; a test keeps that from shipping.
func (c *Catalogue) T(key string, args ...any) string {
	t, ok := c.texts[key]
	if !ok {
		return "«" + key + "»"
	}
	return fill(t.other, args)
}

// N gives the text for a count: the form "one" for 1, else "other". "{n}" in
// the text becomes the count, grouped as the language writes it (1.043).
func (c *Catalogue) N(key string, n int, args ...any) string {
	t, ok := c.texts[key]
	if !ok {
		return "«" + key + "»"
	}
	s := t.other
	if n == 1 {
		s = t.one
	}
	return fill(s, append([]any{"n", c.Int(n)}, args...))
}

// Has says whether the key exists.
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

// Int writes a whole number with the language's thousands separator.
func (c *Catalogue) Int(n int) string {
	s := fmt.Sprint(n)
	sep := "."
	if c.lang == "en" {
		sep = ","
	}
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + sep + s[i:]
	}
	if neg {
		s = "-" + s
	}
	return s
}

// Decimal writes a number with one decimal, as the language does (1,2 / 1.2).
func (c *Catalogue) Decimal(v float64) string {
	s := fmt.Sprintf("%.1f", v)
	if c.lang != "en" {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

func fill(s string, args []any) string {
	if len(args) == 0 || !strings.Contains(s, "{") {
		return s
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, fmt.Sprintf("{%v}", args[i]), fmt.Sprint(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(s)
}
