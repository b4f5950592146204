//go:build !linux

package localdb

import (
	"os"
	"testing"
)

func asNobody(t *testing.T, fn func()) {
	t.Helper()
	if os.Getuid() == 0 {
		t.Skip("root may read everything; it runs on Linux, and here where the tests run as a user")
	}
	fn()
}
