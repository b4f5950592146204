package interchange

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
)

// row is one row of a file on its way to the target.
type row struct {
	file  string
	line  int
	bad   *Refusal             // it cannot be read at all
	fresh *directory.Community // what it says, by itself
	notes []Refusal
	// onto gives what the row makes of a record that is there.
	onto func(old *directory.Community) (*directory.Community, error)
	// native rows are refused where a field is wrong, and bring assured_at to new records.
	native bool
	format Format
	// headings are those of the table that the row stands in, by field; nil elsewhere.
	headings map[string]string
}

// inBrackets is the number in places[0].postcode.
var inBrackets = regexp.MustCompile(`\[\d+\]`)

// heading is what the file has over the column of a field: of "schedule[0].to"
// the column of the schedule, which may be in several.
func (r *row) heading(field string) string {
	if len(r.headings) == 0 {
		return ""
	}
	for f := inBrackets.ReplaceAllString(field, ""); f != ""; {
		for _, part := range []string{"", ".time", ".from", ".weekday", ".age", ".town"} {
			if h := r.headings[f+part]; h != "" {
				return h
			}
		}
		f = f[:max(strings.LastIndexByte(f, '.'), 0)]
	}
	return ""
}

func (r *row) note(field, reason, detail string) {
	r.notes = append(r.notes, Refusal{r.file, r.line, field, reason, detail, r.heading(field)})
}

// run carries one Run.
type run struct {
	o        Options
	target   Target
	acc      Account
	seen     map[string]int // id → line, to tell of duplicates
	unlisted int
	done     int64
	total    int64
	told     int64
	progress func(done, total int64)
}

// note keeps what was handled. A detail that may hold a CPR number is left out.
func (r *run) note(n Refusal) {
	n.Detail = r.detail(n.Detail)
	if len(r.acc.Notes) >= maxListed {
		r.unlisted++
		return
	}
	r.acc.Notes = append(r.acc.Notes, n)
}

func (r *run) detail(s string) string {
	if privacy.CheckCPR(s, r.o.Today).Verdict != privacy.Pass {
		return ""
	}
	return clean.Line(s, 80)
}

func (r *run) refuse(f Refusal) {
	r.acc.Refused++
	f.Detail = r.detail(f.Detail)
	if len(r.acc.Refusals) >= maxListed {
		r.unlisted++
		return
	}
	r.acc.Refusals = append(r.acc.Refusals, f)
}

func (r *run) finish() Account {
	if r.unlisted > 0 {
		r.acc.Notes = append(r.acc.Notes, Refusal{Reason: "more_not_listed", Detail: fmt.Sprint(r.unlisted)})
		r.unlisted = 0
	}
	if r.progress != nil && r.told != r.done {
		r.told = r.done
		r.progress(min(r.done, r.total), r.total)
	}
	return r.acc
}

// reader counts the bytes that are read through it, and ends when ctx does.
func (r *run) reader(ctx context.Context, in io.Reader) io.Reader { return &meter{ctx, r, in} }

type meter struct {
	ctx context.Context
	r   *run
	in  io.Reader
}

func (m *meter) Read(p []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := m.in.Read(p)
	m.r.advance(int64(n))
	return n, err
}

func (r *run) advance(n int64) {
	r.done += n
	if r.progress != nil && r.done-r.told >= 256<<10 {
		r.told = r.done
		r.progress(min(r.done, r.total), r.total)
	}
}

// take brings one row to the target and into the account.
func (r *run) take(in *row) error {
	r.acc.Rows++
	if in.bad != nil {
		r.refuse(*in.bad)
		return nil
	}
	r.identify(in)
	refusal, err := r.settle(in, in.fresh)
	if err != nil {
		return err
	}
	if refusal != nil {
		r.refuse(*refusal)
		return nil
	}
	old, err := r.target.Existing(in.fresh.Identity())
	if err != nil {
		return err
	}
	if old == nil {
		return r.add(in)
	}
	return r.update(in, old)
}

// identify puts the given ids where they belong: only a UUID is an id.
func (r *run) identify(in *row) {
	c := in.fresh
	c.ID = strings.TrimSpace(c.ID)
	if c.ID != "" && uuid.Validate(c.ID) != nil {
		in.note("id", "id_moved", c.ID)
		if c.SourceID == "" {
			c.SourceID = c.ID
		}
		c.ID = ""
	} else if id, err := uuid.Parse(c.ID); err == nil {
		c.ID = id.String() // braces and urn: are spellings of the same
	}
	if c.SourceID != "" && c.Source == "" {
		if c.Source = r.o.Source; c.Source == "" {
			c.Source = string(in.format)
		}
	}
	if !in.native {
		c.AssuredBy, c.AssuredAt = "", (directory.Community{}).AssuredAt
	} else if today, err := r.o.Today.Time(); err == nil && c.AssuredAt.After(today.AddDate(0, 0, 2)) {
		in.note("assured_at", "assured_in_future", c.AssuredAt.Format("2006-01-02"))
		c.AssuredBy, c.AssuredAt = "", (directory.Community{}).AssuredAt
	}
}

// settle makes the record fit for a store, or says why the row is refused.
func (r *run) settle(in *row, c *directory.Community) (*Refusal, error) {
	// Before cleaning: what cleaning cuts is still text of the row.
	if no, err := r.checkCPR(in, c); no != nil || err != nil {
		return no, err
	}
	c.Normalize()
	problems := directory.Problems(c.Validate())
	for n := 0; len(problems) > 0; n++ {
		p := problems[0]
		if in.native || p.Field == "name" || n > 1000 {
			return &Refusal{in.file, in.line, p.Field, p.Reason, p.Value, in.heading(p.Field)}, nil
		}
		note, err := setAside(c, p)
		if err != nil {
			return nil, err
		}
		in.note(p.Field, note, p.Value)
		c.Normalize()
		if problems = directory.Problems(c.Validate()); len(problems) == 0 {
			// A number that is no CVR number has left the field that may hold one.
			return r.checkCPR(in, c)
		}
	}
	return nil, nil
}

func (r *run) checkCPR(in *row, c *directory.Community) (*Refusal, error) {
	field, verdict, err := findCPR(c, r.o.Today)
	if err != nil || verdict == privacy.Pass {
		return nil, err
	}
	reason := "cpr"
	if verdict == privacy.Ask {
		reason = "cpr_maybe"
	}
	return &Refusal{in.file, in.line, field, reason, "", in.heading(field)}, nil
}

func (r *run) add(in *row) error {
	in.fresh.AssignID()
	if refused, err := r.put(in, in.fresh); refused || err != nil {
		return err
	}
	r.acc.Added++
	r.close(in, in.fresh.ID)
	return nil
}

func (r *run) update(in *row, old *directory.Community) error {
	before := len(in.notes)
	c, err := in.onto(old)
	if err != nil {
		return err
	}
	c.ID, c.AssuredAt, c.AssuredBy = old.ID, old.AssuredAt, old.AssuredBy
	if old.SourceID != "" || c.SourceID == "" {
		c.Source, c.SourceID = old.Source, old.SourceID
	}
	keepConfidential(c, old)
	refusal, err := r.settle(in, c)
	if err != nil {
		return err
	}
	if refusal != nil {
		r.refuse(*refusal)
		return nil
	}
	in.notes = in.notes[:before] // the same was said of the row by itself
	same, err := equal(c, old)
	if err != nil {
		return err
	}
	if same {
		r.acc.Unchanged++
	} else {
		if refused, err := r.put(in, c); refused || err != nil {
			return err
		}
		r.acc.Updated++
	}
	r.close(in, old.ID)
	return nil
}

func (r *run) put(in *row, c *directory.Community) (refused bool, err error) {
	err = r.target.Put(c)
	var no *directory.RefusedError
	if errors.As(err, &no) {
		r.refuse(Refusal{in.file, in.line, no.Field, no.Reason, no.Value, in.heading(no.Field)})
		return true, nil
	}
	return false, err
}

// close reports what was noticed about a row that was kept.
func (r *run) close(in *row, id string) {
	if first, ok := r.seen[id]; ok {
		in.note("", "twice", fmt.Sprint(first))
	} else {
		r.seen[id] = in.line
	}
	for _, n := range in.notes {
		r.note(n)
	}
}

// canonical is a record in the one form in which two of them can be compared.
func canonical(c *directory.Community) ([]byte, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("interchange: %w", err)
	}
	v := jsontext.Value(b)
	if err := v.Canonicalize(); err != nil {
		return nil, fmt.Errorf("interchange: %w", err)
	}
	return v, nil
}

func equal(a, b *directory.Community) (bool, error) {
	x, err := canonical(a)
	if err != nil {
		return false, err
	}
	y, err := canonical(b)
	return bytes.Equal(x, y), err
}

// copyOf gives a deep copy.
func copyOf(c *directory.Community) (*directory.Community, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("interchange: %w", err)
	}
	out := new(directory.Community)
	if err := json.Unmarshal(b, out); err != nil {
		return nil, fmt.Errorf("interchange: %w", err)
	}
	return out, nil
}

// publicCopy gives a copy without confidential addresses.
func publicCopy(c *directory.Community) (*directory.Community, error) {
	p, err := copyOf(c)
	if err == nil {
		p.ClearConfidential()
	}
	return p, err
}

// keepConfidential gives the confidential places of old, and where one meets
// there, back to c where c holds only what an export leaves of them.
func keepConfidential(c, old *directory.Community) {
	left := *old
	left.ClearConfidential()
	kept := false
	for i := range c.Places {
		if i >= len(old.Places) || !old.Places[i].Confidential || !c.Places[i].Confidential {
			continue
		}
		a, err1 := json.Marshal(c.Places[i])
		b, err2 := json.Marshal(left.Places[i])
		if err1 == nil && err2 == nil && bytes.Equal(a, b) {
			c.Places[i], kept = old.Places[i], true
		}
	}
	if !kept || old.Welcome == nil || old.Welcome.Where == "" {
		return
	}
	if c.Welcome == nil {
		c.Welcome = new(directory.Welcome)
	}
	if c.Welcome.Where == "" {
		c.Welcome.Where = old.Welcome.Where
	}
}
