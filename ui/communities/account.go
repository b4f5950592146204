package communities

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/ui/say"
)

// reasonSubjects are where the words for a reason code stand: an import's own
// reasons, a record's, and those of the guard against CPR numbers.
var reasonSubjects = []string{"import.", "reasons.", "privacy."}

// reasonWords says why a row or a field was refused, and what helps.
func reasonWords(s *say.Speaker, code string) string {
	for _, subject := range reasonSubjects {
		if s.Has(subject + code) {
			return s.T(subject + code)
		}
	}
	return code
}

var index = regexp.MustCompile(`\[\d+\]`)

// fieldWords names a field as an export heads its column: "places[0].postcode"
// is "Postnummer". An unknown one is shown as it is.
func fieldWords(s *say.Speaker, field string) string {
	plain := index.ReplaceAllString(field, "")
	if key := "import.column_" + strings.ReplaceAll(plain, ".", "_"); s.Has(key) {
		return s.T(key)
	}
	if key := "communities.field." + plain; s.Has(key) {
		return s.T(key)
	}
	return plain
}

// accountWords is the account of an import in one line.
func accountWords(s *say.Speaker, a interchange.Account) string {
	return s.T("communities.account", "added", s.Int(a.Added), "updated", s.Int(a.Updated), "unchanged", s.Int(a.Unchanged), "refused", s.Int(a.Refused))
}

// where says in which file and line something stood.
func where(s *say.Speaker, r interchange.Refusal) string {
	file := filepath.Base(r.File)
	if r.Line > 0 {
		return s.T("communities.line_at", "file", file, "line", s.Int(r.Line))
	}
	return file
}

// why says what was wrong with a row: the field, the reason, and what stood there.
func why(s *say.Speaker, r interchange.Refusal) string {
	text := reasonWords(s, r.Reason)
	f := r.Heading // as it stands in the person's own file
	if f == "" {
		f = fieldWords(s, r.Field)
	}
	if f != "" {
		text = f + ": " + text
	}
	if r.Detail != "" {
		text += " (" + r.Detail + ")"
	}
	return text
}

// report is the whole account as a text file: what happened, each refusal, each
// note. Lines end in CR LF, so that the simplest editor on Windows shows them.
func report(s *say.Speaker, a interchange.Account) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("%s", accountWords(s, a))
	line("%s", s.N("communities.account_rows", a.Rows))
	for _, part := range []struct {
		title string
		list  []interchange.Refusal
	}{{"communities.refusals_title", a.Refusals}, {"communities.notes_title", a.Notes}} {
		if len(part.list) == 0 {
			continue
		}
		line("")
		line("%s (%s)", s.T(part.title), s.Int(len(part.list)))
		for _, r := range part.list {
			line("%s: %s", where(s, r), why(s, r))
		}
	}
	return b.String()
}
