package counter

import (
	"testing"
	"time"
)

func TestAQuestionThatStandsAndFindsNothingIsKeptAsANeed(t *testing.T) {
	d := openDesk(t, "da")
	d.typed("xqzwvk om tirsdagen")
	if !d.page.result.Weak {
		t.Fatal("something was found")
	}
	d.typed("gåtur") // asked again before it stood
	time.Sleep(gapAfter + 200*time.Millisecond)
	drain(d)
	if gaps, err := d.store.Gaps(); err != nil || len(gaps) != 0 {
		t.Fatalf("%+v, %v", gaps, err)
	}
	d.typed("xqzwvk om tirsdagen")
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		drain(d)
		gaps, err := d.store.Gaps()
		if err != nil {
			t.Fatal(err)
		}
		if len(gaps) == 1 {
			return
		}
	}
	t.Error("the need was not kept")
}

// drain runs what was posted to the screen.
func drain(d *desk) {
	for {
		select {
		case f := <-d.posted:
			f()
		default:
			return
		}
	}
}
