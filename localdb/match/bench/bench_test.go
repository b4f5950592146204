package main

import (
	"io"
	"slices"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

// TestEveryEngineAnswersAlikeWhenOpenedAgain: a cold start that forgot something
// would be measured as a fast one.
func TestEveryEngineAnswersAlikeWhenOpenedAgain(t *testing.T) {
	cs, err := example.Communities()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, p := range peers {
		e, err := p.build(dir, cs)
		if err != nil {
			t.Fatal(err)
		}
		texts := []string{"skak", "sk", "strik om aftenen", "sorggruppe "}
		var before []string
		for _, q := range texts {
			before = append(before, e.search(q).Hits...)
		}
		if first := e.search("skak").Hits; len(first) == 0 || first[0] != "skak" {
			t.Errorf("%s does not find the chess club: %v", p.name, first)
		}
		if err := e.close(); err != nil {
			t.Fatal(err)
		}
		if e, err = p.open(dir); err != nil {
			t.Fatal(err)
		}
		var after []string
		for _, q := range texts {
			after = append(after, e.search(q).Hits...)
		}
		if !slices.Equal(before, after) {
			t.Errorf("%s: %v, opened again %v", p.name, before, after)
		}
		if err := e.close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheLayerFeedsPartsAndBases(t *testing.T) {
	rd := danish.Open().Reader()
	defer rd.Done()
	got := termsOf(rd, danish.Fold("strikkeklubben"))
	for _, want := range []string{"strikkeklubben", markPart + rd.Base("strikke"), markPart + "klub"} {
		if !slices.Contains(got, want) {
			t.Errorf("no %q in %v", want, got)
		}
	}
}

func TestTablesTakeAnyFigures(t *testing.T) {
	costTable(io.Discard, "", []figures{{peer: "ours"}, {peer: "x", p50: time.Second}})
	if got := keyPresses([]string{"øl", "te"}, 10); !slices.Equal(got, []string{"ø", "øl", "t", "te"}) {
		t.Errorf("%v", got)
	}
}
