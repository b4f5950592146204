package localdb

import (
	"reflect"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// What is read quickly is what JSON says, whatever stands there.
func FuzzQuickReading(f *testing.F) {
	r := newReferral(nil)
	r.Wishes, r.Organisation, r.FollowUpOn = []string{referral.Wishes[0]}, "Ringsted Bibliotek", "2026-12-01"
	e := eventOf(r, referral.Shown, r.At)
	for _, v := range []any{r, e, referral.Event{ID: e.ID, Kind: referral.Arranged, Plan: &referral.Plan{Where: "ved \"døren\""}}} {
		b, err := json.Marshal(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	for _, s := range []string{`{}`, `{"id":"a","seq":4}`, `{"id":"æ\n","later":{"x":[1]}}`, `{"communities":[]}`, `{"communities":["a]","b,"]}`,
		`{ "id":"a"}`, `{"id":"a"`, `{"id":"a"}x`, `{"id":null}`, `{"wishes":null}`, `{"id":"a","id":"b"}`, `{"communities":["a",]}`, `{"communities":["a"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var quick, slow referral.Event
		if q := (quickReader{s: string(b)}); q.event(&quick) {
			if err := json.Unmarshal(b, &slow, trusted); err != nil || !reflect.DeepEqual(quick, slow) {
				if !controls(b) {
					t.Errorf("%q:\n%+v\n%+v %v", b, quick, slow, err)
				}
			}
		}
		var quickR, slowR referral.Referral
		if q := (quickReader{s: string(b)}); q.referral(&quickR) {
			if err := json.Unmarshal(b, &slowR, trusted); err != nil || !reflect.DeepEqual(quickR, slowR) {
				if !controls(b) {
					t.Errorf("%q:\n%+v\n%+v %v", b, quickR, slowR, err)
				}
			}
		}
	})
}

// controls says that there is a byte that JSON would have escaped, or that is not
// UTF-8: neither is ever in what this program wrote.
func controls(b []byte) bool {
	for _, r := range string(b) {
		if r < 0x20 || r == 0xFFFD {
			return true
		}
	}
	return false
}
