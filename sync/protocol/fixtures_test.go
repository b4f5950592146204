package protocol

import (
	"bytes"
	"crypto/ed25519"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

var record1 = flag.Bool("record", false, "write the fixtures of this version of the wire anew; only before it is released")

// The keys of the fixtures. Nobody else has them.
var (
	hubKey    = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32))
	deviceKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{2}, 32))
	noon      = time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC)
)

const (
	device = "0190a5c0-0000-7000-8000-000000000001"
	nonce  = "00112233445566778899aabbccddeeff"
)

func public(k ed25519.PrivateKey) []byte { return k.Public().(ed25519.PublicKey) }

// fixture is one message as it stands on the wire. fits holds what was read from
// the file against its signature.
type fixture struct {
	name string
	make func() any
	into func() any
	fits func(v any) error
}

func digestOf(n byte) record.Digest {
	return record.Digest{Count: uint64(n), Lanes: [4]uint64{uint64(n), 2, 3, 1 << 63}}
}

var community = record.Record{Kind: record.Community, ID: "0190a5c0-0000-7000-8000-00000000000a", Seq: 7, V: 1,
	In: []string{"lindeby"}, Left: []string{"bakkeby"}, Op: "0190a5c0-0000-7000-8000-0000000000b1", Device: device, At: noon,
	Body: jsontext.Value(`{"id":"0190a5c0-0000-7000-8000-00000000000a","name":"Gåklubben","x_later":1}`)}

var fixtures = []fixture{
	{"hub", func() any {
		h := &Hub{Name: "Lindeby hub", Key: public(hubKey), Min: 1, Max: 1, Time: noon, CA: []byte("-----BEGIN CERTIFICATE-----\n")}
		h.Signature = ed25519.Sign(hubKey, h.Text(nonce))
		return h
	}, func() any { return new(Hub) }, func(v any) error {
		h := v.(*Hub)
		return Verify(h.Key, h.Text(nonce), h.Signature)
	}},
	{"enrol", func() any {
		e := &Enrol{Code: "K7M4QXR92F", Key: public(deviceKey), Name: "Skranke 2", Program: "vejviser/0.3"}
		e.Proof = ed25519.Sign(deviceKey, e.Text())
		return e
	}, func() any { return new(Enrol) }, func(v any) error {
		e := v.(*Enrol)
		return Verify(e.Key, e.Text(), e.Proof)
	}},
	{"enrolled", func() any {
		e := &Enrolled{Device: device, Hub: Hub{Name: "Lindeby hub", Key: public(hubKey), Min: 1, Max: 1, Time: noon, Signature: []byte{}},
			Role: Desk, Organisation: "Lindeby Bibliotek", Municipalities: []string{"Lindeby"}, PublicURL: "https://lindeby.example"}
		e.Signature = ed25519.Sign(hubKey, e.Text(public(deviceKey)))
		return e
	}, func() any { return new(Enrolled) }, func(v any) error {
		e := v.(*Enrolled)
		return Verify(public(hubKey), e.Text(public(deviceKey)), e.Signature)
	}},
	{"device", func() any { return &Device{device} }, func() any { return new(Device) }, nil},
	{"nonce", func() any { return &Nonce{nonce} }, func() any { return new(Nonce) }, nil},
	{"session_request", func() any {
		r := &SessionRequest{Device: device, Nonce: nonce, Program: "vejviser/0.3"}
		r.Signature = ed25519.Sign(deviceKey, r.Text("Lindeby hub"))
		return r
	}, func() any { return new(SessionRequest) }, func(v any) error {
		r := v.(*SessionRequest)
		return Verify(public(deviceKey), r.Text("Lindeby hub"), r.Signature)
	}},
	{"session", func() any {
		return &Session{Token: "opaque", Expires: 900, Role: Desk, Organisation: "Lindeby Bibliotek", Municipalities: []string{"Lindeby"},
			PublicURL: "https://lindeby.example", Feeds: []record.Feed{"dir/lindeby", "dir/-", "staff", "case/o-lindeby-bibliotek"},
			Position: record.Position{Epoch: 4711, Seq: 90}, Floor: 12, Counter: 31, Time: noon}
	}, func() any { return new(Session) }, nil},
	{"revoked", func() any {
		r := &Revoked{Device: device, At: noon}
		r.Signature = ed25519.Sign(hubKey, r.Text())
		return r
	}, func() any { return new(Revoked) }, func(v any) error {
		r := v.(*Revoked)
		return Verify(public(hubKey), r.Text(), r.Signature)
	}},
	{"refusal", func() any { return &Refusal{Code: CodeVersion, Field: "ops[3].body", Min: 2, Max: 3} }, func() any { return new(Refusal) }, nil},
	{"manifest", func() any {
		m := &Manifest{Feed: "dir", Position: record.Position{Epoch: 4711, Seq: 90}, Schema: 1, Buckets: make([]Bucket, 16), Root: digestOf(1)}
		m.Buckets[3] = Bucket{Count: 1, Plain: 300, Size: 210, SHA256: strings.Repeat("ab", 32), Digest: digestOf(1)}
		text, err := m.Text()
		if err != nil {
			panic(err)
		}
		m.Signature = ed25519.Sign(hubKey, text)
		return m
	}, func() any { return new(Manifest) }, func(v any) error {
		m := v.(*Manifest)
		text, err := m.Text()
		if err != nil {
			return err
		}
		return Verify(public(hubKey), text, m.Signature)
	}},
	{"line_record", func() any { return &Line{Record: &community} }, func() any { return new(Line) }, nil},
	{"line_tombstone", func() any {
		return &Line{Record: &record.Record{Kind: record.Community, ID: community.ID, Seq: 8, In: []string{"lindeby"}, Deleted: true}}
	}, func() any { return new(Line) }, nil},
	{"line_leave", func() any { return &Line{Leave: &Leave{Kind: record.Referral, ID: community.ID, Seq: 9}} }, func() any { return new(Line) }, nil},
	{"line_trailer", func() any {
		at := record.Position{Epoch: 4711, Seq: 90}
		return &Line{Trailer: &Trailer{Next: at, Head: 90, Floor: 12, Durable: 80, Time: noon,
			Roots: map[record.Feed]record.Digest{"dir/-": digestOf(2), "dir/lindeby": digestOf(5)}}}
	}, func() any { return new(Line) }, nil},
	{"digest", func() any {
		return &DigestReply{Feed: "dir", Position: record.Position{Epoch: 4711, Seq: 90}, Buckets: []record.Digest{digestOf(1), {}}}
	}, func() any { return new(DigestReply) }, nil},
	{"push", func() any {
		o := Op{Counter: 32, ID: "0190a5c0-0000-7000-8000-0000000000b2", Kind: OpEvent, V: 1, At: noon.Add(123456789), Actor: "desk",
			Body: jsontext.Value(`{"id":"0190a5c0-0000-7000-8000-0000000000c1","code":"K7M4-QXR9","kind":"welcomed","on":"2026-11-24"}`)}
		o.Signature = ed25519.Sign(deviceKey, o.Text(device))
		return &Push{Epoch: 4711, Known: 31, Ops: []Op{o}}
	}, func() any { return new(Push) }, func(v any) error {
		o := v.(*Push).Ops[0]
		return Verify(public(deviceKey), o.Text(device), o.Signature)
	}},
	{"pushed", func() any {
		return &Pushed{Answers: []Answer{
			{Counter: 32, State: Accepted, Seq: 91}, {Counter: 33, State: Duplicate, Seq: 88},
			{Counter: 35, State: Conflicted, Seq: 92, Conflict: "0190a5c0-0000-7000-8000-0000000000d1"},
			{Counter: 36, State: Refused, Code: RefusedCPR, Field: "text"}, {Counter: 37, State: Later},
		}, Counter: 36, Head: record.Position{Epoch: 4711, Seq: 93}}
	}, func() any { return new(Pushed) }, nil},
	{"figures", func() any {
		return &Figures{From: "2026-01-01", To: "2026-11-24", Rows: []FigureRow{{Month: "2026-11", Organisation: "Lindeby Bibliotek", What: "depth", Value: "guided", Count: "<5"}}}
	}, func() any { return new(Figures) }, nil},
}

// A program of this version must go on reading what is in testdata/v1 and v2, to the
// byte, and what it writes must read the same there: another hub or PC may be
// older. A change of the wire is a new folder beside it.
func TestTheWireIsWhatItWas(t *testing.T) {
	for _, f := range fixtures {
		f.isWhatItWas(t, "v1")
	}
	for _, f := range fixtures2 {
		f.isWhatItWas(t, "v2")
	}
}

func (f *fixture) isWhatItWas(t *testing.T, version string) {
	t.Run(version+" "+f.name, func(t *testing.T) {
		path := filepath.Join("testdata", version, f.name+".json")
		now, err := json.Marshal(f.make(), json.Deterministic(true))
		if err != nil {
			t.Fatal(err)
		}
		if now = append(now, '\n'); *record1 && version == "v2" {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, now, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		was, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(was, now) {
			t.Errorf("what is written is not what it was:\n%s\nwas:\n%s", now, was)
		}
		v := f.into()
		if err := json.Unmarshal(was, v, json.RejectUnknownMembers(true)); err != nil {
			t.Fatalf("what it was cannot be read: %v", err)
		}
		if f.fits != nil {
			if err := f.fits(v); err != nil {
				t.Error("the signature of what it was:", err)
			}
		}
		back, err := json.Marshal(v, json.Deterministic(true))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(append(back, '\n'), was) {
			t.Errorf("it does not come back as it was:\n%s", back)
		}
	})
}

// Members that a newer hub adds must not keep an older PC from reading the rest;
// those of a record are kept.
func TestMembersOfANewerHubArePassedOver(t *testing.T) {
	for _, f := range append(fixtures, fixtures2...) {
		b, err := json.Marshal(f.make(), json.Deterministic(true))
		if err != nil {
			t.Fatal(err)
		}
		b = append([]byte(`{"x_newer":{"a":[1]},`), b[1:]...)
		if err := json.Unmarshal(b, f.into()); err != nil {
			t.Errorf("%s: %v", f.name, err)
		}
	}
	var r record.Record
	if err := json.Unmarshal([]byte(`{"kind":"community","id":"a","seq":1,"x_newer":{"a":[1]},"body":{}}`), &r); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(&r)
	if err != nil || !strings.Contains(string(b), `"x_newer":{"a":[1]}`) {
		t.Errorf("%s, %v", b, err)
	}
}

func TestWhatIsSignedIsTheSameForNoTwoMessages(t *testing.T) {
	if a, b := SignedText("x", "ab", "c"), SignedText("x", "a", "bc"); bytes.Equal(a, b) {
		t.Error("two lists of parts give one text")
	}
	h := Hub{Name: "Lindeby hub", Key: public(hubKey), CA: []byte("x")}
	other := h
	other.CA = nil
	if bytes.Equal(h.Text(nonce), other.Text(nonce)) {
		t.Error("the hub's certificate is not part of what it signs")
	}
}

func FuzzInvitation(f *testing.F) {
	f.Add("K7M4Q-XR92F-3DTW-8ACE")
	f.Add("k7m4q xr92f 3dtw 8ace")
	f.Add("O0Il1-")
	f.Fuzz(func(t *testing.T, s string) {
		i, err := ParseInvitation(s)
		if err != nil {
			return
		}
		if j, err := ParseInvitation(i.String()); err != nil || i != j {
			t.Errorf("%q: %v, %v, %v", s, i, j, err)
		}
	})
}

func FuzzPosition(f *testing.F) {
	f.Add("4711:90")
	f.Add(":")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePosition(s)
		if err != nil {
			return
		}
		if q, err := ParsePosition(FormatPosition(p)); err != nil || p != q {
			t.Errorf("%q: %v, %v, %v", s, p, q, err)
		}
	})
}
