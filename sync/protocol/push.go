package protocol

import (
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/go-json-experiment/json/jsontext"
)

// Kinds of operation. Their bodies are the records of localdb.
const (
	OpReferral   = "referral"   // referral.Referral
	OpEvent      = "event"      // referral.Event
	OpSuggestion = "suggestion" // localdb.Suggestion
	OpGap        = "gap"        // localdb.SearchGap
	OpEdit       = "edit"       // localdb.Edit: of a community, or of the kind it names
	OpResolve    = "resolve"    // localdb.Resolution
	OpClose      = "close"      // localdb.Closing
	OpCard       = "card"       // card.Sealed
	OpErase      = "erase"      // localdb.Erasure
	OpLook       = "look"       // localdb.Look: somebody read a contact card
)

// Op is one thing that a person did. Signature is over SignedText("op", device,
// counter, id, kind, v, at in RFC 3339 with nanoseconds, hex of SHA-256 of body).
type Op struct {
	Counter   uint64         `json:"counter"`
	ID        string         `json:"id"` // UUID
	Kind      string         `json:"kind"`
	V         int            `json:"v"`
	At        time.Time      `json:"at"`             // the device's clock: data, never order
	Actor     string         `json:"actor,omitzero"` // role
	Body      jsontext.Value `json:"body"`
	Signature []byte         `json:"signature"`
}

// Push is a batch, in the order of the counters. Known is the counter up to
// which the device has had every answer, so that the hub need not remember them.
type Push struct {
	Epoch uint64 `json:"epoch"`
	Known uint64 `json:"known"`
	Ops   []Op   `json:"ops"`
}

// Answer is the fate of one operation.
type Answer struct {
	Counter  uint64 `json:"counter"`
	State    Fate   `json:"state"`
	Seq      uint64 `json:"seq,omitzero"`      // of what it made
	Code     string `json:"code,omitzero"`     // why, with Refused
	Field    string `json:"field,omitzero"`    // where, with Refused
	Conflict string `json:"conflict,omitzero"` // id of the conflict record, with Conflicted
}

// Fate is what became of an operation. Later says nothing of this one or the
// ones after it: they are to be sent again.
type Fate string

// The fates.
const (
	Accepted   Fate = "accepted"
	Duplicate  Fate = "duplicate" // taken in before
	Conflicted Fate = "conflict"  // taken in but for fields that somebody else changed; both values are kept
	Refused    Fate = "refused"
	Later      Fate = "later"
)

// Codes of a refused operation.
const (
	RefusedRole      = "role"      // this role may not
	RefusedCPR       = "cpr"       // a text holds a CPR number, or what may be one
	RefusedMalformed = "malformed" // Field says where
	RefusedSignature = "signature"
	RefusedUnknown   = "unknown" // a kind or version this hub does not know
	RefusedGone      = "gone"    // what it is about was removed
	RefusedTaken     = "taken"   // the id is another record's
	RefusedPoison    = "poison"  // the hub failed on this operation alone
)

// Pushed answers a push: an answer for each operation, in order.
type Pushed struct {
	Answers []Answer        `json:"answers"`
	Counter uint64          `json:"counter"` // as in Session
	Head    record.Position `json:"head"`
}

// Figures are what a coordinator sees: counts per month, below 5 as "<5" and
// else rounded to 5, totals included (DESIGN §9).
type Figures struct {
	From directory.Day `json:"from"`
	To   directory.Day `json:"to"`
	Rows []FigureRow   `json:"rows"`
}

// FigureRow is one count, as text because it may be "<5".
type FigureRow struct {
	Month        string `json:"month"` // 2026-11
	Organisation string `json:"organisation,omitzero"`
	What         string `json:"what"` // depth, state, wish or total
	Value        string `json:"value,omitzero"`
	Count        string `json:"count"`
}
