package main

import (
	"fmt"
	"os"
	"slices"
	"text/tabwriter"
)

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

func over[T any](list []T, f func(T) float64) float64 {
	var v []float64
	for _, x := range list {
		v = append(v, f(x))
	}
	return median(v)
}

func flat(rs []run, f func(run) []figures) (out []figures) {
	for _, r := range rs {
		out = append(out, f(r)...)
	}
	return out
}

func others(r run) []figures { return r.next }

// rows are what is shown, medians over the rounds.
var rows = []struct {
	what string
	of   func([]run) float64
}{
	{"first sync, wall ms", func(r []run) float64 { return over(r, func(r run) float64 { return r.first.wall }) }},
	{"  client CPU ms", func(r []run) float64 { return over(r, func(r run) float64 { return r.first.client }) }},
	{"  server CPU ms", func(r []run) float64 { return over(r, func(r run) float64 { return r.first.server }) }},
	{"next PC, wall ms", func(r []run) float64 { return over(flat(r, others), func(f figures) float64 { return f.wall }) }},
	{"  server CPU ms", func(r []run) float64 { return over(flat(r, others), func(f figures) float64 { return f.server }) }},
	{"  less what it does idle", func(r []run) float64 { return over(flat(r, others), func(f figures) float64 { return f.net }) }},
	{"first sync, down MB", func(r []run) float64 { return over(r, func(r run) float64 { return r.first.down / 1e6 }) }},
	{"  up kB", func(r []run) float64 { return over(r, func(r run) float64 { return r.first.up / 1e3 }) }},
	{"  both ways MB", func(r []run) float64 {
		return over(r, func(r run) float64 { return (r.first.up + r.first.down) / 1e6 })
	}},
	{"  client peak MB", func(r []run) float64 { return over(r, func(r run) float64 { return r.clientPeak }) }},
	{"    before the index", func(r []run) float64 { return over(r, func(r run) float64 { return r.fetchPeak }) }},
	{"  server peak MB", func(r []run) float64 { return over(r, func(r run) float64 { return r.serverPeak }) }},
	{"  client disk MB", func(r []run) float64 { return over(r, func(r run) float64 { return r.diskSize }) }},
	{"delta of 100, wall ms", func(r []run) float64 {
		return over(flat(r, func(r run) []figures { return r.deltas }), func(f figures) float64 { return f.wall })
	}},
	{"  down kB", func(r []run) float64 {
		return over(flat(r, func(r run) []figures { return r.deltas }), func(f figures) float64 { return f.down / 1e3 })
	}},
	{"nothing new, wall ms", func(r []run) float64 {
		return over(flat(r, func(r run) []figures { return r.nothing }), func(f figures) float64 { return f.wall })
	}},
	{"  both ways kB", func(r []run) float64 {
		return over(flat(r, func(r run) []figures { return r.nothing }), func(f figures) float64 { return (f.down + f.up) / 1e3 })
	}},
}

// table prints each figure, and for the first of the order how it stands to the others.
func table(n int, order []string, results map[string][]run) {
	fmt.Printf("\n%d records, medians of %d\n", n, len(results[order[0]]))
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "\t")
	for _, name := range order {
		fmt.Fprintf(w, "%s\t", name)
	}
	for _, name := range order[1:] {
		fmt.Fprintf(w, "× %s\t", name)
	}
	fmt.Fprintln(w)
	for _, row := range rows {
		fmt.Fprintf(w, "%s\t", row.what)
		own := row.of(results[order[0]])
		for _, name := range order {
			fmt.Fprintf(w, "%.4g\t", row.of(results[name]))
		}
		for _, name := range order[1:] {
			if other := row.of(results[name]); other > 0 {
				fmt.Fprintf(w, "%.3f\t", own/other)
			} else {
				fmt.Fprint(w, "–\t")
			}
		}
		fmt.Fprintln(w)
	}
	_ = w.Flush()
}
