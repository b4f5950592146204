package protocol

import "time"

// Version is the version of the wire that this program speaks; a hub answers 426
// with a Refusal naming the lowest one it accepts. Reading keeps working one
// version longer than writing. A device speaks the highest version that both know:
// it asks who is there in MinVersion, and Hub.Max says the rest.
const (
	Version    = 2
	MinVersion = 1
)

// Headers.
const (
	HeaderVersion = "Sync-Protocol"
	HeaderProgram = "Sync-Program" // name and version of the program, for the hub's log
	HeaderBody    = "Sync-Body"    // sha256, in hexadecimal, of the bytes of a reply's body as sent
)

// Paths.
const (
	PathHub      = "/v1/hub"
	PathDevices  = "/v1/devices"
	PathNonce    = "/v1/nonce"
	PathSession  = "/v1/session"
	PathManifest = "/v1/manifest"
	PathChunk    = "/v1/chunk/"
	PathChanges  = "/v1/changes"
	PathDigest   = "/v1/digest"
	PathBucket   = "/v1/bucket"
	PathOps      = "/v1/ops"
	PathFigures  = "/v1/figures"
	PathKeys     = "/v1/card-keys"
)

// Limits. What goes up is gzip with two caps; what comes down is zstd, bounded by
// size and hash in a signed manifest or by MaxDelta.
const (
	MaxOps          = 200
	MaxOp           = 300 << 10 // bytes of one operation: a community with all its members
	MaxUpload       = 1 << 20   // bytes as sent
	MaxUploadPlain  = 8 << 20   // bytes unpacked
	MaxDeltaRecords = 2000
	MaxDelta        = 64 << 20 // bytes unpacked
	MaxChunk        = 64 << 20 // bytes unpacked
	MaxChunks       = 32       // that one request may name
	MaxCardKeys     = 500      // that one request may bring, or ask for
	MaxReply        = 1 << 20  // bytes of any other reply
	LongPoll        = 25 * time.Second
	Watchdog        = 60 * time.Second // a reply that brings nothing for so long is dead
	TokenLife       = 15 * time.Minute
	InvitationLife  = 15 * time.Minute
)
