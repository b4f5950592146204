//go:build window

package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

const (
	keyAlt = 0xffe9
	keyF4  = 0xffc1
	keyF11 = 0xffc8
)

// typedAtKiosk is what a visitor types; nothing else in the world holds it.
const typedAtKiosk = "zqvwkx"

// move puts the pointer, or a finger, somewhere.
func (s *screen) move(x, y int) {
	xtest.FakeInput(s.conn, xproto.MotionNotify, 0, 0, s.root, int16(x), int16(y), 0)
	s.conn.Sync()
}

func (s *screen) button(kind byte) {
	xtest.FakeInput(s.conn, kind, 1, 0, s.root, 0, 0, 0)
	s.conn.Sync()
}

// drag draws a finger over the screen in so many milliseconds.
func (s *screen) drag(x, from, to int, ms int) {
	s.move(x, from)
	time.Sleep(30 * time.Millisecond)
	s.button(xproto.ButtonPress)
	steps := max(ms/16, 2)
	for i := 1; i <= steps; i++ {
		s.move(x, from+(to-from)*i/steps)
		time.Sleep(16 * time.Millisecond)
	}
	s.button(xproto.ButtonRelease)
}

// chord presses a key while another is held.
func (s *screen) chord(hold, sym xproto.Keysym) {
	s.fake(xproto.KeyPress, s.keys[hold].code)
	s.fake(xproto.KeyPress, s.keys[sym].code)
	s.fake(xproto.KeyRelease, s.keys[sym].code)
	s.fake(xproto.KeyRelease, s.keys[hold].code)
	s.conn.Sync()
	time.Sleep(100 * time.Millisecond)
}

// letterKeys gives where the letters of the Danish keyboard on the screen lie: keys
// as wide as a row of eleven, at the foot of a standing screen of 1080 by 1440.
func letterKeys() map[rune][2]int {
	const left, between, foot = 16.0, 6.0, 1428.0
	width := (1080.0 - 2*left - 10*between) / 11
	out := map[rune][2]int{}
	for row, letters := range []string{"qwertyuiopå", "asdfghjklæø", "zxcvbnm"} {
		rs := []rune(letters)
		x := left + (1080-2*left-width*float64(len(rs))-between*float64(len(rs)-1))/2
		y := foot - float64(4-row)*88 - float64(3-row)*between + 44
		for i, r := range rs {
			out[r] = [2]int{int(x + float64(i)*(width+between) + width/2), int(y)}
		}
	}
	return out
}

// memory counts how often a text lies in the memory of a process: as UTF-8, as
// runes and as UTF-16.
func (a *running) memory(text string) (found int) {
	a.t.Helper()
	var runes, utf16 bytes.Buffer
	for _, r := range text {
		must(a.t, binary.Write(&runes, binary.LittleEndian, r))
		must(a.t, binary.Write(&utf16, binary.LittleEndian, uint16(r)))
	}
	maps, err := os.Open(fmt.Sprintf("/proc/%d/maps", a.cmd.Process.Pid))
	must(a.t, err)
	defer maps.Close()
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", a.cmd.Process.Pid))
	must(a.t, err)
	defer mem.Close()
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		f := strings.Fields(lines.Text())
		if len(f) < 2 || !strings.HasPrefix(f[1], "rw") || strings.Contains(lines.Text(), "/dev/") {
			continue
		}
		var from, to uint64
		if _, err := fmt.Sscanf(f[0], "%x-%x", &from, &to); err != nil {
			a.t.Fatal(err)
		}
		b := make([]byte, to-from)
		if n, err := mem.ReadAt(b, int64(from)); err == nil || n > 0 {
			b = b[:n]
			for _, what := range [][]byte{[]byte(text), runes.Bytes(), utf16.Bytes()} {
				found += bytes.Count(b, what)
			}
		}
	}
	return found
}

// A citizen's visit by touch: a tile, a list drawn up by a finger, a community, the
// code, a search on the keyboard on the screen; then nobody is there. Nothing of it
// is left in the store or its files, and keys that close other programs close nothing.
// Staff hold the corner, type the PIN and leave.
func TestKioskJourney(t *testing.T) {
	s := newScreen(t, 1080, 1440)
	dir := dataDir(t)
	vejvis(t, "init", "--data", dir, "--public-url", "https://faelles.humlekaer.example")
	pin := filepath.Join(t.TempDir(), "pin")
	must(t, os.WriteFile(pin, []byte("481973\n"), 0o600))
	vejvis(t, "kiosk-pin", "--new-pin-file", pin, "--data", dir)
	a := s.start("--kiosk", "--data", dir, "--example")
	s.waitFor("the tiles", func() bool { return s.coloursIn(60, 560, 960, 600) > 20 })
	s.settle()
	s.picture("kiosk-1-home")
	home := hash(s.grab())

	s.click(540, 630) // Spise sammen, below two rows of languages and tools
	s.waitFor("the list", func() bool { return hash(s.grab()) != home })
	s.settle()
	list := hash(s.grab())
	s.picture("kiosk-2-eat")
	s.drag(540, 1200, 700, 200)
	s.settle()
	drawn := hash(s.grab())
	s.picture("kiosk-3-drawn")
	if drawn == list {
		t.Error("the list does not follow a finger")
	}
	s.drag(540, 500, 1300, 150)
	s.drag(540, 500, 1300, 150)
	s.settle()
	time.Sleep(1500 * time.Millisecond) // the scroll bar goes
	s.click(500, 360)                   // the first community
	s.settle()
	s.picture("kiosk-4-community")
	community := hash(s.grab())
	s.click(190, 1230) // its code
	s.settle()
	s.picture("kiosk-5-code")
	if h := hash(s.grab()); h == community || h == drawn {
		t.Error("the code does not open")
	}
	s.click(320, 84) // Begynd forfra
	s.settle()
	if hash(s.grab()) != home {
		s.picture("kiosk-not-home")
		t.Error("the first page is not as it was")
	}

	s.click(540, 458) // the search
	s.settle()
	keys := letterKeys()
	for _, r := range typedAtKiosk {
		s.click(keys[r][0], keys[r][1])
	}
	s.settle()
	s.picture("kiosk-6-search")
	if n := a.memory(typedAtKiosk); n == 0 {
		t.Error("what was typed is not found in memory while it stands there, so that its absence would say nothing")
	}
	s.chord(keyAlt, keyF4)
	s.press(keyF11)
	s.settle()
	if s.find("Vejviser") == 0 {
		t.Fatal("Alt F4 closed the kiosk")
	}
	begin := time.Now()
	for hash(s.grab()) != home {
		if time.Since(begin) > 120*time.Second {
			s.picture("kiosk-not-reset")
			t.Fatal("nobody is there, and the screen does not begin anew")
		}
		time.Sleep(500 * time.Millisecond)
	}
	t.Logf("after %v without a touch the screen began anew", time.Since(begin).Round(time.Second))
	time.Sleep(2 * time.Second)
	t.Logf("in memory after the reset: %d", a.memory(typedAtKiosk))

	s.move(20, 20)
	s.button(xproto.ButtonPress)
	time.Sleep(3500 * time.Millisecond)
	s.button(xproto.ButtonRelease)
	s.settle()
	s.picture("kiosk-7-pin")
	s.typeText("481973")
	s.press(keyReturn)
	s.waitFor("the staff's page", func() bool { return s.coloursIn(60, 250, 960, 500) > 30 })
	s.settle()
	s.picture("kiosk-8-staff")
	must(t, a.cmd.Process.Signal(os.Interrupt))
	must(t, a.cmd.Wait())
	dump := vejvis(t, "dump", "--data", dir)
	if strings.Contains(dump, typedAtKiosk) || !strings.Contains(dump, "kiosk_day_") {
		t.Error("the store should hold the totals of the day, and not what was typed")
	}
	if strings.Contains(a.stderr.String(), typedAtKiosk) {
		t.Error("the log holds what was typed")
	}
	must(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(typedAtKiosk)) {
			t.Errorf("%s holds what was typed", path)
		}
		return err
	}))
}
