package match

import (
	"strings"
	"unicode"

	"github.com/faellesskabsby/vejviser/localdb/match/danish"
	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// Words are the lay words a query is read with: the built-in list and, on top of
// it, an organisation's own. nil is the built-in list alone. They are read-only
// and fit every index.
type Words struct{ rules *wish.Rules }

// ReadWords reads an organisation's own list, in the format of
// assets/words/lay.txt. A list is taken whole or not at all: wish.RuleErrors
// takes the error apart by line.
func ReadWords(list []byte) (*Words, error) {
	lang, rules := lexicon()
	own, err := rules.With(lang, list)
	if err != nil {
		return nil, err
	}
	return &Words{own}, nil
}

// CheckWords says what ReadWords would say of a list, for less work.
func CheckWords(list []byte) error {
	lang, _ := lexicon()
	_, err := wish.ParseRules(lang, string(list))
	return err
}

// Phrase gives what is compared of a phrase – its words, lower case and folded –
// and whether one of them is more than a filler: "jeg er" would be found in
// every sentence.
func Phrase(text string) (key string, says bool) {
	lang, _ := lexicon()
	var words []string
	danish.Words(danish.Lower(text), func(w string) {
		f := danish.Fold(w)
		words = append(words, f)
		says = says || !lang.Stop(f) && strings.IndexFunc(f, unicode.IsLetter) >= 0
	})
	return strings.Join(words, " "), says
}

// reading gives the rules that a query is read with.
func (x *Index) reading(q *Query) *wish.Rules {
	if q.Words != nil {
		return q.Words.rules
	}
	return x.rules
}
