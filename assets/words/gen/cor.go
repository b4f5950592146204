package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// A table of Det Centrale Ordregister (Dansk Sprognævn, CC0) has a form a line,
// with tabs between its columns:
//
//	COR.49032.112.01	lærer		sb.fk.pl.ubest	lærere	N
//
// the index (word, grammar, variant), the base form, a gloss that tells apart
// what is written alike, the grammar, the form, and whether it is normative.
// COR.EXT is written the same way.
const (
	corIndex = iota
	corBase
	corGloss
	corGrammar
	corForm
	corColumns // what follows is not needed
)

// readRegister reads the tables one after the other.
func readRegister(paths []string) (map[string]form, error) {
	forms := map[string]form{}
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		if err = errors.Join(readTable(forms, f), f.Close()); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return forms, nil
}

// readTable adds the forms of a table. A line that is none of the register's is
// an error that names it: a file of another kind must not make an empty list.
func readTable(forms map[string]form, r io.Reader) error {
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 1<<20)
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimPrefix(strings.TrimRight(sc.Text(), "\r"), "\ufeff")
		if line == "" {
			continue
		}
		c := strings.Split(line, "\t")
		if len(c) < corColumns || !strings.HasPrefix(c[corIndex], "COR.") {
			return fmt.Errorf("line %d is not of the register: %q", n, line)
		}
		register(forms, c[corBase], c[corForm], strings.Split(c[corGrammar], "."))
	}
	return sc.Err()
}

// register adds one form of the register.
func register(forms map[string]form, base, word string, grammar []string) {
	if !plain(base) || !plain(word) || has(grammar, "prop") || has(grammar, "fork") {
		return
	}
	if has(grammar, "gen") || has(grammar, "pas") {
		return // a plain -s, which the reader takes off itself
	}
	if word == base {
		put(forms, word, form{base: base, own: true})
		return
	}
	put(forms, word, form{base: base})
	if grammar[0] == "vb" && has(grammar, "præs") && word == base+"r" { // a regular verb
		put(forms, base, form{base: base, own: true, verb: true})
	}
}
