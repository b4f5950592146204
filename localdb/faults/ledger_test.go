package faults_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// ledger knows what a store must hold: what was acknowledged, and what may be
// there because its end was never heard.
type ledger struct {
	mu      sync.Mutex
	certain map[string]map[string]string // kind → id → value
	maybe   map[string]map[string]string
	refused map[string]map[string]string // kind → id → message key: may not be there
	// For what has one value at a time: those that may be there.
	values  map[string]map[string][]string
	was     map[string][]string // values before, since it was last settled
	imports int                 // highest number that an import was begun with
	acked   int
	size    int            // communities in an import
	words   map[string]int // message keys of refusals
}

func newLedger() *ledger {
	l := &ledger{certain: map[string]map[string]string{}, maybe: map[string]map[string]string{}, refused: map[string]map[string]string{},
		values: map[string]map[string][]string{}, size: fewCommunities, words: map[string]int{}, was: map[string][]string{}}
	for _, kind := range []string{kindRefer, kindEvent, kindSuggest, kindGap} {
		l.certain[kind], l.maybe[kind], l.refused[kind] = map[string]string{}, map[string]string{}, map[string]string{}
	}
	for _, kind := range []string{kindSetting, kindImport, kindDraft, kindEdit} {
		l.values[kind] = map[string][]string{}
	}
	return l
}

// clone copies a ledger, for a store that was copied.
func (l *ledger) clone() *ledger {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := newLedger()
	for kind := range l.certain {
		c.certain[kind], c.maybe[kind], c.refused[kind] = maps.Clone(l.certain[kind]), maps.Clone(l.maybe[kind]), maps.Clone(l.refused[kind])
	}
	for kind, m := range l.values {
		for id, vs := range m {
			c.values[kind][id] = slices.Clone(vs)
		}
	}
	c.imports, c.acked, c.size = l.imports, l.acked, l.size
	return c
}

// line is one line of the driver.
type line struct {
	word  string
	at    int64 // when it was said, nanoseconds
	parts []string
}

func parse(text string) line {
	f := strings.Split(text, "\t")
	if len(f) < 2 {
		return line{}
	}
	at, _ := strconv.ParseInt(f[1], 10, 64)
	return line{f[0], at, f[2:]}
}

// hear takes one line of the driver.
func (l *ledger) hear(said line) {
	if len(said.parts) < 3 || said.word == saysFailed {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	word, kind, id, value := said.word, said.parts[0], said.parts[1], said.parts[2]
	if one, ok := l.values[kind]; ok {
		switch word {
		case saysBegin:
			if len(one[id]) == 0 {
				one[id] = []string{""} // as it was before
			}
			one[id] = append(one[id], value)
			if kind == kindImport {
				l.imports++
			}
		case saysDone:
			l.was[kind+id] = append(l.was[kind+id], one[id]...)
			one[id] = []string{value}
			l.acked++
		case saysRefused:
			one[id] = slices.DeleteFunc(one[id], func(v string) bool { return v == value })
			l.words[said.parts[3]]++
		}
		return
	}
	switch word {
	case saysBegin:
		l.maybe[kind][id] = value
	case saysDone:
		delete(l.maybe[kind], id)
		l.certain[kind][id] = value
		l.acked++
	case saysRefused:
		delete(l.maybe[kind], id)
		l.refused[kind][id] = said.parts[3]
		l.words[said.parts[3]]++
	}
}

// unsure makes what was answered after the power had gone something that may be
// there: nobody was left to hear it, and no disk to keep it.
func (l *ledger) unsure(said []line, cut int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range said {
		if s.at < cut || s.word != saysDone && s.word != saysRefused {
			continue
		}
		kind, id, value := s.parts[0], s.parts[1], s.parts[2]
		if s.word == saysDone {
			l.acked--
		}
		if one, ok := l.values[kind]; ok {
			one[id] = append(one[id], value) // and what it was before, which hear kept in was
			if s.word == saysDone {
				one[id] = append(one[id], l.was[kind+id]...)
			}
			continue
		}
		delete(l.certain[kind], id)
		delete(l.refused[kind], id)
		l.maybe[kind][id] = value
	}
}

func (l *ledger) acknowledged() int { l.mu.Lock(); defer l.mu.Unlock(); return l.acked }

// difference is what a store lacks and what it has too much of.
type difference struct{ lost, wrong []string }

func (d difference) String() string {
	return fmt.Sprintf("lost %d: %.600s; wrong %d: %.600s", len(d.lost), strings.Join(d.lost, ", "), len(d.wrong), strings.Join(d.wrong, ", "))
}

// settle holds what was seen against what must be there, and takes what was
// there as the truth from then on, so that each loss counts once.
func (l *ledger) settle(s *seen) (d difference) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for kind, have := range s.byKind() {
		l.settleKind(&d, kind, have)
	}
	for code, id := range s.Referrals {
		if s.Waiting[id] != 1 {
			d.wrong = append(d.wrong, fmt.Sprintf("referral %s waits %d times", code, s.Waiting[id]))
		}
	}
	for _, m := range []map[string]string{s.Events, s.Suggestions} {
		for id := range m {
			if s.Waiting[id] != 1 {
				d.wrong = append(d.wrong, fmt.Sprintf("%s waits %d times", id, s.Waiting[id]))
			}
		}
	}
	d.wrong = append(d.wrong, s.Twice...)
	for _, key := range settings {
		l.settleValue(&d, kindSetting, key, s.Settings[key])
	}
	for id := range l.values[kindEdit] {
		l.settleValue(&d, kindEdit, id, s.Edits[id])
	}
	for id := range s.Edits {
		if l.values[kindEdit][id] == nil {
			d.wrong = append(d.wrong, "community "+id+" was never written up")
		}
	}
	if s.DraftError == "" {
		l.settleValue(&d, kindDraft, "draft", s.Draft)
	}
	mark := ""
	for m, n := range s.Imports {
		if mark = m; n != l.size {
			d.wrong = append(d.wrong, fmt.Sprintf("%d communities of %s", n, m))
		}
	}
	if len(s.Imports) > 1 {
		d.wrong = append(d.wrong, fmt.Sprintf("communities of %d imports", len(s.Imports)))
	} else {
		l.settleValue(&d, kindImport, "directory", mark)
	}
	return d
}

func (l *ledger) settleKind(d *difference, kind string, have map[string]string) {
	certain, maybe, refused := l.certain[kind], l.maybe[kind], l.refused[kind]
	for id, want := range certain {
		if got, there := have[id]; !there {
			d.lost = append(d.lost, kind+" "+id+" "+want)
			delete(certain, id)
		} else if got != want {
			d.wrong = append(d.wrong, fmt.Sprintf("%s %s is %q", kind, id, got))
		}
	}
	known := map[string]bool{} // referrals, whose first events have ids of their own
	for id, value := range have {
		if _, ok := certain[id]; ok {
			continue
		}
		if _, ok := maybe[id]; ok {
			certain[id] = value // from now on it stays
			continue
		}
		if key, ok := refused[id]; ok {
			d.wrong = append(d.wrong, fmt.Sprintf("%s %s was refused (%s) and is there", kind, id, key))
			continue
		}
		if kind != kindEvent { // the first events of a referral are not spoken of
			d.wrong = append(d.wrong, kind+" "+id+" was never recorded")
		}
		known[value] = true
	}
	if kind == kindEvent {
		for code := range l.certain[kindRefer] {
			if !known[code] {
				d.lost = append(d.lost, "first event of "+code)
			}
		}
	}
	clear(maybe)
	clear(l.was)
}

func (l *ledger) settleValue(d *difference, kind, id, have string) {
	allowed, begun := l.values[kind][id]
	if begun && !slices.Contains(allowed, have) || !begun && have != "" {
		d.lost = append(d.lost, fmt.Sprintf("%s %s is %q and should be one of %q", kind, id, have, allowed))
	}
	l.values[kind][id] = []string{have}
}
