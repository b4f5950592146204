package kiosk

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Day is what is kept of a day: how many visits there were, and how often each
// tile was touched. Nothing says which of them belong together.
type Day struct {
	Visits int            `json:"visits"`
	Tiles  map[string]int `json:"tiles,omitempty"`
}

// tally counts the visits of a day. It writes when a visit has ended, so that the
// moment of a touch is kept nowhere.
type tally struct {
	store Store
	now   func() time.Time
	taps  map[string]int // of this visit
}

// keptDays is how long the totals of a day are kept.
const keptDays = 400

func newTally(s Store, now func() time.Time) *tally {
	return &tally{store: s, now: now, taps: map[string]int{}}
}

func (t *tally) tapped(tile string) { t.taps[tile]++ }

// dayKey is the setting that holds a day.
func dayKey(d directory.Day) string { return "kiosk_day_" + string(d) }

// visited adds a visit that has ended.
func (t *tally) visited() error {
	taps := t.taps
	t.taps = map[string]int{}
	day := directory.DayOf(t.now())
	sum, err := DayOf(t.store, day)
	if err != nil {
		return err
	}
	if sum.Visits == 0 {
		for old := range 30 { // a kiosk may have been off for a while
			if err := t.store.SetSetting(dayKey(day.AddDays(-keptDays-old)), ""); err != nil {
				return err
			}
		}
	}
	sum.Visits++
	for tile, n := range taps {
		sum.Tiles[tile] += n
	}
	b, err := json.Marshal(sum, json.Deterministic(true))
	if err != nil {
		return err
	}
	return t.store.SetSetting(dayKey(day), string(b))
}

// DayOf gives what is kept of a day; nothing where nobody came.
func DayOf(s Store, d directory.Day) (Day, error) {
	out := Day{Tiles: map[string]int{}}
	v, err := s.Setting(dayKey(d))
	if err != nil || v == "" {
		return out, err
	}
	if err := json.Unmarshal([]byte(v), &out); err != nil {
		return Day{Tiles: map[string]int{}}, nil // damaged totals begin anew
	}
	if out.Tiles == nil {
		out.Tiles = map[string]int{}
	}
	return out, nil
}

// patience is how long nobody may touch the screen before they are asked.
func (k *Kiosk) patience() time.Duration {
	for _, c := range idleChoices {
		if k.setting(localdb.SettingKioskIdle) == strconv.Itoa(c) {
			return time.Duration(c) * time.Second
		}
	}
	return usualIdle * time.Second
}

// idleChoices are what staff can choose between, in seconds.
var idleChoices = []int{30, 60, 90, 120, 180}

const usualIdle = 60
