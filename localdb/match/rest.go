package match

import "github.com/faellesskabsby/vejviser/localdb/directory"

// rest is a pause for newcomers, in days since 2000: short, because every record has
// room for one. The first day of 0 is always, the last of lastDay never; both 0 is
// no pause.
type rest struct{ from, to uint16 }

const (
	year2000 = 10957 // days since 1970
	lastDay  = 1<<16 - 1
)

func restOf(p *directory.Pause) rest {
	if p == nil {
		return rest{}
	}
	r := rest{to: lastDay}
	short := func(d directory.Day) uint16 { return uint16(min(max(dayNumber(d)-year2000, 1), lastDay-1)) }
	if p.From.Valid() {
		r.from = short(p.From)
	}
	if p.To.Valid() {
		r.to = short(p.To)
	}
	return r
}

// holds says whether newcomers are asked to wait on a day, days since 1970; where
// no day is known, whatever may hold does.
func (r rest) holds(today int32) bool {
	if r.to == 0 {
		return false
	}
	if today == 0 {
		return true
	}
	day := today - year2000
	return (r.from == 0 || day >= int32(r.from)) && (r.to == lastDay || day <= int32(r.to))
}
