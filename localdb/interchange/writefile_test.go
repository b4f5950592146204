package interchange

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestAFileIsThereWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "liste.csv")
	write := func(path, text string, fails error) error {
		return WriteFile(path, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return errors.Join(err, fails)
		})
	}
	alone := func(want string) {
		t.Helper()
		b, err := os.ReadFile(path)
		if err != nil || string(b) != want {
			t.Errorf("%q, %v", b, err)
		}
		if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
			t.Errorf("%v is left, %v", list, err)
		}
	}
	if err := write(path, "hele listen", nil); err != nil {
		t.Fatal(err)
	}
	alone("hele listen")
	broken := errors.New("broken")
	if err := write(path, "halvdelen", broken); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	alone("hele listen")
	var at *fs.PathError
	if err := write(dir, "x", nil); !errors.As(err, &at) || !errors.Is(err, syscall.EISDIR) || at.Path != dir {
		t.Errorf("over a folder: %v", err)
	}
	gone := filepath.Join(dir, "ingen")
	if err := write(filepath.Join(gone, "liste.csv"), "x", nil); !errors.As(err, &at) || !errors.Is(err, fs.ErrNotExist) || at.Path != gone {
		t.Errorf("in no folder: %v", err)
	}
	alone("hele listen")
}
