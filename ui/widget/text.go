package widget

import (
	"image/color"
	"strings"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// Ink chooses a colour from the palette when the text is drawn, so that text
// follows a change of contrast.
type Ink func(*theme.Palette) color.NRGBA

// The inks of text.
var (
	Plain     Ink = func(p *theme.Palette) color.NRGBA { return p.Text }
	Quiet     Ink = func(p *theme.Palette) color.NRGBA { return p.Quiet }
	Primary   Ink = func(p *theme.Palette) color.NRGBA { return p.Primary }
	OnPrimary Ink = func(p *theme.Palette) color.NRGBA { return p.OnPrimary }
	OnTint    Ink = func(p *theme.Palette) color.NRGBA { return p.OnTint }
	Stale     Ink = func(p *theme.Palette) color.NRGBA { return p.Stale }
	OnWaiting Ink = func(p *theme.Palette) color.NRGBA { return p.OnWaiting }
	OnTrouble Ink = func(p *theme.Palette) color.NRGBA { return p.OnTrouble }
	OnSidebar Ink = func(p *theme.Palette) color.NRGBA { return p.OnSidebar }
)

// Style says how a Text looks.
type Style struct {
	Size     theme.TypeSize // zero is theme.Body
	Bold     bool
	Ink      Ink // nil is Plain
	Align    fyne.TextAlign
	MaxLines int // 0 is as many as it takes; else the last line ends in … (show the whole text elsewhere)
}

// Text is words that wrap at the width they get. It is never cut off: give it
// the height of HeightFor.
type Text struct {
	base.BaseWidget
	text  string
	style Style

	lines     []*canvas.Text
	drawn     []drawn // what each line was last drawn as
	wrapped   string  // what lines shows, and at which width and size
	wrapWidth float32
	wrapSize  float32
	objects   []fyne.CanvasObject // the lines, for the renderer, which may be made anew
}

// drawn is what decides how a line of letters looks; letters are drawn again
// only where it changes.
type drawn struct {
	text  string
	size  float32
	bold  bool
	align fyne.TextAlign
	ink   color.NRGBA
}

// NewText makes a text.
func NewText(text string, s Style) *Text {
	t := &Text{text: text, style: s}
	t.ExtendBaseWidget(t)
	return t
}

// SetText shows another text. The owner lays out again where the height may change.
func (t *Text) SetText(s string) {
	if s == t.text {
		return
	}
	t.text = s
	t.Refresh()
}

// Text is what is shown.
func (t *Text) Text() string { return t.text }

// Natural is the width of the text where it does not wrap.
func (t *Text) Natural() float32 { return lineWidth(t.text, t.size(), t.style.Bold) }

// SetStyle changes the look.
func (t *Text) SetStyle(s Style) {
	t.style = s
	t.wrapWidth = -1
	t.Refresh()
}

func (t *Text) size() float32 {
	s := t.style.Size
	if s == 0 {
		s = theme.Body
	}
	return theme.Text(s)
}

func (t *Text) lineHeight() float32 { return lineHeight(t.size(), t.style.Bold) }

// HeightFor implements Flowing.
func (t *Text) HeightFor(width float32) float32 {
	if t.text == "" {
		return t.lineHeight()
	}
	return float32(len(t.wrap(width))) * t.lineHeight()
}

func (t *Text) wrap(width float32) []string {
	return limit(wrapWords(t.text, width, t.size(), t.style.Bold), t.style.MaxLines, width, t.size(), t.style.Bold)
}

// CreateRenderer implements fyne.Widget.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	shape := func(s fyne.Size) {
		size := t.size()
		if t.wrapped != t.text || t.wrapWidth != s.Width || t.wrapSize != size {
			t.wrapped, t.wrapWidth, t.wrapSize = t.text, s.Width, size
			lines := t.wrap(s.Width)
			if t.text == "" {
				lines = nil
			}
			for len(t.lines) < len(lines) {
				t.lines = append(t.lines, canvas.NewText("", color.Transparent))
			}
			t.lines = t.lines[:len(lines)]
			t.drawn = append(t.drawn, make([]drawn, max(len(lines)-len(t.drawn), 0))...)[:len(lines)]
			t.objects = t.objects[:0]
			for i, l := range lines {
				t.lines[i].Text = l
				t.objects = append(t.objects, t.lines[i])
			}
		}
		ink := t.style.Ink
		if ink == nil {
			ink = Plain
		}
		h, c := t.lineHeight(), ink(theme.Colours())
		for i, l := range t.lines {
			now := drawn{l.Text, size, t.style.Bold, t.style.Align, c}
			if t.drawn[i] != now {
				t.drawn[i] = now
				l.TextSize, l.TextStyle, l.Alignment, l.Color = size, fyne.TextStyle{Bold: t.style.Bold}, t.style.Align, c
				l.Refresh()
			}
			l.Move(fyne.NewPos(0, float32(i)*h))
			l.Resize(fyne.NewSize(s.Width, h))
		}
	}
	return &renderer{
		of:      t,
		objects: func() []fyne.CanvasObject { return t.objects },
		layout:  shape,
		minSize: func() fyne.Size {
			// wide enough for the words in one line where it may be so; a column gives less, and it wraps
			w := float32(0)
			if t.style.MaxLines != 1 {
				w = min(widest(t.text, t.size(), t.style.Bold), theme.Scaled(220))
			}
			have := t.Size().Width
			if have <= 0 {
				have = lineWidth(t.text, t.size(), t.style.Bold)
			}
			return fyne.NewSize(w, t.HeightFor(max(w, have)))
		},
		refresh: func() {
			shape(t.Size())
			repaint(t)
		},
	}
}

// NewLabel is a Text that never wraps and is as wide as its words: for chips,
// badges and lines that are made to fit.
func NewLabel(text string, s Style) *Label {
	l := &Label{text: text, style: s, line: canvas.NewText(text, color.Transparent)}
	l.ExtendBaseWidget(l)
	return l
}

// Label is one line of text, as wide as its words; where it gets less room it
// ends in ….
type Label struct {
	base.BaseWidget
	text  string
	style Style
	line  *canvas.Text
	drawn drawn
}

// SetText shows another text.
func (l *Label) SetText(s string) {
	if s != l.text {
		l.text = s
		l.Refresh()
	}
}

// SetStyle changes the look.
func (l *Label) SetStyle(s Style) { l.style = s; l.Refresh() }

// Text is the whole text, also where less is shown.
func (l *Label) Text() string { return l.text }

func (l *Label) size() float32 {
	if l.style.Size == 0 {
		return theme.Text(theme.Body)
	}
	return theme.Text(l.style.Size)
}

// CreateRenderer implements fyne.Widget.
func (l *Label) CreateRenderer() fyne.WidgetRenderer {
	shape := func(s fyne.Size) {
		ink := l.style.Ink
		if ink == nil {
			ink = Plain
		}
		now := drawn{ellipsis(l.text, s.Width, l.size(), l.style.Bold), l.size(), l.style.Bold, l.style.Align, ink(theme.Colours())}
		if now != l.drawn {
			l.drawn = now
			l.line.Text, l.line.TextSize, l.line.TextStyle, l.line.Alignment, l.line.Color = now.text, now.size, fyne.TextStyle{Bold: now.bold}, now.align, now.ink
			l.line.Refresh()
		}
		h := lineHeight(l.size(), l.style.Bold)
		l.line.Move(fyne.NewPos(0, (s.Height-h)/2))
		l.line.Resize(fyne.NewSize(s.Width, h))
	}
	return &renderer{
		of:      l,
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{l.line} },
		layout:  shape,
		minSize: func() fyne.Size {
			return fyne.NewSize(lineWidth(l.text, l.size(), l.style.Bold), lineHeight(l.size(), l.style.Bold))
		},
		refresh: func() { shape(l.Size()); repaint(l) },
	}
}

// Measures of words are asked for again and again while lists are laid out;
// shaping each once is what keeps a key press under a frame.
var (
	measureMu sync.Mutex
	measured  = map[measureKey]fyne.Size{}
)

type measureKey struct {
	text string
	size float32
	bold bool
}

func measure(text string, size float32, bold bool) fyne.Size {
	k := measureKey{text, size, bold}
	measureMu.Lock()
	s, ok := measured[k]
	measureMu.Unlock()
	if ok {
		return s
	}
	s = fyne.MeasureText(text, size, fyne.TextStyle{Bold: bold})
	measureMu.Lock()
	if len(measured) > 20000 { // the words of a large directory; what was typed goes with the rest
		clear(measured)
	}
	measured[k] = s
	measureMu.Unlock()
	return s
}

// ForgetMeasures forgets every word that was measured, so that nothing typed
// about a citizen stays in memory once their folder is cleared.
func ForgetMeasures() {
	measureMu.Lock()
	clear(measured)
	measureMu.Unlock()
}

func lineHeight(size float32, bold bool) float32 { return measure("Åg", size, bold).Height }

// lineWidth is the width of the widest line of a text that is not wrapped.
func lineWidth(text string, size float32, bold bool) float32 {
	w := float32(0)
	for l := range strings.SplitSeq(text, "\n") {
		w = max(w, wordsWidth(l, size, bold))
	}
	return w
}

func wordsWidth(line string, size float32, bold bool) float32 {
	w, space := float32(0), measure(" ", size, bold).Width
	for i, word := range strings.Split(line, " ") {
		if i > 0 {
			w += space
		}
		if word != "" {
			w += measure(word, size, bold).Width
		}
	}
	return w + 1 // shaping a whole line may differ from its words by a fraction
}

func widest(text string, size float32, bold bool) float32 {
	w := float32(0)
	for _, word := range words(text) {
		w = max(w, measure(word, size, bold).Width)
	}
	return w + 1
}

// wrapWords breaks a text into lines no wider than width: at line breaks, at
// spaces, and inside a word only where it alone is too wide.
func wrapWords(text string, width, size float32, bold bool) []string {
	space := measure(" ", size, bold).Width
	var out []string
	for para := range strings.SplitSeq(text, "\n") {
		line, w := "", float32(1)
		for _, word := range words(para) {
			ww := measure(word, size, bold).Width
			for ww+1 > width && width > 0 && len([]rune(word)) > 1 {
				if line != "" {
					out = append(out, line)
					line, w = "", 1
				}
				head := fit(word, width, size, bold)
				out = append(out, head)
				word = word[len(head):]
				ww = measure(word, size, bold).Width
			}
			switch {
			case line == "":
				line, w = word, ww+1
			case w+space+ww <= width:
				line, w = line+" "+word, w+space+ww
			default:
				out = append(out, line)
				line, w = word, ww+1
			}
		}
		out = append(out, line)
	}
	return out
}

// words splits at spaces and tabs, but not at the spaces that hold together
// ("kl. 10.30"): strings.Fields splits at those as well.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' })
}

// Together makes a phrase that is never broken over two lines.
func Together(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }

// fit is the longest beginning of a word, at least one letter, that fits.
func fit(word string, width, size float32, bold bool) string {
	r := []rune(word)
	n := 1
	for n < len(r) && measure(string(r[:n+1]), size, bold).Width+1 <= width {
		n++
	}
	return string(r[:n])
}

func limit(lines []string, most int, width, size float32, bold bool) []string {
	if most <= 0 || len(lines) <= most {
		return lines
	}
	lines = lines[:most]
	lines[most-1] = ellipsis(lines[most-1]+" …", width, size, bold)
	return lines
}

// ellipsis shortens one line to a width, at a letter, ending in ….
func ellipsis(line string, width, size float32, bold bool) string {
	if width <= 0 || wordsWidth(line, size, bold) <= width+1.5 {
		return line
	}
	r := []rune(strings.TrimSuffix(strings.TrimSuffix(line, "…"), " "))
	lo, hi := 0, len(r)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if measure(strings.TrimRight(string(r[:mid]), " ,")+"…", size, bold).Width <= width {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return strings.TrimRight(string(r[:lo]), " ,") + "…"
}
