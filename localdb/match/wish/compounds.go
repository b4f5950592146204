package wish

// compounds reads the group inside a compound: kvindefodbold, seniordans.
func (r *Reader) compounds(ts []token, out *Reading) {
	for i := range ts {
		t := &ts[i]
		if t.used || len(t.fold) < 7 {
			continue
		}
		parts := r.Danish.Split(t.fold, nil)
		if len(parts) < 2 {
			continue
		}
		r.said(t, parts, out)
		if g, ok := groupPart[parts[0]]; ok && !without[parts[len(parts)-1]] {
			r.wish(out, Wish{Kind: Group, Value: g, Soft: g == "families" || r.Danish.Language().Family(r.Danish.Base(parts[len(parts)-1])), Text: t.low})
		}
	}
}

// said applies what is known of a part of a compound whose other parts add
// nothing to it: "rygproblemer" is about the back, "skakglad" about chess.
func (r *Reader) said(t *token, parts []string, out *Reading) {
	if t.lifted || t.inside || t.stop {
		return
	}
	l := r.Danish.Language()
	told := -1
	for i, p := range parts {
		if base := r.Danish.Base(p); l.Head(base) || l.Lean(base) {
			continue
		}
		if told >= 0 {
			return
		}
		told = i
	}
	if told < 0 || len(parts[told]) < shortRoot {
		return
	}
	base := r.Danish.Base(parts[told])
	for _, ru := range r.Rules.first(r.Danish.Root(base)) {
		if len(ru.words) > 1 || len(ru.alts) == 0 || ru.form != "" || ru.base != base {
			continue
		}
		for _, a := range ru.alts {
			t.alts = merge(t.alts, []Alt{{a.Fold, a.Weight * weightPart}})
		}
		t.lifted = true
	}
}

// without are last parts that say that something is not there: "barnløs".
var without = map[string]bool{"loes": true, "loese": true, "loest": true, "fri": true, "frit": true}

var groupPart = map[string]string{
	"kvinde": "women", "kvinder": "women", "dame": "women", "pige": "women", "piger": "women",
	"mand": "men", "mande": "men", "herre": "men",
	"boern": "children", "boerne": "children", "barn": "children", "junior": "children",
	"ungdom": "youth", "ung": "youth", "unge": "youth", "teenage": "youth",
	"senior": "seniors", "pensionist": "seniors", "aeldre": "seniors",
	"familie": "families",
}
