package directory

import (
	"slices"
	"strings"
	"unicode"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/google/uuid"
)

// Identity is how a community is known again when it comes a second time
// (DESIGN §4): by its id, else by source and source id, else by its normalised
// name, organiser and postcode. Empty members say nothing.
type Identity struct{ ID, Source, SourceID, NameKey string }

// namespace is the UUID under which ids are made from other identities, so that
// the same record gets the same id on every machine.
var namespace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/faellesskabsby/vejviser"))

// Identity gives how the community is known again.
func (c *Community) Identity() Identity {
	id := Identity{Source: c.Source, SourceID: c.SourceID, NameKey: c.nameKey()}
	if len(c.ID) == 36 && uuid.Validate(c.ID) == nil { // neither URNs nor braces
		id.ID = strings.ToLower(c.ID)
	}
	return id
}

// AssignID gives the community an id where it has no valid one: the UUID v5 of
// its source and source id, else of its name, organiser and postcode.
func (c *Community) AssignID() {
	id := c.Identity()
	switch {
	case id.ID != "":
		c.ID = id.ID
	case id.SourceID != "":
		c.ID = uuid.NewSHA1(namespace, []byte(id.Source+"\x00"+id.SourceID)).String()
	default:
		c.ID = uuid.NewSHA1(namespace, []byte("\x00\x00"+id.NameKey)).String()
	}
}

// nameKey folds case, punctuation and spaces away; a name that is all
// punctuation is kept as it is.
func (c *Community) nameKey() string {
	var organiser, postcode string
	if c.Organiser != nil {
		organiser = c.Organiser.Name
	}
	if len(c.Places) > 0 {
		postcode = c.Places[0].Postcode
	}
	return fold(c.Name) + "|" + fold(organiser) + "|" + postcode
}

func fold(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(clean.Line(s, 0)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
			continue
		}
		gap = true
	}
	if b.Len() == 0 {
		return s
	}
	return b.String()
}

// IsPaused says whether the community takes a break from newcomers.
func (c *Community) IsPaused() bool { return c.Status == StatusPaused }

// IsClosed says whether the community is no more.
func (c *Community) IsClosed() bool { return c.Status == StatusClosed }

// PublicPlace gives the first place as it may be shown and printed, or nil. Of
// a confidential place only the city and the municipality are left.
func (c *Community) PublicPlace() *Place {
	if len(c.Places) == 0 {
		return nil
	}
	p := c.Places[0].public()
	return &p
}

func (p Place) public() Place {
	if !p.Confidential {
		return p
	}
	return Place{City: p.City, Municipality: p.Municipality, Accessibility: p.Accessibility, Confidential: true}
}

// MeetingPoint gives where one meets the first time as it may be shown and
// printed: nothing where a place is confidential, for it may tell the address.
func (c *Community) MeetingPoint() string {
	if c.Welcome == nil || c.anyConfidential() {
		return ""
	}
	return c.Welcome.Where
}

func (c *Community) anyConfidential() bool {
	return slices.ContainsFunc(c.Places, func(p Place) bool { return p.Confidential })
}

// ClearConfidential removes what no export may carry: the name, address,
// postcode and coordinates of confidential places, and where one meets there.
// What c points to stays as it is for others who hold it.
func (c *Community) ClearConfidential() {
	if !c.anyConfidential() {
		return
	}
	places := make([]Place, len(c.Places))
	for i, p := range c.Places {
		places[i] = p.public()
	}
	c.Places = places
	if c.Welcome != nil && c.Welcome.Where != "" {
		w := *c.Welcome
		w.Where = ""
		c.Welcome = &w
	}
}
