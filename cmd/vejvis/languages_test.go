package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/faellesskabsby/vejviser/assets/translations"
)

// The citizen's sheet comes in every language and is the same file each time; a page
// for those who work with it is refused where its texts are not there.
func TestASheetIsMadeInEveryLanguageAndAHelpersPageInThoseOfTheDesk(t *testing.T) {
	d := exampleDesk(t)
	id := d.ids("gåtur", "1")[0]
	for _, lang := range translations.Sheets {
		var made [2][]byte
		for i := range made {
			out := filepath.Join(t.TempDir(), "sheet.pdf")
			d.ok("handout", "--language", lang, "--date", "2026-11-23", "--out", out, id)
			var err error
			if made[i], err = os.ReadFile(out); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(made[0], made[1]) {
			t.Errorf("%s: two files of the same sheet differ", lang)
		}
	}
	if code, _, _ := d.run("welcome", "--language", "ar", "--out", filepath.Join(t.TempDir(), "x.pdf"), id); code != 2 {
		t.Errorf("a welcome card in Arabic ended with %d", code)
	}
}
