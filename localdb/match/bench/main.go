// Command bench (make bench-match) puts this project's matching beside bleve and
// SQLite FTS5 in one run: quality on judged queries, processor time of a key
// press, building, cold start, disk and memory, each with its ratio to ours.
//
// It is a module of its own so that no peer becomes a dependency of the product.
// It needs Linux, and the shared test data beside the repository.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match/judge"
)

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench-match:", err)
	os.Exit(1)
}

func main() {
	data := flag.String("data", "../../../../shared/data/directory", "where communities-1k.jsonl, communities-20k.jsonl and queries-dev.jsonl are")
	large := flag.Bool("large", false, "also 100,000 communities with more than 250,000 distinct words; takes minutes more")
	presses := flag.Int("presses", 600, "key presses timed for each engine and size")
	coldName := flag.String("cold", "", "internal: the engine to open and ask")
	dir := flag.String("dir", "", "internal: its directory")
	flag.Parse()
	err := error(nil)
	if *coldName != "" {
		err = answerCold(*coldName, *dir, flag.Args())
	} else {
		err = run(os.Stdout, *data, *large, *presses)
	}
	if err != nil {
		fail(err)
	}
}

func run(w io.Writer, data string, large bool, presses int) (err error) {
	tmp, err := os.MkdirTemp("", "bench-match-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	dev := filepath.Join(data, "queries-dev.jsonl")
	sizes := []size{
		{name: "1k", records: filepath.Join(data, "communities-1k.jsonl"), queries: dev, member: "grades_1k"},
		{name: "20k", records: filepath.Join(data, "communities-20k.jsonl"), queries: dev, member: "grades_20k"},
	}
	if large {
		f := filepath.Join(tmp, "communities-100k.jsonl")
		if err := enlarge(f, sizes[1].records, 5); err != nil {
			return err
		}
		sizes = append(sizes, size{name: "100k", records: f, queries: dev, member: "grades_20k", copies: true})
	}
	held := size{name: "held-out", queries: "../judge/testdata/humlekaer.jsonl"}
	if err := quality(w, held, filepath.Join(tmp, held.name)); err != nil {
		return err
	}
	for _, s := range sizes {
		if err := cost(w, s, filepath.Join(tmp, s.name), presses); err != nil {
			return err
		}
	}
	return nil
}

// size is one directory and the queries judged on it.
type size struct {
	name, records   string // records empty: the example municipality
	queries, member string
	copies          bool // ungraded twins stand beside what is graded: quality says nothing
}

func (s *size) read() ([]*directory.Community, []judge.Query, error) {
	cs, err := communities(s.records)
	if err != nil {
		return nil, nil, err
	}
	f, err := os.Open(s.queries)
	if err != nil {
		return nil, nil, err
	}
	qs, err := judge.Read(f, s.member)
	return cs, qs, errors.Join(err, f.Close())
}

// quality judges every engine on a set, without timing it.
func quality(w io.Writer, s size, dir string) error {
	cs, qs, err := s.read()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	var runs []judge.Run
	for _, p := range peers {
		e, err := p.build(dir, cs)
		if err != nil {
			return err
		}
		runs = append(runs, judge.Once(p.name, qs, e.search))
		if err := e.close(); err != nil {
			return err
		}
	}
	classTable(w, fmt.Sprintf("nDCG@10, set nobody tunes on, %d communities", len(cs)), runs)
	return nil
}

// figures of one engine on one size.
type figures struct {
	peer     string
	ndcg     float64
	p50, p99 time.Duration
	build    time.Duration
	cold     coldStart
	disk     int64
}

// cost judges and times every engine on one size.
func cost(w io.Writer, s size, dir string, presses int) error {
	cs, qs, err := s.read()
	if err != nil {
		return err
	}
	var texts []string
	for _, q := range qs {
		texts = append(texts, q.Text)
	}
	texts = keyPresses(texts, presses)
	var runs []judge.Run
	var rows []figures
	for _, p := range peers {
		f := figures{peer: p.name}
		own := filepath.Join(dir, p.name)
		if err := os.MkdirAll(own, 0o700); err != nil {
			return err
		}
		runtime.GC()
		from := cpu()
		e, err := p.build(own, cs)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		f.build = cpu() - from
		run := judge.Once(p.name, qs, e.search)
		runs = append(runs, run)
		f.ndcg = run.Summarize()[0].NDCG.Mean
		if s.copies {
			f.ndcg = math.NaN()
		}
		runtime.GC()
		times := press(e, texts)
		f.p50, f.p99 = percentile(times, 50), percentile(times, 99)
		if err := e.close(); err != nil {
			return err
		}
		if f.disk, err = diskOf(own); err != nil {
			return err
		}
		if f.cold, err = cold(p, own, texts[:min(100, len(texts))]); err != nil {
			return err
		}
		rows = append(rows, f)
	}
	if s.name == "1k" {
		classTable(w, fmt.Sprintf("nDCG@10, development set, %d communities", len(cs)), runs)
	}
	costTable(w, fmt.Sprintf("%d communities, %d key presses", len(cs), len(texts)), rows)
	return nil
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

// enlarge writes the communities of a file so many times, the copies with ids
// and three invented words of their own: real directories grow in names.
func enlarge(file, from string, times int) (err error) {
	cs, err := communities(from)
	if err != nil {
		return err
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	rng := rand.New(rand.NewPCG(1, 2))
	enc := jsontext.NewEncoder(f)
	for n := range times {
		for _, c := range cs {
			d := *c
			if n > 0 {
				d.ID, d.SourceID = "", fmt.Sprintf("%s-%d", c.SourceID, n)
			}
			d.Description += fmt.Sprintf(" %s, %s %s.", invented(rng), invented(rng), invented(rng))
			if err := json.MarshalEncode(enc, &d); err != nil {
				return err
			}
		}
	}
	return nil
}

// invented is a word of four syllables that nobody has.
func invented(rng *rand.Rand) string {
	s := ""
	for range 4 {
		s += string("bdfghjklmnprstv"[rng.IntN(15)]) + string("aeiouy"[rng.IntN(6)])
	}
	return s
}
