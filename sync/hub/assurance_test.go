package hub

import (
	"testing"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/go-json-experiment/json/jsontext"
)

// Two guides who confirm the same facts agree: nobody is asked to choose.
func TestOfTwoConfirmationsTheLaterDayStands(t *testing.T) {
	body := []byte(`{"id":"x","assured_at":"2026-11-20T10:00:00Z","assured_by":"guide","price":{"kind":"free"}}`)
	confirm := func(from, to, by string) *localdb.Edit {
		return &localdb.Edit{ID: "x", Fields: []localdb.FieldEdit{
			{Name: "assured_at", From: jsontext.Value(from), To: jsontext.Value(to)},
			{Name: "assured_by", From: jsontext.Value("null"), To: jsontext.Value(by)},
			{Name: "summary", From: nil, To: jsontext.Value(`"Ny"`)},
		}}
	}
	for _, c := range []struct {
		name, to, want string
	}{
		{"later", `"2026-11-23T10:00:00Z"`, `{"id":"x","assured_at":"2026-11-23T10:00:00Z","assured_by":"professional","price":{"kind":"free"},"summary":"Ny"}`},
		{"earlier", `"2026-11-19T10:00:00Z"`, `{"id":"x","assured_at":"2026-11-20T10:00:00Z","assured_by":"guide","price":{"kind":"free"},"summary":"Ny"}`},
		{"same day", `"2026-11-20T10:00:00Z"`, `{"id":"x","assured_at":"2026-11-20T10:00:00Z","assured_by":"guide","price":{"kind":"free"},"summary":"Ny"}`},
	} {
		after, clashes, err := latestAssurance(confirm(`"2026-06-01T10:00:00Z"`, c.to, `"professional"`), body).Apply(body, false)
		if err != nil || len(clashes) > 0 || !localdb.SameValue(after, jsontext.Value(c.want)) {
			t.Errorf("%s: %s, clashes %v, %v", c.name, after, clashes, err)
		}
	}
}
