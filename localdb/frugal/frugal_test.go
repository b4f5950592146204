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
