// Command cmd (make judge) judges the search by a set of judged queries and
// prints a table of classes. It is a tool for those who build, and speaks English.
//
//	go run ./localdb/match/judge/cmd [flags]
//
// Without flags it takes the set nobody tunes on and the example municipality.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/match/judge"
)

const heldOut = "localdb/match/judge/testdata/humlekaer.jsonl"

type options struct {
	file, grades, directory, against, save string
	today                                  string
	misses                                 int
}

func main() {
	var o options
	flag.StringVar(&o.file, "file", heldOut, "judged set, a JSON object a line")
	flag.StringVar(&o.grades, "grades", "", `member with the grades; without it "grades", or grades_20k or grades_1k by the name of the directory`)
	flag.StringVar(&o.directory, "directory", "", "communities, a JSON object a line; without it the example municipality")
	flag.StringVar(&o.against, "against", "", "run saved by -json to compare with, query by query")
	flag.StringVar(&o.save, "json", "", "file to save the run in")
	flag.StringVar(&o.today, "today", string(example.Base), "day of asking")
	flag.IntVar(&o.misses, "misses", 0, "list so many of the worst answers, at most two a class; never for a set nobody tunes on")
	flag.Parse()
	if err := run(os.Stdout, o); err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, o options) error {
	cs, err := communities(o.directory)
	if err != nil {
		return err
	}
	qs, err := queries(o)
	if err != nil {
		return err
	}
	x := match.Build(cs)
	r := judge.Judge(filepath.Base(o.file), qs, func(text string) judge.Answer {
		res := x.Search(context.Background(), match.Query{Text: text, Done: true, Today: directory.Day(o.today)})
		a := judge.Answer{Weak: res.Weak}
		for _, h := range res.Hits {
			a.Hits = append(a.Hits, h.SourceID)
		}
		return a
	})
	fmt.Fprintf(w, "%s on %d communities\n", r.Set, x.Len())
	table(w, r.Summarize())
	for _, v := range r.Worst(o.misses, 2) {
		fmt.Fprintf(w, "%.2f  %-10s %s → %s\n", v.NDCG, v.Class, v.Text, strings.Join(v.First, ", "))
	}
	if o.against != "" {
		if err := compare(w, &r, o.against); err != nil {
			return err
		}
	}
	if o.save == "" {
		return nil
	}
	b, err := json.Marshal(r, jsontext.Multiline(true))
	if err != nil {
		return err
	}
	return os.WriteFile(o.save, append(b, '\n'), 0o644)
}

func communities(file string) (_ []*directory.Community, err error) {
	if file == "" {
		return example.Communities()
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var out []*directory.Community
	for dec := jsontext.NewDecoder(f); ; {
		c := new(directory.Community)
		switch err := json.UnmarshalDecode(dec, c); {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, fmt.Errorf("%s: community %d: %w", file, len(out)+1, err)
		}
		out = append(out, c)
	}
}

func queries(o options) (_ []judge.Query, err error) {
	f, err := os.Open(o.file)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	member := o.grades
	if name := filepath.Base(o.directory); member == "" && strings.Contains(name, "-20k") {
		member = "grades_20k"
	} else if member == "" && strings.Contains(name, "-1k") {
		member = "grades_1k"
	}
	return judge.Read(f, member)
}

func table(w io.Writer, ss []judge.Summary) {
	fmt.Fprintf(w, "\n%-11s %4s  %-22s %9s %9s %6s %8s %10s\n", "class", "n", "nDCG@10 [95 %]", "recall@10", "success@3", "typed", "silence", "confidence")
	for _, s := range ss {
		fmt.Fprintf(w, "%-11s %4d  %s %9s %9s %6s %8s %10s\n", name(s.Class), s.N, interval(s.NDCG, "%.3f [%.3f, %.3f]"),
			share(s.Recall), share(s.Success), chars(s.Typed), share(s.WrongSilence), share(s.FalseConfidence))
	}
	fmt.Fprintln(w, "typed: median of characters until what was asked for is among the first three;",
		"silence: wrong \"no good match\"; confidence: hits claimed where nothing fits.")
}

func compare(w io.Writer, now *judge.Run, file string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var before judge.Run
	if err := json.Unmarshal(b, &before); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	ds, leftOut := judge.Compare(now, &before)
	fmt.Fprintf(w, "\nagainst %s, %d queries left out that are not the same in both\n", file, leftOut)
	for _, d := range ds {
		fmt.Fprintf(w, "%-11s %4d  %s  better %d, worse %d, alike %d\n", name(d.Class), d.N, interval(d.NDCG, "%+.3f [%+.3f, %+.3f]"), d.Better, d.Worse, d.Alike)
	}
	return nil
}

func name(class string) string {
	if class == "" {
		return "all"
	}
	return class
}

func interval(i judge.Interval, format string) string {
	return fmt.Sprintf("%-22s", fmt.Sprintf(format, i.Mean, i.Low, i.High))
}

func share(f float64) string {
	if math.IsNaN(f) {
		return "–"
	}
	return fmt.Sprintf("%.3f", f)
}

func chars(n int) string {
	if n == judge.Never {
		return "–"
	}
	return fmt.Sprint(n)
}
