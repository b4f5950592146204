package localdb

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
)

// maxWordsFile is the largest list of own words that is read, in bytes.
const maxWordsFile = 1 << 20

// Why a line of a list of own words cannot be used: the Reason of a
// WordLineError.
const (
	LineNotText   = "not_text"   // nothing that a spreadsheet writes as text
	LineTooLarge  = "too_large"  // the file
	LineQuotes    = "quotes"     // quotation marks that do not close
	LineNoMeaning = "no_meaning" // nothing after what is said
	LineNoSays    = "no_says"
	LineTooLong   = "too_long"
	LineTooCommon = "too_common" // words that stand in every sentence
	LineTooMany   = "too_many"   // meanings
	LineUnknown   = "unknown"    // Value is no topic of the directory; Near may be meant
	LineCPR       = "cpr"
)

// WordLineError says which line of a list cannot be used, and why.
type WordLineError struct {
	Line   int // from 1; 0 is the whole file
	Reason string
	Value  string // the part that is meant; never what may be a CPR number
	Near   string // a topic that may be meant
}

func (e *WordLineError) Error() string {
	return fmt.Sprintf("localdb: own words: line %d: %s: %q", e.Line, e.Reason, e.Value)
}

// WordLineErrors takes apart what ReadOwnWords returns.
func WordLineErrors(err error) []*WordLineError {
	var many interface{ Unwrap() []error }
	var one *WordLineError
	switch {
	case errors.As(err, &one):
		if !errors.As(err, &many) {
			return []*WordLineError{one}
		}
	case !errors.As(err, &many):
		return nil
	}
	var out []*WordLineError
	for _, e := range many.Unwrap() {
		out = append(out, WordLineErrors(e)...)
	}
	return out
}

// WriteOwnWords writes a list that people and spreadsheets read: a line each,
// what is said and then what it means, with semicolons between. heading names
// the two columns.
func WriteOwnWords(out io.Writer, ws []OwnWord, heading [2]string) error {
	if _, err := io.WriteString(out, "\xef\xbb\xbf"); err != nil { // else a spreadsheet takes it for another encoding
		return err
	}
	w := csv.NewWriter(out)
	w.Comma, w.UseCRLF = ';', true
	if err := w.Write(heading[:]); err != nil {
		return err
	}
	for _, x := range ws {
		if err := w.Write(append([]string{x.Says}, x.Means...)); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// ReadOwnWords reads such a list, with semicolons, tabs or commas between, in
// UTF-8 or as Danish spreadsheets save it. A first line whose second column is
// no topic but says one of headings is the heading. Every meaning must be a
// topic of the directory. The error joins a *WordLineError for each line that
// cannot be used; then nothing is to be taken.
func ReadOwnWords(in io.Reader, topics *Topics, headings []string, today directory.Day) ([]OwnWord, error) {
	b, err := io.ReadAll(io.LimitReader(in, maxWordsFile+1))
	if err != nil {
		return nil, fmt.Errorf("localdb: own words: %w", err)
	}
	switch {
	case len(b) > maxWordsFile:
		return nil, &WordLineError{Reason: LineTooLarge}
	case bytes.IndexByte(b, 0) >= 0:
		return nil, &WordLineError{Reason: LineNotText}
	}
	if b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")); !utf8.Valid(b) {
		if b, err = charmap.Windows1252.NewDecoder().Bytes(b); err != nil {
			return nil, &WordLineError{Reason: LineNotText}
		}
	}
	b = bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	r := csv.NewReader(bytes.NewReader(b))
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace = separator(b), -1, true
	var out []OwnWord
	var bad []error
	for first := true; ; first = false {
		row, err := r.Read()
		var wrong *csv.ParseError
		switch {
		case err == io.EOF:
			return out, errors.Join(bad...)
		case errors.As(err, &wrong):
			return out, errors.Join(append(bad, &WordLineError{Line: wrong.StartLine, Reason: LineQuotes})...)
		case err != nil:
			return out, fmt.Errorf("localdb: own words: %w", err)
		}
		line, _ := r.FieldPos(0)
		if strings.TrimSpace(strings.Join(row, "")) == "" || first && isHeading(row, headings) {
			continue
		}
		w, fault := readWord(row, topics, today)
		if fault != nil {
			fault.Line = line
			bad = append(bad, fault)
			continue
		}
		out = append(out, w)
	}
}

// separator is the sign that stands between the columns: of those in the first
// line, the one a Danish spreadsheet is likeliest to write.
func separator(b []byte) rune {
	first, _, _ := bytes.Cut(b, []byte("\n"))
	for _, s := range []byte(";\t,") {
		if bytes.IndexByte(first, s) >= 0 {
			return rune(s)
		}
	}
	return ';'
}

func isHeading(row, headings []string) bool {
	says, _ := match.Phrase(row[0])
	for _, h := range headings {
		if key, _ := match.Phrase(h); key == says {
			return true
		}
	}
	return false
}

func readWord(row []string, topics *Topics, today directory.Day) (OwnWord, *WordLineError) {
	w := OwnWord{Says: row[0]}
	for _, m := range row[1:] {
		if m = strings.TrimSpace(m); m == "" {
			continue
		}
		topic, ok := topics.Get(m)
		if !ok && privacy.CheckCPR(m, today).Verdict != privacy.Pass {
			return w, &WordLineError{Reason: LineCPR}
		}
		if !ok {
			return w, &WordLineError{Reason: LineUnknown, Value: m, Near: topics.Nearest(m)}
		}
		w.Means = append(w.Means, topic.Name)
	}
	w, err := w.Check(today)
	var refused *directory.RefusedError
	var cpr *CPRError
	switch {
	case err == nil:
		return w, nil
	case errors.As(err, &cpr):
		return w, &WordLineError{Reason: LineCPR}
	case !errors.As(err, &refused):
		return w, &WordLineError{Reason: LineNotText}
	}
	reason := map[string]string{
		"says.empty": LineNoSays, "says.too_long": LineTooLong, "says.too_common": LineTooCommon,
		"means.empty": LineNoMeaning, "means.too_many": LineTooMany, "means.too_common": LineUnknown,
	}[refused.Field+"."+refused.Reason]
	return w, &WordLineError{Reason: reason, Value: refused.Value}
}
