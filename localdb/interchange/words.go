package interchange

import (
	"strings"
	"sync"
	"unicode"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// fold brings words that people spell differently together: case, punctuation
// and spaces, æ ø å in the three ways they are written.
func fold(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(s) {
		if r > 0x2ff && unicode.Is(unicode.Mn, r) {
			continue
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '+' {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		switch r {
		case 'æ', 'ä':
			b.WriteString("ae")
		case 'ø', 'ö':
			b.WriteString("oe")
		case 'å':
			b.WriteString("aa")
		case 'é', 'è':
			b.WriteByte('e')
		case 'ü':
			b.WriteByte('u')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// groups lists the codes of each group of words; the words stand in the
// catalogue as import.word_<group>_<code>.
var groups = map[string][]string{
	"kind":          {"association", "voluntary", "municipal", "housing", "informal", "practice_ground"},
	"status":        {"active", "paused", "closed"},
	"gender":        {"women", "men"},
	"group":         directory.Groups,
	"consideration": directory.Considerations,
	"accessibility": directory.Accessibilities,
	"language":      {"da", "en", "ar", "fa", "uk", "ru", "pl", "tr", "so", "de", "sv", "no", "es", "fr", "ro", "ur", "ti", "bs", "ku", "vi", "zh", "dsl"},
	"answer":        {"yes", "no"},
}

// spellings are further ways in which the codes are written in lists.
var spellings = map[string]map[string]string{
	"kind": {"forening": "association", "frivillig": "voluntary", "kommune": "municipal", "kommunal": "municipal", "boligforening": "housing", "bolig": "housing",
		"netvaerk": "informal", "oevebane": "practice_ground", "social oevebane": "practice_ground", "club": "association", "klub": "association"},
	"status": {"aktiv": "active", "ja": "active", "aaben": "active", "open": "active", "pause": "paused", "inaktiv": "paused", "inactive": "paused",
		"temporarily closed": "paused", "midlertidigt lukket": "paused", "lukket": "closed", "nedlagt": "closed", "ophoert": "closed", "defunct": "closed"},
	"gender": {"kvinde": "women", "kvinder": "women", "kun kvinder": "women", "damer": "women", "female": "women", "maend": "men", "mand": "men", "herrer": "men", "kun maend": "men", "male": "men"},
	"group": {"boern": "children", "unge": "youth", "voksne": "adults", "seniorer": "seniors", "aeldre": "seniors", "pensionister": "seniors", "familier": "families",
		"foraeldre": "parents", "boernefamilier": "families", "enlige foraeldre": "single_parents", "enlige forsoergere": "single_parents", "tilflyttere": "newcomers", "nye i byen": "newcomers",
		"ledige": "unemployed", "paaroerende": "carers", "efterladte": "bereaved", "sorgramte": "bereaved", "veteraner": "veterans", "beboere": "residents",
		"senior": "seniors", "family": "families", "parent": "parents", "veteran": "veterans", "teens": "youth", "young adults": "youth"},
	"consideration": {"begyndere": "beginners", "nybegyndere": "beginners", "smaa grupper": "small_groups", "smaa hold": "small_groups", "ro": "quiet", "stille": "quiet", "rolige rammer": "quiet", "angst": "anxiety",
		"autisme": "autism", "sorg": "grief", "demens": "dementia", "hoerelse": "hearing", "hoerehaemmede": "hearing", "syn": "sight", "synshandicap": "sight", "svagtseende": "sight", "bevaegelse": "limited_mobility", "gangbesvaer": "limited_mobility",
		"traethed": "fatigue", "nye paa dansk": "new_to_danish", "dansk som andetsprog": "new_to_danish"},
	"accessibility": {"koerestol": "wheelchair", "koerestolsvenligt": "wheelchair", "koerestolsvenlig": "wheelchair", "handicapvenligt": "wheelchair", "handicapvenlig": "wheelchair", "ikke koerestol": "no_wheelchair", "ikke koerestolsvenligt": "no_wheelchair",
		"handicaptoilet": "accessible_toilet", "teleslynge": "hearing_loop", "induction loop": "hearing_loop", "elevator": "lift", "trinfrit": "step_free", "niveaufri": "step_free", "parkering": "parking", "p plads": "parking", "bus": "near_bus", "taet paa bus": "near_bus", "ada compliant": "wheelchair"},
	"language": {"dansk": "da", "danish": "da", "engelsk": "en", "english": "en", "eng": "en", "arabisk": "ar", "arabic": "ar", "farsi": "fa", "persisk": "fa", "ukrainsk": "uk", "russisk": "ru", "polsk": "pl", "tyrkisk": "tr", "somali": "so", "somalisk": "so",
		"tysk": "de", "svensk": "sv", "norsk": "no", "spansk": "es", "fransk": "fr", "rumaensk": "ro", "urdu": "ur", "tigrinya": "ti", "bosnisk": "bs", "kurdisk": "ku", "vietnamesisk": "vi", "kinesisk": "zh", "tegnsprog": "dsl", "dan": "da", "tagalog": "tl"},
	"answer": {"ja": "yes", "j": "yes", "x": "yes", "yes": "yes", "y": "yes", "sand": "yes", "true": "yes", "1": "yes", "ok": "yes", "ja tak": "yes", "tilbydes": "yes", "muligt": "yes",
		"nej": "no", "n": "no", "no": "no", "falsk": "no", "false": "no", "0": "no", "ikke muligt": "no", "tilbydes ikke": "no"},
}

// vocabulary is every known spelling: group → folded word → code.
var vocabulary = sync.OnceValue(func() map[string]map[string]string {
	out := map[string]map[string]string{}
	for group, codes := range groups {
		m := map[string]string{}
		for word, code := range spellings[group] {
			m[word] = code
		}
		for _, code := range codes {
			m[fold(code)] = code
			for _, lang := range translations.Languages {
				m[fold(translations.For(lang).T("import.word_"+group+"_"+code))] = code
			}
		}
		out[group] = m
	}
	return out
})

// word gives the Danish word of a code in an export. A code without a word is
// written as it is.
func wordFor(group, code string) string {
	if key := "import.word_" + group + "_" + code; translations.For("da").Has(key) {
		return translations.For("da").T(key)
	}
	return code
}

func codeFor(group, word string) (string, bool) {
	c, ok := vocabulary()[group][fold(word)]
	return c, ok
}

func joinWords(group string, codes []string) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = c
		if group != "" {
			out[i] = wordFor(group, c)
		}
	}
	return strings.Join(out, "; ")
}

// splitWords parts a cell with several values, at ; or lines, else at commas,
// else at slashes, and gives the codes of the words it knows. The others stay
// as they were written: a record may hold them.
func splitWords(group, v string) []string {
	var out []string
	for _, p := range pieces(v) {
		if group != "" {
			if c, ok := codeFor(group, p); ok {
				p = c
			}
		}
		out = append(out, p)
	}
	return out
}

func pieces(v string) []string {
	sep := ";\n"
	switch {
	case strings.ContainsAny(v, ";\n"):
	case strings.Contains(v, ","):
		sep = ","
	case strings.Contains(v, "/"):
		sep = "/"
	case strings.Contains(v, "|"):
		sep = "|"
	}
	var out []string
	for _, p := range strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(sep, r) }) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// knownWords gives the codes where every piece of a cell is a known word.
func knownWords(group, v string) ([]string, bool) {
	var out []string
	for _, p := range pieces(v) {
		c, ok := codeFor(group, p)
		if !ok {
			return nil, false
		}
		out = append(out, c)
	}
	return out, len(out) > 0
}

func readYes(v string) (yes, ok bool) {
	c, ok := codeFor("answer", v)
	return c == "yes", ok
}

func writeYes(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return wordFor("answer", "yes")
	default:
		return wordFor("answer", "no")
	}
}
