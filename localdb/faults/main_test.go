package faults_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/faults"
)

// How often each harm is done. The defaults are the share that runs with the
// other tests.
var (
	kills   = flag.Int("faults.kills", 20, "kill -9 so often")
	cuts    = flag.Int("faults.cuts", 6, "cut the power so often (Linux and root)")
	windows = flag.Int("faults.unsynced", 0, "cut the power so often under a program whose mapped files are never flushed, as on Windows")
	damaged = flag.Int("faults.damages", 10, "damage so many files")
	ends    = flag.Int("faults.ends", 2, "ask it to end (SIGTERM) so often while it saves")
	fills   = flag.Int("faults.fills", 1, "fill so many disks of each sort")
	copies  = flag.Int("faults.copies", 2, "copy the folder so often while it is in use")
	seed    = flag.Uint64("faults.seed", 0, "draw the same harm again; 0 draws a new seed")
	slowest = flag.Duration("faults.back", 0, "fail where a start takes longer, for a machine with nothing else to do; 0 only prints")
)

// table is what the tests of this run found.
var table faults.Table

// checkEnv lets the process that checks a store die or hang.
const checkEnv = "FAULTS_CHECK"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && strings.HasPrefix(os.Args[1], "--check-") {
		switch os.Getenv(checkEnv) {
		case "dies":
			panic("as a damaged table makes it")
		case "hangs":
			time.Sleep(time.Hour)
		}
	}
	localdb.CheckIfAsked()
	if len(os.Args) > 2 && os.Args[1] == asChild {
		children[os.Args[2]](os.Args[3:])
		os.Exit(0)
	}
	flag.Parse()
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	code := m.Run()
	fmt.Printf("faults.seed=%d\n", *seed)
	if err := table.Write(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// draw gives the randomness of one test: the same for the same seed.
func draw(name string, n int) *rand.Rand {
	h := uint64(n)
	for _, b := range []byte(name) {
		h = h*1099511628211 + uint64(b)
	}
	return rand.New(rand.NewPCG(*seed, h))
}

// asChild makes this program play one of children.
const asChild = "--child"

var children = map[string]func(args []string){}

// program is a program that plays the children: this one, or one built otherwise.
type program struct {
	path string
	env  []string // beside that of this process
}

func self() program { return program{path: os.Args[0]} }

func (p program) child(args ...string) *exec.Cmd {
	cmd := exec.Command(p.path, append([]string{asChild}, args...)...)
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), p.env...)
	return cmd
}

// vejvis builds the command line and gives its path.
var vejvis = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "vejvis")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "vejvis")
	cmd := exec.Command("go", "build", "-o", path, "../../cmd/vejvis")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build vejvis: %w: %s", err, out)
	}
	return path, nil
})

// disk makes a disk of our own or skips the test.
func disk(t *testing.T, size int64) *faults.Disk {
	t.Helper()
	d, err := faults.NewDisk(t.TempDir(), size)
	if err != nil {
		t.Skip("the power cannot be cut here (it takes Linux, root, mkfs.ext4 and a loop device; CI and a developer's machine as root have them):", err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}
