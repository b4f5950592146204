package widget

import "sync/atomic"

var uses atomic.Uint64

// Uses counts what people have done with the parts of the screen since the
// program began: a key, a press, the mouse moved over something that can be
// pressed. Two counts that are the same say that nobody was there in between.
func Uses() uint64 { return uses.Load() }

// Used counts one more; parts call it, and whoever takes keys for the window.
func Used() { uses.Add(1) }
