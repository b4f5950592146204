package hub

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// Several chunks in one request are what they are one by one, whichever part of
// them is asked for; one that is not there, and too many, are not found.
func TestSeveralChunksComeAsTheyWouldOneByOne(t *testing.T) {
	r := newRig(t, func(r *rig) { r.opt = func(o *Options) { o.Limits = roomy } })
	var cs []*directory.Community
	for i := range 60 {
		cs = append(cs, community(fmt.Sprint("Fællesskab ", i), "Lindeby"))
	}
	r.put(cs...)
	m := r.join(protocol.Kiosk, "Lindeby Bibliotek")
	if m.session.Chunks != protocol.MaxChunks {
		t.Error("the session allows", m.session.Chunks)
	}
	_, _, body := m.do(http.MethodGet, protocol.PathManifest+"?feed=dir", nil, nil)
	var mf protocol.Manifest
	if err := json.Unmarshal(body, &mf); err != nil {
		t.Fatal(err)
	}
	var names []string
	var want []byte
	for _, b := range mf.Buckets {
		if b.SHA256 != "" {
			_, head, one := m.do(http.MethodGet, protocol.PathChunk+b.SHA256, nil, nil)
			if head.Get(protocol.HeaderBody) != b.SHA256 {
				t.Error("a chunk alone comes without its hash")
			}
			names, want = append(names, b.SHA256), append(want, one...)
		}
	}
	if len(names) < 5 {
		t.Fatal("too few chunks to try", len(names))
	}
	path := protocol.PathChunk + strings.Join(names, ",")
	if code, _, got := m.do(http.MethodGet, path, nil, nil); code != 200 || !bytes.Equal(got, want) {
		t.Errorf("%d: %d bytes for %d", code, len(got), len(want))
	}
	for _, at := range []int{0, 1, len(want) / 3, len(want) - 1} {
		for _, to := range []int{at, min(at+7, len(want)-1), len(want) - 1} {
			code, head, got := m.do(http.MethodGet, path, map[string]string{"Range": fmt.Sprintf("bytes=%d-%d", at, to)}, nil)
			if code != 206 || !bytes.Equal(got, want[at:to+1]) || head.Get("Content-Range") != fmt.Sprintf("bytes %d-%d/%d", at, to, len(want)) {
				t.Errorf("from %d to %d: %d, %s, %d bytes", at, to, code, head.Get("Content-Range"), len(got))
			}
		}
	}
	for _, bad := range []string{path + "," + strings.Repeat("0", 64), path + ",", protocol.PathChunk + strings.Repeat(names[0]+",", protocol.MaxChunks) + names[0]} {
		if code, _, _ := m.do(http.MethodGet, bad, nil, nil); code != http.StatusNotFound {
			t.Errorf("%d for %.90s", code, bad)
		}
	}
}
