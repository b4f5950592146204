package client

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// loneFailures is in how many rounds an operation must fail, with no other beside
// it to compare, before it is put aside for a person: some twenty minutes.
const loneFailures = 12

// sendAll sends everything that waits. What the hub refuses is put where a
// person sees it, and keeps nothing else back.
func (c *Client) sendAll(ctx context.Context, progress func(Progress)) error {
	if err := hold(ctx, c.pushing); err != nil {
		return err
	}
	defer release(c.pushing)
	return c.again(func() error {
		if err := c.send(ctx, progress); err != nil {
			return err
		}
		return c.cardKeys(ctx)
	})
}

// idle says whether there is nothing to send and nothing to give back, so that
// no session is opened for it.
func (c *Client) idle(ctx context.Context) (bool, error) {
	c.mu.Lock()
	fresh := c.current != nil && c.current.n != c.given
	c.mu.Unlock()
	if fresh {
		return false, nil
	}
	ops, err := c.store.Outbox(ctx, 1)
	return len(ops) == 0, err
}

func (c *Client) send(ctx context.Context, progress func(Progress)) error {
	s, err := c.session(ctx)
	if err != nil {
		return err
	}
	if err := c.giveBack(s); err != nil {
		return err
	}
	p := Progress{Stage: "push"}
	var aside suspects
	for {
		ops, err := c.store.Outbox(ctx, c.atOnce())
		if err != nil {
			return errors.Join(err, c.takeBack(&aside))
		}
		if len(ops) == 0 {
			return c.judged(&aside)
		}
		n, err := c.pushSome(ctx, s, ops)
		if n > 0 {
			p.Done += n
			progress(p)
			aside = suspects{} // the hub takes others: it was they
		}
		switch {
		case err == nil:
			c.grow()
		case !poisonous(err):
			return errors.Join(meant(err), c.takeBack(&aside))
		case n > 0: // what came before the failing one is settled
		case len(ops) > 1:
			c.shrink(len(ops))
		default:
			stop, perr := c.suspect(ctx, &ops[0], &aside)
			aside.err = meant(err)
			if stop || perr != nil {
				return errors.Join(aside.err, perr, c.takeBack(&aside))
			}
		}
	}
}

// poisonous says whether an error may be one operation's doing: the hub answered
// and failed, or called the push malformed.
func poisonous(err error) bool {
	var s *statusError
	if !errors.As(err, &s) {
		return false
	}
	switch s.status {
	case http.StatusInternalServerError, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return true
	}
	return false
}

// suspects are operations put aside in a row, with none that went through
// between them: so far it may as well be the hub.
type suspects struct {
	counters []uint64
	failures int // rounds in which the first of them failed
	err      error
}

// inARow is how many operations may fail one after another before it is held to
// be the hub. One vejvisning can be several of them.
const inARow = 6

// suspect puts an operation aside on which the hub fails, where a person sees it
// and can have it tried again. It is settled before any later one is sent: the
// hub takes operations in order, and would call this one done. It says to stop
// where it is not time for that yet, or the hub fails on whatever comes.
func (c *Client) suspect(ctx context.Context, op *journal.Op, aside *suspects) (stop bool, err error) {
	if len(aside.counters) >= inARow {
		c.mu.Lock()
		c.wronged++
		c.mu.Unlock()
		return true, nil
	}
	if len(aside.counters) == 0 {
		next, err := c.store.Outbox(ctx, 2)
		if err != nil {
			return true, err
		}
		aside.failures = c.failure(op)
		if len(next) > 1 && aside.failures < c.patience(1) || len(next) < 2 && aside.failures < c.patience(loneFailures) {
			return true, nil
		}
	}
	c.o.Log.Warn("the hub fails on an operation, which is put aside", "counter", op.Counter)
	aside.counters = append(aside.counters, op.Counter)
	return false, c.store.Settle([]localdb.Fate{{Counter: op.Counter, State: string(protocol.Refused),
		Code: protocol.RefusedPoison, At: c.o.Now().UTC()}})
}

// failure counts the rounds in which an operation failed. Its counter may be
// another by now, so it is known by what it says.
func (c *Client) failure(op *journal.Op) int {
	key := sha256.Sum256(append([]byte(op.Kind+"\n"), op.Body...))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed[key]++
	return c.failed[key]
}

// patience is in how many rounds an operation must fail to be put aside. It grows
// when putting some aside was wrong.
func (c *Client) patience(rounds int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return rounds << min(c.wronged, 6)
}

// judged says what becomes of operations that were put aside when nothing is left
// to compare them with: they wait again until they have failed for long.
func (c *Client) judged(aside *suspects) error {
	if len(aside.counters) == 0 || aside.failures >= c.patience(loneFailures) {
		return nil
	}
	return errors.Join(aside.err, c.takeBack(aside))
}

// takeBack has operations wait again that were put aside for nothing.
func (c *Client) takeBack(aside *suspects) error {
	var errs []error
	for _, n := range aside.counters {
		errs = append(errs, c.store.Retry(n))
	}
	return errors.Join(errs...)
}

// giveBack has operations wait again that the hub knew and, after a restore,
// knows no longer.
func (c *Client) giveBack(s *session) error {
	c.mu.Lock()
	done, counter, epoch := c.given == s.n, s.Counter, s.Position.Epoch
	c.mu.Unlock()
	if done {
		return nil
	}
	n, err := c.store.GiveBack(counter, epoch)
	if err != nil {
		return err
	}
	if n > 0 {
		c.o.Log.Info("the hub came back from a backup; operations are sent to it again", "count", n)
	}
	c.mu.Lock()
	c.given = s.n
	c.mu.Unlock()
	return nil
}

// atOnce, grow and shrink: how many operations one push carries. Fewer after
// trouble, so that a line that breaks gets something through, and one operation
// on which the hub fails is found.
func (c *Client) atOnce() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.batch == 0 {
		c.batch = protocol.MaxOps
	}
	return c.batch
}

func (c *Client) grow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.batch = min(2*c.batch, protocol.MaxOps)
}

func (c *Client) shrink(tried int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.batch = max(1, min(c.batch, tried)/2)
}

// pushSome sends as many of the operations as one push carries and settles the
// answers. It gives how many were settled. Errors as call; *Error with Later
// where the hub asks for the rest once more.
func (c *Client) pushSome(ctx context.Context, s *session, ops []journal.Op) (int, error) {
	known, err := c.store.Known()
	if err != nil {
		return 0, err
	}
	push := protocol.Push{Epoch: s.Position.Epoch, Known: known}
	size := 0
	for i := range ops {
		op, err := c.signed(&ops[i])
		if err != nil {
			return 0, err
		}
		n := len(op.Body) + 1<<10
		if n > protocol.MaxOp {
			if len(push.Ops) > 0 {
				break // those before it go first
			}
			return 1, c.store.Settle([]localdb.Fate{{Counter: op.Counter, State: string(protocol.Refused),
				Code: protocol.RefusedMalformed, At: c.o.Now().UTC()}})
		}
		if size += n; size > protocol.MaxUploadPlain*9/10 {
			break
		}
		push.Ops = append(push.Ops, op)
	}
	body, err := packed(&push)
	if err != nil {
		return 0, err
	}
	got, _, err := c.call(ctx, &ask{method: http.MethodPost, path: protocol.PathOps, body: body, gzip: true, most: protocol.MaxReply})
	if err != nil {
		var silent *silentError
		if errors.As(err, &silent) || ProblemOf(err) == Damaged {
			c.shrink(len(push.Ops))
		}
		return 0, err
	}
	pushed, err := decode[protocol.Pushed](got, "answers")
	if err != nil {
		return 0, err
	}
	return c.settleAll(&push, pushed, s)
}

// signed makes of an operation of the journal one of the wire. The body is
// brought into the form in which it will be written, since what is signed is its
// bytes.
func (c *Client) signed(o *journal.Op) (protocol.Op, error) {
	body, err := json.Marshal(o.Body)
	if err != nil {
		return protocol.Op{}, fmt.Errorf("sync: operation %d: %w", o.Counter, err)
	}
	op := protocol.Op{Counter: o.Counter, ID: o.ID, Kind: o.Kind, V: max(o.V, versionOf(o.Kind, body)), At: o.At, Actor: o.Actor, Body: body}
	op.Signature = ed25519.Sign(c.seed, op.Text(c.device))
	return op, nil
}

// versionOf is the version of an operation's body: 2 for an edit of anything but a
// community, which a hub of version 1 would take for one of a community.
func versionOf(kind string, body []byte) int {
	var e struct {
		Kind record.Kind `json:"kind"`
	}
	if (kind == protocol.OpEdit || kind == protocol.OpResolve) && json.Unmarshal(body, &e) == nil && e.Kind != "" && e.Kind != record.Community {
		return 2
	}
	return 1
}

// packed gives gzip of a push, with fewer operations where it would be too large.
func packed(push *protocol.Push) ([]byte, error) {
	for {
		plain, err := json.Marshal(push)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(plain); err != nil {
			return nil, err
		}
		if err := z.Close(); err != nil {
			return nil, err
		}
		if b.Len() <= protocol.MaxUpload || len(push.Ops) == 1 {
			return b.Bytes(), nil
		}
		push.Ops = push.Ops[:(len(push.Ops)+1)/2]
	}
}

// settleAll writes down the fate of each operation. An answer that does not fit
// the push is no answer.
func (c *Client) settleAll(push *protocol.Push, pushed *protocol.Pushed, s *session) (int, error) {
	if len(pushed.Answers) != len(push.Ops) {
		return 0, hostile("%d answers to %d operations", len(pushed.Answers), len(push.Ops))
	}
	var fates []localdb.Fate
	now, later := c.o.Now().UTC(), false
	for i, a := range pushed.Answers {
		if a.Counter != push.Ops[i].Counter {
			return 0, hostile("an answer to operation %d where %d was sent", a.Counter, push.Ops[i].Counter)
		}
		switch a.State {
		case protocol.Accepted, protocol.Duplicate, protocol.Conflicted, protocol.Refused:
		case protocol.Later:
			later = true
			continue
		default:
			return 0, hostile("the fate %q", a.State)
		}
		if later {
			return 0, hostile("an answer behind one that is to be sent again")
		}
		fates = append(fates, localdb.Fate{Counter: a.Counter, State: string(a.State), Seq: a.Seq, Code: a.Code,
			Field: a.Field, Conflict: a.Conflict, Epoch: pushed.Head.Epoch, At: now})
	}
	if len(fates) > 0 {
		if err := c.store.Settle(fates); err != nil {
			return 0, err
		}
		c.acknowledged(pushed.Head.Epoch, fates[len(fates)-1].Counter)
	}
	if later {
		return len(fates), &Error{Problem: Later, After: 5 * time.Second}
	}
	return len(fates), nil
}

// acknowledged keeps a session's counter from being older than what the hub has
// answered since.
func (c *Client) acknowledged(epoch, counter uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.current; s != nil && s.Position.Epoch == epoch {
		s.Counter = max(s.Counter, counter)
	}
	clear(c.failed)
}
