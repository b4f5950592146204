package keys

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// A wrong PIN is counted before it is tried, waits grow as a person's do and stop
// growing, and nobody locks staff out for good.
func TestADoorSlowsGuessesAndIsNeverSpent(t *testing.T) {
	up := time.Hour
	o := Options{Uptime: func() (time.Duration, error) { return up, nil }}
	kept, err := NewDoor(o, []byte("481973"))
	if err != nil {
		t.Fatal(err)
	}
	keep := func(s string) error { kept = s; return nil }
	if err := TryDoor(o, kept, []byte("481973"), keep); err != nil {
		t.Fatalf("the right one: %v", err)
	}
	var wrong *PINError
	for i := range 40 {
		err := TryDoor(o, kept, []byte("481974"), keep)
		if !errors.As(err, &wrong) {
			t.Fatalf("guess %d: %v", i, err)
		}
		if want := map[int]time.Duration{0: 0, 3: 0, 4: 30 * time.Second, 5: 2 * time.Minute, 6: 10 * time.Minute, 39: 10 * time.Minute}; i < 7 || i == 39 {
			if w, ok := want[i]; ok && wrong.Wait != w {
				t.Errorf("after guess %d one waits %v, want %v", i, wrong.Wait, w)
			}
		}
		var wait *WaitError
		if wrong.Wait > 0 {
			if err := TryDoor(o, kept, []byte("481973"), keep); !errors.As(err, &wait) {
				t.Fatalf("the right one before its time: %v", err)
			}
		}
		up += wrong.Wait
	}
	if err := TryDoor(o, kept, []byte("481973"), keep); err != nil {
		t.Errorf("staff are locked out: %v", err)
	}
	if err := TryDoor(o, kept, []byte("481974"), keep); !errors.As(err, &wrong) || wrong.Free != 4 {
		t.Errorf("after the right one: %v", err)
	}
	full := errors.New("full")
	if err := TryDoor(o, kept, []byte("481973"), func(string) error { return full }); !errors.Is(err, full) {
		t.Errorf("a guess that cannot be counted: %v", err)
	}
}

func TestADoorIsKeptInLettersAndTakesNoEasyPIN(t *testing.T) {
	for _, easy := range []string{"123456", "111111", "12345", "48197a"} {
		if _, err := NewDoor(Options{}, []byte(easy)); err == nil {
			t.Errorf("%s is taken", easy)
		}
	}
	kept, err := NewDoor(Options{}, []byte("481973"))
	if err != nil || strings.Trim(kept, "abcdefghijklmnop") != "" {
		t.Errorf("%q %v", kept, err)
	}
	for _, bad := range []string{"", "a", "zz", kept[:40], kept[2:]} {
		if err := TryDoor(Options{}, bad, []byte("481973"), func(string) error { return nil }); !errors.Is(err, ErrNoDoor) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
