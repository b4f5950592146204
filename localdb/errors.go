package localdb

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/keys"
)

// Errors a caller can act on. Those of package keys pass through as they are.
var (
	ErrNoStore   = errors.New("localdb: there is no store here")
	ErrInUse     = errors.New("localdb: another program has the store")
	ErrClosed    = errors.New("localdb: the store is closed")
	ErrNotFound  = errors.New("localdb: not found")
	ErrDuplicate = errors.New("localdb: recorded already")
	ErrDiskFull  = errors.New("localdb: the disk is full")
	ErrEnrolled  = errors.New("localdb: an enrolled machine gets its directory from the hub")
	ErrNewer     = errors.New("localdb: written by a newer version of the program")
	ErrDamaged   = errors.New("localdb: a record is damaged")
	// ErrFailed says that the view of a hub's store failed under way: nothing more is
	// answered from it, and the next Open begins an empty one.
	ErrFailed = errors.New("localdb: the hub's view failed; the store must be opened anew")
	// ErrDryRun is what the function given to Import returns when it has tried
	// everything and nothing is to be kept.
	ErrDryRun = errors.New("localdb: tried only; nothing is kept")
)

// ErrExample says that the store holds the built-in example: a machine that
// people work at begins with an empty one.
var ErrExample = errors.New("localdb: the store holds the example")

func isDamaged(err error) bool { return errors.Is(err, ErrDamaged) }

// SyncedFolderError says that the data folder lies where another program copies
// files while they are in use, which breaks a store (findings/reliability §1.6).
type SyncedFolderError struct{ Path, Service string }

func (e *SyncedFolderError) Error() string {
	return fmt.Sprintf("localdb: %s is kept in step by %s; a store cannot live there", e.Path, e.Service)
}

// CPRError says that a free text holds a CPR number, or with Ask something a
// person must look at first; nothing of it was kept. Start and End are byte
// offsets in the text.
type CPRError struct {
	Ask        bool
	Start, End int
}

func (e *CPRError) Error() string {
	if e.Ask {
		return "localdb: the text holds what may be a CPR number"
	}
	return "localdb: the text holds a CPR number"
}

// MessageKey gives the key of the text that tells a person what happened, what
// is safe and what to do (assets/translations, subject "store"). "" is nil.
func MessageKey(err error) string {
	var (
		synced *SyncedFolderError
		cpr    *CPRError
		append *journal.AppendError
		field  *directory.RefusedError
		wrong  *keys.PINError
		wait   *keys.WaitError
	)
	switch {
	case err == nil:
		return ""
	case errors.As(err, &cpr) && cpr.Ask:
		return "store.cpr_ask"
	case errors.As(err, &cpr):
		return "store.cpr_stop"
	case errors.As(err, &synced):
		return "store.synced_folder"
	case diskFull(err):
		return "store.disk_full"
	case errors.As(err, &append):
		return "store.not_saved"
	case errors.As(err, &wrong):
		return "store.pin_wrong"
	case errors.As(err, &wait):
		return "store.pin_wait"
	case errors.As(err, &field):
		return "store.refused"
	case errors.Is(err, fs.ErrPermission):
		return "store.no_permission"
	}
	for _, m := range messages {
		if errors.Is(err, m.err) {
			return m.key
		}
	}
	return "store.unexpected"
}

// messages is in the order in which the errors matter where several are joined.
var messages = []struct {
	err error
	key string
}{
	{ErrNoStore, "store.no_store"},
	{ErrInUse, "store.in_use"},
	{ErrClosed, "store.closed"},
	{ErrNotFound, "store.not_found"},
	{ErrDuplicate, "store.duplicate"},
	{ErrEnrolled, "store.enrolled"},
	{ErrExample, "store.example"},
	{ErrNewer, "store.newer"},
	{ErrKioskRole, "kioskstaff.refused_role"},
	{ErrKioskReferrals, "kioskstaff.refused_referrals"},
	{ErrDamaged, "store.damaged"},
	{ErrKeyAway, "store.card_key_away"},
	{card.ErrKeyGone, "store.card_key_gone"},
	{ErrLease, "store.lease"},
	{keys.ErrPINGone, "store.pin_gone"},
	{keys.ErrPINHalfGone, "store.pin_half_gone"},
	{keys.ErrPINForm, "store.pin_form"},
	{keys.ErrPINEasy, "store.pin_easy"},
	{keys.ErrPINNeeded, "store.pin_needed"},
	{keys.ErrNoPerson, "store.no_person"},
	{keys.ErrPassphraseWrong, "store.passphrase_wrong"},
	{keys.ErrPassphraseNeeded, "store.passphrase_needed"},
	{keys.ErrKeyringUnavailable, "store.keyring_unavailable"},
	{keys.ErrWrong, "store.key_wrong"},
	{keys.ErrMissing, "store.key_missing"},
}

// diskFull says that there was no room, in the words of whichever system.
func diskFull(err error) bool {
	const windowsDiskFull, windowsHandleDiskFull = syscall.Errno(112), syscall.Errno(39)
	var no syscall.Errno
	if errors.As(err, &no) && onWindows && (no == windowsDiskFull || no == windowsHandleDiskFull) {
		return true
	}
	return errors.Is(err, ErrDiskFull) || errors.Is(err, syscall.ENOSPC) || !onWindows && errors.Is(err, syscall.EDQUOT)
}

// named adds ErrDiskFull to an error that means it.
func named(err error) error {
	if err != nil && diskFull(err) && !errors.Is(err, ErrDiskFull) {
		return fmt.Errorf("%w: %w", ErrDiskFull, err)
	}
	return err
}
