// Package referral holds a vejvisning – showing one citizen the way to one or
// more communities – as a value, its code, its events and what follows from
// them (DESIGN §4). It is pure: no store, no network, no screen, no clock and
// no randomness of its own. It has no member that could hold who the citizen is.
package referral

import (
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/go-json-experiment/json/jsontext"
)

// Version is the version of the Referral and Event records that this program writes.
const Version = 1

// Depth says how far the showing went.
type Depth string

// The depths, in Danish: postkort, vejledt, fulgt.
const (
	Postcard    Depth = "postcard"
	Guided      Depth = "guided"
	Accompanied Depth = "accompanied"
)

// Depths lists the depths in the order in which they are shown.
var Depths = []Depth{Postcard, Guided, Accompanied}

// Origin says how the talk began.
type Origin string

// The origins.
const (
	AskedFor   Origin = "asked_for"
	ReachedOut Origin = "reached_out"
	FromKiosk  Origin = "kiosk"
	Self       Origin = "self"
)

// ShownBy says in which role the way was shown.
type ShownBy string

// Who can show the way.
const (
	ByProfessional ShownBy = "professional"
	ByGuide        ShownBy = "guide"
	ByAmbassador   ShownBy = "ambassador"
	ByCitizen      ShownBy = "citizen"
	ByCommunity    ShownBy = "community"
)

// Referral is one vejvisning. It names nobody and holds no free text.
type Referral struct {
	ID           string         `json:"id"` // UUID v7
	Code         Code           `json:"code"`
	At           directory.Day  `json:"at"`
	Organisation string         `json:"organisation,omitzero"`
	Place        string         `json:"place,omitzero"`
	Depth        Depth          `json:"depth"`
	Communities  []string       `json:"communities"`      // ids
	Wishes       []string       `json:"wishes,omitempty"` // from Wishes, never free text
	Origin       Origin         `json:"origin,omitzero"`
	ShownBy      ShownBy        `json:"shown_by,omitzero"`
	PassedOnFrom string         `json:"passed_on_from,omitzero"`
	PreviousCode Code           `json:"previous_code,omitzero"`
	FollowUpOn   directory.Day  `json:"follow_up_on,omitzero"`
	Unknown      jsontext.Value `json:",embed"`
}

// Kind is what an event says happened.
type Kind string

// The kinds of event, in the order of a referral's life; the last four are side exits.
const (
	Shown               Kind = "shown"
	AccompanimentWanted Kind = "accompaniment_wanted"
	Arranged            Kind = "arranged"
	CarriedOut          Kind = "carried_out"
	FellThrough         Kind = "fell_through"
	Welcomed            Kind = "welcomed"
	StillComing         Kind = "still_coming"
	NoRoom              Kind = "no_room"
	DidNotFit           Kind = "did_not_fit"
	DidNotWant          Kind = "did_not_want"
	Unknown             Kind = "unknown"
)

// Kinds lists every kind of event.
var Kinds = []Kind{Shown, AccompanimentWanted, Arranged, CarriedOut, FellThrough, Welcomed, StillComing, NoRoom, DidNotFit, DidNotWant, Unknown}

// Event is one thing that a person says happened in a referral's life.
type Event struct {
	ID       string        `json:"id"` // UUID v7
	Code     Code          `json:"code"`
	Referral string        `json:"referral,omitzero"` // id, where it is known here
	Kind     Kind          `json:"kind"`
	On       directory.Day `json:"on"`
	Late     bool          `json:"late,omitzero"`     // recorded although this machine's knowledge said no
	Seq      uint64        `json:"seq,omitzero"`      // the hub's sequence, where the hub has confirmed it
	Wanted   *Wanted       `json:"wanted,omitzero"`   // with AccompanimentWanted: what matters for who goes along
	Plan     *Plan         `json:"plan,omitzero"`     // with Arranged: who, where and when
	Instead  []string      `json:"instead,omitempty"` // with NoRoom and DidNotFit: communities shown instead, ids
	// Undoes is the id of an event that a person takes back: that one no longer
	// counts, and this one takes its place; where this one is Unknown, nothing does.
	Undoes string         `json:"undoes,omitzero"`
	Extra  jsontext.Value `json:",embed"`
}

// Wanted is what matters for who goes along. It is from fixed lists and place names
// alone, so that it points at nobody.
type Wanted struct {
	Area           string         `json:"area,omitzero"`            // municipality, town or housing area
	Languages      []string       `json:"languages,omitempty"`      // BCP 47
	Times          []string       `json:"times,omitempty"`          // Times
	Considerations []string       `json:"considerations,omitempty"` // directory.Considerations
	Gender         string         `json:"gender,omitzero"`          // female male, where it matters
	Extra          jsontext.Value `json:",embed"`
}

// Times lists when somebody can go along.
var Times = []string{"forenoon", "afternoon", "evening", "weekend"}

// Plan is an accompaniment that was arranged. Where is a public meeting point in a
// few words, guarded as all free text.
type Plan struct {
	With  string         `json:"with,omitzero"` // id of an ambassador
	Where string         `json:"where,omitzero"`
	On    directory.Day  `json:"on"`
	At    string         `json:"at,omitzero"` // "15:04", Europe/Copenhagen
	To    string         `json:"to,omitzero"` // id of the community
	Extra jsontext.Value `json:",embed"`
}
