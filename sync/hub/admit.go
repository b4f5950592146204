package hub

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// counterBody is how far a device's operations are known: up to Known the device
// had every answer. Of those after it the answers are kept that were no plain yes,
// and which operation took each counter, so that another machine with the same
// identity is not told that its own was taken.
type counterBody struct {
	Counter uint64            `json:"counter"`
	Last    string            `json:"last,omitzero"` // print of the operation that took Counter
	Known   uint64            `json:"known,omitzero"`
	Kept    []protocol.Answer `json:"kept,omitempty"`
	Taken   []takenOp         `json:"taken,omitempty"` // in the order of the counters
	seq     uint64
}

type takenOp struct {
	Counter uint64 `json:"c"`
	Print   string `json:"p"` // of the operation's id
}

func printOf(id string) string {
	h := sha256.Sum256([]byte(id))
	return hex.EncodeToString(h[:4])
}

// another says whether an operation with a counter that was taken is not the one
// that took it: what a device sends again it had no answer to, and under the
// same id.
func (c *counterBody) another(op *protocol.Op) bool {
	if op.Counter <= c.Known {
		return true
	}
	for _, x := range c.Taken {
		if x.Counter == op.Counter {
			return x.Print != printOf(op.ID)
		}
	}
	return len(c.Taken) > 0 && op.Counter > c.Taken[0].Counter // one that was left out
}

// Bounds of one batch of the log that holds the operations of a push. An edit
// makes few records; a referral that many events waited for makes more.
const (
	groupOps    = 50
	groupWrites = 300
	maxKept     = 2000
	planTries   = 8
)

func (h *Hub) counter(device string) (c counterBody, err error) {
	r, err := h.store.Record(record.Counter, device)
	if errors.Is(err, localdb.ErrNotFound) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	c.seq = r.Seq
	if r.Deleted {
		return c, nil
	}
	return c, json.Unmarshal(r.Body, &c)
}

// actor is who did an operation, as the hub knows it.
type actor struct {
	id     string
	device *deviceBody
	feeds  []record.Feed
}

// hand is the actor as a conflict names it.
func (a *actor) hand(at time.Time) localdb.Hand {
	return localdb.Hand{Device: a.id, Role: string(a.device.Role), Organisation: a.device.Organisation, At: at}
}

// tokens are those of a case record: always of the actor's own organisation, so that
// it does not vanish from where it was made. Another one that the record names is
// taken from a guide's word alone: a desk must not put cases into another's feed.
func (a *actor) tokens(organisation string) []string {
	in := append(areasOf(a.device.Municipalities), record.Organisation(a.device.Organisation))
	if other := record.Organisation(organisation); other != record.Nowhere && a.device.Role == protocol.Guide {
		in = append(in, other)
	}
	return record.Tokens(in...)
}

// Push takes the operations of one device, in order, each exactly once: a batch of
// the log holds the device's counter, expected where the hub knew it, together
// with what the operations make. Operations share a batch as long as it is small.
// What another was faster with is planned anew.
func (h *Hub) Push(ctx context.Context, id string, d *deviceBody, p protocol.Push) (protocol.Pushed, error) {
	unlock, err := h.admit.lock(ctx, id)
	if err != nil {
		return protocol.Pushed{}, err
	}
	defer unlock()
	hold := holdingsOf(d)
	if hold == nil {
		return protocol.Pushed{}, notFound
	}
	t := &taking{h: h, who: actor{id: id, device: d, feeds: feedsOf(hold)}, p: p, group: groupOps}
	err = t.all(ctx)
	var no *refuse
	if err != nil && (len(t.answers) == 0 || errors.As(err, &no)) {
		return protocol.Pushed{}, err
	}
	if err != nil {
		h.o.Logger.Warn("a push was taken in part", "err", err)
	}
	for _, op := range p.Ops[len(t.answers):] {
		t.answers = append(t.answers, protocol.Answer{Counter: op.Counter, State: protocol.Later})
	}
	h.eraseNoted(ctx, t.erase)
	if err := h.widenEvents(ctx, t.codes); err != nil {
		h.o.Logger.Warn("events wait for their referral's organisation", "err", err)
	}
	return protocol.Pushed{Answers: t.answers, Counter: t.counter.Counter, Head: h.tide.now()}, nil
}

// taking is one push under way.
type taking struct {
	h     *Hub
	who   actor
	p     protocol.Push
	group int // operations in one batch
	// unsigned are operations that an administrator brings: see Rescue.
	unsigned bool
	counter  counterBody
	answers  []protocol.Answer
	codes    []string     // of referrals, events and cards that came
	erase    []record.Ref // on the list already: to be erased when the batch is stored
}

func (t *taking) all(ctx context.Context) (err error) {
	if t.counter, err = t.h.counter(t.who.id); err != nil {
		return err
	}
	tries := 0
	for len(t.answers) < len(t.p.Ops) {
		any, err := t.known()
		if err != nil {
			return err
		}
		if any {
			continue
		}
		err = t.some(ctx)
		var conflict *log.ConflictError
		var invalid *log.InvalidError
		switch {
		case err == nil:
			tries = 0
			continue
		case errors.As(err, &invalid) && t.group > 1:
			t.group = 1 // one of them cannot be stored: find out which
			continue
		case errors.As(err, &invalid):
			if err = t.poison(ctx, err); err == nil {
				t.group = groupOps
				continue
			}
		}
		if !errors.As(err, &conflict) {
			return err
		}
		if tries++; tries > planTries {
			return fmt.Errorf("%w: %w", errBusy, err)
		}
		// Somebody was faster. Their record is in the log; plan again when it is here.
		wait, cancel := context.WithTimeout(ctx, abreastWait)
		err = t.h.tide.reach(wait, conflict.Seq)
		cancel()
		if err == nil {
			t.counter, err = t.h.counter(t.who.id)
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errLater, err)
		}
	}
	return nil
}

// known answers operations that were taken before: with the answer that was kept,
// or as a duplicate. Everything they made stands at or below the counter's record;
// their codes are looked at again, since the hub may have failed before it did.
func (t *taking) known() (any bool, err error) {
	for _, op := range t.p.Ops[len(t.answers):] {
		if op.Counter > t.counter.Counter {
			return any, nil
		}
		if t.counter.another(&op) {
			t.h.o.Logger.Warn("another machine has this device's identity", "device", t.who.id, "counter", op.Counter)
			return any, refusal(http.StatusConflict, protocol.CodeCloned)
		}
		a := protocol.Answer{Counter: op.Counter, State: protocol.Duplicate, Seq: t.counter.seq}
		for _, k := range t.counter.Kept {
			if k.Counter == op.Counter {
				a = k
				a.Seq = t.counter.seq // it was kept before the log had given it one
			}
		}
		if code := codeOf(op); code != "" && a.State != protocol.Refused {
			t.codes = append(t.codes, code)
		}
		t.answers = append(t.answers, a)
		any = true
	}
	return any, nil
}

// some plans and stores the next few operations as one batch.
func (t *taking) some(ctx context.Context) error {
	d := newDraft(t.h)
	var answers []protocol.Answer
	var codes []string
	ops := t.p.Ops[len(t.answers):]
	for i := range ops {
		if i == t.group || i > 0 && len(d.writes) > groupWrites {
			break
		}
		a, code, err := t.one(ctx, d, ops[i])
		if err != nil {
			if i == 0 {
				return err
			}
			break // what was planned before it is stored first
		}
		if code != "" {
			codes = append(codes, code)
		}
		answers = append(answers, a)
	}
	return t.store(ctx, d, answers, codes)
}

// store appends the draft with the counter in front, and settles the answers.
func (t *taking) store(ctx context.Context, d *draft, answers []protocol.Answer, codes []string) error {
	next := counterBody{Counter: answers[len(answers)-1].Counter, Known: max(t.p.Known, t.counter.Known)}
	next.Taken = slices.DeleteFunc(slices.Clone(t.counter.Taken), func(x takenOp) bool { return x.Counter <= next.Known })
	for i, a := range answers {
		next.Taken = append(next.Taken, takenOp{a.Counter, printOf(t.p.Ops[len(t.answers)+i].ID)})
	}
	next.Taken = next.Taken[max(len(next.Taken)-maxKept, 0):]
	next.Last = protocol.OpPrint(t.p.Ops[len(t.answers)+len(answers)-1].ID)
	for _, a := range append(slices.Clone(t.counter.Kept), answers...) {
		if a.Counter > t.p.Known && (a.State == protocol.Refused || a.State == protocol.Conflicted) {
			next.Kept = append(next.Kept, a)
		}
	}
	if n := len(next.Kept); n > maxKept {
		next.Kept = next.Kept[n-maxKept:]
	}
	c, err := t.h.adminWrite(record.Counter, t.who.id, t.counter.seq, next)
	if err != nil {
		return err
	}
	first, err := t.h.append(ctx, append([]write{c}, d.writes...), "ops")
	if err != nil {
		return err
	}
	for i := range answers {
		if n := answers[i].Seq; n > 0 { // place in the draft until now
			answers[i].Seq = first + n
		} else {
			answers[i].Seq = first
		}
	}
	next.seq = first
	t.counter, t.answers, t.codes = next, append(t.answers, answers...), append(t.codes, codes...)
	return nil
}

// one plans an operation. An error is the hub's; what is wrong with the operation
// is in the answer. The hub failing on it is the operation's fate as well: it must
// not hold up the others for ever (findings/reliability §5.3 row 27).
func (t *taking) one(ctx context.Context, d *draft, op protocol.Op) (a protocol.Answer, code string, err error) {
	a = protocol.Answer{Counter: op.Counter, State: protocol.Accepted}
	child := d.child()
	defer func() {
		if p := recover(); p != nil {
			t.h.o.Logger.Error("an operation failed the hub", "kind", knownKind(op.Kind), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			t.h.metrics.poison.Inc()
			a, code, err = t.refused(op, protocol.RefusedPoison, ""), "", nil
		}
	}()
	made, err := t.plan(ctx, child, op)
	var no *unfit
	if errors.As(err, &no) {
		return t.refused(op, no.code, no.field), "", nil
	}
	if err != nil {
		return a, "", err
	}
	d.take(child)
	if made.conflict != "" {
		a.State, a.Conflict = protocol.Conflicted, made.conflict
	}
	a.Seq = d.place(made.ref)
	return a, made.code, nil
}

func (t *taking) refused(op protocol.Op, code, field string) protocol.Answer {
	return protocol.Answer{Counter: op.Counter, State: protocol.Refused, Code: code, Field: field}
}

// poison passes over an operation whose records the log can never take.
func (t *taking) poison(ctx context.Context, cause error) error {
	op := t.p.Ops[len(t.answers)]
	t.h.o.Logger.Error("an operation cannot be stored", "kind", knownKind(op.Kind), "err", cause)
	t.h.metrics.poison.Inc()
	return t.store(ctx, newDraft(t.h), []protocol.Answer{t.refused(op, protocol.RefusedPoison, "")}, nil)
}

// unfit is what is wrong with an operation.
type unfit struct{ code, field string }

func (u *unfit) Error() string { return "hub: refused: " + u.code + " " + u.field }

// made is what an operation came to.
type made struct {
	ref      record.Ref // its record
	code     string     // of the referral it concerns
	conflict string     // id of the conflict record
}
