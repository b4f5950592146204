package frugal

import (
	"runtime/debug"
	"sync"
	"testing"
)

// TestTheLimitIsWhatItWasOnceNobodyHolds has many hold at once.
func TestTheLimitIsWhatItWasOnceNobodyHolds(t *testing.T) {
	const before = 1 << 40
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(before))
	now := func() int64 { return debug.SetMemoryLimit(-1) }
	first, second := Hold(), Hold()
	if now() != limit || !Held() {
		t.Error("not held", now())
	}
	first()
	first()
	if now() != limit {
		t.Error("let go while somebody holds")
	}
	second()
	if now() != before || Held() {
		t.Error("not let go", now())
	}
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { Hold()() })
	}
	wg.Wait()
	if now() != before {
		t.Error("not let go", now())
	}
	debug.SetMemoryLimit(50 << 20)
	release := Hold()
	if now() != 50<<20 {
		t.Error("a lower limit was raised")
	}
	release()
}

func TestGarbageIsCollectedAsBeforeOnceNobodyIsLean(t *testing.T) {
	const before = 77
	defer debug.SetGCPercent(debug.SetGCPercent(before))
	now := func() int {
		p := debug.SetGCPercent(before)
		debug.SetGCPercent(p)
		return p
	}
	first, second := Lean(), Lean()
	first()
	first()
	if now() != often {
		t.Error("not lean", now())
	}
	second()
	if now() != before {
		t.Error("still lean", now())
	}
	debug.SetGCPercent(often - 5)
	release := Lean()
	if now() != often-5 {
		t.Error("less lean than before")
	}
	release()
}
