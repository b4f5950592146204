// Package frugal holds a process to little memory while it does a large piece of
// work: a first sync, a search made anew. It knows the runtime's memory limit,
// which is the whole process's, and so the one thing here that cannot be handed
// to anybody: nobody else in this program may set it. It must not know what the
// work is.
package frugal

import (
	"runtime/debug"
	"sync"
)

// limit is for what Go has taken, live or not. Beside it lie the tables that
// Badger maps. A PC of 4 GB has other programs as well; with 100 MiB a first sync
// of 100,000 communities stays under 200 MB, and collects garbage more often
// instead (findings/sync §3.5).
const limit = 100 << 20

var state struct {
	sync.Mutex
	holders int
	before  int64 // the limit that was set before
}

// Hold holds the process to the limit, or to a lower one that was set, until
// release is called by everybody who holds. release may be called once.
func Hold() (release func()) {
	state.Lock()
	defer state.Unlock()
	if state.holders++; state.holders == 1 {
		state.before = debug.SetMemoryLimit(-1)
		debug.SetMemoryLimit(min(limit, state.before))
	}
	return sync.OnceFunc(func() {
		state.Lock()
		defer state.Unlock()
		if state.holders--; state.holders == 0 {
			debug.SetMemoryLimit(state.before)
		}
	})
}

// often is the garbage collector's percentage while somebody is lean.
const often = 15

var lean struct {
	sync.Mutex
	holders, before int
}

// Lean has garbage collected often until release is called by everybody: what is
// held grows by a quarter instead of doubling. It is for work that must hold more
// than Hold leaves. release may be called once.
func Lean() (release func()) {
	lean.Lock()
	defer lean.Unlock()
	if lean.holders++; lean.holders == 1 {
		if lean.before = debug.SetGCPercent(often); lean.before >= 0 && lean.before < often {
			debug.SetGCPercent(lean.before)
		}
	}
	return sync.OnceFunc(func() {
		lean.Lock()
		defer lean.Unlock()
		if lean.holders--; lean.holders == 0 {
			debug.SetGCPercent(lean.before)
		}
	})
}

// Held says whether anybody holds.
func Held() bool {
	state.Lock()
	defer state.Unlock()
	return state.holders > 0
}
