package lock

import (
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// newNote is what is said below a field; it takes no room where nothing is said.
func newNote() *widget.Text {
	n := widget.NewText("", widget.Style{Size: theme.Quiet, Ink: widget.OnTrouble})
	n.Hide()
	return n
}

// tell says what is wrong; nothing for "".
func tell(n *widget.Text, text string) { show(n, text, widget.OnTrouble) }

// wait says what takes a moment: that is no trouble, and not drawn as one.
func wait(n *widget.Text, text string) { show(n, text, widget.Quiet) }

func show(n *widget.Text, text string, ink widget.Ink) {
	n.SetStyle(widget.Style{Size: theme.Quiet, Ink: ink})
	n.SetText(text)
	if text == "" {
		n.Hide()
	} else {
		n.Show()
	}
}
