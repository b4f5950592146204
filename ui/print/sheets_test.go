package print

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/faellesskabsby/vejviser/assets/translations"
)

// TestSheets leaves every sheet as pictures, for eyes: make screens.
func TestSheets(t *testing.T) {
	dir := os.Getenv("VEJVISER_SCREENS")
	if dir == "" {
		t.Skip("VEJVISER_SCREENS is not set: run through make screens, which looks at nothing but leaves the pictures")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, layout := range []string{A4, A5, Large} {
		for _, lang := range translations.Sheets {
			counts := []int{1, 2, 3}
			if lang != "da" && lang != "en" {
				counts = []int{2}
			}
			for _, n := range counts {
				s := sample(layout, n)
				s.Language = lang
				b, err := Handout(s)
				if err != nil {
					t.Fatal(err)
				}
				base := filepath.Join(dir, fmt.Sprintf("sheet-%s-%s-%d", layout, lang, n))
				if err := os.WriteFile(base+".pdf", b, 0o644); err != nil {
					t.Fatal(err)
				}
				if out, err := exec.Command("pdftoppm", "-r", "80", "-png", base+".pdf", base).CombinedOutput(); err != nil {
					t.Fatalf("pdftoppm: %v %s", err, out)
				}
			}
		}
	}
}

// TestSheetsForHelpersAndOfSelections leaves those as pictures as well.
func TestSheetsForHelpersAndOfSelections(t *testing.T) {
	dir := os.Getenv("VEJVISER_SCREENS")
	if dir == "" {
		t.Skip("VEJVISER_SCREENS is not set: run through make screens, which looks at nothing but leaves the pictures")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	leave := func(name string, b []byte, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Join(dir, "sheet-"+name)
		if err := os.WriteFile(base+".pdf", b, 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("pdftoppm", "-r", "60", "-png", base+".pdf", base).CombinedOutput(); err != nil {
			t.Fatalf("pdftoppm: %v %s", err, out)
		}
	}
	for name, make := range leaves() {
		_, b, err := make()
		leave(name, b, err)
	}
	for name, make := range materials(t) {
		_, b, err := make(selection(t))
		leave(name, b, err)
	}
}
