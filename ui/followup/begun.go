package followup

import (
	"unicode"

	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// begun is an answer that was given with a digit. Codes begin with digits too, and who
// reads or scans the next slip while the outcomes have focus has given an answer nobody
// meant; the check symbol of the code tells the two apart.
type begun struct {
	digit rune // 0 where no digit gave it
	entry *entry
}

// typedRune says what a character is while the outcomes have focus: a digit that has
// an outcome is the answer, all else begins a code.
func (c *card) typedRune(r rune) bool {
	if n := int(r - '0'); !c.busy && n >= 1 && n <= min(len(c.options), widget.MostKeys) {
		return c.answer(n)
	}
	return c.p.beginCode(r)
}

// beginCode lets a character be the first of a code.
func (p *Page) beginCode(r rune) bool {
	if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
		return false
	}
	p.focusCode()
	p.code.Entry.TypedRune(r)
	return true
}

// listRune lets a code begin while the list has focus; digits come to listKey.
func (p *Page) listRune(r rune) {
	if p.card == nil || !unicode.IsDigit(r) {
		p.beginCode(r)
	}
}

// answer does what a digit stands for, and remembers that a digit it was.
func (c *card) answer(n int) bool {
	c.struck = rune('0' + n)
	defer func() { c.struck = 0 }()
	return c.keys.Digit(n)
}

// wasCode takes an answer back whose digit was the first of a code, and goes on with
// that code. The text alone is then no code, and with the digit it is.
func (p *Page) wasCode(typed string) bool {
	b := p.pile.begun
	p.pile.begun = nil
	if b == nil || b.digit == 0 || b.entry.state != entryKept {
		return false
	}
	if _, err := referral.ParseCode(typed); err == nil {
		return false
	}
	code, err := referral.ParseCode(string(b.digit) + typed)
	if err != nil {
		return false
	}
	p.undo(b.entry, func(err error) {
		if err != nil {
			p.codeProblem(p.failure(err))
			return
		}
		p.submitted(string(code))
		if c := p.card; c != nil && c.told.Referral.Code == code {
			c.notice = toneText(widget.ToneWaiting, p.say.T("followup.was_code", "digit", string(b.digit), "code", string(b.entry.code)))
			c.again()
		}
	})
	return true
}
