package client

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/frugal"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// schema is the version of records that this program reads; a hub that sends
// newer ones has moved on.
const schema = 1

// arrive makes this machine hold what the hub holds, from wherever it is: a
// first sync, another epoch, other feeds, a position below the floor. It fetches
// only the buckets that differ, so one that was cut off goes on where it was.
func (c *Client) arrive(ctx context.Context, s *session, progress func(Progress)) error {
	var manifests []*protocol.Manifest
	for _, f := range s.Feeds {
		m, err := c.manifest(ctx, f)
		if err != nil {
			return err
		}
		if m.Position.Epoch != s.Position.Epoch {
			c.drop(s)
			return errMoved
		}
		manifests = append(manifests, m)
	}
	before, err := c.store.Position()
	if err != nil {
		return err
	}
	to := s.Position
	var wants []want
	p := Progress{Stage: "arrive"}
	for _, m := range manifests {
		to.Seq = min(to.Seq, m.Position.Seq)
		own, _, err := c.store.Digests(ctx, m.Feed)
		if err != nil {
			return err
		}
		for i := range m.Buckets {
			b := &m.Buckets[i]
			if own.Of(i, len(m.Buckets)) == b.Digest && (b.Count == 0 || !placed(before, m)) {
				continue
			}
			wants = append(wants, want{m, i})
			p.Total += b.Count
			p.Size += int64(b.Size)
		}
	}
	progress(p)
	if p.Size > muchToFetch {
		defer frugal.Hold()()
	}
	if err := c.fetchAll(ctx, bundle(wants, s.Chunks), &p, progress); err != nil {
		return err
	}
	return c.store.Arrive(ctx, to, s.Feeds)
}

// muchToFetch, in packed bytes, is from when on fetching is held to little memory:
// 50,000 communities, about. Below it there is room enough, and collecting garbage
// all the time would cost a first sync of 20,000 a quarter of its time.
const muchToFetch = 16 << 20

// placed says that what is the same may stand at another place of the log, where
// that matters: digests leave sequences out. Events of one day count in the order
// of the log, and one that a restored hub was given back has another place than it had.
func placed(before record.Position, m *protocol.Manifest) bool {
	family, _ := m.Feed.Split()
	return family == record.Cases && before.Epoch != 0 && before.Epoch != m.Position.Epoch
}

// want is a bucket that differs, or stands elsewhere in the log.
type want struct {
	m *protocol.Manifest
	i int
}

// chunksAtOnce is how many chunks are under way together: enough to hide the
// time of a line, few enough not to fill it.
const chunksAtOnce = 3

// bundleSize is how many bytes one request fetches, about: enough that the hub
// has few requests to answer, few enough that an interruption costs little.
const bundleSize = 1 << 20

// bundle puts together what one request fetches: at most chunks of one manifest.
func bundle(wants []want, chunks int) (out [][]want) {
	chunks = min(max(chunks, 1), protocol.MaxChunks)
	size := 0
	for _, w := range wants {
		n := len(out) - 1
		next := w.m.Buckets[w.i].Size
		if n < 0 || len(out[n]) >= chunks || size+next > bundleSize || out[n][0].m != w.m {
			out, size = append(out, nil), 0
			n++
		}
		out[n] = append(out[n], w)
		size += next
	}
	return out
}

// fetchAll fetches buckets and fills the store with them, each as it comes.
func (c *Client) fetchAll(ctx context.Context, wants [][]want, p *Progress, progress func(Progress)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		todo = make(chan []want)
	)
	filled := func(w want) {
		mu.Lock()
		defer mu.Unlock()
		p.Done += w.m.Buckets[w.i].Count
		p.Bytes += int64(w.m.Buckets[w.i].Size)
		progress(*p)
	}
	for range min(chunksAtOnce, len(wants)) {
		wg.Go(func() {
			for ws := range todo {
				if err := c.fillThese(ctx, ws, filled); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
give:
	for _, w := range wants {
		select {
		case todo <- w:
		case <-ctx.Done():
			break give
		}
	}
	close(todo)
	wg.Wait()
	return context.Cause(ctx)
}

// fillThese makes buckets of one manifest here what they are at the hub, and
// tells of each.
func (c *Client) fillThese(ctx context.Context, ws []want, filled func(want)) error {
	var bs []*protocol.Bucket
	for _, w := range ws {
		if b := &w.m.Buckets[w.i]; b.Count > 0 {
			bs = append(bs, b)
		}
	}
	var packed []byte
	if len(bs) > 0 {
		var err error
		if packed, err = c.chunks(ctx, bs); err != nil {
			return err
		}
	}
	for _, w := range ws {
		n := 0
		if b := &w.m.Buckets[w.i]; b.Count > 0 {
			n = b.Size
		}
		if err := c.fill(ctx, w, packed[:n]); err != nil {
			return err
		}
		packed = packed[n:]
		filled(w)
	}
	return nil
}

// fill makes one bucket here what it is at the hub, of its chunk.
func (c *Client) fill(ctx context.Context, w want, packed []byte) error {
	b := &w.m.Buckets[w.i]
	f := localdb.Filled{Feed: w.m.Feed, N: len(w.m.Buckets), I: w.i, Epoch: w.m.Position.Epoch, Seq: w.m.Position.Seq}
	if b.Count > 0 {
		plain, err := c.unpack(packed, b.Plain)
		if err != nil {
			return err
		}
		if f.Records, err = records(plain); err != nil {
			return err
		}
	}
	if err := wholeBucket(&f, b.Digest); err != nil {
		return err
	}
	return c.store.Fill(ctx, f)
}

// wholeBucket holds the records of a bucket against its digest, and each against
// where it should be. Its sequence may be above the manifest's: what changed while
// the hub read comes again in a delta.
func wholeBucket(f *localdb.Filled, want record.Digest) error {
	var sum record.Digest
	for i := range f.Records {
		r := &f.Records[i]
		if err := belongs(r, []record.Feed{f.Feed}); err != nil {
			return err
		}
		if r.Deleted || record.Coarse(record.Bucket(r.ID), f.N) != f.I {
			return hostile("%s %s does not belong into bucket %d of %d", r.Kind, r.ID, f.I, f.N)
		}
		sum = sum.Add(record.Sum(r))
	}
	if sum != want {
		return hostile("bucket %d of %s is not what its digest says", f.I, f.Feed)
	}
	return nil
}

// manifest fetches a feed's manifest and looks at all of it before anything of
// it is used.
func (c *Client) manifest(ctx context.Context, f record.Feed) (*protocol.Manifest, error) {
	got, _, err := c.call(ctx, &ask{method: http.MethodGet, path: protocol.PathManifest,
		query: url.Values{"feed": {string(f)}}, most: protocol.MaxReply})
	if err != nil {
		return nil, meant(err)
	}
	m, err := decode[protocol.Manifest](got, "manifest")
	if err != nil {
		return nil, err
	}
	text, err := m.Text()
	if err != nil {
		return nil, err
	}
	if err := protocol.Verify(c.id.key, text, m.Signature); err != nil {
		return nil, hostile("manifest of %s: %w", f, err)
	}
	if m.Schema > schema {
		return nil, problem(Version, "records of version %d", m.Schema)
	}
	if m.Feed != f || m.Position.Epoch == 0 || !slices.Contains([]int{16, 64, record.Buckets}, len(m.Buckets)) {
		return nil, hostile("a manifest of %q that makes no sense", m.Feed)
	}
	var root record.Digest
	for i := range m.Buckets {
		b := &m.Buckets[i]
		if b.Count < 0 || uint64(b.Count) != b.Digest.Count || b.Plain < 0 || b.Plain > protocol.MaxChunk ||
			b.Size < 0 || b.Size > protocol.MaxChunk || b.Count > 0 && !isSHA256(b.SHA256) {
			return nil, hostile("bucket %d of the manifest of %s makes no sense", i, f)
		}
		root = root.Add(b.Digest)
	}
	if root != m.Root {
		return nil, hostile("the manifest of %s does not add up", f)
	}
	return m, nil
}

func isSHA256(s string) bool {
	if len(s) != 64 {
		return false
	}
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'a' || r > 'f') {
			return false
		}
	}
	return true
}

// errChunk says that a chunk is not the one of the signed manifest.
var errChunk = errors.New("its size or hash is not that of the signed manifest")

// chunks fetches chunks, one behind the other. What came before a line broke is kept and the rest
// asked for, so that a slow line that breaks often gets there in the end. They are
// good where sizes and hashes are those of the manifest, and nowhere else.
func (c *Client) chunks(ctx context.Context, bs []*protocol.Bucket) ([]byte, error) {
	var names []string
	a := &ask{method: http.MethodGet, unhashed: true, resume: true}
	for _, b := range bs {
		names = append(names, b.SHA256)
		a.most += int64(b.Size)
	}
	a.path = protocol.PathChunk + strings.Join(names, ",")
	for n := 1; ; n++ {
		had := len(a.part)
		got, _, err := c.call(ctx, a)
		switch {
		case err == nil && areChunks(got.body, bs):
			return got.body, nil
		case err == nil:
			a.part, err = nil, &Error{Problem: Damaged, Err: errChunk}
		case is(err, protocol.CodeNotFound): // the hub has made another manifest meanwhile
			return nil, errMoved
		case ProblemOf(err) != Offline:
			return nil, meant(err)
		case len(a.part) > had:
			n = 0
		}
		if n >= tries {
			return nil, err
		}
	}
}

// areChunks holds bytes against the sizes and hashes of a signed manifest.
func areChunks(body []byte, bs []*protocol.Bucket) bool {
	for _, b := range bs {
		if len(body) < b.Size || !isHash(body[:b.Size], b.SHA256) {
			return false
		}
		body = body[b.Size:]
	}
	return len(body) == 0
}
