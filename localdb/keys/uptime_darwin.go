package keys

import (
	"time"

	"golang.org/x/sys/unix"
)

// uptime is how long this machine has run. No one sets it.
func uptime() (time.Duration, error) {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		return 0, err
	}
	return time.Duration(ts.Nano()), nil
}
