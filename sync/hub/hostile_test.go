package hub

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// bomb packs n bytes that reader gives.
func bomb(t *testing.T, reader io.Reader, n int64) []byte {
	t.Helper()
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(z, reader, n); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type repeated byte

func (r repeated) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(r)
	}
	return len(p), nil
}

// peak measures by how much the heap grew at most while fn ran.
func peak(fn func()) uint64 {
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var most atomic.Uint64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			if now.HeapInuse > before.HeapInuse {
				most.Store(max(most.Load(), now.HeapInuse-before.HeapInuse))
			}
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	fn()
	close(stop)
	<-done
	return most.Load()
}

func TestBombsAreRefusedWithBoundedMemory(t *testing.T) {
	r := newRig(t)
	m := r.join(protocol.Desk, "Lindeby Bibliotek")
	const megabyte = 1 << 20
	bombs := []struct {
		name string
		want int
		body []byte
	}{
		{"gzip of zeros, 256 MB", 413, bomb(t, repeated(0), 256*megabyte)},
		{"a string of 100 MB", 413, bomb(t, io.MultiReader(strings.NewReader(`{"epoch":1,"known":0,"ops":[{"kind":"`), repeated('a')), 100*megabyte)},
		{"nested 7 million deep", 400, bomb(t, io.MultiReader(strings.NewReader(`{"epoch":1,"known":0,"ops":`), repeated('[')), 7*megabyte)},
		{"numbers, 8 MB", 400, bomb(t, io.MultiReader(strings.NewReader(`{"ops":[`), repeated('1')), 7*megabyte)},
		{"no gzip, and larger than a push may be", 400, bytes.Repeat([]byte{1}, protocol.MaxUpload+1)},
		{"a gzip that is none", 400, []byte("no gzip")},
		{"a gzip cut short", 400, gzipped(t, []byte(`{"epoch":1}`))[:12]},
	}
	// What is random does not pack: it must end at the first cap.
	var big bytes.Buffer
	if _, err := io.CopyN(&big, rngReader{}, 2*megabyte); err != nil {
		t.Fatal(err)
	}
	bombs = append(bombs, struct {
		name string
		want int
		body []byte
	}{"gzip of noise, 2 MB", 413, gzipped(t, big.Bytes())})
	for _, b := range bombs {
		var code int
		most := peak(func() {
			code, _, _ = m.do(http.MethodPost, protocol.PathOps, map[string]string{"Content-Encoding": "gzip"}, b.body)
		})
		if code != b.want && code != 0 { // 0: the hub hung up while the rest was being sent
			t.Errorf("%s: %d, not %d", b.name, code, b.want)
		}
		if most > 64*megabyte {
			t.Errorf("%s: %d MB", b.name, most/megabyte)
		}
	}
	if code, _, _ := m.do(http.MethodPost, protocol.PathOps, nil, []byte(`{}`)); code != http.StatusUnsupportedMediaType {
		t.Error("not packed:", code)
	}
	if got := states(m.push(m.op(protocol.OpReferral, newReferral(t, "")))); got != "accepted" {
		t.Error("afterwards:", got)
	}
}

type rngReader struct{}

func (rngReader) Read(p []byte) (int, error) {
	x := uint64(88172645463325252)
	for i := range p {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		p[i] = byte(x)
	}
	return len(p), nil
}

func TestOnlyStrictJSONIsRead(t *testing.T) {
	r := newRig(t)
	m := r.join(protocol.Desk, "Lindeby Bibliotek")
	good := fmt.Sprintf(`{"epoch":%d,"known":0,"ops":[]}`, m.epoch)
	for body, want := range map[string]int{
		good: 200,
		strings.Replace(good, `"known"`, `"Known"`, 1):      400,
		strings.Replace(good, `"known":0`, `"known":-1`, 1): 400,
		good + good: 400,
		good + "x":  400,
		strings.Replace(good, `{`, `{"known":1,`, 1):   400,
		strings.Replace(good, `{`, `{"unknown":1,`, 1): 400,
		strings.Replace(good, `{`, "{\"\xff\":1,", 1):  400,
		`[]`: 400, ``: 400, `null`: 409,
	} {
		if code, _, b := m.do(http.MethodPost, protocol.PathOps, map[string]string{"Content-Encoding": "gzip"}, gzipped(t, []byte(body))); code != want {
			t.Errorf("%q: %d %s", body, code, b)
		}
	}
	for path, body := range map[string]string{
		protocol.PathNonce:   `{"device":"0190a5c0-0000-7000-8000-000000000001","x":1}`,
		protocol.PathDevices: `{"code":"x","code":"y"}`,
		protocol.PathSession: `{"device":"x"}{"device":"x"}`,
	} {
		if code, _, _ := m.do(http.MethodPost, path, nil, []byte(body)); code != 400 && code != 401 {
			t.Errorf("%s: %d", path, code)
		}
		if code, _, _ := m.do(http.MethodPost, path, nil, bytes.Repeat([]byte("["), 1<<20)); code != 400 && code != 413 && code != 0 {
			t.Errorf("%s, large: %d", path, code)
		}
	}
	if code, _, _ := m.do(http.MethodGet, protocol.PathHub+"?nonce=00000000000000000000", map[string]string{"X-Long": strings.Repeat("a", 64<<10)}, nil); code != 431 && code != 0 {
		t.Error("a long header:", code)
	}
}

// Who opens connections and says nothing takes no room from those who speak.
func TestSlowCallersDoNotKeepTheOthersOut(t *testing.T) {
	r := newRig(t)
	m := r.join(protocol.Kiosk, "Lindeby Bibliotek")
	addr := r.srv.Listener.Addr().String()
	for range 300 {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := io.WriteString(c, "GET /v1/hub?nonce=0000 HTTP/1.1\r\nHost: x\r\nX-Slow: "); err != nil {
			t.Fatal(err)
		}
	}
	start := time.Now()
	for range 20 {
		if code, _, _ := m.do(http.MethodGet, protocol.PathDigest+"?feed=dir", nil, nil); code != http.StatusOK {
			t.Fatal(code)
		}
	}
	t.Log("20 requests beside 300 slow ones:", time.Since(start))
}

// pipes is a listener for connections from addresses of a test's choice.
type pipes struct{ conns chan net.Conn }

func (p *pipes) Accept() (net.Conn, error) {
	c, ok := <-p.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (p *pipes) Close() error   { close(p.conns); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

type from struct {
	net.Conn
	a string
}

func (f from) RemoteAddr() net.Addr { a, _ := net.ResolveTCPAddr("tcp", f.a); return a }

func TestOneAddressHasNoMoreThanItsConnections(t *testing.T) {
	in := &pipes{make(chan net.Conn, 100)}
	l := Listen(in, Limits{Conns: 6, ConnsAddress: 2})
	come := func(a string) net.Conn {
		near, far := net.Pipe()
		in.conns <- from{far, a}
		return near
	}
	closed := func(c net.Conn) bool {
		_ = c.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		_, err := c.Read(make([]byte, 1))
		return err == io.EOF
	}
	got := make(chan net.Conn, 100)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			got <- c
		}
	}()
	a1, a2, a3 := come("192.0.2.1:1"), come("192.0.2.1:2"), come("192.0.2.1:3")
	b := come("192.0.2.2:1")
	v6, v6same, v6third := come("[2001:db8::1]:1"), come("[2001:db8::2]:1"), come("[2001:db8::3]:1")
	time.Sleep(30 * time.Millisecond)
	for name, x := range map[string]struct {
		c    net.Conn
		want bool
	}{"first": {a1, false}, "second": {a2, false}, "third": {a3, true}, "other": {b, false}, "v6": {v6, false}, "v6 of the same house": {v6same, false}, "v6 too many": {v6third, true}} {
		if closed(x.c) != x.want {
			t.Errorf("%s: closed is %v", name, !x.want)
		}
	}
	(<-got).Close() // the first leaves, and there is room for another
	if again := come("192.0.2.1:4"); closed(again) {
		t.Error("there was room again")
	}
	if err := in.Close(); err != nil {
		t.Error(err)
	}
}
