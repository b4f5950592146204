package localdb

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/match/wish"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
)

// OwnWord is what people say at an organisation's desks and which topics it
// means there: "kransen" is the drop-in centre in Kransgade. It helps to find;
// it is never shown to a citizen, who reads the communities' own words.
type OwnWord struct {
	Says  string   `json:"says"`
	Means []string `json:"means"` // topics as the directory spells them
}

// Limits of an organisation's own words.
const (
	MaxOwnWords  = 1000
	maxSays      = 60 // letters
	maxOwnTopics = 4  // of one word
)

// settingOwnWord begins the key of the setting that holds a word; what is
// compared of it follows, so that a phrase has one meaning.
const settingOwnWord = "own_word:"

// IsOwnWord says whether a setting that changed is an own word.
func IsOwnWord(setting string) bool { return strings.HasPrefix(setting, settingOwnWord) }

// Check gives the word as it is kept, or why it may not be: *CPRError, or
// *directory.RefusedError with Field "says" (empty, too_long, too_common) or
// "means" (empty, too_many, too_common: nothing to look for).
func (w OwnWord) Check(today directory.Day) (OwnWord, error) {
	refused := func(field, reason, value string) (OwnWord, error) {
		return OwnWord{}, &directory.RefusedError{Field: field, Reason: reason, Value: value}
	}
	says := clean.Line(w.Says, 4*maxSays)
	key, something := match.Phrase(says)
	if f := privacy.CheckCPR(says, today); f.Verdict != privacy.Pass {
		return OwnWord{}, &CPRError{Ask: f.Verdict == privacy.Ask, Start: f.Start, End: f.End}
	}
	switch {
	case key == "":
		return refused("says", "empty", says)
	case utf8.RuneCountInString(says) > maxSays || len(settingOwnWord+key) > maxSettingKey:
		return refused("says", "too_long", says)
	case !something:
		return refused("says", "too_common", says)
	}
	out := OwnWord{Says: says}
	for _, m := range w.Means {
		m = clean.Line(m, 4*maxSays)
		if m != "" && !slices.Contains(out.Means, m) {
			out.Means = append(out.Means, m)
		}
	}
	switch {
	case len(out.Means) == 0:
		return refused("means", "empty", "")
	case len(out.Means) > maxOwnTopics:
		return refused("means", "too_many", "")
	}
	for _, m := range out.Means {
		if err := match.CheckWords([]byte(OwnWord{says, []string{m}}.rule())); err != nil {
			return refused("means", "too_common", m)
		}
	}
	return out, nil
}

// rule writes a word as a line of a list of lay words.
func (w OwnWord) rule() string {
	var means []string
	for _, m := range w.Means {
		means = append(means, plainWords(m))
	}
	return plainWords(w.Says) + " => " + strings.Join(means, ", ")
}

// plainWords takes away the signs that have a meaning in a list of lay words.
func plainWords(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(",#=>@^~\n\r", r) {
			return ' '
		}
		return r
	}, s)
	return strings.TrimLeftFunc(strings.TrimSpace(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// SearchWords makes own words ready to search with; nil where there are none. A
// word that this program's lists cannot read any more is left out: the others
// still count.
func SearchWords(ws []OwnWord) (*match.Words, error) {
	var lines []string
	for _, w := range ws {
		lines = append(lines, w.rule())
	}
	for len(lines) > 0 {
		read, err := match.ReadWords([]byte(strings.Join(lines, "\n")))
		if err == nil {
			return read, nil
		}
		bad := map[int]bool{}
		for _, e := range wish.RuleErrors(err) {
			bad[e.Number-1] = true
		}
		var good []string
		for i, l := range lines {
			if !bad[i] {
				good = append(good, l)
			}
		}
		if len(good) == len(lines) {
			return nil, fmt.Errorf("localdb: own words: %w", err)
		}
		lines = good
	}
	return nil, nil
}

// OwnWords gives the organisation's own words in the order of what is said.
func (s *Store) OwnWords() ([]OwnWord, error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	var out []OwnWord
	err := s.read(func(txn *badger.Txn) error {
		out = nil
		return eachRecord(txn, []byte(spaceSetting+settingOwnWord), func(key []byte, _ int, value []byte) error {
			var w OwnWord
			if err := json.Unmarshal(value, &w); err != nil {
				return fmt.Errorf("%w: key %q: %w", ErrDamaged, key, err)
			}
			out = append(out, w)
			return nil
		})
	})
	return out, err
}

// PutOwnWord keeps a word; with was, in the place of the word that said that.
// Said anew, a phrase gets the new meaning. It gives the errors of Check, and
// *directory.RefusedError with Field "own_words", Reason "too_many".
func (s *Store) PutOwnWord(was string, w OwnWord) error {
	w, err := w.Check(directory.DayOf(s.o.Now()))
	if err != nil {
		return err
	}
	ws, err := s.OwnWords()
	if err != nil {
		return err
	}
	old, key := ownKey(was), ownKey(w.Says)
	known := slices.ContainsFunc(ws, func(x OwnWord) bool { k := ownKey(x.Says); return k == key || was != "" && k == old })
	if len(ws) >= MaxOwnWords && !known {
		return &directory.RefusedError{Field: "own_words", Reason: "too_many"}
	}
	gone := ""
	if was != "" && old != key {
		gone = old
	}
	return s.keepOwnWords([]OwnWord{w}, gone)
}

// keepOwnWords keeps checked words, and removes the one of a key, in one act.
func (s *Store) keepOwnWords(ws []OwnWord, gone string) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	at := s.now()
	var ops []journal.Op
	add := func(key, value string) error {
		op, err := s.newOp(opSetting, at, setting{key, value})
		ops = append(ops, op)
		return err
	}
	for _, w := range ws {
		b, err := json.Marshal(w)
		if err != nil {
			return fmt.Errorf("localdb: own word: %w", err)
		}
		if err := add(ownKey(w.Says), string(b)); err != nil {
			return err
		}
	}
	if gone != "" {
		if err := add(gone, ""); err != nil {
			return err
		}
	}
	if len(ops) == 0 {
		return nil
	}
	if err := s.act(nil, ops...); err != nil {
		return err
	}
	s.feed.send(Change{"setting", settingOwnWord})
	return nil
}

// DropOwnWord removes the word that says something; what is not there is removed already.
func (s *Store) DropOwnWord(says string) error { return s.SetSetting(ownKey(says), "") }

func ownKey(says string) string {
	key, _ := match.Phrase(says)
	return settingOwnWord + key
}

// OwnWordsTaken says what became of a list of own words.
type OwnWordsTaken struct{ Added, Changed, Unchanged int }

// TakeOwnWords adds a list of words, all or none; what is said already gets the
// list's meaning.
func (s *Store) TakeOwnWords(list []OwnWord) (OwnWordsTaken, error) {
	var done OwnWordsTaken
	ws, err := s.OwnWords()
	if err != nil {
		return done, err
	}
	before := map[string]OwnWord{}
	for _, w := range ws {
		before[ownKey(w.Says)] = w
	}
	keep := map[string]OwnWord{} // the last of a phrase counts
	var order []string
	var errs []error
	today := directory.DayOf(s.o.Now())
	for _, w := range list {
		w, err := w.Check(today)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		key := ownKey(w.Says)
		if _, twice := keep[key]; !twice {
			order = append(order, key)
		}
		keep[key] = w
	}
	if err := errors.Join(errs...); err != nil {
		return done, err
	}
	total := len(before)
	for _, key := range order {
		if _, known := before[key]; !known {
			total++
		}
	}
	if total > MaxOwnWords {
		return done, &directory.RefusedError{Field: "own_words", Reason: "too_many"}
	}
	var fresh []OwnWord
	for _, key := range order {
		w := keep[key]
		switch old, known := before[key]; {
		case known && old.Says == w.Says && slices.Equal(old.Means, w.Means):
			done.Unchanged++
			continue
		case known:
			done.Changed++
		default:
			done.Added++
		}
		fresh = append(fresh, w)
	}
	if err := s.keepOwnWords(fresh, ""); err != nil {
		return OwnWordsTaken{}, err
	}
	return done, nil
}
