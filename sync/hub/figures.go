package hub

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// Figures (DESIGN §9, findings/reliability §4.7): counts below five are "<5" and
// all others rounded to five, totals included. They are published once a week and
// stand until the next: who could ask at any time would see the moment at which a
// rounded count moves, and so the exact one. A month is told of when it is over,
// and divided only where there is enough of it.
const (
	enoughToDivide = 30
	figureMonths   = 24
)

// tally counts a month of one organisation; "" is all of them.
type tally map[string]map[string]int // month and organisation, what and value

func tallyKey(month, organisation string) string { return month + "\x00" + organisation }

func (t tally) add(month, organisation, what string, n int) {
	k := tallyKey(month, organisation)
	if t[k] == nil {
		t[k] = map[string]int{}
	}
	t[k][what] += n
}

// factsOf gives what is counted of a referral: what, a slash, and its value.
func factsOf(r referral.Referral, evs []referral.Event) iter.Seq[string] {
	return func(yield func(string) bool) {
		facts := []string{"total/", "depth/" + string(r.Depth), "state/" + string(referral.StateOf(r, evs).State)}
		for _, w := range r.Wishes {
			facts = append(facts, "wish/"+w)
		}
		for _, f := range facts {
			if !yield(f) {
				return
			}
		}
	}
}

// rows is the one way from counts to figures: a row for each count, rounded, none
// exact. Of every month that is divided all rows are there, so that one that is
// missing says nothing; where the totals would give a small count away, the month
// is divided less.
func (t tally) rows(from, to string) []protocol.FigureRow {
	months := map[string][]string{} // organisations, "" first
	for k := range t {
		if month, organisation, _ := strings.Cut(k, "\x00"); month >= from && month <= to {
			months[month] = append(months[month], organisation)
		}
	}
	var out []protocol.FigureRow
	for _, month := range slices.Sorted(maps.Keys(months)) {
		slices.Sort(months[month])
		out = append(out, t.month(month, months[month])...)
	}
	return out
}

// month gives the rows of one month. What gives a small count away is left out
// until nothing does.
func (t tally) month(month string, organisations []string) []protocol.FigureRow {
	divided := map[string]bool{}
	for _, o := range organisations {
		divided[o] = t[tallyKey(month, o)]["total/"] >= enoughToDivide
	}
	for {
		s := t.sheet(month, organisations, divided)
		leaks := privacy.Leaks(s.shown, s.sums)
		if len(leaks) == 0 {
			return s.rows
		}
		for _, i := range leaks {
			switch r := s.rows[i]; {
			case r.What == "total":
				organisations = organisations[:1] // all of them together is what is left
			case divided[r.Organisation]:
				divided[r.Organisation] = false
			}
		}
	}
}

// sheet is a month as it would be shown, and what adds up in it.
type sheet struct {
	rows  []protocol.FigureRow
	shown []privacy.Count
	sums  []privacy.Sum
}

func (t tally) sheet(month string, organisations []string, divided map[string]bool) (s sheet) {
	at := map[string]map[string]int{} // organisation and what → row
	for _, o := range organisations {
		whats := []string{"total/"}
		if divided[o] {
			whats = dividedBy(o == "")
		}
		at[o] = map[string]int{}
		for _, w := range whats {
			what, value, _ := strings.Cut(w, "/")
			c := privacy.Shown(t[tallyKey(month, o)][w])
			at[o][w] = len(s.rows)
			s.rows = append(s.rows, protocol.FigureRow{Month: month, Organisation: o, What: what, Value: value, Count: c.String()})
			s.shown = append(s.shown, c)
		}
		for _, what := range []string{"depth/", "state/"} {
			var parts []int
			for w, i := range at[o] {
				if strings.HasPrefix(w, what) {
					parts = append(parts, i)
				}
			}
			if len(parts) > 0 {
				s.sums = append(s.sums, privacy.Sum{Total: at[o]["total/"], Parts: parts})
			}
		}
	}
	for w, total := range at[""] {
		parts, sum := []int{}, 0
		for _, o := range organisations {
			if i, ok := at[o][w]; ok && o != "" {
				parts, sum = append(parts, i), sum+t[tallyKey(month, o)][w]
			}
		}
		if len(parts) > 0 && sum == t[tallyKey(month, "")][w] {
			s.sums = append(s.sums, privacy.Sum{Total: total, Parts: parts})
		}
	}
	return s
}

// dividedBy lists everything a month is divided by, told or not; wishes are for
// all organisations together.
func dividedBy(wishes bool) []string {
	out := []string{"total/"}
	for _, d := range referral.Depths {
		out = append(out, "depth/"+string(d))
	}
	out = append(out, "state/"+string(referral.Draft))
	for _, k := range referral.Kinds {
		out = append(out, "state/"+string(k))
	}
	if wishes {
		for _, w := range referral.Wishes {
			out = append(out, "wish/"+w)
		}
	}
	return out
}

// count counts the cases that carry one of the tokens, none being all, those that
// are counts by now included.
func (h *Hub) count(ctx context.Context, areas tokens) (tally, error) {
	t := tally{}
	mine := func(in []string) bool {
		return len(areas) == 0 || slices.ContainsFunc(areas, func(a string) bool { return slices.Contains(in, a) })
	}
	events := map[referral.Code][]record.Record{}
	var refs []record.Record
	err := h.store.EachRecord(ctx, record.FeedOf(record.Cases, ""), func(r record.Record) error {
		if r.Kind == record.Referral {
			if mine(r.In) {
				refs = append(refs, r)
			}
			return nil
		}
		if r.Kind != record.Event {
			return nil // a contact card, or a session, is nothing that happened
		}
		var e referral.Event
		if err := json.Unmarshal(r.Body, &e); err != nil {
			return err
		}
		events[e.Code] = append(events[e.Code], r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	both := func(month, organisation, what string, n int) {
		t.add(month, "", what, n)
		if organisation != "" {
			t.add(month, organisation, what, n)
		}
	}
	for _, rec := range refs {
		var r referral.Referral
		if err := json.Unmarshal(rec.Body, &r); err != nil || len(r.At) < 7 {
			return nil, errors.Join(errFigure, err)
		}
		for f := range factsOf(r, eventsOf(events[r.Code], r)) {
			both(string(r.At)[:7], r.Organisation, f, 1)
		}
	}
	err = h.eachAdmin(ctx, record.Aggregate, func(rec record.Record) error {
		var a aggregate
		if err := json.Unmarshal(rec.Body, &a); err != nil {
			return err
		}
		if mine(a.In) {
			for what, n := range a.Counts {
				both(a.Month, a.Organisation, what, n)
			}
		}
		return nil
	})
	return t, err
}

var errFigure = errors.New("hub: a referral cannot be counted")

// figureCache holds the week's figures while they are made.
type figureCache struct{ mu sync.Mutex }

// published gives the figures of this week: those that were given before in it, or
// new ones, which are kept beside the log.
func (h *Hub) published(ctx context.Context, areas tokens) (*protocol.Figures, error) {
	h.figures.mu.Lock()
	defer h.figures.mu.Unlock()
	now := h.o.Now().In(directory.Copenhagen)
	year, week := now.ISOWeek()
	name := filepath.Join(h.o.Dir, "figures", strconv.Itoa(year)+"-"+strconv.Itoa(week)+"-"+h.id.mac("figures", strings.Join(areas, "\n"))[:16]+".json")
	b, err := os.ReadFile(name)
	if err == nil {
		f := new(protocol.Figures)
		return f, json.Unmarshal(b, f)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	t, err := h.count(ctx, areas)
	if err != nil {
		return nil, err
	}
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, directory.Copenhagen)
	from, to := first.AddDate(0, -figureMonths, 0), first.AddDate(0, 0, -1)
	f := &protocol.Figures{From: directory.DayOf(from), To: directory.DayOf(to), Rows: t.rows(from.Format("2006-01"), to.Format("2006-01"))}
	slices.SortStableFunc(f.Rows, func(a, b protocol.FigureRow) int { return cmp.Compare(a.Month, b.Month) })
	if b, err = json.Marshal(f, json.Deterministic(true)); err != nil {
		return nil, err
	}
	if len(b) > protocol.MaxReply { // too many organisations for one reply: all of them together
		f.Rows = slices.DeleteFunc(f.Rows, func(r protocol.FigureRow) bool { return r.Organisation != "" })
		if b, err = json.Marshal(f, json.Deterministic(true)); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, err
	}
	return f, interchange.WriteFile(name, func(w io.Writer) error { _, err := w.Write(b); return err })
}

// serveFigures gives a coordinator the counts of their municipalities.
func (h *Hub) serveFigures(w *reply, r *http.Request, who *caller) error {
	if !who.hold.figures() {
		return notFound
	}
	f, err := h.published(r.Context(), areasOf(who.device.Municipalities))
	if err != nil {
		return err
	}
	h.audit.add(entry{Device: who.id, Role: string(who.device.Role), Action: "figures", Result: "done"})
	return w.json(http.StatusOK, f)
}
