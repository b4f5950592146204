package interchange

import (
	"regexp"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// readSchedule reads times as people write them: "Tirsdag kl. 10-12", "tirs og
// tors 10.00–11.30", "man-fre 9-15", "ulige uger torsdag 17-19", "første tirsdag
// i måneden kl. 19", English the same. A piece that is not wholly understood
// becomes a note as it stands and is given back in unread: a date that is
// printed must be true. "Hver anden onsdag" is such a piece unless it says from
// which day, for nobody can tell which Wednesday it is.
func readSchedule(v string) (slots []directory.Slot, unread []string) {
	for _, piece := range strings.FieldsFunc(v, func(r rune) bool { return r == ';' || r == '\n' }) {
		piece = strings.TrimSpace(piece)
		if piece == "" {
			continue
		}
		got, ok := []directory.Slot(nil), false
		if len(piece) < 2000 { // longer is prose
			got, ok = readPiece(piece)
		}
		if !ok {
			unread = append(unread, piece)
			got = []directory.Slot{{Note: piece}}
		}
		slots = append(slots, got...)
	}
	return slots, unread
}

var (
	exceptionWord = regexp.MustCompile(`(?i)^(.*?\d[\d:.]*|.*?\p{L})[,.]?\s+((?:undtagen|bortset fra|dog ikke|ikke i|except|not in)\s.*)$`)
	rulePiece     = regexp.MustCompile(`^RRULE:(\S+)\s*(.*)$`)
	fromDay       = regexp.MustCompile(`(?i)\b(?:fra|from)\s+(?:den\s+)?(\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{1,2}\.?\s+[a-z]{3,9}\.?\s+\d{4})`)
	toDay         = regexp.MustCompile(`(?i)\b(?:til|to|until)\s+(?:og med\s+)?(?:den\s+)?(\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{1,2}\.?\s+[a-z]{3,9}\.?\s+\d{4})`)
	exceptDays    = regexp.MustCompile(`(?i)^(?:undtagen|except)\s+((?:\d{4}-\d\d-\d\d(?:,\s*)?)+)$`)
)

func readPiece(piece string) ([]directory.Slot, bool) {
	body, note := piece, ""
	if m := trailingNote.FindStringSubmatch(body); m != nil && m[1] != "" {
		body, note = m[1], m[2]
	}
	var except []directory.Day
	if m := exceptionWord.FindStringSubmatch(body); m != nil {
		if d := exceptDays.FindStringSubmatch(strings.TrimSpace(m[2])); d != nil {
			for _, x := range strings.Split(d[1], ",") {
				except = append(except, directory.Day(strings.TrimSpace(x)))
			}
			body = m[1]
		} else if note == "" {
			body, note = m[1], m[2]
		}
	}
	var from, to directory.Day
	for _, c := range []struct {
		re  *regexp.Regexp
		day *directory.Day
	}{{toDay, &to}, {fromDay, &from}} {
		m := c.re.FindStringSubmatchIndex(body)
		if m == nil {
			continue
		}
		d, ok := readDay(strings.Replace(body[m[2]:m[3]], ". ", " ", 1))
		if !ok {
			return nil, false
		}
		*c.day = d
		body = body[:m[0]] + " " + body[m[1]:]
	}
	slots, ok := readBody(strings.TrimSpace(body), from != "")
	if !ok {
		return nil, false
	}
	for i := range slots {
		slots[i].ValidFrom, slots[i].ValidTo, slots[i].Exceptions = from, to, except
		if slots[i].Note == "" {
			slots[i].Note = note
		}
	}
	return slots, true
}

func readBody(body string, dated bool) ([]directory.Slot, bool) {
	if m := rulePiece.FindStringSubmatch(body); m != nil {
		rule := strings.ReplaceAll(m[1], "|", ";")
		if directory.CheckRule(rule) != "" {
			return nil, false
		}
		s := directory.Slot{RRule: rule}
		if m[2] != "" {
			p := &timeParser{toks: tokens(m[2])}
			spans, ok := p.spans()
			if !ok || len(spans) != 1 || p.at < len(p.toks) {
				return nil, false
			}
			s.From, s.To = spans[0].from, spans[0].to
		}
		return []directory.Slot{s}, true
	}
	p := &timeParser{toks: tokens(body), dated: dated}
	slots, ok := p.groups()
	if !ok || len(slots) == 0 || len(slots) > 60 {
		return nil, false
	}
	return slots, true
}
