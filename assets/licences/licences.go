// Package licences holds the licences of what the programs are built on: every
// module that is linked, the type and the word lists. The app shows them.
//
// licences.json and texts/ are gathered by gen; versions are read from the
// running program, which knows them best.
package licences

import (
	"embed"
	"fmt"
	"runtime/debug"

	"github.com/go-json-experiment/json"
)

//go:generate go run ./gen

//go:embed licences.json own.json texts/*.txt own/*.txt
var files embed.FS

// Licence is the licence of one thing: its short name by SPDX, and its text.
type Licence struct {
	Name    string `json:"name"`
	Version string `json:"-"` // empty where the program does not know it
	Licence string `json:"licence"`
	Text    string `json:"text"`
}

// All gives every licence: the type and word lists first, then the modules in
// the order of their names.
func All() ([]Licence, error) {
	versions := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			versions[m.Path] = m.Version
		}
	}
	var out []Licence
	for _, part := range []struct{ list, dir string }{{"own.json", "own/"}, {"licences.json", "texts/"}} {
		b, err := files.ReadFile(part.list)
		if err != nil {
			return nil, fmt.Errorf("licences: %w", err)
		}
		var list []Licence
		if err := json.Unmarshal(b, &list); err != nil {
			return nil, fmt.Errorf("licences: %s: %w", part.list, err)
		}
		for _, l := range list {
			text, err := files.ReadFile(part.dir + l.Text)
			if err != nil {
				return nil, fmt.Errorf("licences: %w", err)
			}
			l.Text, l.Version = string(text), versions[l.Name]
			out = append(out, l)
		}
	}
	return out, nil
}
