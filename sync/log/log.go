// Package log is the one log: every change to what is known, in one order, kept
// by the hub (DESIGN §3, §5). This file is the contract; sub-packages keep it on
// a disk of one machine (embedded) and on a NATS JetStream cluster (jetstream),
// and logtest holds every implementation to it.
//
// A log is state-based: it keeps the last value of each key and, for a while,
// tombstones; what a key was before is gone. It knows keys and bytes. It must
// not know what a value means, nor who may see it.
package log

import (
	"context"
	"errors"
	"fmt"
	"iter"
)

// Limits of every implementation.
const (
	MaxBatch = 500       // entries in one Append
	MaxValue = 512 << 10 // bytes of one value
	MaxKey   = 200       // bytes of one key
	MaxOp    = 64        // bytes of an operation's identity
	MaxSeq   = 1<<52 - 1 // no sequence and no epoch is above it, so that JSON keeps them
)

// Errors a caller can act on. ErrUnknown wraps the cause of a doubt: the batch
// may be stored or not. Appending it again with the same expectations is safe:
// it is stored once, or refused with *ConflictError whose Op is the caller's own.
var (
	ErrUnknown    = errors.New("log: it is not known whether the batch was stored")
	ErrBelowFloor = errors.New("log: what came after that position is no longer complete")
	ErrNotFound   = errors.New("log: no such key")
	ErrClosed     = errors.New("log: closed")
	ErrFull       = errors.New("log: no room")
	// ErrUnavailable: nothing was stored, the cluster does not answer; later it will.
	ErrUnavailable = errors.New("log: it cannot be reached now")
	// ErrFailed: what the log reads from can no longer be trusted, and stays so until
	// it is opened anew. What was acknowledged is kept.
	ErrFailed   = errors.New("log: it failed, and must be opened anew")
	ErrNotEmpty = errors.New("log: a backup goes into an empty log only")
)

// ConflictError says that nothing of the batch was stored, because a key is not
// where the batch expected it.
type ConflictError struct {
	Key string
	Seq uint64 // where the key is; 0: it does not exist
	Op  string // what put it there
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("log: %s is at %d (%s)", e.Key, e.Seq, e.Op)
}

// InvalidError says that an entry can never be stored: Reason is key, value,
// batch, op or expect.
type InvalidError struct{ Key, Reason string }

func (e *InvalidError) Error() string { return "log: " + e.Key + ": not valid: " + e.Reason }

// Entry is one change of a batch.
type Entry struct {
	// Key is a NATS subject: tokens of a–z, 0–9 and hyphen, with full stops between.
	Key       string
	Value     []byte
	Tombstone bool // the key is gone; Value may still say from where
	// Expect, where it is not nil, is the sequence at which the key must be: 0
	// says that it must not exist. A tombstone exists until it is purged.
	Expect *uint64
	Op     string // identity of the operation, kept with the value; 1–64 bytes
}

// At gives an expectation.
func At(seq uint64) *uint64 { return &seq }

// Record is what the log has of a key.
type Record struct {
	Seq       uint64
	Key       string
	Value     []byte
	Tombstone bool
	Op        string
}

// State is where a log stands.
type State struct {
	Epoch uint64 // which log it is; never 0; below 2^52, so that JSON keeps it
	Head  uint64 // last sequence that was given
	Floor uint64 // reading after a position below it, 0 apart, is not complete
}

// Log is a log. Implementations are safe for concurrent use.
type Log interface {
	// Append stores a batch, all of it or nothing, in the order given, with
	// sequences first, first+1, …; no key twice. When it returns nil the batch
	// survives the loss of power (embedded) or of a minority of nodes (cluster).
	// Errors: *ConflictError, *InvalidError, ErrUnknown, ErrFull, ErrClosed and
	// those of ctx – which, once the batch may be under way, come as ErrUnknown.
	Append(ctx context.Context, batch []Entry) (first uint64, err error)

	// Read gives what changed after a position, in order: of each key its last
	// value only, so sequences have holes. It ends at the head at which it began
	// or later. Nothing with a sequence at or below a head that State returned
	// appears later. A position below the floor gives ErrBelowFloor. The floor itself
	// is complete, and so is 0, always: it is the position of a reader who has
	// nothing and misses no tombstone. Values may be kept.
	// A reader's next position is the larger of the last sequence that it read and
	// the head that State gave before: what had the head's sequence may be erased.
	Read(ctx context.Context, after uint64) iter.Seq2[Record, error]

	// Last gives what the log has of a key, tombstones included, or ErrNotFound.
	Last(ctx context.Context, key string) (Record, error)

	// Wait returns nil as soon as the head is above after.
	Wait(ctx context.Context, after uint64) error

	State(ctx context.Context) (State, error)

	// Erase removes every trace of a key that the implementation can reach, also
	// its tombstone. It is for personal data whose key is destroyed as well;
	// readers that have the value learn nothing from it (append a tombstone first).
	Erase(ctx context.Context, key string) error

	// Purge raises the floor to floor and then removes the tombstones at or below
	// it. After it a purged key does not exist.
	Purge(ctx context.Context, floor uint64) error

	Close() error
}

// Restorer makes a log out of a backup.
type Restorer interface {
	// Restore makes an empty log the continuation of another: a new epoch, the
	// records in their order under new sequences above head, the floor at head.
	// It refuses a log that is not empty.
	Restore(ctx context.Context, epoch, head uint64, records iter.Seq2[Record, error]) error
}
