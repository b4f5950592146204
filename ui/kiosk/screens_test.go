package kiosk

import (
	"fmt"
	"os"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// TestScreens draws the kiosk as people meet it, into the folder that
// VEJVISER_SCREENS names, to be looked at beside design/kiosk.png.
func TestScreens(t *testing.T) {
	if os.Getenv("VEJVISER_SCREENS") == "" {
		t.Skip("VEJVISER_SCREENS names no folder for the pictures; make screens does")
	}
	looks := []struct {
		name     string
		contrast theme.Contrast
		scale    float32
		lang     string
	}{{"da", theme.Normal, 1, "da"}, {"en", theme.Normal, 1, "en"}, {"large", theme.Normal, 1.5, "da"}, {"contrast", theme.BlackOnWhite, 1, "da"}, {"black", theme.WhiteOnBlack, 1.5, "da"}}
	for _, size := range []fyne.Size{{Width: 1080, Height: 1440}, {Width: 1440, Height: 900}} {
		for _, l := range looks {
			name := fmt.Sprintf("kiosk-%.0f-%s-", size.Width, l.name)
			t.Run(name, func(t *testing.T) {
				s := open(t, size)
				k := s.kiosk
				begin := func() {
					k.Reset()
					k.scale, k.contrast = l.scale, l.contrast
					k.look()
					k.choose(l.lang)
				}
				begin()
				s.picture(name + "1-home")
				s.touch(k.t("tile.eat"))
				s.picture(name + "2-eat")
				k.open(k.detail(s.named("Torsdagsspisning")))
				s.picture(name + "3-detail")
				s.touch(k.t("code_large"))
				s.picture(name + "4-code")
				k.back()
				s.touch(k.t("print"))
				s.settle("the sheet", func() bool { return !k.paper.busy })
				s.picture(name + "5-print")
				k.back()
				s.touch(k.t("ask"))
				s.picture(name + "6-ask")
				begin()
				s.touch(k.t("search"))
				s.typeOn("strik")
				s.picture(name + "7-search")
				begin()
				s.touch(k.t("tile.today"))
				s.settle("today", func() bool { return k.today.day != "" })
				s.picture(name + "8-today")
				s.idle(61)
				s.picture(name + "9-idle")
				if l.name == "da" {
					begin()
					k.askPIN()
					s.picture(name + "10-pin")
					k.staff.step = menu
					k.show()
					s.picture(name + "11-staff")
				}
			})
		}
	}
}
