package hub

import (
	"net/http"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A kiosk stands where anybody can take it: which machine edits what, and when
// somebody works there, is nothing that it may know.
func TestNoKioskLearnsWhichDeviceChangedTheDirectory(t *testing.T) {
	r := newRig(t)
	c, gone := community("Kor", "Lindeby"), community("Borte", "Lindeby")
	r.put(c, gone)
	guide, kiosk := r.join(protocol.Guide, "G"), r.join(protocol.Kiosk, "K")
	op := guide.op(protocol.OpEdit, localdb.Edit{ID: c.ID, Fields: []localdb.FieldEdit{{Name: "summary", From: jsontext.Value(`null`), To: jsontext.Value(`"ny"`)}}})
	away := guide.op(protocol.OpEdit, localdb.Edit{ID: gone.ID, Remove: true})
	if got := states(guide.push(op, away)); got != "accepted accepted" {
		t.Fatal(got)
	}
	ls, _ := kiosk.changes(0, "")
	n := 0
	for _, l := range ls {
		if l.Record == nil {
			continue
		}
		n++
		if x := l.Record; x.Device != "" || x.Op != "" || !x.At.IsZero() {
			t.Errorf("a delta says %q %q %v of %s", x.Device, x.Op, x.At, x.ID)
		}
	}
	if n != 2 {
		t.Errorf("%d records", n)
	}
	code, _, body := kiosk.do(http.MethodGet, protocol.PathManifest+"?feed="+string(record.FeedOf(record.Directory, "")), nil, nil)
	var m protocol.Manifest
	if err := json.Unmarshal(body, &m); code != http.StatusOK || err != nil || len(m.Buckets) == 0 {
		t.Fatalf("manifest: %d %v %s", code, err, body)
	}
	chunks := 0
	for _, ch := range m.Buckets {
		if ch.SHA256 == "" {
			continue
		}
		chunks++
		_, _, b := kiosk.do(http.MethodGet, protocol.PathChunk+ch.SHA256, nil, nil)
		if text := string(unzip(t, b)); strings.Contains(text, guide.id) || strings.Contains(text, op.ID) || strings.Contains(text, `"at":`) {
			t.Errorf("a chunk says who: %s", text)
		}
	}
	if chunks == 0 {
		t.Error("there is no chunk")
	}
}
