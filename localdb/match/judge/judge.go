// Package judge measures a search against judged queries: what people asked,
// and which communities they would want to see. It knows queries, grades and
// answers; it must not know the index, a directory, a file or the clock. What
// searches is handed in as a function, so that any engine is judged alike.
//
// The testdata holds a set nobody tunes on; humlekaer.md says why.
package judge

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ClassNone is the class of queries that nothing in the directory answers.
const ClassNone = "none"

// Best is the grade of what was asked for; 2 is good, 1 acceptable, 0 wrong.
const Best = 3

// Query is one judged query. Grades maps the source ids of communities to 1–3;
// it is empty where nothing fits.
type Query struct {
	ID, Text, Class string
	Grades          map[string]int
}

// SetError says which line of a judged set cannot be used.
type SetError struct {
	Line   int // from 1
	Reason string
	Err    error // nil where the line was read
}

func (e *SetError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("judged set, line %d: %s: %v", e.Line, e.Reason, e.Err)
	}
	return fmt.Sprintf("judged set, line %d: %s", e.Line, e.Reason)
}

func (e *SetError) Unwrap() error { return e.Err }

// Read reads a judged set: a line each, {"id","query","class","grades":{…}}.
// member names the member that holds the grades, "grades" where empty; sets
// judged on several directories have one for each ("grades_1k").
func Read(r io.Reader, member string) ([]Query, error) {
	if member == "" {
		member = "grades"
	}
	var out []Query
	seen := map[string]bool{}
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 1<<24)
	for n := 1; sc.Scan(); n++ {
		if len(bytes.TrimSpace(sc.Bytes())) == 0 {
			continue
		}
		q, err := readLine(sc.Bytes(), member)
		if err != nil {
			return nil, &SetError{Line: n, Reason: "not a judged query", Err: err}
		}
		switch {
		case q.ID == "" || seen[q.ID]:
			return nil, &SetError{Line: n, Reason: "no id of its own"}
		case q.Text == "" || q.Class == "":
			return nil, &SetError{Line: n, Reason: "no query or no class"}
		case (q.Class == ClassNone) != (len(q.Grades) == 0):
			return nil, &SetError{Line: n, Reason: "grades and class disagree on whether anything fits"}
		}
		for _, g := range q.Grades {
			if g < 1 || g > Best {
				return nil, &SetError{Line: n, Reason: "a grade is not 1–3"}
			}
		}
		seen[q.ID] = true
		out = append(out, q)
	}
	return out, sc.Err()
}

func readLine(line []byte, member string) (Query, error) {
	var m map[string]jsontext.Value
	if err := json.Unmarshal(line, &m); err != nil {
		return Query{}, err
	}
	var q Query
	for name, to := range map[string]any{"id": &q.ID, "query": &q.Text, "class": &q.Class, member: &q.Grades} {
		v, ok := m[name]
		if !ok {
			return Query{}, fmt.Errorf("no member %q", name)
		}
		if err := json.Unmarshal(v, to); err != nil {
			return Query{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return q, nil
}

// Answer is what a search gave: source ids, best first, and whether it said
// itself that nothing fits well.
type Answer struct {
	Hits []string
	Weak bool
}

// Search answers a text as it stands in the search box, perhaps half typed.
type Search func(text string) Answer

// Verdict is how one query was answered. Shares are 0–1.
type Verdict struct {
	ID      string   `json:"id"`
	Text    string   `json:"query"`
	Class   string   `json:"class"`
	NDCG    float64  `json:"ndcg10"` // class none: 1 where silent or weak, else 0
	Recall  float64  `json:"recall10"`
	Success bool     `json:"success3"` // one of the best grade among the first three
	Typed   int      `json:"typed"`    // characters until then; Never where it does not come
	Weak    bool     `json:"weak"`     // silent, or said that nothing fits well
	First   []string `json:"first"`    // the first three
}

// Never is Verdict.Typed where no beginning of the query brings what was asked for.
const Never = -1

// WrongSilence says that something fits and the answer denied it.
func (v *Verdict) WrongSilence() bool { return v.Weak && v.Class != ClassNone }

// FalseConfidence says that nothing fits and the answer claimed it.
func (v *Verdict) FalseConfidence() bool { return !v.Weak && v.Class == ClassNone }

// Run is one search judged by one set.
type Run struct {
	Set      string    `json:"set"` // what the set is called; for whoever reads it
	Verdicts []Verdict `json:"verdicts"`
}

// Judge asks every query of a set, and every beginning of it for Typed.
func Judge(set string, qs []Query, search Search) Run {
	run := Once(set, qs, search)
	for i := range qs {
		if qs[i].Class != ClassNone {
			run.Verdicts[i].Typed = typed(&qs[i], search)
		}
	}
	return run
}

// Once asks every query of a set as a whole and leaves Typed at Never.
func Once(set string, qs []Query, search Search) Run {
	run := Run{Set: set}
	for i := range qs {
		q := &qs[i]
		a := search(q.Text)
		v := Verdict{ID: q.ID, Text: q.Text, Class: q.Class, Weak: a.Weak || len(a.Hits) == 0, Typed: Never}
		v.First = a.Hits[:min(firstSeen, len(a.Hits))]
		if q.Class == ClassNone {
			if v.Weak {
				v.NDCG = 1
			}
			run.Verdicts = append(run.Verdicts, v)
			continue
		}
		v.NDCG = NDCG(a.Hits, q.Grades)
		v.Recall = Recall(a.Hits, q.Grades)
		v.Success = Success(a.Hits, q.Grades)
		run.Verdicts = append(run.Verdicts, v)
	}
	return run
}

// typed is how many characters of a query it takes until it succeeds.
func typed(q *Query, search Search) int {
	n := 0
	for end := range q.Text {
		if end > 0 && Success(search(q.Text[:end]).Hits, q.Grades) {
			return n
		}
		n++
	}
	if Success(search(q.Text).Hits, q.Grades) {
		return n
	}
	return Never
}
