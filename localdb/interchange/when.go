package interchange

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/faellesskabsby/vejviser/assets/translations"
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

// token is a word, a number with its minutes, or a sign ("-", ",", "&").
type token struct {
	word string // folded word, or the sign
	h, m int    // of a clock time or number
	num  bool
	mins bool   // it was written with minutes
	half string // am or pm
}

var tokenForm = regexp.MustCompile(`(?i)(\d{1,2})(?:[:.](\d\d))?(?:[:.]00)?\s*(am|pm|a\.m\.|p\.m\.)?(st|nd|rd|th)?\b\.?|[\p{L}]+\.?|[-–—&+,/]|\S`)

func tokens(s string) []token {
	var out []token
	for _, m := range tokenForm.FindAllStringSubmatch(strings.ToLower(s), -1) {
		switch {
		case m[1] != "":
			h, err := strconv.Atoi(m[1])
			if err != nil {
				continue
			}
			t := token{word: m[1], num: true, h: h, half: strings.ReplaceAll(m[3], ".", "")}
			if m[2] != "" {
				t.mins = true
				if t.m, err = strconv.Atoi(m[2]); err != nil {
					continue
				}
			}
			if m[4] != "" {
				t.word = m[1] + "."
			} else if strings.HasSuffix(m[0], ".") && m[3] == "" {
				t.word = m[1] + "."
			}
			out = append(out, t)
		case m[0] == "–" || m[0] == "—":
			out = append(out, token{word: "-"})
		default:
			if f := fold(m[0]); f != "" && f != "+" {
				out = append(out, token{word: f})
			} else {
				out = append(out, token{word: m[0]})
			}
		}
	}
	return out
}

var dayWords = func() map[string]int {
	m := map[string]int{}
	for i, words := range []string{
		"mandag mandage man ma monday mondays mon mo", "tirsdag tirsdage tirs tir ti tuesday tuesdays tue tues tu", "onsdag onsdage ons on wednesday wednesdays wed we",
		"torsdag torsdage tors tor to thursday thursdays thu thur thurs th", "fredag fredage fre fr friday fridays fri", "loerdag loerdage loer loe lor saturday saturdays sat sa",
		"soendag soendage soen soe son sunday sundays sun su",
	} {
		for _, w := range strings.Fields(words) {
			m[w] = i + 1
		}
	}
	return m
}()

var dayGroups = map[string][]int{
	"hverdage": {1, 2, 3, 4, 5}, "hverdag": {1, 2, 3, 4, 5}, "weekdays": {1, 2, 3, 4, 5}, "weekday": {1, 2, 3, 4, 5},
	"weekend": {6, 7}, "weekender": {6, 7}, "weekenden": {6, 7}, "weekends": {6, 7},
	"dagligt": {1, 2, 3, 4, 5, 6, 7}, "daglig": {1, 2, 3, 4, 5, 6, 7}, "daily": {1, 2, 3, 4, 5, 6, 7}, "everyday": {1, 2, 3, 4, 5, 6, 7},
}

var ordinals = map[string]int{
	"foerste": 1, "first": 1, "1.": 1, "anden": 2, "andet": 2, "second": 2, "2.": 2, "tredje": 3, "third": 3, "3.": 3,
	"fjerde": 4, "fourth": 4, "4.": 4, "sidste": -1, "last": -1,
}

type span struct{ from, to string }

// timeParser reads: [weeks] [every] days [in the month] [times], again and again.
type timeParser struct {
	toks  []token
	at    int
	dated bool // a first day is known, so "every other" can be counted
}

func (p *timeParser) peek(words ...string) bool {
	return p.at < len(p.toks) && slices.Contains(words, p.toks[p.at].word) && !(p.toks[p.at].num && !strings.HasSuffix(p.toks[p.at].word, "."))
}

func (p *timeParser) take(words ...string) bool {
	if p.peek(words...) {
		p.at++
		return true
	}
	return false
}

func (p *timeParser) groups() (slots []directory.Slot, ok bool) {
	for p.at < len(p.toks) {
		for p.take(",", "og", "and", "&", "samt") && len(slots) > 0 {
		}
		if p.at >= len(p.toks) {
			break
		}
		got, ok := p.group()
		if !ok {
			return nil, false
		}
		slots = append(slots, got...)
	}
	return slots, true
}

func (p *timeParser) group() ([]directory.Slot, bool) {
	weeks := p.weeks()
	every := p.take("hver", "hvert", "every", "each", "alle")
	other := false
	if every && (p.peek("anden", "andet", "other", "second")) {
		p.at++
		other = true
	}
	if every && p.take("dag", "day", "dage") {
		return p.finish([]int{1, 2, 3, 4, 5, 6, 7}, nil, weeks, other)
	}
	p.take("den", "the", "om")
	if p.peek("on") && p.at+1 < len(p.toks) && dayWords[p.toks[p.at+1].word] > 0 {
		p.at++ // "on Tuesdays"
	}
	nth := p.ordinals()
	p.take("om")
	days, ok := p.days()
	if !ok {
		return nil, false
	}
	if weeks == "" {
		weeks = p.weeks()
	}
	if len(nth) > 0 {
		if !p.month() {
			return nil, false
		}
	}
	return p.finish(days, nth, weeks, other)
}

// weeks takes "ulige uger" or "lige uger".
func (p *timeParser) weeks() string {
	start := p.at
	p.take("i", "in")
	for _, w := range []string{"ulige", "lige", "odd", "even"} {
		if p.take(w) {
			if p.take("uger", "uge", "weeks", "week") {
				p.take(",", "om", "on")
				if w == "odd" {
					return "ulige"
				} else if w == "even" {
					return "lige"
				}
				return w
			}
			break
		}
	}
	p.at = start
	return ""
}

// ordinals takes "første", "2. og 4.", "first, second, and fourth".
func (p *timeParser) ordinals() (out []int) {
	for p.at < len(p.toks) {
		n, ok := ordinals[p.toks[p.at].word]
		if !ok {
			return out
		}
		out = append(out, n)
		p.at++
		mark := p.at
		for p.take(",", "og", "and", "&", "samt") {
		}
		if p.at < len(p.toks) {
			if _, more := ordinals[p.toks[p.at].word]; !more {
				p.at = mark
			}
		}
	}
	return out
}

// month takes what makes an ordinal weekday monthly; "second Saturday" alone is that too.
func (p *timeParser) month() bool {
	if p.take("i", "in", "of") {
		if p.take("hver", "each", "every", "the", "en") {
		}
		return p.take("maaneden", "maaned", "month", "md", "maanederne")
	}
	if p.take("hver", "every", "each") {
		return p.take("maaned", "month")
	}
	return true
}

// days takes "mandag", "man-fre", "tirs, ons og fre", "hverdage".
func (p *timeParser) days() (out []int, ok bool) {
	for p.at < len(p.toks) {
		t := p.toks[p.at]
		if g, is := dayGroups[t.word]; is {
			p.at++
			out = append(out, g...)
		} else if d := dayWords[t.word]; d > 0 && !t.num {
			p.at++
			last := d
			// "man-fre", "mandag til fredag": a range, if a weekday follows.
			if p.peek("-", "til", "to", "through") && p.at+1 < len(p.toks) && dayWords[p.toks[p.at+1].word] > 0 {
				last = dayWords[p.toks[p.at+1].word]
				p.at += 2
			}
			for x := d; ; x = x%7 + 1 {
				out = append(out, x)
				if x == last || len(out) > 14 {
					break
				}
			}
			if d == 7 && last == 6 {
				out = []int{1, 2, 3, 4, 5, 6, 7}
			}
		} else {
			break
		}
		mark := p.at
		joined := false
		for p.take(",", "og", "and", "&", "+", "samt", "/") {
			joined = true
		}
		if p.at >= len(p.toks) || dayWords[p.toks[p.at].word] == 0 && dayGroups[p.toks[p.at].word] == nil {
			p.at = mark
			break
		}
		_ = joined // "man ons fre" without commas is fine too
	}
	return out, len(out) > 0
}

// spans takes the clock times of the days before: "kl. 10-12 og 14-16", "kl. 19", "from 9am to 5pm".
func (p *timeParser) spans() (out []span, ok bool) {
	for {
		mark := p.at
		if len(out) > 0 {
			if !p.take("og", "and", "&", ",", "samt") {
				return out, true
			}
		}
		for p.take("kl", "klokken", "fra", "from", "at", ":", ",", "mellem", "between") {
		}
		if p.at >= len(p.toks) || !p.toks[p.at].num {
			p.at = mark
			return out, len(out) > 0 || mark == p.at && p.noSpan()
		}
		s, ok := p.span()
		if !ok {
			if len(out) > 0 {
				p.at = mark
				return out, true
			}
			return nil, false
		}
		out = append(out, s)
	}
}

// noSpan says that no clock time was begun.
func (p *timeParser) noSpan() bool {
	return !p.peek("kl", "klokken", "fra", "from", "at", "mellem", "between")
}

func (p *timeParser) span() (span, bool) {
	a := p.toks[p.at]
	p.at++
	var b token
	ranged := false
	if p.peek("-", "til", "to", "og", "and") {
		joiner := p.toks[p.at].word
		save := p.at
		p.at++
		for p.take("kl", "klokken") {
		}
		if p.at < len(p.toks) && p.toks[p.at].num && (joiner != "og" && joiner != "and") {
			b, ranged = p.toks[p.at], true
			p.at++
		} else {
			p.at = save
		}
	}
	if ranged && a.half == "" && b.half != "" {
		a.half = b.half
		if x, y := clockOf(a), clockOf(b); x >= y { // "9-1 pm"
			a.half = "am"
		}
	}
	from, to := clockOf(a), -1
	if ranged {
		to = clockOf(b)
	}
	if from < 0 || from >= 24*60 || ranged && (to < 0 || to > 24*60) {
		return span{}, false
	}
	if p.peek("uhr", "timer", "hours", "aar", "kr") {
		return span{}, false
	}
	s := span{from: clockText(from)}
	if ranged {
		if to == 24*60 {
			to = 0
		}
		if s.to = clockText(to); to <= from && !(from >= 16*60 && to <= 6*60) {
			return span{}, false
		}
	}
	return s, true
}

func clockOf(t token) int {
	h := t.h
	switch t.half {
	case "pm":
		if h > 12 {
			return -1
		}
		h = h%12 + 12
	case "am":
		if h > 12 {
			return -1
		}
		h %= 12
	}
	if t.m > 59 {
		return -1
	}
	return h*60 + t.m
}

func clockText(min int) string {
	pad := func(n int) string { return string([]byte{'0' + byte(n/10), '0' + byte(n%10)}) }
	return pad(min/60) + ":" + pad(min%60)
}

// finish takes the times and makes the slots.
func (p *timeParser) finish(days, nth []int, weeks string, other bool) ([]directory.Slot, bool) {
	if other && (!p.dated || len(nth) > 0 || weeks != "") {
		return nil, false
	}
	spans, ok := p.spans()
	if !ok {
		return nil, false
	}
	if len(spans) == 0 {
		spans = []span{{}}
	}
	slices.Sort(days)
	days = slices.Compact(days)
	var out []directory.Slot
	for _, d := range days {
		for _, s := range spans {
			slot := directory.Slot{From: s.from, To: s.to}
			name := ruleDays[d-1]
			switch {
			case len(nth) > 0:
				var by []string
				for _, n := range nth {
					by = append(by, strconv.Itoa(n)+name)
				}
				slot.RRule = "FREQ=MONTHLY;BYDAY=" + strings.Join(by, ",")
			case weeks == "ulige":
				slot.RRule = directory.OddWeeks(d)
			case weeks == "lige":
				slot.RRule = directory.EvenWeeks(d)
			case other:
				slot.RRule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=" + name
			default:
				slot.Weekday = d
			}
			out = append(out, slot)
		}
	}
	return out, true
}

var ruleDays = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

// writeSchedule writes a schedule so that a person reads it and readSchedule
// gives the same again.
func writeSchedule(slots []directory.Slot) string {
	var out []string
	for i := range slots {
		out = append(out, writeSlot(&slots[i]))
	}
	return strings.Join(out, "; ")
}

func writeSlot(s *directory.Slot) string {
	say := translations.For("da")
	var b strings.Builder
	rule := s.RRule
	switch {
	case rule == "" && s.Weekday >= 1 && s.Weekday <= 7:
		b.WriteString(say.T("import.weekday_" + itoa(s.Weekday)))
	case rule == "":
		return s.Note
	default:
		b.WriteString(writeRule(rule))
	}
	if s.From != "" {
		b.WriteString(" " + say.T("import.at") + " " + strings.Replace(s.From, ":", ".", 1))
		if s.To != "" {
			b.WriteString("–" + strings.Replace(s.To, ":", ".", 1))
		}
	}
	if s.ValidFrom != "" {
		b.WriteString(" " + say.T("import.from_day") + " " + string(s.ValidFrom))
	}
	if s.ValidTo != "" {
		b.WriteString(" " + say.T("import.to_day") + " " + string(s.ValidTo))
	}
	for i, d := range s.Exceptions {
		if i == 0 {
			b.WriteString(" " + say.T("import.except") + " " + string(d))
		} else {
			b.WriteString(", " + string(d))
		}
	}
	if s.Note != "" {
		b.WriteString(" (" + strings.NewReplacer("(", "[", ")", "]", ";", ",").Replace(s.Note) + ")")
	}
	return b.String()
}

// writeRule writes the rules that people have words for in words.
func writeRule(rule string) string {
	say := translations.For("da")
	for d := 1; d <= 7; d++ {
		weekday := say.T("import.weekday_" + itoa(d))
		switch rule {
		case directory.OddWeeks(d):
			return say.T("import.odd_weeks") + " " + weekday
		case directory.EvenWeeks(d):
			return say.T("import.even_weeks") + " " + weekday
		case "FREQ=WEEKLY;INTERVAL=2;BYDAY=" + ruleDays[d-1]:
			return say.T("import.every_other") + " " + weekday
		}
		for _, n := range []int{1, 2, 3, 4, -1} {
			if rule == "FREQ=MONTHLY;BYDAY="+strconv.Itoa(n)+ruleDays[d-1] {
				key := "last"
				if n > 0 {
					key = itoa(n)
				}
				return say.T("import.nth_"+key) + " " + weekday + " " + say.T("import.in_month")
			}
		}
	}
	return "RRULE:" + strings.ReplaceAll(rule, ";", "|") // ";" parts the slots
}
