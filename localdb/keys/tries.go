package keys

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// MostTries is how often a person's PIN may be wrong in a row: then the wrapping
// goes, and the recovery words or a new enrolment are the way back.
const MostTries = 10

// freeTries may be made without waiting.
const freeTries = 5

// waits is how long to wait after so many wrong tries; the last one goes on.
var waits = []time.Duration{30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour}

// tries is how often a PIN was wrong, and when last. It is kept in two places,
// and the worse one counts. Time is how long the machine has run: the wall clock
// can be set, and a restart of the program begins nothing anew. A restart of the
// machine does, and never shortens the wait.
type tries struct {
	Wrong int   `json:"wrong,omitzero"`
	At    int64 `json:"at_ms,omitzero"` // since the machine started
}

// next is t with one more wrong try, made when the machine had run for up.
func (t tries) next(up time.Duration) tries { return tries{t.Wrong + 1, up.Milliseconds()} }

// wait is how long to wait after t before another try.
func (t tries) wait() time.Duration {
	if t.Wrong < freeTries {
		return 0
	}
	return waits[min(t.Wrong-freeTries, len(waits)-1)]
}

// left is what is left of the wait when the machine has run for up.
//
// Where up is less than it was, the machine was restarted, and up is the least
// that has passed. Where it is more, either it was not, and the difference has
// passed, or it was, and more than that.
func (t tries) left(up time.Duration) time.Duration {
	at := time.Duration(t.At) * time.Millisecond
	if up < at {
		return max(t.wait()-up, 0)
	}
	return max(t.wait()-(up-at), 0)
}

// secret is what lies beside keys.json, in the keyring or in a file of mode 0600:
// half of what opens a person's wrapping, and how often was guessed. Whoever takes
// the count away takes the half away with it.
type secret struct {
	half  []byte // Size bytes
	tries tries
}

// String is the secret as it is kept.
func (s secret) String() string {
	return fmt.Sprintf("%x %d %d", s.half, s.tries.Wrong, s.tries.At)
}

func parseSecret(text string) (secret, error) {
	f := strings.Fields(text)
	if len(f) != 3 {
		return secret{}, fmt.Errorf("%w: the secret of a PIN is damaged", ErrWrong)
	}
	half, err := unhex(f[0])
	if err != nil {
		return secret{}, err
	}
	wrong, err1 := strconv.Atoi(f[1])
	at, err2 := strconv.ParseInt(f[2], 10, 64)
	if err1 != nil || err2 != nil || wrong < 0 || at < 0 {
		return secret{}, fmt.Errorf("%w: the secret of a PIN is damaged", ErrWrong)
	}
	return secret{half, tries{wrong, at}}, nil
}
