// Package record says what the log is made of: one record is the last value of
// one thing, and a store of any machine is a set of records played from the log
// (DESIGN §3, §5). It knows kinds, feeds, buckets and digests. It must not know
// Badger, HTTP, a clock, nor what a body means to a person.
package record

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Kind says what a record is about.
type Kind string

// The kinds. Those from Device on are the hub's own and are in no feed.
const (
	Community  Kind = "community"
	Organiser  Kind = "organiser"
	Ambassador Kind = "ambassador"
	Referral   Kind = "referral"
	Event      Kind = "event"
	Suggestion Kind = "suggestion"
	Gap        Kind = "gap"
	Conflict   Kind = "conflict"  // two values of one field; a person chooses
	Card       Kind = "card"      // a contact card, sealed under a key of its own that is in no record
	Session    Kind = "session"   // one time of a practice ground: who came, as a count and codes
	Volunteer  Kind = "volunteer" // how an ambassador is reached, and their consent
	Meeting    Kind = "meeting"   // a network meeting of ambassadors
	Readiness  Kind = "readiness" // a desk's self-check
	Agreement  Kind = "agreement" // what an organisation has agreed to
	Device     Kind = "device"
	Invitation Kind = "invitation"
	Counter    Kind = "counter"   // how far a device's operations are known
	Aggregate  Kind = "aggregate" // what is left of a month's cases when they are too old
	Mark       Kind = "mark"      // how far a verified backup goes
)

// Family is the group of kinds that leave the hub together or not at all. Which
// families a role receives is decided by family, never by a filter over all
// (findings/reliability R8).
type Family string

// The families. Admin never leaves the hub.
const (
	Directory Family = "dir"   // communities, organisers: public
	Staff     Family = "staff" // ambassadors
	Cases     Family = "case"  // referrals, their events and contact cards, sessions of practice grounds
	Tips      Family = "tip"   // suggestions, gaps, conflicts, volunteers, meetings: for guides
	Progress  Family = "org"   // readiness and agreements of organisations
	Admin     Family = "admin"
)

// Families lists the families that can leave the hub.
var Families = []Family{Directory, Staff, Cases, Tips, Progress}

// Family gives the kind's family; "" for a kind this program does not know.
func (k Kind) Family() Family {
	switch k {
	case Community, Organiser:
		return Directory
	case Ambassador:
		return Staff
	case Referral, Event, Card, Session:
		return Cases
	case Suggestion, Gap, Conflict, Volunteer, Meeting:
		return Tips
	case Readiness, Agreement:
		return Progress
	case Device, Invitation, Counter, Aggregate, Mark:
		return Admin
	}
	return ""
}

// Record is the last value of one thing, or its tombstone, as the log has it.
// Members a program does not know are kept.
type Record struct {
	Kind    Kind           `json:"kind"`
	ID      string         `json:"id"`
	Seq     uint64         `json:"seq"` // of the log, of this value
	V       int            `json:"v,omitzero"`
	In      []string       `json:"in,omitempty"`   // tokens of the feeds it is in, sorted: see Feed
	Left    []string       `json:"left,omitempty"` // tokens of feeds it was in once, sorted
	Deleted bool           `json:"deleted,omitzero"`
	Op      string         `json:"op,omitzero"`     // id of the operation that made this value
	Device  string         `json:"device,omitzero"` // that made it; "" is the hub
	At      time.Time      `json:"at,omitzero"`     // when the hub took it in; never used for order
	Body    jsontext.Value `json:"body,omitzero"`
	Unknown jsontext.Value `json:",embed"`
}

// Ref names a record.
type Ref struct {
	Kind Kind   `json:"kind"`
	ID   string `json:"id"`
}

// Ref names the record.
func (r *Record) Ref() Ref { return Ref{r.Kind, r.ID} }

// Position is a place in one log: everything up to Seq of Epoch. Another epoch
// is another log (a hub restored from a backup); sequences have holes.
type Position struct {
	Epoch uint64 `json:"epoch"`
	Seq   uint64 `json:"seq"`
}
