package privacy

import "strconv"

// few is the smallest count that is shown as a number (DESIGN §9).
const few = 5

// Count is a number of people or events as statistics may show it: Few where it
// is below five, else N, rounded to the nearest five.
//
// Rounding everything, totals included, is what keeps small cells hidden:
// hiding them alone lets two thirds be recovered by subtraction
// (findings/reliability §4.7).
type Count struct {
	Few bool
	N   int
}

// Shown gives the count that may be shown for n. It is the only way from a
// count to a screen, an export or a sheet. Zero counts as few: that nobody came
// is also something about somebody.
func Shown(n int) Count {
	if n < few {
		return Count{Few: true}
	}
	return Count{N: n/few*few + (n%few+2)/few*few}
}

// String gives "<5" or the rounded number, without grouping.
func (c Count) String() string {
	if c.Few {
		return "<" + strconv.Itoa(few)
	}
	return strconv.Itoa(c.N)
}
