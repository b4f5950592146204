package kiosk

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

var portrait = fyne.NewSize(1080, 1440)

// typedSecret is what a visitor types; it is in no record and no text.
const typedSecret = "zazabinekrut"

// letters collects every text and run of letters that can be reached from a value.
func letters(v reflect.Value, seen map[uintptr]bool, out *strings.Builder, depth int) {
	if depth > 60 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		out.WriteString(v.String() + "\n")
	case reflect.Pointer, reflect.Map:
		if v.IsNil() || seen[v.Pointer()] {
			return
		}
		seen[v.Pointer()] = true
		if v.Kind() == reflect.Map {
			for it := v.MapRange(); it.Next(); {
				letters(it.Key(), seen, out, depth+1)
				letters(it.Value(), seen, out, depth+1)
			}
			return
		}
		letters(v.Elem(), seen, out, depth+1)
	case reflect.Interface:
		letters(v.Elem(), seen, out, depth+1)
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.Cap() > v.Len() && v.CanInterface() || v.Kind() == reflect.Slice {
			v = v.Slice(0, v.Cap()) // what lies behind its end is there as well
		}
		if k := v.Type().Elem().Kind(); k == reflect.Int32 || k == reflect.Uint8 {
			for i := range v.Len() {
				if k == reflect.Int32 {
					out.WriteRune(rune(v.Index(i).Int()))
				} else {
					out.WriteByte(byte(v.Index(i).Uint()))
				}
			}
			out.WriteByte('\n')
			return
		}
		for i := range v.Len() {
			letters(v.Index(i), seen, out, depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			letters(v.Field(i), seen, out, depth+1)
		}
	}
}

// holds says whether the visit's state and the page that is shown hold a text.
func (s *stand) holds(what string) bool {
	var b strings.Builder
	seen := map[uintptr]bool{}
	letters(reflect.ValueOf(&s.kiosk.visit), seen, &b, 0)
	letters(reflect.ValueOf(s.kiosk.field), seen, &b, 0)
	letters(reflect.ValueOf(s.kiosk.list), seen, &b, 0)
	letters(reflect.ValueOf(s.kiosk.paper), seen, &b, 0)
	return strings.Contains(b.String(), what)
}

func TestAResetForgetsWhatWasTyped(t *testing.T) {
	s := open(t, portrait)
	k := s.kiosk
	fresh := s.texts()
	s.touch(k.t("search"))
	s.typeOn(typedSecret)
	if !s.holds(typedSecret) {
		t.Fatal("what was typed is not found where it is, so that its absence would say nothing")
	}
	field := k.field
	k.choose("en")
	s.touch(k.t("larger"))
	s.touch(k.t("contrast"))
	s.idle(60 + 21)
	if k.Page() != pageHome || k.Dirty() || k.lang != "da" || k.scale != 1 || theme.Current().Contrast() != theme.Normal {
		t.Errorf("after the reset: %s %s %v", k.Page(), k.lang, k.scale)
	}
	if got := s.texts(); got != fresh {
		t.Errorf("the first page is another:\n%s", got)
	}
	if s.holds(typedSecret) {
		t.Error("the kiosk remembers what was typed")
	}
	var b strings.Builder
	letters(reflect.ValueOf(field), map[uintptr]bool{}, &b, 0)
	if strings.Contains(b.String(), typedSecret) {
		t.Error("the field that is gone remembers it")
	}
	s.searchFolder(typedSecret)
}

// searchFolder opens the store with its own key, reads out all it holds, and looks
// through the bytes of its files.
func (s *stand) searchFolder(what string) {
	s.t.Helper()
	var dump bytes.Buffer
	if err := s.store.Dump(&dump); err != nil {
		s.t.Fatal(err)
	}
	if err := s.store.Close(); err != nil {
		s.t.Fatal(err)
	}
	s.store = nil
	if !bytes.Contains(dump.Bytes(), []byte("kiosk_day_")) {
		s.t.Error("the dump lacks the totals of the day, so that what it lacks else says nothing")
	}
	if bytes.Contains(dump.Bytes(), []byte(what)) {
		s.t.Error("the store holds what was typed")
	}
	if err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(what)) {
			s.t.Errorf("%s holds what was typed", path)
		}
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
}

func TestAVisitorIsAskedBeforeTheScreenBeginsAnewAndAnyTouchIsAnAnswer(t *testing.T) {
	s := open(t, portrait)
	k := s.kiosk
	s.idle(300)
	if k.warned {
		t.Fatal("nobody was there to be asked")
	}
	s.touch(k.t("tile.eat"))
	s.idle(59)
	if k.warned {
		t.Fatal("asked before its time")
	}
	s.idle(2)
	if !k.warned {
		t.Fatal("not asked")
	}
	s.says("Er du her stadig?")
	s.idle(10)
	s.touch(k.t("idle_stay"))
	if k.warned || k.Page() != pageFound {
		t.Fatalf("a touch did not stay: %s", k.Page())
	}
	s.idle(61)
	s.window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyTab})
	if k.warned || k.Page() != pageFound {
		t.Error("a key did not stay")
	}
	s.idle(81)
	if k.warned || k.Dirty() || k.Page() != pageHome {
		t.Errorf("nobody answered, and the page is %s", k.Page())
	}
	if err := s.store.SetSetting("kiosk_idle", "120"); err != nil {
		t.Fatal(err)
	}
	s.touch(k.t("tile.eat"))
	s.idle(119)
	if k.warned {
		t.Error("asked before the time that staff have set")
	}
	s.idle(2)
	if !k.warned {
		t.Error("not asked after the time that staff have set")
	}
}

func TestAFingerThatDragsTapsNothingAndOneThatTremblesTaps(t *testing.T) {
	s := open(t, portrait)
	k := s.kiosk
	s.touch(k.t("tile.eat"))
	drag := func(from fyne.Position, steps int, each float32, pause time.Duration) {
		for i := range steps {
			k.scroll.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{AbsolutePosition: from.AddXY(0, each*float32(i+1))}, Dragged: fyne.NewDelta(0, each)})
			s.pass(pause)
		}
		k.scroll.DragEnd()
	}
	card := fyne.NewPos(500, 700)
	drag(card, 10, -20, 16*time.Millisecond)
	if k.Page() != pageFound {
		t.Fatal("a drag has tapped")
	}
	let := k.scroll.Offset()
	if let < 190 || let > 210 {
		t.Errorf("dragged by 200, scrolled by %v", let)
	}
	s.pass(2 * time.Second)
	glided := k.scroll.Offset()
	if glided < let+50 {
		t.Errorf("it does not glide on: %v, then %v", let, glided)
	}
	drag(card, 10, -20, 16*time.Millisecond)
	k.scroll.Tapped(&fyne.PointEvent{})
	stands := k.scroll.Offset()
	s.pass(2 * time.Second)
	if k.scroll.Offset() != stands {
		t.Error("a finger laid on it does not stop it")
	}
	drag(card, 10, 100, 16*time.Millisecond)
	s.pass(3 * time.Second)
	if o := k.scroll.Offset(); o != 0 {
		t.Errorf("it went past its beginning, to %v", o)
	}
	drag(card, 3, 2, 16*time.Millisecond)
	if k.Page() != pageDetail {
		t.Error("a finger that trembles has not tapped")
	}
	if err := s.store.SetSetting("kiosk_motion", "still"); err != nil {
		t.Fatal(err)
	}
	k.Reset()
	s.touch(k.t("tile.eat"))
	drag(card, 10, -20, 16*time.Millisecond)
	let = k.scroll.Offset()
	s.pass(2 * time.Second)
	if k.scroll.Offset() != let {
		t.Error("it glides although nothing is to move by itself")
	}
}

// A visit by keyboard alone: arrows to a tile, Enter, to a community, to the staff's
// page, back, and a search typed on real keys.
func TestAKeyboardIsEnough(t *testing.T) {
	s := open(t, portrait)
	k, c := s.kiosk, s.window.Canvas()
	key := func(names ...fyne.KeyName) {
		for _, n := range names {
			if f := c.Focused(); f != nil {
				f.TypedKey(&fyne.KeyEvent{Name: n})
			} else {
				c.OnTypedKey()(&fyne.KeyEvent{Name: n})
			}
		}
	}
	focused := func() string {
		if m, ok := c.Focused().(means); ok {
			return m.Means()
		}
		return ""
	}
	key(fyne.KeyDown)
	if focused() != "Dansk" {
		t.Fatalf("focus begins at %q", focused())
	}
	key(fyne.KeyDown)
	if focused() != k.t("search") {
		t.Errorf("below the languages is %q", focused())
	}
	key(fyne.KeyDown)
	if f := focused(); f != k.t("tile.eat") {
		t.Errorf("below the search is %q", f)
	}
	key(fyne.KeyRight, fyne.KeyDown, fyne.KeyLeft, fyne.KeyUp)
	if f := focused(); f != k.t("tile.eat") {
		t.Errorf("round a square one comes to %q", f)
	}
	key(fyne.KeyReturn)
	if k.Page() != pageFound {
		t.Fatalf("Enter leads to %s", k.Page())
	}
	for range 20 { // Tab alone reaches everything too
		c.FocusNext()
		if m, ok := c.Focused().(*widget.Plate); ok && strings.Contains(m.Means(), "spisning") {
			break
		}
	}
	key(fyne.KeyReturn)
	if k.Page() != pageDetail {
		t.Fatalf("Enter on %q leads to %s", focused(), k.Page())
	}
	key(fyne.KeyEscape)
	if k.Page() != pageFound {
		t.Errorf("Esc leads to %s", k.Page())
	}
	key(fyne.KeyEscape)
	c.OnTypedRune()('s')
	for _, r := range "trik" {
		c.Focused().TypedRune(r)
	}
	if k.Page() != pageFind || string(k.field.Typed()) != "strik" || k.found.total == 0 {
		t.Errorf("typed %q on %s, found %d", string(k.field.Typed()), k.Page(), k.found.total)
	}
	for range 60 {
		c.FocusNext()
		if _, is := c.Focused().(interface{ Tapped(*fyne.PointEvent) }); !is {
			t.Fatalf("Tab leads to %T", c.Focused())
		}
	}
}

func TestTotalsOfADayAreAllThatIsKept(t *testing.T) {
	s := open(t, portrait)
	k := s.kiosk
	for range 3 {
		s.touch(k.t("tile.eat"))
		k.back()
		s.touch(k.t("tile.music"))
		k.Reset()
	}
	k.Reset() // nobody
	got, err := DayOf(s.store, directory.DayOf(monday))
	if err != nil || !reflect.DeepEqual(got, Day{3, map[string]int{"eat": 3, "music": 3}}) {
		t.Errorf("%+v %v", got, err)
	}
}

func TestNoGoodMatchIsSaidKindlyWithTheStaffAtHand(t *testing.T) {
	s := open(t, portrait)
	k := s.kiosk
	s.touch(k.t("search"))
	s.typeOn("vandpolo")
	s.says(k.t("none"))
	if !s.has(k.t("ask")) {
		t.Error("no way to the staff")
	}
	s.touch(k.t("ask"))
	if !strings.Contains(k.top().spoken(), k.t("say_any")) {
		t.Error("nobody says what to say")
	}
	if strings.Contains(s.texts(), "vandpolo") {
		t.Error("what was typed is shown to whoever stands behind")
	}
}

func TestEveryPageSpeaksEveryLanguageAndReadsAloudWhereThereIsAVoice(t *testing.T) {
	s := open(t, portrait)
	k := s.kiosk
	s.touch(k.t("tile.eat"))
	s.touch(k.t("read"))
	if !s.has(k.t("read_stop")) {
		t.Error("reading cannot be stopped")
	}
	s.touch(k.t("read_stop"))
	k.choose("en")
	s.says("communities fit")
	if s.has(k.t("read")) {
		t.Error("English is offered by a voice that speaks none")
	}
	k.choose("da")
	k.open(k.detail(s.named("Torsdagsspisning")))
	s.touch(k.t("read"))
	s.settle("the voice", func() bool { s.voice.mu.Lock(); defer s.voice.mu.Unlock(); return len(s.voice.said) >= 2 || nudge(s) })
	if said := s.voice.said[len(s.voice.said)-1]; !strings.HasPrefix(said, "da: Torsdagsspisning") || !strings.Contains(said, "Hvornår: På torsdag") {
		t.Errorf("said %q", said)
	}
	s.idle(81)
	if k.speaking != nil {
		t.Error("it reads on after the visit")
	}
}

// nudge lets goroutines run while nothing is posted.
func nudge(s *stand) bool {
	time.Sleep(time.Millisecond)
	s.posted <- func() {}
	return false
}

func TestEveryTargetIsLargeEnough(t *testing.T) {
	for _, size := range []fyne.Size{portrait, {Width: 1440, Height: 900}, {Width: 1080, Height: 1920}} {
		s := open(t, size)
		k := s.kiosk
		check := func() {
			t.Helper()
			all(k.root, func(o fyne.CanvasObject) {
				if m, ok := o.(means); ok {
					if got := o.Size(); got.Width < k.u(target)-1 || got.Height < k.u(target)-1 {
						t.Errorf("%v, page %s: %q is %v", size, k.Page(), m.Means(), got)
					}
				}
			})
		}
		test.WidgetRenderer(k.scroll)
		check()
		s.touch(k.t("search"))
		check()
		for l := range layouts {
			k.lang = l
			if all := k.keyboard(); all == nil {
				t.Error(l)
			}
			for _, r := range k.rows() {
				if len([]rune(r)) > 11 {
					t.Errorf("%s has a row of %d keys", l, len([]rune(r)))
				}
			}
		}
		k.lang = "da"
		k.Reset()
		s.touch(k.t("tile.eat"))
		check()
		k.open(k.detail(s.named("Torsdagsspisning")))
		check()
	}
}
