package wish

import "strconv"

// clock reads hours: "kl. 10", "efter kl. 17", "før 12", "kl. 7 om aftenen".
func (r *Reader) clock(ts []token, out *Reading) {
	late := false
	for i := range ts {
		late = late || ts[i].root == "aften" || ts[i].fold == "aftenen" || ts[i].fold == "eftermiddagen" || ts[i].fold == "eftermiddag"
	}
	for i := 1; i < len(ts); i++ {
		from := i - 1
		said := clockWord[ts[from].fold]
		if said && from > 0 && clockSide[ts[from-1].fold] != 0 {
			from--
		}
		side := clockSide[ts[from].fold]
		hour, ok := hourOf(ts[i].fold, said)
		to := i + 1
		if ts[i].used || !ok || (!said && side == 0) {
			continue
		}
		if to < len(ts) {
			if m, err := strconv.Atoi(ts[to].fold); err == nil && m < 60 && len(ts[to].fold) == 2 {
				to++
			} else if !said && (unitAfter[ts[to].fold] || ageAfter[ts[to].fold]) {
				continue // "efter 2 uger"
			}
		}
		if !said && hour < 7 {
			continue
		}
		if hour < 12 && (hour < 6 || late) && ts[from].fold != "morgen" {
			hour += 12
		}
		kept := false
		for _, v := range partsOfDay(hour, side) {
			if r.wish(out, Wish{Kind: Time, Value: v, Text: join(ts[from:to])}) {
				kept = true
			}
		}
		if kept {
			for k := from; k < to; k++ {
				ts[k].used = true
			}
		}
	}
}

var clockWord = map[string]bool{"kl": true, "klokken": true, "klokka": true}

// clockSide: after (1) or before (-1) an hour.
var clockSide = map[string]int{"efter": 1, "tidligst": 1, "foer": -1, "inden": -1, "senest": -1, "til": 0}

var hourWords = map[string]int{
	"et": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5, "seks": 6, "syv": 7, "otte": 8, "ni": 9, "ti": 10, "elleve": 11, "tolv": 12,
}

func hourOf(w string, said bool) (int, bool) {
	if n, ok := hourWords[w]; ok && said {
		return n, true
	}
	n, err := strconv.Atoi(w)
	return n, err == nil && n >= 1 && n <= 23 && len(w) <= 2
}

// partsOfDay gives the parts of the day at, after or before an hour; any of them will do.
func partsOfDay(hour, side int) []string {
	switch {
	case side > 0 && hour >= 16:
		return []string{"evening"}
	case side > 0 && hour >= 12:
		return []string{"afternoon", "evening"}
	case side > 0:
		return []string{"forenoon", "afternoon"}
	case side < 0 && hour <= 9:
		return []string{"morning"}
	case side < 0 && hour <= 12:
		return []string{"forenoon"}
	case side < 0:
		return []string{"daytime"}
	case hour < 9:
		return []string{"morning"}
	case hour < 12:
		return []string{"forenoon"}
	case hour < 17:
		return []string{"afternoon"}
	}
	return []string{"evening"}
}

// cheapKroner is how much somebody who names a sum may have named for it to be
// a wish for something cheap.
const cheapKroner = 150

// kroner reads a sum as a wish about the price: "højst 50 kr".
func (r *Reader) kroner(ts []token, out *Reading) {
	for i := 0; i+1 < len(ts); i++ {
		n, err := strconv.Atoi(ts[i].fold)
		if err != nil || ts[i].used || !kroneWord[ts[i+1].fold] {
			continue
		}
		from := i
		for from > 0 && sumBefore[ts[from-1].fold] && !ts[from-1].used {
			from--
		}
		value := "cheap"
		if n == 0 {
			value = "free"
		}
		if n <= cheapKroner && !r.wish(out, Wish{Kind: Price, Value: value, Text: join(ts[from : i+2])}) {
			continue // dropped: plain words again
		}
		for k := from; k < i+2; k++ {
			ts[k].used = true
		}
	}
}

var kroneWord = map[string]bool{"kr": true, "kroner": true, "krone": true, "dkk": true}

var sumBefore = map[string]bool{
	"hoejst": true, "maks": true, "max": true, "maksimum": true, "under": true, "omkring": true, "ca": true, "op": true, "til": true, "kun": true, "hoejest": true,
}
