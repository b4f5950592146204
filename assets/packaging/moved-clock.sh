#!/bin/sh
# moved-clock.sh FOLDER: writes into FOLDER an overlay for "go build -overlay" with
# which time.Now is moved by as many seconds as VEJVISER_SHIFT says. The story is
# played with programs built so: weeks pass between two of its steps. Nothing that
# is handed out is built with it.
set -eu
to=$(cd "$1" && pwd)
src=$(go env GOROOT)/src/time
sed 's/^\tsec, nsec, mono := runtimeNow()$/&\n\tsec += moved()/' "$src/time.go" >"$to/time.go.txt"
grep -q 'sec += moved()' "$to/time.go.txt" || { echo "time.Now is not where it was looked for" >&2; exit 1; }
cat >"$to/moved.go.txt" <<'GO'
package time

import "syscall"

// moved is how many seconds the clock is ahead of the machine's.
func moved() (n int64) {
	s, _ := syscall.Getenv("VEJVISER_SHIFT")
	for _, c := range []byte(s) {
		n = n*10 + int64(c-'0')
	}
	return n
}
GO
printf '{"Replace":{"%s":"%s","%s":"%s"}}\n' "$src/time.go" "$to/time.go.txt" "$src/moved.go" "$to/moved.go.txt" >"$to/overlay.json"
