package client

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// keyRounds bounds how often keys go to and fro in one go.
const keyRounds = 40

// cardKeys brings the hub the keys of contact cards that it has not, and fetches
// those that this machine lacks. With each new session it asks once even where
// there is nothing to bring or fetch: a hub that came back from a backup has none.
func (c *Client) cardKeys(ctx context.Context) error {
	if err := hold(ctx, c.keying); err != nil {
		return err
	}
	defer release(c.keying)
	s, err := c.session(ctx)
	if err != nil {
		return err
	}
	if c.wire.version.Load() < 2 || s.Role != protocol.Desk && s.Role != protocol.Guide {
		return nil
	}
	tried := map[string]bool{} // what the hub says nothing of is not asked for twice in one go
	for range keyRounds {
		q, put, err := c.keysToMove(tried)
		if err != nil {
			return err
		}
		c.mu.Lock()
		asked := c.keyed == s.n
		c.mu.Unlock()
		if len(q.Put)+len(q.Want) == 0 && asked {
			return nil
		}
		r, err := c.moveKeys(ctx, q)
		if err != nil {
			return err
		}
		c.mu.Lock()
		c.keyed = s.n
		c.mu.Unlock()
		if err := c.settleKeys(r, put); err != nil {
			return err
		}
	}
	return nil
}

// A key comes to the hub a moment after its card, and no news tells of it: for a
// while after a card came without its key, polls are short.
const (
	keyWait  = 2 * time.Second
	keyWhile = time.Minute
)

// keySoon says whether a key is likely to come any moment.
func (c *Client) keySoon() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.keyless && time.Since(c.carded) < keyWhile
}

// wantsKeys says whether a poll makes it worth looking for keys: there are cards in
// it, or one waits for its key, which comes a moment after its card.
func (c *Client) wantsKeys(s *session, ch *change) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ch != nil && slices.ContainsFunc(ch.records, func(r record.Record) bool { return r.Kind == record.Card }) {
		c.carded = time.Now()
		return true
	}
	return c.keyed != s.n || c.keyless
}

// keysToMove gives what one request carries, and the ids of what it puts.
func (c *Client) keysToMove(tried map[string]bool) (q protocol.CardKeys, put []string, err error) {
	keys, err := c.store.CardKeysToSend()
	if err != nil {
		return q, nil, err
	}
	for _, k := range keys {
		if len(q.Put) < protocol.MaxCardKeys && !tried["put "+k.ID] {
			tried["put "+k.ID] = true
			q.Put = append(q.Put, protocol.CardKey{ID: k.ID, Key: k.Key})
			put = append(put, k.ID)
		}
	}
	wanted, err := c.store.CardKeysWanted()
	if err != nil {
		return q, nil, err
	}
	c.mu.Lock()
	c.keyless = len(wanted) > 0
	c.mu.Unlock()
	for _, id := range wanted {
		if len(q.Want) < protocol.MaxCardKeys && !tried[id] {
			tried[id] = true
			q.Want = append(q.Want, id)
		}
	}
	return q, put, nil
}

func (c *Client) moveKeys(ctx context.Context, q protocol.CardKeys) (*protocol.CardKeysReply, error) {
	body, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	got, _, err := c.call(ctx, &ask{method: http.MethodPost, path: protocol.PathKeys, body: body, most: protocol.MaxReply})
	if err != nil {
		return nil, meant(err)
	}
	return decode[protocol.CardKeysReply](got, "keys of cards")
}

// settleKeys does what the hub says. What it kept of what was not put is no answer.
func (c *Client) settleKeys(r *protocol.CardKeysReply, put []string) error {
	for _, id := range r.Kept {
		if !slices.Contains(put, id) {
			return hostile("a key was kept that was not sent")
		}
	}
	if err := c.store.CardKeySent(r.Kept); err != nil {
		return err
	}
	var keys []localdb.CardKey
	for _, k := range r.Keys {
		keys = append(keys, localdb.CardKey{ID: k.ID, Key: k.Key})
	}
	if err := c.store.TakeCardKeys(keys); err != nil {
		return err
	}
	if err := c.store.DropCardKeys(r.Erased); err != nil {
		return err
	}
	return c.store.CardKeysLacking(r.Lacks)
}
