package faults

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Disk is a disk of our own, mounted at Dir: an ext4 file system in a file, or
// a piece of memory.
type Disk struct {
	Dir    string
	image  string // "" is memory
	memory int64
}

// NewDisk makes an ext4 file system of size bytes in a file under dir. It gives
// ErrNotHere where this machine does not allow it.
func NewDisk(dir string, size int64) (*Disk, error) {
	d := &Disk{Dir: filepath.Join(dir, "disk"), image: filepath.Join(dir, "disk.img")}
	if err := allowed("mkfs.ext4", "mount", "umount"); err != nil {
		return nil, err
	}
	f, err := os.Create(d.image)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(f.Truncate(size), f.Close()); err != nil {
		return nil, err
	}
	// No reserve for root, or a disk that is full would not be so for us.
	if err := command("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=1,lazy_journal_init=1", d.image); err != nil {
		return nil, err
	}
	return d, d.mount()
}

// NewMemoryDisk makes a file system of size bytes in memory.
func NewMemoryDisk(dir string, size int64) (*Disk, error) {
	if err := allowed("mount", "umount"); err != nil {
		return nil, err
	}
	d := &Disk{Dir: filepath.Join(dir, "memory"), memory: size}
	return d, d.mount()
}

func allowed(tools ...string) error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("%w: not root", ErrNotHere)
	}
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%w: %w", ErrNotHere, err)
		}
	}
	return nil
}

func command(name string, args ...string) error {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("faults: %s: %w: %s", name, err, strings.TrimSpace(string(out)))
	}
	return nil
}

func (d *Disk) mount() error {
	if err := os.MkdirAll(d.Dir, 0o700); err != nil {
		return err
	}
	var err error
	if d.image == "" {
		err = command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%d,mode=0700", d.memory), "tmpfs", d.Dir)
	} else {
		err = command("mount", "-o", "loop", d.image, d.Dir)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotHere, err)
	}
	return nil
}

// Cut cuts the power: what was not flushed by then never reaches the disk. No
// process can write any more; those that run must be ended before Back.
func (d *Disk) Cut() error {
	const fsIocShutdown, noLogFlush = 0x8004587d, 2
	f, err := os.Open(d.Dir)
	if err != nil {
		return err
	}
	how := uint32(noLogFlush)
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, f.Fd(), fsIocShutdown, uintptr(unsafe.Pointer(&how)))
	err = f.Close()
	if errno != 0 {
		return fmt.Errorf("faults: cut the power: %w", errno)
	}
	return err
}

// Back brings the disk back as the next start of the machine would.
func (d *Disk) Back() error {
	if err := d.unmount(); err != nil {
		return err
	}
	return d.mount()
}

// ReadOnly says whether the disk may be written to.
func (d *Disk) ReadOnly(yes bool) error {
	how := "remount,rw"
	if yes {
		how = "remount,ro"
	}
	return command("mount", "-o", how, d.Dir)
}

// Fill takes room on the disk until left bytes are free, or gives it back. 0 is
// the last byte that the disk gives.
func (d *Disk) Fill(left int64) error {
	name := filepath.Join(d.Dir, "ballast")
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	free, err := d.Free()
	if err != nil || free <= left {
		return err
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if take := free - left - 1<<20; take > 0 {
		if err := unix.Fallocate(int(f.Fd()), 0, 0, take); err != nil && !errors.Is(err, unix.ENOSPC) {
			return errors.Join(err, f.Close())
		}
		if _, err = f.Seek(0, io.SeekEnd); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	block := make([]byte, 4096)
	for err == nil && free > left || left == 0 && err == nil {
		if _, err = f.Write(block); err == nil {
			free, err = d.Free()
		}
	}
	if errors.Is(err, unix.ENOSPC) {
		err = nil
	}
	return errors.Join(err, f.Close())
}

// Free gives the bytes that are free.
func (d *Disk) Free() (int64, error) {
	var st unix.Statfs_t
	err := unix.Statfs(d.Dir, &st)
	return int64(st.Bavail) * int64(st.Bsize), err
}

// Close takes the disk away.
func (d *Disk) Close() error { return d.unmount() }

// unmount waits a little for processes that are just ending.
func (d *Disk) unmount() error {
	var err error
	for range 100 {
		if err = unix.Unmount(d.Dir, 0); !errors.Is(err, unix.EBUSY) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err != nil {
		return fmt.Errorf("faults: unmount %s: %w", d.Dir, err)
	}
	return nil
}
