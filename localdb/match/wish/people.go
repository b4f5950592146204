package wish

import (
	"strconv"
	"strings"
)

// oldest is the highest age that is believed.
const oldest = 110

// people reads how old the person is whom it is about: "min mor på 78",
// "jeg er 67", "60+", "over 60", "18 år".
func (r *Reader) people(ts []token, out *Reading) {
	for i := range ts {
		t := &ts[i]
		if t.used {
			continue
		}
		if r.decade(ts, i, out) {
			continue
		}
		digits, joined := strings.CutSuffix(t.fold, "aar")
		if !joined {
			digits, joined = strings.CutSuffix(strings.TrimSuffix(t.fold, "e"), "aarig")
		}
		age, err := strconv.Atoi(digits)
		if err == nil && i+1 < len(ts) && ageAfter[ts[i+1].fold] && isSpan(ts, i) {
			t.used, ts[i+1].used = true, true // how long something took says nothing of what is wished
			continue
		}
		if err != nil || age < 1 || age > oldest || !r.isAge(ts, i, joined) {
			continue
		}
		if r.withChild(ts, i) {
			t.used = true
			continue
		}
		if n := r.several(ts, i); n > 0 {
			for k := i; k < i+n; k++ {
				ts[k].used = true
			}
			continue
		}
		from, to := i, i+1
		if i > 0 && ageBefore[ts[i-1].fold] {
			from--
		}
		if to < len(ts) && ageAfter[ts[to].fold] {
			to++
		}
		if !r.wish(out, Wish{Kind: Age, Number: float64(age), Text: join(ts[from:to])}) {
			continue
		}
		t.used, t.age = true, true
		if to > i+1 {
			ts[i+1].used, ts[i+1].age = true, true
		}
	}
}

// withChild says whether the number at i is the age of a child that somebody has
// with them ("enlig far med en pige på 3"): whom it is for may be either.
func (r *Reader) withChild(ts []token, i int) bool {
	if i < 3 || ts[i-1].fold != "paa" {
		return false
	}
	if person, _ := r.Danish.Language().Person(r.Danish.Base(ts[i-2].fold)); !person && r.Danish.Base(ts[i-2].fold) != "barn" {
		return false
	}
	for k := i - 3; k >= 0 && k >= i-5; k-- {
		if ts[k].fold == "med" {
			return true
		}
		if whose[ts[k].fold] {
			return k > 0 && ts[k-1].fold == "med"
		}
	}
	return false
}

// several says how many words hold the ages of several ("to drenge på 4 og 7"):
// they tell of a home, and are no wish; 0 where there is one age.
func (r *Reader) several(ts []token, i int) int {
	end := i + 1
	for end < len(ts) && (isNumber(ts[end].fold) || (ts[end].fold == "og" && end+1 < len(ts) && isNumber(ts[end+1].fold))) {
		end++
	}
	if end == i+1 {
		return 0
	}
	return end - i
}

func isNumber(w string) bool {
	_, err := strconv.Atoi(w)
	return err == nil
}

var ageBefore = map[string]bool{
	"paa": true, "er": true, "over": true, "fyldt": true, "fylder": true, "omkring": true, "naesten": true,
	"plus": true, "alder": true, "under": true,
}

var ageAfter = map[string]bool{"aar": true, "aarig": true, "aars": true, "aarige": true, "plus": true}

// isAge says whether the number at i is an age: said to be one, or standing
// last after somebody. Numbers such as "3 km" or "kl. 10" are none.
func (r *Reader) isAge(ts []token, i int, joined bool) bool {
	if isSpan(ts, i) {
		return false
	}
	if joined {
		return true
	}
	if i+1 < len(ts) && (ageAfter[ts[i+1].fold]) {
		return true
	}
	if i+1 < len(ts) && unitAfter[ts[i+1].fold] {
		return false
	}
	return i > 0 && ageBefore[ts[i-1].fold]
}

// isSpan says whether a number of years is how long something took: "har boet
// her i 5 år", "for 10 år siden"; but "i 60 års alderen" is an age.
func isSpan(ts []token, i int) bool {
	if i+1 < len(ts) && strings.HasPrefix(ts[i+1].fold, "aarig") {
		return false // "for 12-årige"
	}
	for k := i + 1; k < min(i+3, len(ts)); k++ {
		switch ts[k].fold {
		case "alderen":
			return false
		case "siden":
			return true
		}
	}
	return i > 0 && spanBefore[ts[i-1].fold]
}

var spanBefore = map[string]bool{"i": true, "for": true, "om": true, "efter": true, "sidste": true, "hvert": true, "gennem": true, "de": true, "hver": true}

// decades of life by name; the age in the middle is taken.
var decades = map[string]float64{
	"tyverne": 25, "trediverne": 35, "tredverne": 35, "fyrrerne": 45, "halvtredserne": 55, "halvtresserne": 55,
	"tresserne": 65, "halvfjerdserne": 75, "halvfjerserne": 75, "firserne": 85, "halvfemserne": 95,
}

// decade reads "i tresserne" and "i 60'erne" as an age that is a bonus alone:
// it may be about a time long ago.
func (r *Reader) decade(ts []token, i int, out *Reading) bool {
	if i == 0 || !decadeBefore[ts[i-1].fold] {
		return false
	}
	age, to := decades[ts[i].fold], i+1
	if age == 0 {
		digits, joined := strings.CutSuffix(ts[i].fold, "erne")
		n, err := strconv.Atoi(digits)
		if err != nil || n%10 != 0 || n < 20 || n > 90 {
			return false
		}
		if !joined {
			if to == len(ts) || ts[to].fold != "erne" {
				return false
			}
			to++
		}
		age = float64(n + 5)
	}
	if !r.wish(out, Wish{Kind: Age, Number: age, Soft: true, Text: join(ts[i-1 : to])}) {
		return false
	}
	for k := i; k < to; k++ {
		ts[k].used = true
	}
	return true
}

var decadeBefore = map[string]bool{"i": true, "midt": true, "af": true, "sidst": true, "starten": true}

var unitAfter = map[string]bool{
	"km": true, "kilometer": true, "kr": true, "kroner": true, "personer": true, "mennesker": true, "gange": true,
	"minutter": true, "min": true, "timer": true, "dage": true, "uger": true, "maaneder": true, "meter": true, "deltagere": true,
}
