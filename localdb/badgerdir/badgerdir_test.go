package badgerdir

import (
	"log/slog"
	"testing"
	"time"
)

// A start that was killed can leave its check behind for a moment. The next
// start once took that for damage and made the whole store again: two of a
// thousand kills.
func TestACheckThatIsJustEndingIsWaitedFor(t *testing.T) {
	o := Options(t.TempDir(), make([]byte, 32), 1, slog.New(slog.DiscardHandler))
	first, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	time.AfterFunc(100*time.Millisecond, func() { ended <- first.Close() })
	second, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
}
