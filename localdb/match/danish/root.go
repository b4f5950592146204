package danish

import "strings"

// root finds what a base form shares with its relatives: the verb behind a
// verbal noun or a doer, without its final e and without a doubled consonant.
// Only verbs of the word list count, so that garden (have) and sea (hav) stay apart.
func (r *Reader) root(base string) string {
	if b, ok := r.l.related[base]; ok {
		return b
	}
	if v, ok := r.verbBehind(base); ok {
		root := single(strings.TrimSuffix(v, "e"))
		if b, ok := r.l.related[v]; ok {
			return b
		}
		if b, ok := r.l.related[root]; ok {
			return b
		}
		return root
	}
	return base
}

// endings that make a noun of a verb, each with what has to be put back.
var nounEndings = []struct{ end, back string }{
	{"ing", "e"}, {"ning", "e"}, {"ning", ""}, {"ing", ""}, {"eri", "e"}, {"eri", "ere"},
	{"else", "e"}, {"ist", "e"}, {"ende", "e"}, {"er", "e"}, {"er", ""}, {"r", ""},
}

func (r *Reader) verbBehind(base string) (string, bool) {
	if len(base) < 4 {
		return "", false
	}
	if r.isVerb(base) {
		return base, true
	}
	for _, e := range nounEndings {
		s := strings.TrimSuffix(base, e.end)
		if s == base || len(s) < 2 {
			continue
		}
		if r.isVerb(s + e.back) {
			return s + e.back, true
		}
		if n := len(s); e.back == "e" && n > 2 && !vowel(s[n-1]) { // svøm|ning → svømme
			if v := s + s[n-1:] + "e"; r.isVerb(v) {
				return v, true
			}
		}
	}
	return "", false
}

// single takes the second of two equal consonants off the end.
func single(s string) string {
	if n := len(s); n > 3 && s[n-1] == s[n-2] && !vowel(s[n-1]) {
		return s[:n-1]
	}
	return s
}

func vowel(c byte) bool { return strings.IndexByte("aeiouy", c) >= 0 }
