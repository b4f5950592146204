package hub

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// BenchmarkTwoHundredDesksAtEight: all desks of a region come at the same moment:
// session, what happened since yesterday, and two vejvisninger of their own
// (findings/reliability §5.3 row 47: p99 of a request at most 250 ms).
func BenchmarkTwoHundredDesksAtEight(b *testing.B) {
	r := newRig(b, func(r *rig) { r.opt = func(o *Options) { o.Limits = roomy } })
	var cs []*directory.Community
	for i := range 1000 {
		cs = append(cs, community(fmt.Sprint("Fællesskab ", i), "Lindeby"))
	}
	r.put(cs...)
	var ms []*machine
	for i := range 200 {
		m := r.join(protocol.Desk, fmt.Sprint("Skranke ", i%40))
		ms = append(ms, m)
	}
	http.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost = 300
	for name, within := range map[string]time.Duration{"in one instant": 1, "within five seconds": 5 * time.Second} {
		b.Run(name, func(b *testing.B) { morning(b, r, ms, cs[:100], within) })
	}
}

// morning has every machine come once, at a moment of its own, and miss what
// changed overnight. Half the processor time is the machines' own.
func morning(b *testing.B, r *rig, ms []*machine, news []*directory.Community, within time.Duration) {
	for b.Loop() {
		b.StopTimer()
		old := r.hub.Position().Seq
		for _, c := range news {
			c.Summary += "."
		}
		r.put(news...)
		b.StartTimer()
		var mu sync.Mutex
		var took []time.Duration
		var all sync.WaitGroup
		for _, m := range ms {
			all.Go(func() {
				time.Sleep(rand.N(within))
				for _, do := range []func(){
					func() { m.login() },
					func() { m.changes(old, "") },
					func() {
						m.push(m.op(protocol.OpReferral, newReferral(b, "")), m.op(protocol.OpReferral, newReferral(b, "")))
					},
				} {
					start := time.Now()
					do()
					d := time.Since(start)
					mu.Lock()
					took = append(took, d)
					mu.Unlock()
				}
			})
		}
		all.Wait()
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "ms-p50")
		b.ReportMetric(float64(took[len(took)*99/100].Milliseconds()), "ms-p99")
	}
}

var roomy = Limits{Device: 1e6, DeviceBurst: 1e6, Address: 1e6, AddressBurst: 1e6, Strangers: 1e6, StrangersBurst: 1e6,
	WrongCodes: 1e6, WrongCodesAll: 1e6, Conns: 4096, ConnsAddress: 4096, Pushes: 32}

// BenchmarkPushOfTwoHundred is a full push of an outbox that grew while offline.
func BenchmarkPushOfTwoHundred(b *testing.B) {
	r := newRig(b, func(r *rig) { r.opt = func(o *Options) { o.Limits = roomy } })
	m := r.join(protocol.Desk, "Lindeby Bibliotek")
	for b.Loop() {
		var ops []protocol.Op
		for range protocol.MaxOps {
			ops = append(ops, m.op(protocol.OpReferral, newReferral(b, "")))
		}
		m.push(ops...)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*protocol.MaxOps), "µs/op-pushed")
}

// BenchmarkManifest cuts 20,000 communities into chunks: once for all PCs.
func BenchmarkManifest(b *testing.B) {
	r := newRig(b)
	var cs []*directory.Community
	for i := range 20000 {
		c := community(fmt.Sprint("Fællesskab ", i), "Lindeby")
		c.Description = "Vi mødes hver uge, drikker kaffe og taler om stort og småt. Alle er velkomne, også den første gang."
		cs = append(cs, c)
	}
	r.put(cs...)
	for b.Loop() {
		if _, _, err := r.hub.manifests.cut(b.Context(), WholeDirectory{}, record.FeedOf(record.Directory, "")); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNothingNew is the request that every PC makes all day.
func BenchmarkNothingNew(b *testing.B) {
	r := newRig(b, func(r *rig) { r.opt = func(o *Options) { o.Limits = roomy } })
	m := r.join(protocol.Kiosk, "Lindeby Bibliotek")
	head := r.hub.Position().Seq
	for b.Loop() {
		m.changes(head, "")
	}
}

// BenchmarkFirstSyncOfTheHub is what one more PC costs the hub when the chunks are
// cut already: 20,000 communities. The receiving side does nothing but read.
func BenchmarkFirstSyncOfTheHub(b *testing.B) {
	r := newRig(b, func(r *rig) { r.opt = func(o *Options) { o.Limits = roomy } })
	var cs []*directory.Community
	for i := range 20000 {
		c := community(fmt.Sprint("Fællesskab ", i), "Lindeby")
		c.Description = strings.Repeat(fmt.Sprint("Vi mødes hver uge ", i*7919, ", drikker kaffe og taler om stort og småt. "), 8)
		cs = append(cs, c)
	}
	r.put(cs...)
	m := r.join(protocol.Desk, "Lindeby Bibliotek")
	bytes := 0
	for b.Loop() {
		m.login()
		for _, f := range m.feeds {
			code, _, body := m.do(http.MethodGet, protocol.PathManifest+"?feed="+string(f), nil, nil)
			var mf protocol.Manifest
			if code != 200 || json.Unmarshal(body, &mf) != nil {
				b.Fatal(code)
			}
			for _, x := range mf.Buckets {
				if x.SHA256 != "" {
					_, _, body := m.do(http.MethodGet, protocol.PathChunk+x.SHA256, nil, nil)
					bytes += len(body)
				}
			}
		}
		m.changes(r.hub.Position().Seq, "")
	}
	b.ReportMetric(float64(bytes)/float64(b.N)/1e6, "MB-sent")
}
