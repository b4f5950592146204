package localdb

import (
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// asNobody runs fn with the file rights of a user who owns nothing: root, whom
// CI may be, could open everything.
func asNobody(t *testing.T, fn func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread ends with its changed identity
		if _, err := unix.SetfsuidRetUid(65534); err != nil {
			t.Errorf("file identity: %v", err)
			return
		}
		fn()
	}()
	<-done
}
