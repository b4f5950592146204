// Package printer hands a finished PDF to the system's printer and follows the
// job until it is on paper or has failed, so that nobody at a counter is told
// "printed" by a queue that swallowed the sheet.
//
// On Linux and macOS it speaks to CUPS through lp, lpstat and cancel; elsewhere,
// and where those are missing, ErrNotAvailable says so and OpenInViewer opens
// the system's own viewer. It knows files and printers: no toolkit, no sheet, no
// citizen. What people read stands in the catalogue under the key of a State.
//
// Print queues are public: a job's title and file name must never carry a name.
package printer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ErrNotAvailable says that this machine has no print system that this package
// can follow: offer the viewer and the file instead.
var ErrNotAvailable = errors.New("printer: lp and lpstat are not available")

// RefusedError says that the print system did not take the job. Detail is its
// own message, in English, for a log.
type RefusedError struct{ Printer, Detail string }

func (e *RefusedError) Error() string {
	return fmt.Sprintf("printer: %s refused the job: %s", e.Printer, e.Detail)
}

// The defaults of a Job.
const (
	defaultPatience = 20 * time.Second
	defaultEvery    = 400 * time.Millisecond
)

// Job is a sheet that the print system has taken.
type Job struct {
	ID      string // as the queue calls it: "Kontor-17"
	Printer string
	// Patience is how long a printer may not answer; a job that only waits or
	// prints slowly has five times as long. Every is the time between looks.
	Patience, Every time.Duration
}

// Option changes how a job is printed.
type Option func(*settings)

type settings struct {
	media  string
	copies int
}

// Media chooses the paper, "A4" or "A5". Without it the queue's own is used.
func Media(size string) Option { return func(s *settings) { s.media = size } }

// Copies chooses how many, at least 1.
func Copies(n int) Option { return func(s *settings) { s.copies = max(1, n) } }

// Printers lists the queues of this machine and which of them is the default, ""
// where none is.
func Printers(ctx context.Context) (names []string, standard string, err error) {
	out, err := command(ctx, "lpstat", "-e")
	if err != nil {
		var failed *commandError
		if errors.As(err, &failed) { // no scheduler, or no queue: both mean that there is none to choose
			return nil, "", nil
		}
		return nil, "", err
	}
	names = strings.Fields(out)
	out, err = command(ctx, "lpstat", "-d")
	if err != nil {
		return names, "", nil // a list without a default is still a list
	}
	if m := defaultLine.FindStringSubmatch(out); m != nil {
		standard = m[1]
	}
	return names, standard, nil
}

var (
	defaultLine = regexp.MustCompile(`(?m)^system default destination: (\S+)`)
	requestLine = regexp.MustCompile(`request id is (\S+)`)
	mediaName   = regexp.MustCompile(`^[A-Za-z0-9._-]{1,60}$`)
)

// Print gives a PDF to a queue, unscaled, and returns once the queue has taken
// it, which says nothing of paper yet: follow the Job. The title is what
// everybody sees in the queue; only its plain ASCII is used. An empty printer is
// the default one. The file may be removed when Print has returned.
func Print(ctx context.Context, printer, path, title string, options ...Option) (*Job, error) {
	s := settings{copies: 1}
	for _, o := range options {
		o(&s)
	}
	if st, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("printer: %w", err)
	} else if !st.Mode().IsRegular() {
		return nil, fmt.Errorf("printer: %s is not a file", path)
	}
	args := []string{"-n", strconv.Itoa(s.copies), "-t", asciiTitle(title), "-o", "print-scaling=none"}
	if mediaName.MatchString(s.media) {
		args = append(args, "-o", "media="+s.media)
	}
	if printer != "" {
		args = append(args, "-d", printer)
	}
	out, err := command(ctx, "lp", append(args, "--", path)...)
	var failed *commandError
	if errors.As(err, &failed) {
		return nil, &RefusedError{printer, failed.detail}
	}
	if err != nil {
		return nil, err
	}
	m := requestLine.FindStringSubmatch(out)
	if m == nil {
		return nil, &RefusedError{printer, "no request id in: " + strings.TrimSpace(out)}
	}
	queue := printer
	if i := strings.LastIndex(m[1], "-"); i > 0 {
		queue = m[1][:i]
	}
	return &Job{ID: m[1], Printer: queue, Patience: defaultPatience, Every: defaultEvery}, nil
}

// Cancel takes the job out of the queue.
func (j *Job) Cancel(ctx context.Context) error {
	_, err := command(ctx, "cancel", j.ID)
	return err
}

func asciiTitle(t string) string {
	t = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, t)
	if t = strings.TrimLeft(strings.TrimSpace(t), "-"); t == "" {
		return "Vejviser"
	}
	return t
}

// commandError is a program that ran and said no.
type commandError struct{ name, detail string }

func (e *commandError) Error() string { return "printer: " + e.name + ": " + e.detail }

// command runs a program of the print system in the C locale, so that its words
// can be read. A missing program is ErrNotAvailable.
func command(ctx context.Context, name string, args ...string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", ErrNotAvailable
	}
	ctx, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	c := exec.CommandContext(ctx, path, args...)
	c.Env = append(os.Environ(), "LC_ALL=C", "LANG=C")
	c.WaitDelay = time.Second
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		if ctx.Err() != nil {
			return "", fmt.Errorf("printer: %s: %w", name, ctx.Err())
		}
		detail := strings.TrimSpace(errs.String())
		if detail == "" {
			detail = err.Error()
		}
		return "", &commandError{name, detail}
	}
	return out.String(), nil
}
