//go:build !faults

package embedded

// wholeRig is set by -tags faults: see make faults.
const wholeRig = false
