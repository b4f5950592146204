package wish

// isNot are the words that turn what follows.
var isNot = map[string]bool{"ikke": true, "ingen": true, "uden": true, "aldrig": true, "ikk": true}

// denied says whether a wish is said not to be one: "uden mænd", "ikke noget
// for børn". Times are turned instead.
func (r *Reader) denied(ru *rule, ts []token, i int) bool {
	if len(ru.wishes) == 0 || ru.timed() {
		return false
	}
	if len(ru.words) > 1 && ru.wishes[0].Kind != Group {
		return false // other phrases hold their own "not"
	}
	if w := ru.wishes[0]; i > 0 && len(ru.words) == 1 && w.Kind == Group && (w.Value == "men" || w.Value == "women") && whose[ts[i-1].fold] {
		return true // "min mand" is somebody, not a wish for men
	}
	for k := i - 1; k >= 0 && k >= i-3 && !ts[k].used; k-- {
		if isNot[ts[k].fold] {
			return true
		}
		if !between[ts[k].fold] {
			return false
		}
	}
	return false
}

var whose = map[string]bool{"min": true, "sin": true, "din": true, "hendes": true, "deres": true, "vores": true, "hans": true, "mit": true, "mine": true, "sine": true, "dine": true, "my": true, "his": true, "our": true, "your": true}

var between = map[string]bool{"for": true, "noget": true, "kun": true, "bare": true, "med": true}

// timed says whether a rule is about days and times alone.
func (ru *rule) timed() bool {
	for i := range ru.wishes {
		if k := ru.wishes[i].Kind; k != Time && k != Weekday {
			return false
		}
	}
	return len(ru.wishes) > 0
}

// notAt says whether a "not" stands before the time at i: "ikke om aftenen",
// "kan ikke komme i weekenden".
func (r *Reader) notAt(ts []token, i int) bool {
	for k := i - 1; k >= 0 && k >= i-3; k-- {
		t := &ts[k]
		if t.used || t.lifted {
			return false
		}
		if t.fold == "ikke" || t.fold == "ikk" || t.fold == "aldrig" || t.fold == "undtagen" {
			return true
		}
		if !t.stop && !r.Danish.Language().Faint(t.fold) {
			return false
		}
	}
	return false
}

// otherwise are the times that are left when one is not wanted. A day that is
// not wanted leaves six, which is no wish.
var otherwise = map[string][]string{
	"evening": {"daytime"}, "weekend": {"weekday"}, "weekday": {"weekend"}, "daytime": {"evening"},
	"forenoon": {"afternoon", "evening"}, "afternoon": {"forenoon", "evening"},
}

// turn reads a time that is not wanted as a wish for the others.
func (r *Reader) turn(ru *rule, ts []token, from, to int, out *Reading) {
	for _, w := range ru.wishes {
		for _, v := range otherwise[w.Value] {
			if w.Kind == Time {
				r.wish(out, Wish{Kind: Time, Value: v, Text: "ikke " + join(ts[from:to])})
			}
		}
	}
	for k := from; k < to; k++ {
		ts[k].used = true
	}
}
