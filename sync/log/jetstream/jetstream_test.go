package jetstream

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/log/jetstream/nodes"
	"github.com/faellesskabsby/vejviser/sync/log/logtest"
)

var names atomic.Int64

// freshName is the name of a log that was never used.
func freshName() string { return fmt.Sprint("test-", names.Add(1)) }

// room is what the cluster reserves for each log of a test.
const room = 64 << 20

func options(c *nodes.Cluster) Options {
	return Options{URL: c.URL(), Name: freshName(), MaxBytes: room}
}

func openLog(t testing.TB, o Options) *Log {
	t.Helper()
	l, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestJetStreamKeepsTheContract(t *testing.T) {
	t.Parallel()
	c := shared.get(t)
	logtest.Run(t, func(t *testing.T) logtest.Opener {
		o := options(c)
		return logtest.Opener{
			Open: func(t testing.TB) log.Log { return openLog(t, o) },
			Slow: true,
		}
	})
}
