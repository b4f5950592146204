package match

import (
	"time"

	"golang.org/x/sys/unix"
)

// processorTime is what this thread has used; the machine may be busy with others.
func processorTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		panic(err)
	}
	return time.Duration(t.Nano())
}
