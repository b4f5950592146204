package localdb

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

// firstSync fills a new store with n communities in as many buckets as a hub cuts
// them into.
func firstSync(b *testing.B, n int) {
	l := newLog()
	for i := range n {
		c := community(i)
		c.AssignID()
		c.Description = strings.Repeat("Vi mødes hver uge, går en tur og drikker kaffe bagefter. ", 12)
		l.put(record.Community, c.ID, c, "ringsted")
	}
	div := record.Division(n)
	buckets := make([]Filled, div)
	for i := range buckets {
		buckets[i] = Filled{Feed: "dir", N: div, I: i, Epoch: l.epoch, Seq: l.seq}
	}
	size := 0
	for _, r := range l.last {
		i := record.Coarse(record.Bucket(r.ID), div)
		buckets[i].Records = append(buckets[i].Records, r)
		size += len(r.Body)
	}
	b.SetBytes(int64(size))
	b.ResetTimer()
	var fill, arrive time.Duration
	for range b.N {
		b.StopTimer()
		s := openAt(b, made(b.TempDir()))
		if err := s.Enrol(enrolment1()); err != nil {
			b.Fatal(err)
		}
		if _, _, err := s.Digests(context.Background(), "dir"); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		at := time.Now()
		for i := range buckets {
			if err := s.Fill(context.Background(), buckets[i]); err != nil {
				b.Fatal(err)
			}
		}
		fill += time.Since(at)
		at = time.Now()
		if err := s.Arrive(context.Background(), l.position(), []record.Feed{"dir"}); err != nil {
			b.Fatal(err)
		}
		arrive += time.Since(at)
		b.StopTimer()
		closeStore(b, s)
		b.StartTimer()
	}
	b.ReportMetric(fill.Seconds()*1000/float64(b.N), "fill-ms/op")
	b.ReportMetric(arrive.Seconds()*1000/float64(b.N), "arrive-ms/op")
	if s, err := os.ReadFile("/proc/self/status"); err == nil {
		for line := range strings.Lines(string(s)) {
			if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
				var kb float64
				if _, err := fmt.Sscan(v, &kb); err == nil {
					b.ReportMetric(kb/1024, "peak-MB")
				}
			}
		}
	}
}

func BenchmarkFirstSync20k(b *testing.B)  { firstSync(b, 20_000) }
func BenchmarkFirstSync100k(b *testing.B) { firstSync(b, 100_000) }
