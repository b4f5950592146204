// Package directory holds what can be known about a local community
// (fællesskab): the typed records of DESIGN §4, their rules, and what follows
// from them alone – the next time it meets, how fresh the facts are, who it is
// when it is seen again in an import.
//
// It is pure: it knows no store, no network and no screen, and it has no clock
// of its own; callers pass the time in. Missing means "not stated", never "no",
// so every fact that may be missing is a pointer or an empty slice.
package directory

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Version is the version of the Community record that this program writes.
const Version = 1

// Kind says what sort of community it is.
type Kind string

// The kinds of community.
const (
	KindAssociation    Kind = "association"
	KindVoluntary      Kind = "voluntary"
	KindMunicipal      Kind = "municipal"
	KindHousing        Kind = "housing"
	KindInformal       Kind = "informal"
	KindPracticeGround Kind = "practice_ground"
)

// Kinds lists every kind in the order in which they are shown.
var Kinds = []Kind{KindAssociation, KindVoluntary, KindMunicipal, KindHousing, KindInformal, KindPracticeGround}

// Status says whether newcomers can be shown the way there now.
type Status string

// The states of a community. An empty Status means active.
const (
	StatusActive Status = "active"
	StatusPaused Status = "paused"
	StatusClosed Status = "closed"
)

// PriceKind says how a price is counted.
type PriceKind string

// The kinds of price.
const (
	PriceFree    PriceKind = "free"
	PricePerTime PriceKind = "per_time"
	PriceMonth   PriceKind = "month"
	PriceSeason  PriceKind = "season"
	PriceYear    PriceKind = "year"
)

// Gender limits an audience. Empty means everybody.
type Gender string

// The genders an audience can be limited to.
const (
	GenderWomen Gender = "women"
	GenderMen   Gender = "men"
)

// Considerations lists the considerations (særlige hensyn) that this program
// has words for, in the order in which they are shown. A record may hold others;
// they are kept and shown as written.
var Considerations = []string{
	"beginners", "small_groups", "quiet", "anxiety", "autism", "grief",
	"dementia", "hearing", "sight", "limited_mobility", "fatigue", "new_to_danish",
}

// Accessibilities lists the accessibility facts that this program has words
// for. no_wheelchair is a stated "no"; all others are a stated "yes".
var Accessibilities = []string{
	"wheelchair", "no_wheelchair", "accessible_toilet", "hearing_loop", "lift", "step_free", "parking", "near_bus",
}

// Groups lists the audience groups that this program has words for.
var Groups = []string{
	"children", "youth", "adults", "seniors", "families", "parents", "single_parents",
	"newcomers", "unemployed", "carers", "bereaved", "veterans", "residents",
}

// Community is anything one can join: club, dinner group, walking group,
// voluntary social offer, practice ground. Only Name is required. Members that
// this program does not know are kept in Unknown, here and in every part.
type Community struct {
	ID                     string         `json:"id,omitzero"` // UUID
	Source                 string         `json:"source,omitzero"`
	SourceID               string         `json:"source_id,omitzero"`
	Name                   string         `json:"name"`
	Summary                string         `json:"summary,omitzero"`
	Description            string         `json:"description,omitzero"`
	Category               string         `json:"category,omitzero"`
	Activities             []string       `json:"activities,omitempty"`
	Kind                   Kind           `json:"kind,omitzero"`
	Organiser              *OrganiserRef  `json:"organiser,omitzero"`
	Places                 []Place        `json:"places,omitempty"`
	Schedule               []Slot         `json:"schedule,omitempty"`
	Price                  *Price         `json:"price,omitzero"`
	Audience               *Audience      `json:"audience,omitzero"`
	Languages              []string       `json:"languages,omitempty"` // BCP 47: da, en, uk …
	Considerations         []string       `json:"considerations,omitempty"`
	Accompaniment          *Accompaniment `json:"accompaniment,omitzero"`
	Welcome                *Welcome       `json:"welcome,omitzero"`
	Capacity               *Capacity      `json:"capacity,omitzero"`
	OpenAcrossHousingAreas *bool          `json:"open_across_housing_areas,omitzero"`
	Practice               *Practice      `json:"practice,omitzero"`
	Contact                *Contact       `json:"contact,omitzero"`
	Status                 Status         `json:"status,omitzero"`
	// AssuredAt moves only when a person confirms the facts; an import never moves it.
	AssuredAt time.Time      `json:"assured_at,omitzero"`
	AssuredBy string         `json:"assured_by,omitzero"`
	Unknown   jsontext.Value `json:",embed"`
}

// OrganiserRef names who runs a community (arrangør, forening).
type OrganiserRef struct {
	Name    string         `json:"name,omitzero"`
	CVR     string         `json:"cvr,omitzero"`      // 8 digits
	PNumber string         `json:"p_number,omitzero"` // 10 digits; looks like a CPR number, hence a field of its own
	Unknown jsontext.Value `json:",embed"`
}

// Place is where a community meets. The address of a confidential place is
// never shown, printed or exported: people are told to call.
type Place struct {
	Name          string         `json:"name,omitzero"`
	Address       string         `json:"address,omitzero"`
	Postcode      string         `json:"postcode,omitzero"` // 4 digits
	City          string         `json:"city,omitzero"`
	Municipality  string         `json:"municipality,omitzero"` // never derived from the postcode: one postcode spans several
	HousingArea   string         `json:"housing_area,omitzero"`
	Lat           *float64       `json:"lat,omitzero"` // degrees, WGS 84
	Lon           *float64       `json:"lon,omitzero"`
	Accessibility []string       `json:"accessibility,omitempty"`
	Confidential  bool           `json:"confidential,omitzero"`
	Unknown       jsontext.Value `json:",embed"`
}

// Slot is one rule for when a community meets: either a weekday with clock
// times, or a recurrence rule (RFC 5545 RRULE). Clock times are "15:04" in
// Europe/Copenhagen; days are "2006-01-02".
type Slot struct {
	Weekday    int            `json:"weekday,omitzero"` // 1 Monday … 7 Sunday; 0 where RRule says it
	From       string         `json:"from,omitzero"`
	To         string         `json:"to,omitzero"`
	RRule      string         `json:"rrule,omitzero"`
	ValidFrom  Day            `json:"valid_from,omitzero"`
	ValidTo    Day            `json:"valid_to,omitzero"` // inclusive
	Exceptions []Day          `json:"exceptions,omitempty"`
	Note       string         `json:"note,omitzero"`
	Unknown    jsontext.Value `json:",embed"`
}

// Day is a calendar day, "2006-01-02", or empty.
type Day string

// Price says what it costs.
type Price struct {
	Kind    PriceKind      `json:"kind,omitzero"`
	DKK     float64        `json:"dkk,omitzero"` // kroner
	Note    string         `json:"note,omitzero"`
	Unknown jsontext.Value `json:",embed"`
}

// Audience says for whom it is. Ages are whole years; nil is not stated.
type Audience struct {
	MinAge  *int           `json:"min_age,omitzero"`
	MaxAge  *int           `json:"max_age,omitzero"`
	Gender  Gender         `json:"gender,omitzero"`
	Groups  []string       `json:"groups,omitempty"`
	Unknown jsontext.Value `json:",embed"`
}

// Accompaniment says whether somebody can go along (følgeskab), and how.
type Accompaniment struct {
	Offered *bool          `json:"offered,omitzero"`
	How     string         `json:"how,omitzero"`
	Unknown jsontext.Value `json:",embed"`
}

// Welcome says who greets, where, and what happens the first time.
type Welcome struct {
	Greeter   string         `json:"greeter,omitzero"`
	Where     string         `json:"where,omitzero"`
	FirstTime []string       `json:"first_time,omitempty"` // at most three short sentences
	Ready     []string       `json:"ready,omitempty"`      // points of WelcomePoints that are in place
	Cannot    []string       `json:"cannot,omitempty"`     // considerations that it cannot take
	Pause     *Pause         `json:"pause,omitzero"`       // no newcomers for now
	Unknown   jsontext.Value `json:",embed"`
}

// Pause says that a community takes no newcomers for a while: it is full, or those
// who greet need a rest. It ends by itself after To; without To a person ends it.
type Pause struct {
	From    Day            `json:"from,omitzero"`
	To      Day            `json:"to,omitzero"`
	Why     string         `json:"why,omitzero"` // full resting season other
	Unknown jsontext.Value `json:",embed"`
}

// WelcomePoints is the checklist of a good reception, in the order in which it is
// shown; the words are in assets/translations (subject "welcome").
var WelcomePoints = []string{"greeter_named", "greeter_stand_in", "met_at_door", "shown_around", "introduced", "someone_beside", "first_time_told", "asked_afterwards", "invited_again", "code_given_back"}

// Capacity says how much room there is for newcomers, and when that was known.
type Capacity struct {
	Free    *int           `json:"free,omitzero"`
	Total   *int           `json:"total,omitzero"`
	AsOf    Day            `json:"as_of,omitzero"`
	Unknown jsontext.Value `json:",embed"`
}

// Practice frames a practice ground (social øvebane): its period, and the
// communities that are a way onward (ids or names).
type Practice struct {
	From    Day            `json:"from,omitzero"`
	To      Day            `json:"to,omitzero"`
	Onward  []string       `json:"onward,omitempty"`
	Unknown jsontext.Value `json:",embed"`
}

// Contact is a role one can reach, not a private person.
type Contact struct {
	Role    string         `json:"role,omitzero"`
	Phone   string         `json:"phone,omitzero"`
	Email   string         `json:"email,omitzero"`
	Web     string         `json:"web,omitzero"`
	Unknown jsontext.Value `json:",embed"`
}

// Organiser is an association or institution that runs communities.
type Organiser struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Kind    Kind           `json:"kind,omitzero"`
	CVR     string         `json:"cvr,omitzero"`
	About   string         `json:"about,omitzero"`
	Contact *Contact       `json:"contact,omitzero"`
	Unknown jsontext.Value `json:",embed"`
}

// Ambassador is a trained volunteer who shows the way and goes along, or a
// professional who may go along. It is what every desk may see; how one is reached
// is a Volunteer's, which guides alone have.
type Ambassador struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"` // first name, by own consent
	Role        AlongRole      `json:"role,omitzero"`
	Areas       []string       `json:"areas,omitempty"`     // municipality, town or housing area
	Languages   []string       `json:"languages,omitempty"` // BCP 47
	Interests   []string       `json:"interests,omitempty"` // ids of referral.Wishes
	Times       []string       `json:"times,omitempty"`     // forenoon afternoon evening weekend
	Considers   []string       `json:"considers,omitempty"` // considerations they feel at home with
	Gender      Gender         `json:"gender,omitzero"`
	Communities []string       `json:"communities,omitempty"` // ids: they carry them
	Started     []string       `json:"started,omitempty"`     // ids: they began them
	FreePerWeek *int           `json:"free_per_week,omitzero"`
	AtOnce      *int           `json:"at_once,omitzero"` // how many they can go along with at a time
	Training    []Training     `json:"training,omitempty"`
	TrainedOn   Day            `json:"trained_on,omitzero"`
	Paused      bool           `json:"paused,omitzero"`
	PausedTo    Day            `json:"paused_to,omitzero"` // the pause ends by itself after it
	Unknown     jsontext.Value `json:",embed"`
}

// AlongRole says in which role somebody goes along.
type AlongRole string

// The roles; "" is Volunteering.
const (
	Volunteering AlongRole = "ambassador"
	AtWork       AlongRole = "professional" // health-centre staff who go along to training, say
)

// AlongRoles lists the roles in the order in which they are shown.
var AlongRoles = []AlongRole{Volunteering, AtWork}

// Training is a course that an ambassador took.
type Training struct {
	On      Day            `json:"on"`
	Name    string         `json:"name"`
	Unknown jsontext.Value `json:",embed"`
}

// Volunteer is how an ambassador is reached, and that they said yes to being in the
// register. It has the ambassador's id, and leaves with their consent.
type Volunteer struct {
	ID          string         `json:"id"`
	Phone       string         `json:"phone,omitzero"`
	Email       string         `json:"email,omitzero"`
	Note        string         `json:"note,omitzero"` // about practical things; guarded as all free text
	ConsentOn   Day            `json:"consent_on,omitzero"`
	ConsentHow  string         `json:"consent_how,omitzero"`  // spoken written
	ConsentText string         `json:"consent_text,omitzero"` // version of the text they said yes to
	Unknown     jsontext.Value `json:",embed"`
}

// Meeting is a network meeting of ambassadors.
type Meeting struct {
	ID      string         `json:"id"`
	On      Day            `json:"on"`
	Place   string         `json:"place,omitzero"`
	Area    string         `json:"area,omitzero"` // municipality
	About   string         `json:"about,omitzero"`
	Came    []string       `json:"came,omitempty"` // ids of ambassadors
	Others  *int           `json:"others,omitzero"`
	Held    bool           `json:"held,omitzero"`
	Unknown jsontext.Value `json:",embed"`
}
