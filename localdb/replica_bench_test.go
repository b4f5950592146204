package localdb

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

// syncedAs makes record i of a directory, again each time, so that the
// benchmark holds no more than one bucket.
func syncedAs(i int) record.Record {
	c := community(i)
	c.AssignID()
	c.Description = strings.Repeat("Vi mødes hver uge, går en tur og drikker kaffe bagefter. ", 12)
	body, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	return record.Record{Kind: record.Community, ID: c.ID, Seq: uint64(i + 1), V: 1, In: []string{"ringsted"}, Op: c.ID, Body: body}
}

// firstSync fills a new store with n communities in as many buckets as a hub cuts
// them into.
func firstSync(b *testing.B, n int) {
	div := record.Division(n)
	buckets := make([][]int, div)
	for i := range n {
		c := community(i)
		c.AssignID()
		j := record.Coarse(record.Bucket(c.ID), div)
		buckets[j] = append(buckets[j], i)
	}
	ctx := context.Background()
	var fill, arrive time.Duration
	for range b.N {
		b.StopTimer()
		s := openAt(b, made(b.TempDir()))
		if err := s.Enrol(enrolment1()); err != nil {
			b.Fatal(err)
		}
		if _, _, err := s.Digests(ctx, "dir"); err != nil {
			b.Fatal(err)
		}
		for i, rows := range buckets {
			f := Filled{Feed: "dir", N: div, I: i, Epoch: 7, Seq: uint64(n)}
			for _, row := range rows {
				f.Records = append(f.Records, syncedAs(row))
			}
			b.StartTimer()
			at := time.Now()
			if err := s.Fill(ctx, f); err != nil {
				b.Fatal(err)
			}
			fill += time.Since(at)
			b.StopTimer()
		}
		b.StartTimer()
		at := time.Now()
		if err := s.Arrive(ctx, record.Position{Epoch: 7, Seq: uint64(n)}, []record.Feed{"dir"}); err != nil {
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

// BenchmarkDelta100 plays a hundred changed communities into 20,000, and brings
// the search up to date.
func BenchmarkDelta100(b *testing.B) {
	ctx := context.Background()
	s := openAt(b, made(b.TempDir()))
	if err := s.Enrol(enrolment1()); err != nil {
		b.Fatal(err)
	}
	const n = 20_000
	d := Delta{To: record.Position{Epoch: 7, Seq: n}}
	for i := range n {
		d.Records = append(d.Records, syncedAs(i))
	}
	if err := s.Play(ctx, d); err != nil {
		b.Fatal(err)
	}
	if _, _, err := s.Digests(ctx, "dir"); err != nil {
		b.Fatal(err)
	}
	x, err := s.Search()
	if err != nil {
		b.Fatal(err)
	}
	var play, renew time.Duration
	for b.Loop() {
		next := Delta{To: record.Position{Epoch: 7, Seq: d.To.Seq + 100}}
		for i := range 100 {
			r := syncedAs(i * 199)
			r.Seq = d.To.Seq + uint64(i) + 1
			next.Records = append(next.Records, r)
		}
		d.To = next.To
		at := time.Now()
		if err := s.Play(ctx, next); err != nil {
			b.Fatal(err)
		}
		play += time.Since(at)
		at = time.Now()
		if x, err = s.Renew(x); err != nil {
			b.Fatal(err)
		}
		renew += time.Since(at)
	}
	b.ReportMetric(float64(play.Microseconds())/float64(b.N), "play-µs/op")
	b.ReportMetric(float64(renew.Microseconds())/float64(b.N), "renew-µs/op")
}
