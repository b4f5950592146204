//go:build faults

package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/faellesskabsby/vejviser/sync/log"
)

func init() {
	children["fill"] = func(args []string) error {
		ctx := context.Background()
		l, err := Open(ctx, options(filepath.Join(args[0], "log")))
		if err != nil {
			return err
		}
		value := []byte(strings.Repeat("vejviser", 16<<10))
		append := func(i int) error {
			_, err := l.Append(ctx, []log.Entry{{Key: fmt.Sprint("k.", i), Value: value, Op: "op"}})
			if err == nil {
				fmt.Println("k", i)
			}
			return err
		}
		last := error(nil)
		for i := range 2000 {
			if last = append(i); last != nil {
				break
			}
			if i == 60 { // another program takes all there is, at once
				fd := hog(args[0])
				if err := errors.Join(unix.Fallocate(fd, 0, 0, left(args[0])), unix.Close(fd)); err != nil {
					return err
				}
			}
		}
		if !errors.Is(last, log.ErrFull) {
			return fmt.Errorf("a full disk said %v", last)
		}
		for _, err := range l.Read(ctx, 0) {
			if err != nil {
				return err
			}
		}
		if err := os.Remove(filepath.Join(args[0], "hog")); err != nil {
			return err
		}
		if err := append(5000); err != nil {
			return fmt.Errorf("there is room again: %w", err)
		}
		return l.Close()
	}
}

func hog(dir string) int {
	fd, err := unix.Open(filepath.Join(dir, "hog"), unix.O_CREAT|unix.O_RDWR, 0o600)
	if err != nil {
		panic(err)
	}
	return fd
}

func left(dir string) int64 {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		panic(err)
	}
	return int64(st.Bavail) * st.Bsize
}

// A real disk fills up while the log is written: it says so, nothing dies, what
// was acknowledged is there, and it goes on when there is room.
func TestARealDiskFillsUp(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=256m"); err != nil {
		t.Skip("only root can make a small disk; it runs as root on Linux, as CI does:", err)
	}
	defer func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	}()
	out, err := child("fill", dir).Output()
	if err != nil {
		t.Fatalf("%v: %.200s", err, out)
	}
	l := openLog(t, options(filepath.Join(dir, "log")))
	acked := strings.Count(string(out), "\n")
	got, _ := everything(t, l)
	if len(got) != acked || acked < 50 {
		t.Errorf("%d of %d are there", len(got), acked)
	}
	t.Logf("%d acknowledged, %d there", acked, len(got))
	closeLog(t, l)
}
