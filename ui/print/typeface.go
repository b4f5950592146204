package print

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/faellesskabsby/vejviser/assets/fonts"
	"github.com/go-text/typesetting/font"
	ot "github.com/go-text/typesetting/font/opentype"
)

// weight chooses one of the two type weights, or for what Noto Sans lacks one of
// the two Arabic ones.
type weight int

const (
	regular weight = iota
	bold
	arabicRegular
	arabicBold
	weights
)

// typeface is one font file, parsed once per process and then only read, so
// that sheets built at the same time share it.
type typeface struct {
	name   string // PostScript name
	font   *font.Font
	tables map[string][]byte
	glyphs int
	// measures in font units, 1000 to the em
	ascent, descent, capHeight int
	box                        [4]int
}

// fontFile is a font and its PostScript name.
type fontFile struct {
	name string
	data []byte
}

// typefaces loads both weights once per process.
var typefaces = sync.OnceValues(func() ([2]*typeface, error) {
	return loadBoth(fontFile{"NotoSans-Regular", fonts.SharedRegular()}, fontFile{"NotoSans-Bold", fonts.SharedBold()})
})

// arabicTypefaces loads the Arabic ones, once there is Arabic to set.
var arabicTypefaces = sync.OnceValues(func() ([2]*typeface, error) {
	return loadBoth(fontFile{"NotoSansArabic-Regular", fonts.SharedArabicRegular()}, fontFile{"NotoSansArabic-Bold", fonts.SharedArabicBold()})
})

func loadBoth(files ...fontFile) (out [2]*typeface, err error) {
	for i, f := range files {
		if out[i], err = loadTypeface(f.name, f.data); err != nil {
			return out, fmt.Errorf("print: font %s: %w", f.name, err)
		}
	}
	return out, nil
}

func loadTypeface(name string, data []byte) (*typeface, error) {
	ld, err := ot.NewLoader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	f, err := font.NewFont(ld)
	if err != nil {
		return nil, err
	}
	if f.Upem() != 1000 {
		return nil, fmt.Errorf("%d units to the em, want 1000", f.Upem())
	}
	t := &typeface{name: name, font: f, tables: map[string][]byte{}}
	for _, tag := range []string{"head", "hhea", "maxp", "hmtx", "loca", "glyf", "OS/2"} {
		raw, err := ld.RawTable(ot.MustNewTag(tag))
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", tag, err)
		}
		t.tables[tag] = raw
	}
	signed := func(tag string, at int) int { return int(int16(binary.BigEndian.Uint16(t.tables[tag][at:]))) }
	t.glyphs = int(binary.BigEndian.Uint16(t.tables["maxp"][4:]))
	t.ascent, t.descent = signed("hhea", 4), signed("hhea", 6)
	t.capHeight = signed("OS/2", 88)
	t.box = [4]int{signed("head", 36), signed("head", 38), signed("head", 40), signed("head", 42)}
	return t, nil
}

// advance is the width of a glyph in font units.
func (t *typeface) advance(g int) int {
	n := int(binary.BigEndian.Uint16(t.tables["hhea"][34:]))
	return int(binary.BigEndian.Uint16(t.tables["hmtx"][4*min(g, n-1):]))
}

// outline is the raw drawing of a glyph, empty for a space.
func (t *typeface) outline(g int) []byte {
	loca, long := t.tables["loca"], binary.BigEndian.Uint16(t.tables["head"][50:]) != 0
	at := func(i int) int {
		if long {
			return int(binary.BigEndian.Uint32(loca[4*i:]))
		}
		return 2 * int(binary.BigEndian.Uint16(loca[2*i:]))
	}
	if g < 0 || g >= t.glyphs {
		return nil
	}
	return t.tables["glyf"][at(g):at(g+1)]
}

// has says whether there is a drawing for a character.
func (t *typeface) has(r rune) bool { _, ok := t.font.NominalGlyph(r); return ok }

// Warm reads the fonts ahead of the first sheet; a program calls it beside
// other work at its start.
func Warm() { _, _ = typefaces() } // Handout meets the same error, and says it
