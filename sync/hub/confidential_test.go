package hub

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
)

// What a confidential place is told by. None of it may reach anybody but guides.
var secrets = []string{"MAERKESTED", "MAERKEVEJ 17", `"4199"`, "55.987654", "MAERKEBAGDOR", "MAERKENYVEJ 3", "MAERKEUKENDT"}

// sheltered is a community whose place is not to be known.
func sheltered(municipality string) *directory.Community {
	lat, lon := 55.987654, 11.123456
	c := community("Kvindegruppen", municipality)
	c.Places = []directory.Place{{Name: "MAERKESTED", Address: "MAERKEVEJ 17", Postcode: "4199", City: "Lindeby", Municipality: municipality,
		Lat: &lat, Lon: &lon, Confidential: true, Unknown: []byte(`{"entrance":"MAERKEUKENDT"}`)}}
	c.Welcome = &directory.Welcome{Greeter: "En frivillig", Where: "MAERKEBAGDOR"}
	return c
}

// everything asks for all that a device may have, and gives every byte of it, and
// for each feed what its manifest, its buckets and the digests say of it.
func (m *machine) everything() []byte {
	m.t.Helper()
	var all bytes.Buffer
	get := func(path string) []byte {
		m.t.Helper()
		code, head, body := m.do(http.MethodGet, path, nil, nil)
		if code != http.StatusOK {
			m.t.Fatalf("%s: %d %s", path, code, body)
		}
		if ct := head.Get("Content-Type"); ct == "application/zstd" || ct == "application/octet-stream" {
			body = unzip(m.t, body)
		}
		all.Write(body)
		return body
	}
	roots := map[record.Feed]record.Digest{}
	for _, f := range m.feeds {
		var mf protocol.Manifest
		var ds protocol.DigestReply
		if err := json.Unmarshal(get(protocol.PathManifest+"?feed="+string(f)), &mf); err != nil {
			m.t.Fatal(err)
		}
		if err := json.Unmarshal(get(protocol.PathDigest+"?feed="+string(f)), &ds); err != nil {
			m.t.Fatal(err)
		}
		told := record.Digests(ds.Buckets)
		for i, b := range mf.Buckets {
			var sum record.Digest
			n := len(mf.Buckets)
			for j, body := range [][]byte{nil, nil} {
				if j == 0 && b.Count == 0 {
					continue
				}
				path := fmt.Sprintf("%s?feed=%s&n=%d&i=%d", protocol.PathBucket, f, n, i)
				if j == 0 {
					path = protocol.PathChunk + b.SHA256
				}
				body = get(path)
				sum = record.Digest{}
				for _, l := range bytes.SplitAfter(body, []byte("\n")) {
					var r record.Record
					var line protocol.Line
					if len(l) == 0 {
						continue
					}
					if j == 0 {
						line.Record = &r
						if err := json.Unmarshal(l, &r); err != nil {
							m.t.Fatal(err)
						}
					} else if err := json.Unmarshal(l, &line); err != nil {
						m.t.Fatal(err)
					}
					if line.Record != nil {
						sum = sum.Add(record.Sum(line.Record))
					}
				}
				if sum != b.Digest || sum != told.Of(i, n) {
					m.t.Errorf("bucket %d of %s: what is sent is not what the digests say", i, f)
				}
			}
		}
		roots[f] = told.Root()
		if mf.Root != told.Root() {
			m.t.Errorf("%s: manifest and digests differ", f)
		}
	}
	ls, trailer := m.changes(0, "")
	for _, l := range ls {
		b, err := json.Marshal(l)
		if err != nil {
			m.t.Fatal(err)
		}
		all.Write(b)
	}
	for f, d := range roots {
		if trailer.Roots[f] != d {
			m.t.Errorf("%s: the trailer says another root", f)
		}
	}
	return all.Bytes()
}

func TestNoByteOfAConfidentialAddressLeavesButForGuides(t *testing.T) {
	for _, where := range [][]string{nil, {"Lindeby"}} {
		r := newRig(t, func(r *rig) { r.opt = func(o *Options) { o.Limits = roomy } })
		hidden := sheltered("Lindeby")
		r.put(hidden, community("Gåklubben", "Lindeby"), community("Madklubben", "Lindeby"))
		ms := map[protocol.Role]*machine{}
		for _, role := range protocol.Roles {
			ms[role] = r.join(role, "Lindeby Bibliotek", where...)
		}
		look := func(when string, want ...string) {
			t.Helper()
			r.pass(2 * manifestAge) // else the manifest of the look before would do
			for role, m := range ms {
				m.login()
				all := m.everything()
				if !bytes.Contains(all, []byte(hidden.ID)) || !bytes.Contains(all, []byte(`"confidential":true`)) {
					t.Errorf("%s: %s does not know the community", when, role)
				}
				for _, s := range secrets {
					if role != protocol.Guide && bytes.Contains(all, []byte(s)) {
						t.Errorf("%s: %s was sent %s", when, role, s)
					}
				}
				for _, s := range want {
					if role == protocol.Guide && !bytes.Contains(all, []byte(s)) {
						t.Errorf("%s: the guide does not find %s", when, s)
					}
				}
			}
		}
		look("at first", "MAERKESTED", "MAERKEVEJ 17", `"4199"`, "55.987654", "MAERKEBAGDOR", "MAERKEUKENDT")
		g := ms[protocol.Guide]
		moved := *hidden
		moved.Places = []directory.Place{hidden.Places[0]}
		moved.Places[0].Address, moved.Places[0].Unknown = "MAERKENYVEJ 3", nil
		if got := states(g.push(g.op(protocol.OpEdit, placesEdit(t, hidden, &moved)))); got != "accepted" {
			t.Fatal(got)
		}
		look("after a guide's edit", "MAERKENYVEJ 3")
		if got := states(g.push(g.op(protocol.OpEdit, placesEdit(t, hidden, hidden)))); got != "conflict" {
			t.Fatal(got)
		}
		look("with a conflict", "MAERKENYVEJ 3", "MAERKEVEJ 17")
		r.restart()
		look("after a restart", "MAERKENYVEJ 3")
	}
}

// placesEdit says that somebody saw the places of before, with an entrance more,
// and wants those of after.
func placesEdit(t *testing.T, before, after *directory.Community) localdb.Edit {
	t.Helper()
	from, err := json.Marshal(before.Places)
	if err != nil {
		t.Fatal(err)
	}
	to, err := json.Marshal(after.Places)
	if err != nil {
		t.Fatal(err)
	}
	if before == after {
		to = bytes.ReplaceAll(to, []byte("MAERKESTED"), []byte("MAERKESTED B"))
	}
	return localdb.Edit{ID: before.ID, Fields: []localdb.FieldEdit{{Name: "places", From: from, To: to}}}
}

// A chunk is named by its hash: who knows the name of one that only guides may
// have gets nothing for it, and what holds no confidential place has one name.
func TestAChunkIsGivenToThoseWhoseManifestNamesIt(t *testing.T) {
	r := newRig(t, func(r *rig) { r.opt = func(o *Options) { o.Limits = roomy } })
	all := []*directory.Community{sheltered("Lindeby")}
	for i := range 60 {
		all = append(all, community(fmt.Sprint("Klub ", i), "Lindeby"))
	}
	r.put(all...)
	names := func(m *machine) map[string]bool {
		var mf protocol.Manifest
		_, _, body := m.do(http.MethodGet, protocol.PathManifest+"?feed=dir", nil, nil)
		if err := json.Unmarshal(body, &mf); err != nil {
			t.Fatal(err)
		}
		out := map[string]bool{}
		for _, b := range mf.Buckets {
			if b.Count > 0 {
				out[b.SHA256] = true
			}
		}
		return out
	}
	guide, kiosk := r.join(protocol.Guide, "Lindeby"), r.join(protocol.Kiosk, "Lindeby Bibliotek")
	ofGuide, ofKiosk := names(guide), names(kiosk)
	own := 0
	for name := range ofGuide {
		code, _, _ := kiosk.do(http.MethodGet, protocol.PathChunk+name, nil, nil)
		if want := map[bool]int{true: 200, false: 404}[ofKiosk[name]]; code != want {
			t.Errorf("chunk of the guide's manifest, in the kiosk's: %v: %d", ofKiosk[name], code)
		}
		if !ofKiosk[name] {
			own++
		}
	}
	if own != 1 || len(ofKiosk) != len(ofGuide) {
		t.Errorf("%d chunks of %d are the guide's own", own, len(ofGuide))
	}
	for f, k := range r.hub.manifests.by {
		for name := range k.chunks {
			if other := r.hub.manifests.by[cut{f.feed, map[extent]extent{whole: public, public: whole}[f.extent]}]; other.chunk(name) != nil && &other.chunk(name)[0] != &k.chunk(name)[0] {
				t.Error("a chunk is in memory twice")
			}
		}
	}
}

// A device that is invited again in another role asks for other feeds: what it
// was given before is not taken for what it has now.
func TestARoleOfTheOtherKindHasOtherFeeds(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var areas []string
		for range rnd.IntN(3) {
			areas = append(areas, []string{"Lindeby", "Bakkeby"}[rnd.IntN(2)])
		}
		prints := map[string]extent{}
		for _, role := range protocol.Roles {
			hold := holdingsOf(&deviceBody{Role: role, Organisation: "Lindeby Bibliotek", Municipalities: areas})
			p, e := protocol.FeedsPrint(feedsOf(hold)), hold.streams()[0].extent()
			if was, known := prints[p]; known && was != e {
				t.Fatalf("%v: two kinds of the directory under one print of feeds", areas)
			}
			prints[p] = e
			if (e == whole) != (role == protocol.Guide) {
				t.Fatalf("%s has the %s directory", role, e)
			}
		}
	}
}

// A community that cannot be read might hold an address: it is nowhere but at guides.
func TestACommunityThatCannotBeReadIsShownToNobodyElse(t *testing.T) {
	r := newRig(t, func(r *rig) { r.opt = func(o *Options) { o.Limits = roomy } })
	r.put(community("Gåklubben", "Lindeby"))
	id := uuid.NewString()
	body := []byte(`{"id":"` + id + `","name":"X","places":[{"address":"MAERKEVEJ 17","confidential":"ja"}]}`)
	if _, err := r.hub.append(context.Background(), []write{{rec: record.Record{Kind: record.Community, ID: id, V: 1, In: []string{"lindeby"}, Body: body}}}, "test"); err != nil {
		t.Fatal(err)
	}
	for role, want := range map[protocol.Role]bool{protocol.Guide: true, protocol.Desk: false, protocol.Kiosk: false, protocol.Coordinator: false} {
		m := r.join(role, "Lindeby Bibliotek", "Lindeby")
		if got := bytes.Contains(m.everything(), []byte("MAERKEVEJ 17")); got != want {
			t.Errorf("%s: %v", role, got)
		}
	}
}
