package embedded

import (
	"testing"

	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/log/logtest"
)

func BenchmarkEmbedded(b *testing.B) {
	logtest.Bench(b, func(b *testing.B) log.Log { return openLog(b, options(b.TempDir())) })
}
