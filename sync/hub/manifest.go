package hub

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// How fresh a manifest is. What is missing from it comes as a delta, so it need
// not be the newest; where much is missing, chunks are cheaper for both sides.
const (
	manifestAge   = 5 * time.Minute
	manifestEvery = 2 * time.Second
	manifestLag   = 500              // sequences
	chunkKept     = 30 * time.Minute // after the manifest that named it is gone
	block         = 128 << 10        // plain bytes that are compressed together
)

// manifests are the feeds cut into chunks. The chunks are in memory, compressed:
// cases must not lie on the disk in the clear, and a hub's whole directory of
// 100,000 communities is some 26 MB (findings/sync §1.3 point 3).
type manifests struct {
	h  *Hub
	mu sync.Mutex
	by map[cut]*kept
}

// cut is a feed as some may see it.
type cut struct {
	feed   record.Feed
	extent extent
}

// cutsOf lists what a device may be given manifests and chunks of.
func cutsOf(hold holdings) (out []cut) {
	for _, s := range hold.streams() {
		for _, f := range s.feeds() {
			out = append(out, cut{f, s.extent()})
		}
	}
	return out
}

// kept is the manifest of one feed in one extent. Building takes place under its own lock, so
// that two hundred PCs that ask at 08:00 cause one build.
type kept struct {
	build  sync.Mutex
	mu     sync.Mutex
	m      *protocol.Manifest
	sent   []byte // m as it is sent
	hash   string // of sent
	at     time.Time
	chunks map[string]chunk
}

type chunk struct {
	b    []byte
	gone time.Time // when the manifest that named it was replaced; zero: it is named now
}

func newManifests(h *Hub) *manifests { return &manifests{h: h, by: map[cut]*kept{}} }

func (ms *manifests) of(c cut) *kept {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	k := ms.by[c]
	if k == nil {
		k = &kept{chunks: map[string]chunk{}}
		ms.by[c] = k
	}
	return k
}

// share lets a chunk that is the same in another extent be in memory once. Who may
// fetch it is decided by each extent for itself.
func (ms *manifests) share(c cut, chunks map[string][]byte) {
	ms.mu.Lock()
	var others []*kept
	for o, k := range ms.by {
		if o.feed == c.feed && o.extent != c.extent {
			others = append(others, k)
		}
	}
	ms.mu.Unlock()
	for _, k := range others {
		for name := range chunks {
			if b := k.chunk(name); b != nil {
				chunks[name] = b
			}
		}
	}
}

// fresh gives the feed's manifest, building it where it is missing or too old.
func (ms *manifests) fresh(ctx context.Context, s stream, f record.Feed) (*kept, error) {
	return ms.within(ctx, s, f, manifestAge)
}

// within is fresh for another age.
func (ms *manifests) within(ctx context.Context, s stream, f record.Feed, most time.Duration) (*kept, error) {
	k := ms.of(cut{f, s.extent()})
	k.build.Lock()
	defer k.build.Unlock()
	st, err := ms.h.log.State(ctx)
	if err != nil {
		return nil, err
	}
	head, now := ms.h.tide.now(), ms.h.now()
	// From below the floor there is no delta on: whoever came by it would be sent back.
	if m := k.m; m != nil && m.Position.Epoch == head.Epoch && m.Position.Seq >= st.Floor {
		lag, age := head.Seq-m.Position.Seq, now.Sub(k.at)
		if lag == 0 || age < manifestEvery || age < most && lag < manifestLag {
			return k, nil
		}
	}
	start := time.Now()
	m, chunks, err := ms.cut(ctx, s, f)
	if err != nil {
		return nil, err
	}
	ms.share(cut{f, s.extent()}, chunks)
	ms.h.o.Logger.Debug("manifest", "feed", string(f), "extent", string(s.extent()), "records", m.Root.Count, "buckets", len(m.Buckets), "took", time.Since(start))
	b, err := json.Marshal(m, json.Deterministic(true))
	if err != nil {
		return nil, err
	}
	k.replace(m, b, chunks, now)
	return k, nil
}

func (k *kept) replace(m *protocol.Manifest, sent []byte, chunks map[string][]byte, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for name, c := range k.chunks {
		switch {
		case chunks[name] != nil:
		case c.gone.IsZero():
			k.chunks[name] = chunk{c.b, now}
		case now.Sub(c.gone) > chunkKept:
			delete(k.chunks, name)
		}
	}
	for name, b := range chunks {
		k.chunks[name] = chunk{b: b}
	}
	k.m, k.at, k.sent, k.hash = m, now, sent, hashLine(sent)
}

func (k *kept) chunk(name string) []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.chunks[name].b
}

// cut reads the feed and makes the chunks. The position is the one before the
// reading: what changes meanwhile comes again as a delta.
func (ms *manifests) cut(ctx context.Context, s stream, f record.Feed) (*protocol.Manifest, map[string][]byte, error) {
	h := ms.h
	m := &protocol.Manifest{Feed: f, Position: h.tide.now(), Schema: 1}
	ds, _, err := s.digests(ctx, h.store, f)
	if err != nil {
		return nil, nil, err
	}
	n := record.Division(int(ds.Root().Count))
	m.Buckets = make([]protocol.Bucket, n)
	parts := make([]part, n)
	for i := range parts {
		parts[i].encoders = h.encoders
	}
	err = s.each(ctx, h.store, f, func(r record.Record) error {
		i := record.Coarse(record.Bucket(r.ID), n)
		b := &m.Buckets[i]
		line, err := json.Marshal(&r, json.Deterministic(true))
		if err != nil {
			return err
		}
		b.Count++
		b.Plain += len(line) + 1
		b.Digest = b.Digest.Add(record.Sum(&r))
		return parts[i].add(append(line, '\n'))
	})
	if err != nil {
		return nil, nil, err
	}
	chunks := map[string][]byte{}
	for i := range m.Buckets {
		b := &m.Buckets[i]
		m.Root = m.Root.Add(b.Digest)
		if b.Count == 0 {
			continue
		}
		if err := parts[i].flush(); err != nil {
			return nil, nil, err
		}
		sum := sha256.Sum256(parts[i].packed)
		b.SHA256, b.Size = hex.EncodeToString(sum[:]), len(parts[i].packed)
		chunks[b.SHA256] = parts[i].packed
	}
	text, err := m.Text()
	if err != nil {
		return nil, nil, err
	}
	m.Signature = h.id.sign(text)
	return m, chunks, nil
}

// part is a chunk under way: zstd frames, one behind the other, each of at most
// block plain bytes, so that 256 parts at once need little memory.
type part struct {
	plain    bytes.Buffer
	packed   []byte
	encoders *sync.Pool
}

func (p *part) add(line []byte) error {
	p.plain.Write(line)
	if p.plain.Len() >= block {
		return p.flush()
	}
	return nil
}

func (p *part) flush() error {
	if p.plain.Len() == 0 {
		return nil
	}
	z := p.encoders.Get().(*encoder)
	defer p.encoders.Put(z)
	p.packed = z.EncodeAll(p.plain.Bytes(), p.packed)
	p.plain.Reset()
	return nil
}

// serveManifest gives the signed manifest of one of the device's feeds.
func (h *Hub) serveManifest(w *reply, r *http.Request, who *caller) error {
	s, f, err := feedOf(r, who)
	if err != nil {
		return err
	}
	k, err := h.manifests.fresh(r.Context(), s, f)
	if err != nil {
		return err
	}
	if family, _ := f.Split(); family == record.Cases {
		h.audit.add(entry{Device: who.id, Role: string(who.device.Role), Action: "read", Object: "all of " + string(family), Result: "done"})
	}
	k.mu.Lock()
	sent, hash := k.sent, k.hash
	k.mu.Unlock()
	return w.sendHashed(http.StatusOK, "application/json", hash, sent)
}

// find gives a chunk of one of the feeds. One that was never cut here another node of
// the cluster may have named: the same records make the same chunk.
func (ms *manifests) find(ctx context.Context, hold holdings, name string) ([]byte, error) {
	for _, c := range cutsOf(hold) {
		if b := ms.of(c).chunk(name); b != nil {
			return b, nil
		}
	}
	if len(name) != hex.EncodedLen(sha256.Size) {
		return nil, notFound
	}
	for _, s := range hold.streams() {
		for _, f := range s.feeds() {
			k, err := ms.within(ctx, s, f, 0)
			if err != nil {
				return nil, err
			}
			if b := k.chunk(name); b != nil {
				return b, nil
			}
		}
	}
	return nil, notFound
}

// serveChunk gives chunks of the device's feeds, one behind the other, or a part
// of them.
func (h *Hub) serveChunk(w *reply, r *http.Request, who *caller) error {
	name := strings.TrimPrefix(r.URL.Path, protocol.PathChunk)
	names := strings.Split(name, ",")
	if len(names) > protocol.MaxChunks {
		return notFound
	}
	var bs [][]byte
	size := 0
	for _, n := range names {
		b, err := h.manifests.find(r.Context(), who.hold, n)
		if err != nil {
			return err
		}
		bs = append(bs, b)
		size += len(b)
	}
	head := w.Header()
	head.Set("Cache-Control", "private, max-age=31536000, immutable")
	head.Set("ETag", `"`+name+`"`)
	head.Set("Accept-Ranges", "bytes")
	if asked := r.Header.Get("Range"); asked != "" {
		from, to, ok := readRange(asked, size)
		if !ok {
			head.Set("Content-Range", "bytes */"+strconv.Itoa(size))
			return refusal(http.StatusRequestedRangeNotSatisfiable, protocol.CodeMalformed)
		}
		head.Set("Content-Range", "bytes "+strconv.Itoa(from)+"-"+strconv.Itoa(to-1)+"/"+strconv.Itoa(size))
		if len(bs) == 1 {
			return w.send(http.StatusPartialContent, "application/octet-stream", bs[0][from:to])
		}
		return w.sendHashed(http.StatusPartialContent, "application/octet-stream", "", cutOut(bs, from, to)...)
	}
	if len(bs) > 1 {
		name = "" // each has its own hash in the manifest; that of all would be work for nothing
	}
	return w.sendHashed(http.StatusOK, "application/octet-stream", name, bs...)
}

// cutOut gives the bytes from a place to another of pieces that lie one behind
// the other.
func cutOut(bs [][]byte, from, to int) (out [][]byte) {
	for _, b := range bs {
		if from < len(b) && to > 0 {
			out = append(out, b[max(from, 0):min(to, len(b))])
		}
		from, to = from-len(b), to-len(b)
	}
	return out
}

// readRange reads bytes=A-, bytes=A-B or bytes=-N; one range alone.
func readRange(s string, size int) (from, to int, ok bool) {
	s, ok = strings.CutPrefix(s, "bytes=")
	a, b, dash := strings.Cut(s, "-")
	if !ok || !dash || strings.Contains(s, ",") {
		return 0, 0, false
	}
	to = size
	var err1, err2 error
	switch {
	case a == "":
		var n int
		n, err1 = strconv.Atoi(b)
		from = max(size-n, 0)
	default:
		from, err1 = strconv.Atoi(a)
		if b != "" {
			to, err2 = strconv.Atoi(b)
			to = min(to+1, size)
		}
	}
	return from, to, err1 == nil && err2 == nil && from >= 0 && from < to
}

// sweep forgets chunks that nobody is named any more, and feeds of no device.
func (ms *manifests) sweep(live []cut) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	for c := range ms.by {
		if !slices.Contains(live, c) {
			delete(ms.by, c)
		}
	}
}
