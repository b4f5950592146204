package followup

import (
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// part is what the list shows.
type part string

// The parts of the list.
const (
	showDue     part = "due"
	showAll     part = "all"
	showUnsent  part = "unsent"
	showReports part = "reports"
)

// row is one row of the list: a heading, a task, a life, or a suggestion. The values
// are places in the snapshot, so that ten thousand rows are made at once.
type row struct {
	heading string // key of its words
	task    int    // place, or -1
	life    int
	report  int
}

func heading(key string) row { return row{heading: key, task: -1, life: -1, report: -1} }

// rows gives the rows of a part.
func (x *snapshot) rows(p part, today directory.Day) []row {
	switch p {
	case showDue:
		return x.dueRows()
	case showReports:
		out := make([]row, len(x.suggestions))
		for i := range out {
			out[i] = row{task: -1, life: -1, report: i}
		}
		return out
	}
	return x.lifeRows(p == showUnsent, today)
}

func (x *snapshot) dueRows() []row {
	out := make([]row, 0, len(x.tasks)+len(referral.Whens))
	last := referral.When("")
	for i := range x.tasks {
		if w := x.tasks[i].When; w != last {
			last = w
			out = append(out, heading("followup.group_"+string(w)))
		}
		out = append(out, row{task: i, life: x.byCode[x.tasks[i].Code], report: -1})
	}
	return out
}

func (x *snapshot) lifeRows(unsent bool, today directory.Day) []row {
	week := today.AddDays(-6)
	out := make([]row, 0, len(x.lives)+3)
	last := ""
	for i := range x.lives {
		r := &x.lives[i].Referral
		if unsent && !x.waits[r.Code] {
			continue
		}
		group := "followup.shown_earlier"
		switch {
		case r.ID == "":
			group = "followup.shown_elsewhere"
		case r.At >= today:
			group = "followup.shown_today"
		case r.At >= week:
			group = "followup.shown_week"
		}
		if group != last {
			last = group
			out = append(out, heading(group))
		}
		out = append(out, row{task: -1, life: i, report: -1})
	}
	return out
}

func (p *Page) codeAt(i int) referral.Code {
	if i < 0 || i >= len(p.rows) || p.rows[i].life < 0 {
		return ""
	}
	return p.snap.lives[p.rows[i].life].Referral.Code
}

func (p *Page) reportAt(i int) *localdb.Suggestion {
	if i < 0 || i >= len(p.rows) || p.rows[i].report < 0 {
		return nil
	}
	return &p.snap.suggestions[p.rows[i].report]
}
