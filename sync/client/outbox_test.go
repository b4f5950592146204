package client

import (
	"context"
	"runtime"
	"testing"
	"time"
)

// thirtyDays fills an outbox: a desk that was offline for a month.
func thirtyDays(t testing.TB, d *pc, ops int) {
	t.Helper()
	for d.count(t).Waiting < ops {
		for range 50 {
			d.refer(t)
		}
	}
}

// An outbox of a month drains in pieces, and a break in the middle costs only
// the piece.
func TestAnOutboxOfAMonthDrains(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	d := h.pc(t, desk, "Lindeby Bibliotek")
	thirtyDays(t, d, 300)
	total := d.count(t).Waiting
	ctx, stop := context.WithCancel(context.Background())
	err := d.Sync(ctx, func(p Progress) {
		if p.Stage == "push" && p.Done >= 200 {
			stop()
		}
	})
	if left := d.count(t).Waiting; err == nil || left != total-200 {
		t.Fatalf("interrupted: %v, %d of %d wait", err, left, total)
	}
	d.sync(t)
	if n := d.count(t).Waiting; n != 0 {
		t.Errorf("%d wait", n)
	}
	g := h.pc(t, guide, "Vejviserne")
	g.sync(t)
	if got, want := g.count(t).Referrals, d.count(t).Referrals; got != want {
		t.Errorf("%d vejvisninger of %d at the guide", got, want)
	}
}

// BenchmarkOutbox10000 measures the push of 10,000 operations, hub included
// (findings/reliability §5.3 row 31: within 60 s). The memory is that of hub, PC
// and their stores together.
func BenchmarkOutbox10000(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		h := newHub(b)
		d := h.pc(b, desk, "Lindeby Bibliotek")
		thirtyDays(b, d, 10_000)
		total := d.count(b).Waiting
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		start := time.Now()
		b.StartTimer()
		d.sync(b)
		b.StopTimer()
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		if n := d.count(b).Waiting; n != 0 {
			b.Errorf("%d wait", n)
		}
		b.ReportMetric(float64(total)/took.Seconds(), "ops/s")
		b.ReportMetric(float64(after.HeapSys)/(1<<20), "MiB-heap")
		b.StartTimer()
	}
}
