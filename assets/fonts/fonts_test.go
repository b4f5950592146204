package fonts

import (
	"bytes"
	"testing"

	"github.com/go-text/typesetting/font"
)

func TestEveryFontHasTheLettersOfItsReaders(t *testing.T) {
	for name, b := range map[string][]byte{"regular": SharedRegular(), "bold": SharedBold()} {
		f, err := font.ParseTTF(bytes.NewReader(b))
		if err != nil {
			t.Fatal(name, err)
		}
		for _, r := range "æøåÆØÅéüäößşŞğıİłŁżąęćčšžăîțșŹŃЖжщЇїєґ–—‘’“”«»…·×½°0123456789€" {
			if _, ok := f.NominalGlyph(r); !ok {
				t.Errorf("%s lacks %q", name, r)
			}
		}
	}
}

func TestTheArabicFontHasTheLettersOfArabicAndFarsi(t *testing.T) {
	for name, b := range map[string][]byte{"regular": SharedArabicRegular(), "bold": SharedArabicBold()} {
		f, err := font.ParseTTF(bytes.NewReader(b))
		if err != nil {
			t.Fatal(name, err)
		}
		for _, r := range "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأإؤئةىپچژگکیۀهٔ،؛؟ًٌٍَُِّْ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹" {
			if _, ok := f.NominalGlyph(r); !ok {
				t.Errorf("%s lacks %q", name, r)
			}
		}
	}
}

func TestACopyMayBeChanged(t *testing.T) {
	a := Regular()
	clear(a)
	if bytes.Equal(a, Regular()) || bytes.Equal(a, SharedRegular()) {
		t.Error("the copy shares bytes with the font")
	}
	if !bytes.Equal(Bold(), SharedBold()) {
		t.Error("the copy differs")
	}
}
