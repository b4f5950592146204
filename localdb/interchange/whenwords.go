package interchange

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

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
		for p.take(",", "og", "and", "&", "+", "samt", "/") { // "man ons fre" without them is fine too
		}
		if p.at >= len(p.toks) || dayWords[p.toks[p.at].word] == 0 && dayGroups[p.toks[p.at].word] == nil {
			p.at = mark
			break
		}
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
