package print

import (
	"context"
	"fmt"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// BenchmarkBooklet makes a booklet of a thousand communities.
func BenchmarkBooklet(b *testing.B) {
	m := Material{Language: "da", PublicURL: "https://vejviser.example.dk", Date: "2026-11-23", Now: now}
	themes := []string{"Idræt og bevægelse", "Kultur, læsning og læring", "Mad og spisefællesskab", "Natur og friluftsliv", "Spil og hygge"}
	for i := range 1000 {
		c := *[]*directory.Community{walkers(), coffee(), shelter()}[i%3]
		c.ID = fmt.Sprintf("01936b1e-7f4a-7c3e-9b5a-0d2f6c1a%04d", i)
		c.Name = fmt.Sprintf("%s nr. %d", c.Name, i)
		c.Category = themes[i%len(themes)]
		c.Description = "Vi mødes i små grupper, og der er altid en kop kaffe på kanden. Du behøver ikke kunne noget på forhånd, og du kan komme, som du er."
		m.Communities = append(m.Communities, &c)
	}
	b.ReportAllocs()
	for b.Loop() {
		out, err := BookletOf(context.Background(), m, Booklet{}, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(out)), "bytes")
	}
}
