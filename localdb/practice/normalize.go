package practice

import "github.com/faellesskabsby/vejviser/localdb/clean"

// Normalize passes every text through the one gate for text. It may be called again.
func (s *Session) Normalize() {
	s.Organisation, s.Area = clean.Line(s.Organisation, 0), clean.Line(s.Area, 0)
}
