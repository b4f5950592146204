package hub

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// Whoever knows all rows and how they are rounded knows no count exactly: for each
// cell, every count that the rows allow is tried against the totals.
func TestNoCountCanBeWorkedOutFromTheFigures(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	exact, cells := 0, 0
	for range 300 {
		tl := tally{}
		for _, org := range []string{"A", "B", "C"} {
			n := rnd.IntN(60)
			for range n {
				d := "depth/" + string(referral.Depths[rnd.IntN(3)])
				for _, o := range []string{"", org} {
					tl.add("2026-10", o, "total/", 1)
					tl.add("2026-10", o, d, 1)
				}
			}
		}
		rows := map[string]string{}
		for _, r := range tl.rows("2026-01", "2026-12") {
			if strings.Trim(r.Count, "0123456789") == "" && !strings.HasSuffix(r.Count, "0") && !strings.HasSuffix(r.Count, "5") {
				t.Fatal("an exact count:", r)
			}
			rows[r.Organisation+"/"+r.What+"/"+r.Value] = r.Count
		}
		bounds := func(s string) (int, int) {
			if s == "<5" {
				return 0, 4
			}
			var n int
			fmt.Sscan(s, &n)
			return max(n-2, 5), n + 2
		}
		// Each depth of an organisation: bounds of its own row, and of the total less the others.
		for _, org := range []string{"", "A", "B", "C"} {
			tot, ok := rows[org+"/total/"]
			if !ok {
				continue
			}
			tlo, thi := bounds(tot)
			var lo, hi [3]int
			for i, d := range referral.Depths {
				c, ok := rows[org+"/depth/"+string(d)]
				if !ok {
					lo[i], hi[i] = 0, thi
					continue
				}
				lo[i], hi[i] = bounds(c)
			}
			for i := range 3 {
				olo, ohi := 0, 0
				for j := range 3 {
					if j != i {
						olo, ohi = olo+lo[j], ohi+hi[j]
					}
				}
				cells++
				if max(lo[i], tlo-ohi) == min(hi[i], thi-olo) && rows[org+"/depth/"+string(referral.Depths[i])] == "<5" {
					exact++
				}
			}
		}
	}
	t.Logf("%d cells, %d small ones known exactly", cells, exact)
	if exact > 0 {
		t.Error("small cells known exactly:", exact)
	}
}

func (m *machine) figures() protocol.Figures {
	m.t.Helper()
	code, _, b := m.do(http.MethodGet, protocol.PathFigures, nil, nil)
	var f protocol.Figures
	if code != 200 || json.Unmarshal(b, &f) != nil {
		m.t.Fatalf("%d %s", code, b)
	}
	return f
}

func count(f protocol.Figures, month, what, value string) string {
	for _, r := range f.Rows {
		if r.Month == month && r.Organisation == "" && r.What == what && r.Value == value {
			return r.Count
		}
	}
	return "none"
}

func TestFiguresStandForAWeekAndTellOfWholeMonths(t *testing.T) {
	r := newRig(t)
	desk := r.join(protocol.Desk, "Lindeby Bibliotek")
	month := r.now().AddDate(0, -1, -r.now().Day()+1).Format("2006-01")
	show := func(n int, day string) {
		var ops []protocol.Op
		for range n {
			ref := newReferral(t, "")
			ref.At = directory.Day(day)
			ops = append(ops, desk.op(protocol.OpReferral, ref))
		}
		desk.push(ops...)
	}
	show(33, month+"-10")
	show(40, r.now().Format("2006-01-02")) // this month is not over
	c := r.join(protocol.Coordinator, "Kommunen")
	f := c.figures()
	if count(f, month, "total", "") != "35" || count(f, month, "depth", "guided") != "35" || count(f, month, "depth", "postcard") != "<5" || count(f, r.now().Format("2006-01"), "total", "") != "none" {
		t.Errorf("%+v", f.Rows[:min(len(f.Rows), 8)])
	}
	show(10, month+"-11")
	if got := count(c.figures(), month, "total", ""); got != "35" {
		t.Error("within the week:", got)
	}
	r.pass(7 * 24 * time.Hour)
	c.login()
	if f := c.figures(); count(f, month, "total", "") != "45" {
		t.Error("next week:", count(f, month, "total", ""))
	}
}

// After two years a case is a count, and the figures are what they were.
func TestOldCasesBecomeCountsAndAreNotCountedTwice(t *testing.T) {
	r := newRig(t)
	desk := r.join(protocol.Desk, "Lindeby Bibliotek")
	old := r.now().AddDate(0, -23, 0).Format("2006-01-02")
	var ops []protocol.Op
	for range 40 {
		ref := newReferral(t, "")
		ref.At = directory.Day(old)
		e := event(ref.Code, referral.Shown)
		e.On = ref.At
		ops = append(ops, desk.op(protocol.OpReferral, ref), desk.op(protocol.OpEvent, e))
	}
	desk.push(ops...)
	before, err := r.hub.count(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.pass(70 * 24 * time.Hour)
	for range 2 {
		if err := r.hub.retire(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	after, err := r.hub.count(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(before) != fmt.Sprint(after) || before[tallyKey(old[:7], "")]["total/"] != 40 {
		t.Errorf("%v\n%v", before, after)
	}
	desk.login()
	_, tr := desk.changes(0, "")
	if n := tr.Roots["case/o-lindeby-bibliotek"].Count; n != 0 {
		t.Error(n, "cases stay")
	}
	// And after 400 days more the tombstones go, and the floor says so.
	r.pass(tombstoneDays*24*time.Hour + time.Hour)
	if err := r.hub.purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	st, err := r.log.State(t.Context())
	if err != nil || st.Floor == 0 {
		t.Error(st, err)
	}
	n := 0
	for x, err := range r.log.Read(t.Context(), st.Floor) {
		if err != nil {
			t.Fatal(err)
		}
		if x.Tombstone {
			n++
		}
	}
	if n > 0 {
		t.Error(n, "tombstones stay")
	}
	desk.login()
	if code, _, _ := desk.do("GET", protocol.PathChanges+"?after="+protocol.FormatPosition(record.Position{Epoch: desk.epoch, Seq: 1}), nil, nil); code != 410 {
		t.Error("below the floor:", code)
	}
}

// A desk whose clock is ten years off does not see its vejvisninger go within the
// hour, nor stay for twelve years: they are kept for two from when the hub took them.
func TestACaseOfAWrongClockIsKeptFromWhenItCame(t *testing.T) {
	r := newRig(t)
	desk := r.join(protocol.Desk, "Lindeby Bibliotek")
	for _, years := range []int{-10, 10} {
		ref := newReferral(t, "")
		ref.At = directory.Day(r.now().AddDate(years, 0, 0).Format("2006-01-02"))
		e := event(ref.Code, referral.Shown)
		e.On = ref.At
		desk.push(desk.op(protocol.OpReferral, ref), desk.op(protocol.OpEvent, e))
	}
	for _, c := range []struct {
		months int
		want   uint64
	}{{0, 4}, {23, 4}, {2, 0}} {
		r.pass(r.now().AddDate(0, c.months, 0).Sub(r.now()))
		if err := r.hub.retire(t.Context()); err != nil {
			t.Fatal(err)
		}
		desk.login()
		if _, tr := desk.changes(0, ""); tr.Roots["case/o-lindeby-bibliotek"].Count != c.want {
			t.Error(c.months, "months later:", tr.Roots)
		}
	}
}
