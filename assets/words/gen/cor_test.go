package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blevesearch/vellum"

	"github.com/faellesskabsby/vejviser/assets/words"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

// table is written as the register is, with indexes of its own.
const table = `COR.90001.110.01	bog		sb.fk.sg.ubest	bog	N
COR.90001.111.01	bog		sb.fk.sg.best	bogen	N
COR.90001.112.01	bog		sb.fk.pl.ubest	bøger	N
COR.90001.113.01	bog		sb.fk.pl.best	bøgerne	N
COR.90001.114.01	bog		sb.fk.sg.ubest.gen	bogs	N
COR.90002.110.01	bog	på bøgetræet	sb.fk.sg.ubest	bog	N
COR.90003.200.01	svømme		vb.inf.akt	svømme	N
COR.90003.201.01	svømme		vb.inf.pas	svømmes	N
COR.90003.203.01	svømme		vb.præs.akt	svømmer	N
COR.90003.205.01	svømme		vb.præt.akt	svømmede	N
COR.90004.110.01	svømmer		sb.fk.sg.ubest	svømmer	N
COR.90005.200.01	gå		vb.inf.akt	gå	N
COR.90005.203.01	gå		vb.præs.akt	går	N
COR.90005.205.01	gå		vb.præt.akt	gik	N
COR.90006.500.01	Ringsted		prop	Ringsted	N
COR.90007.600.01	fx		fork	fx	N
COR.EXT.90008.302.01	hyggelig		adj.sg.best	hyggelige	N
`

func TestTheRegisterGivesEachFormItsBase(t *testing.T) {
	forms := map[string]form{}
	if err := readTable(forms, strings.NewReader("\ufeff"+strings.ReplaceAll(table, "\n", "\r\n"))); err != nil {
		t.Fatal(err)
	}
	for word, want := range map[string]string{
		"bog": "bog", "bogen": "bog", "bøger": "bog", "bøgerne": "bog", "svømmede": "svoemme", "gik": "gaa", "hyggelige": "hyggelig",
		"svømmer": "svoemmer", // a word of its own before a form of another
		"bogs":    "", "svømmes": "", "ringsted": "", "fx": "",
	} {
		if got := forms[danish.Fold(danish.Lower(word))].base; got != want {
			t.Errorf("%s has the base form %q, want %q", word, got, want)
		}
	}
	if !forms["svoemme"].verb || !forms["gaa"].verb || forms["bog"].verb {
		t.Error("regular verbs are those with -r in the present")
	}
}

func TestTheRegisterMakesTheSameTableAsADictionary(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "cor.tsv")
	if err := os.WriteFile(path, []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run("", "", path, dir); err != nil {
		t.Fatal(err)
	}
	fst, err := os.ReadFile(filepath.Join(dir, "forms.fst"))
	if err != nil {
		t.Fatal(err)
	}
	rules, err := os.ReadFile(filepath.Join(dir, "forms.rules"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := vellum.Load(fst)
	if err != nil {
		t.Fatal(err)
	}
	v, ok, err := f.Get([]byte("boegerne"))
	if err != nil || !ok {
		t.Fatalf("bøgerne is not in the table: %v", err)
	}
	edits := bytes.Split(rules, []byte("\n"))
	if rule := string(edits[v>>words.EditShift]); rule != "6 g" {
		t.Errorf("bøgerne becomes its base form by %q", rule)
	}
	if v, ok, _ = f.Get([]byte("bog")); !ok || v&words.BitBase == 0 {
		t.Error("bog is not its own base form")
	}
}

func TestAFileOfAnotherKindIsNamed(t *testing.T) {
	err := readTable(map[string]form{}, strings.NewReader("hund/1,2,3\nkat/4\n"))
	if err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("another file gives %v", err)
	}
}
