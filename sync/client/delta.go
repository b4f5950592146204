package client

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// rounds is how often one round begins again because feeds, epoch or floor
// moved under it.
const rounds = 4

// emptyDeltas is how many deltas may pass over what is not for this machine
// before it stops believing in an end.
const emptyDeltas = 200

// catchUp fetches until this machine stands at the hub's head.
func (c *Client) catchUp(ctx context.Context, progress func(Progress)) error {
	if err := hold(ctx, c.pulling); err != nil {
		return err
	}
	defer release(c.pulling)
	return c.again(func() error {
		if err := c.follow(ctx, progress, c.settle); err != nil {
			return err
		}
		return c.cardKeys(ctx)
	})
}

// again does a round anew where the hub moved under it.
func (c *Client) again(round func() error) error {
	for range rounds {
		if err := round(); !errors.Is(err, errMoved) {
			return err
		}
	}
	return problem(HubFault, "feeds or epoch changed in each of %d rounds", rounds)
}

// follow arrives where that is needed, and plays deltas up to the head. settle is
// called with each trailer.
func (c *Client) follow(ctx context.Context, progress func(Progress), settle func(context.Context, *session, *protocol.Trailer) error) error {
	s, err := c.session(ctx)
	if err != nil {
		return err
	}
	pos, err := c.store.Position()
	if err != nil {
		return err
	}
	feeds, err := c.store.Feeds()
	if err != nil {
		return err
	}
	if pos.Epoch != s.Position.Epoch || pos.Seq < s.Floor || !sameFeeds(feeds, s.Feeds) {
		if err := c.arrive(ctx, s, progress); err != nil {
			return err
		}
	}
	p := Progress{Stage: "changes"}
	for empty := 0; empty < emptyDeltas; empty++ {
		ch, err := c.delta(ctx, s, deltaAsk{})
		if err != nil {
			return err
		}
		if n := ch.size(); n > 0 {
			p.Done += n
			progress(p)
			empty = 0
		}
		if err := settle(ctx, s, &ch.trailer); err != nil {
			return err
		}
		if ch.trailer.Next.Seq == ch.trailer.Head {
			return nil
		}
	}
	return problem(HubFault, "%d deltas that bring nothing and do not end", emptyDeltas)
}

func sameFeeds(a, b []record.Feed) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// deltaAsk says which delta: with wait the long poll, with upto no further than
// that sequence.
type deltaAsk struct {
	wait bool
	soon bool // the wait is short: see keySoon
	upto uint64
}

// delta fetches what comes after this machine's position and plays it. It gives
// what came. The place to pull must be held, but for the long poll, which takes
// it when the answer is here and gives nil where the store moved on meanwhile.
func (c *Client) delta(ctx context.Context, s *session, d deltaAsk) (*change, error) {
	after, err := c.store.Position()
	if err != nil {
		return nil, err
	}
	q := url.Values{"after": {protocol.FormatPosition(after)}, "feeds": {protocol.FeedsPrint(s.Feeds)},
		"limit": {strconv.Itoa(protocol.MaxDeltaRecords)}}
	if d.wait && d.soon {
		q.Set("wait", strconv.Itoa(int(keyWait/time.Second)))
	} else if d.wait {
		q.Set("wait", strconv.Itoa(int(protocol.LongPoll/time.Second)))
	}
	if d.upto > 0 {
		q.Set("upto", strconv.FormatUint(d.upto, 10))
	}
	got, _, err := c.call(ctx, &ask{method: http.MethodGet, path: protocol.PathChanges, query: q, most: protocol.MaxDelta, once: d.wait})
	if is(err, protocol.CodeFloor) { // the next session says where it is now
		c.drop(s)
		return nil, errMoved
	}
	if err != nil {
		return nil, meant(err)
	}
	plain, err := c.unpack(got.body, 8*len(got.body))
	if err != nil {
		return nil, err
	}
	ch, err := changes(plain)
	if err != nil {
		return nil, err
	}
	if err := ch.sound(after, s.Feeds); err != nil {
		return nil, err
	}
	if !d.wait {
		return ch, c.play(ctx, ch)
	}
	if err := hold(ctx, c.pulling); err != nil {
		return nil, err
	}
	defer release(c.pulling)
	if now, err := c.store.Position(); err != nil || now != after {
		return nil, err
	}
	if err := c.play(ctx, ch); err != nil {
		return nil, err
	}
	return ch, c.settle(ctx, s, &ch.trailer)
}

// sound looks at a whole delta before any of it is played: it must lead on from
// where this machine is, hold only what it may have, and end somewhere.
func (ch *change) sound(after record.Position, feeds []record.Feed) error {
	t := &ch.trailer
	n := ch.size()
	switch {
	case t.Next.Epoch != after.Epoch:
		return hostile("a delta of epoch %d after one of %d", t.Next.Epoch, after.Epoch)
	case t.Next.Seq < after.Seq || t.Next.Seq > t.Head || t.Durable > t.Head || t.Floor > t.Head:
		return hostile("a delta from %d to %d of %d", after.Seq, t.Next.Seq, t.Head)
	case t.Next.Seq == after.Seq && (n > 0 || t.Head > t.Next.Seq):
		return hostile("a delta that leads nowhere")
	}
	for i := range ch.records {
		r := &ch.records[i]
		if err := belongs(r, feeds); err != nil {
			return err
		}
		if r.Seq <= after.Seq || r.Seq > t.Next.Seq {
			return hostile("%s %s at %d in a delta from %d to %d", r.Kind, r.ID, r.Seq, after.Seq, t.Next.Seq)
		}
	}
	for _, l := range ch.leaves {
		if l.Kind == "" || l.ID == "" || l.Seq <= after.Seq || l.Seq > t.Next.Seq {
			return hostile("a leave at %d in a delta from %d to %d", l.Seq, after.Seq, t.Next.Seq)
		}
	}
	for f := range t.Roots {
		if !slices.Contains(feeds, f) {
			return hostile("the root of %s", f)
		}
	}
	return nil
}

func (c *Client) play(ctx context.Context, ch *change) error {
	d := localdb.Delta{Records: ch.records, To: ch.trailer.Next}
	for _, l := range ch.leaves {
		d.Leaves = append(d.Leaves, localdb.Leave{Kind: l.Kind, ID: l.ID, Seq: l.Seq})
	}
	err := c.store.Play(ctx, d)
	if errors.Is(err, localdb.ErrEpoch) {
		return errMoved
	}
	return err
}

// verifiedEvery is how often it is written down that this machine was proved to
// hold what the hub holds, which every delta to the head does.
const verifiedEvery = 10 * time.Minute

// settle does what a trailer says besides the records: what a backup has need
// not be kept, and the roots prove that both hold the same.
func (c *Client) settle(ctx context.Context, s *session, t *protocol.Trailer) error {
	if t.Durable > 0 {
		if err := c.store.Release(record.Position{Epoch: t.Next.Epoch, Seq: t.Durable}); err != nil {
			return err
		}
	}
	proved, err := c.proved(ctx, s, t)
	if err != nil {
		return err
	}
	if t.Next.Seq != t.Head {
		return nil
	}
	if err := c.renew(s.Lease, false); err != nil {
		return err
	}
	return c.note(func(k *localdb.Contact) {
		k.LastSync = c.o.Now().UTC()
		if proved && k.LastSync.Sub(k.Verified).Abs() > verifiedEvery {
			k.Verified = k.LastSync
		}
	})
}
