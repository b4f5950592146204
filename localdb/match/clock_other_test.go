//go:build !linux

package match

import "time"

var started = time.Now()

func processorTime() time.Duration { return time.Since(started) }
