package localdb

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
)

func TestAGapIsRecordedOnceADayAndSurvives(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 11, 23, 14, 37, 5, 0, directory.Copenhagen)
	o := made(dir)
	o.Now = func() time.Time { return now }
	s := openAt(t, o)
	gap := match.Gap{Wishes: []string{"weekday:2", "topic"}, Area: "Benløseparken"}
	for range 3 {
		if err := s.RecordGap(gap); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Hour)
	}
	now = now.AddDate(0, 0, 1)
	if err := s.RecordGap(gap); err != nil {
		t.Fatal(err)
	}
	closeStore(t, s)
	s = openAt(t, o)
	gaps, err := s.Gaps()
	if err != nil || len(gaps) != 2 {
		t.Fatalf("%+v, %v", gaps, err)
	}
	if g := gaps[0]; g.Day != "2026-11-23" || g.Area != "Benløseparken" || strings.Join(g.Wishes, " ") != "topic weekday:2" {
		t.Errorf("%+v", g)
	}
	waiting, err := s.Waiting()
	if err != nil || len(waiting) != 2 || waiting[0].Kind != "gap" {
		t.Fatalf("waiting %+v, %v", waiting, err)
	}
	if h := waiting[0].At.In(directory.Copenhagen).Hour(); h != 0 {
		t.Errorf("it tells the hour, %d", h)
	}
	var dump bytes.Buffer
	if err := s.Dump(&dump); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(dump.String(), `"kind":"gap"`) || strings.Contains(dump.String(), "T14:37") {
		t.Error("the dump has not the gap, or its hour")
	}
	closeStore(t, s)
}

func TestAGapOfOwnWordsIsRefused(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	for _, g := range []match.Gap{
		{}, {Wishes: []string{"topic:min mand drikker"}}, {Wishes: []string{"language:Hansen"}}, {Wishes: []string{"topic"}, Area: "070761-4285"},
		{Wishes: []string{"topic"}, Area: "ring 00 00 00 00"}, {Wishes: []string{"topic"}, Area: strings.Repeat("x", 61)},
	} {
		if err := s.RecordGap(g); err == nil {
			t.Errorf("%+v was recorded", g)
		}
	}
	if w, err := s.Waiting(); err != nil || len(w) != 0 {
		t.Errorf("%v, %v", w, err)
	}
	closeStore(t, s)
}
