package hub

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/http"
	"os"
	"path/filepath"
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

// newCard seals a card of a fictional citizen.
func newCard(t testing.TB, code referral.Code, until directory.Day) (card.Sealed, []byte) {
	t.Helper()
	key := make([]byte, card.KeySize)
	if _, err := rand.Read(key); err != nil {
		t.Fatal(err)
	}
	c := card.Card{Info: card.Info{ID: uuid.NewString(), Code: code, DeleteBy: until,
		Consent: card.Consent{Text: "1", Language: "da", How: "spoken", At: time.Now()}}, FirstName: "MAERKENAVN", Phone: "00 00 00 00"}
	s, err := card.Seal(c, key, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return s, key
}

func (m *machine) keys(q protocol.CardKeys) (int, protocol.CardKeysReply) {
	m.t.Helper()
	b, err := json.Marshal(q)
	if err != nil {
		m.t.Fatal(err)
	}
	code, _, body := m.do(http.MethodPost, protocol.PathKeys, nil, b)
	var out protocol.CardKeysReply
	if code == http.StatusOK {
		if err := json.Unmarshal(body, &out); err != nil {
			m.t.Fatal(err)
		}
	}
	return code, out
}

func put(id string, key []byte) protocol.CardKeys {
	return protocol.CardKeys{Put: []protocol.CardKey{{ID: id, Key: key}}}
}

func want(ids ...string) protocol.CardKeys { return protocol.CardKeys{Want: ids} }

// A key goes to who may see its card and to nobody else, and of every other card the
// hub says nothing.
func TestTheKeyOfACardGoesToThoseWhoMaySeeTheCard(t *testing.T) {
	r := newRig(t, func(r *rig) { r.opt = func(o *Options) { o.Limits = roomy } })
	desk, same := r.join(protocol.Desk, "Lindeby Bibliotek", "Lindeby"), r.join(protocol.Desk, "Lindeby Bibliotek", "Lindeby")
	other := r.join(protocol.Desk, "Bakkeby Jobcenter", "Bakkeby")
	guide, away := r.join(protocol.Guide, "Projektet", "Lindeby"), r.join(protocol.Guide, "Projektet", "Bakkeby")
	ref := newReferral(t, "")
	until := directory.DayOf(time.Now()).AddDays(30)
	c, key := newCard(t, ref.Code, until)
	// The key before its card, and a wrong one: neither is taken.
	if _, got := desk.keys(put(c.ID, key)); len(got.Kept)+len(got.Erased) != 0 {
		t.Errorf("%+v", got)
	}
	if got := states(desk.push(desk.op(protocol.OpReferral, ref), desk.op(protocol.OpCard, c))); got != "accepted accepted" {
		t.Fatal(got)
	}
	if _, got := desk.keys(put(c.ID, make([]byte, 32))); len(got.Kept) != 0 || !slices.Equal(got.Lacks, []string{c.ID}) {
		t.Errorf("%+v", got)
	}
	if _, got := other.keys(put(c.ID, key)); len(got.Kept)+len(got.Lacks)+len(got.Erased) != 0 {
		t.Errorf("%+v", got)
	}
	if _, got := desk.keys(put(c.ID, key)); !slices.Equal(got.Kept, []string{c.ID}) || len(got.Lacks) != 0 {
		t.Errorf("%+v", got)
	}
	r.restart()
	for _, m := range []*machine{desk, same, guide} {
		if _, got := m.keys(want(c.ID)); len(got.Keys) != 1 || !bytes.Equal(got.Keys[0].Key, key) {
			t.Errorf("%+v", got)
		}
	}
	for _, m := range []*machine{other, away} {
		if _, got := m.keys(want(c.ID, uuid.NewString(), "../../hub", "")); len(got.Keys)+len(got.Lacks)+len(got.Erased) != 0 {
			t.Errorf("%+v", got)
		}
	}
	for _, role := range []protocol.Role{protocol.Kiosk, protocol.Coordinator} {
		m := r.join(role, "Lindeby Bibliotek", "Lindeby")
		if code, _ := m.keys(want(c.ID)); code != http.StatusNotFound {
			t.Errorf("%s: %d", role, code)
		}
		if got := m.push(m.op(protocol.OpCard, c), m.op(protocol.OpErase, localdb.Erasure{Kind: record.Card, ID: c.ID}), m.op(protocol.OpLook, localdb.Look{Card: c.ID, Code: c.Code, Purpose: "call"})); states(got) != "refused:role refused:role refused:role" {
			t.Errorf("%s: %s", role, states(got))
		}
	}
	many := protocol.CardKeys{Want: make([]string, protocol.MaxCardKeys+1)}
	if code, _ := desk.keys(many); code != http.StatusRequestEntityTooLarge {
		t.Error(code)
	}
	// The file is sealed, and nobody else's.
	path := filepath.Join(r.dir, cardsName, c.ID+keyEnd)
	b, err := os.ReadFile(path)
	if err != nil || bytes.Contains(b, key) {
		t.Errorf("%v", err)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
	// What was done with it stands in the audit log, without a name.
	if got := states(guide.push(guide.op(protocol.OpLook, localdb.Look{Card: c.ID, Code: c.Code, Purpose: "call", At: time.Now()}),
		guide.op(protocol.OpLook, localdb.Look{Card: c.ID, Code: c.Code, Purpose: "nosiness"}))); got != "accepted refused:malformed" {
		t.Error(got)
	}
	log := auditText(t, r.dir)
	if !strings.Contains(log, `"action":"card","object":"`+c.ID+`","purpose":"call"`) || !strings.Contains(log, `"action":"card keys"`) || strings.Contains(log, "MAERKENAVN") {
		t.Error(log)
	}
}

// A machine that asks again and again is told to wait, and what is not as it should
// be is refused before anything is done.
func TestKeysAreAskedForWithinMeasure(t *testing.T) {
	r := newRig(t)
	desk := r.join(protocol.Desk, "Lindeby Bibliotek")
	for _, body := range []string{``, `[]`, `{"put":[{"id":1}]}`, `{"want":["x"],"more":1}`, `{"want":["` + strings.Repeat("x", maxKeysBody) + `"]}`} {
		if code, _, _ := desk.do(http.MethodPost, protocol.PathKeys, nil, []byte(body)); code != 400 && code != 413 {
			t.Errorf("%.40s: %d", body, code)
		}
	}
	if code, _, _ := desk.do(http.MethodGet, protocol.PathKeys, nil, nil); code != http.StatusMethodNotAllowed {
		t.Error("GET:", code)
	}
	slow := 0
	for range 200 {
		if code, _ := desk.keys(want(uuid.NewString())); code == http.StatusTooManyRequests {
			slow++
		}
	}
	if slow < 50 {
		t.Error(slow, "of 200 were told to wait")
	}
}

func auditText(t testing.TB, dir string) string {
	t.Helper()
	var all strings.Builder
	names, err := filepath.Glob(filepath.Join(dir, "audit", "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	return all.String()
}

// A card goes where its code's referral is known, whichever comes first.
func TestACardIsSeenWhereItsReferralIs(t *testing.T) {
	r := newRig(t)
	shown, calls := r.join(protocol.Desk, "Lindeby Bibliotek"), r.join(protocol.Desk, "Sundhedshuset")
	ref := newReferral(t, "")
	c, _ := newCard(t, ref.Code, directory.DayOf(time.Now()).AddDays(30))
	cards := func(m *machine) int { ls, _ := m.changes(0, ""); return kindsOf(ls)[record.Card] }
	if got := states(calls.push(calls.op(protocol.OpCard, c))); got != "accepted" {
		t.Fatal(got)
	}
	if cards(shown) != 0 || cards(calls) != 1 {
		t.Error(cards(shown), cards(calls))
	}
	if got := states(shown.push(shown.op(protocol.OpReferral, ref))); got != "accepted" {
		t.Fatal(got)
	}
	if cards(shown) != 1 || cards(calls) != 1 {
		t.Error(cards(shown), cards(calls))
	}
}

// Erased is erased: here, for every device, after a crash between two steps, and
// told again by a machine that was away.
func TestACardThatWasErasedIsGoneForGood(t *testing.T) {
	r := newRig(t, func(r *rig) { r.opt = func(o *Options) { o.Limits = roomy } })
	desk, guide, other := r.join(protocol.Desk, "Lindeby Bibliotek"), r.join(protocol.Guide, "Projektet"), r.join(protocol.Desk, "Bakkeby Jobcenter")
	ref := newReferral(t, "")
	until := directory.DayOf(time.Now()).AddDays(30)
	c, key := newCard(t, ref.Code, until)
	if got := states(desk.push(desk.op(protocol.OpReferral, ref), desk.op(protocol.OpEvent, event(ref.Code, referral.Shown)))); got != "accepted accepted" {
		t.Fatal(got)
	}
	if got := states(desk.push(desk.op(protocol.OpCard, c))); got != "accepted" {
		t.Fatal(got)
	}
	desk.keys(put(c.ID, key))
	guide.changes(guide.session.Position.Seq, "")
	gone := localdb.Erasure{Kind: record.Card, ID: c.ID}
	if got := states(other.push(other.op(protocol.OpErase, gone))); got != "refused:gone" {
		t.Error("another organisation erases it:", got)
	}
	if got := states(guide.push(guide.op(protocol.OpErase, gone))); got != "accepted" {
		t.Fatal(got)
	}
	path := filepath.Join(r.dir, cardsName, c.ID+keyEnd)
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Error("the key is here:", err)
	}
	ls, _ := desk.changes(0, "")
	dead := 0
	for _, l := range ls {
		if l.Record != nil && l.Record.Kind == record.Card {
			if dead++; !l.Record.Deleted {
				t.Error("the card lives")
			}
		}
	}
	if k := kindsOf(ls); dead != 1 || k[record.Referral] != 1 || k[record.Event] != 1 {
		t.Error(k)
	}
	// Who has it still is told so; who tells of it again has done its part.
	if _, got := desk.keys(put(c.ID, key)); !slices.Equal(got.Erased, []string{c.ID}) || len(got.Kept) != 0 {
		t.Errorf("%+v", got)
	}
	if got := states(desk.push(desk.op(protocol.OpCard, c))); got != "accepted" {
		t.Error(got)
	}
	// Until a device has been here it may hold it.
	ds, err := r.hub.Devices(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range ds {
		want := map[string]int{desk.id: 1, guide.id: 1, other.id: 0}[d.ID]
		if d.Unmet != want {
			t.Errorf("%s: %d erasures not met, want %d", d.Organisation, d.Unmet, want)
		}
	}
	desk.changes(r.hub.Position().Seq, "")
	if ds, err = r.hub.Devices(context.Background()); err != nil || ds[0].Unmet != 0 {
		t.Errorf("%+v %v", ds[0], err)
	}
	// A crash after the list, before the rest.
	d, dkey := newCard(t, ref.Code, until)
	if got := states(desk.push(desk.op(protocol.OpCard, d))); got != "accepted" {
		t.Fatal(got)
	}
	desk.keys(put(d.ID, dkey))
	if err := r.hub.note(record.Ref{Kind: record.Card, ID: d.ID}); err != nil {
		t.Fatal(err)
	}
	r.restart()
	rec, err := r.hub.store.Record(record.Card, d.ID)
	if err != nil || !rec.Deleted {
		t.Errorf("%+v %v", rec, err)
	}
	if _, err := os.Stat(filepath.Join(r.dir, cardsName, d.ID+keyEnd)); !os.IsNotExist(err) {
		t.Error("its key is here:", err)
	}
	n, err := r.hub.EraseWhat(context.Background(), ToErase{Code: ref.Code})
	if n != 0 || err != ErrNoCard {
		t.Error(n, err)
	}
}

// The day on a card is the last on which it exists, whoever is there to do it.
func TestACardGoesOnItsDayByItself(t *testing.T) {
	r := newRig(t)
	desk := r.join(protocol.Desk, "Lindeby Bibliotek")
	ref := newReferral(t, "")
	c, key := newCard(t, ref.Code, directory.DayOf(r.now()).AddDays(3))
	old, _ := newCard(t, ref.Code, directory.DayOf(r.now()).AddDays(-1))
	late, _ := newCard(t, ref.Code, directory.DayOf(r.now()).AddDays(400))
	if got := states(desk.push(desk.op(protocol.OpReferral, ref), desk.op(protocol.OpCard, c), desk.op(protocol.OpCard, old), desk.op(protocol.OpCard, late))); got != "accepted accepted refused:malformed refused:malformed" {
		t.Fatal(got)
	}
	desk.keys(put(c.ID, key))
	if _, err := r.hub.store.Record(record.Card, old.ID); err == nil {
		t.Error("one was taken in whose day had passed")
	}
	r.pass(3 * 24 * time.Hour)
	r.hub.keepHouse(context.Background())
	if rec, err := r.hub.store.Record(record.Card, c.ID); err != nil || rec.Deleted {
		t.Errorf("it went too soon: %v", err)
	}
	r.pass(24 * time.Hour)
	r.hub.keepHouse(context.Background())
	if rec, err := r.hub.store.Record(record.Card, c.ID); err != nil || !rec.Deleted {
		t.Errorf("it is there on the day after: %+v %v", rec, err)
	}
	if es, err := os.ReadDir(filepath.Join(r.dir, cardsName)); err != nil || len(es) != 0 {
		t.Error(es, err)
	}
}

// Of a session that is too old it is kept how many came, and of nobody that they did.
func TestAnOldSessionIsACount(t *testing.T) {
	r := newRig(t)
	desk := r.join(protocol.Desk, "Lindeby Bibliotek")
	s := practice.Session{ID: uuid.NewString(), Community: uuid.NewString(), On: directory.DayOf(r.now()), Came: 5, Codes: []referral.Code{newReferral(t, "").Code}, Area: "Lindeby"}
	if got := states(desk.push(desk.op(protocol.OpEdit, creation(t, record.Session, s.ID, s)))); got != "accepted" {
		t.Fatal(got)
	}
	for _, months := range []int{22, 3} {
		r.pass(time.Duration(months) * 31 * 24 * time.Hour)
		if err := r.hub.retire(context.Background()); err != nil {
			t.Fatal(err)
		}
		rec, err := r.hub.store.Record(record.Session, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		var now practice.Session
		if err := json.Unmarshal(rec.Body, &now); err != nil || now.Came != 5 || (len(now.Codes) == 0) != (months == 3) {
			t.Errorf("after %d months: %s %v", months, rec.Body, err)
		}
	}
}

// Who takes back their yes to being in the register is gone from it, with how they
// are reached and what was said of them in a conflict.
func TestAnAmbassadorWhoWithdrawsLeavesNothing(t *testing.T) {
	r := newRig(t)
	guide, late := r.join(protocol.Guide, "Projektet"), r.join(protocol.Guide, "Projektet")
	desk := r.join(protocol.Desk, "Lindeby Bibliotek")
	id := uuid.NewString()
	a := directory.Ambassador{ID: id, Name: "MAERKENAVN", Areas: []string{"Lindeby"}}
	v := directory.Volunteer{ID: id, Phone: "00 00 00 00", ConsentOn: "2026-11-01"}
	edit := func(to string) localdb.Edit {
		return localdb.Edit{Kind: record.Volunteer, ID: id, Fields: []localdb.FieldEdit{{Name: "note", From: []byte("null"), To: []byte(to)}}}
	}
	if got := states(guide.push(guide.op(protocol.OpEdit, creation(t, record.Ambassador, id, a)), guide.op(protocol.OpEdit, creation(t, record.Volunteer, id, v)),
		guide.op(protocol.OpEdit, edit(`"MAERKEEN"`)))) + " " + states(late.push(late.op(protocol.OpEdit, edit(`"MAERKETO"`)))); got != "accepted accepted accepted conflict" {
		t.Fatal(got)
	}
	if got := states(desk.push(desk.op(protocol.OpErase, localdb.Erasure{Kind: record.Ambassador, ID: id}))); got != "refused:role" {
		t.Error(got)
	}
	if got := states(late.push(late.op(protocol.OpErase, localdb.Erasure{Kind: record.Ambassador, ID: id}))); got != "accepted" {
		t.Fatal(got)
	}
	for _, m := range []*machine{guide, desk} {
		all := m.everything()
		for _, mark := range []string{"MAERKE", "00 00 00 00"} {
			if bytes.Contains(all, []byte(mark)) {
				t.Errorf("%s is sent", mark)
			}
		}
	}
	if got := states(guide.push(guide.op(protocol.OpEdit, creation(t, record.Ambassador, id, a)))); got != "refused:gone" {
		t.Error(got)
	}
}
