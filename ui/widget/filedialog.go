package widget

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// ShowFileDialog shows the toolkit's file dialog large enough to see a folder
// in. The toolkit has words of its own for its buttons, but writes the places
// beside the files – Home, Computer, Documents – in English, whatever the
// language (fyne 2.8.1, dialog/file.go): they are put into words here.
func ShowFileDialog(d *dialog.FileDialog, over fyne.Window) {
	d.Show()
	d.Resize(fyne.NewSize(theme.Scaled(760), theme.Scaled(540))) // before Show it panics (fyne 2.8.1)
	if top := over.Canvas().Overlays().Top(); top != nil {
		sayPlaces(contentOf(top))
		top.Refresh() // or it stands where the smaller one stood
	}
}

// contentOf gives what lies on the toolkit's wrapping of an overlay, whose type
// is hidden; nil where there is none.
func contentOf(overlay fyne.CanvasObject) fyne.CanvasObject {
	v := reflect.Indirect(reflect.ValueOf(overlay))
	if v.Kind() != reflect.Struct {
		return nil
	}
	f := v.FieldByName("Content")
	if !f.IsValid() || !f.CanInterface() {
		return nil
	}
	o, ok := f.Interface().(fyne.CanvasObject)
	if !ok {
		return nil
	}
	if pop, ok := o.(*base.PopUp); ok {
		return pop.Content
	}
	return o
}

// sayPlaces finds the list of places, which stands to the left of the files.
func sayPlaces(o fyne.CanvasObject) {
	switch x := o.(type) {
	case *fyne.Container:
		for _, c := range x.Objects {
			sayPlaces(c)
		}
	case *container.Split:
		places, ok := x.Leading.(*base.List)
		if !ok {
			return
		}
		update := places.UpdateItem
		places.UpdateItem = func(id base.ListItemID, row fyne.CanvasObject) {
			update(id, row)
			if c, ok := row.(*fyne.Container); ok {
				for _, o := range c.Objects {
					if l, ok := o.(*base.Label); ok {
						l.SetText(lang.L(l.Text))
					}
				}
			}
		}
		places.Refresh()
	}
}
