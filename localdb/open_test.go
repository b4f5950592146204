package localdb

import (
	"context"
	"path/filepath"
	"testing"
)

// BenchmarkOpenAfterKill is a start with the full check in a child process.
func BenchmarkOpenAfterKill20k(b *testing.B) {
	base := b.TempDir()
	s := openAt(b, made(base))
	importAll(b, s, readLines(b, shared(b, filepath.Join("directory", "communities-20k.jsonl"))))
	for b.Loop() {
		b.StopTimer()
		dir := b.TempDir()
		copyAll(b, base, dir)
		b.StartTimer()
		s, err := Open(context.Background(), Options{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		closeStore(b, s)
		b.StartTimer()
	}
}
