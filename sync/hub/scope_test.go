package hub

import (
	"bytes"
	"context"
	crand "crypto/rand"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
)

// markers are what only some may see. They stand in free text, where a role's
// filter could be forgotten.
const (
	markCase  = "MAERKESAG"     // place of a referral of one organisation
	markOther = "MAERKEANDEN"   // place of a referral of another organisation, elsewhere
	markTip   = "MAERKETIP"     // text of a suggestion
	markStaff = "MAERKEAMBASSA" // name of an ambassador
	markAdmin = "MAERKEENHED"   // name of a device

	markCard      = "MAERKEKORT"     // consent of a contact card of one organisation
	markSession   = "MAERKEBANE"     // a session that its desk keeps
	markVolunteer = "MAERKEFRIVILL"  // note about a volunteer
	markMeeting   = "MAERKEMOEDE"    // what a network meeting was about
	markReady     = "MAERKEPARAT"    // next step of an organisation's self-check
	markAgreement = "MAERKEAFTALE"   // note of an organisation's agreement
	markElse      = "MAERKEHERFJERN" // the same kinds of another organisation, elsewhere
	// markKey are the keys of both cards, as they would stand in JSON.
	markKey, markKeyElse = "TUFFUktFTk9FR0xFX01BRVJLRU5PRUdMRV9NQUVSS0U=", "TUFFUktFRkpFUk5fTUFFUktFRkpFUk5fTUFFUktFRkI="
)

var marks = []string{markCase, markOther, markTip, markStaff, markAdmin, markCard, markSession, markVolunteer, markMeeting, markReady,
	markAgreement, markElse, markKey, markKeyElse}

// plantedCards are the ids of the contact cards of one organisation and of another.
var plantedCards [2]string

// plantFamilies has a desk and guides write what came with version 2 of the wire.
func plantFamilies(t testing.TB, r *rig, desk *machine, code referral.Code, area string, mine bool) {
	t.Helper()
	org := must(r, desk).Organisation
	mark := func(m string) string {
		if mine {
			return m
		}
		return markElse
	}
	key, err := base64.StdEncoding.DecodeString(map[bool]string{true: markKey, false: markKeyElse}[mine])
	if err != nil || len(key) != card.KeySize {
		t.Fatal(len(key), err)
	}
	c := card.Card{Info: card.Info{ID: uuid.NewString(), Code: code, DeleteBy: directory.DayOf(time.Now()).AddDays(20),
		Consent: card.Consent{Text: mark(markCard), Language: "da", How: "spoken", At: time.Now()}}, FirstName: "Navn"}
	sealed, err := card.Seal(c, key, crand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if mine {
		plantedCards[0] = c.ID
	} else {
		plantedCards[1] = c.ID
	}
	s := practice.Session{ID: uuid.NewString(), Community: uuid.NewString(), On: "2026-11-01", Came: 2, Area: area, Unknown: []byte(`{"x":"` + mark(markSession) + `"}`)}
	check := newCheck(org, mark(markReady))
	if got := states(desk.push(desk.op(protocol.OpCard, sealed), desk.op(protocol.OpEdit, creation(t, record.Session, s.ID, s)),
		desk.op(protocol.OpEdit, creation(t, record.Readiness, check.ID, check)))); got != "accepted accepted accepted" {
		t.Fatal(got)
	}
	if _, got := desk.keys(put(c.ID, key)); len(got.Kept) != 1 {
		t.Fatalf("%+v", got)
	}
	guide := r.join(protocol.Guide, "Projektet "+area, area)
	v := directory.Volunteer{ID: uuid.NewString(), ConsentOn: "2026-11-01", Note: mark(markVolunteer)}
	m := directory.Meeting{ID: uuid.NewString(), On: "2026-11-01", Area: area, About: mark(markMeeting)}
	a := newAgreement(org)
	a.Note = mark(markAgreement)
	if got := states(guide.push(guide.op(protocol.OpEdit, creation(t, record.Volunteer, v.ID, v)), guide.op(protocol.OpEdit, creation(t, record.Meeting, m.ID, m)),
		guide.op(protocol.OpEdit, creation(t, record.Agreement, a.ID, a)))); got != "accepted accepted accepted" {
		t.Fatal(got)
	}
}

// planted is a hub with a marker in every family, and a device of each role.
func planted(t testing.TB) (*rig, map[protocol.Role]*machine) {
	r := newRig(t, func(r *rig) {
		r.opt = func(o *Options) {
			o.Limits = roomy
		}
	})
	c := community("Gåklubben", "Lindeby")
	r.put(c, community("Madklubben", "Bakkeby"))
	if err := r.hub.PutPeople(context.Background(), People{Ambassadors: []directory.Ambassador{{ID: uuid.NewString(), Name: markStaff, Areas: []string{"Lindeby"}}}}); err != nil {
		t.Fatal(err)
	}
	mine := r.join(protocol.Desk, "Lindeby Bibliotek", "Lindeby")
	other := r.join(protocol.Desk, "Bakkeby Jobcenter", "Bakkeby")
	for _, x := range []struct {
		m    *machine
		mark string
	}{{mine, markCase}, {other, markOther}} {
		ref := newReferral(t, "")
		ref.Place = x.mark
		as := x.m.push(x.m.op(protocol.OpReferral, ref), x.m.op(protocol.OpEvent, event(ref.Code, referral.Shown)),
			x.m.op(protocol.OpSuggestion, localdb.Suggestion{ID: uuid.NewString(), Community: c.ID, Text: markTip}))
		if states(as) != "accepted accepted accepted" {
			t.Fatal(states(as))
		}
		plantFamilies(t, r, x.m, ref.Code, must(r, x.m).Municipalities[0], x.m == mine)
	}
	ms := map[protocol.Role]*machine{protocol.Desk: mine}
	for _, role := range []protocol.Role{protocol.Kiosk, protocol.Guide, protocol.Coordinator} {
		ms[role] = r.join(role, "Lindeby Bibliotek", "Lindeby")
	}
	return r, ms
}

// asks makes every request that a device could think of: every path, every feed
// that anybody has, well formed and not.
func asks(m *machine, rnd *rand.Rand, chunks []string, n int) (paths []string) {
	all := []record.Feed{"dir", "dir/lindeby", "dir/bakkeby", "dir/-", "staff", "case", "case/lindeby", "case/bakkeby",
		"case/o-lindeby-bibliotek", "case/o-bakkeby-jobcenter", "tip", "tip/lindeby", "tip/-", "org", "org/lindeby",
		"org/bakkeby", "org/o-lindeby-bibliotek", "org/o-bakkeby-jobcenter", "admin", "admin/-", "case/", "Case", "case/../dir", ""}
	pick := func(s ...string) string { return s[rnd.IntN(len(s))] }
	for range n {
		f := string(all[rnd.IntN(len(all))])
		e := m.epoch
		if rnd.IntN(10) == 0 {
			e++
		}
		switch rnd.IntN(6) {
		case 0:
			paths = append(paths, protocol.PathManifest+"?feed="+f)
		case 1:
			paths = append(paths, protocol.PathDigest+"?feed="+f)
		case 2:
			paths = append(paths, fmt.Sprintf("%s?feed=%s&n=%s&i=%d", protocol.PathBucket, f, pick("16", "64", "256", "1", "x"), rnd.IntN(20)))
		case 3:
			paths = append(paths, fmt.Sprintf("%s?after=%d:%d&limit=%s&upto=%s&feeds=%s", protocol.PathChanges, e, rnd.IntN(int(m.session.Position.Seq)+1), pick("1", "2000", "-1", ""), pick("", "5", "x"),
				pick("", protocol.FeedsPrint(m.feeds), protocol.FeedsPrint([]record.Feed{"case"}))))
		case 4:
			names := []string{pick(chunks...)}
			for rnd.IntN(3) == 0 {
				names = append(names, pick(chunks...))
			}
			paths = append(paths, protocol.PathChunk+strings.Join(names, ","))
		default:
			paths = append(paths, pick(protocol.PathFigures, protocol.PathKeys, protocol.PathHub+"?nonce=00000000000000000000", "/v1/everything", "/v1/../admin", "/invite", "/devices", "/status", "/", "/f/K7M4QXR9AB", "/healthz", "/style.css", "/v1/chunk/", "/v1/session"))
		}
	}
	return paths
}

// No byte of what a role may not know leaves the hub, whatever it asks for. The
// same search finds it where it may be.
func TestNoByteOfACaseLeavesForAKioskWhateverItAsks(t *testing.T) {
	r, ms := planted(t)
	var chunks []string
	for _, m := range ms {
		for _, f := range m.feeds {
			s := streamOf(holdingsOf(must(r, m)), f)
			k, err := r.hub.manifests.fresh(context.Background(), s, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range k.m.Buckets {
				if b.SHA256 != "" {
					chunks = append(chunks, b.SHA256)
				}
			}
		}
	}
	once := map[protocol.Role][]string{ // and all others never
		protocol.Desk:        {markCase, markStaff, markCard, markSession, markReady, markAgreement, markKey},
		protocol.Guide:       {markCase, markTip, markStaff, markCard, markSession, markVolunteer, markMeeting, markReady, markAgreement, markKey},
		protocol.Coordinator: {markReady, markAgreement},
	}
	for role, m := range ms {
		n := askOfKiosk / 3
		if role == protocol.Kiosk {
			n = askOfKiosk
		}
		rnd := rand.New(rand.NewPCG(1, uint64(len(role))))
		seen := map[string]int{}
		for _, path := range asks(m, rnd, chunks, n) {
			method := http.MethodGet
			if rnd.IntN(20) == 0 {
				method = []string{http.MethodPost, http.MethodHead, http.MethodPut, http.MethodDelete, "TRACE"}[rnd.IntN(5)]
			}
			var sent []byte
			if path == protocol.PathKeys {
				method = http.MethodPost
				b, err := json.Marshal(want(plantedCards[0], plantedCards[1], uuid.NewString()))
				if err != nil {
					t.Fatal(err)
				}
				sent = b
			}
			code, head, body := m.do(method, path, nil, sent)
			if code == 0 {
				t.Fatalf("%s %s %s: no answer", role, method, path)
			}
			if strings.HasPrefix(head.Get("Content-Type"), "application/zstd") || head.Get("Content-Type") == "application/octet-stream" {
				body = unzip(t, body)
			}
			var what bytes.Buffer
			if err := head.Write(&what); err != nil {
				t.Fatal(err)
			}
			what.Write(body)
			for _, mark := range marks {
				if bytes.Contains(what.Bytes(), []byte(mark)) {
					seen[mark]++
				}
			}
			if role == protocol.Kiosk || role == protocol.Coordinator {
				for _, k := range []string{`"referral"`, `"event"`, `"suggestion"`, `"device":"0`, `"ambassador"`, `"card"`, `"session"`, `"volunteer"`, `"meeting"`} {
					if bytes.Contains(body, []byte(`"kind":`+k)) {
						t.Fatalf("%s %s: %s", role, path, k)
					}
				}
			}
		}
		for _, mark := range marks {
			if seen[mark] > 0 && !slices.Contains(once[role], mark) {
				t.Errorf("%s saw %s %d times", role, mark, seen[mark])
			}
		}
		for _, mark := range once[role] {
			if seen[mark] == 0 {
				t.Errorf("%s never saw %s: the search would not have found it", role, mark)
			}
		}
	}
}

func must(r *rig, m *machine) *deviceBody {
	d, _, err := r.hub.device(m.id)
	if err != nil || d == nil {
		r.t.Fatal(err)
	}
	return d
}

// What a role may ask for at all, and that what it may not looks as if it were not there.
func TestEachRoleHasItsTableAndNothingElse(t *testing.T) {
	_, ms := planted(t)
	if got := ms[protocol.Kiosk].feeds; len(got) != 2 || got[0] != "dir/lindeby" || got[1] != "dir/-" {
		t.Error("kiosk:", got)
	}
	if got := fmt.Sprint(ms[protocol.Desk].feeds); got != "[dir/lindeby dir/- staff case/o-lindeby-bibliotek org/o-lindeby-bibliotek]" {
		t.Error("desk:", got)
	}
	if got := fmt.Sprint(ms[protocol.Guide].feeds); got != "[dir/lindeby dir/- staff case/lindeby tip/lindeby tip/- org/lindeby]" {
		t.Error("guide:", got)
	}
	if got := fmt.Sprint(ms[protocol.Coordinator].feeds); got != "[dir/lindeby dir/- org/lindeby]" {
		t.Error("coordinator:", got)
	}
	for role, m := range ms {
		code, _, _ := m.do(http.MethodGet, protocol.PathFigures, nil, nil)
		if want := map[bool]int{true: 200, false: 404}[role == protocol.Coordinator]; code != want {
			t.Errorf("%s: figures: %d", role, code)
		}
		stranger := &machine{t: t, r: m.r, epoch: m.epoch}
		for path := range names(pulling, protocol.PathOps, protocol.PathFigures, protocol.PathKeys) {
			if code, _, body := stranger.do(http.MethodGet, path, nil, nil); code != http.StatusUnauthorized {
				t.Errorf("a stranger at %s: %d %s", path, code, body)
			}
		}
	}
	ops := map[protocol.Role]string{
		protocol.Kiosk:       "refused:role refused:role refused:role",
		protocol.Coordinator: "refused:role refused:role refused:role",
		protocol.Desk:        "accepted accepted refused:role",
		protocol.Guide:       "accepted accepted accepted",
	}
	for role, want := range ops {
		m := ms[role]
		ref := newReferral(t, "")
		e := fieldEdit(uuid.NewString(), "name", nil, "Ny")
		e.Create = true
		if role == protocol.Desk {
			m.counter += 3
		}
		if got := states(m.push(m.op(protocol.OpReferral, ref), m.op(protocol.OpEvent, event(ref.Code, referral.Shown)), m.op(protocol.OpEdit, e))); got != want {
			t.Errorf("%s: %s", role, got)
		}
	}
}

// Every answer says that it is no page to be framed, guessed at or kept.
func TestEveryAnswerCarriesItsHeadersAndItsHash(t *testing.T) {
	r, ms := planted(t)
	for _, path := range []string{protocol.PathHub + "?nonce=00000000000000000000", protocol.PathDigest + "?feed=dir/-", "/healthz", "/nothing", "/v1/x"} {
		_, head, body := ms[protocol.Kiosk].do(http.MethodGet, path, nil, nil)
		for _, h := range []string{"X-Content-Type-Options", "Content-Security-Policy", "Referrer-Policy", "Cache-Control"} {
			if head.Get(h) == "" {
				t.Errorf("%s: no %s", path, h)
			}
		}
		if head.Get(protocol.HeaderBody) != hashLine(body) {
			t.Errorf("%s: the hash is not the body's", path)
		}
		if head.Get("Location") != "" {
			t.Errorf("%s: a redirect", path)
		}
	}
	q, err := http.NewRequest(http.MethodGet, r.srv.URL+protocol.PathHub+"?nonce=00000000000000000000", nil)
	if err != nil {
		t.Fatal(err)
	}
	for v, want := range map[string]int{"": 426, "0": 426, "3": 426, "x": 426, "1": 200, "2": 200} {
		q.Header.Set(protocol.HeaderVersion, v)
		res, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		if res.Body.Close(); res.StatusCode != want {
			t.Errorf("version %q: %d", v, res.StatusCode)
		}
	}
}
