// The house of CONTRIBUTING.md, kept by a test: who may import whom.
package cmd_test

import (
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/faellesskabsby/vejviser/"

// rule says that no package whose path begins with one of from may depend,
// however indirectly, on a package whose path begins with one of on. A prefix
// ending in "!" means that path alone.
type rule struct {
	why      string
	from, on []string
	except   []string
	direct   bool // of the package's own imports only
}

var house = []rule{
	{why: "localdb knows neither sync, ui nor cmd, and no toolkit",
		from: []string{module + "localdb"},
		on:   []string{module + "sync", module + "ui", module + "cmd", "fyne.io/"}},
	{why: "sync knows no ui and no toolkit",
		from: []string{module + "sync"},
		on:   []string{module + "ui", module + "cmd", "fyne.io/"}},
	{why: "ui knows no sync and no cmd",
		from: []string{module + "ui"},
		on:   []string{module + "sync", module + "cmd"}},
	{why: "only cmd/vejviser opens a window",
		from:   []string{module},
		on:     []string{"fyne.io/fyne/v2/app!"},
		except: []string{module + "cmd/vejviser"}},
	{why: "print, printer and say know no toolkit: the command line uses them too",
		from: []string{module + "ui/print", module + "ui/printer", module + "ui/say", module + "assets", module + "cmd/vejvis!", module + "cmd/vejviser-hub!"},
		on:   []string{"fyne.io/"}},
	{why: "gofpdf lives in ui/print and nowhere else",
		from:   []string{module + "localdb", module + "sync", module + "assets"},
		on:     []string{"github.com/jung-kurt/gofpdf"},
		except: nil},
	{why: "the pure packages know no store, no network and no toolkit",
		from: []string{module + "localdb/directory", module + "localdb/referral", module + "localdb/match", module + "localdb/privacy", module + "localdb/clean"},
		on:   []string{"github.com/dgraph-io/badger", "net/http!", "fyne.io/"}},
	{why: "the pure packages have no randomness of their own",
		from: []string{module + "localdb/directory", module + "localdb/referral", module + "localdb/match", module + "localdb/privacy", module + "localdb/clean"},
		on:   []string{"math/rand", "crypto/rand!"}, direct: true,
		except: []string{module + "localdb/match/judge"}}, // its intervals are drawn from a seed
}

func TestImportsRunOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-tags", "ci", "-f", `{{.ImportPath}}{{range .Deps}} {{.}}{{end}} |{{range .Imports}} {{.}}{{end}}`, module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for line := range strings.Lines(string(out)) {
		deps, imports, _ := strings.Cut(line, "|")
		f := strings.Fields(deps)
		for _, r := range house {
			if !in(r.from, f[0]) || in(r.except, f[0]) {
				continue
			}
			list := f[1:]
			if r.direct {
				list = strings.Fields(imports)
			}
			for _, dep := range list {
				if in(r.on, dep) {
					t.Errorf("%s depends on %s, but %s", f[0], dep, r.why)
				}
			}
		}
	}
}

func in(list []string, path string) bool {
	for _, p := range list {
		if exact, ok := strings.CutSuffix(p, "!"); ok {
			if path == exact {
				return true
			}
			continue
		}
		if path == p || strings.HasPrefix(path, strings.TrimSuffix(p, "/")+"/") {
			return true
		}
	}
	return false
}

func TestTheTopLevelHoldsNothingElse(t *testing.T) {
	out, err := exec.Command("git", "-C", "..", "ls-files").Output()
	if err != nil {
		t.Skip("not a git checkout; the check runs where the sources are versioned:", err)
	}
	allowed := strings.Fields("cmd ui localdb sync assets go.mod go.sum FyneApp.toml Makefile README.md CONTRIBUTING.md CHANGELOG.md SECURITY.md LICENSE")
	for line := range strings.Lines(string(out)) {
		top, _, _ := strings.Cut(strings.TrimSpace(line), "/")
		if strings.HasPrefix(top, ".") || in(allowed, top) {
			continue
		}
		t.Errorf("%s does not belong at the top level", top)
	}
}
