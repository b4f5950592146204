//go:build !faults

package hub

// How often what is tried often is tried in every change; make faults tries more.
const (
	askOfKiosk = 1000
	hubKills   = 5
)
