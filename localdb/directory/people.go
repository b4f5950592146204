package directory

import (
	"errors"
	"fmt"
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/clean"
)

// Most that an ambassador goes along with at a time, or in a week: more is a slip.
const maxAlong = 50

// ConsentHows lists the ways in which a volunteer says yes to being in the register.
var ConsentHows = []string{"spoken", "written"}

// PauseReasons lists why a community takes no newcomers for a while.
var PauseReasons = []string{"full", "resting", "season", "other"}

// Normalize passes every text through the one gate for text. It may be called again.
func (a *Ambassador) Normalize() {
	line(&a.Name)
	for _, l := range []*[]string{&a.Areas, &a.Languages, &a.Interests, &a.Times, &a.Considers, &a.Communities, &a.Started} {
		*l = lines(*l)
	}
	for i := range a.Training {
		line(&a.Training[i].Name)
	}
}

// Validate says what in the ambassador may not enter a store, as for Community. It
// asks no more of interests and languages than that they are short: a list of ours
// may grow.
func (a *Ambassador) Validate() error {
	k := &checker{}
	k.id("id", a.ID)
	if a.Name == "" {
		k.refuse("name", "empty", "")
	}
	k.text("name", a.Name, MaxName)
	oneOf(k, "role", a.Role, AlongRoles...)
	k.list("areas", a.Areas)
	k.list("languages", a.Languages)
	k.list("interests", a.Interests)
	for i, t := range a.Times {
		oneOf(k, fmt.Sprintf("times[%d]", i), t, "forenoon", "afternoon", "evening", "weekend")
	}
	k.list("considers", a.Considers)
	oneOf(k, "gender", a.Gender, GenderWomen, GenderMen)
	k.list("communities", a.Communities)
	k.list("started", a.Started)
	k.along("free_per_week", a.FreePerWeek)
	k.along("at_once", a.AtOnce)
	if len(a.Training) > maxList {
		k.refuse("training", "too_many", "")
	}
	for i, t := range a.Training {
		k.day(fmt.Sprintf("training[%d].on", i), t.On)
		k.text(fmt.Sprintf("training[%d].name", i), t.Name, MaxName)
	}
	k.day("trained_on", a.TrainedOn)
	k.day("paused_to", a.PausedTo)
	return errors.Join(k.errs...)
}

func (k *checker) along(field string, n *int) {
	k.natural(field, n)
	if n != nil && *n > maxAlong {
		k.refuse(field, "too_large", fmt.Sprint(*n))
	}
}

// Normalize passes every text through the one gate for text.
func (v *Volunteer) Normalize() {
	line(&v.Phone)
	exact(&v.Email)
	v.Note = clean.Text(v.Note, 0)
}

// Validate says what in the volunteer may not enter a store. Without a yes nobody
// is in the register.
func (v *Volunteer) Validate() error {
	k := &checker{}
	k.id("id", v.ID)
	k.text("phone", v.Phone, MaxLine)
	k.text("email", v.Email, MaxLine)
	k.text("note", v.Note, MaxText)
	if v.ConsentOn == "" {
		k.refuse("consent_on", "empty", "")
	}
	k.day("consent_on", v.ConsentOn)
	oneOf(k, "consent_how", v.ConsentHow, ConsentHows...)
	k.text("consent_text", v.ConsentText, MaxLine)
	return errors.Join(k.errs...)
}

// Normalize passes every text through the one gate for text.
func (m *Meeting) Normalize() {
	line(&m.Place, &m.Area)
	m.About = clean.Text(m.About, 0)
}

// Validate says what in the meeting may not enter a store.
func (m *Meeting) Validate() error {
	k := &checker{}
	k.id("id", m.ID)
	if m.On == "" {
		k.refuse("on", "empty", "")
	}
	k.day("on", m.On)
	k.text("place", m.Place, MaxLine)
	k.text("area", m.Area, MaxName)
	k.text("about", m.About, MaxText)
	if len(m.Came) > maxExceptions {
		k.refuse("came", "too_many", "")
	}
	for i, id := range m.Came {
		k.id(fmt.Sprintf("came[%d]", i), id)
	}
	k.natural("others", m.Others)
	return errors.Join(k.errs...)
}

// checkReception refuses what would say the opposite of what was meant of how a
// community greets newcomers.
func (w *Welcome) checkReception(k *checker) {
	for i, p := range w.Ready {
		oneOf(k, fmt.Sprintf("welcome.ready[%d]", i), p, WelcomePoints...)
	}
	if len(w.Ready) > len(WelcomePoints) {
		k.refuse("welcome.ready", "too_many", "")
	}
	k.list("welcome.cannot", w.Cannot)
	if p := w.Pause; p != nil {
		k.day("welcome.pause.from", p.From)
		k.day("welcome.pause.to", p.To)
		k.period("welcome.pause.to", p.From, p.To)
		if p.Why != "" && !slices.Contains(PauseReasons, p.Why) {
			k.refuse("welcome.pause.why", "unknown_value", p.Why)
		}
	}
}
