package protocol

import (
	"bytes"
	"crypto/ed25519"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/go-json-experiment/json/jsontext"
)

const cardID = "0190a5c0-0000-7000-8000-0000000000e1"

// ofDevice signs an operation as the fixtures' device.
func ofDevice(counter uint64, kind string, v int, body string) Op {
	o := Op{Counter: counter, ID: "0190a5c0-0000-7000-8000-0000000000b" + string(rune('0'+counter%10)), Kind: kind, V: v, At: noon, Actor: "desk", Body: jsontext.Value(body)}
	o.Signature = ed25519.Sign(deviceKey, o.Text(device))
	return o
}

// fixtures2 are what version 2 of the wire added.
var fixtures2 = []fixture{
	{"hub", func() any {
		h := &Hub{Name: "Lindeby hub", Key: public(hubKey), Min: 1, Max: 2, Time: noon}
		h.Signature = ed25519.Sign(hubKey, h.Text(nonce))
		return h
	}, func() any { return new(Hub) }, func(v any) error {
		h := v.(*Hub)
		return Verify(h.Key, h.Text(nonce), h.Signature)
	}},
	{"session", func() any {
		return &Session{Token: "opaque", Expires: 900, Role: Desk, Organisation: "Lindeby Bibliotek", Municipalities: []string{"Lindeby"},
			Feeds:    []record.Feed{"dir/lindeby", "dir/-", "staff", "case/o-lindeby-bibliotek", "org/o-lindeby-bibliotek"},
			Position: record.Position{Epoch: 4711, Seq: 90}, Floor: 12, Counter: 31, Last: OpPrint("0190a5c0-0000-7000-8000-0000000000b1"), Chunks: 32, Lease: 35, Time: noon}
	}, func() any { return new(Session) }, nil},
	{"push", func() any {
		return &Push{Epoch: 4711, Known: 31, Ops: []Op{
			ofDevice(32, OpEdit, 2, `{"kind":"readiness","id":"`+cardID+`","fields":[{"name":"next_step","from":null,"to":"Vi mødes"}],"create":true}`),
			ofDevice(33, OpCard, 1, `{"id":"`+cardID+`","code":"K7M4-QXR9","consent":{"text":"2026-1","language":"da","how":"spoken","at":"2026-11-24T11:00:00Z"},"delete_by":"2027-02-01","box":"AAAA"}`),
			ofDevice(34, OpLook, 1, `{"card":"`+cardID+`","code":"K7M4-QXR9","purpose":"call","at":"2026-11-24T11:00:00Z"}`),
			ofDevice(35, OpErase, 1, `{"kind":"card","id":"`+cardID+`"}`),
			ofDevice(36, OpResolve, 2, `{"conflict":"`+cardID+`","kind":"agreement","community":"`+cardID+`","field":"goal","from":10,"to":12}`),
		}}
	}, func() any { return new(Push) }, func(v any) error {
		for _, o := range v.(*Push).Ops {
			if err := Verify(public(deviceKey), o.Text(device), o.Signature); err != nil {
				return err
			}
		}
		return nil
	}},
	{"card_keys", func() any {
		return &CardKeys{Put: []CardKey{{ID: cardID, Key: bytes.Repeat([]byte{7}, 32)}}, Want: []string{device}}
	}, func() any { return new(CardKeys) }, nil},
	{"card_keys_reply", func() any {
		return &CardKeysReply{Keys: []CardKey{{ID: device, Key: bytes.Repeat([]byte{8}, 32)}}, Kept: []string{cardID}, Lacks: []string{nonce}, Erased: []string{device}}
	}, func() any { return new(CardKeysReply) }, nil},
}

// An invitation of a hub of version 1 has a shorter print, and is as good until it lapses.
func TestAnInvitationOfBeforeIsReadStill(t *testing.T) {
	print := KeyPrint(public(hubKey))
	now := Invitation{Secret: "K7M4QXR92F", Print: print}
	before := Invitation{Secret: "K7M4QXR92F", Print: print[:printBefore]}
	for _, i := range []Invitation{now, before} {
		got, err := ParseInvitation(strings.ToLower(i.String()))
		if err != nil || got != i || !IsPrint(got.Print, public(hubKey)) || IsPrint(got.Print, public(deviceKey)) {
			t.Errorf("%s: %+v %v", i, got, err)
		}
	}
	if len(now.String()) != 26 || len(before.String()) != 21 {
		t.Error(now, before)
	}
	for _, s := range []string{"", print[:7], "0000000000000000"} {
		if IsPrint(s, public(hubKey)) {
			t.Errorf("%q is taken for a print", s)
		}
	}
	if _, err := ParseInvitation("K7M4Q-XR92F-3DTW-8AC"); err == nil {
		t.Error("one that was cut off is read")
	}
	if len(OpPrint(device)) != 16 {
		t.Error(OpPrint(device))
	}
}
