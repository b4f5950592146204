//go:build faults

package cluster

import "testing"

// TestDesksDoNotNoticeThatNodesAreKilledAgainAndAgain is the whole rig: see
// TestDesksDoNotNoticeThatALeaderIsKilled.
func TestDesksDoNotNoticeThatNodesAreKilledAgainAndAgain(t *testing.T) {
	leader := killing(t, 8, false)
	all := killing(t, 4, true)
	t.Log("\n" + heading + leader.String() + all.String())
	leader.check(t)
	all.check(t)
}
