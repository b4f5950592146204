package printer

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"
)

// Stage is how far a job has come.
type Stage string

// The stages.
const (
	Sent    Stage = "sent"    // the queue has it
	Printed Stage = "printed" // the printer has it all
	Failed  Stage = "failed"
)

// Reason says why a job failed.
type Reason string

// The reasons.
const (
	Stopped      Reason = "stopped"       // the queue is paused or stopped
	FilterFailed Reason = "filter"        // the print system could not prepare the sheet
	NotAnswering Reason = "not_answering" // the printer is off, away or stuck
	Cancelled    Reason = "cancelled"     // somebody took it out of the queue
	Refused      Reason = "refused"       // Print returned a RefusedError
)

// State is what is known of a job.
type State struct {
	Stage  Stage
	Reason Reason // where Failed
	Detail string // the print system's own words, in English, for a log
}

// Key is the text for people: a key of the catalogue, as "printer.printed".
func (s State) Key() string {
	if s.Stage == Failed {
		return "printer.failed." + string(s.Reason)
	}
	return "printer." + string(s.Stage)
}

// StateOf is the state to show for an error of Print.
func StateOf(err error) State {
	var r *RefusedError
	if errors.As(err, &r) {
		return State{Failed, Refused, r.Detail}
	}
	return State{Failed, NotAnswering, err.Error()}
}

// Follow looks at the queue until the job is printed or has failed, tells each
// change once and returns the last state. A job that fails while it still waits
// is taken out of the queue: a sheet with a name on it must not come out of the
// printer when nobody stands there. Where ctx ends first the state is still Sent.
func (j *Job) Follow(ctx context.Context, report func(State)) State {
	state := State{Stage: Sent}
	report(state)
	looks := max(1, int(j.Patience/max(j.Every, time.Millisecond)))
	silent := 0
	for n := 0; ; n++ {
		if n > 0 {
			select {
			case <-ctx.Done():
				return state
			case <-time.After(j.Every):
			}
		}
		now, quiet, waits := j.look(ctx)
		if ctx.Err() != nil {
			return state
		}
		if silent++; !quiet {
			silent = 0
		}
		if now.Stage == Sent && (silent >= looks || n >= 5*looks) {
			now = State{Failed, NotAnswering, now.Detail}
		}
		if now.Stage == Sent {
			continue
		}
		if now.Stage == Failed && waits {
			if err := j.Cancel(context.WithoutCancel(ctx)); err != nil {
				now.Detail = strings.TrimSpace(now.Detail + "; " + err.Error())
			}
		}
		report(now)
		return now
	}
}

// look reads the queue once. quiet says that the printer does not answer just
// now, waits that the job may still be in the queue.
func (j *Job) look(ctx context.Context) (s State, quiet, waits bool) {
	waiting, err := command(ctx, "lpstat", "-l", "-o", j.Printer)
	if err != nil {
		return State{Stage: Sent, Detail: err.Error()}, true, true
	}
	about, err := command(ctx, "lpstat", "-p", j.Printer)
	if err != nil {
		return State{Stage: Sent, Detail: err.Error()}, true, true
	}
	if entry, found := entryOf(waiting, j.ID); found {
		switch {
		case failure.MatchString(entry): // CUPS keeps a job whose filter failed, to be tried again by hand
			return State{Failed, FilterFailed, flat(entry)}, false, true
		case disabled.MatchString(about):
			return State{Failed, Stopped, flat(about)}, false, true
		case unanswered.MatchString(about):
			return State{Stage: Sent, Detail: flat(about)}, true, true
		}
		return State{Stage: Sent}, false, true
	}
	done, err := command(ctx, "lpstat", "-l", "-W", "completed", "-o", j.Printer)
	if err != nil {
		return State{Stage: Sent, Detail: err.Error()}, true, true
	}
	return j.ended(done, about), false, false
}

var (
	disabled   = regexp.MustCompile(`(?m)^printer \S+ disabled`)
	unanswered = regexp.MustCompile(`(?i)not responding|may not exist|unavailable|unable to (connect|locate|contact|open|get)|connecting to printer|unreachable|offline|waiting for (the )?printer|not connected|no route|refused|is busy`)
	failure    = regexp.MustCompile(`(?i)completed-with-errors|aborted|filter failed|unable-to|document-.*-error|job-stopped`)
	cancelled  = regexp.MustCompile(`(?i)cancell?ed`)
)

// ended reads how a job that left the queue came to its end. CUPS keeps its last
// words under "Status:" and "Alerts:"; a job that was never begun has no status.
func (j *Job) ended(done, about string) State {
	entry, found := entryOf(done, j.ID)
	switch {
	case !found && disabled.MatchString(about):
		return State{Failed, Stopped, flat(about)}
	case !found: // a queue that keeps no history: gone without a word means printed
		return State{Stage: Printed}
	case cancelled.MatchString(entry):
		return State{Failed, Cancelled, flat(entry)}
	case failure.MatchString(entry):
		return State{Failed, FilterFailed, flat(entry)}
	case strings.Contains(entry, "processing-to-stop-point") && !strings.Contains(entry, "Status:"):
		return State{Failed, Cancelled, flat(entry)}
	}
	return State{Stage: Printed}
}

// entryOf gives what a long list of lpstat says of a job: its indented lines.
func entryOf(list, id string) (entry string, found bool) {
	for _, l := range strings.Split(list, "\n") {
		switch {
		case l == "":
		case l[0] != ' ' && l[0] != '\t':
			if found {
				return entry, true
			}
			found = strings.Fields(l)[0] == id
		case found:
			entry += strings.TrimSpace(l) + "\n"
		}
	}
	return entry, found
}

func flat(s string) string { return strings.Join(strings.Fields(s), " ") }
