package settings

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// wordsFile brings a list of own words in, or takes it out, in the place of the form.
type wordsFile struct {
	w    *words
	path *widget.Field
	said *fyne.Container
	busy bool
}

func (w *words) openFile(title, lead, label, path string, do func(*wordsFile), actions ...func(*wordsFile) *widget.Button) *wordsFile {
	f := &wordsFile{w: w, path: widget.NewField(w.t(label)), said: widget.NewColumn(theme.Space8)}
	f.path.Entry.SetText(path)
	f.path.Entry.OnChanged = func(string) { f.path.SetProblem("") }
	f.path.Entry.OnSubmitted = func(string) { do(f) }
	f.said.Hide()
	buttons := widget.NewFlow(theme.Space8)
	for _, a := range actions {
		buttons.Add(a(f))
	}
	buttons.Add(widget.NewQuietButton(w.t("cancel"), "Esc", w.escape))
	w.filing = true
	w.inside.Objects = []fyne.CanvasObject{widget.NewPanel(widget.NewColumn(theme.Space16,
		widget.NewColumn(theme.Space4, widget.NewText(w.t(title), widget.Style{Size: theme.CardTitle, Bold: true}),
			widget.NewText(w.t(lead), widget.Style{Ink: widget.Quiet})),
		f.path, buttons, f.said))}
	w.right.ToTop()
	w.relayout()
	widget.FocusOn(f.path.Entry)
	return f
}

// openImport asks for a file of words.
func (w *words) openImport() {
	w.openFile("import_title", "import_lead", "import_path", "", (*wordsFile).take,
		func(f *wordsFile) *widget.Button { return widget.NewPrimaryButton(w.t("import_do"), "⏎", f.take) },
		func(f *wordsFile) *widget.Button {
			return widget.NewQuietButton(w.t("import_choose"), "", f.chooseFile)
		})
}

// openExport asks where the file is to lie.
func (w *words) openExport() {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "" // the person says where
	}
	path := filepath.Join(home, w.t("file_name")+"-"+string(w.p.today())+".csv")
	w.openFile("export_title", "export_lead", "export_path", path, func(f *wordsFile) { f.write(false) },
		func(f *wordsFile) *widget.Button {
			return widget.NewPrimaryButton(w.t("export_do"), "⏎", func() { f.write(false) })
		},
		func(f *wordsFile) *widget.Button {
			return widget.NewQuietButton(w.t("export_choose"), "", f.chooseFolder)
		})
}

// openDialog shows a file dialog. The toolkit's own does not know Esc.
func (w *words) openDialog(d *dialog.FileDialog, over fyne.Window) {
	w.dialog = d
	d.SetOnClosed(func() { w.dialog = nil })
	widget.ShowFileDialog(d, over)
}

// window is the window the page is in, for the toolkit's file dialogs.
func (w *words) window() fyne.Window {
	c := fyne.CurrentApp().Driver().CanvasForObject(w.root)
	for _, win := range fyne.CurrentApp().Driver().AllWindows() {
		if win.Canvas() == c {
			return win
		}
	}
	return nil
}

func (f *wordsFile) chooseFile() {
	win := f.w.window()
	if win == nil {
		return
	}
	f.w.openDialog(dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
		if err != nil || r == nil {
			return
		}
		f.path.Entry.SetText(filepath.FromSlash(r.URI().Path()))
		if err := r.Close(); err == nil {
			f.take()
		}
	}, win), win)
}

func (f *wordsFile) chooseFolder() {
	win := f.w.window()
	if win == nil {
		return
	}
	f.w.openDialog(dialog.NewFolderOpen(func(u fyne.ListableURI, err error) {
		if err == nil && u != nil {
			f.path.Entry.SetText(filepath.Join(filepath.FromSlash(u.Path()), filepath.Base(f.path.Entry.Text)))
		}
	}, win), win)
}

// to is the path that is written in the field; "" says there that it is missing.
func (f *wordsFile) to() string {
	path := strings.TrimSpace(f.path.Entry.Text)
	if path == "" {
		f.path.SetProblem(f.w.t("path_empty"))
		f.w.relayout()
	}
	return path
}

// headings are what the first column is called, in every language: a list goes
// from a desk in one to a desk in another.
func headings() []string {
	var out []string
	for _, l := range translations.Languages {
		out = append(out, translations.For(l).T("settings.words.says"))
	}
	return out
}

// take reads the file beside the screen; one with a fault changes nothing.
func (f *wordsFile) take() {
	path, w := f.to(), f.w
	if path == "" || f.busy || w.topics == nil {
		return
	}
	store, topics, today := w.p.d.Store, w.topics, w.p.today()
	f.run(func() (*widget.Banner, error) {
		list, err := readWords(path, topics, today)
		if err != nil {
			return nil, err
		}
		done, err := store.TakeOwnWords(list)
		if err != nil {
			return nil, err
		}
		return widget.NewBanner(widget.ToneGood, w.t("taken", "added", done.Added, "changed", done.Changed, "unchanged", done.Unchanged), w.t("taken_text")), nil
	}, "import_failed")
}

func readWords(path string, topics *localdb.Topics, today directory.Day) ([]localdb.OwnWord, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	list, err := localdb.ReadOwnWords(file, topics, headings(), today)
	return list, errors.Join(err, file.Close())
}

// write writes the list beside the screen. What is there already is replaced
// only when a person says so.
func (f *wordsFile) write(replace bool) {
	path, w := f.to(), f.w
	if path == "" || f.busy {
		return
	}
	if _, err := os.Stat(path); err == nil && !replace {
		f.tell(widget.NewBanner(widget.ToneWaiting, w.t("exists"), path,
			widget.NewQuietButton(w.t("replace"), "", func() { f.write(true) })))
		return
	}
	store := w.p.d.Store
	f.run(func() (*widget.Banner, error) {
		all, err := store.OwnWords()
		if err != nil {
			return nil, err
		}
		err = interchange.WriteFile(path, func(out io.Writer) error {
			return localdb.WriteOwnWords(out, all, [2]string{w.t("says"), w.t("means_label")})
		})
		return widget.NewBanner(widget.ToneGood, w.p.say.N("settings.words.written", len(all), "path", path), w.t("written_text")), err
	}, "export_failed")
}

func (f *wordsFile) run(do func() (*widget.Banner, error), failed string) {
	f.busy = true
	go func() {
		said, err := do()
		f.w.p.d.Post(func() {
			f.busy = false
			if err != nil {
				said = f.fault(failed, err)
			}
			f.tell(said)
		})
	}()
}

func (f *wordsFile) tell(b *widget.Banner) {
	f.said.Objects = []fyne.CanvasObject{b}
	f.said.Show()
	f.w.relayout()
	widget.Reveal(b)
}

// manyFaults is how many lines of a file are told at a time.
const manyFaults = 8

// fault says what is wrong with a file, line by line, and what to do.
func (f *wordsFile) fault(title string, err error) *widget.Banner {
	w := f.w
	lines := localdb.WordLineErrors(err)
	if len(lines) == 0 {
		return widget.NewBanner(widget.ToneTrouble, w.t(title), f.trouble(err))
	}
	var b bytes.Buffer
	for i, e := range lines {
		if i == manyFaults {
			b.WriteString("\n" + w.p.say.N("settings.words.more_faults", len(lines)-i))
			break
		}
		key := "line_" + e.Reason
		if e.Near != "" {
			key += "_near"
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(w.t(key, "n", e.Line, "v", e.Value, "near", e.Near))
	}
	return widget.NewBanner(widget.ToneTrouble, w.t("faults"), b.String())
}

func (f *wordsFile) trouble(err error) string {
	w := f.w
	var refused *directory.RefusedError
	switch {
	case errors.As(err, &refused) && refused.Field == "own_words":
		return w.t("too_many", "n", localdb.MaxOwnWords) + " " + w.t("too_many_text")
	case errors.Is(err, syscall.EISDIR):
		return w.t("err_folder")
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return w.t("err_not_found")
	case errors.Is(err, fs.ErrPermission):
		return w.t("err_denied")
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, localdb.ErrDiskFull):
		return w.p.say.T("store.disk_full")
	}
	return w.p.say.T(localdb.MessageKey(err))
}
