package hub

import (
	"slices"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// assurance are the members that say when the facts were confirmed, and by whom.
var assurance = []string{"assured_at", "assured_by"}

// latestAssurance settles what two people confirmed on different days without
// asking anybody: both did, and the later one says more. Where the edit's is the
// later it counts as made on what stands now; else what stands stays.
func latestAssurance(e *localdb.Edit, body []byte) *localdb.Edit {
	at := slices.IndexFunc(e.Fields, func(f localdb.FieldEdit) bool { return f.Name == "assured_at" })
	if at < 0 || body == nil {
		return e
	}
	var now map[string]jsontext.Value
	if json.Unmarshal(body, &now) != nil || localdb.SameValue(now["assured_at"], e.Fields[at].From) {
		return e // nobody else confirmed meanwhile, or Apply says what is wrong
	}
	later := timeIn(e.Fields[at].To).After(timeIn(now["assured_at"]))
	out := *e
	out.Fields = nil
	for _, f := range e.Fields {
		if slices.Contains(assurance, f.Name) {
			if !later {
				continue
			}
			f.From = now[f.Name]
		}
		out.Fields = append(out.Fields, f)
	}
	return &out
}

// timeIn reads a time; zero where there is none.
func timeIn(v jsontext.Value) (t time.Time) {
	if v == nil || json.Unmarshal(v, &t) != nil {
		return time.Time{}
	}
	return t
}
