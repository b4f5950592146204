package match

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Parts of a day, as bits.
const (
	partMorning = 1 << iota // before 9
	partForenoon
	partAfternoon // from 12
	partEvening   // from 17
	partsAll      = partMorning | partForenoon | partAfternoon | partEvening
)

// What is known of a record, as bits.
const (
	knowDay = 1 << iota
	knowPart
	knowPrice
)

// Groups of an audience, as bits of facts.groups.
var groupBits = func() map[string]uint32 {
	m := map[string]uint32{"women": 1, "men": 2}
	for i, g := range directory.Groups {
		m[g] = 1 << (i + 2)
	}
	return m
}()

const (
	bitWomen uint32 = 1
	bitMen   uint32 = 2
)

// facts is what a record says of itself, packed: the structured facts first,
// and where they are missing what its prose says plainly. It holds no more than
// ranking and reasons need.
type facts struct {
	slots          [8]uint8 // by weekday 1–7, bits of parts of the day
	know           uint8
	priceKind      directory.PriceKind
	kind           directory.Kind
	status         directory.Status
	accompaniment  Fact
	across         Fact
	wheelchair     Fact
	groups         uint32
	gender         uint32 // limited to women or men
	languages      uint64 // bits of names.languages; these three and the next two are made by offers
	considerations uint64
	accessibility  uint64
	free           int32 // -1 unknown
	minAge, maxAge int16 // -1 not stated
	dkk, monthly   float64
	areas          []uint32 // numbers of names.areas
	points         []Point
	assured        int32 // days since 1970, 0 never
	until          int32 // last day it is met, days since 1970, 0 not stated
	rest           rest
}

// shortCity takes the district letters of larger cities off: "Viby J" → "Viby".
func shortCity(city string) string {
	i := strings.LastIndexByte(city, ' ')
	if i > 0 && districts[city[i+1:]] {
		return city[:i]
	}
	return city
}

var districts = map[string]bool{"C": true, "N": true, "S": true, "V": true, "Ø": true, "K": true, "J": true,
	"SØ": true, "NØ": true, "SV": true, "NV": true, "M": true}

// factsOf packs the facts of a record.
func factsOf(c *directory.Community, r *reading) facts {
	f := facts{free: -1, minAge: -1, maxAge: -1, kind: c.Kind, status: c.Status}
	f.schedule(c)
	f.price(c.Price)
	f.audience(c.Audience)
	f.places(c.Places, r)
	for _, l := range c.Languages {
		r.label(labelLanguage, l, -1)
	}
	for _, x := range c.Considerations {
		r.label(labelConsideration, x, -1)
	}
	if a := c.Accompaniment; a != nil && a.Offered != nil {
		f.accompaniment = factOf(*a.Offered)
	}
	if c.OpenAcrossHousingAreas != nil {
		f.across = factOf(*c.OpenAcrossHousingAreas)
	}
	if c.Capacity != nil && c.Capacity.Free != nil {
		f.free = int32(max(0, min(*c.Capacity.Free, math.MaxInt32)))
	}
	if !c.AssuredAt.IsZero() {
		f.assured = int32(c.AssuredAt.Unix() / 86400)
	}
	if c.Practice != nil {
		f.until = dayNumber(c.Practice.To)
	}
	if c.Welcome != nil {
		f.rest = restOf(c.Welcome.Pause)
	}
	f.fromProse(c, r)
	return f
}

func factOf(b bool) Fact {
	if b {
		return Met
	}
	return NotMet
}

// dayNumber counts days since 1970; 0 is no day.
func dayNumber(d directory.Day) int32 {
	if d == "" {
		return 0
	}
	t, err := time.Parse("2006-01-02", string(d))
	if err != nil {
		return 0
	}
	return int32(t.Unix() / 86400)
}

// partOf says which part of the day a clock time ("15:04") lies in, 0 where it is none.
func partOf(clock string) uint8 {
	h, _, _ := strings.Cut(clock, ":")
	n, err := strconv.Atoi(strings.TrimSpace(h))
	switch {
	case err != nil || n < 0 || n > 24:
		return 0
	case n < 9:
		return partMorning
	case n < 12:
		return partForenoon
	case n < 17:
		return partAfternoon
	}
	return partEvening
}

var ruleDays = map[string]int{"MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6, "SU": 7}

// schedule reads weekday and part of the day of each slot. A recurrence rule is
// read for its BYDAY alone, which is what wishes are about.
func (f *facts) schedule(c *directory.Community) {
	for _, s := range c.Schedule {
		var days []int
		if s.Weekday >= 1 && s.Weekday <= 7 {
			days = append(days, s.Weekday)
		} else if s.RRule != "" {
			days = byDay(s.RRule)
		}
		part := partOf(s.From)
		for _, d := range days {
			f.know |= knowDay
			if part != 0 {
				f.know |= knowPart
				f.slots[d] |= part
			} else {
				f.slots[d] |= partUnknown
			}
		}
	}
}

// partUnknown marks a day on which it meets at a time that is not stated.
const partUnknown = 1 << 7

func byDay(rule string) []int {
	daily := false
	for part := range strings.SplitSeq(strings.TrimPrefix(strings.ToUpper(rule), "RRULE:"), ";") {
		part = strings.TrimSpace(part)
		daily = daily || part == "FREQ=DAILY"
		list, ok := strings.CutPrefix(part, "BYDAY=")
		if !ok {
			continue
		}
		var days []int
		for d := range strings.SplitSeq(list, ",") {
			d = strings.TrimSpace(d)
			if len(d) >= 2 && ruleDays[d[len(d)-2:]] > 0 {
				days = append(days, ruleDays[d[len(d)-2:]])
			}
		}
		return days
	}
	if daily {
		return []int{1, 2, 3, 4, 5, 6, 7}
	}
	return nil
}

func (f *facts) price(p *directory.Price) {
	if p == nil || math.IsNaN(p.DKK) || p.DKK < 0 || (p.Kind != directory.PriceFree && p.DKK == 0) {
		return
	}
	f.know |= knowPrice
	f.setPrice(p.Kind, p.DKK)
}

// setPrice also works out what it costs in a month, for "cheap".
func (f *facts) setPrice(k directory.PriceKind, dkk float64) {
	f.priceKind, f.dkk = k, dkk
	switch k {
	case directory.PricePerTime:
		f.monthly = dkk * 4
	case directory.PriceSeason:
		f.monthly = dkk / 5
	case directory.PriceYear:
		f.monthly = dkk / 12
	case directory.PriceFree:
		f.monthly, f.dkk = 0, 0
	default:
		f.monthly = dkk
	}
}

func (f *facts) audience(a *directory.Audience) {
	if a == nil {
		return
	}
	if a.MinAge != nil && *a.MinAge >= 0 {
		f.minAge = int16(min(*a.MinAge, math.MaxInt16))
	}
	if a.MaxAge != nil && *a.MaxAge >= 0 {
		f.maxAge = int16(min(*a.MaxAge, math.MaxInt16))
	}
	switch a.Gender {
	case directory.GenderWomen:
		f.gender = bitWomen
	case directory.GenderMen:
		f.gender = bitMen
	}
	f.groups |= f.gender
	for _, g := range a.Groups {
		f.groups |= groupBits[g]
	}
}

func (f *facts) places(ps []directory.Place, r *reading) {
	for i := range ps {
		p := &ps[i]
		at := -1
		if n := len(r.e.points); !p.Confidential && p.Lat != nil && p.Lon != nil && onEarth(*p.Lat, *p.Lon) && n < math.MaxInt8 {
			at = n
			r.e.points = append(r.e.points, Point{*p.Lat, *p.Lon})
		}
		r.area(labelCity, shortCity(p.City), at)
		r.area(labelMunicipality, p.Municipality, -1)
		if !p.Confidential {
			r.area(labelHousing, p.HousingArea, at)
			r.area(labelPostcode, p.Postcode, at)
		}
		for _, a := range p.Accessibility {
			r.label(labelAccessibility, a, -1)
			switch a {
			case "wheelchair":
				f.wheelchair = Met
			case "no_wheelchair":
				if f.wheelchair == NotStated {
					f.wheelchair = NotMet
				}
			}
		}
	}
}

// area notes the name of a place, where there is one.
func (r *reading) area(k labelKind, name string, point int) {
	if name = strings.TrimSpace(name); name != "" {
		r.label(k, name, point)
	}
}

func onEarth(lat, lon float64) bool {
	return lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180 && (lat != 0 || lon != 0)
}

// km is the distance between two points, near enough within a country.
func km(a, b Point) float64 {
	dx := (b.Lon - a.Lon) * math.Cos((a.Lat+b.Lat)/2*math.Pi/180)
	dy := b.Lat - a.Lat
	return math.Sqrt(dx*dx+dy*dy) * 111.2
}

// distance is the way to the nearest place in km, -1 where it is not known.
func (f *facts) distance(from *Point) float64 {
	if from == nil {
		return -1
	}
	best := -1.0
	for _, p := range f.points {
		if d := km(*from, p); best < 0 || d < best {
			best = d
		}
	}
	return best
}
