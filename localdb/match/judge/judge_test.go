package judge

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestGainAndDiscountAreThoseOfTheContract(t *testing.T) {
	grades := map[string]int{"a": 3, "b": 2, "c": 1}
	near(t, "the best order", NDCG([]string{"a", "b", "c"}, grades), 1)
	best := 7 + 3/math.Log2(3) + 1/math.Log2(4)
	near(t, "a turned order", NDCG([]string{"c", "x", "a"}, grades), (1+7/math.Log2(4))/best)
	near(t, "a hit that comes twice", NDCG([]string{"a", "a"}, grades), 7/best)
	near(t, "the eleventh", NDCG([]string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "a"}, grades), 0)
	near(t, "nothing graded", NDCG([]string{"a"}, nil), 0)
}

func TestRecallAsksForNoMoreThanTenPlacesHold(t *testing.T) {
	grades := map[string]int{}
	var hits []string
	for c := 'a'; c < 'a'+20; c++ {
		grades[string(c)] = 1
		hits = append(hits, string(c))
	}
	near(t, "ten of twenty", Recall(hits, grades), 1)
	near(t, "five of twenty", Recall(hits[:5], grades), 0.5)
	near(t, "one twice", Recall([]string{"a", "a"}, map[string]int{"a": 1, "b": 3}), 0.5)
}

func TestSuccessIsTheBestAmongTheFirstThree(t *testing.T) {
	grades := map[string]int{"a": 3, "b": 2}
	for _, c := range []struct {
		hits []string
		want bool
	}{
		{[]string{"x", "y", "a"}, true},
		{[]string{"x", "y", "z", "a"}, false},
		{[]string{"b"}, false},
		{nil, false},
	} {
		if got := Success(c.hits, grades); got != c.want {
			t.Errorf("Success(%v) is %v", c.hits, got)
		}
	}
	if !Success([]string{"b"}, map[string]int{"b": 2}) {
		t.Error("where nothing better exists, grade 2 is what was asked for")
	}
}

func TestTypedCountsCharactersNotBytes(t *testing.T) {
	search := func(text string) Answer {
		if strings.HasPrefix(text, "øl") {
			return Answer{Hits: []string{"bryggerne"}}
		}
		return Answer{}
	}
	qs := []Query{
		{"1", "ølbrygning", "word", map[string]int{"bryggerne": 3}},
		{"2", "vin", "word", map[string]int{"bryggerne": 3}},
		{"3", "øl", "word", map[string]int{"bryggerne": 3}},
	}
	r := Judge("", qs, search)
	if got := []int{r.Verdicts[0].Typed, r.Verdicts[1].Typed, r.Verdicts[2].Typed}; !slices.Equal(got, []int{2, Never, 2}) {
		t.Errorf("typed %v", got)
	}
}

func TestSilenceIsRightOnlyWhereNothingFits(t *testing.T) {
	qs := []Query{
		{"1", "golf", ClassNone, nil},
		{"2", "hest", ClassNone, nil},
		{"3", "curling", ClassNone, nil},
		{"4", "skak", "word", map[string]int{"skak": 3}},
		{"5", "kor", "word", map[string]int{"kor": 3}},
	}
	answers := map[string]Answer{
		"golf": {}, "hest": {Hits: []string{"hund"}, Weak: true}, "curling": {Hits: []string{"sten"}},
		"skak": {Hits: []string{"skak"}, Weak: true}, "kor": {Hits: []string{"kor"}},
	}
	r := Judge("", qs, func(text string) Answer { return answers[text] })
	var got []float64
	for _, v := range r.Verdicts {
		got = append(got, v.NDCG)
	}
	if want := []float64{1, 1, 0, 1, 1}; !slices.Equal(got, want) {
		t.Errorf("nDCG %v, want %v", got, want)
	}
	ss := r.Summarize()
	if ss[0].Class != "" || ss[1].Class != ClassNone || ss[2].Class != "word" {
		t.Fatalf("summaries of %v", ss)
	}
	near(t, "wrong silence", ss[0].WrongSilence, 0.5)
	near(t, "false confidence", ss[0].FalseConfidence, 1.0/3)
	if !math.IsNaN(ss[1].Recall) || !math.IsNaN(ss[2].FalseConfidence) {
		t.Error("a share of nothing is given as a number")
	}
}

func TestShareStaysAShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringMatching("[a-f]")
		grades := rapid.MapOf(id, rapid.IntRange(1, 3)).Draw(t, "grades")
		hits := rapid.SliceOfN(id, 0, 15).Draw(t, "hits")
		for _, v := range []float64{NDCG(hits, grades), Recall(hits, grades)} {
			if !(v >= 0 && v <= 1+1e-9) {
				t.Fatalf("a share of %v", v)
			}
		}
		if len(grades) > 0 && Recall(hits, grades) == 0 && (NDCG(hits, grades) > 0 || Success(hits, grades)) {
			t.Fatal("gain without a hit")
		}
	})
}

func TestSameRunSameInterval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vs := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 30).Draw(t, "values")
		a := Bootstrap("word", vs)
		if a != Bootstrap("word", vs) {
			t.Fatal("the interval depends on chance")
		}
		if a.Low > a.Mean+1e-9 || a.High < a.Mean-1e-9 && len(vs) > 5 {
			t.Fatalf("%v", a)
		}
	})
}

func TestRunsAreComparedQueryByQuery(t *testing.T) {
	before := Run{Verdicts: []Verdict{{ID: "1", Class: "word", NDCG: 0.5}, {ID: "2", Class: "word", NDCG: 1}, {ID: "3", Text: "old", Class: "word"}}}
	now := Run{Verdicts: []Verdict{{ID: "2", Class: "word", NDCG: 0.75}, {ID: "1", Class: "word", NDCG: 1}, {ID: "3", Text: "new", Class: "word"}, {ID: "4", Class: "word"}}}
	ds, leftOut := Compare(&now, &before)
	if leftOut != 2 || len(ds) != 2 || ds[0].Class != "" || ds[0].N != 2 || ds[0].Better != 1 || ds[0].Worse != 1 {
		t.Fatalf("%+v, %d left out", ds, leftOut)
	}
	near(t, "mean difference", ds[0].NDCG.Mean, 0.125)
}

func TestAHardClassDoesNotHideTheOthers(t *testing.T) {
	r := Run{Verdicts: []Verdict{{ID: "1", Class: "a"}, {ID: "2", Class: "a"}, {ID: "3", Class: "a"}, {ID: "4", Class: "b", NDCG: 0.9}, {ID: "5", Class: "b", NDCG: 1}}}
	var ids string
	for _, v := range r.Worst(10, 2) {
		ids += v.ID
	}
	if ids != "124" {
		t.Errorf("worst are %s", ids)
	}
}

func TestABrokenSetIsRefusedByLine(t *testing.T) {
	good := `{"id":"1","query":"skak","class":"word","grades":{"skak":3},"grades_1k":{"x":1},"note":"kept out"}` + "\n"
	qs, err := Read(strings.NewReader(good), "grades_1k")
	if err != nil || qs[0].Grades["x"] != 1 || len(qs[0].Grades) != 1 {
		t.Fatalf("%v, %v", qs, err)
	}
	for _, bad := range []string{
		`{`, `{"id":"2","query":"skak","class":"word"}`, `{"id":"2","query":"skak","class":"word","grades":{}}`,
		`{"id":"2","query":"golf","class":"none","grades":{"skak":1}}`, `{"id":"2","query":"skak","class":"word","grades":{"skak":4}}`,
		`{"id":"1","query":"kor","class":"word","grades":{"kor":3}}`, `{"id":"2","query":"","class":"word","grades":{"kor":3}}`,
	} {
		_, err := Read(strings.NewReader(good+"\n"+bad), "")
		if e, ok := errors.AsType[*SetError](err); !ok || e.Line != 3 {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"id":"1","query":"skak","class":"word","grades":{"skak":3}}`)
	f.Add(`{"id":"1","query":"golf","class":"none","grades":{}}`)
	f.Fuzz(func(t *testing.T, s string) {
		qs, err := Read(strings.NewReader(s), "")
		if err != nil {
			return
		}
		r := Judge("", qs, func(text string) Answer { return Answer{Hits: []string{text}} })
		if len(r.Verdicts) != len(qs) {
			t.Fatal("a query was lost")
		}
		r.Summarize()
	})
}
