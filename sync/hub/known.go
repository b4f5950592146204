package hub

import (
	"sync"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

// knownDevices remembers what the store says of devices that ask, so that not every
// request reads and decodes it. It is empty again whenever the record of a device
// is played: a revocation takes effect at the next request, as without it.
type knownDevices struct {
	mu    sync.RWMutex
	by    map[string]*deviceBody // shared, and never changed
	since uint64                 // how often it was emptied
}

// maxKnown bounds how many are remembered; then it begins anew.
const maxKnown = 10000

// of gives a device that a token names; nil where there is none.
func (k *knownDevices) of(h *Hub, id string) (*deviceBody, error) {
	k.mu.RLock()
	d, ok := k.by[id]
	since := k.since
	k.mu.RUnlock()
	if ok {
		return d, nil
	}
	d, _, err := h.device(id)
	if err != nil || d == nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.since == since { // else it may be of before what was played meanwhile
		if k.by == nil || len(k.by) >= maxKnown {
			k.by = map[string]*deviceBody{}
		}
		k.by[id] = d
	}
	return d, nil
}

// played empties it where devices changed. It is called when the store has them,
// and before anybody is told so.
func (k *knownDevices) played(rs []record.Record) {
	for i := range rs {
		if rs[i].Kind == record.Device {
			k.mu.Lock()
			k.by, k.since = nil, k.since+1
			k.mu.Unlock()
			return
		}
	}
}
