// Command gen gathers the licences of every module that is linked into the
// programs, so that the app can show them. Run it by `go generate
// ./assets/licences` after a dependency changed; a test says when.
package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// module is one line of licences.json.
type module struct {
	Name    string `json:"name"`
	Licence string `json:"licence"`
	Text    string `json:"text"` // file in texts/
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run() error {
	dirs := map[string]string{}
	for _, goos := range []string{"linux", "windows", "darwin"} {
		cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Dir}}{{end}}{{end}}", "github.com/faellesskabsby/vejviser/cmd/...")
		cmd.Env = append(os.Environ(), "GOOS="+goos, "CGO_ENABLED=1")
		out, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("go list for %s: %w", goos, err)
		}
		for line := range strings.Lines(string(out)) {
			if path, dir, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && dir != "" {
				dirs[path] = dir
			}
		}
	}
	var list []module
	names := map[string]string{} // text → file
	if err := os.RemoveAll("texts"); err != nil {
		return err
	}
	if err := os.Mkdir("texts", 0o755); err != nil {
		return err
	}
	for path, dir := range dirs {
		text, err := licenceOf(dir)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		kind := kindOf(text)
		if kind == "" {
			return fmt.Errorf("%s: no licence that is known", path)
		}
		list = append(list, module{Name: path, Licence: kind, Text: text})
	}
	slices.SortFunc(list, func(a, b module) int { return cmp.Compare(a.Name, b.Name) })
	for i, m := range list {
		name := names[m.Text]
		if name == "" {
			name = strings.NewReplacer("/", "_", ".", "-").Replace(m.Name) + ".txt"
			names[m.Text] = name
			if err := os.WriteFile(filepath.Join("texts", name), []byte(m.Text), 0o644); err != nil {
				return err
			}
		}
		list[i].Text = name
	}
	b, err := json.Marshal(list, jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	return os.WriteFile("licences.json", append(b, '\n'), 0o644)
}

// licenceOf reads the licence of a module, and a notice where it has one.
func licenceOf(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var out []string
	for _, e := range entries {
		name := strings.ToUpper(strings.TrimSuffix(strings.TrimSuffix(e.Name(), ".md"), ".txt"))
		if e.IsDir() || !slices.Contains([]string{"LICENSE", "LICENCE", "COPYING", "NOTICE", "LICENSE-APACHE", "LICENSE-MIT"}, name) {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return "", err
		}
		out = append(out, string(bytes.TrimSpace(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))))+"\n")
	}
	return strings.Join(out, "\n"), nil
}

// kindOf names the licence of a text; empty where it is none that is known.
func kindOf(text string) string {
	flat := strings.Join(strings.Fields(text), " ")
	for _, k := range []struct{ mark, name string }{
		{"Mozilla Public License Version 2.0", "MPL-2.0"},
		{"Mozilla Public License, version 2.0", "MPL-2.0"},
		{"Apache License Version 2.0", "Apache-2.0"},
		{"Licensed under the Apache License, Version 2.0", "Apache-2.0"},
		{"Permission is hereby granted, free of charge", "MIT"},
		{"Permission to use, copy, modify, and/or distribute this software for any purpose", "ISC"},
		{"Permission to use, copy, modify, and distribute this software for any purpose", "ISC"},
		{"Neither the name", "BSD-3-Clause"},
		{"names of its contributors", "BSD-3-Clause"},
		{"Redistribution and use in source and binary forms", "BSD-2-Clause"},
		{"This is free and unencumbered software", "Unlicense"},
	} {
		if strings.Contains(flat, k.mark) {
			return k.name
		}
	}
	return ""
}
