package print

import (
	"slices"
	"strings"
	"unicode"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

const (
	pointsPerMM = 72 / 25.4
	em          = 1000 // text is shaped at 1000 units to the em, so that advances are whole font units
)

// style is how a piece of text is set: size and distance of lines in points.
type style struct {
	size, lead float64
	weight     weight
	colour     colour
	spacing    float64 // extra space after each letter, in thousandths of the size
}

// bolder gives the same style in bold.
func (s style) bolder() style { s.weight = bold; return s }

// in gives the same style in another colour.
func (s style) in(c colour) style { s.colour = c; return s }

// span is a piece of a paragraph in one weight.
type span struct {
	text   string
	weight weight
}

// glyph is one letter to draw. Its measures are font units.
type glyph struct {
	weight     weight
	id         int
	text       string // what a reader of the file copies for it
	advance    int
	xOff, yOff int
}

// line is one line of set text, its letters from left to right.
type line struct {
	glyphs []glyph
	style  style
	width  float64 // mm
	// ink is what is really drawn, in mm from the start of the baseline: it
	// reaches above the line's own height where marks are stacked.
	left, right, above, below float64
	height, base              float64 // mm: of the line, and from its top to the baseline
}

// setter shapes text. It is not safe for concurrent use; each sheet has its own.
type setter struct {
	faces   [weights]*typeface
	shape   [weights]*font.Face
	segment shaping.Segmenter
	shaper  shaping.HarfbuzzShaper
	wrapper shaping.LineWrapper
	lang    language.Language
	rtl     bool // the sheet's own language is written from right to left
}

func newSetter(lang string) (*setter, error) {
	faces, err := typefaces()
	if err != nil {
		return nil, err
	}
	s := &setter{lang: language.NewLanguage(lang), rtl: translations.RightToLeft(lang)}
	s.use(regular, faces)
	return s, nil
}

// use takes two weights of a font into service, from a place on.
func (s *setter) use(from weight, both [2]*typeface) {
	for i, f := range both {
		s.faces[int(from)+i], s.shape[int(from)+i] = f, font.NewFace(f.font)
	}
}

// has says whether there is a drawing for a character in both weights. The Arabic
// fonts are read when the first such letter is met.
func (s *setter) has(r rune) bool {
	if s.faces[regular].has(r) && s.faces[bold].has(r) {
		return true
	}
	if !unicode.Is(unicode.Arabic, r) && (r < 0x600 || r > 0x6ff) {
		return false // its comma, question mark and lengthening stroke are common to scripts
	}
	if s.faces[arabicRegular] == nil {
		both, err := arabicTypefaces()
		if err != nil {
			panic(err) // an embedded font that does not parse; build makes an error of it
		}
		s.use(arabicRegular, both)
	}
	return s.faces[arabicRegular].has(r) && s.faces[arabicBold].has(r)
}

// ResolveFace lets the segmenter ask for a font; both weights hold the same letters.
func (s *setter) ResolveFace(r rune) *font.Face {
	if !s.faces[regular].has(r) && s.faces[arabicRegular] != nil && s.faces[arabicRegular].has(r) {
		return s.shape[arabicRegular]
	}
	return s.shape[regular]
}

// weightOf is the weight of a face in service.
func (s *setter) weightOf(f *font.Face) weight {
	return weight(max(0, slices.Index(s.shape[:], f)))
}

// drawable drops what no font has, so that an empty box is never printed, and
// marks stacked higher than two. Line ends become spaces.
func (s *setter) drawable(text string) string {
	marks := 0
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r):
			if marks++; marks > 2 {
				return -1
			}
		default:
			marks = 0
		}
		if !s.has(r) || unicode.IsControl(r) || unicode.Is(unicode.Co, r) {
			return -1
		}
		return r
	}, text)
}

// runes puts the spans of a paragraph in a row: drawable letters only, no space
// at the ends nor two together, and for each letter whether it is bold.
func (s *setter) runes(spans []span, w weight) (text []rune, heavy []bool) {
	for _, sp := range spans {
		for _, r := range s.drawable(sp.text) {
			if r == ' ' && (len(text) == 0 || text[len(text)-1] == ' ') {
				continue
			}
			text, heavy = append(text, r), append(heavy, sp.weight == bold || w == bold)
		}
	}
	if n := len(text); n > 0 && text[n-1] == ' ' {
		text = text[:n-1]
	}
	return text, heavy[:len(text)]
}

// set breaks the spans of one paragraph into lines of at most width mm. Text
// without a drawable letter gives no lines.
func (s *setter) set(spans []span, st style, width float64) []line {
	text, heavy := s.runes(spans, st.weight)
	if len(text) == 0 {
		return nil
	}
	direction := di.DirectionLTR
	if text, heavy = s.directed(text, heavy); text[0] == rightMark {
		direction = di.DirectionRTL
	}
	in := shaping.Input{Text: text, RunEnd: len(text), Direction: direction, Face: s.shape[regular],
		Size: fixed.I(em), Language: s.lang, Script: language.Latin}
	var runs []shaping.Output
	for _, part := range s.segment.Split(in, s) {
		for from := part.RunStart; from < part.RunEnd; {
			to := from + 1
			for to < part.RunEnd && heavy[to] == heavy[from] {
				to++
			}
			piece := part
			piece.RunStart, piece.RunEnd = from, to
			if heavy[from] {
				piece.Face = s.shape[s.weightOf(part.Face)+1]
			}
			runs = append(runs, s.shaper.Shape(piece))
			from = to
		}
	}
	if st.spacing != 0 {
		shaping.AddSpacing(runs, text, 0, fixed.Int26_6(st.spacing*64))
	}
	// AddSpacing puts half of the space on each side of a letter, which is fine here.
	room := fixed.Int26_6(width * pointsPerMM / st.size * em * 64)
	wrapped, _ := s.wrapper.WrapParagraphF(shaping.WrapConfig{Direction: direction}, room, unparted(text), shaping.NewSliceIterator(runs))
	lines := make([]line, 0, len(wrapped))
	for _, w := range wrapped {
		lines = append(lines, s.line(w, text, st))
	}
	return lines
}

// unparted is a text as the line breaker should see it: what people read as one
// thing – "10–11.30", "kl. 10", "4100 Ringsted", "35 kr." – is not torn apart.
// Only the places of breaks come from it, never what is drawn.
func unparted(text []rune) []rune {
	out := slices.Clone(text)
	digit := func(i int) bool { return i >= 0 && i < len(text) && text[i] >= '0' && text[i] <= '9' }
	sign := func(i int) bool { return digit(i) || i >= 0 && i < len(text) && text[i] >= 'A' && text[i] <= 'Z' }
	word := func(i int, w string) bool {
		r := []rune(w)
		return i >= 0 && i+len(r) <= len(text) && slices.Equal(text[i:i+len(r)], r)
	}
	for i, r := range text {
		switch {
		case r == '–' && digit(i-1) && digit(i+1):
			out[i] = '\u2011'
		case r == '-' && sign(i-1) && sign(i+1): // "K7M4-QXR9"
			out[i] = '\u2011'
		case r != ' ':
		case word(i-3, "kl.") && digit(i+1), digit(i-1) && (word(i+1, "kr") || word(i+1, "km") || word(i+1, "min")):
			out[i] = '\u00a0'
		case i >= 2 && text[i-1] == '.' && digit(i-2) && i+1 < len(text) && unicode.IsLower(text[i+1]): // "11. november"
			out[i] = '\u00a0'
		case i+1 < len(text) && unicode.IsUpper(text[i+1]) && (i+2 == len(text) || text[i+2] == ',' || text[i+2] == ' '): // "Aarhus V"
			out[i] = '\u00a0'
		case digit(i-1) && digit(i-2) && digit(i-3) && digit(i-4) && !digit(i-5) && i+1 < len(text) && unicode.IsUpper(text[i+1]):
			out[i] = '\u00a0'
		}
	}
	return out
}

// line copies one wrapped line out of the wrapper, which reuses its memory.
func (s *setter) line(w shaping.Line, text []rune, st style) line {
	runs := slices.Clone(w)
	slices.SortStableFunc(runs, func(a, b shaping.Output) int { return int(a.VisualIndex - b.VisualIndex) })
	mm := st.size / em / pointsPerMM
	ln := line{style: st}
	pen, first := 0, true
	for _, r := range runs {
		wt := s.weightOf(r.Face)
		for i, g := range r.Glyphs {
			if g.RunesCount() == 1 && guides(text[g.TextIndex()]) {
				continue // it has led the letters to their places, and is none itself
			}
			out := glyph{weight: wt, id: int(g.GlyphID), text: clusterText(r.Glyphs, i, text),
				advance: g.Advance.Round(), xOff: g.XOffset.Round(), yOff: g.YOffset.Round()}
			ln.glyphs = append(ln.glyphs, out)
			if g.Width != 0 && g.Height != 0 {
				left := float64(pen+out.xOff+g.XBearing.Round()) * mm
				right := left + float64(g.Width.Round())*mm
				above := float64(g.YBearing.Round()+out.yOff) * mm
				below := -float64((g.YBearing+g.Height).Round()+out.yOff) * mm
				if first {
					ln.left, ln.right, ln.above, ln.below, first = left, right, above, below, false
				}
				ln.left, ln.right = min(ln.left, left), max(ln.right, right)
				ln.above, ln.below = max(ln.above, above), max(ln.below, below)
			}
			pen += out.advance
		}
	}
	ln.width = float64(pen) * mm
	// The usual line holds every usual letter; a stacked accent makes it higher.
	ln.height = st.lead / pointsPerMM
	ln.base = ln.height/2 + float64(s.faces[regular].capHeight)/2*mm*0.94
	if ln.above > ln.base {
		ln.height += ln.above - ln.base
		ln.base = ln.above
	}
	ln.height = max(ln.height, ln.base+ln.below)
	return ln
}

// clusterText is the part of the text that one glyph stands for. Where letters
// and glyphs are equally many each has its own; else the first has all of it.
func clusterText(gs []shaping.Glyph, i int, text []rune) string {
	g := gs[i]
	from, n := g.TextIndex(), g.RunesCount()
	if g.GlyphsCount() <= 1 {
		return string(text[from : from+n])
	}
	place := 0
	for j := i - 1; j >= 0 && gs[j].TextIndex() == from; j-- {
		place++
	}
	switch {
	case n == g.GlyphsCount():
		return string(text[from+place])
	case place == 0:
		return string(text[from : from+n])
	}
	return "\u200b" // a further part of the same letter: nothing more to copy
}

// heightOf is the height of set lines together, in mm.
func heightOf(ls []line) float64 {
	h := 0.0
	for _, l := range ls {
		h += l.height
	}
	return h
}
