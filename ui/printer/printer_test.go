package printer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/assets/translations"
)

// system puts programs in the place of lp, lpstat and cancel that answer as
// CUPS does; they are real processes, and their words were taken from CUPS 2.4.
// Each call is noted in the file "calls".
func system(t *testing.T, lp, lpstat string) (dir string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the print system of Windows is another one")
	}
	dir = t.TempDir()
	note := "#!/bin/sh\ncd " + dir + "\necho \"$(basename $0)|$LC_ALL|$*\" >> calls\n"
	for name, body := range map[string]string{"lp": lp, "lpstat": lpstat, "cancel": "touch cancelled"} {
		if body == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(note+body+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+":/usr/bin:/bin")
	return dir
}

func sheet(t *testing.T) string {
	t.Helper()
	path, remove, err := Spool([]byte("%PDF-1.7 test"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := remove(); err != nil {
			t.Error(err)
		}
	})
	return path
}

const accepted = `echo "request id is Kontor-17 (1 file(s))"`

// queue answers lpstat: -o with the waiting list, -p with the printer, -W with the past.
func queue(waiting, printer, done string) string {
	return `case "$*" in
*-W*) printf '` + done + `' ;;
*-o*) ` + waiting + ` ;;
-p*) printf '` + printer + `' ;;
esac`
}

const (
	inQueue = `printf 'Kontor-17  anna  44032  Mon Nov 23 12:41:22 2026\n'`
	empty   = `true`
	idle    = `printer Kontor is idle.  enabled since Mon Nov 23 12:41:19 2026\n`
)

func follow(t *testing.T, waiting, printer, done string) (State, []State, string) {
	t.Helper()
	dir := system(t, accepted, queue(waiting, printer, done))
	j, err := Print(t.Context(), "Kontor", sheet(t), "Vejviser", Media("A4"))
	if err != nil {
		t.Fatal(err)
	}
	j.Patience, j.Every = 60*time.Millisecond, 10*time.Millisecond
	var told []State
	last := j.Follow(t.Context(), func(s State) { told = append(told, s) })
	return last, told, dir
}

func TestPrintedIsSaidOnlyOfAJobThatCameThrough(t *testing.T) {
	for name, c := range map[string]struct {
		waiting, printer, done string
		want                   State
		cancelled              bool
	}{
		"printed":       {empty, idle, `Kontor-17 anna 44032 Mon\n\tStatus: \n\tAlerts: job-completed-successfully\n\tqueued for Kontor\n`, State{Stage: Printed}, false},
		"printed fast":  {empty, idle, `Kontor-17 anna 44032 Mon\n\tStatus: \n\tAlerts: processing-to-stop-point\n\tqueued for Kontor\n`, State{Stage: Printed}, false},
		"no history":    {empty, idle, ``, State{Stage: Printed}, false},
		"filter failed": {empty, idle + `\tFilter failed\n`, `Kontor-17 anna 44032 Mon\n\tStatus: Filter failed\n\tAlerts: job-completed-with-errors\n\tqueued for Kontor\nKontor-3 b 1 Mon\n\tStatus: \n`, State{Stage: Failed, Reason: FilterFailed}, false},
		"kept broken":   {inQueue + `; printf '\tStatus: Filter failed\n\tAlerts: job-completed-with-errors\n\tqueued for Kontor\n'`, idle + `\tFilter failed\n`, ``, State{Stage: Failed, Reason: FilterFailed}, true},
		"not ours":      {empty, idle, `Kontor-3 b 1 Mon\n\tStatus: Filter failed\n\tAlerts: job-completed-with-errors\nKontor-17 anna 44032 Mon\n\tStatus: \n\tAlerts: none\n`, State{Stage: Printed}, false},
		"cancelled":     {empty, idle, `Kontor-17 anna 44032 Mon\n\tAlerts: processing-to-stop-point\n\tqueued for Kontor\n`, State{Stage: Failed, Reason: Cancelled}, false},
		"cancelled by":  {empty, idle, `Kontor-17 anna 44032 Mon\n\tStatus: \n\tAlerts: job-canceled-by-user\n`, State{Stage: Failed, Reason: Cancelled}, false},
		"paused":        {inQueue, `printer Kontor disabled since Mon Nov 23 12:41:19 2026 -\n\tPaused\n`, ``, State{Stage: Failed, Reason: Stopped}, true},
		"gone away":     {inQueue, `printer Kontor now printing Kontor-17.  enabled since Mon\n\tThe printer may not exist or is unavailable at this time.\n`, ``, State{Stage: Failed, Reason: NotAnswering}, true},
		"stuck":         {inQueue, `printer Kontor now printing Kontor-9.  enabled since Mon\n`, ``, State{Stage: Failed, Reason: NotAnswering}, true},
		"no scheduler":  {`echo "lpstat: Bad file descriptor" >&2; exit 1`, idle, ``, State{Stage: Failed, Reason: NotAnswering}, true},
	} {
		t.Run(name, func(t *testing.T) {
			last, told, dir := follow(t, c.waiting, c.printer, c.done)
			if last.Stage != c.want.Stage || last.Reason != c.want.Reason {
				t.Errorf("%+v, want %+v", last, c.want)
			}
			if len(told) != 2 || told[0].Stage != Sent || told[1] != last {
				t.Errorf("told %+v", told)
			}
			_, err := os.Stat(filepath.Join(dir, "cancelled"))
			if (err == nil) != c.cancelled {
				t.Errorf("taken out of the queue: %v, want %v", err == nil, c.cancelled)
			}
		})
	}
}

func TestAJobThatPrintsSlowlyIsWaitedFor(t *testing.T) {
	last, _, _ := follow(t, `echo x >> looks; [ $(wc -l < looks) -gt 12 ] || `+inQueue, `printer Kontor now printing Kontor-17.  enabled since Mon\n\tSpooling job, 45%% complete.\n`, `Kontor-17 anna 1 Mon\n\tStatus: \n`)
	if last.Stage != Printed {
		t.Errorf("%+v", last)
	}
}

func TestFollowEndsWithItsContext(t *testing.T) {
	system(t, accepted, queue(inQueue, idle, ``))
	j, err := Print(t.Context(), "Kontor", sheet(t), "Vejviser")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	if s := j.Follow(ctx, func(State) { stop() }); s.Stage != Sent {
		t.Errorf("%+v", s)
	}
}

func TestTheQueueSeesNoNameAndAnUnscaledSheet(t *testing.T) {
	dir := system(t, accepted, "")
	path := sheet(t)
	j, err := Print(t.Context(), "Kontor", path, "-Fællesskaber\n til", Media("A5"), Copies(2))
	if err != nil {
		t.Fatal(err)
	}
	if j.ID != "Kontor-17" || j.Printer != "Kontor" {
		t.Errorf("%+v", j)
	}
	b, err := os.ReadFile(filepath.Join(dir, "calls"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.TrimSpace(string(b)), "lp|C|-n 2 -t Fllesskaber til -o print-scaling=none -o media=A5 -d Kontor -- "+path; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if _, err := Print(t.Context(), "Kontor", path, "Vejviser", Media("A4 -o x")); err != nil {
		t.Fatal(err)
	}
	b, _ = os.ReadFile(filepath.Join(dir, "calls"))
	if strings.Contains(string(b), "A4 -o x") {
		t.Error("a strange paper reached the command")
	}
}

func TestARefusedJobSaysWhy(t *testing.T) {
	system(t, `echo "lp: Error - The printer or class does not exist." >&2; exit 1`, "")
	_, err := Print(t.Context(), "Ukendt", sheet(t), "Vejviser")
	var r *RefusedError
	if !errors.As(err, &r) || !strings.Contains(r.Detail, "does not exist") {
		t.Error(err)
	}
	if s := StateOf(err); s.Stage != Failed || s.Reason != Refused {
		t.Errorf("%+v", s)
	}
	if _, err := Print(t.Context(), "", filepath.Join(t.TempDir(), "none.pdf"), "Vejviser"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestPrintersAreListedWithTheDefault(t *testing.T) {
	system(t, "", `case "$*" in -e) printf 'Kontor\nLager\n' ;; -d) echo "system default destination: Lager" ;; esac`)
	names, standard, err := Printers(t.Context())
	if err != nil || !slices.Equal(names, []string{"Kontor", "Lager"}) || standard != "Lager" {
		t.Error(names, standard, err)
	}
	system(t, "", `echo "lpstat: No destinations added." >&2; exit 1`)
	if names, standard, err = Printers(t.Context()); err != nil || len(names) != 0 || standard != "" {
		t.Error(names, standard, err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, _, err = Printers(t.Context()); !errors.Is(err, ErrNotAvailable) {
		t.Error(err)
	}
}

func TestASheetOnDiskIsForThisUserAloneAndGoesAway(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	path, remove, err := Spool([]byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	dir, file := stat(t, filepath.Dir(path)), stat(t, path)
	if runtime.GOOS != "windows" && (dir.Mode().Perm() != 0o700 || file.Mode().Perm() != 0o600) {
		t.Error(dir.Mode(), file.Mode())
	}
	if err := Sweep(time.Now().Add(-time.Hour)); err != nil {
		t.Error(err)
	}
	stat(t, path) // too young to be swept
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), folderPrefix+"*")); len(left) != 0 {
		t.Error(left)
	}
	if _, _, err = Spool([]byte("y")); err != nil {
		t.Fatal(err)
	}
	if err := Sweep(time.Now().Add(time.Hour)); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), folderPrefix+"*")); len(left) != 0 {
		t.Error("left behind:", left)
	}
}

func stat(t *testing.T, path string) os.FileInfo {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func TestEveryStateHasWords(t *testing.T) {
	states := []State{{Stage: Sent}, {Stage: Printed}}
	for _, r := range []Reason{Stopped, FilterFailed, NotAnswering, Cancelled, Refused} {
		states = append(states, State{Stage: Failed, Reason: r})
	}
	for _, lang := range translations.Languages {
		for _, s := range states {
			if !translations.For(lang).Has(s.Key()) {
				t.Errorf("%s lacks %s", lang, s.Key())
			}
		}
	}
}

func TestTheViewerOfTheSystemOpensTheSheet(t *testing.T) {
	dir := system(t, "", "")
	name, _ := viewer(runtime.GOOS, "")
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\necho \"$1\" > "+dir+"/opened\n[ -f \"$1\" ]\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	path := sheet(t)
	if err := OpenInViewer(path); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "opened")); err != nil || strings.TrimSpace(string(b)) != path {
		t.Error(string(b), err)
	}
	if err := OpenInViewer(path + ".none"); err == nil {
		t.Error("a viewer that failed was believed")
	}
	if name, args := viewer("windows", "x.pdf"); name != "rundll32" || args[1] != "x.pdf" {
		t.Error(name, args)
	}
}
