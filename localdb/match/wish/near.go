package wish

import "slices"

// What is told of a relative ("min søn har angst") is also about those around
// them: what is there for carers is looked for as well, with less weight than
// what is there for the one who is ill.
var carerWords = []Alt{{"paaroerende", 0.75}, {"aflastning", 0.5}}

// companyWords are what is looked for where somebody tells of themselves and
// nothing of it was understood.
var companyWords = []Alt{{"samvaer", 0.9}, {"moedested", 0.9}, {"vaerested", 0.8}, {"kaffe", 0.7}, {"faellesspisning", 0.5}, {"klub", 0.3}}

// Company looks for company, as a guess.
func (r *Reading) Company() {
	r.Guessed = true
	r.Terms = append(r.Terms, Term{Word: "samvær", Weight: 1, Alts: companyWords, Back: 2})
}

// youngWords are looked for as well where somebody young has it hard.
var (
	youngWords = []Alt{{"ungdomsraadgivning", 0.9}, {"anonym", 0.9}, {"headspace", 0.9}, {"raadgivning", 0.7}, {"unge", 0.4}}
	hardWords  = map[string]bool{"depression": true, "psykisk": true, "angst": true, "selvhjaelp": true, "ensomhed": true}
)

// youngest that come to advice of their own, and those who are grown up.
const (
	adviceFrom = 12
	adviceTo   = 25
)

// advice adds what is there for the young who have it hard, once.
func advice(out *Reading) {
	if !slices.ContainsFunc(out.Wishes, func(w Wish) bool { return w.Kind == Age && w.Number >= adviceFrom && w.Number < adviceTo }) {
		return
	}
	for i := range out.Terms {
		t := &out.Terms[i]
		if t.Weight >= 1 && slices.ContainsFunc(t.Alts, func(a Alt) bool { return hardWords[a.Fold] && a.Weight >= 0.7 }) {
			out.Terms = append(out.Terms, Term{Word: "rådgivning", Weight: 1, Alts: youngWords, at: t.at})
			out.Joined = max(out.Joined, And)
			return
		}
	}
}

func carers(ru *rule, at int) Term {
	return Term{Word: "pårørende", Weight: backWeight[ru.back], Alts: carerWords, Back: ru.back, at: at}
}

// relative says whether what stands at i is told of a relative: "min kone har …".
func (r *Reader) relative(ts []token, i int) bool {
	l := r.Danish.Language()
	for k := i - 1; k > 0 && k >= i-6; k-- {
		if kin, visitor := l.Person(r.Danish.Base(ts[k].fold)); kin && !visitor && whose[ts[k-1].fold] {
			return true
		}
		if ts[k].fold == "jeg" {
			return false
		}
	}
	return false
}

// around adds what is there for those around somebody ill, once.
func (r *Reader) around(out *Reading) {
	if len(out.near) == 0 {
		return
	}
	t := out.near[0]
	for _, o := range out.near[1:] {
		if o.Back < t.Back {
			t = o
		}
	}
	for i := range out.Terms {
		for _, a := range out.Terms[i].Alts {
			if a.Fold == t.Alts[0].Fold {
				return // said already
			}
		}
	}
	out.Terms = append(out.Terms, t)
}
