package directory

import "testing"

func TestAnAmbassadorIsRefusedOnlyForWhatMisleads(t *testing.T) {
	id, free, many := "0190a5c0-0000-7000-8000-000000000001", 2, 500
	good := Ambassador{ID: id, Name: "Mette", Role: AtWork, Areas: []string{"Lindeby"}, Times: []string{"evening"}, AtOnce: &free, Training: []Training{{On: "2026-01-02", Name: "Grundkursus"}}}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for _, a := range []Ambassador{{ID: id}, {ID: "x", Name: "M"}, {ID: id, Name: "M", Role: "boss"}, {ID: id, Name: "M", AtOnce: &many}, {ID: id, Name: "M", Times: []string{"midnight"}}, {ID: id, Name: "M", PausedTo: "snart"}} {
		if len(Problems(a.Validate())) != 1 {
			t.Errorf("%+v: %v", a, a.Validate())
		}
	}
	if err := (&Volunteer{ID: id, Phone: "00 00 00 00", ConsentOn: "2026-01-02", ConsentHow: "spoken"}).Validate(); err != nil {
		t.Error(err)
	}
	if (&Volunteer{ID: id, Phone: "00 00 00 00"}).Validate() == nil {
		t.Error("a volunteer without a yes")
	}
	if err := (&Meeting{ID: id, On: "2026-01-02", Came: []string{id}}).Validate(); err != nil {
		t.Error(err)
	}
	if (&Meeting{ID: id, On: "2026-01-02", Came: []string{"Mette"}}).Validate() == nil {
		t.Error("a meeting that names somebody")
	}
}

func TestAPauseForNewcomersIsOfADayAndForAReason(t *testing.T) {
	c := Community{Name: "Kor", Welcome: &Welcome{Ready: []string{"met_at_door"}, Cannot: []string{"dementia"}, Pause: &Pause{From: "2026-01-02", To: "2026-02-02", Why: "resting"}}}
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	for _, w := range []Welcome{{Ready: []string{"fine"}}, {Pause: &Pause{Why: "lazy"}}, {Pause: &Pause{From: "2026-02-02", To: "2026-01-02"}}} {
		c.Welcome = &w
		if len(Problems(c.Validate())) != 1 {
			t.Errorf("%+v: %v", w, c.Validate())
		}
	}
}
