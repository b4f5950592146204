package kiosk

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/ui/lock"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Kiosk is the screen. All methods are called on the screen's goroutine.
type Kiosk struct {
	deps   Deps
	root   *fyne.Container
	canvas fyne.Canvas
	size   fyne.Size
	unit   float32 // pixels of the window to one of the drawing

	visit
	say    *say.Speaker
	scroll *widget.TouchScroll // of the page that is shown
	field  *widget.TouchField  // where one types; nil on other pages
	list   *fyne.Container     // what the words find
	waits  bool                // the page waits for the directory
	watch  lock.Watch
	warned bool
	staff  *staff // nil unless staff are there
	stop   func() // the clock of a hand on the corner

	tally    *tally
	today    *today
	cool     time.Time // until when nothing is printed
	turn     int       // counts visits: what comes late is another's
	speaking context.CancelFunc
}

// visit is all that is known of a visitor, and goes as a whole.
type visit struct {
	lang     string
	scale    float32
	contrast theme.Contrast
	views    []*view
	dirty    bool // something was done
	typed    []rune
	keys     bool   // the keyboard is on the screen
	plane    string // of the keyboard: "", digits or home
	found    found
	paper    *sheet
}

// view is a page of the visit. make builds it for the window as it is.
type view struct {
	name   string
	make   func() fyne.CanvasObject
	spoken func() string // what is read aloud
}

// Pages of a visit, as tests and the tally know them.
const (
	pageHome   = "home"
	pageFind   = "find"
	pageFound  = "found"
	pageDetail = "detail"
	pageCode   = "code"
	pagePrint  = "print"
	pageAsk    = "ask"
)

// Scales are the text sizes on offer.
var scales = []float32{1, 1.25, 1.5}

// New makes the screen; nothing is shown until it has a size.
func New(d Deps) *Kiosk {
	k := &Kiosk{deps: d, unit: 1, stop: func() {}}
	k.root = &fyne.Container{Layout: fill{k.resized}}
	k.tally = newTally(d.Store, d.Now)
	k.today = &today{k: k}
	k.begin()
	if has, err := d.Store.HasKioskPIN(); err != nil || !has {
		k.failed(err)
		k.staff = newStaff(k, firstPIN)
	}
	return k
}

// Root is what the window shows.
func (k *Kiosk) Root() fyne.CanvasObject { return k.root }

// Bind hears the keys of the window that no part of it uses.
func (k *Kiosk) Bind(c fyne.Canvas) {
	k.canvas = c
	c.SetOnTypedKey(k.typedKey)
	c.SetOnTypedRune(k.typedRune)
	c.AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyQ, Modifier: fyne.KeyModifierControl}, func(fyne.Shortcut) { k.askPIN() })
}

// begin is a new visit: nobody is there.
func (k *Kiosk) begin() {
	clear(k.typed[:cap(k.typed)])
	k.visit = visit{lang: k.deps.Lang, scale: 1, typed: make([]rune, 0, mostWords)}
	k.say = say.In(k.lang)
	k.views = []*view{k.home()}
	k.turn++
}

// Reset ends the visit: the first page, the first language, the usual look, and
// nothing of who was there.
func (k *Kiosk) Reset() {
	k.silence()
	if k.dirty {
		k.failed(k.tally.visited())
	}
	if k.field != nil {
		k.field.OnChange = nil
		k.field.Wipe()
	}
	if k.scroll != nil {
		k.scroll.Stop()
	}
	k.warned = false
	k.begin()
	k.look()
	widget.ForgetMeasures()
	k.show()
	if k.canvas != nil {
		k.canvas.Unfocus()
	}
}

// Dirty says whether there is anything to forget.
func (k *Kiosk) Dirty() bool { return k.dirty }

// Close ends the screen.
func (k *Kiosk) Close() {
	k.stop()
	if k.staff != nil {
		k.staff.wipe()
		k.staff = nil
	}
	k.Reset()
}

// look shows contrast; text sizes are this package's own, and the toolkit's stay.
func (k *Kiosk) look() {
	if t := theme.Current(); t.Contrast() != k.contrast || t.Scale() != 1 {
		theme.Apply(theme.New(k.contrast, 1))
	}
}

func (k *Kiosk) failed(err error) {
	if err != nil && k.deps.Failed != nil {
		k.deps.Failed(err)
	}
}

func (k *Kiosk) setting(key string) string {
	v, err := k.deps.Store.Setting(key)
	if err != nil {
		return "" // as if it were never made
	}
	return v
}

// DirectoryChanged shows what is known now.
func (k *Kiosk) DirectoryChanged() {
	k.today.forget()
	if k.staff == nil && (!k.dirty || k.waits) {
		k.show()
	}
}

// still says that nothing may glide.
func (k *Kiosk) still() bool { return k.setting(localdb.SettingKioskMotion) == "still" }

func (k *Kiosk) t(key string, args ...any) string { return k.say.T("kiosk."+key, args...) }
