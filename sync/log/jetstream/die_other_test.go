//go:build !linux

package jetstream

import "syscall"

// dieWithParent exists on Linux alone.
func dieWithParent() *syscall.SysProcAttr { return nil }
