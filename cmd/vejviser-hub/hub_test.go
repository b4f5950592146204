package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/sync/client"
	"github.com/faellesskabsby/vejviser/ui/say"
)

func TestMain(m *testing.M) {
	localdb.CheckIfAsked()
	os.Exit(m.Run())
}

// place is a folder on which the real program is run, in this process.
type place struct {
	t   *testing.T
	dir string
}

func newPlace(t *testing.T) *place { return &place{t, filepath.Join(t.TempDir(), "hub")} }

func (p *place) program(out, errs io.Writer, lang string) *program {
	return &program{stdout: out, stderr: errs, now: time.Now, rand: rand.Reader, say: say.In(lang), logger: slog.New(slog.DiscardHandler)}
}

func (p *place) run(args ...string) (code int, stdout, stderr string) {
	p.t.Helper()
	var out, errs bytes.Buffer
	code = p.program(&out, &errs, "da").run(context.Background(), append([]string{"--data", p.dir}, args...))
	return code, out.String(), errs.String()
}

func (p *place) ok(args ...string) string {
	p.t.Helper()
	code, out, errs := p.run(args...)
	if code != 0 {
		p.t.Fatalf("vejviser-hub %s ended with %d:\n%s", strings.Join(args, " "), code, errs)
	}
	return out
}

// serve runs the hub until the function it gives is called, which waits for its end.
func (p *place) serve(args ...string) (url string, stop func()) {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan string, 1), make(chan int, 1)
	var errs bytes.Buffer
	prog := p.program(io.Discard, &errs, "da")
	prog.ready = func(url string) { ready <- url }
	go func() { ended <- prog.run(ctx, append([]string{"--data", p.dir, "serve"}, args...)) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if code := <-ended; code != 0 {
			p.t.Errorf("serve ended with %d: %s", code, errs.String())
		}
	}
	select {
	case url = <-ready:
	case code := <-ended:
		p.t.Fatalf("serve ended with %d: %s", code, errs.String())
	}
	p.t.Cleanup(stop)
	return url, stop
}

func (p *place) file(name, text string) string {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path
}

const two = `{"name":"Gåklubben","source_id":"1","summary":"Vi går <b>tur</b>.","places":[{"name":"Beboerhuset","address":"Eksempelvej 4","postcode":"4100","city":"Ringsted","municipality":"Ringsted"}],"schedule":[{"weekday":2,"from":"10:00","to":"11:30"}],"price":{"kind":"free"},"contact":{"phone":"00000000","web":"javascript:alert(1)"}}
{"name":"Krisecentret","source_id":"2","welcome":{"where":"Hemmeligvej 7"},"places":[{"name":"Huset","address":"Hemmeligvej 7","postcode":"4100","city":"Ringsted","municipality":"Ringsted","confidential":true}]}
`

func status(t *testing.T, p *place) map[string]any {
	t.Helper()
	var s map[string]any
	if err := json.Unmarshal([]byte(p.ok("status", "--json")), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// Every administrative command does the same beside a running hub and without one.
func TestCommandsWorkBesideARunningHubAndWithoutOne(t *testing.T) {
	p := newPlace(t)
	alone := p.ok("import", p.file("two.jsonl", two))
	if alone != "added 2, updated 0, unchanged 0, refused 0\n" {
		t.Error(alone)
	}
	for _, running := range []bool{false, true} {
		if running {
			p.serve("--listen", "127.0.0.1:0")
		}
		if s := status(t, p); s["running"] != running || s["communities"] != 2.0 || s["epoch"] == 0.0 {
			t.Error(s)
		}
		if got := p.ok("import", p.file("two.jsonl", two)); got != "added 0, updated 0, unchanged 2, refused 0\n" {
			t.Error(running, got)
		}
		more := strings.Replace(two, "Vi går", "Vi spadserer", 1)
		if got := p.ok("import", "--dry-run", p.file("two.jsonl", more)); got != "added 0, updated 1, unchanged 1, refused 0\n" {
			t.Error(running, got)
		}
		var inv struct{ Code string }
		if err := json.Unmarshal([]byte(p.ok("invite", "--json", "--role", "desk", "--organisation", "Lindeby Bibliotek")), &inv); err != nil || len(inv.Code) != 26 {
			t.Error(inv, err)
		}
		out := filepath.Join(t.TempDir(), "copy")
		p.ok("backup", "--out", out)
		if st, err := os.Stat(out); err != nil || st.Mode().Perm() != 0o600 {
			t.Error(err)
		}
		if s := status(t, p); s["durable"] == 0.0 {
			t.Error("no durable mark:", s)
		}
		other := newPlace(t)
		other.ok("restore", out)
		if s := status(t, other); s["communities"] != 2.0 || s["epoch"] == status(t, p)["epoch"] || s["print"] != status(t, p)["print"] {
			t.Error("restored:", s)
		}
		if code, _, errs := p.run("restore", out); code != 1 || !strings.Contains(errs, "tom mappe") {
			t.Error("restored onto a hub:", code, errs)
		}
	}
}

// From an empty folder to a desk that knows the directory, over HTTPS with the
// hub's own certificate, which nobody had to install anywhere.
func TestADeskEnrolsAtAHubWithItsOwnCertificate(t *testing.T) {
	p := newPlace(t)
	p.ok("import", p.file("two.jsonl", two))
	url, stop := p.serve("--listen", "0.0.0.0:0", "--name", "Ringsted hub")
	url = strings.Replace(url, "[::]", "127.0.0.1", 1)
	url = strings.Replace(url, "0.0.0.0", "127.0.0.1", 1)
	if !strings.HasPrefix(url, "https://") {
		t.Fatal(url)
	}
	code := strings.TrimSpace(p.ok("invite", "--role", "desk", "--organisation", "Lindeby Bibliotek"))
	s, err := localdb.Open(t.Context(), localdb.Options{Dir: filepath.Join(t.TempDir(), "pc"), Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	o := client.Options{Store: s}
	if err := client.Enrol(t.Context(), o, url, code, "Skranke 2"); err != nil {
		t.Fatal(err)
	}
	c, err := client.New(o)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Sync(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if st, err := s.Status(); err != nil || st.Communities != 2 {
		t.Error(st, err)
	}
	p.ok("import", "--example")
	if err := c.Sync(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if st, err := s.Status(); err != nil || st.Communities < 50 || st.Ambassadors == 0 || st.Organisers == 0 {
		t.Error(st, err)
	}
	list := p.ok("devices")
	if !strings.Contains(list, "Skranke 2") || !strings.Contains(list, "skranke") {
		t.Error(list)
	}
	id := strings.Fields(list)[0]
	if code, _, errs := p.run("revoke", "00000000-0000"); code != 1 || !strings.Contains(errs, "ingen enhed") {
		t.Error(code, errs)
	}
	p.ok("revoke", id[:18])
	if err := c.Sync(t.Context(), nil); err == nil {
		t.Error("a revoked desk was let in")
	}
	if s := status(t, p); s["devices"] != 0.0 || s["revoked"] != 1.0 {
		t.Error(s)
	}
	stop()
	// The certificate is the same after a restart; without it devices would have to learn it again.
	before, err := os.ReadFile(filepath.Join(p.dir, "certificate.pem"))
	if err != nil {
		t.Fatal(err)
	}
	p.serve("--listen", "0.0.0.0:0")
	after, err := os.ReadFile(filepath.Join(p.dir, "certificate.pem"))
	if err != nil || !bytes.Equal(before, after) {
		t.Error("another certificate:", err)
	}
}

// A socket's path has room for about a hundred letters; a folder's may be longer.
func TestCommandsReachARunningHubInADeepFolder(t *testing.T) {
	p := newPlace(t)
	p.dir = filepath.Join(p.dir, strings.Repeat("a", 60), strings.Repeat("b", 60))
	_, stop := p.serve("--listen", "127.0.0.1:0")
	if s := status(t, p); s["running"] != true {
		t.Error(s)
	}
	at, err := os.ReadFile(filepath.Join(p.dir, socketAt))
	if err != nil {
		t.Fatal(err)
	}
	stop()
	if _, err := os.Stat(filepath.Dir(strings.TrimSpace(string(at)))); !os.IsNotExist(err) {
		t.Error("the socket's folder stays:", err)
	}
	if s := status(t, p); s["running"] != false {
		t.Error(s)
	}
}

func get(t *testing.T, c *http.Client, url, lang string) (int, http.Header, string) {
	t.Helper()
	q, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Accept-Language", lang)
	res, err := c.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(b)
}

// The page that the QR code of a sheet leads to, as it is printed: in capitals.
func TestThePageOfASheetShowsTheCommunityAndNothingConfidential(t *testing.T) {
	p := newPlace(t)
	p.ok("import", p.file("two.jsonl", two))
	url, _ := p.serve("--listen", "127.0.0.1:0", "--public-url", "https://example.dk/vejviser", "--name", "Ringsted viser vej")
	key := func(n string) string {
		c := &directory.Community{Source: "jsonl", SourceID: n}
		c.AssignID()
		return directory.PageKey(c.ID)
	}
	for _, path := range []string{"/VEJVISER/F/" + key("1"), "/f/" + strings.ToLower(key("1"))} {
		code, head, body := get(t, http.DefaultClient, url+path, "da")
		if code != 200 || !strings.Contains(body, "Gåklubben") || !strings.Contains(body, "tirsdag") || !strings.Contains(body, "Gratis") || !strings.Contains(body, `lang="da"`) {
			t.Errorf("%s: %d %s", path, code, body)
		}
		if strings.Contains(body, "<b>tur") || strings.Contains(body, `href="javascript`) {
			t.Error("a record's text is markup")
		}
		if csp := head.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Error(csp)
		}
		if !strings.Contains(body, `href="/vejviser/style.css"`) {
			t.Error("the page does not find its style")
		}
	}
	if _, _, body := get(t, http.DefaultClient, url+"/f/"+key("1"), "en-GB,en;q=0.9"); !strings.Contains(body, "Free") || !strings.Contains(body, "Tuesday") {
		t.Error(body)
	}
	if _, _, body := get(t, http.DefaultClient, url+"/f/"+key("2"), "da"); !strings.Contains(body, "Krisecentret") || strings.Contains(body, "Hemmelig") {
		t.Error(body)
	}
	for path, want := range map[string]int{"/": 200, "/style.css": 200, "/healthz": 200, "/f/AAAAAAAAAA": 404, "/nothing": 404} {
		if code, _, body := get(t, http.DefaultClient, url+path, "da"); code != want || strings.Contains(body, "Hemmelig") || strings.Contains(body, "hubpages.") {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
}

func TestTLSIsNewEnough(t *testing.T) {
	p := newPlace(t)
	url, _ := p.serve("--listen", "0.0.0.0:0", "--host", "hub.lindeby.example")
	_, port, _ := strings.Cut(strings.TrimPrefix(url, "https://"), "]:")
	pem, err := os.ReadFile(filepath.Join(p.dir, "certificate.pem"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	if port == "" {
		port = url[strings.LastIndexByte(url, ':')+1:]
	}
	conn, err := tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{RootCAs: roots, ServerName: "hub.lindeby.example"})
	if err != nil {
		t.Fatal(err)
	}
	if v := conn.ConnectionState().Version; v != tls.VersionTLS13 {
		t.Error(v)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if _, err := tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{RootCAs: roots, ServerName: "hub.lindeby.example", MaxVersion: tls.VersionTLS11}); err == nil {
		t.Error("TLS 1.1 was taken")
	}
}

func TestAWrongCallSaysWhatIsRight(t *testing.T) {
	p := newPlace(t)
	for _, args := range [][]string{{}, {"dance"}, {"invite"}, {"invite", "--role", "king", "--organisation", "x"}, {"backup"}, {"restore"}, {"revoke"}, {"import"},
		{"serve", "--listen", "nowhere"}, {"serve", "--cert", "x"}, {"status", "--colour"}} {
		code, out, errs := p.run(args...)
		if code != 2 || out != "" || strings.Contains(errs, "hub.") {
			t.Errorf("%v: %d %q %q", args, code, out, errs)
		}
	}
	for _, args := range [][]string{{"restore", p.file("x", "no backup")}, {"import", "/no/such/file"}, {"revoke", "0190a5c0-0000-7000-8000-000000000001"}} {
		if code, _, errs := p.run(args...); code != 1 || strings.Contains(errs, "hub.") || errs == "" {
			t.Errorf("%v: %d %q", args, code, errs)
		}
	}
}

// Every text that the program says is there, in every language.
func TestEveryTextIsThere(t *testing.T) {
	src, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range src {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split(string(b), `"hub.`)[1:] {
			key, _, ok := strings.Cut("hub."+part, `"`)
			if !ok || strings.HasSuffix(key, ".") || strings.HasSuffix(key, ".json") || strings.ContainsAny(key, " :/{") || strings.HasSuffix(name, "_test.go") {
				continue
			}
			for _, lang := range translations.Languages {
				if !translations.For(lang).Has(key) {
					t.Errorf("%s: %s is not there in %s", name, key, lang)
				}
			}
		}
	}
	for _, s := range said {
		if !translations.For("da").Has("hub." + s.key) {
			t.Error(s.key)
		}
	}
}
