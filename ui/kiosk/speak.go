package kiosk

import (
	"context"
	"errors"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// mostSpoken is how many of a list are read aloud.
const mostSpoken = 5

// speaks says whether the page can be read aloud in the visit's language.
func (k *Kiosk) speaks() bool { return k.deps.Voice != nil && k.deps.Voice.Speaks(k.lang) }

// aloud is the button that reads the page, and stops reading.
func (k *Kiosk) aloud() fyne.CanvasObject {
	if k.speaking != nil {
		return k.sign("speaker", k.t("read_stop"), widget.FacePrimary, func() { k.silence(); k.show() })
	}
	return k.sign("speaker", k.t("read"), widget.FaceSurface, k.read)
}

// read reads the page aloud. What a visitor typed is no part of it.
func (k *Kiosk) read() {
	k.dirty = true
	k.silence()
	ctx, cancel := context.WithCancel(context.Background())
	k.speaking = cancel
	text, lang, turn := k.top().spoken(), k.lang, k.turn
	k.show()
	k.deps.Go(func() {
		err := k.deps.Voice.Say(ctx, lang, text)
		k.deps.Post(func() {
			if err != nil && !errors.Is(err, context.Canceled) {
				k.failed(err)
			}
			if ctx.Err() == nil && turn == k.turn {
				k.silence()
				k.show()
			}
		})
	})
}

// silence ends reading.
func (k *Kiosk) silence() {
	if k.speaking != nil {
		k.speaking()
		k.speaking = nil
	}
}

func (k *Kiosk) spokenFound(title string) string {
	out := title + ".\n"
	if k.found.weak {
		out += k.t("none") + "\n"
	}
	for _, h := range k.found.hits[:min(len(k.found.hits), mostSpoken)] {
		if c, err := k.deps.Directory.Community(h.ID); err == nil {
			out += c.Name + ".\n"
			if next := c.Next(k.deps.Now(), 1); len(next) > 0 {
				out += k.when(next[0]) + ".\n"
			}
		}
	}
	return out
}

func (k *Kiosk) spokenDetail(c *directory.Community) string {
	var b strings.Builder
	b.WriteString(c.Name + ".\n" + c.Summary + "\n")
	for _, f := range k.facts(c) {
		b.WriteString(f.label + ": " + joined(". ", f.strong, f.plain) + ".\n")
	}
	return b.String()
}

// warning asks whether anybody is there. Any touch is an answer.
func (k *Kiosk) warning() fyne.CanvasObject {
	words := widget.NewColumn(k.u(28),
		widget.NewText(k.t("idle_title"), widget.Style{Size: k.ts(head), Bold: true, Align: fyne.TextAlignCenter}),
		widget.NewText(k.t("idle_stay"), widget.Style{Size: k.ts(big), Bold: true, Ink: widget.Primary, Align: fyne.TextAlignCenter}),
		widget.NewText(k.t("idle_lead"), widget.Style{Size: k.ts(name), Align: fyne.TextAlignCenter}))
	return widget.NewPlate(words, k.t("idle_stay"), widget.PlateStyle{Face: widget.FaceYellow, Radius: 0, Across: k.u(120), Least: k.u(target)}, k.stay)
}
