package faults_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

func init() { children["look"] = lookInside }

// seen is what a start finds in the store, read as the screens read it.
type seen struct {
	Referrals   map[string]string // code → id
	Events      map[string]string // id → code
	Suggestions map[string]string // id → text
	Gaps        map[string]string // area → ""
	Settings    map[string]string
	Imports     map[string]int    // mark → communities that carry it
	Edits       map[string]string // id → summary
	Draft       string
	DraftError  string
	Waiting     map[string]int // id → how often it waits
	Twice       []string       // records that are there more than once
	Rebuilt     string
	Limited     bool
	Report      localdb.Report // before anything was repaired
	Repaired    localdb.Report // after
	Dump        int            // lines

	Back time.Duration `json:"-"` // from the start of the process to the open store
}

// byKind gives the records that came through the journal.
func (s *seen) byKind() map[string]map[string]string {
	return map[string]map[string]string{kindRefer: s.Referrals, kindEvent: s.Events, kindSuggest: s.Suggestions, kindGap: s.Gaps}
}

// lookInside opens the store in args[0], says so, and says what is in it. With
// "repair" as args[1] it then repairs what there is to repair.
func lookInside(args []string) {
	ctx := context.Background()
	s, err := localdb.Open(ctx, localdb.Options{Dir: args[0], Create: true})
	if err != nil {
		say(saysFailed, "open", localdb.MessageKey(err), err.Error())
		os.Exit(1)
	}
	say(saysOpen)
	l, err := read(ctx, s)
	if err == nil && len(args) > 1 && args[1] == "repair" {
		l.Repaired, err = s.Verify(ctx, true)
	}
	if err := errors.Join(err, s.Close()); err != nil {
		say(saysFailed, "read", localdb.MessageKey(err), err.Error())
		os.Exit(1)
	}
	must(json.MarshalWrite(os.Stdout, l))
}

func read(ctx context.Context, s *localdb.Store) (l *seen, err error) {
	l = &seen{Referrals: map[string]string{}, Events: map[string]string{}, Suggestions: map[string]string{}, Gaps: map[string]string{},
		Settings: map[string]string{}, Imports: map[string]int{}, Edits: map[string]string{}, Waiting: map[string]int{}}
	put := func(m map[string]string, kind, id, value string) {
		if _, there := m[id]; there {
			l.Twice = append(l.Twice, kind+" "+id)
		}
		m[id] = value
	}
	rs, err := s.Referrals()
	for _, r := range rs {
		put(l.Referrals, kindRefer, string(r.Code), r.ID)
		got, events, err := s.Referral(r.Code)
		if err != nil || got.ID != r.ID {
			return nil, fmt.Errorf("%s is listed as %s and found as %s: %w", r.Code, r.ID, got.ID, err)
		}
		for _, e := range events {
			put(l.Events, kindEvent, e.ID, string(r.Code))
		}
	}
	gs, err2 := s.Suggestions()
	for _, g := range gs {
		put(l.Suggestions, kindSuggest, g.ID, g.Text)
	}
	gaps, err3 := s.Gaps()
	for _, g := range gaps {
		put(l.Gaps, kindGap, g.Area, "")
	}
	ws, err4 := s.Waiting()
	for _, w := range ws {
		l.Waiting[w.ID]++
	}
	for _, key := range settings {
		value, err := s.Setting(key)
		if err != nil {
			return nil, err
		}
		l.Settings[key] = value
	}
	err5 := s.EachCommunity(func(c *directory.Community) error {
		if c.Source == "" {
			put(l.Edits, kindEdit, c.ID, c.Summary)
		} else {
			l.Imports[c.Summary]++
		}
		return nil
	})
	draft, err6 := s.LoadDraft()
	if draft != nil {
		l.Draft = draft.Language
	}
	if errors.Is(err6, localdb.ErrDamaged) {
		l.DraftError, err6 = err6.Error(), nil
	}
	st, err7 := s.Status()
	l.Rebuilt, l.Limited = st.Rebuilt, st.Limited
	lines := &lineCounter{}
	err8 := s.Dump(lines)
	l.Dump = lines.n
	if err := errors.Join(err, err2, err3, err4, err5, err6, err7, err8); err != nil {
		return nil, err
	}
	l.Report, err = s.Verify(ctx, false)
	return l, err
}

type lineCounter struct{ n int }

func (c *lineCounter) Write(p []byte) (int, error) {
	c.n += strings.Count(string(p), "\n")
	return len(p), nil
}

// look starts the product on dir in a process of its own and gives what it found.
// An error means that the start did not succeed.
func (p program) look(dir string, args ...string) (*seen, error) {
	cmd := p.child(append([]string{"look", dir}, args...)...)
	var trouble strings.Builder
	cmd.Stderr = &trouble
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	answer := bufio.NewReader(out)
	first, err := answer.ReadString('\n')
	back := time.Since(began)
	rest, rerr := io.ReadAll(answer)
	werr := cmd.Wait()
	if err != nil || parse(first).word != saysOpen {
		return nil, fmt.Errorf("the start failed: %s %w %s", strings.TrimSpace(first), errors.Join(err, werr), firstLines(trouble.String()))
	}
	l := new(seen)
	if err := errors.Join(rerr, werr, json.Unmarshal(rest, l, jsontext.AllowDuplicateNames(false))); err != nil {
		return nil, fmt.Errorf("the start succeeded, the reading failed: %w: %s %s", err, firstLines(string(rest)), firstLines(trouble.String()))
	}
	l.Back = back
	return l, nil
}

func firstLines(s string) string { return s[:min(len(s), 1500)] }
