package communities

import (
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"

	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// work is the import or the export that stands where the detail stood.
type work struct {
	p        *Page
	importer *importer

	// of an import
	paths   []string
	source  string
	mapping map[string]string // headings whose field a person changed
	columns []interchange.Column
	account *interchange.Account

	bar    *widget.Progress
	status *widget.Text
}

func (p *Page) newWork() *work {
	if p.work != nil && p.work.importer.busy() {
		return nil // one piece of work at a time; it is in sight
	}
	p.work = &work{p: p, importer: &importer{store: p.d.Store, now: p.d.Now, post: p.d.Post}, mapping: map[string]string{}}
	return p.work
}

func (p *Page) closeWork() {
	p.work = nil
	p.showHint()
	p.detail.ToTop()
	p.relayout()
	p.Focus()
}

// set shows the parts of a step, and puts focus where it begins.
func (w *work) set(focus fyne.Focusable, title, lead string, parts ...fyne.CanvasObject) {
	head := widget.NewColumn(theme.Space4, widget.NewText(title, widget.Style{Size: theme.Heading, Bold: true}))
	if lead != "" {
		head.Add(widget.NewText(lead, widget.Style{Ink: widget.Quiet}))
	}
	w.p.inside.Objects = []fyne.CanvasObject{widget.NewPanel(widget.NewColumn(theme.Space16, append([]fyne.CanvasObject{head}, parts...)...))}
	w.p.shown = nil
	w.p.acts.fit(w.p.may, false)
	w.p.detail.ToTop()
	w.p.relayout()
	if focus != nil {
		widget.FocusOn(focus)
	}
}

func (w *work) t(key string, args ...any) string { return w.p.say.T("communities."+key, args...) }

// running shows the bar and the way to stop.
func (w *work) running(title, text string) {
	w.bar = widget.NewProgress()
	w.status = widget.NewText(text, widget.Style{})
	stop := widget.NewQuietButton(w.t("cancel"), "", w.importer.stop)
	w.set(stop, title, "", w.status, w.bar, widget.NewFlow(theme.Space8, stop))
}

// step is told how far the work is.
func (w *work) step(done, total int64) {
	if total > 0 {
		w.bar.Set(float32(done) / float32(total))
	}
}

func (w *work) back() *widget.Button { return widget.NewQuietButton(w.t("back"), "Esc", w.p.closeWork) }

// window is the window the page is in, for the system's file dialogs.
func (p *Page) window() fyne.Window {
	c := fyne.CurrentApp().Driver().CanvasForObject(p.root)
	for _, w := range fyne.CurrentApp().Driver().AllWindows() {
		if w.Canvas() == c {
			return w
		}
	}
	return nil
}

// openDialog shows a file dialog. The toolkit's own does not know Esc.
func (p *Page) openDialog(d *dialog.FileDialog, over fyne.Window) {
	p.dialog = d
	d.SetOnClosed(func() { p.dialog = nil })
	widget.ShowFileDialog(d, over)
}

// openImport begins an import: which file?
func (p *Page) openImport() {
	if w := p.newWork(); w != nil {
		w.choose("", "")
	}
}

// choose asks for a file or a folder; problem says what was wrong with the last.
func (w *work) choose(path, problem string) {
	field := widget.NewField(w.t("path"))
	field.Entry.SetPlaceHolder(w.t("path_placeholder"))
	field.Entry.SetText(path)
	field.SetProblem(problem)
	source := widget.NewField(w.t("source"))
	source.Entry.SetText(w.source)
	read := func() {
		w.source = source.Entry.Text
		if field.Entry.Text == "" {
			field.SetProblem(w.t("path_empty"))
			w.p.relayout()
			return
		}
		w.plan([]string{field.Entry.Text})
	}
	field.Entry.OnSubmitted = func(string) { read() }
	source.Entry.OnSubmitted = func(string) { read() }
	file := widget.NewQuietButton(w.t("choose_file"), "", func() {
		if win := w.p.window(); win != nil {
			w.p.openDialog(dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
				if err != nil || r == nil {
					return
				}
				field.Entry.SetText(filepath.FromSlash(r.URI().Path()))
				if err := r.Close(); err == nil {
					read()
				}
			}, win), win)
		}
	})
	folder := widget.NewQuietButton(w.t("choose_folder"), "", func() {
		if win := w.p.window(); win != nil {
			w.p.openDialog(dialog.NewFolderOpen(func(u fyne.ListableURI, err error) {
				if err == nil && u != nil {
					field.Entry.SetText(filepath.FromSlash(u.Path()))
					read()
				}
			}, win), win)
		}
	})
	w.set(field.Entry, w.t("import_title"), w.t("import_lead"),
		field, widget.NewFlow(theme.Space8, file, folder),
		widget.NewColumn(theme.Space4, source, widget.NewText(w.t("source_hint"), widget.Style{Size: theme.Small, Ink: widget.Quiet})),
		widget.NewFlow(theme.Space8, widget.NewPrimaryButton(w.t("add_path"), "⏎", read), w.back()))
}

func (w *work) options(dry bool) interchange.Options {
	return interchange.Options{Format: interchange.Auto, Source: w.source, DryRun: dry, Mapping: w.mapping}
}

// plan reads the headings and shows how they are understood.
func (w *work) plan(paths []string) {
	w.paths = paths
	w.running(w.t("import_title"), w.t("planning"))
	w.importer.plan(paths, w.options(false), func(p *interchange.Import, err error) {
		if err != nil {
			w.choose(paths[0], errorWords(w.p.say, err))
			return
		}
		w.columns = p.Columns()
		w.showMapping()
	})
}

// run brings the files in, or only tries.
func (w *work) run(dry bool) {
	text := w.t("running")
	if dry {
		text = w.t("trying")
	}
	w.running(w.t("import_title"), text)
	w.importer.run(w.paths, w.options(dry), func(done, total int64) {
		w.step(done, total)
		if done >= total && !dry {
			w.status.SetText(w.t("saving"))
		}
	}, func(a interchange.Account, err error) {
		if err != nil {
			w.account = nil
			w.stopped(errorWords(w.p.say, err))
			return
		}
		w.account = &a
		w.showAccount(a, dry)
	})
}

// stopped says why an import did not happen, and that nothing is changed.
func (w *work) stopped(text string) {
	again := widget.NewPrimaryButton(w.t("start_over"), "", func() { w.choose(w.paths[0], "") })
	w.set(again, w.t("import_title"), "",
		widget.NewBanner(widget.ToneWaiting, text, ""),
		widget.NewFlow(theme.Space8, again, w.back()))
}
