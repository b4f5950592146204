package wish

import (
	"slices"
	"strings"
)

// frames takes away what only tells of whom and by whom something is said: "min
// nabo", "en dame", "lægen siger", "kommer fra Odder". What a phrase has
// understood stays.
func (r *Reader) frames(ts []token, out *Reading) {
	for i := range ts {
		t := &ts[i]
		if t.lifted || t.inside || t.stop || (t.used && !t.weak) {
			continue
		}
		switch {
		case r.somebody(ts, i), r.tells(ts, i), r.from(ts, i):
			t.used, t.weak = true, false
		}
	}
}

// somebody says whether the word at i is a person of whom is spoken: after "min"
// anybody, after "en" those who come to a desk.
func (r *Reader) somebody(ts []token, i int) bool {
	l := r.Danish.Language()
	base := r.Danish.Base(ts[i].fold)
	kin, visitor := l.Person(base)
	if kin && l.Family(base) && len(ts) > 4 && definite(ts[i].fold, base) {
		return true // "konen arbejder"
	}
	if visitor && (ts[i].fold != base || len(ts) > 4) && definite(ts[i].fold, base) {
		return true // "borgeren"
	}
	for k := i - 1; k >= 0 && k >= i-2; k-- {
		if whose[ts[k].fold] {
			return kin
		}
		if articles[ts[k].fold] {
			return visitor || l.Family(base)
		}
		if counts[ts[k].fold] {
			return kin && ts[i].fold != base || visitor
		}
		if !l.Faint(ts[k].fold) && !strings.HasSuffix(ts[k].fold, "e") { // "min demente far"
			return false
		}
	}
	return i+2 < len(ts) && l.Family(base) && ts[i+1].fold == "paa" && isNumber(ts[i+2].fold) // "datter på 13"
}

// definite says whether a form is "the one": borger, borgeren.
func definite(fold, base string) bool {
	return len(fold) > len(base) && fold[len(fold)-1] == 'n'
}

var articles = map[string]bool{"en": true, "et": true, "den": true, "denne": true, "a": true, "an": true}

// tells says whether the word at i is who says, thinks or demands something.
func (r *Reader) tells(ts []token, i int) bool {
	for k := i + 1; k < len(ts) && k <= i+3; k++ {
		if tellers[ts[k].fold] {
			return !modals[ts[k-1].fold] // "bilen skal synes"
		}
		if !ts[k].stop {
			return false
		}
	}
	return false
}

// counts are numbers of people: "to veninder", "en fjerde mand".
var counts = map[string]bool{
	"to": true, "tre": true, "fire": true, "fem": true, "seks": true, "syv": true, "otte": true, "ni": true, "ti": true, "tolv": true, "flere": true, "nogle": true,
	"tredje": true, "fjerde": true, "femte": true, "2": true, "3": true, "4": true, "5": true, "6": true, "two": true, "three": true,
}

var tellers = map[string]bool{
	"siger": true, "sagde": true, "sagt": true, "mener": true, "synes": true, "tror": true, "anbefaler": true, "anbefalede": true, "anbefalet": true,
	"foreslaar": true, "foreslog": true, "foreslaaet": true, "fortalte": true, "kraever": true, "naevnte": true, "says": true, "said": true,
}

var modals = map[string]bool{"skal": true, "vil": true, "kan": true, "maa": true, "skulle": true, "ville": true, "kunne": true}

// from says whether the word at i is a place that the directory does not name:
// "flyttet hertil fra Odder", "kommer fra Syrien".
func (r *Reader) from(ts []token, i int) bool {
	if i == 0 || (ts[i-1].fold != "fra" && ts[i-1].fold != "from") || r.Danish.Known(ts[i].fold) || (ts[i].open && len(ts[i].fold) < minShort) {
		return false
	}
	return slices.ContainsFunc(ts[max(0, i-5):i-1], func(t token) bool { return moved[t.fold] })
}

var moved = map[string]bool{
	"flyttet": true, "flyttede": true, "flytter": true, "kommer": true, "kom": true, "kommet": true, "oprindeligt": true, "er": true, "moved": true, "come": true, "came": true, "am": true, "rejst": true, "flygtet": true,
}

// joined says how the topics stand together, by the words between them.
func joined(ts []token, terms []Term) Joint {
	var at []int
	for i := range terms {
		if t := &terms[i]; t.Weight >= 1 && !t.Read && t.Back == 0 {
			at = append(at, t.at)
		}
	}
	if len(at) < 2 {
		return Together
	}
	slices.Sort(at)
	j := Together
	for i := at[0] + 1; i < at[len(at)-1]; i++ {
		switch ts[i].fold {
		case "eller", "or":
			return Or
		case "og", "samt", "baade", "and":
			j = And
		}
	}
	return j
}
