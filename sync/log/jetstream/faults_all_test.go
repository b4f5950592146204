//go:build faults

package jetstream

import "testing"

// TestNothingIsLostWhenNodesAreKilledAgainAndAgain is the whole rig: see
// TestNothingIsLostWhenTheLeaderIsKilled.
func TestNothingIsLostWhenNodesAreKilledAgainAndAgain(t *testing.T) {
	leader := faults(t, 12, false)
	all := faults(t, 5, true)
	t.Log("\n" + heading + leader.String() + all.String())
	leader.check(t)
	all.check(t)
	if leader.unknown > 0 {
		t.Errorf("%d appends did not outlast a fail-over", leader.unknown)
	}
}
