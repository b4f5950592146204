// Package privacy holds the rules that keep people unknown: the guard against
// CPR numbers in free text, and the rounding of small counts (DESIGN §9).
//
// It is pure: it knows no records, no screens and no clock. It never keeps,
// returns or logs the number it found – only where it stands.
package privacy
