package counter

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// TestScreens draws the counter as people meet it, into the folder that
// VEJVISER_SCREENS names, to be looked at beside design/counter.png.
func TestScreens(t *testing.T) {
	if os.Getenv("VEJVISER_SCREENS") == "" {
		t.Skip("VEJVISER_SCREENS names no folder for the pictures; make screens does")
	}
	for _, size := range []fyne.Size{{Width: 1360, Height: 820}, {Width: 1024, Height: 700}} {
		for _, contrast := range theme.Contrasts {
			for _, scale := range []float32{1, 1.5} {
				if contrast == theme.WhiteOnBlack && scale > 1 {
					continue
				}
				name := fmt.Sprintf("counter-%.0f-%s-%.0f", size.Width, map[theme.Contrast]string{"": "light"}[contrast]+string(contrast), scale*100)
				t.Run(name, func(t *testing.T) {
					d := openDesk(t, "da")
					d.window.Resize(size)
					if err := d.shell.SetLook(contrast, scale); err != nil {
						t.Fatal(err)
					}
					if contrast == theme.Normal {
						d.picture(name + "-begin")
					}
					d.typed("gåtur formiddag gratis")
					d.key(fyne.KeyReturn, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn, fyne.KeyUp)
					d.page.folder.name.field.Entry.SetText("Karen")
					d.page.folder.hello.field.Entry.SetText("Held og lykke på tirsdag – spørg efter Bente.")
					d.picture(name)
					if contrast == theme.Normal {
						d.ctrl(fyne.KeyP)
						d.settle(d.done)
						d.picture(name + "-done")
					}
				})
			}
		}
	}
}

// TestReasonIsInSightWhereverItStops looks where the words lie: between the top
// of the folder and its buttons.
func TestReasonIsInSightWhereverItStops(t *testing.T) {
	for _, size := range []fyne.Size{{Width: 1360, Height: 820}, {Width: 1024, Height: 700}} {
		for _, scale := range []float32{1, 1.5} {
			d := openDesk(t, "da")
			d.window.Resize(size)
			if err := d.shell.SetLook(theme.Normal, scale); err != nil {
				t.Fatal(err)
			}
			d.typed("gåtur")
			for range 3 {
				d.key(fyne.KeyReturn, fyne.KeyDown)
			}
			f := d.page.folder
			for what, g := range map[string]*guard{"name": f.name, "greeting": f.hello} {
				seen := func(when string) {
					t.Helper()
					at := fyne.CurrentApp().Driver().AbsolutePositionForObject
					top, bottom := at(g.field).Y, at(g.field).Y+g.field.Size().Height
					if from, to := at(f.scroll).Y, at(f.scroll).Y+f.scroll.Size().Height; g.field.Problem() == "" || bottom > to || top < from && bottom-top <= to-from {
						t.Errorf("%v at %v, %s, %s: field %v–%v, in sight %v–%v", size, scale, what, when, top, bottom, from, to)
					}
					if at(f.foot).Y < bottom {
						t.Errorf("%v at %v, %s, %s: behind the buttons", size, scale, what, when)
					}
				}
				widget.FocusOn(g.field.Entry)
				d.typed("010190-1234")
				seen("as it is typed")
				f.scroll.ToTop()
				d.ctrl(fyne.KeyP)
				seen("stopped")
				g.field.Entry.SetText("121125 1430") // may be one
				f.scroll.ToTop()
				d.ctrl(fyne.KeyP)
				seen("asked")
				g.field.Entry.SetText("")
			}
		}
	}
}

func TestSituationsAreWholeInASmallWindowWithLargeType(t *testing.T) {
	d := openDesk(t, "da")
	d.window.Resize(fyne.NewSize(1024, 700))
	if err := d.shell.SetLook(theme.Normal, 1.5); err != nil {
		t.Fatal(err)
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	p := d.page
	if low := at(p.begin).Y + p.begin.Size().Height; p.detail.panel.Visible() || at(p.list).Y < low || p.list.Size().Height < 40 {
		t.Errorf("the situations end at %v, the list begins at %v and is %v high", low, at(p.list).Y, p.list.Size().Height)
	}
	d.key(fyne.KeyDown)
	if p.detail.view == nil || !p.detail.panel.Visible() {
		t.Fatal("what is chosen is not shown")
	}
	if low := at(p.list).Y + p.list.Size().Height; at(p.detail.panel).Y < low || p.list.Size().Height < 40 || p.begin.Visible() {
		t.Errorf("the detail begins at %v, the list is %v high and ends at %v", at(p.detail.panel).Y, p.list.Size().Height, low)
	}
	d.picture("counter-narrow-chosen")
	d.key(fyne.KeyEscape)
	if p.detail.panel.Visible() || !p.begin.Visible() {
		t.Error("Esc does not lead back to the situations")
	}
	d.typed("qqqq")
	if !p.detail.panel.Visible() || p.detail.empty.Title() != "Intet passer godt" {
		t.Error("nobody says that nothing fits")
	}
	d.ctrl(fyne.KeyN)
	d.picture("counter-narrow-begin")
	if err := d.shell.SetLook(theme.Normal, 1); err != nil {
		t.Fatal(err)
	}
	if got := allTexts(p.detail.panel); !p.detail.panel.Visible() || !strings.HasPrefix(got, "Vælg et fællesskab") {
		t.Errorf("after a new citizen the detail says %q", got)
	}
}
