package wish

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

// Why a line of a list cannot be used: the Reason of a RuleError.
const (
	NoArrow     = "no_arrow"
	EmptyPhrase = "empty_phrase"
	EmptyItem   = "empty_item"
	BadWeight   = "bad_weight"
	BadNumber   = "bad_number"
	UnknownWish = "unknown_wish"
	NoTopic     = "no_topic"
	NotText     = "not_text"
	TooLong     = "too_long"
)

// RuleError says which line of a list of lay words cannot be used, and why.
type RuleError struct {
	Number int    // the line, counted from 1; 0 where it is about the whole list
	Line   string // as written
	Reason string // one of the constants above
	Detail string // the part that is meant, where it is not the whole line
}

var remedies = map[string]string{
	NoArrow:     "put => between what people say and what to look for",
	EmptyPhrase: "write a phrase before and after each comma on the left of =>",
	EmptyItem:   "write a word before and after each comma on the right of =>, or a single - for nothing",
	BadWeight:   "a weight is a number above 0 and up to 1, with a point: samvær^0.7",
	BadNumber:   "write a number after the colon: @distance:3",
	UnknownWish: "use a wish that the program knows, such as @time:evening, @price:free or @group:newcomers?",
	NoTopic:     "name an activity; this word is too general to be looked for",
	NotText:     "save the list as plain text in UTF-8",
	TooLong:     "keep the list below 1 MB",
}

// Error names the line, the part and the remedy, for logs.
func (e *RuleError) Error() string {
	part := e.Detail
	if part == "" {
		part = e.Line
	}
	return fmt.Sprintf("lay words: line %d: %q: %s", e.Number, part, remedies[e.Reason])
}

// MaxExtra is the largest list that an organisation may add, in bytes.
const MaxExtra = 1 << 20

var ends = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// With gives rules that hold an organisation's own list as well, in the format
// of assets/words/lay.txt (UTF-8, with or without a byte order mark, any line
// ends). The rules it is called on do not change. A list is taken whole or not
// at all: the error joins a *RuleError for each line that cannot be used.
func (rs *Rules) With(l *danish.Language, list []byte) (*Rules, error) {
	if len(list) > MaxExtra {
		return nil, &RuleError{Reason: TooLong}
	}
	list = bytes.TrimPrefix(list, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(list) {
		n := 1
		for line := range bytes.Lines(list) {
			if !utf8.Valid(line) {
				return nil, &RuleError{Number: n, Reason: NotText}
			}
			n++
		}
	}
	out := &Rules{packed: rs.packed, byFirst: maps.Clone(rs.byFirst), timely: maps.Clone(rs.timely)}
	for first, rules := range out.byFirst {
		out.byFirst[first] = slices.Clip(rules) // what is added goes to a copy
	}
	if err := out.read(l, ends.Replace(string(list))); err != nil {
		return nil, err
	}
	return out, nil
}

// RuleErrors takes apart what ParseRules and With return.
func RuleErrors(err error) []*RuleError {
	var one *RuleError
	var many interface{ Unwrap() []error }
	switch {
	case errors.As(err, &many):
		var out []*RuleError
		for _, e := range many.Unwrap() {
			out = append(out, RuleErrors(e)...)
		}
		return out
	case errors.As(err, &one):
		return []*RuleError{one}
	}
	return nil
}

// values are the wishes that a list may give. A language is any code.
var values = map[Kind][]string{
	Time:    {"morning", "forenoon", "afternoon", "evening", "weekend", "weekday", "daytime"},
	Weekday: {"1", "2", "3", "4", "5", "6", "7"},
	Price:   {"free", "cheap"},
	Group:   append([]string{"women", "men"}, directory.Groups...),

	Accessibility: directory.Accessibilities, Consideration: directory.Considerations,
	Accompaniment: {""}, Room: {""}, Across: {""}, Wide: {""}, Distance: {""}, Age: {""}, KindOf: {"practice_ground"},
}

func (w Wish) known() bool {
	if w.Kind == Language {
		return len(w.Value) >= 2 && len(w.Value) <= 12
	}
	return slices.Contains(values[w.Kind], w.Value)
}
