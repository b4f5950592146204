package counter

import (
	"testing"
	"time"
)

// BenchmarkKeyPressToPaintedList is one letter typed: search, cards bound, the
// whole window drawn by the software painter (the real one is OpenGL).
func BenchmarkKeyPressToPaintedList(b *testing.B) {
	d := openDesk(b, "da")
	words := []rune("gåtur formiddag gratis")
	for b.Loop() {
		d.page.search.Entry.SetText("")
		b.StopTimer()
		b.StartTimer()
		for _, r := range words {
			d.typed(string(r))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*(len(words)+1))/1e6, "ms/key")
	start := time.Now()
	d.window.Canvas().Capture()
	b.ReportMetric(float64(time.Since(start).Nanoseconds())/1e6, "ms/paint")
}
