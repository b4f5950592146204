package main

import (
	"fmt"
	"io"
	"math"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/match/judge"
)

// classTable prints a row for each class and a column for each engine.
func classTable(w io.Writer, title string, runs []judge.Run) {
	fmt.Fprintf(w, "\n%s\n%-12s %4s", title, "class", "n")
	for _, r := range runs {
		fmt.Fprintf(w, " %12s", r.Set)
	}
	fmt.Fprintln(w)
	for i, s := range runs[0].Summarize() {
		name := s.Class
		if name == "" {
			name = "all"
		}
		fmt.Fprintf(w, "%-12s %4d", name, s.N)
		for _, r := range runs {
			fmt.Fprintf(w, " %12.3f", r.Summarize()[i].NDCG.Mean)
		}
		fmt.Fprintln(w)
	}
	for _, r := range runs[1:] {
		ds, _ := judge.Compare(&runs[0], &r)
		fmt.Fprintf(w, "ours less %-11s %+.3f [%+.3f, %+.3f]\n", r.Set, ds[0].NDCG.Mean, ds[0].NDCG.Low, ds[0].NDCG.High)
	}
}

// costTable prints a row for each engine, with ratios to ours.
func costTable(w io.Writer, title string, rows []figures) {
	fmt.Fprintf(w, "\n%s; in brackets as many times ours\n%-12s %8s %18s %18s %18s %18s %12s %16s\n", title,
		"engine", "nDCG@10", "key p50 ms", "key p99 ms", "build CPU s", "cold start CPU ms", "disk MB", "memory MB")
	o := rows[0]
	for _, r := range rows {
		fmt.Fprintf(w, "%-12s %8s %18s %18s %18s %18s %12.1f %16s\n", r.peer, share(r.ndcg),
			times(ms(r.p50), ms(o.p50), "%.3f"), times(ms(r.p99), ms(o.p99), "%.2f"),
			times(r.build.Seconds(), o.build.Seconds(), "%.2f"), times(ms(r.cold.CPU), ms(o.cold.CPU), "%.0f"),
			mb(r.disk), times(mb(r.cold.Memory), mb(o.cold.Memory), "%.0f"))
	}
	fmt.Fprintln(w, "Processor time is that of the whole process; memory is after a cold start and a hundred searches. Ours starts from its snapshot as a plain file; the store adds decryption.")
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// share is a figure of quality, or a dash where there is none.
func share(f float64) string {
	if math.IsNaN(f) {
		return "–"
	}
	return fmt.Sprintf("%.3f", f)
}

func mb(n int64) float64 { return float64(n) / 1e6 }

func times(v, ours float64, format string) string {
	return fmt.Sprintf(format+" (×%.2f)", v, v/ours)
}
