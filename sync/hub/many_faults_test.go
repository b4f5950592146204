//go:build faults

package hub

const (
	askOfKiosk = 10000
	hubKills   = 200
)
