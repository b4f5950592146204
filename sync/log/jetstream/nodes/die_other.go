//go:build !linux

package nodes

import "syscall"

// dieWithParent exists on Linux alone.
func dieWithParent() *syscall.SysProcAttr { return nil }
