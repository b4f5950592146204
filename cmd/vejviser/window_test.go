//go:build window

package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/damage"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// The window tests run the real program in a real window on a virtual display,
// press real keys and read real pixels. The Makefile builds the programs and
// says where they are.
var (
	appPath    = flag.String("app", "", "the built desktop app")
	vejvisPath = flag.String("vejvis", "", "the built command line")
	outDir     = flag.String("out", "", "where pictures and sheets are left")
)

// screen is a virtual display with a window manager and a Danish keyboard.
type screen struct {
	t       testing.TB
	name    string // ":5"
	conn    *xgb.Conn
	root    xproto.Window
	keys    map[xproto.Keysym]stroke
	w, h    uint16
	home    string // the desk worker's home folder, where sheets are saved
	actions int    // keys that do something, not letters typed
}

type stroke struct {
	code  xproto.Keycode
	shift bool
}

const (
	keyReturn = 0xff0d
	keyEscape = 0xff1b
	keyTab    = 0xff09
	keyDown   = 0xff54
	keyUp     = 0xff52
	keyBack   = 0xff08
	keyShift  = 0xffe1
	keyCtrl   = 0xffe3
)

func newScreen(t testing.TB, w, h uint16) *screen {
	t.Helper()
	if *appPath == "" {
		t.Skip("no -app given: run this through make test-window, which builds the programs first")
	}
	r, pipe, err := os.Pipe()
	must(t, err)
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", w, h), "+extension", "GLX", "-nolisten", "tcp",
		"-noreset") // else the keymap is forgotten when the last client leaves
	x.ExtraFiles = []*os.File{pipe}
	must(t, x.Start())
	pipe.Close()
	t.Cleanup(func() { x.Process.Kill(); x.Wait() })
	number, err := bufio.NewReader(r).ReadString('\n') // Xvfb keeps the pipe open: read the line, not to the end
	must(t, err)
	s := &screen{t: t, home: t.TempDir(), name: ":" + strings.TrimSpace(string(number)), w: w, h: h, keys: map[xproto.Keysym]stroke{}}
	wm := s.command("openbox")
	must(t, wm.Start())
	t.Cleanup(func() { wm.Process.Kill(); wm.Wait() })
	// The keymap must be Danish before the app starts: the toolkit reads it once.
	if out, err := s.command("setxkbmap", "dk").CombinedOutput(); err != nil {
		t.Fatalf("setxkbmap dk: %v %s", err, out)
	}
	xgb.Logger.SetOutput(io.Discard) // it tells of every missing .Xauthority
	s.conn, err = xgb.NewConnDisplay(s.name)
	must(t, err)
	t.Cleanup(s.conn.Close)
	must(t, xtest.Init(s.conn))
	must(t, damage.Init(s.conn))
	_, err = damage.QueryVersion(s.conn, 1, 1).Reply()
	must(t, err)
	s.root = xproto.Setup(s.conn).DefaultScreen(s.conn).Root
	s.readKeymap()
	return s
}

func (s *screen) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Env = append(os.Environ(), "DISPLAY="+s.name, "WAYLAND_DISPLAY=", "HOME="+s.home, "XDG_CONFIG_HOME=", "LANG=da_DK.UTF-8", "LIBGL_ALWAYS_SOFTWARE=1")
	return c
}

func (s *screen) readKeymap() {
	m, err := xproto.GetKeyboardMapping(s.conn, 8, 248).Reply()
	must(s.t, err)
	n := int(m.KeysymsPerKeycode)
	for i := 0; i < 248; i++ {
		for level := 0; level < 2 && level < n; level++ {
			k := m.Keysyms[i*n+level]
			if _, taken := s.keys[k]; k != 0 && !taken {
				s.keys[k] = stroke{xproto.Keycode(i + 8), level == 1}
			}
		}
	}
}

func (s *screen) fake(kind byte, code xproto.Keycode) {
	xtest.FakeInput(s.conn, kind, byte(code), 0, s.root, 0, 0, 0)
}

// tap presses and releases one key without counting it as an action.
func (s *screen) tap(sym xproto.Keysym, ctrl bool) {
	k, ok := s.keys[sym]
	if !ok {
		s.t.Fatalf("the Danish keyboard has no key for %#x", sym)
	}
	if ctrl {
		s.fake(xproto.KeyPress, s.keys[keyCtrl].code)
	}
	if k.shift {
		s.fake(xproto.KeyPress, s.keys[keyShift].code)
	}
	s.fake(xproto.KeyPress, k.code)
	s.fake(xproto.KeyRelease, k.code)
	if k.shift {
		s.fake(xproto.KeyRelease, s.keys[keyShift].code)
	}
	if ctrl {
		s.fake(xproto.KeyRelease, s.keys[keyCtrl].code)
	}
	s.conn.Sync()
}

// typeText types as a practised person does: twelve letters a second.
func (s *screen) typeText(text string) {
	for _, r := range text {
		s.tap(xproto.Keysym(r), false)
		time.Sleep(80 * time.Millisecond)
	}
}

// press is one action: a key that does something.
func (s *screen) press(sym xproto.Keysym) {
	s.actions++
	s.tap(sym, false)
	time.Sleep(60 * time.Millisecond)
}

// ctrl is one action: a key pressed with Ctrl.
func (s *screen) ctrl(r rune) {
	s.actions++
	s.tap(xproto.Keysym(r), true)
	time.Sleep(60 * time.Millisecond)
}

// click is one action with the mouse.
func (s *screen) click(x, y int) {
	s.actions++
	xtest.FakeInput(s.conn, xproto.MotionNotify, 0, 0, s.root, int16(x), int16(y), 0)
	s.conn.Sync()
	time.Sleep(60 * time.Millisecond)
	xtest.FakeInput(s.conn, xproto.ButtonPress, 1, 0, s.root, 0, 0, 0)
	xtest.FakeInput(s.conn, xproto.ButtonRelease, 1, 0, s.root, 0, 0, 0)
	s.conn.Sync()
	time.Sleep(60 * time.Millisecond)
}

// find gives the viewable window with this title, or 0.
func (s *screen) find(title string) xproto.Window { return s.findUnder(s.root, title) }

func (s *screen) findUnder(parent xproto.Window, title string) xproto.Window {
	tree, err := xproto.QueryTree(s.conn, parent).Reply()
	if err != nil {
		return 0
	}
	for _, w := range tree.Children {
		p, err := xproto.GetProperty(s.conn, false, w, xproto.AtomWmName, xproto.GetPropertyTypeAny, 0, 64).Reply()
		if err == nil && strings.HasPrefix(string(p.Value), title) {
			if a, err := xproto.GetWindowAttributes(s.conn, w).Reply(); err == nil && a.MapState == xproto.MapStateViewable {
				return w
			}
		}
		if x := s.findUnder(w, title); x != 0 {
			return x
		}
	}
	return 0
}

// grab reads the pixels of the whole display.
func (s *screen) grab() []byte {
	r, err := xproto.GetImage(s.conn, xproto.ImageFormatZPixmap, xproto.Drawable(s.root), 0, 0, s.w, s.h, 0xffffffff).Reply()
	must(s.t, err)
	return r.Data
}

func hash(b []byte) uint64 { h := fnv.New64a(); h.Write(b); return h.Sum64() }

// settle waits until nothing on the display has changed for a while.
func (s *screen) settle() {
	last, since := hash(s.grab()), time.Now()
	for end := time.Now().Add(8 * time.Second); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		if h := hash(s.grab()); h != last {
			last, since = h, time.Now()
		} else if time.Since(since) > 250*time.Millisecond {
			return
		}
	}
}

// picture leaves the display as a PNG in -out.
func (s *screen) picture(name string) {
	if *outDir == "" {
		return
	}
	s.settle()
	b := s.grab()
	img := image.NewNRGBA(image.Rect(0, 0, int(s.w), int(s.h)))
	for i := 0; i+4 <= len(b); i += 4 {
		img.SetNRGBA(i/4%int(s.w), i/4/int(s.w), color.NRGBA{b[i+2], b[i+1], b[i], 255})
	}
	must(s.t, os.MkdirAll(*outDir, 0o755))
	f, err := os.Create(filepath.Join(*outDir, name+".png"))
	must(s.t, err)
	defer f.Close()
	must(s.t, png.Encode(f, img))
}

// running is the program on a screen.
type running struct {
	*screen
	cmd    *exec.Cmd
	win    xproto.Window
	stderr bytes.Buffer
	begin  time.Time
	first  time.Duration // from start to the first frame with content
}

// start runs the desktop app and waits for its first frame.
func (s *screen) start(args ...string) *running {
	s.t.Helper()
	a := &running{screen: s, cmd: s.command(*appPath, args...)}
	a.cmd.Stderr = &a.stderr
	begin := time.Now()
	a.begin = begin
	must(s.t, a.cmd.Start())
	s.t.Cleanup(func() {
		a.stop()
		if s.t.Failed() {
			s.t.Logf("the app said:\n%s", a.stderr.String())
		}
	})
	for a.win == 0 || s.colours() < 12 {
		if time.Since(begin) > 30*time.Second {
			s.t.Fatalf("no window after 30 s:\n%s", a.stderr.String())
		}
		if a.win == 0 {
			a.win = s.find("Vejviser")
		}
		time.Sleep(3 * time.Millisecond)
	}
	a.first = time.Since(begin)
	return a
}

// colours counts the different colours in a strip through the window: an empty
// one has hardly any.
func (s *screen) colours() int { return s.coloursIn(0, 20, s.w, 200) }

// listShown says that the counter's first hits are on the screen.
func (s *screen) listShown() bool { return s.coloursIn(216, 400, 420, 300) > 8 }

func (s *screen) coloursIn(x, y int16, w, h uint16) int {
	r, err := xproto.GetImage(s.conn, xproto.ImageFormatZPixmap, xproto.Drawable(s.root), x, y, w, h, 0xffffffff).Reply()
	if err != nil {
		return 0
	}
	seen := map[[3]byte]bool{}
	for i := 0; i+4 <= len(r.Data); i += 4 {
		seen[[3]byte(r.Data[i:i+3])] = true
	}
	return len(seen)
}

// stop closes the app as a person does, by the window's own way out.
func (a *running) stop() {
	if a.cmd.ProcessState != nil {
		return
	}
	a.cmd.Process.Signal(os.Interrupt)
	done := make(chan struct{})
	go func() { a.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		a.cmd.Process.Kill()
		<-done
	}
}

// vejvis runs the command line on a folder of data and gives its output.
func vejvis(t testing.TB, args ...string) string {
	t.Helper()
	c := exec.Command(*vejvisPath, args...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("vejvis %s: %v\n%s%s", strings.Join(args, " "), err, out, stderr.String())
	}
	return string(out)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
