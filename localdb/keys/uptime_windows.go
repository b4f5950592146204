package keys

import (
	"time"

	"golang.org/x/sys/windows"
)

// uptime is how long this machine has run, time asleep included. No one sets it.
func uptime() (time.Duration, error) { return windows.DurationSinceBoot(), nil }
