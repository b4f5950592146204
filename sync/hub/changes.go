package hub

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// delta is what a device does not have yet, up to a position.
type delta struct {
	lines []protocol.Line
	next  uint64
}

// Bounds of one delta. A narrow feed may pass over much to find little, so what is
// looked at is bounded as well as what is found.
const (
	maxDeltaPlain = protocol.MaxDelta / 4
	maxLooked     = 20 * protocol.MaxDeltaRecords
	pageRecords   = 256 // read at once: a record may be large
)

// serveChanges gives everything after a position, and waits for news where there
// is none and wait asks for it.
func (h *Hub) serveChanges(w *reply, r *http.Request, who *caller) error {
	q, err := readChanges(r.URL.Query())
	if err != nil {
		return err
	}
	if q.feeds != "" && q.feeds != protocol.FeedsPrint(feedsOf(who.hold)) {
		return refusal(http.StatusConflict, protocol.CodeFeeds)
	}
	head := h.tide.now()
	if q.after.Epoch != head.Epoch {
		return refusal(http.StatusConflict, protocol.CodeEpoch)
	}
	floor := h.floor.Load() // not asked of the log: a poll that finds nothing must cost nothing
	if q.after.Seq < floor {
		return refusal(http.StatusGone, protocol.CodeFloor)
	}
	h.seen.mark(who.id, h.now(), q.after.Seq)
	if q.after.Seq > head.Seq { // another node of the cluster was ahead of this one
		ctx, cancel := context.WithTimeout(r.Context(), abreastWait)
		defer cancel()
		if err := h.tide.reach(ctx, q.after.Seq); err != nil {
			return &refuse{status: http.StatusServiceUnavailable, body: protocol.Refusal{Code: protocol.CodeLater}, after: time.Second}
		}
	}
	d, err := h.newsFor(w, r, who, q)
	if err != nil {
		return err
	}
	t := &protocol.Trailer{Next: record.Position{Epoch: head.Epoch, Seq: d.next}, Head: h.tide.now().Seq,
		Floor: floor, Durable: h.durable(head.Epoch), Time: h.now()}
	if d.next == t.Head {
		if t.Roots, err = h.rootsAt(r.Context(), who, t.Next); err != nil {
			return err
		}
	}
	return w.lines(append(d.lines, protocol.Line{Trailer: t}))
}

type changesQuery struct {
	after record.Position
	upto  uint64
	limit int
	wait  time.Duration
	feeds string
}

func readChanges(v url.Values) (q changesQuery, err error) {
	if q.after, err = protocol.ParsePosition(v.Get("after")); err != nil {
		return q, malformed("after")
	}
	q.upto, q.limit, q.feeds = ^uint64(0), protocol.MaxDeltaRecords, v.Get("feeds")
	if s := v.Get("upto"); s != "" {
		if q.upto, err = strconv.ParseUint(s, 10, 64); err != nil {
			return q, malformed("upto")
		}
	}
	if s := v.Get("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return q, malformed("limit")
		}
		q.limit = min(n, protocol.MaxDeltaRecords)
	}
	if s := v.Get("wait"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return q, malformed("wait")
		}
		q.wait = min(time.Duration(n)*time.Second, protocol.LongPoll)
	}
	return q, nil
}

// newsFor reads the delta; while it holds nothing for this device it waits.
func (h *Hub) newsFor(w *reply, r *http.Request, who *caller, q changesQuery) (d delta, err error) {
	ctx, cancel := context.WithTimeout(r.Context(), q.wait)
	defer cancel()
	defer context.AfterFunc(h.waking, cancel)()
	for after := q.after.Seq; ; after = d.next {
		if d, err = h.read(r.Context(), who, after, min(q.upto, h.tide.now().Seq), q.limit); err != nil {
			return d, err
		}
		if len(d.lines) > 0 || d.next >= q.upto {
			return d, nil
		}
		if d.next < h.tide.now().Seq { // it was looked at in part only, or more came meanwhile
			if ctx.Err() != nil {
				return d, nil
			}
			continue
		}
		if q.wait == 0 {
			return d, nil
		}
		if err := h.waitAbove(ctx, w, d.next); err != nil { // time is up, or the hub stops: nothing new is an answer
			return d, r.Context().Err()
		}
	}
}

// waitAbove waits for news; the time is not the answer's.
func (h *Hub) waitAbove(ctx context.Context, w *reply, seq uint64) error {
	h.metrics.waiting.Inc()
	defer h.metrics.waiting.Dec()
	start := time.Now()
	err := h.tide.above(ctx, seq)
	w.waited += time.Since(start)
	return err
}

// read gives what changed for a device after a position, in order, at most limit
// lines, and not past upto.
func (h *Hub) read(ctx context.Context, who *caller, after, upto uint64, limit int) (d delta, err error) {
	feeds := feedsOf(who.hold)
	d.next = max(after, upto)
	size := 0
	for _, s := range who.hold.streams() {
		var looked int
		for at := after; at < d.next && looked < maxLooked; {
			rs, err := s.after(ctx, h.store, at, min(limit, pageRecords))
			if err != nil {
				return d, err
			}
			if len(rs) == 0 {
				break
			}
			looked += len(rs)
			at = rs[len(rs)-1].Seq
			for _, r := range rs {
				if r.Seq > d.next {
					break
				}
				if l, ok := lineFor(feeds, r); ok {
					d.lines = append(d.lines, l)
					size += len(r.Body)
				}
			}
			if len(d.lines) >= 2*limit || size > maxDeltaPlain || looked >= maxLooked {
				d.next = min(d.next, at) // what comes behind is for the next delta
				break
			}
		}
	}
	d.trim(limit)
	return d, nil
}

// trim brings the lines of all streams into one order, and cuts what is past next
// or past the limit.
func (d *delta) trim(limit int) {
	slices.SortStableFunc(d.lines, func(a, b protocol.Line) int { return cmp.Compare(seqOf(a), seqOf(b)) })
	size := 0
	for i, l := range d.lines {
		if seqOf(l) > d.next {
			d.lines = d.lines[:i]
			return
		}
		if l.Record != nil {
			size += len(l.Record.Body) + 200
		}
		if i >= limit || size > maxDeltaPlain && i > 0 {
			d.lines, d.next = d.lines[:i], seqOf(d.lines[i-1])
			return
		}
	}
}

func seqOf(l protocol.Line) uint64 {
	if l.Record != nil {
		return l.Record.Seq
	}
	return l.Leave.Seq
}

// lineFor says how a device learns of a record: as it is, as a tombstone, as a
// leave, or not at all.
func lineFor(feeds []record.Feed, r record.Record) (protocol.Line, bool) {
	was := record.Carries(feeds, r.Kind, r.Left)
	is := record.Carries(feeds, r.Kind, r.In)
	switch {
	case r.Deleted && (is || was):
		gone := outgoing(r)
		gone.Body = nil
		return protocol.Line{Record: &gone}, true
	case !r.Deleted && is:
		out := outgoing(r)
		for _, f := range feeds {
			if f.Own() && f.Has(r.Kind, r.In) {
				out = f.Given(out)
			}
		}
		return protocol.Line{Record: &out}, true
	case !r.Deleted && was:
		return protocol.Line{Leave: &protocol.Leave{Kind: r.Kind, ID: r.ID, Seq: r.Seq}}, true
	}
	return protocol.Line{}, false
}

// rootsAt gives the digest of each feed where all stand at one position, else none.
func (h *Hub) rootsAt(ctx context.Context, who *caller, at record.Position) (map[record.Feed]record.Digest, error) {
	roots := map[record.Feed]record.Digest{}
	for _, s := range who.hold.streams() {
		for _, f := range s.feeds() {
			ds, pos, err := s.digests(ctx, h.store, f)
			if err != nil {
				return nil, err
			}
			if pos != at {
				return nil, nil
			}
			roots[f] = ds.Root()
		}
	}
	return roots, nil
}

// feedOf reads the feed that a request names: one of the device's own, or it is
// not there.
func feedOf(r *http.Request, who *caller) (stream, record.Feed, error) {
	f := record.Feed(r.URL.Query().Get("feed"))
	s := streamOf(who.hold, f)
	if s == nil {
		return nil, "", notFound
	}
	return s, f, nil
}

// serveDigest gives every fine bucket of a feed.
func (h *Hub) serveDigest(w *reply, r *http.Request, who *caller) error {
	s, f, err := feedOf(r, who)
	if err != nil {
		return err
	}
	ds, pos, err := s.digests(r.Context(), h.store, f)
	if err != nil {
		return err
	}
	return w.json(http.StatusOK, protocol.DigestReply{Feed: f, Position: pos, Buckets: ds[:]})
}

var errTooBig = errors.New("hub: a bucket is larger than a reply may be")

// serveBucket gives the records of one bucket as they are now.
func (h *Hub) serveBucket(w *reply, r *http.Request, who *caller) error {
	s, f, err := feedOf(r, who)
	if err != nil {
		return err
	}
	n, err1 := strconv.Atoi(r.URL.Query().Get("n"))
	i, err2 := strconv.Atoi(r.URL.Query().Get("i"))
	if err1 != nil || err2 != nil || n != 16 && n != 64 && n != record.Buckets || i < 0 || i >= n {
		return malformed("i")
	}
	pos := h.tide.now()
	var lines []protocol.Line
	size := 0
	err = s.each(r.Context(), h.store, f, func(rec record.Record) error {
		if record.Coarse(record.Bucket(rec.ID), n) != i {
			return nil
		}
		if size += len(rec.Body) + 200; size > protocol.MaxDelta {
			return errTooBig
		}
		lines = append(lines, protocol.Line{Record: &rec})
		return nil
	})
	if err != nil {
		return err
	}
	t := &protocol.Trailer{Next: pos, Head: pos.Seq, Floor: h.floor.Load(), Durable: h.durable(pos.Epoch), Time: h.now()}
	return w.lines(append(lines, protocol.Line{Trailer: t}))
}

// lines sends lines of JSON, compressed.
func (w *reply) lines(ls []protocol.Line) error {
	var out bytes.Buffer
	z := w.encoders.Get().(*encoder)
	defer w.encoders.Put(z)
	z.Reset(&out)
	for i := range ls {
		b, err := json.Marshal(&ls[i], json.Deterministic(true))
		if err == nil {
			_, err = z.Write(append(b, '\n'))
		}
		if err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	return w.send(http.StatusOK, "application/zstd", out.Bytes())
}
