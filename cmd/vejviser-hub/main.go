// Command vejviser-hub keeps the log and answers devices (DESIGN §5, §10). It is
// pure Go, without cgo and without the toolkit of the desktop app. Administrative
// commands work beside a running hub, through the socket in its data folder, and
// without one; the first command on an empty folder makes the hub there.
//
// Output that a program reads goes to stdout, messages for people to stderr.
// It ends with 0 when all is done, 1 when something was refused or only partly
// done, and 2 when it was called wrongly.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/sync/hub"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/ui/account"
	"github.com/faellesskabsby/vejviser/ui/helptext"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/go-json-experiment/json"
	"github.com/nats-io/nats.go"
	"github.com/spf13/cobra"
)

// Set by the Makefile from FyneApp.toml.
var version = "dev"

func main() {
	localdb.CheckIfAsked()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	level := new(slog.LevelVar)
	level.Set(slog.LevelWarn)
	code := (&program{
		stdout: os.Stdout, stderr: os.Stderr, now: time.Now, rand: rand.Reader, say: say.In(language()),
		logger: slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level})), level: level,
	}).run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// language follows the environment: English where it says so, else Danish.
func language() string {
	for _, k := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(k); v != "" {
			if strings.HasPrefix(v, "en") {
				return "en"
			}
			return "da"
		}
	}
	return "da"
}

// program is one call of the command, with everything from outside passed in,
// so that a test can run the real thing in its own process.
type program struct {
	stdout, stderr io.Writer
	now            func() time.Time
	rand           io.Reader
	say            *say.Speaker
	logger         *slog.Logger
	level          *slog.LevelVar   // serve says more than a command that ends at once; nil in tests
	ready          func(url string) // tests: called when the hub serves

	dir            string
	json           bool
	passphraseFile string
	logURL, creds  string
}

// errPartly ends with 1 after everything there is to say has been said.
var errPartly = errors.New("partly done")

// usageError is a call that was wrong in itself: exit 2.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func (p *program) run(ctx context.Context, args []string) int {
	root := p.root()
	root.SetArgs(args)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	err := root.ExecuteContext(ctx)
	var usage *usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errPartly):
		return 1
	case errors.As(err, &usage):
		fmt.Fprintln(p.stderr, "vejviser-hub:", usage.text)
		fmt.Fprintln(p.stderr, p.say.T("hub.see_help"))
		return 2
	}
	fmt.Fprintln(p.stderr, "vejviser-hub:", p.explain(err))
	return 1
}

// said are errors with words of their own.
var said = []struct {
	err error
	key string
}{
	{hub.ErrNoDevice, "no_device"}, {hub.ErrNoCard, "no_card"}, {hub.ErrRescue, "bad_rescue"}, {hub.ErrNoName, "no_organisation"}, {hub.ErrBadRole, "bad_role"},
	{errKeyFile, "bad_key_file"}, {errSealed, "needs_key_file"}, {errWrong, "wrong_key_file"},
	{hub.ErrNotEmpty, "not_empty"}, {hub.ErrBackup, "bad_backup"}, {hub.ErrNotOurs, "bad_backup"},
	{hub.ErrIdentity, "bad_identity"}, {hub.ErrOtherHub, "other_hub"}, {hub.ErrNoLog, "no_log"}, {errRunning, "already"}, {errInUse, "in_use"}, {localdb.ErrInUse, "in_use"},
	{nats.ErrAuthorization, "log_refused"}, {nats.ErrAuthExpired, "log_refused"}, {nats.ErrAuthRevoked, "log_refused"}, {log.ErrUnavailable, "log_away"}, {nats.ErrNoServers, "log_away"}, {nats.ErrTimeout, "log_away"}, {log.ErrNotEmpty, "not_empty"}, {log.ErrFull, "full"}, {localdb.ErrDiskFull, "full"},
	{context.Canceled, "stopped"},
}

// explain says an error in words, with what to do; the technical text follows
// on a line of its own for the one who is called to help.
func (p *program) explain(err error) string {
	var file *interchange.FileError
	var path *fs.PathError
	var behind *hub.BehindError
	var address *url.Error
	switch {
	case errors.As(err, &behind):
		return p.say.T("hub.behind") + "\n  (" + err.Error() + ")"
	case errors.As(err, &file):
		return file.File + ": " + account.Reason(p.say, file.Reason)
	case errors.As(err, &address) && address.Op == "parse":
		return p.say.T("hub.bad_log") // its own text would show the password in it
	}
	for _, s := range said {
		if errors.Is(err, s.err) {
			return p.say.T("hub."+s.key) + "\n  (" + err.Error() + ")"
		}
	}
	switch {
	case errors.As(err, &path) && errors.Is(err, fs.ErrNotExist):
		return p.say.T("vejvis.not_there", "path", path.Path)
	case errors.As(err, &path) && errors.Is(err, fs.ErrPermission):
		return p.say.T("vejvis.no_permission", "path", path.Path)
	}
	if key := localdb.MessageKey(err); key != "" && key != "store.unexpected" && p.say.Has(key) {
		return p.say.T(key) + "\n  (" + err.Error() + ")"
	}
	return err.Error()
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use: "vejviser-hub", Short: p.say.T("hub.short"), Version: version, SilenceUsage: true, SilenceErrors: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return &usageError{p.say.T("vejvis.unknown_command", "name", args[0])}
			}
			return nil
		},
		RunE: func(*cobra.Command, []string) error { return &usageError{p.say.T("vejvis.no_command")} },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err.Error()} })
	f := root.PersistentFlags()
	f.StringVar(&p.dir, "data", "", p.say.T("hub.flag.data"))
	f.BoolVar(&p.json, "json", false, p.say.T("vejvis.flag.json"))
	f.StringVar(&p.passphraseFile, "passphrase-file", "", p.say.T("vejvis.flag.passphrase_file"))
	f.StringVar(&p.logURL, "log", "", p.say.T("hub.flag.log"))
	f.StringVar(&p.creds, "log-credentials", "", p.say.T("hub.flag.creds"))
	root.AddCommand(p.serveCommand(), p.importCommand(), p.inviteCommand(), p.devicesCommand(), p.roleCommand(), p.revokeCommand(),
		p.eraseCommand(), p.backupCommand(), p.restoreCommand(), p.statusCommand())
	root.CompletionOptions.HiddenDefaultCmd = true
	helptext.Frame(root, p.say)
	return root
}

// args makes cobra's argument checks end with 2 and words.
func (p *program) args(least, most int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < least || most >= 0 && len(args) > most {
			return &usageError{p.say.T("hub.usage." + what)}
		}
		return nil
	}
}

// folder is the hub's data folder, absolute.
func (p *program) folder() (string, error) {
	dir := p.dir
	if dir == "" {
		d, err := localdb.DefaultDir()
		if err != nil {
			return "", err
		}
		dir = d + "-hub"
	}
	return filepath.Abs(dir)
}

// passphrase gives what --passphrase-file holds; nil where there is none.
func (p *program) passphrase() func() ([]byte, error) {
	if p.passphraseFile == "" {
		return nil
	}
	return func() ([]byte, error) {
		b, err := os.ReadFile(p.passphraseFile)
		return []byte(strings.TrimRight(string(b), "\r\n")), err
	}
}

// line writes one JSON object a line.
func (p *program) line(v any) error {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err == nil {
		_, err = fmt.Fprintf(p.stdout, "%s\n", b)
	}
	return err
}

// tell writes a message for people.
func (p *program) tell(format string, args ...any) { fmt.Fprintf(p.stderr, format+"\n", args...) }
