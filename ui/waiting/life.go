package waiting

import (
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// life is one code with everything that is known about it here.
type life struct {
	code     referral.Code
	referral referral.Referral // zero where the code is not known here
	known    bool
	life     referral.Life
	names    []string // of the communities, as the directory has them now
}

// outcomeWords is what an outcome is called, in the words of the person who records it.
func outcomeWords(s *say.Speaker, k referral.Kind) string { return s.T("waiting.outcome." + string(k)) }

// stateWords is the short word of a row, and its tone.
func stateWords(s *say.Speaker, l *life) (string, widget.Tone) {
	if len(l.life.Odd) > 0 {
		return s.Label("event", string(l.life.State)), widget.ToneWaiting
	}
	tone := widget.ToneGood
	switch referral.Kind(l.life.State) {
	case referral.NoRoom, referral.DidNotFit, referral.DidNotWant, referral.FellThrough:
		tone = widget.ToneTrouble
	case referral.Unknown, referral.AccompanimentWanted:
		tone = widget.ToneWaiting
	}
	return s.Label("event", string(l.life.State)), tone
}

// title names the communities of a referral in one line.
func (l *life) title(s *say.Speaker) string {
	switch len(l.names) {
	case 0:
		return s.T("waiting.unknown_community")
	case 1, 2, 3:
		return s.List(l.names)
	}
	return s.N("waiting.and_more", len(l.names)-2, "name", strings.Join(l.names[:2], ", "))
}

// depthWords is the depth as it stands inside a sentence.
func depthWords(s *say.Speaker, d referral.Depth) string {
	return strings.ToLower(s.Label("depth", string(d)))
}

// steps turns a life into the points of its timeline: what happened, what was
// kept although it does not fit, and what usually comes next.
func (l *life) steps(s *say.Speaker, waits map[string]bool) []step {
	var out []step
	for _, e := range l.life.Events {
		out = append(out, step{title: outcomeWords(s, e.Kind), sub: l.eventSub(s, e, waits[e.ID]), look: stepDone})
	}
	for _, e := range l.life.Odd {
		out = append(out, step{title: outcomeWords(s, e.Kind), sub: s.ShortDay(e.On) + " · " + s.T("waiting.odd"), look: stepOdd})
	}
	look := stepNext
	for _, k := range ahead(l.life) {
		out = append(out, step{title: outcomeWords(s, k), look: look})
		look = stepLater
	}
	return out
}

func (l *life) eventSub(s *say.Speaker, e referral.Event, waits bool) string {
	day := s.ShortDay(e.On)
	if e.Kind == referral.Shown {
		var parts []string
		for _, p := range []string{day, l.referral.Place, depthWords(s, l.referral.Depth)} {
			if p != "" {
				parts = append(parts, p)
			}
		}
		return strings.Join(parts, " · ")
	}
	switch {
	case waits && e.Late:
		return s.T("waiting.timeline_late", "day", day) + " · " + s.T("waiting.row_waits")
	case waits:
		return s.T("waiting.timeline_waits", "day", day)
	case e.Late:
		return s.T("waiting.timeline_late", "day", day)
	}
	return day
}

// ahead is what is hoped for next: the way to a welcome, and that they still come.
func ahead(l referral.Life) []referral.Kind {
	path := []referral.Kind{referral.Welcomed, referral.StillComing}
	switch referral.Kind(l.State) {
	case referral.AccompanimentWanted, referral.FellThrough:
		path = append([]referral.Kind{referral.Arranged, referral.CarriedOut}, path...)
	case referral.Arranged:
		path = append([]referral.Kind{referral.CarriedOut}, path...)
	case referral.NoRoom, referral.DidNotFit, referral.DidNotWant, referral.StillComing:
		return nil
	}
	return slices.DeleteFunc(path, func(k referral.Kind) bool {
		return k == referral.Welcomed && slices.ContainsFunc(l.Events, func(e referral.Event) bool { return e.Kind == referral.Welcomed })
	})
}

// readLife reads one code from the store. A code that is not known here gives
// a life without a referral, so that what happened can still be recorded.
func readLife(s Store, code referral.Code) (*life, error) {
	r, evs, err := s.Referral(code)
	if err != nil && !notFound(err) {
		return nil, err
	}
	l := &life{code: code, referral: r, known: err == nil, life: referral.StateOf(r, evs)}
	for _, id := range r.Communities {
		c, err := s.Community(id)
		switch {
		case err == nil:
			l.names = append(l.names, c.Name)
		case !notFound(err):
			return nil, err
		}
	}
	return l, nil
}

// shownOn is the day an outcome cannot lie before; empty where it is not known.
func (l *life) shownOn() directory.Day {
	if l.known {
		return l.referral.At
	}
	return ""
}
