package faults

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"text/tabwriter"
	"time"
)

// Row is what came of one kind of harm.
type Row struct {
	Harm         string
	Times        int // how often it was done
	Acknowledged int // records that were to be there afterwards
	Lost         int // of those, not there
	Silent       int // of those lost, not told to anybody
	Wrong        int // there although never recorded, twice, or not as recorded
	Failed       int // first starts that did not succeed
	Rebuilt      int // starts that set the view aside and made it again
	Back         []time.Duration
	Note         string
}

// Table collects rows. It is safe for concurrent use.
type Table struct {
	mu   sync.Mutex
	rows []*Row
}

// Add adds what came of some more harm to its row.
func (t *Table) Add(r Row) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.IndexFunc(t.rows, func(have *Row) bool { return have.Harm == r.Harm })
	if i < 0 {
		t.rows = append(t.rows, &r)
		return
	}
	have := t.rows[i]
	have.Times += r.Times
	have.Acknowledged += r.Acknowledged
	have.Lost += r.Lost
	have.Silent += r.Silent
	have.Wrong += r.Wrong
	have.Failed += r.Failed
	have.Rebuilt += r.Rebuilt
	have.Back = append(have.Back, r.Back...)
	if r.Note != "" {
		have.Note = r.Note
	}
}

// Write writes the table in the order in which the rows came.
func (t *Table) Write(w io.Writer) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.rows) == 0 {
		return nil
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "harm\ttimes\tacknowledged\tlost\tsilent\twrong\tfailed starts\trebuilt\tback p50\tp95\tmax\t")
	for _, r := range t.rows {
		slices.Sort(r.Back)
		fmt.Fprintf(tw, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%s\t %s\n", r.Harm, r.Times, r.Acknowledged, r.Lost, r.Silent,
			r.Wrong, r.Failed, r.Rebuilt, at(r.Back, 50), at(r.Back, 95), at(r.Back, 100), r.Note)
	}
	return tw.Flush()
}

// at gives a percentile of sorted times.
func at(sorted []time.Duration, percent int) string {
	if len(sorted) == 0 {
		return "–"
	}
	i := (len(sorted)*percent+99)/100 - 1
	return sorted[max(0, i)].Round(time.Millisecond).String()
}
