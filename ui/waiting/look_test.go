package waiting

import (
	"bytes"
	"image"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// TestAnotherLookShowsAtOnceAsIfThePageWereBuiltInIt holds a page whose look
// was changed against one that was built in that look.
func TestAnotherLookShowsAtOnceAsIfThePageWereBuiltInIt(t *testing.T) {
	size := fyne.NewSize(1164, 786)
	look := theme.New(theme.WhiteOnBlack, 1.5)
	var want, got image.Image
	t.Run("built", func(t *testing.T) {
		d := open(t, look, size, lifelike)
		d.pick(1)
		want = d.win.Canvas().Capture()
	})
	t.Run("changed", func(t *testing.T) {
		d := open(t, theme.New(theme.Normal, 1), size, lifelike)
		d.pick(1)
		theme.Apply(look)
		c := d.page.Content().(*fyne.Container)
		c.Layout.Layout(c.Objects, c.Size())
		widget.Relayout(c)
		c.Refresh()
		got = d.win.Canvas().Capture()
	})
	if !bytes.Equal(want.(*image.NRGBA).Pix, got.(*image.NRGBA).Pix) {
		t.Error("the page does not look as if it were built so")
	}
}
