package main

import (
	"bufio"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/ui/counter"
	"github.com/faellesskabsby/vejviser/ui/printer"
)

// paper is where sheets go: this PC's printers, and its user's documents.
type paper struct{ store *localdb.Store }

// Print implements counter.Paper.
func (p *paper) Print(ctx context.Context, pdf []byte, title string, state func(counter.PrintState)) error {
	queue, err := p.store.Setting(localdb.SettingPrinter)
	if err != nil {
		return err
	}
	names, _, err := printer.Printers(ctx)
	switch {
	case errors.Is(err, printer.ErrNotAvailable), err == nil && len(names) == 0:
		return counter.ErrNoPrinter
	case err != nil:
		return err
	}
	path, remove, err := printer.Spool(pdf)
	if err != nil {
		return err
	}
	job, err := printer.Print(ctx, queue, path, title)
	if err = errors.Join(err, remove()); err != nil {
		return err
	}
	state(counter.PrintSent)
	switch last := job.Follow(ctx, func(printer.State) {}); last.Stage {
	case printer.Printed:
		state(counter.PrintDone)
	case printer.Failed:
		state(counter.PrintFailed)
	}
	return nil
}

// Save implements counter.Paper.
func (p *paper) Save(pdf []byte, name string) (string, error) {
	dir, err := documents()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, name)
	return path, os.WriteFile(path, pdf, 0o600)
}

// Open implements counter.Paper.
func (p *paper) Open(path string) error { return printer.OpenInViewer(path) }

// documents is the folder the user's own papers lie in, as the desktop says;
// the home folder where there is none.
func documents() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	candidates := []string{userDir(home), filepath.Join(home, "Documents"), filepath.Join(home, "Dokumenter")}
	for _, d := range candidates {
		if st, err := os.Stat(d); d != "" && err == nil && st.IsDir() {
			return d, nil
		}
	}
	return home, nil
}

// userDir reads XDG_DOCUMENTS_DIR from the desktop's list of folders, "" where
// it says nothing.
func userDir(home string) string {
	config, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	f, err := os.Open(filepath.Join(config, "user-dirs.dirs"))
	if err != nil {
		return ""
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if v, ok := strings.CutPrefix(s.Text(), "XDG_DOCUMENTS_DIR="); ok {
			return strings.ReplaceAll(strings.Trim(v, `"`), "$HOME", home)
		}
	}
	return ""
}
