package match

import (
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Gap is what was wished and not found: an anonymous need (DESIGN §4,
// SearchGap). It holds keys from fixed lists and the name of an area as the
// directory spells it; never a word that was typed.
type Gap struct {
	Wishes []string // keys such as "weekday:2", sorted; "topic" stands for any topic
	Area   string   // "" is none
}

// gapTopic stands for a topic, which is not told.
const gapTopic = string(WishTopic)

// Gaps gives the needs that a result left open: none where there was a good
// match, or where nothing but an errand was asked for, else one for each area that was wished.
func Gaps(r Result, q Query) []Gap {
	if !r.Weak || r.Errand {
		return nil
	}
	var keys, areas []string
	add := func(k string) {
		if IsGapWish(k) && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	if r.Topic {
		add(gapTopic)
	}
	for _, w := range slices.Concat(r.Wishes, q.Filters) {
		switch w.Kind {
		case WishArea:
			if !slices.Contains(areas, w.Value) {
				areas = append(areas, w.Value)
			}
		case WishAge:
			add(gapAge(w.Number))
		case WishTopic:
			add(gapTopic)
		case WishDistance:
		default:
			add(strings.TrimSuffix(w.Key(), ":"))
		}
	}
	if len(keys) == 0 {
		return nil
	}
	slices.Sort(keys)
	if len(areas) == 0 {
		return []Gap{{Wishes: keys}}
	}
	var out []Gap
	for _, a := range areas {
		out = append(out, Gap{keys, a})
	}
	return out
}

// gapAge tells an age as a group: years are more than a need has to say.
func gapAge(years float64) string {
	switch {
	case !(years >= 0):
		return ""
	case years < 13:
		return "group:children"
	case years < 26:
		return "group:youth"
	case years < 60:
		return "group:adults"
	}
	return "group:seniors"
}

// IsGapWish says whether a key is from the fixed lists. Only such keys may be kept.
func IsGapWish(key string) bool {
	kind, value, _ := strings.Cut(key, ":")
	in := func(list ...string) bool { return slices.Contains(list, value) }
	switch WishKind(kind) {
	case WishTopic, WishAccompaniment, WishRoom, WishAcross:
		return key == kind
	case WishTime:
		return in("morning", "forenoon", "afternoon", "evening", "weekend", "weekday", "daytime")
	case WishWeekday:
		return in("1", "2", "3", "4", "5", "6", "7")
	case WishPrice:
		return in("free", "cheap")
	case WishGroup:
		return in("women", "men") || in(directory.Groups...)
	case WishAccessibility:
		return in(directory.Accessibilities...)
	case WishConsideration:
		return in(directory.Considerations...)
	case WishKindOf:
		for _, k := range directory.Kinds {
			if string(k) == value {
				return true
			}
		}
	case WishLanguage:
		return in(gapLanguages...)
	}
	return false
}

// gapLanguages are the languages that a need may name.
var gapLanguages = []string{"da", "en", "de", "pl", "uk", "ru", "ar", "tr", "fa", "so", "ti", "ur", "vi", "es", "fr", "ro", "bs", "ku", "sign"}
