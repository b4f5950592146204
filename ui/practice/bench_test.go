package practice

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
)

// BenchmarkRead is what the page reads when something changes, beside ten thousand
// vejvisninger that came from a hub: once as it is opened, once as a session changes.
func BenchmarkRead(b *testing.B) {
	d := open(b, theme.New(theme.Normal, 1), fyne.NewSize(1164, 786), nil)
	d.must(d.store.Enrol(localdb.Enrolment{Hub: "https://hub.lindeby.example", HubName: "Lindeby", HubKey: make([]byte, 32), Device: "0190d000-0000-7000-8000-00000000000d",
		Seed: make([]byte, 32), Role: "guide", Organisation: "Lindeby", At: today}))
	r := rand.NewChaCha8([32]byte{5})
	var list []record.Record
	seq := uint64(0)
	add := func(k record.Kind, id string, v any) {
		body, err := json.Marshal(v)
		d.must(err)
		seq++
		list = append(list, record.Record{Kind: k, ID: id, Seq: seq, V: 1, In: []string{"lindeby"}, Body: body})
	}
	for _, c := range places3() {
		add(record.Community, c.ID, c)
	}
	var given []referral.Code
	for i := range 10000 {
		code, err := referral.Draw(r)
		d.must(err)
		given = append(given, code)
		ref := referral.Referral{ID: fmt.Sprintf("0190d000-0000-7000-8000-%012d", i), Code: code, At: "2026-11-10", Depth: referral.Guided, Communities: []string{knit}}
		if i%10 == 1 {
			ref.PreviousCode = given[i-1]
		}
		add(record.Referral, ref.ID, ref)
		for n, k := range []referral.Kind{referral.Shown, referral.Welcomed, referral.DidNotFit} {
			e := referral.Event{ID: fmt.Sprintf("0190e000-0000-7000-8000-%06d%06d", i, n), Code: code, Kind: k, On: "2026-11-12"}
			add(record.Event, e.ID, e)
		}
	}
	for i := range 40 {
		s := practice.Session{ID: fmt.Sprintf("0190b000-0000-7000-8000-%012d", i), Community: club, On: "2026-11-03", Came: 30, Codes: given[i*20 : i*20+20]}
		add(record.Session, s.ID, s)
	}
	d.must(d.store.Play(context.Background(), localdb.Delta{Records: list, To: record.Position{Epoch: 7, Seq: seq}}))
	for name, old := range map[string]bool{"opened": false, "changed": true} {
		b.Run(name, func(b *testing.B) {
			first, err := read(d.store, nil, "da", d.page.today())
			d.must(err)
			var kept *places
			if old {
				kept = first.places
			}
			for b.Loop() {
				s, err := read(d.store, kept, "da", d.page.today())
				if err != nil || len(s.lives) < 10000 {
					b.Fatal(err, len(s.lives))
				}
			}
		})
	}
}
