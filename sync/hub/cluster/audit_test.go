package cluster

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/client"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
)

// refer records a vejvisning, which is two operations.
func (x *pc) refer() referral.Referral {
	x.t.Helper()
	code, err := referral.Draw(rand.Reader)
	if err != nil {
		x.t.Fatal(err)
	}
	r := referral.Referral{ID: uuid.Must(uuid.NewV7()).String(), Code: code, At: directory.DayOf(time.Now()), Organisation: "Lindeby Bibliotek",
		Depth: referral.Guided, Communities: []string{uuid.NewString()}, Origin: referral.AskedFor, ShownBy: referral.ByProfessional}
	if err := x.s.RecordReferral(r); err != nil {
		x.t.Error("what a person did was not taken:", err)
		return r
	}
	x.acts.mu.Lock()
	defer x.acts.mu.Unlock()
	x.acts.by[r.Code] = r.ID
	return r
}

// acts are what a person did at a machine and was told is kept.
type acts struct {
	mu sync.Mutex
	by map[referral.Code]string // id of the vejvisning
}

// again is the same machine with its program started anew.
func (x *pc) again() *pc {
	x.t.Helper()
	c, err := client.New(client.Options{Store: x.s, Program: "test/1"})
	if err != nil {
		x.t.Fatal(err)
	}
	x.t.Cleanup(c.Close)
	return &pc{x.t, x.s, c, x.acts}
}

func referrals(t testing.TB, x *pc) []referral.Referral {
	t.Helper()
	rs, err := x.s.Referrals()
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

// watchPosition looks at every change of the machines whether one went back, and
// gives a function that ends it and says so.
func watchPosition(xs ...*pc) func() string {
	var ends []func() string
	for i, x := range xs {
		var last record.Position
		said := ""
		look := func() {
			at := position(x.t, x)
			if at.Epoch == last.Epoch && at.Seq < last.Seq {
				said = fmt.Sprintf("machine %d went from %v to %v", i, last, at)
			}
			last = at
		}
		done, gone := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(gone)
			for {
				look()
				select {
				case <-done:
					return
				case <-time.After(time.Millisecond):
				}
			}
		}()
		ends = append(ends, func() string { close(done); <-gone; return said })
	}
	return func() string {
		var all []string
		for _, end := range ends {
			if s := end(); s != "" {
				all = append(all, s)
			}
		}
		return strings.Join(all, "\n")
	}
}

// account is what an audit found.
type account struct{ recorded, lost, doubled int }

// audit holds every act of the machines against the log itself: each vejvisning and
// its event once, nothing refused, no counter passed over.
func (p *pair) audit(xs ...*pc) account {
	p.t.Helper()
	a, err := p.account(xs)
	if err != nil {
		p.t.Fatal(err)
	}
	if a.lost+a.doubled > 0 || a.recorded == 0 {
		p.t.Errorf("%+v", a)
	}
	return a
}

func (p *pair) account(xs []*pc) (account, error) {
	ctx := context.Background()
	l := p.openLog()
	defer l.Close()
	events := map[referral.Code]int{}
	there := map[string]int{}
	for r, err := range l.Read(ctx, 0) {
		if err != nil {
			return account{}, err
		}
		if r.Tombstone {
			continue
		}
		there[r.Key]++
		if strings.HasPrefix(r.Key, "case.event.") {
			var rec record.Record
			var e referral.Event
			if err := errors.Join(json.Unmarshal(r.Value, &rec), json.Unmarshal(rec.Body, &e)); err != nil {
				return account{}, err
			}
			events[e.Code]++
		}
	}
	var a account
	for _, x := range xs {
		if err := x.settled(); err != nil {
			return a, err
		}
		e, err := x.s.Enrolment()
		if err != nil {
			return a, err
		}
		x.acts.mu.Lock()
		by := maps.Clone(x.acts.by)
		x.acts.mu.Unlock()
		for code, id := range by {
			a.recorded++
			switch n := events[code]; {
			case n == 0 || there["case.referral."+id] == 0:
				a.lost++
			case n > 1:
				a.doubled++
			}
		}
		r, err := l.Last(ctx, "admin.counter."+strings.ToLower(e.Device))
		if err != nil {
			return a, err
		}
		if err := counts(r, x.s); err != nil {
			return a, err
		}
	}
	return a, nil
}

// counts says whether the hub's counter of a machine is one that the machine gave.
func counts(r log.Record, s *localdb.Store) error {
	var rec record.Record
	var c struct {
		Counter uint64 `json:"counter"`
	}
	if err := errors.Join(json.Unmarshal(r.Value, &rec), json.Unmarshal(rec.Body, &c)); err != nil {
		return err
	}
	if c.Counter == 0 || c.Counter > s.LastCounter() {
		return fmt.Errorf("the hub knows operations up to %d, and %d was the last", c.Counter, s.LastCounter())
	}
	return nil
}

// settled says whether everything of a machine was taken.
func (x *pc) settled() error {
	st, err := x.s.Status()
	if err != nil {
		return err
	}
	if st.Waiting > 0 || st.Refused > 0 {
		return fmt.Errorf("%d operations wait and %d were refused", st.Waiting, st.Refused)
	}
	return nil
}
