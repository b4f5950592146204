package localdb

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
)

const wordsDay = directory.Day("2026-11-23")

var kransen = OwnWord{Says: "nede på Kransen", Means: []string{"værested", "kaffe"}}

func topicsOf(t testing.TB, activities ...string) *Topics {
	t.Helper()
	topics, err := GatherTopics(func(fn func(*directory.Community) error) error {
		for _, a := range activities {
			if err := fn(&directory.Community{Name: "x", Activities: strings.Split(a, "+")}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return topics
}

func sameWords(a, b []OwnWord) bool {
	return slices.EqualFunc(a, b, func(x, y OwnWord) bool { return x.Says == y.Says && slices.Equal(x.Means, y.Means) })
}

func TestAnOwnWordSurvivesClosingAndALostView(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, made(dir))
	if err := s.PutOwnWord("", kransen); err != nil {
		t.Fatal(err)
	}
	if err := s.PutOwnWord("", OwnWord{"  ÆBLE\tskuret ", []string{"urtehave", "urtehave", ""}}); err != nil {
		t.Fatal(err)
	}
	want := []OwnWord{{"ÆBLE skuret", []string{"urtehave"}}, kransen}
	for round := range 2 {
		if got, err := s.OwnWords(); err != nil || !sameWords(got, want) {
			t.Errorf("round %d: %+v, %v", round, got, err)
		}
		closeStore(t, s)
		if round == 1 {
			break
		}
		if err := os.RemoveAll(filepath.Join(dir, "store")); err != nil {
			t.Fatal(err)
		}
		s = openAt(t, Options{Dir: dir})
	}
}

func TestAPhraseHasOneMeaningAndCanBeChangedAndRemoved(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	put := func(was string, w OwnWord) {
		t.Helper()
		if err := s.PutOwnWord(was, w); err != nil {
			t.Fatal(err)
		}
	}
	is := func(want ...OwnWord) {
		t.Helper()
		if got, err := s.OwnWords(); err != nil || !sameWords(got, want) {
			t.Fatalf("%+v, %v; want %+v", got, err, want)
		}
	}
	put("", kransen)
	again := OwnWord{"Nede paa kransen!", []string{"værested"}}
	put("", again)
	is(again)
	other := OwnWord{"fjerren", []string{"værested"}}
	put(again.Says, other)
	is(other)
	for range 2 {
		if err := s.DropOwnWord("FJERREN"); err != nil {
			t.Fatal(err)
		}
	}
	is()
}

func TestWhatMayNotBeAnOwnWordIsRefusedWithAReason(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	for _, c := range []struct {
		w             OwnWord
		field, reason string
	}{
		{OwnWord{"", []string{"kor"}}, "says", "empty"},
		{OwnWord{"?!", []string{"kor"}}, "says", "empty"},
		{OwnWord{"jeg er", []string{"kor"}}, "says", "too_common"},
		{OwnWord{strings.Repeat("år", 31), []string{"kor"}}, "says", "too_long"},
		{OwnWord{"kransen", nil}, "means", "empty"},
		{OwnWord{"kransen", []string{"a", "b", "c", "d", "e"}}, "means", "too_many"},
		{OwnWord{"kransen", []string{"og"}}, "means", "too_common"},
	} {
		var refused *directory.RefusedError
		if err := s.PutOwnWord("", c.w); !errors.As(err, &refused) || refused.Field != c.field || refused.Reason != c.reason {
			t.Errorf("%+v: %v", c.w, err)
		}
	}
	var cpr *CPRError
	if err := s.PutOwnWord("", OwnWord{"ham 010170-1234", []string{"kor"}}); !errors.As(err, &cpr) {
		t.Errorf("a CPR number: %v", err)
	}
	if got, err := s.OwnWords(); err != nil || len(got) > 0 {
		t.Errorf("kept %+v, %v", got, err)
	}
}

func TestSignsOfTheListAreHarmlessInAnOwnWord(t *testing.T) {
	for _, says := range []string{"=kransen", "~kransen => -", "kransen, # ", "@group:men kransen", "kransen\n=> kor"} {
		w, err := OwnWord{says, []string{"hygge, snak #1", "@price:free^9"}}.Check(wordsDay)
		if err != nil {
			t.Errorf("%q: %v", says, err)
			continue
		}
		if words, err := SearchWords([]OwnWord{w}); err != nil || words == nil {
			t.Errorf("%q: %v", says, err)
		}
	}
}

// Another version may find a topic too general; the other words still count.
func TestAWordThatCannotBeReadLeavesTheOthers(t *testing.T) {
	words, err := SearchWords([]OwnWord{{"sygt", []string{"og"}}, {"fjerren", []string{"værested"}}})
	if err != nil || words == nil {
		t.Fatal(err)
	}
	x := match.Build([]*directory.Community{{ID: "1", Name: "Huset", Activities: []string{"værested"}}})
	if got := x.Search(context.Background(), match.Query{Text: "fjerren", Words: words}); len(got.Hits) != 1 {
		t.Errorf("found %+v", got.Hits)
	}
	if words, err := SearchWords(nil); words != nil || err != nil {
		t.Errorf("of nothing: %v, %v", words, err)
	}
}

func TestTopicsAreTheDirectorysOwnMostUsedFirst(t *testing.T) {
	topics := topicsOf(t, "gåtur+kaffe", "Kaffe", "kaffe", "og", "kaffemik", "12", "te og kaffe")
	if topics.Len() != 4 {
		t.Errorf("%+v", topics.list)
	}
	var names []string
	for _, x := range topics.Find("kaf", 3) {
		names = append(names, x.Name)
	}
	if !slices.Equal(names, []string{"kaffe", "kaffemik", "te og kaffe"}) {
		t.Errorf("found %q", names)
	}
	if got, ok := topics.Get("GAATUR"); !ok || got.Name != "gåtur" || got.Communities != 1 {
		t.Errorf("%+v, %v", got, ok)
	}
	if got := topics.Nearest("kafee"); got != "kaffe" {
		t.Errorf("nearest is %q", got)
	}
}

var headings = []string{"Folk siger", "People say"}

func TestAListGoesOutAndComesBackTheSame(t *testing.T) {
	topics := topicsOf(t, "værested+kaffe+hygge, snak", "urtehave")
	want := []OwnWord{kransen, {`"skuret"; bagved`, []string{"urtehave"}}, {"hos Olga", []string{"hygge, snak"}}}
	var b bytes.Buffer
	if err := WriteOwnWords(&b, want, [2]string{"Folk siger", "Det betyder"}); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadOwnWords(bytes.NewReader(b.Bytes()), topics, headings, wordsDay); err != nil || !sameWords(got, want) {
		t.Errorf("%+v, %v of\n%s", got, err, b.String())
	}
	for name, text := range map[string]string{
		"as a Danish spreadsheet saves it": "Folk siger;Betyder\r\nnede p\xe5 Kransen;v\xe6rested;kaffe\r\n",
		"tabs, no heading":                 "nede på Kransen\tVæRESTED\tkaffe",
		"commas, old Mac":                  "nede på Kransen,værested,kaffe,\r",
	} {
		if got, err := ReadOwnWords(strings.NewReader(text), topics, headings, wordsDay); err != nil || !sameWords(got, []OwnWord{kransen}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestAListWithFaultsNamesEachLineAndChangesNothing(t *testing.T) {
	topics := topicsOf(t, "værested+kaffe")
	text := "Folk siger;Det betyder\nkransen;kaffe\n\nfjerren;kafe\njeg er;kaffe\n;kaffe\nham 010170-1234;kaffe\ntomt;\nflere\nfjerren;010170-1234\n"
	_, err := ReadOwnWords(strings.NewReader(text), topics, headings, wordsDay)
	want := []WordLineError{
		{4, LineUnknown, "kafe", "kaffe"}, {5, LineTooCommon, "jeg er", ""}, {6, LineNoSays, "", ""}, {7, LineCPR, "", ""},
		{8, LineNoMeaning, "", ""}, {9, LineNoMeaning, "", ""}, {10, LineCPR, "", ""},
	}
	got := WordLineErrors(err)
	if len(got) != len(want) {
		t.Fatalf("%d faults: %v", len(got), err)
	}
	for i, e := range got {
		if *e != want[i] {
			t.Errorf("%+v, want %+v", *e, want[i])
		}
	}
	for reason, text := range map[string]string{LineQuotes: "a;\"b\nc", LineNotText: "PK\x03\x00", LineTooLarge: strings.Repeat("a", maxWordsFile+1)} {
		_, err := ReadOwnWords(strings.NewReader(text), topics, headings, wordsDay)
		if got := WordLineErrors(err); len(got) != 1 || got[0].Reason != reason {
			t.Errorf("%s: %v", reason, err)
		}
	}
}

func TestTakingAListKeepsWhatIsNotInIt(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	if err := s.PutOwnWord("", kransen); err != nil {
		t.Fatal(err)
	}
	fjerren, skuret := OwnWord{"fjerren", []string{"værested"}}, OwnWord{"skuret", []string{"urtehave"}}
	list := []OwnWord{fjerren, {"NEDE PÅ KRANSEN", []string{"urtehave"}}, kransen, skuret, skuret}
	if got, err := s.TakeOwnWords(list); err != nil || got != (OwnWordsTaken{Added: 2, Unchanged: 1}) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := s.TakeOwnWords([]OwnWord{{"fjerren", []string{"kaffe"}}, {"jeg", []string{"kaffe"}}}); err == nil || got != (OwnWordsTaken{}) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := s.OwnWords(); err != nil || !sameWords(got, []OwnWord{fjerren, kransen, skuret}) {
		t.Errorf("%+v, %v", got, err)
	}
	many := make([]OwnWord, MaxOwnWords)
	for i := range many {
		many[i] = OwnWord{"ord " + strings.Repeat("x", i%50) + string(rune('a'+i/50)), []string{"kaffe"}}
	}
	var refused *directory.RefusedError
	if _, err := s.TakeOwnWords(many); !errors.As(err, &refused) || refused.Reason != "too_many" {
		t.Errorf("more than there may be: %v", err)
	}
}

// A full list goes in at once: one act, and whoever listens is told once.
func TestAFullListIsOneAct(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, made(dir))
	list := make([]OwnWord, MaxOwnWords)
	for i := range list {
		list[i] = OwnWord{"ord " + strings.Repeat("x", i%50) + string(rune('a'+i/50)), []string{"kaffe", "værested"}}
	}
	told := make(chan Change, 10)
	defer s.Subscribe(func(c Change) { told <- c })()
	if got, err := s.TakeOwnWords(list); err != nil || got.Added != MaxOwnWords {
		t.Fatal(got, err)
	}
	if c := <-told; c.Kind != "setting" || !IsOwnWord(c.ID) {
		t.Errorf("told %+v", c)
	}
	closeStore(t, s)
	if n := len(told); n > 0 {
		t.Errorf("told %d times more", n)
	}
	s = openAt(t, Options{Dir: dir})
	if got, err := s.OwnWords(); err != nil || len(got) != MaxOwnWords {
		t.Errorf("%d words, %v", len(got), err)
	}
	var refused *directory.RefusedError
	if err := s.PutOwnWord("", OwnWord{"ekstra ord", []string{"kaffe"}}); !errors.As(err, &refused) || refused.Reason != "too_many" {
		t.Errorf("one too many: %v", err)
	}
	if err := s.PutOwnWord("ord a", OwnWord{"ekstra ord", []string{"kaffe"}}); err != nil {
		t.Errorf("one in the place of another: %v", err)
	}
}

func FuzzReadOwnWords(f *testing.F) {
	topics := topicsOf(f, "værested+kaffe")
	for _, s := range []string{"kransen;kaffe\n", "a,\"b", "\xef\xbb\xbfFolk siger\tx", "=1+1;værested", "\xe5;\xe6"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		ws, err := ReadOwnWords(bytes.NewReader(b), topics, headings, wordsDay)
		if err != nil {
			if len(WordLineErrors(err)) == 0 {
				t.Fatalf("an error that names no line: %v", err)
			}
			return
		}
		for _, w := range ws {
			if _, err := w.Check(wordsDay); err != nil {
				t.Fatalf("%+v was read and may not be kept: %v", w, err)
			}
		}
	})
}
