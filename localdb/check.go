package localdb

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"sync/atomic"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/badgerdir"
)

// checkArgument makes this process check a view and end.
const checkArgument = "--check-store"

// checkLimit is how long a check may take before the view counts as bad.
const checkLimit = 30 * time.Second

// canCheck says that CheckIfAsked stands first in this program, so that a child
// of the same executable answers.
var canCheck atomic.Bool

// CheckIfAsked is called first in every main and TestMain. Where this process
// was started to check a view, it does that and ends; else it returns at once.
//
// A damaged table panics inside goroutines of Badger, where nobody can recover:
// it must be met for the first time in a process that may die.
func CheckIfAsked() {
	badgerdir.IfAsked()
	if len(os.Args) != 3 || os.Args[1] != checkArgument {
		canCheck.Store(true)
		return
	}
	report := answer(os.Args[2], os.Stdin)
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
	OK    bool   `json:"ok"`
	Why   string `json:"why,omitzero"`
	Count uint64 `json:"count"`
}

func answer(dir string, keyFrom io.Reader) (r checkReport) {
	defer func() {
		if p := recover(); p != nil {
			r = checkReport{Why: fmt.Sprint("panic: ", p)}
		}
	}()
	line := make([]byte, 64)
	if _, err := io.ReadFull(keyFrom, line); err != nil {
		return checkReport{Why: "key: " + err.Error()}
	}
	// The asker keeps the pipe open while it waits. Where it was killed, this
	// process must not live on: it works by path, and would write into the view
	// that the next start puts in the place of this one.
	go func() {
		_, _ = io.Copy(io.Discard, keyFrom)
		os.Exit(1)
	}()
	key, err := hex.DecodeString(string(line))
	if err != nil {
		return checkReport{Why: "key: " + err.Error()}
	}
	v, err := openView(dir, key, slog.New(discard{}))
	if err != nil {
		return checkReport{Why: err.Error()}
	}
	n, err := v.verify(context.Background())
	if err = errors.Join(err, v.close()); err != nil {
		return checkReport{Why: err.Error()}
	}
	return checkReport{OK: true, Count: n}
}

// verify reads everything: Badger's checksums, each value's hash, and the count
// and XOR of all against meta.
func (v *view) verify(ctx context.Context) (count uint64, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: panic: %v", ErrDamaged, p)
		}
	}()
	if err := v.db.VerifyChecksum(); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	var m meta
	var xor uint64
	err = v.db.View(func(txn *badger.Txn) error {
		m, err = readMeta(txn)
		if errors.Is(err, badger.ErrKeyNotFound) {
			m, err = meta{Schema: schema}, nil
		}
		if err != nil {
			return err
		}
		current := string(seqKey("", m.Gen))
		return each(txn, nil, func(key, val []byte) error {
			if count%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			if _, _, err := decodeValue(key, val); err != nil {
				return err
			}
			if counted(key, current) {
				count++
				xor ^= hash8(val)
			}
			return nil
		})
	})
	if err != nil {
		return count, err
	}
	if count != m.Count || xor != m.XOR {
		return count, fmt.Errorf("%w: %d records where %d should be", ErrDamaged, count, m.Count)
	}
	return count, nil
}

// counted says whether a key is part of meta's count: all but meta itself and
// generations of the directory that are not the current one.
func counted(key []byte, current string) bool {
	switch string(key[:min(2, len(key))]) {
	case spaceMeta:
		return false
	case spaceDirectory, spaceIdentity, spaceBase:
		return len(key) >= 10 && string(key[2:10]) == current
	default:
		return true
	}
}

// errNotStarted means that the child could not be started, which says nothing
// about the view.
var errNotStarted = errors.New("localdb: the check could not be started")

// checkInChild has a child process check the view in dir. The key goes through
// a pipe: arguments and environments can be read by others.
func checkInChild(ctx context.Context, dir string, key []byte) error {
	if !canCheck.Load() {
		return errNotStarted
	}
	exe, err := os.Executable()
	if err != nil {
		return errNotStarted
	}
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, exe, checkArgument, dir)
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

// check has the view in dir checked in a child, or where none can be started
// in this process.
func check(ctx context.Context, dir string, key []byte, log *slog.Logger) error {
	err := checkInChild(ctx, dir, key)
	if !errors.Is(err, errNotStarted) {
		return err
	}
	v, err := openView(dir, key, log)
	if err != nil {
		return err
	}
	_, err = v.verify(ctx)
	return errors.Join(err, v.close())
}

// hash8 is the hash that a whole value begins with.
func hash8(val []byte) uint64 { return binary.BigEndian.Uint64(val) }
