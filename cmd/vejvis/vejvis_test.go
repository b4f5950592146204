package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/say"
)

func TestMain(m *testing.M) {
	localdb.CheckIfAsked()
	os.Exit(m.Run())
}

// desk runs the real program in this process on a store of its own.
type desk struct {
	t   *testing.T
	dir string
	now time.Time
}

func newDesk(t *testing.T) *desk {
	return &desk{t, filepath.Join(t.TempDir(), "data"), time.Date(2026, 11, 23, 9, 0, 0, 0, directory.Copenhagen)}
}

func exampleDesk(t *testing.T) *desk {
	d := newDesk(t)
	d.ok("init", "--example")
	return d
}

func (d *desk) run(args ...string) (code int, stdout, stderr string) {
	d.t.Helper()
	var out, errs bytes.Buffer
	p := &program{stdout: &out, stderr: &errs, now: func() time.Time { return d.now }, rand: rand.Reader, say: say.In("da")}
	code = p.run(context.Background(), append([]string{"--data", d.dir}, args...))
	return code, out.String(), errs.String()
}

func (d *desk) ok(args ...string) string {
	d.t.Helper()
	code, out, errs := d.run(args...)
	if code != 0 {
		d.t.Fatalf("vejvis %s ended with %d:\n%s", strings.Join(args, " "), code, errs)
	}
	return out
}

func (d *desk) ids(query string, n string) []string {
	d.t.Helper()
	var ids []string
	for line := range strings.Lines(d.ok("search", "--json", "--limit", n, query)) {
		var h struct{ ID string }
		if err := json.Unmarshal([]byte(line), &h); err != nil {
			d.t.Fatal(err)
		}
		ids = append(ids, h.ID)
	}
	return ids
}

func TestOneVejvisningFromTheSentenceToTheSheet(t *testing.T) {
	d := exampleDesk(t)
	ids := d.ids("jeg er lige flyttet hertil og vil gerne møde nogen at gå tur med om formiddagen, det må ikke koste noget", "3")
	if len(ids) != 3 {
		t.Fatalf("found %d", len(ids))
	}
	code := strings.TrimSpace(d.ok(append([]string{"refer", "--depth", "guided", "--wish", "walking"}, ids...)...))
	sheet := filepath.Join(d.dir, "ark.pdf")
	flags := []string{"handout", "--out", sheet, "--code", code, "--date", "2026-11-23", "--name", "Zazabine", "--note", "Held og lykke, kvistgren"}
	d.ok(append(flags, ids...)...)
	first, err := os.ReadFile(sheet)
	if err != nil || !bytes.HasPrefix(first, []byte("%PDF-")) {
		t.Fatalf("no PDF: %v", err)
	}
	d.now = d.now.Add(5 * time.Hour)
	d.ok(append(flags, ids...)...)
	if again, _ := os.ReadFile(sheet); !bytes.Equal(first, again) {
		t.Error("the same input gave other bytes")
	}
	os.Remove(sheet)
	d.ok("event", code, "welcomed")
	if code, _, errs := d.run("event", code, "carried_out", "--on", "2026-11-23"); code != 0 {
		t.Errorf("support inside the community was refused: %s", errs)
	}
	dump := d.ok("dump")
	for _, secret := range []string{"Zazabine", "kvistgren", "lige flyttet hertil"} {
		if strings.Contains(dump, secret) {
			t.Errorf("the store holds %q", secret)
		}
	}
	if !strings.Contains(dump, code) {
		t.Error("the dump lacks the referral")
	}
}

// What the organisation's own desks say is understood on the command line as well.
func TestOwnWordsOfTheStoreAreSearchedWith(t *testing.T) {
	d := exampleDesk(t)
	if ids := d.ids("fjumserne", "1"); len(ids) > 0 {
		t.Fatalf("found %q without the word", ids)
	}
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: d.dir, Now: func() time.Time { return d.now }})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.PutOwnWord("", localdb.OwnWord{Says: "fjumserne", Means: []string{"petanque"}}), s.Close()); err != nil {
		t.Fatal(err)
	}
	if own, known := d.ids("fjumserne", "1"), d.ids("petanque", "1"); len(own) != 1 || own[0] != known[0] {
		t.Errorf("found %q, and as it is called %q", own, known)
	}
}

func TestWhatTheLifeDoesNotAllowIsRefusedWithTheReason(t *testing.T) {
	d := exampleDesk(t)
	code := strings.TrimSpace(d.ok("refer", "--depth", "postcard", d.ids("strik", "1")[0]))
	if n, out, _ := d.run("event", code, "carried_out", "--json"); n != 1 || !strings.Contains(out, `"reason":"not_now"`) {
		t.Errorf("exit %d: %s", n, out)
	}
	if n, out, _ := d.run("event", code, "welcomed", "--on", "2026-11-01", "--json"); n != 1 || !strings.Contains(out, `"reason":"too_early"`) {
		t.Errorf("before the way was shown: exit %d: %s", n, out)
	}
	d.ok("event", code, "carried_out", "--late")
	wrong := []byte(code)
	wrong[0] = map[bool]byte{true: '3', false: '2'}[wrong[0] == '2']
	if n, out, _ := d.run("event", string(wrong), "welcomed", "--json"); n != 1 || !strings.Contains(out, `"reason":"check"`) {
		t.Errorf("exit %d: %s", n, out)
	}
}

// A script asks for somebody to go along, and reads the life by its code alone.
func TestALifeIsReadByItsCode(t *testing.T) {
	d := exampleDesk(t)
	ids := d.ids("gåtur", "1")
	code := strings.TrimSpace(d.ok(append([]string{"refer", "--accompaniment"}, ids...)...))
	d.ok("event", code, "arranged")
	d.ok("event", code, "carried_out")
	var life struct {
		Code, State string
		Events      []struct{ Kind, On string }
	}
	if err := json.Unmarshal([]byte(d.ok("referral", code, "--json")), &life); err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, e := range life.Events {
		kinds = append(kinds, e.Kind)
		if e.On != "2026-11-23" {
			t.Errorf("%s on %s", e.Kind, e.On)
		}
	}
	if got := strings.Join(kinds, " "); life.Code != code || life.State != "carried_out" || got != "shown accompaniment_wanted arranged carried_out" {
		t.Errorf("%+v", life)
	}
	for _, bad := range []string{"K7M4-QXR9", "K7M4-QXRF"} { // a wrong check symbol; a code nobody here knows
		if ended, out, _ := d.run("referral", bad, "--json"); ended != 1 || !strings.Contains(out, `"reason"`) {
			t.Errorf("%s ended with %d: %s", bad, ended, out)
		}
	}
}

func TestACodeFromAnotherDeskIsKept(t *testing.T) {
	a, b := exampleDesk(t), exampleDesk(t)
	code := strings.TrimSpace(a.ok("refer", a.ids("kaffe", "1")[0]))
	if out := b.ok("event", code, "welcomed", "--json"); !strings.Contains(out, `"known":false`) {
		t.Error(out)
	}
	if dump := b.ok("dump"); !strings.Contains(dump, code) {
		t.Error("the code was not kept")
	}
}

func TestEveryRowIsAccountedForAndTheSecondImportChangesNothing(t *testing.T) {
	d := newDesk(t)
	d.ok("init")
	file := filepath.Join(t.TempDir(), "liste.jsonl")
	lines := `{"name":"Gåklubben","source_id":"1"}
{"name":"","source_id":"2"}
{"name":"Kaffe","description":"Ring til Bo, 070761-4285","source_id":"3"}
not json
{"name":"Strik","source_id":"4","my_own":{"x":1}}
`
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	last := func(out string) map[string]int {
		all := strings.Split(strings.TrimSpace(out), "\n")
		m := map[string]int{}
		if err := json.Unmarshal([]byte(all[len(all)-1]), &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	code, out, _ := d.run("import", file, "--json", "--dry-run")
	if m := last(out); code != 1 || m["rows"] != 5 || m["added"] != 2 || m["refused"] != 3 {
		t.Errorf("trial: exit %d, %v", code, m)
	}
	if out := d.ok("status", "--json"); !strings.Contains(out, `"communities":0`) {
		t.Error("the trial kept something: " + out)
	}
	d.run("import", file, "--json")
	_, out, _ = d.run("import", file, "--json")
	if m := last(out); m["rows"] != 5 || m["unchanged"] != 2 || m["refused"] != 3 {
		t.Errorf("second time: %v", m)
	}
	if strings.Contains(out, "070761") {
		t.Error("the refusal repeats the number")
	}
	if dump := d.ok("dump"); !strings.Contains(dump, `"my_own"`) {
		t.Error("an unknown member was dropped")
	}
}

func TestAFileThatCannotBeReadIsNamedWithTheRemedy(t *testing.T) {
	d := exampleDesk(t)
	code, out, errs := d.run("import", t.TempDir(), "--json")
	if code != 1 || !strings.Contains(out, `"reason":"folder_not_hsds"`) || strings.Contains(errs, "ikke kender") {
		t.Errorf("%d %s %s", code, out, errs)
	}
	if code, _, errs := d.run("import", "/does/not/exist.csv"); code != 1 || !strings.Contains(errs, "/does/not/exist.csv findes ikke") {
		t.Errorf("%d %s", code, errs)
	}
	if code, _, errs := d.run("export", "--out", "/does/not/exist/x.csv"); code != 1 || !strings.Contains(errs, "/does/not/exist findes ikke") {
		t.Errorf("%d %s", code, errs)
	}
}

func TestOrdinaryMistakesAreSaidInWordsAndNotAsFaults(t *testing.T) {
	d, dir := exampleDesk(t), t.TempDir()
	id := d.ids("strik", "1")[0]
	queries := filepath.Join(dir, "q.jsonl")
	if err := os.WriteFile(queries, []byte("{\"id\":\"a\",\"query\":\"x\"}\nnot json\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		say  string
		args []string
	}{
		{"Kender ikke: nope, nope2", []string{"refer", "nope", "nope2"}},
		{dir + " er en mappe", []string{"handout", "--out", dir, id}},
		{dir + " er en mappe", []string{"export", "--format", "csv", "--out", dir}},
		{dir + " er en mappe", []string{"search", "--queries", dir}},
		{queries + ":2:", []string{"search", "--queries", queries}},
		{queries + " er ikke en mappe", []string{"status", "--data", queries}},
	} {
		code, _, errs := d.run(c.args...)
		if code != 1 || !strings.Contains(errs, c.say) || strings.Contains(errs, "ikke kender") || strings.Contains(errs, ".vejvis-") {
			t.Errorf("%v ended with %d: %s", c.args, code, errs)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".vejvis-*")); len(left) != 0 {
		t.Error("left behind:", left)
	}
}

func TestWorkThatIsStoppedSaysSoAndChangesNothing(t *testing.T) {
	d := exampleDesk(t)
	file := filepath.Join(t.TempDir(), "liste.jsonl")
	if err := os.WriteFile(file, []byte(`{"name":"Gåklubben"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	s, stop := context.WithCancel(t.Context())
	var out, errs bytes.Buffer
	p := &program{stdout: &out, stderr: &errs, now: func() time.Time { stop(); return d.now }, rand: rand.Reader, say: say.In("da")}
	if code := p.run(s, []string{"--data", d.dir, "import", file}); code != 1 || !strings.Contains(errs.String(), "Afbrudt") || strings.Contains(errs.String(), "ikke kender") {
		t.Errorf("%d %s", code, errs.String())
	}
	if out := d.ok("status", "--json"); !strings.Contains(out, `"communities":196`) {
		t.Error(out)
	}
}

func TestExportGoesOutAndInAgain(t *testing.T) {
	d := exampleDesk(t)
	dir := t.TempDir()
	for _, format := range []string{"jsonl", "csv", "xlsx"} {
		file := filepath.Join(dir, "liste."+format)
		d.ok("export", "--format", format, "--out", file)
		out := d.ok("import", "--json", "--source", "example", file)
		if !strings.Contains(out, `"updated":0`) || !strings.Contains(out, `"added":0`) {
			t.Errorf("%s: %s", format, out)
		}
	}
}

func TestAnExportCanGoToAnotherProgram(t *testing.T) {
	d := exampleDesk(t)
	t.Chdir(t.TempDir())
	if out := d.ok("export", "--format", "jsonl", "--out", "-", "--json"); strings.Count(out, "\n") != 196 || !strings.HasPrefix(out, `{"id"`) {
		t.Errorf("%.200s", out)
	}
	if _, err := os.Stat("-"); err == nil {
		t.Error("a file was written")
	}
	if code, _, _ := d.run("export", "--format", "hsds", "--out", "-"); code != 2 {
		t.Errorf("a folder to standard output ended with %d", code)
	}
}

func TestWrongUseEndsWithTwoAndRefusalsWithOne(t *testing.T) {
	d := exampleDesk(t)
	for _, c := range []struct {
		want int
		args []string
	}{
		{2, []string{}}, {2, []string{"foo"}}, {2, []string{"import"}}, {2, []string{"handout", "x"}}, {2, []string{"refer", "--depth", "far", "x"}}, {2, []string{"refer", "--origin", "bogus", "x"}},
		{2, []string{"handout", "--out", "x.pdf", "--language", "xx", "x"}}, {2, []string{"search", "--queries", "q.jsonl", "gåtur"}},
		{2, []string{"search", "--kind", "foo", "x"}}, {2, []string{"search", "--weekday", "9", "x"}}, {2, []string{"search", "--age", "-3", "x"}},
		{2, []string{"search", "--group", "women,zz", "x"}}, {2, []string{"search", "--km", "0", "x"}}, {0, []string{"search", "--group", "women,seniors", "--weekday", "2", "--lang", "so", "x"}},
		{2, []string{"event", "K7M4-QXR9", "danced"}}, {2, []string{"search"}}, {2, []string{"search", "--nonsense", "x"}}, {2, []string{"export"}},
		{2, []string{"handout", "--out", "x.pdf", "--layout", "a9", "x"}}, {2, []string{"search", "--limit", "0", "x"}},
		{1, []string{"init"}}, {1, []string{"import", "/does/not/exist"}}, {1, []string{"refer", "00000000-0000-0000-0000-000000000000"}},
		{0, []string{"status"}}, {0, []string{"verify"}}, {0, []string{"search", "bilforsikring"}},
	} {
		if code, _, errs := d.run(c.args...); code != c.want || code != 0 && errs == "" {
			t.Errorf("%v ended with %d (want %d): %s", c.args, code, c.want, errs)
		}
	}
	if code, _, errs := newDesk(t).run("status"); code != 1 || !strings.Contains(errs, "\n") {
		t.Errorf("without a store: %d %s", code, errs)
	}
}

func TestACPRNumberNeverReachesTheSheet(t *testing.T) {
	d := exampleDesk(t)
	out := filepath.Join(d.dir, "ark.pdf")
	if code, _, _ := d.run("handout", "--out", out, "--note", "dit nummer er 070761-4285", d.ids("strik", "1")[0]); code != 1 {
		t.Errorf("ended with %d", code)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a sheet was made")
	}
}

func TestQueriesAreAnsweredALineEach(t *testing.T) {
	d := exampleDesk(t)
	file := filepath.Join(t.TempDir(), "q.jsonl")
	if err := os.WriteFile(file, []byte("{\"id\":\"a\",\"query\":\"gåtur\"}\n\n{\"id\":\"b\",\"query\":\"xqzw\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(d.ok("search", "--queries", file)), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], `"weak":false`) || !strings.Contains(lines[1], `"weak":true`) {
		t.Errorf("%q", lines)
	}
}
