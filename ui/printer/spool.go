package printer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// folderPrefix marks our folders among the system's temporary ones.
const folderPrefix = "vejviser-print-"

// Spool writes a PDF to a file that only this user can read, in a folder of its
// own with mode 0700, under a name that tells nothing. Call remove when the job
// is taken, or when the viewer has it.
func Spool(pdf []byte) (path string, remove func() error, err error) {
	dir, err := os.MkdirTemp("", folderPrefix) // 0700
	if err != nil {
		return "", nil, fmt.Errorf("printer: %w", err)
	}
	remove = func() error { return os.RemoveAll(dir) }
	path = filepath.Join(dir, "Vejviser.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		return "", nil, fmt.Errorf("printer: %w", errors.Join(err, remove()))
	}
	return path, remove, nil
}

// Sweep removes sheets that an earlier run left behind because it was ended by
// force or gave them to a viewer. before is the moment up to which a folder is old.
func Sweep(before time.Time) error {
	entries, err := os.ReadDir(os.TempDir())
	if err != nil {
		return fmt.Errorf("printer: %w", err)
	}
	var errs []error
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), folderPrefix) {
			continue
		}
		if info, err := e.Info(); err != nil || !info.ModTime().Before(before) || !mine(info) {
			continue
		}
		errs = append(errs, os.RemoveAll(filepath.Join(os.TempDir(), e.Name())))
	}
	return errors.Join(errs...)
}
