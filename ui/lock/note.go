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

func tell(n *widget.Text, text string) {
	n.SetText(text)
	if text == "" {
		n.Hide()
	} else {
		n.Show()
	}
}
