package logtest

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/faellesskabsby/vejviser/sync/log"
)

// Bench measures a log with records of 1 KB: one append after the other, sixteen
// at a time, batches of a hundred, and reading 100,000 in order.
func Bench(b *testing.B, fresh func(b *testing.B) log.Log) {
	ctx := context.Background()
	value := bytes.Repeat([]byte("vejviser"), 128)
	entry := func(n int64) log.Entry {
		return log.Entry{Key: fmt.Sprint("bench.", n), Value: value, Op: "0197a3c0-0000-7000-8000-000000000000", Expect: log.At(0)}
	}
	run := func(name string, do func(b *testing.B, l log.Log)) {
		b.Run(name, func(b *testing.B) {
			l := fresh(b)
			b.ReportAllocs()
			b.ResetTimer()
			do(b, l)
			b.StopTimer()
			if err := l.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
	var n atomic.Int64
	run("append", func(b *testing.B, l log.Log) {
		for b.Loop() {
			if _, err := l.Append(ctx, []log.Entry{entry(n.Add(1))}); err != nil {
				b.Fatal(err)
			}
		}
	})
	run("append-16-writers", func(b *testing.B, l log.Log) {
		var wg sync.WaitGroup
		left := atomic.Int64{}
		left.Store(int64(b.N))
		for range 16 {
			wg.Go(func() {
				for left.Add(-1) >= 0 {
					if _, err := l.Append(ctx, []log.Entry{entry(n.Add(1))}); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
	})
	run("append-100", func(b *testing.B, l log.Log) {
		batch := make([]log.Entry, 100)
		for b.Loop() {
			for i := range batch {
				batch[i] = entry(n.Add(1))
			}
			if _, err := l.Append(ctx, batch); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N*len(batch))/b.Elapsed().Seconds(), "entries/s")
	})
	run("read-100000", func(b *testing.B, l log.Log) {
		batch := make([]log.Entry, log.MaxBatch)
		for range 100_000 / len(batch) {
			for i := range batch {
				batch[i] = entry(n.Add(1))
			}
			if _, err := l.Append(ctx, batch); err != nil {
				b.Fatal(err)
			}
		}
		for b.Loop() {
			count := 0
			for _, err := range l.Read(ctx, 0) {
				if err != nil {
					b.Fatal(err)
				}
				count++
			}
			if count != 100_000 {
				b.Fatal(count)
			}
		}
	})
}
