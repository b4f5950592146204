package hub

import (
	"errors"
	"fmt"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

// Errors a caller can act on.
var (
	// ErrIdentity says that the hub's identity cannot be opened: devices would not
	// know this hub. The folder was mixed up, or its key is another's.
	ErrIdentity = errors.New("hub: the identity of this hub cannot be opened")
	// ErrOtherHub says that the log is another hub's: devices would meet a hub that
	// they do not know. A second node of a hub has the same identity files.
	ErrOtherHub = errors.New("hub: the log belongs to a hub with another identity")
	ErrNoDevice = errors.New("hub: there is no such device")
	ErrNoCard   = errors.New("hub: there is no such contact card or ambassador")
	ErrNotEmpty = errors.New("hub: there is a hub here already")
	// ErrNoLog says that there is a hub here, but its log is not: serving would
	// begin the directory anew. A backup has it.
	ErrNoLog    = errors.New("hub: the log is gone")
	ErrBackup   = errors.New("hub: the backup is damaged, or is no backup")
	ErrNotOurs  = errors.New("hub: the backup is not signed by the hub that it names")
	ErrRescue   = errors.New("hub: the file is no rescue file that was sealed to this hub")
	ErrNoName   = errors.New("hub: an organisation is needed")
	ErrBadRole  = errors.New("hub: no such role")
	ErrStopping = errors.New("hub: it is being stopped")
)

// BehindError says that the log is behind what this hub has seen of the same
// epoch: an older copy was put in its place without a restore, and devices would
// believe that they know what is lost. Restore a backup, which begins an epoch.
type BehindError struct{ Seen, Log record.Position }

func (e *BehindError) Error() string {
	return fmt.Sprintf("hub: the log stands at %d:%d, but %d:%d was seen here", e.Log.Epoch, e.Log.Seq, e.Seen.Epoch, e.Seen.Seq)
}
