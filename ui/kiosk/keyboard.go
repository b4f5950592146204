package kiosk

import (
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/widget"
)

// layouts are the letters of the keyboard on the screen, row by row, as people of
// each language know them; at most eleven to a row, so that a key is as wide as a
// finger. They are no texts: nobody translates a keyboard.
var layouts = map[string][]string{
	"da": {"qwertyuiopå", "asdfghjklæø", "zxcvbnm"},
	"en": {"qwertyuiop", "asdfghjkl", "zxcvbnm"},
	"uk": {"йцукенгшщзх", "фівапролджє", "ячсмитьбюїґ"},
	"pl": {"qwertyuiopó", "asdfghjkląę", "zxcvbnmćłńś", "żź"},
	"de": {"qwertzuiopü", "asdfghjklöä", "yxcvbnmß"},
	"tr": {"qwertyuıopğ", "asdfghjklşi", "zxcvbnmöçü"},
	"so": {"qwertyuiop", "asdfghjkl", "zxcvbnm"},
}

// digitKeys are what the key 123 leads to.
var digitKeys = []string{"1234567890", "-.,"}

// Planes of the keyboard; "" is the letters of the visit's language.
const (
	planeDigits = "digits"
	planeDanish = "danish" // the directory is Danish, so its letters are always at hand
)

// rows are the letters shown now.
func (k *Kiosk) rows() []string {
	switch k.plane {
	case planeDigits:
		return digitKeys
	case planeDanish:
		return layouts["da"]
	}
	if l, ok := layouts[k.lang]; ok {
		return l
	}
	return layouts["en"]
}

// keyboard is the keyboard on the screen. Its keys type into the field, which gets
// focus back: the toolkit takes that away where anything else is touched.
func (k *Kiosk) keyboard() fyne.CanvasObject {
	all := widget.NewColumn(k.u(6))
	most := 0
	for _, r := range k.rows() {
		most = max(most, len([]rune(r)))
	}
	for _, r := range k.rows() {
		var keys []fyne.CanvasObject
		for _, letter := range r {
			keys = append(keys, k.key(string(letter), string(letter), func() { k.typeKey(letter) }))
		}
		all.Add(&fyne.Container{Layout: keyRow{k, most}, Objects: keys})
	}
	foot := []fyne.CanvasObject{}
	if k.plane == planeDigits {
		foot = append(foot, k.key(k.abc(), k.abc(), func() { k.turnTo("") }))
	} else {
		foot = append(foot, k.key("123", "123", func() { k.turnTo(planeDigits) }))
	}
	if k.lang != "da" && k.plane != planeDigits {
		if k.plane == planeDanish {
			foot = append(foot, k.key(k.abc(), k.abc(), func() { k.turnTo("") }))
		} else {
			foot = append(foot, k.key("Æ Ø Å", "Æ Ø Å", func() { k.turnTo(planeDanish) }))
		}
	}
	foot = append(foot, k.key(k.t("space"), k.t("space"), func() { k.typeKey(' ') }),
		k.signKey("backspace", k.t("backspace"), func() { k.field.Back(); widget.FocusOn(k.field) }),
		k.key(k.t("hide_keys"), k.t("hide_keys"), func() { k.showKeys(false) }))
	all.Add(&fyne.Container{Layout: keyRow{k, 0}, Objects: foot})
	return all
}

// abc names the letters of the visit's language.
func (k *Kiosk) abc() string {
	l, ok := layouts[k.lang]
	if !ok {
		l = layouts["en"]
	}
	return strings.ToUpper(string([]rune(l[0])[:3]))
}

func (k *Kiosk) turnTo(plane string) {
	k.plane = plane
	k.show()
}

func (k *Kiosk) typeKey(r rune) {
	if k.field != nil {
		k.field.Type(r)
		widget.FocusOn(k.field)
	}
}

func (k *Kiosk) key(words, means string, do func()) fyne.CanvasObject {
	return k.keyOf(widget.NewText(words, widget.Style{Size: k.ts(name), Align: fyne.TextAlignCenter, MaxLines: 1}), means, do)
}

func (k *Kiosk) signKey(sign, means string, do func()) fyne.CanvasObject {
	return k.keyOf(k.icon(sign, name, widget.Plain), means, do)
}

func (k *Kiosk) keyOf(content fyne.CanvasObject, means string, do func()) fyne.CanvasObject {
	return widget.NewKey(content, means, widget.PlateStyle{Radius: k.u(12), Vertical: k.u(6), Across: k.u(4), Least: k.u(target)}, do)
}

// keyRow lays out keys as wide as those of a row of most; a short row stands in the
// middle. most 0 shares the row: the space bar, the third from the end, gets what
// the others leave.
type keyRow struct {
	k    *Kiosk
	most int
}

func (r keyRow) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(r.k.u(300), r.k.u(target))
}

func (r keyRow) Layout(o []fyne.CanvasObject, s fyne.Size) {
	between := r.k.u(6)
	widths := make([]float32, len(o))
	x := float32(0)
	if r.most > 0 {
		w := (s.Width - between*float32(r.most-1)) / float32(r.most)
		for i := range o {
			widths[i] = w
		}
		x = (s.Width - w*float32(len(o)) - between*float32(len(o)-1)) / 2
	} else {
		left := s.Width - between*float32(len(o)-1)
		for i := range o {
			if i != len(o)-3 {
				widths[i] = max(s.Width*0.14, o[i].MinSize().Width)
				left -= widths[i]
			}
		}
		widths[len(o)-3] = max(left, r.k.u(target))
	}
	for i, c := range o {
		c.Move(fyne.NewPos(x, 0))
		c.Resize(fyne.NewSize(widths[i], s.Height))
		x += widths[i] + between
	}
}
