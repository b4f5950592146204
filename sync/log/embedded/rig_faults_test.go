//go:build faults

package embedded

// wholeRig runs every rig of this package in full:
//
//	go test -count=1 -tags faults -timeout 30m -v ./sync/log/embedded
const wholeRig = true
