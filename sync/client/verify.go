package client

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// Report is what a comparison with the hub found.
type Report struct {
	OK       bool            `json:"ok"`
	Position record.Position `json:"position"`
	Feeds    []FeedReport    `json:"feeds"`
	Repaired int             `json:"repaired"` // buckets
}

// FeedReport is one feed of a Report.
type FeedReport struct {
	Feed    record.Feed `json:"feed"`
	Records uint64      `json:"records"` // here
	Hub     uint64      `json:"hub"`
	Differs int         `json:"differs"` // buckets of 256, after a repair if there was one
}

// Repairs of what should never differ: more than three an hour are no repairs
// but a fault somewhere, and a loop of downloads (findings/sync §1.3 point 9).
const (
	repairsAnHour = 3
	manyBuckets   = 16 // from here on static chunks are cheaper for the hub
	looks         = 3
)

// proved holds the roots of a trailer against what is here, and repairs what
// differs. It says whether every feed was proved.
func (c *Client) proved(ctx context.Context, s *session, t *protocol.Trailer) (bool, error) {
	if t.Next.Seq != t.Head {
		return false, nil
	}
	var differ []record.Feed
	for _, f := range slices.Sorted(maps.Keys(t.Roots)) {
		own, at, err := c.store.Digests(ctx, f)
		if err != nil {
			return false, err
		}
		if at == t.Next && own.Root() != t.Roots[f] {
			differ = append(differ, f)
		}
	}
	if len(differ) == 0 {
		return len(t.Roots) == len(s.Feeds), nil
	}
	c.o.Log.Warn("this store does not hold what the hub holds", "feeds", differ, "position", t.Next)
	if !c.mayRepair() {
		return false, problem(Differs, "feeds %v", differ)
	}
	for _, f := range differ {
		if _, err := c.repair(ctx, s, f); err != nil {
			return false, err
		}
	}
	return len(t.Roots) == len(s.Feeds), nil
}

// mayRepair counts repairs; time here is that of a timer, not of a clock.
func (c *Client) mayRepair() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Since(c.began)
	c.repairs = slices.DeleteFunc(c.repairs, func(d time.Duration) bool { return now-d > time.Hour })
	if len(c.repairs) >= repairsAnHour {
		return false
	}
	c.repairs = append(c.repairs, now)
	return true
}

// repair makes a feed here what it is at the hub, bucket by bucket. It gives how
// many differed. Errors: *Error with Differs where they still do.
func (c *Client) repair(ctx context.Context, s *session, f record.Feed) (int, error) {
	repaired := 0
	for range looks {
		l, err := c.compare(ctx, s, f)
		if err != nil {
			return repaired, err
		}
		if len(l.differ) == 0 {
			return repaired, nil
		}
		if len(l.differ) > manyBuckets {
			err = c.arrive(ctx, s, func(Progress) {})
		} else {
			for _, i := range l.differ {
				if err = c.fetchBucket(ctx, f, i); err != nil {
					break
				}
			}
		}
		if err != nil {
			return repaired, err
		}
		repaired += len(l.differ)
		c.o.Log.Warn("buckets fetched again", "feed", f, "buckets", l.differ)
	}
	l, err := c.compare(ctx, s, f)
	if err == nil && len(l.differ) > 0 {
		err = problem(Differs, "feed %s, buckets %v", f, l.differ)
	}
	return repaired, err
}

// look is what a comparison of one feed showed.
type look struct {
	at       record.Position
	own, hub uint64
	differ   []int
}

// compare holds every fine bucket against the hub's, at one and the same
// position. A record that changes just then can make a bucket differ that does
// not: one that differs is looked at again.
func (c *Client) compare(ctx context.Context, s *session, f record.Feed) (look, error) {
	var seen look
	for n := range looks {
		l, err := c.compareOnce(ctx, s, f)
		if err != nil {
			return l, err
		}
		if n > 0 {
			l.differ = slices.DeleteFunc(l.differ, func(i int) bool { return !slices.Contains(seen.differ, i) })
		}
		if seen = l; len(l.differ) == 0 {
			break
		}
	}
	return seen, nil
}

func (c *Client) compareOnce(ctx context.Context, s *session, f record.Feed) (look, error) {
	for range looks {
		d, err := c.digest(ctx, s, f)
		if err != nil {
			return look{}, err
		}
		if err := c.upTo(ctx, s, d.Position.Seq); err != nil {
			return look{}, err
		}
		own, at, err := c.store.Digests(ctx, f)
		if err != nil {
			return look{}, err
		}
		if at != d.Position {
			continue
		}
		l := look{at: at, own: own.Root().Count}
		for i, theirs := range d.Buckets {
			l.hub += theirs.Count
			if own[i] != theirs {
				l.differ = append(l.differ, i)
			}
		}
		return l, nil
	}
	return look{}, problem(HubFault, "the hub's digest of %s is not of a position that can be reached", f)
}

// upTo plays what comes up to a sequence, and no further.
func (c *Client) upTo(ctx context.Context, s *session, seq uint64) error {
	for {
		at, err := c.store.Position()
		if err != nil || at.Seq >= seq {
			return err
		}
		ch, err := c.delta(ctx, s, deltaAsk{upto: seq})
		if err != nil {
			return err
		}
		if ch.trailer.Next.Seq > seq {
			return hostile("a delta up to %d that leads to %d", seq, ch.trailer.Next.Seq)
		}
	}
}

func (c *Client) digest(ctx context.Context, s *session, f record.Feed) (*protocol.DigestReply, error) {
	got, _, err := c.call(ctx, &ask{method: http.MethodGet, path: protocol.PathDigest,
		query: url.Values{"feed": {string(f)}}, most: protocol.MaxReply})
	if err != nil {
		return nil, meant(err)
	}
	d, err := decode[protocol.DigestReply](got, "digest")
	if err != nil {
		return nil, err
	}
	if d.Feed != f || len(d.Buckets) != record.Buckets {
		return nil, hostile("a digest of %q with %d buckets", d.Feed, len(d.Buckets))
	}
	if d.Position.Epoch != s.Position.Epoch {
		c.drop(s)
		return nil, errMoved
	}
	return d, nil
}

// fetchBucket makes one fine bucket here what it is at the hub now.
func (c *Client) fetchBucket(ctx context.Context, f record.Feed, i int) error {
	got, _, err := c.call(ctx, &ask{method: http.MethodGet, path: protocol.PathBucket, most: protocol.MaxDelta,
		query: url.Values{"feed": {string(f)}, "n": {strconv.Itoa(record.Buckets)}, "i": {strconv.Itoa(i)}}})
	if err != nil {
		return meant(err)
	}
	plain, err := c.unpack(got.body, 8*len(got.body))
	if err != nil {
		return err
	}
	ch, err := changes(plain)
	if err != nil {
		return err
	}
	at, err := c.store.Position()
	if err != nil {
		return err
	}
	if ch.trailer.Next.Epoch != at.Epoch || len(ch.leaves) > 0 {
		return hostile("a bucket of epoch %d with %d leaves", ch.trailer.Next.Epoch, len(ch.leaves))
	}
	fill := localdb.Filled{Feed: f, N: record.Buckets, I: i, Epoch: at.Epoch, Seq: ch.trailer.Next.Seq, Records: ch.records}
	var sum record.Digest
	for j := range ch.records {
		sum = sum.Add(record.Sum(&ch.records[j]))
	}
	if err := wholeBucket(&fill, sum); err != nil {
		return err
	}
	return c.store.Fill(ctx, fill)
}

// Verify fetches what is new and then holds everything here against the hub's
// digests, at one position. With repair, what differs is fetched again. The
// error is nil where Verify could do its work, whatever it found.
func (c *Client) Verify(ctx context.Context, repair bool, progress func(Progress)) (Report, error) {
	if progress == nil {
		progress = func(Progress) {}
	}
	if err := hold(ctx, c.pulling); err != nil {
		return Report{}, err
	}
	defer release(c.pulling)
	var r Report
	err := c.again(func() (err error) {
		r, err = c.verify(ctx, repair, progress)
		return err
	})
	if err == nil && r.OK {
		err = c.note(func(k *localdb.Contact) { k.Verified = c.o.Now().UTC() })
	}
	if terr := c.tell(pull, ProblemOf(err), time.Time{}); err == nil {
		err = terr
	}
	return r, c.end(ctx, err)
}

func (c *Client) verify(ctx context.Context, repair bool, progress func(Progress)) (Report, error) {
	unproved := func(context.Context, *session, *protocol.Trailer) error { return nil }
	if err := c.follow(ctx, progress, unproved); err != nil {
		return Report{}, err
	}
	s, err := c.session(ctx)
	if err != nil {
		return Report{}, err
	}
	r := Report{OK: true}
	for i, f := range s.Feeds {
		progress(Progress{Stage: "verify", Done: i, Total: len(s.Feeds)})
		l, err := c.compare(ctx, s, f)
		if err != nil {
			return r, err
		}
		if len(l.differ) > 0 && repair {
			n, err := c.repair(ctx, s, f)
			r.Repaired += n
			if err != nil && ProblemOf(err) != Differs {
				return r, err
			}
			if l, err = c.compare(ctx, s, f); err != nil {
				return r, err
			}
		}
		r.OK = r.OK && len(l.differ) == 0
		r.Position = l.at
		r.Feeds = append(r.Feeds, FeedReport{Feed: f, Records: l.own, Hub: l.hub, Differs: len(l.differ)})
	}
	return r, nil
}
