package faults

import "errors"

// ErrNotHere says that this machine cannot make disks of its own: that takes
// Linux and root.
var ErrNotHere = errors.New("faults: no disks of our own here")
