package record

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Feed is what one device may receive of one family: all of it ("dir"), or what
// carries one token ("dir/ringsted", "case/o-ringsted-bibliotek").
type Feed string

// Nowhere is the token of a record that names no municipality: every feed of a
// narrowed device has it as well.
const Nowhere = "-"

// FeedOf gives the feed of a family and a token; "" is the whole family.
func FeedOf(f Family, token string) Feed {
	if token == "" {
		return Feed(f)
	}
	return Feed(string(f) + "/" + token)
}

// Split gives family and token.
func (f Feed) Split() (Family, string) {
	family, token, _ := strings.Cut(string(f), "/")
	return Family(family), token
}

// Has says whether the feed carries a live record of this kind with these tokens.
func (f Feed) Has(k Kind, in []string) bool {
	family, token := f.Split()
	return family != "" && k.Family() == family && family != Admin && (token == "" || slices.Contains(in, token))
}

// Carries says whether one of the feeds carries it.
func Carries(feeds []Feed, k Kind, in []string) bool {
	return slices.ContainsFunc(feeds, func(f Feed) bool { return f.Has(k, in) })
}

// Given is a record as a hub gives it in this feed: in one of an organisation's own
// cases it names no token but that organisation's, since a code that somebody brings
// must not tell whose vejvisning it is. Elsewhere it is as it stands.
func (f Feed) Given(r Record) Record {
	if f.Own() && len(r.In) > 0 {
		_, token := f.Split()
		r.In = []string{token}
	}
	return r
}

// Own says that the feed is of one organisation's own cases.
func (f Feed) Own() bool {
	family, token := f.Split()
	return family == Cases && strings.HasPrefix(token, "o-")
}

// Area is the token of a municipality: "Høje-Taastrup" is "høje-taastrup".
// Organisation is the one of an organisation: "o-" and its name the same way.
// Both are the same on every machine.
func Area(municipality string) string { return slug(municipality) }

// Organisation gives the token of an organisation's own records.
func Organisation(name string) string {
	if s := slug(name); s != Nowhere {
		return "o-" + s
	}
	return Nowhere
}

func slug(s string) string {
	var b strings.Builder
	dash := false
	for _, r := range strings.ToLower(norm.NFC.String(s)) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			dash = b.Len() > 0
			continue
		}
		if dash {
			b.WriteByte('-')
		}
		b.WriteRune(r)
		dash = false
	}
	if b.Len() == 0 {
		return Nowhere
	}
	return b.String()
}

// Tokens sorts tokens and leaves out doubles; none at all is Nowhere.
func Tokens(tokens ...string) []string {
	out := slices.DeleteFunc(slices.Clone(tokens), func(t string) bool { return t == "" || t == Nowhere })
	if len(out) == 0 {
		return []string{Nowhere}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
