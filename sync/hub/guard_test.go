package hub

import (
	"testing"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json/jsontext"
)

// What a machine's own guard lets pass, the hub takes; what it stops, the hub
// refuses, wherever in a community it stands.
func TestTheHubStopsTheNumbersThatItsMachinesStop(t *testing.T) {
	r := newRig(t)
	c := community("Kor", "Lindeby")
	r.put(c)
	a := r.join(protocol.Guide, "G")
	for _, x := range []struct{ member, to, want string }{
		{"contact", `{"phone":"0701234567"}`, ""},
		{"contact", `{"web":"https://kor.example/0701234567"}`, ""},
		{"contact", `{"phone":"070761-4285"}`, protocol.RefusedCPR},
		{"partner", `{"source":"0707614285"}`, protocol.RefusedCPR},
		{"partner", `{"code":"070761-4285"}`, protocol.RefusedCPR},
		{"partner", `{"id":"01010000-0000-4000-8000-070761428500"}`, ""},
		{"number", `1010165123`, protocol.RefusedCPR},
	} {
		f := localdb.FieldEdit{Name: x.member, From: jsontext.Value("null"), To: jsontext.Value(x.to)}
		e := localdb.Edit{ID: c.ID, Fields: []localdb.FieldEdit{f}}
		if own := localdb.GuardEdit(&e, r.hub.today()); (own != nil) != (x.want != "") {
			t.Errorf("%s: the machine's guard: %v", x.to, own)
		}
		if got := a.push(a.op(protocol.OpEdit, e))[0]; got.Code != x.want {
			t.Errorf("%s: %+v, want %q", x.to, got, x.want)
		}
	}
}
