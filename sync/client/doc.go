// Package client keeps one machine's store in step with its hub: it enrols,
// sends what people did, fetches what changed, and proves that both hold the
// same (DESIGN §5; the wire is described in sync/protocol). It knows the
// protocol, HTTP and the store's replica side. It must not know screens, what a
// record means to a person, nor a clock that decides anything: order is the
// hub's, and waiting is done with timers, which a changed clock does not touch.
//
// # How it fits together
//
// wire.go sends one request and believes nothing of the answer before all of it
// is read and its hash is right; retry.go says what is tried again and when;
// trust.go is about certificates, and who.go about who answers at all. A session
// (session.go) says which feeds this device has and where the hub stands.
//
// Pulling is arrive.go (signed manifests and chunks: a first sync, another epoch,
// other feeds, a position below the floor – always only the buckets that differ)
// and delta.go (everything after a position, which with wait is the long poll).
// Each delta to the hub's head proves itself by its roots; verify.go repairs the
// buckets that differ, and compares on demand. push.go sends the outbox, in a
// goroutine of its own in run.go: neither waits for the other.
package client
