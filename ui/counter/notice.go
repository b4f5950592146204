package counter

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/widget"
)

// noticeArea is where the page says what went wrong, what is safe and what can
// be done; empty it takes no room.
type noticeArea struct {
	c   *Counter
	box *fyne.Container
}

func newNoticeArea(c *Counter) *noticeArea {
	n := &noticeArea{c: c, box: widget.NewColumn(8)}
	n.box.Hide()
	return n
}

func (n *noticeArea) shown() bool { return n.box.Visible() }

func (n *noticeArea) show(tone widget.Tone, title, text string, actions ...fyne.CanvasObject) {
	actions = append(actions, widget.NewPlainButton(n.c.cat.T("counter.close"), n.clear))
	n.box.Objects = []fyne.CanvasObject{widget.NewBanner(tone, title, text, actions...)}
	n.box.Show()
	n.c.Relayout()
}

// problem shows a kind of trouble: <key> is the title, <key>_text what is safe
// and what to do. The error itself is for the log of whoever made it.
func (n *noticeArea) problem(key string, _ error, actions ...fyne.CanvasObject) {
	n.show(widget.ToneTrouble, n.c.cat.T(key), n.c.cat.T(key+"_text"), actions...)
}

func (n *noticeArea) clear() {
	n.box.Objects = nil
	n.box.Hide()
	n.c.Relayout()
}
