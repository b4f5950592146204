package print

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// used collects the letters of one weight that a sheet draws. Each pair of
// drawing and text has a number of its own, so that what is copied out of the
// file is what was written, even where two letters share a drawing.
type used struct {
	face   *typeface
	code   map[letter]int
	order  []letter
	places map[int]int // glyph → place in the subset
	glyphs []int
}

type letter struct {
	glyph int
	text  string
}

func newUsed(f *typeface) *used {
	return &used{face: f, code: map[letter]int{}, places: map[int]int{}}
}

// number is the character code of a letter in the content of the pages.
func (u *used) number(g int, text string) int {
	k := letter{g, text}
	n, ok := u.code[k]
	if !ok {
		u.order = append(u.order, k)
		n = len(u.order)
		u.code[k] = n
		if _, ok := u.places[g]; !ok {
			u.glyphs = append(u.glyphs, g)
			u.places[g] = len(u.glyphs)
		}
	}
	return n
}

// write puts the font into the file, cut to what is used, and gives its number.
func (u *used) write(f *file, tag string) (int, error) {
	name := tag + "+" + u.face.name
	data := u.face.subset(u.glyphs)
	program, err := f.addStream(fmt.Sprintf("/Length1 %d", len(data)), data)
	if err != nil {
		return 0, err
	}
	toGlyph := make([]byte, 2, 2+2*len(u.order))
	var widths strings.Builder
	for _, k := range u.order {
		toGlyph = binary.BigEndian.AppendUint16(toGlyph, uint16(u.places[k.glyph]))
		fmt.Fprintf(&widths, "%d ", u.face.advance(k.glyph))
	}
	glyphMap, err := f.addStream("", toGlyph)
	if err != nil {
		return 0, err
	}
	unicodeMap, err := f.addStream("", []byte(u.toUnicode()))
	if err != nil {
		return 0, err
	}
	stem := 80
	if strings.HasSuffix(u.face.name, "Bold") {
		stem = 140
	}
	b := u.face.box
	desc := f.add(fmt.Sprintf("<</Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [%d %d %d %d] /ItalicAngle 0 /Ascent %d /Descent %d /CapHeight %d /StemV %d /FontFile2 %d 0 R>>",
		name, b[0], b[1], b[2], b[3], u.face.ascent, u.face.descent, u.face.capHeight, stem, program))
	cid := f.add(fmt.Sprintf("<</Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /FontDescriptor %d 0 R /DW 0 /W [1 [%s]] /CIDToGIDMap %d 0 R>>",
		name, desc, widths.String(), glyphMap))
	return f.add(fmt.Sprintf("<</Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R>>",
		name, cid, unicodeMap)), nil
}

// toUnicode is the map from character codes to text.
func (u *used) toUnicode() string {
	var b strings.Builder
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for i := 0; i < len(u.order); i += 100 {
		part := u.order[i:min(i+100, len(u.order))]
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for j, k := range part {
			fmt.Fprintf(&b, "<%04X> <%s>\n", i+j+1, hexUTF16(k.text))
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend")
	return b.String()
}
