//go:build unix

package printer

import (
	"os"
	"syscall"
)

// mine says whether a folder belongs to this user.
func mine(info os.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Getuid()
}
