package communities

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

var exportFormats = []interchange.Format{interchange.XLSX, interchange.CSV, interchange.JSONL, interchange.HSDS}

// openExport asks in which form and where.
func (p *Page) openExport() {
	w := p.newWork()
	if w == nil {
		return
	}
	format := interchange.XLSX
	var options []widget.Option
	for _, f := range exportFormats {
		options = append(options, widget.Option{Value: string(f), Text: w.t("export." + string(f))})
	}
	field := widget.NewField(w.t("path_hint_export"))
	path := func() string {
		name := w.t("export_name") + "-" + string(p.today())
		if format != interchange.HSDS {
			name += "." + string(format)
		}
		return filepath.Join(home(), name)
	}
	field.Entry.SetText(path())
	said := widget.NewColumn(theme.Space8)
	said.Hide()
	save := func(replace bool) {
		to := strings.TrimSpace(field.Entry.Text)
		if to == "" {
			field.SetProblem(w.t("export_empty_path"))
			p.relayout()
			return
		}
		field.SetProblem("")
		w.export(format, to, replace, said)
	}
	kind := widget.NewSegmented(options, string(format), func(v string) {
		format = interchange.Format(v)
		dir := filepath.Dir(field.Entry.Text)
		field.Entry.SetText(filepath.Join(dir, filepath.Base(path())))
	})
	choose := widget.NewQuietButton(w.t("choose_where"), "", func() { w.chooseWhere(field) })
	field.Entry.OnSubmitted = func(string) { save(false) }
	w.set(field.Entry, w.t("export_title"), w.t("export_lead"),
		widget.Labelled(w.t("export_format"), kind), field,
		widget.NewFlow(theme.Space8, widget.NewPrimaryButton(w.t("save"), "", func() { save(false) }), choose, w.back()), said)
}

// chooseWhere opens the toolkit's own dialog; the path stays in the field.
func (w *work) chooseWhere(field *widget.Field) {
	win := w.p.window()
	if win == nil {
		return
	}
	d := dialog.NewFolderOpen(func(u fyne.ListableURI, err error) {
		if err == nil && u != nil {
			field.Entry.SetText(filepath.Join(filepath.FromSlash(u.Path()), filepath.Base(field.Entry.Text)))
		}
	}, win)
	w.p.openDialog(d, win)
}

// export writes away from the screen. What is there already is replaced only
// when a person says so.
func (w *work) export(f interchange.Format, to string, replace bool, said *fyne.Container) {
	said.Show()
	if _, err := os.Stat(to); err == nil && !replace {
		said.Objects = []fyne.CanvasObject{widget.NewBanner(widget.ToneWaiting, w.t("export_exists"), to,
			widget.NewQuietButton(w.t("export_replace"), "", func() { w.export(f, to, true, said) }))}
		w.p.relayout()
		return
	}
	ctx, turn := w.importer.begin()
	said.Objects = []fyne.CanvasObject{widget.NewText(w.t("exporting"), widget.Style{}),
		widget.NewFlow(0, widget.NewQuietButton(w.t("cancel"), "", w.importer.stop))}
	w.p.relayout()
	store := w.p.d.Store
	go func() {
		n, err := exportTo(ctx, store, f, to)
		w.p.d.Post(func() {
			if !w.importer.end(turn) {
				return
			}
			banner := widget.NewBanner(widget.ToneGood, w.p.say.N("communities.exported", n, "path", to), "")
			switch {
			case errors.Is(err, context.Canceled):
				banner = widget.NewBanner(widget.ToneWaiting, w.t("cancelled"), "")
			case err != nil:
				banner = widget.NewBanner(widget.ToneTrouble, w.t("export_failed"), saveWords(w.p.say, err))
			}
			said.Objects = []fyne.CanvasObject{banner}
			w.p.relayout()
		})
	}()
}

// exportTo writes the directory and counts what it wrote.
func exportTo(ctx context.Context, s Store, f interchange.Format, to string) (n int, err error) {
	each := func(fn func(*directory.Community) error) error {
		return s.EachCommunity(func(c *directory.Community) error {
			n++
			return fn(c)
		})
	}
	if f == interchange.HSDS {
		err = interchange.ExportHSDS(ctx, to, each)
		return n, err
	}
	err = interchange.WriteFile(to, func(out io.Writer) error { return interchange.Export(ctx, out, f, each) })
	return n, err
}
