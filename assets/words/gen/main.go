// Command gen makes forms.fst and forms.rules from a hunspell dictionary, or
// from the tables of Det Centrale Ordregister (COR): every inflected Danish form
// with the base form it belongs to. Run it from the repository root when the
// dictionary changes:
//
//	go run ./assets/words/gen -dic /usr/share/hunspell/da_DK.dic -aff /usr/share/hunspell/da_DK.aff -out assets/words
//	go run ./assets/words/gen -cor cor1.02.tsv,corext1.0.tsv -out assets/words
//
// and when a list that is written by hand changes, so that it opens at once:
//
//	go run ./assets/words/gen -pack
//
// The result depends on its input alone, so a second run writes the same bytes.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"unicode"

	"github.com/blevesearch/vellum"

	"github.com/faellesskabsby/vejviser/assets/words"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

func main() {
	dic := flag.String("dic", "/usr/share/hunspell/da_DK.dic", "hunspell word list")
	aff := flag.String("aff", "/usr/share/hunspell/da_DK.aff", "hunspell affix rules")
	cor := flag.String("cor", "", "tables of Det Centrale Ordregister, with commas between, to take in place of the dictionary")
	out := flag.String("out", "assets/words", "folder to write forms.fst and forms.rules to")
	packed := flag.Bool("pack", false, "pack lay.txt, wishes.txt and fields.txt, and nothing else")
	flag.Parse()
	if *packed {
		if err := pack(*out); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if err := run(*dic, *aff, *cor, *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(dic, aff, cor, out string) error {
	if cor != "" {
		forms, err := readRegister(strings.Split(cor, ","))
		if err != nil {
			return err
		}
		return write(forms, out)
	}
	rules, err := readAffixes(aff)
	if err != nil {
		return err
	}
	forms, err := readWords(dic, rules)
	if err != nil {
		return err
	}
	return write(forms, out)
}

// affix is one suffix rule: take strip off, put add on, where the word ends as cond says.
type affix struct {
	strip, add string
	next       []string // flags of the form that comes out
	cond       []class
	tag        string
}

// class is one letter of a condition: a set of letters, or all but a set.
type class struct {
	set string
	not bool
}

// readAffixes reads the SFX rules, by flag.
func readAffixes(path string) (map[string][]affix, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rules := map[string][]affix{}
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		w := strings.Fields(sc.Text())
		if len(w) < 4 || w[0] != "SFX" || (w[2] == "Y" && len(w) == 4) {
			continue
		}
		a := affix{strip: w[2]}
		if a.strip == "0" {
			a.strip = ""
		}
		add, flags, _ := strings.Cut(w[3], "/")
		if add != "0" {
			a.add = add
		}
		if flags != "" {
			a.next = strings.Split(flags, ",")
		}
		if len(w) > 4 && !strings.HasPrefix(w[4], "+") {
			a.cond = condition(w[4])
		}
		if last := w[len(w)-1]; strings.HasPrefix(last, "+") {
			a.tag = last[1:]
		}
		rules[w[1]] = append(rules[w[1]], a)
	}
	return rules, sc.Err()
}

// condition reads hunspell's little patterns, such as "[^e]r".
func condition(s string) []class {
	var cs []class
	for s != "" {
		if s[0] == '[' {
			in, rest, _ := strings.Cut(s[1:], "]")
			not := strings.HasPrefix(in, "^")
			cs = append(cs, class{strings.TrimPrefix(in, "^"), not})
			s = rest
			continue
		}
		r := []rune(s)[0]
		s = s[len(string(r)):]
		if r == '.' {
			cs = append(cs, class{"", true})
		} else {
			cs = append(cs, class{string(r), false})
		}
	}
	return cs
}

func (a *affix) fits(word string) bool {
	if !strings.HasSuffix(word, a.strip) {
		return false
	}
	r := []rune(word)
	if len(r) < len(a.cond) {
		return false
	}
	r = r[len(r)-len(a.cond):]
	for i, c := range a.cond {
		if strings.ContainsRune(c.set, r[i]) == c.not {
			return false
		}
	}
	return true
}

// Flags of the dictionary that matter here.
const (
	flagForbidden  = "6"
	flagNeedsAffix = "8"
	flagName       = "9"
	flagPresent    = "21" // present tense: the word is a regular verb
	flagOnlyInside = "36"
)

// form is what is known of one inflected form.
type form struct {
	base      string
	own, verb bool
}

// readWords expands every lower-case entry of the dictionary.
func readWords(path string, rules map[string][]affix) (map[string]form, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	forms := map[string]form{}
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		fields := strings.Fields(sc.Text())
		if len(fields) == 0 {
			continue
		}
		word, flagText, _ := strings.Cut(fields[0], "/")
		flags := strings.Split(flagText, ",")
		if !plain(word) || has(flags, flagForbidden) || has(flags, flagName) {
			continue
		}
		entry(forms, word, flags, fields[1:], rules)
	}
	return forms, sc.Err()
}

// entry adds one dictionary line: "st:" names the base form, "al:" a further form.
func entry(forms map[string]form, word string, flags, extra []string, rules map[string][]affix) {
	base := word
	for _, x := range extra {
		if b, ok := strings.CutPrefix(x, "st:"); ok && plain(b) {
			base = b
		}
	}
	if base == word {
		put(forms, word, form{base: word, own: true, verb: has(flags, flagPresent)})
	} else {
		put(forms, word, form{base: base})
	}
	expand(forms, word, base, flags, rules, 0)
	for _, x := range extra {
		if a, ok := strings.CutPrefix(x, "al:"); ok && plain(a) {
			put(forms, a, form{base: base})
		}
	}
}

func expand(forms map[string]form, word, base string, flags []string, rules map[string][]affix, depth int) {
	if depth > 2 {
		return
	}
	for _, fl := range flags {
		for _, a := range rules[fl] {
			// possessives and passives are a plain -s, which the reader takes off itself
			if a.tag == "GENITIV" || a.tag == "PASSIV" || has(a.next, flagOnlyInside) || !a.fits(word) {
				continue
			}
			w := strings.TrimSuffix(word, a.strip) + a.add
			if w == word {
				continue
			}
			if !has(a.next, flagNeedsAffix) && plain(w) {
				put(forms, w, form{base: base})
			}
			expand(forms, w, base, a.next, rules, depth+1)
		}
	}
}

// put keeps the best reading of a form: its own word first, then the shorter base.
func put(forms map[string]form, word string, f form) {
	w, b := danish.Fold(danish.Lower(word)), danish.Fold(danish.Lower(f.base))
	f.base = b
	old, ok := forms[w]
	switch {
	case !ok:
	case old.own && f.own:
		f.verb = f.verb || old.verb
	case old.own:
		return
	case f.own:
	case len(old.base) < len(b) || (len(old.base) == len(b) && old.base <= b):
		return
	}
	forms[w] = f
}

// plain takes words of small letters alone; names and abbreviations are left out.
func plain(w string) bool {
	if len(w) < 2 {
		return false
	}
	for _, r := range w {
		if !unicode.IsLower(r) || r > 0x17f {
			return false
		}
	}
	return true
}

func has(l []string, s string) bool {
	for _, x := range l {
		if x == s {
			return true
		}
	}
	return false
}

// write packs the forms. A value is the number of the edit that makes the base
// form, shifted two, with bits for "is a base form" and "is a regular verb".
func write(forms map[string]form, out string) error {
	keys := make([]string, 0, len(forms))
	edits := map[string]int{}
	for w, f := range forms {
		if s := strings.TrimSuffix(w, "s"); s != w && forms[s].base == f.base && !f.own {
			continue // a passive or possessive all the same
		}
		keys = append(keys, w)
		edits[edit(w, f.base)]++
	}
	sort.Strings(keys)
	list := make([]string, 0, len(edits))
	for e := range edits {
		list = append(list, e)
	}
	sort.Slice(list, func(i, j int) bool {
		if edits[list[i]] != edits[list[j]] {
			return edits[list[i]] > edits[list[j]]
		}
		return list[i] < list[j]
	})
	number := map[string]uint64{}
	for i, e := range list {
		number[e] = uint64(i)
	}
	var fst bytes.Buffer
	b, err := vellum.New(&fst, nil)
	if err != nil {
		return err
	}
	for _, w := range keys {
		f := forms[w]
		v := number[edit(w, f.base)] << words.EditShift
		if f.own {
			v |= words.BitBase
		}
		if f.verb {
			v |= words.BitVerb
		}
		if err := b.Insert([]byte(w), v); err != nil {
			return err
		}
	}
	if err := b.Close(); err != nil {
		return err
	}
	fmt.Printf("%d forms, %d edits, %d bytes\n", len(keys), len(list), fst.Len())
	return errors.Join(
		save(filepath.Join(out, "forms.fst"), &fst),
		save(filepath.Join(out, "forms.rules"), strings.NewReader(strings.Join(list, "\n")+"\n")),
	)
}

// edit says how to get from a form to its base: "3 og" takes three letters off and puts "og" on.
func edit(w, base string) string {
	n := 0
	for n < len(w) && n < len(base) && w[n] == base[n] {
		n++
	}
	return strconv.Itoa(len(w)-n) + " " + base[n:]
}

func save(path string, r io.Reader) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}
