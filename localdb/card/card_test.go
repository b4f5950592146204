package card

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"
)

// Of the name and the phone: nobody has them.
func some() Card {
	return Card{Info: Info{ID: "0190a000-0000-7000-8000-0000000000c1", Code: "K7M4-QXRF", DeleteBy: "2026-12-24",
		Consent: Consent{Text: "1", Language: "da", How: "spoken", At: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC), TellHost: true}},
		FirstName: "Sortesolsang", Phone: "00 00 73 19"}
}

func key(b byte) []byte { return bytes.Repeat([]byte{b}, KeySize) }

func sealedSome(t testing.TB) Sealed {
	t.Helper()
	s, err := Seal(some(), key(7), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestACardOpensWithItsOwnKeyAlone(t *testing.T) {
	s := sealedSome(t)
	b, err := json.Marshal(s)
	if err != nil || bytes.Contains(b, []byte("Sortesol")) || bytes.Contains(b, []byte("73 19")) {
		t.Fatalf("%s %v", b, err)
	}
	var again Sealed
	if err := json.Unmarshal(b, &again); err != nil {
		t.Fatal(err)
	}
	if c, err := again.Open(key(7)); err != nil || c.FirstName != "Sortesolsang" || c.Phone != "00 00 73 19" || c.Code != s.Code || !c.Consent.TellHost {
		t.Errorf("%+v %v", c, err)
	}
	for _, k := range [][]byte{key(8), nil, key(7)[:31]} {
		if c, err := again.Open(k); !errors.Is(err, ErrKey) || c.FirstName != "" {
			t.Errorf("%+v %v", c, err)
		}
	}
	other := again
	other.ID = "0190a000-0000-7000-8000-0000000000c2"
	if _, err := other.Open(key(7)); !errors.Is(err, ErrKey) {
		t.Error("a box was moved to another card")
	}
	twice := sealedSome(t)
	if bytes.Equal(twice.Box, s.Box) {
		t.Error("the same card twice is the same box")
	}
}

func TestAChangedBoxDoesNotOpen(t *testing.T) {
	s := sealedSome(t)
	rapid.Check(t, func(t *rapid.T) {
		x := s
		x.Box = bytes.Clone(s.Box)
		if rapid.Bool().Draw(t, "cut") {
			x.Box = x.Box[:rapid.IntRange(0, len(x.Box)-1).Draw(t, "to")]
		} else {
			x.Box[rapid.IntRange(0, len(x.Box)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "by"))
		}
		if c, err := x.Open(key(7)); !errors.Is(err, ErrKey) || c.FirstName != "" {
			t.Fatalf("%+v %v", c, err)
		}
	})
}

func TestWhatIsUnknownOfACardIsKept(t *testing.T) {
	in := `{"id":"0190a000-0000-7000-8000-0000000000c1","code":"K7M4-QXRF","consent":{"text":"1","language":"da","how":"spoken","at":"2026-11-23T10:00:00Z"},"delete_by":"2026-12-24","later":{"x":1},"box":"AAAA"}`
	var s Sealed
	if err := json.Unmarshal([]byte(in), &s); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(s)
	if err != nil || !strings.Contains(string(out), `"later":{"x":1}`) {
		t.Errorf("%s %v", out, err)
	}
}

func TestACardIsHeldToTheRules(t *testing.T) {
	const today = directory.Day("2026-11-23")
	good := some()
	if err := good.Validate(today); err != nil {
		t.Fatal(err)
	}
	noPhone := some()
	noPhone.Phone = ""
	if err := noPhone.Validate(today); err != nil {
		t.Errorf("without a phone: %v", err)
	}
	for field, spoil := range map[string]func(*Card){
		"first_name":       func(c *Card) { c.FirstName = strings.Repeat("a", 41) },
		"phone":            func(c *Card) { c.Phone = "ring til mor" },
		"id":               func(c *Card) { c.ID = "1" },
		"code":             func(c *Card) { c.Code = "K7M4-QXRG" },
		"consent.text":     func(c *Card) { c.Consent.Text = "" },
		"consent.language": func(c *Card) { c.Consent.Language = "" },
		"consent.how":      func(c *Card) { c.Consent.How = "guessed" },
		"consent.at":       func(c *Card) { c.Consent.At = time.Time{} },
		"delete_by":        func(c *Card) { c.DeleteBy = today.AddDays(MaxDays + 2) },
	} {
		c := some()
		spoil(&c)
		ps := directory.Problems(c.Validate(today))
		if len(ps) == 0 || ps[0].Field != field {
			t.Errorf("%s: %v", field, ps)
		}
	}
	s := sealedSome(t)
	if err := s.Validate(today); err != nil {
		t.Error(err)
	}
	for _, box := range [][]byte{nil, make([]byte, 1025)} {
		s.Box = box
		if ps := directory.Problems(s.Validate(today)); len(ps) != 1 || ps[0].Field != "box" {
			t.Errorf("%d bytes: %v", len(box), ps)
		}
	}
}
