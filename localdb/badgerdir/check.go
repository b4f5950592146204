package badgerdir

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"
)

// Check opens the folder, reads everything in it and closes it again.
type Check func(ctx context.Context, dir string, key []byte) error

// checks by kind; filled by init functions alone.
var checks = map[string]Check{}

// Register says how folders of a kind are checked. It is called from init, so
// that a child process knows it as well.
func Register(kind string, c Check) { checks[kind] = c }

// checkArgument and a kind make this process check a folder and end.
const checkArgument = "--check-folder="

// checkLimit is how long a check may take before the folder counts as bad.
const checkLimit = 30 * time.Second

// canCheck says that IfAsked stands first in this program, so that a child of
// the same executable answers.
var canCheck atomic.Bool

// IfAsked is called first in every main and TestMain. Where this process was
// started to check a folder, it does that and ends; else it returns at once.
//
// A damaged table panics inside goroutines of Badger, where nobody can recover:
// it must be met for the first time in a process that may die.
func IfAsked() {
	kind, ok := "", false
	if len(os.Args) == 3 {
		kind, ok = strings.CutPrefix(os.Args[1], checkArgument)
	}
	if !ok {
		canCheck.Store(true)
		return
	}
	report := answer(kind, os.Args[2], os.Stdin)
	b, err := json.Marshal(report)
	if err == nil {
		_, err = os.Stdout.Write(append(b, '\n'))
	}
	if err != nil || !report.OK {
		os.Exit(1)
	}
	os.Exit(0)
}

// checkReport is the child's answer.
type checkReport struct {
	OK  bool   `json:"ok"`
	Why string `json:"why,omitzero"`
}

func answer(kind, dir string, keyFrom io.Reader) (r checkReport) {
	defer func() {
		if p := recover(); p != nil {
			r = checkReport{Why: fmt.Sprint("panic: ", p)}
		}
	}()
	check := checks[kind]
	if check == nil {
		return checkReport{Why: "nobody knows the kind " + kind}
	}
	line := make([]byte, 64)
	if _, err := io.ReadFull(keyFrom, line); err != nil {
		return checkReport{Why: "key: " + err.Error()}
	}
	// The asker keeps the pipe open while it waits. Where it was killed, this
	// process must not live on: it works by path, and would write into the folder
	// that the next start puts in the place of this one.
	go func() {
		_, _ = io.Copy(io.Discard, keyFrom)
		os.Exit(1)
	}()
	key, err := hex.DecodeString(string(line))
	if err != nil {
		return checkReport{Why: "key: " + err.Error()}
	}
	if err := check(context.Background(), dir, key); err != nil {
		return checkReport{Why: err.Error()}
	}
	return checkReport{OK: true}
}

// errNotStarted means that the child could not be started, which says nothing
// about the folder.
var errNotStarted = errors.New("badgerdir: the check could not be started")

// Verify has the folder checked in a child process, or in this one where none
// can be started. The error is ErrDamaged, or that of ctx.
func Verify(ctx context.Context, kind, dir string, key []byte) error {
	err := inChild(ctx, kind, dir, key)
	if errors.Is(err, errNotStarted) {
		if err = checks[kind](ctx, dir, key); err != nil && !errors.Is(err, ErrDamaged) {
			err = fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// inChild gives the key through a pipe: arguments and environments can be read
// by others.
func inChild(ctx context.Context, kind, dir string, key []byte) error {
	if !canCheck.Load() {
		return errNotStarted
	}
	exe, err := os.Executable()
	if err != nil {
		return errNotStarted
	}
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, exe, checkArgument+kind, dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		return errors.Join(errNotStarted, err)
	}
	cmd.WaitDelay = time.Second
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		return errors.Join(errNotStarted, err)
	}
	if _, err := io.WriteString(in, hex.EncodeToString(key)); err != nil {
		return fmt.Errorf("%w: the check took no key: %w", ErrDamaged, errors.Join(err, cmd.Process.Kill(), cmd.Wait()))
	}
	waited := cmd.Wait() // closes the pipe, which the child takes as leave to end
	var r checkReport
	if err := json.Unmarshal(bytes.TrimSpace(out.Bytes()), &r); err != nil {
		return fmt.Errorf("%w: the check died: %w", ErrDamaged, errors.Join(waited, ctx.Err()))
	}
	if !r.OK {
		return fmt.Errorf("%w: %s", ErrDamaged, r.Why)
	}
	return nil
}
