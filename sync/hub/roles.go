package hub

import (
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// The tables of findings/reliability §3.2. What is not named in them is refused:
// a path as if it were not there, an operation with its reason.

var pulling = []string{protocol.PathManifest, protocol.PathChunk, protocol.PathChanges, protocol.PathDigest, protocol.PathBucket}

// may says which paths answer which role.
var may = map[protocol.Role]map[string]bool{
	protocol.Kiosk:       names(pulling, protocol.PathOps),
	protocol.Desk:        names(pulling, protocol.PathOps, protocol.PathKeys),
	protocol.Guide:       names(pulling, protocol.PathOps, protocol.PathKeys),
	protocol.Coordinator: names(pulling, protocol.PathOps, protocol.PathFigures),
}

// mayDo says which operations are taken from which role. Which records it may edit
// and erase is said below.
var mayDo = map[protocol.Role]map[string]bool{
	protocol.Kiosk: names(nil, protocol.OpSuggestion, protocol.OpGap),
	protocol.Desk: names(nil, protocol.OpReferral, protocol.OpEvent, protocol.OpSuggestion, protocol.OpGap, protocol.OpEdit,
		protocol.OpCard, protocol.OpErase, protocol.OpLook),
	protocol.Guide: names(nil, protocol.OpReferral, protocol.OpEvent, protocol.OpSuggestion, protocol.OpGap, protocol.OpEdit,
		protocol.OpResolve, protocol.OpClose, protocol.OpCard, protocol.OpErase, protocol.OpLook),
	protocol.Coordinator: names(nil, protocol.OpSuggestion, protocol.OpGap, protocol.OpEdit),
}

var knownKinds = mayDo[protocol.Guide] // guides may do everything there is

// mayEdit says which kinds of record a role may edit.
var mayEdit = map[protocol.Role]map[record.Kind]bool{
	protocol.Desk: names(nil, record.Session, record.Readiness),
	protocol.Guide: names(nil, record.Community, record.Ambassador, record.Volunteer, record.Meeting,
		record.Session, record.Readiness, record.Agreement),
	protocol.Coordinator: names(nil, record.Readiness, record.Agreement),
}

// mayErase says of which kinds of record a role may erase what it can see.
var mayErase = map[protocol.Role]map[record.Kind]bool{
	protocol.Desk:  names(nil, record.Card),
	protocol.Guide: names(nil, record.Card, record.Ambassador),
}

func names[T comparable](some []T, more ...T) map[T]bool {
	m := map[T]bool{}
	for _, x := range append(append([]T(nil), some...), more...) {
		m[x] = true
	}
	return m
}
