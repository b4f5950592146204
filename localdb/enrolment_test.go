package localdb

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/keys"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

func init() { children["wipe"] = childWipe }

func TestEnrolmentKeepsWhatPeopleDidAndEmptiesTheDirectory(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, made(dir))
	ids := importN(t, s, 30)
	mine := newReferral(t, ids[0])
	if err := s.RecordReferral(mine); err != nil {
		t.Fatal(err)
	}
	if e, err := s.Enrolment(); err != nil || e != nil {
		t.Error(e, err)
	}
	if err := s.Renamed("desk", "x", nil, ""); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	e := enrolment1()
	if err := s.Enrol(e); err != nil {
		t.Fatal(err)
	}
	if err := s.Renamed("guide", "Ringsted Kommune", []string{"Ringsted"}, "https://ny.example"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		got, err := s.Enrolment()
		if err != nil || got == nil || got.Device != e.Device || !bytes.Equal(got.HubKey, e.HubKey) || got.Role != "guide" || len(got.Municipalities) != 1 {
			t.Fatalf("%+v %v", got, err)
		}
		for key, want := range map[string]string{SettingHub: e.Hub, SettingOrganisation: "Ringsted Kommune", SettingPublicURL: "https://ny.example"} {
			if v, err := s.Setting(key); err != nil || v != want {
				t.Errorf("%s is %q, %v", key, v, err)
			}
		}
		if n := countCommunities(t, s); n != 0 {
			t.Errorf("%d communities", n)
		}
		if err := s.Import(t.Context(), func(*ImportTx) error { return nil }); !errors.Is(err, ErrEnrolled) {
			t.Error(err)
		}
		if r, _, err := s.Referral(mine.Code); err != nil || r.ID != mine.ID || len(outbox(t, s)) != 2 {
			t.Errorf("%+v %v", r, err)
		}
		verified(t, s)
		s = withoutView(t, s)
	}
	for _, op := range outbox(t, s) {
		switch op.Kind {
		case opSetting, opEnrolment, opFate, opAgain, opRetry:
			t.Errorf("%s would leave the machine", op.Kind)
		}
	}
	var dump bytes.Buffer
	if err := s.Dump(&dump); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(dump.String(), `"kind":"enrolment"`) || !strings.Contains(dump.String(), "private key") || strings.Contains(dump.String(), `"seed":"AAAA`) {
		t.Error("the dump lacks the enrolment, or shows the key")
	}
}

// Another hub has nothing of it: what was acknowledged and not released waits again.
// The same one has it, and others may have corrected it since, unless its log is
// another one: it came back from a backup that may be from before.
func TestAnEnrolmentAnewGivesWhatWasAcknowledged(t *testing.T) {
	for _, same := range []bool{true, false} {
		s := enrolled(t, made(t.TempDir()))
		first, err := s.Enrolment()
		if err != nil {
			t.Fatal(err)
		}
		l := newLog()
		r := newReferral(t)
		if err := s.RecordReferral(r); err != nil {
			t.Fatal(err)
		}
		l.put(record.Referral, r.ID, r, "o-a")
		l.community(1)
		ops := outbox(t, s)
		if err := s.Settle([]Fate{{Counter: ops[0].Counter, State: FateAccepted, Seq: 1, Epoch: 7}}); err != nil {
			t.Fatal(err)
		}
		l.bring(t, s, "dir", "case/o-a")
		again := enrolment1()
		again.Device = "d-2"
		if same {
			again.HubKey = first.HubKey
		}
		if err := s.Enrol(again); err != nil {
			t.Fatal(err)
		}
		want := 2
		if same {
			want = 1
		}
		for range 2 {
			if ops := outbox(t, s); len(ops) != want {
				t.Errorf("same hub %v: %v", same, kindsIn(ops))
			}
			if got, _, err := s.Referral(r.Code); err != nil || got.ID != r.ID {
				t.Error("what was done is out of sight until the hub is reached", err)
			}
			if n, err := s.GiveBack(0, 7); err != nil || n != 0 {
				t.Errorf("%d given back to the log that has them: %v", n, err)
			}
			if pos, err := s.Position(); err != nil || pos != (record.Position{}) {
				t.Errorf("%+v %v", pos, err)
			}
			if known, err := s.Known(); err != nil || known != 0 {
				t.Errorf("known %d: a new device has no counters at the hub: %v", known, err)
			}
			if n := countCommunities(t, s); n != 0 {
				t.Error(n)
			}
			verified(t, s)
			s = withoutView(t, s)
		}
		if n, err := s.GiveBack(0, 8); err != nil || n != 2-want || len(outbox(t, s)) != 2 {
			t.Errorf("same hub %v, another log: %d given back: %v", same, n, err)
		}
		verified(t, s)
	}
}

// What this machine told before it was enrolled anew must not be laid over what
// somebody else made of it meanwhile.
func TestAnOldEditIsNotMadeAgainByAnEnrolmentAnew(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	first, err := s.Enrolment()
	if err != nil {
		t.Fatal(err)
	}
	l := newLog()
	l.community(1)
	l.bring(t, s, "dir")
	var before *directory.Community
	if err := s.EachCommunity(func(c *directory.Community) error { before = c; return nil }); err != nil {
		t.Fatal(err)
	}
	after := *before
	after.Name = "Et andet navn"
	if err := s.EditCommunity(before, &after); err != nil {
		t.Fatal(err)
	}
	ops := outbox(t, s)
	seq := l.put(record.Community, after.ID, after, "ringsted").Seq
	if err := s.Settle([]Fate{{Counter: ops[0].Counter, State: FateAccepted, Seq: seq, Epoch: 7}}); err != nil {
		t.Fatal(err)
	}
	l.play(t, s, "dir")
	l.put(record.Community, before.ID, before, "ringsted") // a colleague sets it back
	l.play(t, s, "dir")
	again := enrolment1()
	again.Device, again.HubKey = "d-2", first.HubKey
	if err := s.Enrol(again); err != nil {
		t.Fatal(err)
	}
	if n, err := s.GiveBack(0, 7); err != nil || n != 0 {
		t.Errorf("%d given back: %v", n, err)
	}
	l.bring(t, s, "dir")
	for range 2 {
		if len(outbox(t, s)) != 0 {
			t.Error("the edit is sent again:", kindsIn(outbox(t, s)))
		}
		if c, err := s.Community(before.ID); err != nil || c.Name != before.Name {
			t.Errorf("%+v %v", c, err)
		}
		verified(t, s)
		s = withoutView(t, s)
		l.play(t, s, "dir")
	}
	if err := s.Release(l.position()); err != nil || keptOps(t, s) != 0 {
		t.Errorf("%d are kept though a backup has them: %v", keptOps(t, s), err)
	}
}

func TestTheExampleIsNotEnrolled(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	if err := example.Fill(t.Context(), s, example.Base); err != nil {
		t.Fatal(err)
	}
	if err := s.Enrol(enrolment1()); !errors.Is(err, ErrExample) {
		t.Error(err)
	}
}

// wipeSeed is the hub's key in these tests.
var wipeSeed = bytes.Repeat([]byte{7}, 32)

func wipeKey() []byte { return ed25519.NewKeyFromSeed(wipeSeed).Public().(ed25519.PublicKey) }

func childWipe(args []string) {
	n, err := strconv.Atoi(args[1])
	must(err)
	s, err := Open(context.Background(), made(args[0]))
	must(err)
	s.o.at = killAt("", n)
	_, err = s.Wipe(context.Background(), wipeKey())
	must(err)
}

func TestARevokedMachineKeepsOnlyWhatTheHubCanOpen(t *testing.T) {
	base := t.TempDir()
	s := enrolled(t, made(base))
	sent, unsent := newReferral(t), newReferral(t)
	if err := s.RecordReferral(sent); err != nil {
		t.Fatal(err)
	}
	var fs []Fate
	for _, op := range outbox(t, s) {
		fs = append(fs, Fate{Counter: op.Counter, State: FateAccepted, Seq: 1, Epoch: 7})
	}
	if err := errors.Join(s.Settle(fs), s.RecordReferral(unsent)); err != nil {
		t.Fatal(err)
	}
	want := outbox(t, s)
	closeStore(t, s)
	for n := 1; ; n++ {
		dir := t.TempDir()
		copyAll(t, base, dir)
		_, killed := run(t, "wipe", dir, strconv.Itoa(n))
		left, err := filepath.Glob(filepath.Join(dir, "rescue-*.sealed"))
		if err != nil || len(left) != 1 {
			t.Fatal(left, err)
		}
		_, unmarked := os.Stat(filepath.Join(dir, wipedName))
		if killed && unmarked != nil { // not begun: it goes on as before, and is wiped at the next contact
			s := openAt(t, Options{Dir: dir})
			if len(outbox(t, s)) != len(want) {
				t.Error("killed before it began, it lost something")
			}
			closeStore(t, s)
			continue
		}
		if _, err := Open(t.Context(), Options{Dir: dir}); !errors.Is(err, ErrNoStore) {
			t.Errorf("step %d: %v", n, err)
		}
		for _, name := range storeFiles(t, dir) {
			if !strings.HasPrefix(name, "rescue-") && name != "lock" {
				t.Errorf("step %d: %s is left", n, name)
			}
		}
		b, err := os.ReadFile(left[0])
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(unsent.Code)) {
			t.Error("it is not sealed")
		}
		device, ops, err := OpenRescue(b, wipeSeed)
		if err != nil || device != "d-1" || len(ops) != len(want) || ops[0].Counter != want[0].Counter || string(ops[0].Body) != string(want[0].Body) {
			t.Errorf("%s %+v %v", device, ops, err)
		}
		if _, _, err := OpenRescue(b, make([]byte, 32)); !errors.Is(err, ErrDamaged) {
			t.Error("opened with another key:", err)
		}
		s := openAt(t, made(dir)) // a new store may begin there
		if st, err := s.Status(); err != nil || st.Referrals != 0 {
			t.Errorf("%+v %v", st, err)
		}
		closeStore(t, s)
		if !killed {
			return
		}
	}
}

func TestARescueNeverTakesThePlaceOfAnother(t *testing.T) {
	dir := t.TempDir()
	var want []string
	for range 3 { // revoked, enrolled again and revoked again, all in one day
		s := enrolled(t, made(dir))
		r := newReferral(t)
		if err := s.RecordReferral(r); err != nil {
			t.Fatal(err)
		}
		want = append(want, outbox(t, s)[0].ID)
		name, err := s.Wipe(t.Context(), wipeKey())
		if err != nil || filepath.Dir(name) != dir {
			t.Fatal(name, err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "rescue-*.sealed"))
	if err != nil || len(files) != 3 {
		t.Fatal(files, err)
	}
	var got []string
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, ops, err := OpenRescue(b, wipeSeed)
		if err != nil || len(ops) == 0 {
			t.Fatal(name, err)
		}
		got = append(got, ops[0].ID)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestASealedRescueFitsTheKeyOfAnyHub(t *testing.T) {
	for range 20 {
		pub, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		b, err := sealRescue([]byte(`{"device":"d"}`), pub)
		if err != nil {
			t.Fatal(err)
		}
		if device, _, err := OpenRescue(b, private.Seed()); err != nil || device != "d" {
			t.Fatal(device, err)
		}
	}
}

func TestContactIsKept(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, made(dir))
	if c, err := s.Contact(); err != nil || c != (Contact{}) {
		t.Error(c, err)
	}
	at := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	c := Contact{LastSync: at, LastTry: at, Skew: -3 * time.Minute, Problem: "offline"}
	if err := s.SetContact(c); err != nil {
		t.Fatal(err)
	}
	c.LastTry = at.Add(time.Second) // too small a change to be written at once
	if err := s.SetContact(c); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got, err := s.Contact(); err != nil || got != c {
			t.Errorf("%+v, want %+v: %v", got, c, err)
		}
		if st, err := s.Status(); err != nil || st.LastSync == nil || !st.LastSync.Equal(at) {
			t.Errorf("%+v %v", st, err)
		}
		closeStore(t, s)
		s = openAt(t, Options{Dir: dir})
	}
	closeStore(t, s)
	if err := os.WriteFile(filepath.Join(dir, contactName), []byte("{damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, Options{Dir: dir})
	if got, err := s.Contact(); err != nil || got != (Contact{}) {
		t.Error(got, err)
	}
	if _, err := os.Stat(filepath.Join(dir, keys.FileName)); err != nil {
		t.Error(err)
	}
}

func TestScreensHearWhatChanged(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	for i := range 100 {
		l.community(i)
	}
	heard := make(chan Change, 1000)
	defer s.Subscribe(func(c Change) { heard <- c })()
	hear := func() (out map[Change]int) {
		t.Helper()
		out = map[Change]int{}
		if err := s.SetSetting("end", strconv.Itoa(int(time.Now().UnixNano()))); err != nil {
			t.Fatal(err)
		}
		for c := range heard {
			if c.Kind == "setting" {
				return out
			}
			out[c]++
		}
		return out
	}
	x := mustSearch(t, s)
	l.bring(t, s, "dir", "case/o-a")
	if got := hear(); got[Change{Kind: "import"}] != 1 || got[Change{Kind: "sync"}] == 0 || len(got) != 2 {
		t.Errorf("a first sync: %v", got)
	}
	x, err := s.Renew(x)
	if err != nil || x.Index.Len() != 100 {
		t.Fatal(x.Index.Len(), err)
	}
	c := community(3)
	c.AssignID()
	c.Name = "Vandreholdet Giraffen"
	l.put(record.Community, c.ID, c, "ringsted")
	r := newReferral(t)
	l.put(record.Referral, r.ID, r, "o-a")
	l.play(t, s, "dir", "case/o-a")
	if got := hear(); got[Change{"community", c.ID}] != 1 || got[Change{"referral", string(r.Code)}] != 1 || len(got) != 2 {
		t.Errorf("a small delta: %v", got)
	}
	y, err := s.Renew(x)
	if err != nil || len(found(y, "giraffen")) == 0 || found(y, "giraffen")[0] != c.Name {
		t.Errorf("%v %v", found(y, "giraffen"), err)
	}
	whole, err := s.renew(nil)
	if err != nil || !bytes.Equal(y.Index.Encode(), whole.Index.Encode()) {
		t.Error("what is brought up to date differs from what is made anew", err)
	}
	l.remove(l.last[record.Ref{Kind: record.Community, ID: c.ID}])
	l.community(200)
	l.play(t, s, "dir", "case/o-a")
	hear()
	z, err := s.Renew(y)
	if err != nil {
		t.Fatal(err)
	}
	if whole, err := s.renew(nil); err != nil || z.later == nil || !bytes.Equal(z.Index.Encode(), whole.Index.Encode()) || !maps.Equal(z.stamps(), whole.stamps()) ||
		!bytes.Equal(z.compact().kept, whole.kept) {
		t.Error("after one that went and one that came", err)
	}
	c.Name = "Vandreholdet Giraffen"
	if same, err := s.Renew(z); err != nil || same != z {
		t.Error("nothing changed, and it was made anew", err)
	}
	for i := range 90 {
		l.community(i)
	}
	l.play(t, s, "dir", "case/o-a")
	if got := hear(); got[Change{Kind: "import"}] != 1 || len(got) != 1 {
		t.Errorf("a large delta: %v", got)
	}
	if err := s.EditCommunity(nil, &directory.Community{ID: c.ID, Name: "Edderkoppen"}); err != nil {
		t.Fatal(err)
	}
	if got := hear(); got[Change{"community", c.ID}] != 1 {
		t.Errorf("an edit: %v", got)
	}
}
