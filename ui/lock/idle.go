package lock

import (
	"strconv"
	"time"
)

// How long a shared PC may be left before it is locked, in minutes.
const (
	UsualIdle   = 3
	LongestIdle = 15
)

// Notice is how long before it is said that the PC will be locked.
const Notice = 20 * time.Second

// IdleMinutes reads the setting of after how many minutes the PC is locked.
func IdleMinutes(setting string) int {
	n, err := strconv.Atoi(setting)
	if err != nil || n < 1 || n > LongestIdle {
		return UsualIdle
	}
	return n
}

// State is how long ago anybody was there.
type State int

// The states, in their order.
const (
	Present State = iota
	Leaving       // it is time to say that the PC will be locked
	Away          // it is time to lock it
)

// Watch says whether anybody is at the screen.
type Watch struct {
	uses  uint64
	since time.Time
	begun bool
}

// Look is called now and then with what people did so far; it gives the state, and
// how long is left until the PC is locked. A machine that slept was left: the time
// by the wall counts as well as the time the machine ran.
func (w *Watch) Look(uses uint64, now time.Time, most time.Duration) (State, time.Duration) {
	if !w.begun || uses != w.uses {
		w.uses, w.since, w.begun = uses, now, true
	}
	idle := max(now.Sub(w.since), now.Round(0).Sub(w.since.Round(0)))
	left := most - idle
	switch {
	case left <= 0:
		return Away, 0
	case left <= Notice:
		return Leaving, left
	}
	return Present, left
}
