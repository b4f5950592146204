package faults_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Fault 4, as far as one machine can try it. On Windows Badger flushes no mapped
// file and no folder: its msync returns at once. The product is built here with
// exactly that, and the power is cut under it. Only the journal, the keys and
// the snapshots are flushed; everything else is made again from them.
func TestNothingIsLostWhereMappedFilesAreNeverFlushed(t *testing.T) {
	if *windows == 0 {
		t.Skip("a build of its own: it runs with make faults")
	}
	p, err := unsynced()
	if err != nil {
		t.Fatal(err)
	}
	lives(t, *windows, func(t *testing.T, harms int, r *rand.Rand) {
		d := disk(t, diskSize)
		l := newLife(t, "power cut, as on Windows", filepath.Join(d.Dir, "data"), r)
		l.drives, l.looks = p, p
		for i := range harms {
			l.cut(d)
			if i == harms-1 || r.IntN(5) > 0 {
				l.back()
			}
		}
	})
}

// edit is one change to the source of a module.
type edit struct{ module, file, from, to string }

// windowsSource makes of the code for Linux what the code for Windows does.
var windowsSource = []edit{
	{"github.com/dgraph-io/ristretto/v2", "z/mmap_linux.go", "return unix.Msync(b, unix.MS_SYNC)", "return nil"},
	{"github.com/dgraph-io/ristretto/v2", "z/file.go", "func SyncDir(dir string) error {", "func SyncDir(dir string) error {\n\treturn nil\n}\n\nfunc syncDirOnLinux(dir string) error {"},
	{"github.com/dgraph-io/badger/v4", "dir_unix.go", "func syncDir(dir string) error {", "func syncDir(dir string) error {\n\treturn nil\n}\n\nfunc syncDirOnLinux(dir string) error {"},
	{"github.com/dgraph-io/badger/v4", "y/file_dsync.go", "datasyncFileFlag = unix.O_DSYNC", "datasyncFileFlag = unix.O_DSYNC * 0"},
}

// unsynced builds this test program with windowsSource.
var unsynced = sync.OnceValues(func() (program, error) {
	dir, err := os.MkdirTemp("", "unsynced")
	if err != nil {
		return program{}, err
	}
	copies := map[string]string{}
	for _, e := range windowsSource {
		if copies[e.module] == "" {
			if copies[e.module], err = copyModule(e.module, dir); err != nil {
				return program{}, err
			}
		}
		name := filepath.Join(copies[e.module], filepath.FromSlash(e.file))
		b, err := os.ReadFile(name)
		if err != nil {
			return program{}, err
		}
		if !strings.Contains(string(b), e.from) {
			return program{}, fmt.Errorf("%s has changed: no %q in it", name, e.from)
		}
		if err := os.WriteFile(name, []byte(strings.Replace(string(b), e.from, e.to, 1)), 0o600); err != nil {
			return program{}, err
		}
	}
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		return program{}, err
	}
	for module, at := range copies {
		mod = fmt.Appendf(mod, "\nreplace %s => %s\n", module, at)
	}
	sum, err := os.ReadFile("../../go.sum")
	modfile := filepath.Join(dir, "unsynced.mod")
	err = errors.Join(err, os.WriteFile(modfile, mod, 0o600), os.WriteFile(filepath.Join(dir, "unsynced.sum"), sum, 0o600))
	if err != nil {
		return program{}, err
	}
	p := program{path: filepath.Join(dir, "unsynced.test")}
	cmd := exec.Command("go", "test", "-c", "-modfile", modfile, "-o", p.path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=mod")
	if out, err := cmd.CombinedOutput(); err != nil {
		return program{}, fmt.Errorf("build: %w: %s", err, out)
	}
	return p, nil
})

// copyModule copies a module's source to where it can be changed.
func copyModule(module, dir string) (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", module, err)
	}
	to := filepath.Join(dir, strings.ReplaceAll(module, "/", "-"))
	if err := os.CopyFS(to, os.DirFS(strings.TrimSpace(string(out)))); err != nil {
		return "", err
	}
	return to, filepath.WalkDir(to, func(p string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			err = os.Chmod(p, 0o600)
		}
		return err
	})
}
