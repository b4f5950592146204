package referral

import (
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

func TestAnEventCarriesOnlyWhatItsKindCarries(t *testing.T) {
	id, code := "0190a5c0-0000-7000-8000-000000000001", Code("K7M4-QXRB")
	for !code.Valid() { // the check symbol of these seven
		for _, r := range "23456789ABCDEFGHJKMNPQRSTUVWXYZ" {
			if c := code[:8] + Code(r); c.Valid() {
				code = c
			}
		}
	}
	e := func(k Kind) Event { return Event{ID: id, Code: code, Kind: k, On: "2026-11-24"} }
	wanted, arranged, full := e(AccompanimentWanted), e(Arranged), e(NoRoom)
	wanted.Wanted = &Wanted{Area: "Lindeby", Languages: []string{"da"}, Times: []string{"evening"}, Considerations: []string{"quiet"}, Gender: "female"}
	arranged.Plan = &Plan{With: id, Where: "ved bibliotekets indgang", On: "2026-11-25", At: "14:00", To: id}
	full.Instead = []string{id}
	for _, x := range []Event{wanted, arranged, full} {
		if err := x.Validate(); err != nil {
			t.Errorf("%s: %v", x.Kind, err)
		}
		x.Kind = Welcomed
		if len(directory.Problems(x.Validate())) != 1 {
			t.Errorf("with welcomed: %v", x.Validate())
		}
	}
	for _, w := range []Wanted{{Times: []string{"midnight"}}, {Considerations: []string{"Jens bor alene"}}, {Gender: "any"}, {Languages: []string{""}}} {
		wanted.Wanted = &w
		if len(directory.Problems(wanted.Validate())) != 1 {
			t.Errorf("%+v: %v", w, wanted.Validate())
		}
	}
	for _, p := range []Plan{{On: "2026-11-25", At: "2 pm"}, {}, {On: "2026-11-25", With: "Mette"}} {
		arranged.Plan = &p
		if len(directory.Problems(arranged.Validate())) != 1 {
			t.Errorf("%+v: %v", p, arranged.Validate())
		}
	}
}
