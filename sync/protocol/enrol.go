package protocol

import (
	"time"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

// Role is what a device is for. It decides which feeds it has and which
// operations are taken from it; what is not named is refused.
type Role string

// The roles.
const (
	Kiosk       Role = "kiosk"
	Desk        Role = "desk"
	Guide       Role = "guide"
	Coordinator Role = "coordinator"
)

// Roles lists the roles.
var Roles = []Role{Kiosk, Desk, Guide, Coordinator}

// Hub says who answers. Signature is over Text(nonce), by Key; the nonce is the
// device's, 16–64 of a–z, 0–9.
type Hub struct {
	Name string    `json:"name"`
	Key  []byte    `json:"key"` // Ed25519 public key
	Min  int       `json:"min"`
	Max  int       `json:"max"`
	Time time.Time `json:"time"`
	// CA, in PEM, is for a hub whose certificate no public authority signed: its
	// own certificate, or that of its authority. A device that meets a certificate
	// it cannot judge asks for the Hub without trusting the connection – it sends
	// nothing but the nonce – and from then on trusts CA at this address, if the
	// signature is by the key that it knows in full or by its print from the
	// invitation, and if the certificate it met is vouched for by CA. Who sits in
	// between and passes the real answer on has another certificate, and is refused.
	CA        []byte `json:"ca,omitempty"`
	Signature []byte `json:"signature"`
}

// Enrol asks to become a device. Proof is over Text, by the device's key.
type Enrol struct {
	Code    string `json:"code"` // the secret part of the invitation alone
	Key     []byte `json:"key"`  // Ed25519 public key, made on the device
	Name    string `json:"name"` // of the machine or desk, for the hub's list
	Program string `json:"program"`
	Proof   []byte `json:"proof"`
}

// Enrolled is the hub's yes. Signature is over Text of the device's key, by the
// hub's key, whose print the invitation carried. Hub is as Hub was answered
// before, here without a signature of its own.
type Enrolled struct {
	Device         string   `json:"device"` // UUID
	Hub            Hub      `json:"hub"`
	Role           Role     `json:"role"`
	Organisation   string   `json:"organisation"`
	Municipalities []string `json:"municipalities,omitempty"` // none: all
	PublicURL      string   `json:"public_url,omitzero"`
	Signature      []byte   `json:"signature"`
}

// Device names a device; Nonce is the hub's challenge to it, good for one
// session request within a minute.
type (
	Device struct {
		Device string `json:"device"`
	}
	Nonce struct {
		Nonce string `json:"nonce"`
	}
)

// SessionRequest proves the device's key. Signature is over Text of the hub's
// name, as the signed Hub gives it.
type SessionRequest struct {
	Device    string `json:"device"`
	Nonce     string `json:"nonce"`
	Program   string `json:"program"`
	Signature []byte `json:"signature"`
}

// Session is a token and what the hub knows of the device.
type Session struct {
	Token          string          `json:"token"`   // opaque; TokenLife
	Expires        int             `json:"expires"` // seconds
	Role           Role            `json:"role"`
	Organisation   string          `json:"organisation"`
	Municipalities []string        `json:"municipalities,omitempty"`
	PublicURL      string          `json:"public_url,omitzero"`
	Feeds          []record.Feed   `json:"feeds"`
	Position       record.Position `json:"position"` // the hub's
	Floor          uint64          `json:"floor"`
	Counter        uint64          `json:"counter"` // last operation of this device that the hub knows
	// Last is OpPrint of that operation's id; "" is not said. A device that gave its
	// counter to another one shares its identity with a second machine.
	Last string `json:"last,omitzero"`
	// Chunks is how many chunks one request may name; 0 is one.
	Chunks int       `json:"chunks,omitzero"`
	Time   time.Time `json:"time"` // the hub's clock, to show by how much this one is off
	// Lease is for how many days after a contact with the hub this device may show
	// what is not public; 0 is not said. Then it is locked until the next contact,
	// and what waits to be sent is kept.
	Lease int `json:"lease,omitzero"`
}

// Revoked is the body of 403 for a device that was revoked: its data goes, keys
// first; what it had not sent is sealed to the hub's key, in a file that an
// administrator can open. Signature is over Text.
type Revoked struct {
	Device    string    `json:"device"`
	At        time.Time `json:"at"` // whole seconds
	Signature []byte    `json:"signature"`
}

// Refusal is the body of any other answer but 200. Code is stable and is what a
// program acts on; the words for a person are the device's own.
type Refusal struct {
	Code  string `json:"code"`
	Field string `json:"field,omitzero"`
	Min   int    `json:"min,omitzero"` // with code "version"
	Max   int    `json:"max,omitzero"`
}

// Codes of a Refusal.
const (
	CodeVersion   = "version"    // 426
	CodeToken     = "token"      // 401: get a new session
	CodeRevoked   = "revoked"    // 403, with Revoked as the body
	CodeNotFound  = "not_found"  // 404, also for what the device may not see
	CodeFeeds     = "feeds"      // 409: the device's feeds changed; session, then manifests
	CodeEpoch     = "epoch"      // 409: another log; session, then manifests
	CodeCloned    = "cloned"     // 409: an operation's counter was taken by another; enrol anew
	CodeFloor     = "floor"      // 410: manifests
	CodeTooLarge  = "too_large"  // 413
	CodeMalformed = "malformed"  // 400
	CodeSlowDown  = "slow_down"  // 429, Retry-After at most 300 s
	CodeLater     = "later"      // 503: the log cannot be reached
	CodeFull      = "full"       // 507
	CodeInvited   = "invitation" // 403: wrong, used or too old, not told apart
)
