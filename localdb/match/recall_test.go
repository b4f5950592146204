package match

import (
	"testing"
)

// TestRememberedWordsAreWhatTheListsSay: a start that remembers must understand
// what a start that looks everything up understands.
func TestRememberedWordsAreWhatTheListsSay(t *testing.T) {
	lang, _ := lexicon()
	b := KnownWords()
	d := decoder{b: b[8:], trusted: true}
	r := recall{words: d.dict(), bases: d.texts(), root: d.texts(), known: d.bytes()}
	if d.bad || len(d.b) != 0 || r.words.len() < 1000 {
		t.Fatalf("%d words, %d bytes left", r.words.len(), len(d.b))
	}
	rd := lang.Reader()
	defer rd.Done()
	for i := range uint32(r.words.len()) {
		w := r.words.at(i)
		base, root, known, ok := r.Recall(w)
		if !ok || base != rd.Base(w) || root != rd.Root(w) || known != rd.Known(w) {
			t.Fatalf("%q: %q %q %v %v", w, base, root, known, ok)
		}
	}
	if _, _, _, ok := r.Recall("xqzw"); ok {
		t.Error("a word that no rule has is remembered")
	}
	for _, bad := range [][]byte{nil, b[:5], append([]byte{1}, b[1:]...)} { // of other lists: left alone
		Remember(bad)
	}
	Remember(b)
	if got := search(Build(town()), "hækler"); len(got.Hits) == 0 || got.Hits[0].ID != "knit" {
		t.Errorf("with what is remembered: %v", ids(got))
	}
	if ownRules, err := ReadWords([]byte("strikkesnak => strik")); err != nil || ownRules == nil {
		t.Error(err)
	}
}
