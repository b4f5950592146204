package nodes

import "syscall"

// dieWithParent ends a node with the test that started it.
func dieWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
