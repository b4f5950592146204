package counter

import (
	"fmt"
	"os"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// TestScreens draws the counter as people meet it, into the folder that
// VEJVISER_SCREENS names, to be looked at beside design/counter.png.
func TestScreens(t *testing.T) {
	if os.Getenv("VEJVISER_SCREENS") == "" {
		t.Skip("VEJVISER_SCREENS names no folder")
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
