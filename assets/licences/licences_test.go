package licences

import (
	"os/exec"
	"strings"
	"testing"
)

func TestEveryModuleThatIsLinkedHasItsLicenceShown(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", "github.com/faellesskabsby/vejviser/cmd/...")
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=1")
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("go list does not work here: %v", err)
	}
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, l := range all {
		have[l.Name] = true
		if len(l.Text) < 100 || l.Licence == "" {
			t.Errorf("%s has no licence worth the name", l.Name)
		}
	}
	for path := range strings.FieldsSeq(string(out)) {
		if !have[path] {
			have[path] = true
			t.Errorf("%s is linked and its licence is not shown: run go generate ./assets/licences", path)
		}
	}
}

func TestNoLicenceForbidsWhatOursAllows(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string]bool{"MIT": true, "ISC": true, "BSD-2-Clause": true, "BSD-3-Clause": true, "Apache-2.0": true, "MPL-2.0": true, "MPL-1.1": true, "OFL-1.1": true, "Unlicense": true}
	for _, l := range all {
		if !allowed[l.Licence] {
			t.Errorf("%s has the licence %s", l.Name, l.Licence)
		}
	}
}
