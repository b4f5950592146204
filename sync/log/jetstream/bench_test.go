package jetstream

import (
	"context"
	"fmt"
	"testing"

	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/log/logtest"
)

func BenchmarkJetStream(b *testing.B) {
	c := shared.get(b)
	logtest.Bench(b, func(b *testing.B) log.Log {
		l, err := Open(context.Background(), Options{URL: c.URL(), Name: fmt.Sprint("bench-", names.Add(1)), MaxBytes: 1 << 30})
		if err != nil {
			b.Fatal(err)
		}
		return l
	})
}
