package communities

import (
	"context"
	"errors"
	"io/fs"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/ui/say"
)

// importer does the work of an import away from the screen and tells the screen
// how it goes. Only one piece of work runs at a time; cancelling leaves nothing
// changed, because a store's Import is all or nothing.
type importer struct {
	store Store
	now   func() time.Time
	post  func(func())

	cancel context.CancelFunc // nil where nothing runs
	turn   int                // counts the works begun, so that a late answer is known
}

// busy says whether something runs.
func (im *importer) busy() bool { return im.cancel != nil }

// stop cancels what runs.
func (im *importer) stop() {
	if im.cancel != nil {
		im.cancel()
	}
}

func (im *importer) begin() (context.Context, int) {
	im.stop()
	ctx, cancel := context.WithCancel(context.Background())
	im.turn++
	im.cancel = cancel
	return ctx, im.turn
}

// end says whether the work that ends is the one the screen waits for.
func (im *importer) end(turn int) bool {
	if turn != im.turn {
		return false
	}
	im.cancel()
	im.cancel = nil
	return true
}

// plan reads the headings of files and gives the plan to done, on the screen's goroutine.
func (im *importer) plan(paths []string, o interchange.Options, done func(*interchange.Import, error)) {
	ctx, turn := im.begin()
	o.Today = directory.DayOf(im.now())
	go func() {
		p, err := interchange.Plan(ctx, paths, o)
		im.post(func() {
			if im.end(turn) {
				done(p, err)
			}
		})
	}()
}

// run brings files in, or only tries it. progress and done are called on the
// screen's goroutine; progress not more often than a person can see.
func (im *importer) run(paths []string, o interchange.Options, progress func(done, total int64), done func(interchange.Account, error)) {
	ctx, turn := im.begin()
	o.Today = directory.DayOf(im.now())
	step := im.paced(turn, progress)
	go func() {
		var acc interchange.Account
		p, err := interchange.Plan(ctx, paths, o)
		if err == nil {
			err = im.store.Import(ctx, func(tx *localdb.ImportTx) error {
				var err error
				acc, err = p.Run(ctx, tx, step)
				if err == nil {
					err = ctx.Err()
				}
				return err
			})
		}
		im.post(func() {
			if im.end(turn) {
				done(acc, err)
			}
		})
	}()
}

// paced lets through a step every 80 ms, and the last; a step that is not drawn
// yet is not queued again.
func (im *importer) paced(turn int, progress func(done, total int64)) func(done, total int64) {
	var last time.Time
	var queued atomic.Bool
	return func(done, total int64) {
		now := im.now()
		if done < total && now.Sub(last) < 80*time.Millisecond && now.Sub(last) >= 0 || queued.Swap(true) {
			return
		}
		last = now
		im.post(func() {
			queued.Store(false)
			if turn == im.turn && im.cancel != nil {
				progress(done, total)
			}
		})
	}
}

// errorWords says what happened to work that failed, and what helps.
func errorWords(s *say.Speaker, err error) string {
	var file *interchange.FileError
	switch {
	case errors.Is(err, context.Canceled):
		return s.T("communities.cancelled")
	case errors.As(err, &file) && s.Has("import."+file.Reason):
		return s.T("communities.err_read", "reason", s.T("import."+file.Reason))
	case errors.Is(err, fs.ErrNotExist):
		return s.T("communities.err_not_found")
	case errors.Is(err, fs.ErrPermission):
		return s.T("communities.err_denied")
	case errors.Is(err, localdb.ErrEnrolled):
		return s.T("communities.err_enrolled")
	case errors.Is(err, localdb.ErrDiskFull):
		return s.T("store.disk_full")
	}
	return s.T("communities.err_read_plain")
}

// saveWords says why a list could not be saved, and what helps; "" where
// nothing better is known than to choose another folder.
func saveWords(s *say.Speaker, err error) string {
	switch {
	case errors.Is(err, syscall.EISDIR):
		return s.T("communities.err_save_folder")
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return s.T("communities.err_save_not_found")
	case errors.Is(err, fs.ErrPermission):
		return s.T("communities.err_save_denied")
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, localdb.ErrDiskFull):
		return s.T("communities.err_save_full")
	}
	return ""
}
