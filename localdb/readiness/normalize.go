package readiness

import "github.com/faellesskabsby/vejviser/localdb/clean"

// Normalize passes every text through the one gate for text. It may be called again.
func (c *Check) Normalize() {
	c.Organisation, c.Desk = clean.Line(c.Organisation, 0), clean.Line(c.Desk, 0)
	c.NextStep = clean.Text(c.NextStep, 0)
}

// Normalize passes every text through the one gate for text.
func (a *Agreement) Normalize() {
	a.Organisation, a.Responsible = clean.Line(a.Organisation, 0), clean.Line(a.Responsible, 0)
	a.Note = clean.Text(a.Note, 0)
}
