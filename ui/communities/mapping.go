package communities

import (
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// showMapping shows what each heading becomes, before anything runs. Each can
// be changed; what is guessed is marked.
func (w *work) showMapping() {
	run := widget.NewPrimaryButton(w.t("run"), "", func() { w.run(false) })
	try := widget.NewQuietButton(w.t("dry_run"), "", func() { w.run(true) })
	other := widget.NewQuietButton(w.t("start_over"), "", func() { w.choose(w.paths[0], "") })
	names := make([]string, len(w.paths))
	for i, p := range w.paths {
		names[i] = filepath.Base(p)
	}
	parts := []fyne.CanvasObject{
		widget.NewText(w.p.say.N("communities.files", len(w.paths), "names", strings.Join(names, ", ")), widget.Style{Bold: true}),
		widget.NewFlow(theme.Space8, try, run, other),
	}
	lead := w.t("mapping_hint")
	if len(w.columns) == 0 {
		lead = w.t("mapping_fixed")
	}
	table := widget.NewColumn(theme.Space12)
	file := ""
	for i, c := range w.columns {
		if c.File != file && (i > 0 || filepath.Base(c.File) != names[0]) {
			table.Add(widget.NewText(filepath.Base(c.File), widget.Style{Size: theme.Quiet, Bold: true, Ink: widget.Quiet}))
		}
		file = c.File
		table.Add(w.mappingRow(c))
	}
	w.set(try, w.t("mapping_title"), lead, append(parts, table)...)
}

// fieldOf is the field a column becomes: what a person chose, else what was understood.
func (w *work) fieldOf(c interchange.Column) string {
	if f, ok := w.mapping[c.Heading]; ok {
		return f
	}
	return c.Field
}

func (w *work) mappingRow(c interchange.Column) fyne.CanvasObject {
	_, changed := w.mapping[c.Heading]
	guess := widget.NewTag(w.t("guess"), widget.ToneWaiting)
	show(guess, !c.Sure && !changed && c.Field != "")
	choice := widget.NewChoice(w.fields(w.fieldOf(c)), w.fieldOf(c), func(v string) {
		w.mapping[c.Heading] = v
		guess.Hide()
		w.p.relayout()
	})
	sample := c.Sample
	if sample != "" {
		sample = w.t("col_sample") + ": " + sample
	}
	left := widget.NewColumn(0, widget.NewText(c.Heading, widget.Style{Bold: true}),
		widget.NewText(sample, widget.Style{Size: theme.Small, Ink: widget.Quiet, MaxLines: 2}))
	right := &fyne.Container{Layout: &fieldWidth{}, Objects: []fyne.CanvasObject{choice, guess}}
	return widget.NewSplitRow(theme.Space16, theme.Scaled(200), left, right)
}

// fields are what a column can become, in words.
func (w *work) fields(have string) []widget.Option {
	out := []widget.Option{{Value: "", Text: w.t("unused")}}
	seen := have == ""
	for _, f := range interchange.Fields() {
		out = append(out, widget.Option{Value: f, Text: fieldWords(w.p.say, f)})
		seen = seen || f == have
	}
	if !seen {
		out = append(out, widget.Option{Value: have, Text: fieldWords(w.p.say, have)})
	}
	return out
}

// fieldWidth gives the choice of a field its width, and the mark of a guess
// its place before it.
type fieldWidth struct{}

func (*fieldWidth) MinSize(o []fyne.CanvasObject) fyne.Size {
	s := fyne.NewSize(theme.Scaled(230), o[0].MinSize().Height)
	if o[1].Visible() {
		s.Width += o[1].MinSize().Width + theme.Space8
	}
	return s
}

func (*fieldWidth) Layout(o []fyne.CanvasObject, s fyne.Size) {
	x := float32(0)
	if o[1].Visible() {
		t := o[1].MinSize()
		o[1].Move(fyne.NewPos(0, (s.Height-t.Height)/2))
		o[1].Resize(t)
		x = t.Width + theme.Space8
	}
	o[0].Move(fyne.NewPos(x, 0))
	o[0].Resize(fyne.NewSize(s.Width-x, s.Height))
}
