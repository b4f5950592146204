package client

import (
	"slices"
	"testing"

	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// TestARequestFetchesNoMoreThanTheHubAllows bundles buckets of two manifests.
func TestARequestFetchesNoMoreThanTheHubAllows(t *testing.T) {
	var wants []want
	for range 2 {
		m := &protocol.Manifest{Buckets: make([]protocol.Bucket, 64)}
		for i := range m.Buckets {
			m.Buckets[i].Size = 1000 * i * i
			wants = append(wants, want{m, i})
		}
	}
	for _, allowed := range []int{0, 1, 5, protocol.MaxChunks, 1000} {
		var all []want
		for _, ws := range bundle(wants, allowed) {
			size := 0
			for _, w := range ws {
				size += w.m.Buckets[w.i].Size
				if w.m != ws[0].m {
					t.Error("two manifests in one request")
				}
			}
			if len(ws) > max(1, min(allowed, protocol.MaxChunks)) || size > bundleSize && len(ws) > 1 {
				t.Errorf("%d chunks of %d bytes where %d are allowed", len(ws), size, allowed)
			}
			all = append(all, ws...)
		}
		if !slices.Equal(all, wants) {
			t.Error("what is wanted is not what is fetched")
		}
	}
}
