// Command vejviser is the desktop app: it opens the store of this PC, builds
// the search over it, and hands both to the pages of the window. It wires and
// decides nothing: what is known lives in localdb, what people see in ui.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/ui/printer"
)

// Set by the Makefile from FyneApp.toml.
var (
	version = "dev"
	appID   = "dk.faellesskabsby.vejviser"
	appName = "Vejviser"
)

func main() {
	localdb.CheckIfAsked()
	os.Exit(run(os.Args[1:]))
}

// arguments are what the command line says.
type arguments struct {
	dir            string
	example        bool
	kiosk          bool
	second         bool // the kiosk on the second screen
	passphraseFile string
}

// run gives the exit code: 0 when the window was closed (or another one was
// raised), 1 when the app could not open, 2 when it was called wrongly.
func run(args []string) int {
	cat := translations.For("da")
	var a arguments
	fs := flag.NewFlagSet("vejviser", flag.ContinueOnError)
	fs.StringVar(&a.dir, "data", "", cat.T("app.flag_data"))
	fs.BoolVar(&a.example, "example", false, cat.T("app.flag_example"))
	fs.BoolVar(&a.kiosk, "kiosk", false, cat.T("app.flag_kiosk"))
	fs.BoolVar(&a.second, "second-screen", false, cat.T("app.flag_second"))
	fs.StringVar(&a.passphraseFile, "passphrase-file", "", cat.T("app.flag_passphrase"))
	showVersion := fs.Bool("version", false, cat.T("app.flag_version"))
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	say := func(key string, args ...any) { fmt.Fprintln(os.Stderr, "vejviser: "+cat.T(key, args...)) }
	switch {
	case *showVersion:
		fmt.Println(appName, version)
		return 0
	case fs.NArg() > 0:
		say("app.too_many", "what", fs.Arg(0))
		return 2
	}
	if a.dir == "" {
		where := localdb.DefaultDir
		if a.kiosk {
			where = kioskDir
		}
		dir, err := where()
		if err != nil {
			say("app.no_dir")
			return 1
		}
		a.dir = dir
	}
	if err := os.MkdirAll(a.dir, 0o700); err != nil {
		say("app.dir_refused", "dir", a.dir)
		return 1
	}
	if raiseOther(a.dir) {
		return 0
	}
	if err := sweep(time.Now()); err != nil {
		say("app.no_sweep", "dir", os.TempDir())
	}
	if key := displayProblem(); key != "" {
		say(key)
		return 1
	}
	crashes, err := crashLog(a.dir)
	if err != nil {
		say("app.no_crash_log", "dir", a.dir)
	} else {
		defer crashes.Close()
	}
	if a.kiosk {
		return showKiosk(a)
	}
	return show(a)
}

// sweep takes away sheets, with a citizen's name on them, that an earlier run
// left in the folder for temporary files because it was ended by force. What is
// a few seconds old may be another desk's that is printing now.
func sweep(now time.Time) error { return printer.Sweep(now.Add(-15 * time.Second)) }

// crashLog has the runtime write what a crash says beside the data: goroutines
// and lines of code, never what was typed.
func crashLog(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "crash.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	if err := debug.SetCrashOutput(f, debug.CrashOptions{}); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
