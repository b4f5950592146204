package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
)

// Problem is why machine and hub are not in step right now, as a code. The words
// for a person – what happened, what is safe, what to do – are
// assets/translations, "sync.problem.<code>" and "sync.remedy.<code>".
type Problem string

// The problems. None is the empty one.
const (
	Offline     Problem = "offline"        // nobody answers: no network, or the hub is down
	Portal      Problem = "captive_portal" // a login page answers instead
	NotHub      Problem = "not_a_hub"      // something else answers, or another hub
	Proxy       Problem = "proxy"          // a proxy on the way wants a password
	Certificate Problem = "certificate"    // expired, for another name, or by an authority that is not known here
	Clock       Problem = "clock"          // the certificate is good, but not at the time that this machine believes it is
	Version     Problem = "version"        // the hub, or what it sends, is newer than this program can read
	HubVersion  Problem = "hub_version"    // the hub is older than this program can speak with
	Revoked     Problem = "revoked"
	Cloned      Problem = "cloned"         // another machine uses this one's identity
	Unknown     Problem = "unknown_device" // the hub does not know this machine
	Invitation  Problem = "invitation"     // wrong, used or too old
	OtherHub    Problem = "other_hub"      // the invitation is of another hub
	Busy        Problem = "busy"
	Later       Problem = "later" // the hub cannot reach its log
	Full        Problem = "full"  // the hub's disk
	HubFault    Problem = "hub_fault"
	Damaged     Problem = "damaged" // answers come damaged, again and again
	Differs     Problem = "differs" // repaired three times within an hour, and still not the same
	Disk        Problem = "disk"    // this machine's disk is full
	Local       Problem = "local"   // this machine's store failed
)

// Problems lists them all, for those who hold words for each.
var Problems = []Problem{Offline, Portal, NotHub, Proxy, Certificate, Clock, Version, HubVersion, Revoked, Cloned,
	Unknown, Invitation, OtherHub, Busy, Later, Full, HubFault, Damaged, Differs, Disk, Local}

// Error is a problem with its cause. After is how long the hub asked to wait,
// already clamped; 0: it did not say. Skew, with Clock, is by how much this
// machine's clock is behind the hub's.
type Error struct {
	Problem Problem
	After   time.Duration
	Skew    time.Duration
	Err     error
}

func (e *Error) Error() string {
	if e.Err == nil {
		return "sync: " + string(e.Problem)
	}
	return fmt.Sprintf("sync: %s: %v", e.Problem, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// RevokedError says that the hub revoked this device, that its data is gone, and
// where what it had not sent lies sealed; "" where nothing waited.
type RevokedError struct {
	At     time.Time
	Rescue string
}

func (e *RevokedError) Error() string { return "sync: this device was revoked" }

// Errors a caller can act on.
var (
	ErrNotEnrolled = errors.New("sync: this machine is not enrolled at a hub")
	ErrAddress     = errors.New("sync: not the address of a hub")
)

// ProblemOf gives the problem of an error of this package; "" for nil and for
// what the caller itself ended.
func ProblemOf(err error) Problem {
	var e *Error
	var r *RevokedError
	switch {
	case err == nil || errors.Is(err, context.Canceled):
		return ""
	case errors.As(err, &r):
		return Revoked
	case errors.As(err, &e):
		return e.Problem
	case errors.Is(err, localdb.ErrDiskFull):
		return Disk
	}
	return Local
}

func problem(p Problem, format string, args ...any) *Error {
	return &Error{Problem: p, Err: fmt.Errorf(format, args...)}
}

// hostile is an answer that no hub of this protocol gives. Nothing of it is kept.
func hostile(format string, args ...any) *Error { return problem(NotHub, format, args...) }

// final says whether trying again can help only after somebody did something to
// this machine.
func final(err error) bool {
	switch ProblemOf(err) {
	case Revoked, Cloned:
		return true
	}
	return false
}

// outside says whether the problem lies on the way, so that another exchange
// that works is a reason to try again at once.
func outside(p Problem) bool {
	switch p {
	case Offline, Portal, Proxy, Certificate, Clock, NotHub, Damaged:
		return true
	}
	return false
}
