package print

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/assets/icons"
	"github.com/jung-kurt/gofpdf"
)

// colour is red, green, blue, 0–255.
type colour [3]int

// The colours of the design that sheets use. Text on white has a contrast of
// at least 5.6 to 1, and no meaning rests on colour: every sheet survives a
// black and white copier.
var (
	ink     = colour{0x1D, 0x2A, 0x2A}
	quiet   = colour{0x4C, 0x5A, 0x58}
	primary = colour{0x1F, 0x5C, 0x4A}
	warm    = colour{0xFD, 0xF3, 0xDC}
	hair    = colour{0xE4, 0xDD, 0xD2}
	white   = colour{0xFF, 0xFF, 0xFF}
	black   = colour{0, 0, 0}
)

// box is one thing drawn on a page, in mm from its upper left corner. Frames
// and panels hold other things; everything else may not overlap.
type box struct {
	page       int
	kind       string // text, icon, qr, rule; frame, panel
	x, y, w, h float64
	what       string
}

func (b box) holds() bool { return b.kind == "frame" || b.kind == "panel" }

// paper is a sheet being drawn: pages, letters, structure, and a record of
// everything drawn. Measures are mm from the upper left corner of the page.
type paper struct {
	pdf    *gofpdf.Fpdf
	w, h   float64
	set    *setter
	used   [weights]*used
	tree   *structure
	boxes  []box
	lang   string
	fillIn func(page int) // draws what every page has, when a page begins
	accent colour         // of frames
	marks  []bookmark
	sheets func(pages int) []sheetOf // how pages are put on sheets; nil is a page a sheet
}

// newPaper gives an empty document; the first page begins with newPage.
func newPaper(w, h float64, lang string) (*paper, error) {
	set, err := newSetter(lang)
	if err != nil {
		return nil, err
	}
	p := &paper{w: w, h: h, set: set, tree: newStructure(), lang: lang, accent: primary}
	p.pdf = gofpdf.NewCustom(&gofpdf.InitType{UnitStr: "mm", Size: gofpdf.SizeType{Wd: w, Ht: h}})
	p.pdf.SetAutoPageBreak(false, 0)
	p.pdf.SetMargins(0, 0, 0)
	p.pdf.SetCatalogSort(true)
	return p, nil
}

func (p *paper) newPage() {
	p.pdf.AddPage()
	if p.fillIn != nil {
		p.fillIn(p.page())
	}
}

func (p *paper) page() int { return p.pdf.PageNo() }

func (p *paper) record(kind string, x, y, w, h float64, what string) {
	p.boxes = append(p.boxes, box{p.page(), kind, x, y, w, h, what})
}

// as draws what belongs to e; a nil e is decoration that readers skip.
func (p *paper) as(e *element, draw func()) {
	if e == nil {
		p.pdf.RawWriteStr("/Artifact BMC")
	} else {
		p.pdf.RawWriteStr(p.tree.mark(e, p.page()))
	}
	draw()
	p.pdf.RawWriteStr("EMC")
}

// lines draws set lines from the top y down and gives where they end. align is
// 0 for left, 0.5 for the middle and 1 for right within w mm.
func (p *paper) lines(e *element, x, y, w, align float64, ls []line) float64 {
	if x = p.at(x, w); p.set.rtl {
		align = 1 - align
	}
	for _, l := range ls {
		lx := x + align*(w-l.width)
		p.as(e, func() { p.line(lx, y+l.base, l) })
		var what strings.Builder
		for _, g := range l.glyphs {
			what.WriteString(g.text)
		}
		if l.right > l.left {
			p.record("text", lx+l.left, y+l.base-l.above, l.right-l.left, l.above+l.below, what.String())
		}
		y += l.height
	}
	return y
}

// line writes one line with its baseline at x, y. Distances between letters
// that differ from the font's own are thousandths of the type size, which at
// 1000 units to the em are font units.
func (p *paper) line(x, y float64, l line) {
	var b strings.Builder
	c := l.style.colour
	fmt.Fprintf(&b, "BT %.3f %.3f %.3f rg 1 0 0 1 %.3f %.3f Tm", float64(c[0])/255, float64(c[1])/255, float64(c[2])/255,
		x*pointsPerMM, (p.h-y)*pointsPerMM)
	open, wt, rise, carry := false, weight(-1), 0, 0
	closeArray := func() {
		if open {
			b.WriteString("] TJ")
			open = false
		}
	}
	for _, g := range l.glyphs {
		if g.weight != wt {
			closeArray()
			fmt.Fprintf(&b, " /F%d %s Tf", g.weight, trim(l.style.size))
			wt = g.weight
		}
		if g.yOff != rise {
			closeArray()
			fmt.Fprintf(&b, " %s Ts", trim(float64(g.yOff)*l.style.size/em))
			rise = g.yOff
		}
		if !open {
			b.WriteString(" [")
			open = true
		}
		if move := carry + g.xOff; move != 0 {
			fmt.Fprintf(&b, "%d", -move)
		}
		u := p.used[g.weight]
		if u == nil {
			u = newUsed(p.set.faces[g.weight])
			p.used[g.weight] = u
		}
		fmt.Fprintf(&b, "<%04X>", u.number(g.id, g.text))
		carry = g.advance - u.face.advance(g.id) - g.xOff
	}
	closeArray()
	if rise != 0 {
		b.WriteString(" 0 Ts")
	}
	p.pdf.RawWriteStr(b.String() + " ET")
}

func trim(v float64) string { return strconv.FormatFloat(v, 'f', -1, 32) }

func (p *paper) fill(c colour) { p.pdf.SetFillColor(c[0], c[1], c[2]) }
func (p *paper) pen(c colour, mm float64) {
	p.pdf.SetDrawColor(c[0], c[1], c[2])
	p.pdf.SetLineWidth(mm)
}

// frame draws a card's outline.
func (p *paper) frame(x, y, w, h float64) {
	x = p.at(x, w)
	p.as(nil, func() {
		p.pen(p.accent, 0.4)
		p.pdf.RoundedRect(x, y, w, h, 4, "1234", "D")
	})
	p.record("frame", x, y, w, h, "")
}

// panel fills an area that text stands on.
func (p *paper) panel(x, y, w, h, radius float64, c colour) {
	x = p.at(x, w)
	p.as(nil, func() {
		p.fill(c)
		if radius > 0 {
			p.pdf.RoundedRect(x, y, w, h, radius, "1234", "F")
		} else {
			p.pdf.Rect(x, y, w, h, "F")
		}
	})
	p.record("panel", x, y, w, h, "")
}

// rule draws a horizontal line, dashed where dash is above 0.
func (p *paper) rule(x, y, w, mm, dash float64, c colour) {
	x = p.at(x, w)
	p.as(nil, func() {
		p.pen(c, mm)
		if dash > 0 {
			p.pdf.SetDashPattern([]float64{dash, dash}, 0)
		}
		p.pdf.Line(x, y, x+w, y)
		if dash > 0 {
			p.pdf.SetDashPattern(nil, 0)
		}
	})
	p.record("rule", x, y-mm/2, w, mm, "")
}

// icon draws a line icon in a square of size mm.
func (p *paper) icon(name string, x, y, size float64, c colour) {
	k := size / icons.Units
	x = p.at(x, size)
	p.as(nil, func() {
		p.pen(c, icons.Stroke*k)
		p.pdf.SetLineCapStyle("round")
		p.pdf.SetLineJoinStyle("round")
		for _, s := range icons.Path(name) {
			switch s.Op {
			case 'M':
				p.pdf.MoveTo(x+s.X*k, y+s.Y*k)
			case 'L':
				p.pdf.LineTo(x+s.X*k, y+s.Y*k)
			case 'C':
				p.pdf.CurveBezierCubicTo(x+s.X1*k, y+s.Y1*k, x+s.X2*k, y+s.Y2*k, x+s.X*k, y+s.Y*k)
			case 'Z':
				p.pdf.ClosePath()
			}
		}
		p.pdf.DrawPath("D")
	})
	p.record("icon", x, y, size, size, name)
}

// finish gives the bytes of the sheet. title is generic by rule: what a file
// says about itself is seen in queues and folders, so that it never names anybody.
func (p *paper) finish(title string, at time.Time) ([]byte, error) {
	p.pdf.SetCreationDate(at)
	p.pdf.SetModificationDate(at)
	p.pdf.SetTitle(title, true)
	p.pdf.SetProducer("Vejviser", true)
	var raw bytes.Buffer
	if err := p.pdf.Output(&raw); err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	f, err := takeApart(raw.Bytes())
	if err != nil {
		return nil, err
	}
	const resources = 2 // gofpdf's fixed place for them
	fontList := "/Font <<\n"
	for i, u := range p.used {
		if u == nil {
			continue
		}
		n, err := u.write(f, [weights]string{"VEJVIS", "VEJVIB", "VEJVAR", "VEJVAB"}[i])
		if err != nil {
			return nil, fmt.Errorf("print: %w", err)
		}
		fontList += fmt.Sprintf("/F%d %d 0 R\n", i, n)
	}
	if err := f.replace(resources, "/Font <<\n", fontList); err != nil {
		return nil, err
	}
	if p.sheets != nil {
		if p.tree.where, err = f.impose(p.w, p.h, p.sheets(len(f.pages))); err != nil {
			return nil, err
		}
	}
	for i, n := range f.pages {
		if p.sheets != nil {
			break
		}
		if err := f.replace(n, "<</Type /Page\n", fmt.Sprintf("<</Type /Page\n/StructParents %d /Tabs /S\n", i)); err != nil {
			return nil, err
		}
	}
	tree := p.tree.write(f)
	xmp := f.add(metadata(title, p.lang, at))
	outline := ""
	if len(p.marks) > 0 && p.sheets == nil {
		outline = fmt.Sprintf(" /Outlines %d 0 R /PageMode /UseOutlines", p.outline(f))
	}
	if err := f.replace(f.root, "/Type /Catalog", fmt.Sprintf("/Type /Catalog /Lang %s /MarkInfo <</Marked true>> /ViewerPreferences <</DisplayDocTitle true>> /StructTreeRoot %d 0 R /Metadata %d 0 R%s",
		hexText(p.lang), tree, xmp, outline)); err != nil {
		return nil, err
	}
	return f.bytes(), nil
}

// metadata is the XMP stream, uncompressed so that it can be found.
func metadata(title, lang string, at time.Time) string {
	esc := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	day := at.Format(time.RFC3339)
	x := "<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n" +
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
		`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">` +
		`<dc:title><rdf:Alt><rdf:li xml:lang="x-default">` + esc.Replace(title) + `</rdf:li></rdf:Alt></dc:title>` +
		`<dc:language><rdf:Bag><rdf:li>` + esc.Replace(lang) + `</rdf:li></rdf:Bag></dc:language>` +
		`<xmp:CreateDate>` + day + `</xmp:CreateDate><xmp:ModifyDate>` + day + `</xmp:ModifyDate>` +
		`<pdf:Producer>Vejviser</pdf:Producer><pdfuaid:part>1</pdfuaid:part></rdf:Description></rdf:RDF></x:xmpmeta>` +
		"\n<?xpacket end=\"w\"?>"
	return fmt.Sprintf("<</Type /Metadata /Subtype /XML /Length %d>>\nstream\n%s\nendstream", len(x), x)
}
