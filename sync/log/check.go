package log

// Check says whether a batch could be stored as far as its form goes: nil or an
// *InvalidError. Every implementation asks it first.
func Check(batch []Entry) error {
	if len(batch) == 0 || len(batch) > MaxBatch {
		return &InvalidError{Reason: "batch"}
	}
	seen := make(map[string]bool, len(batch))
	for _, e := range batch {
		switch {
		case !ValidKey(e.Key):
			return &InvalidError{e.Key, "key"}
		case seen[e.Key]:
			return &InvalidError{e.Key, "batch"}
		case len(e.Value) > MaxValue:
			return &InvalidError{e.Key, "value"}
		case len(e.Op) == 0 || len(e.Op) > MaxOp:
			return &InvalidError{e.Key, "op"}
		case e.Expect != nil && *e.Expect > MaxSeq:
			return &InvalidError{e.Key, "expect"}
		}
		seen[e.Key] = true
	}
	return nil
}

// ValidKey says whether s is one or more tokens of a–z, 0–9 and hyphen with full
// stops between, and at most MaxKey bytes.
func ValidKey(s string) bool {
	if len(s) == 0 || len(s) > MaxKey {
		return false
	}
	token := 0 // length of the token under way
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.' && token > 0:
			token = 0
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-':
			token++
		default:
			return false
		}
	}
	return token > 0
}
