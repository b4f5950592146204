// Command vejvis does the desk's work without a screen: for scripts, for IT and
// for bulk export (DESIGN §10). It is pure Go, without cgo and without the
// toolkit of the desktop app, and shares every rule with it.
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
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/ui/helptext"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"
)

// Set by the Makefile from FyneApp.toml.
var version = "dev"

func main() {
	localdb.CheckIfAsked()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := (&program{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		now: time.Now, rand: rand.Reader, keyring: true,
		say: say.In(language()),
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
	stdin          io.Reader
	stdout, stderr io.Writer
	now            func() time.Time
	rand           io.Reader
	keyring        bool
	say            *say.Speaker

	dir            string
	json           bool
	passphraseFile string
	pinFile        string
	person         string
}

// errPartly ends with 1 after everything there is to say has been said.
var errPartly = errors.New("partly done")

// usageError is a call that was wrong in itself: exit 2.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// saidError is an error that is already in words for people.
type saidError struct{ text string }

func (e *saidError) Error() string { return e.text }

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
		fmt.Fprintln(p.stderr, "vejvis:", usage.text)
		fmt.Fprintln(p.stderr, p.say.T("vejvis.see_help"))
		return 2
	}
	fmt.Fprintln(p.stderr, "vejvis:", p.explain(err))
	return 1
}

// explain says an error in words, with what to do; the technical text follows
// on a line of its own for the one who is called to help.
func (p *program) explain(err error) string {
	var file *interchange.FileError
	var path *fs.PathError
	var said *saidError
	switch {
	case errors.As(err, &said):
		return said.text
	case errors.Is(err, context.Canceled):
		return p.say.T("vejvis.stopped")
	case errors.As(err, &file):
		return file.File + ": " + p.reason(file.Reason)
	case errors.As(err, &path) && errors.Is(err, fs.ErrNotExist):
		return p.say.T("vejvis.not_there", "path", path.Path)
	case errors.As(err, &path) && errors.Is(err, fs.ErrPermission):
		return p.say.T("vejvis.no_permission", "path", path.Path)
	case errors.As(err, &path) && errors.Is(err, syscall.EISDIR):
		return p.say.T("vejvis.is_folder", "path", path.Path)
	case errors.As(err, &path) && errors.Is(err, syscall.ENOTDIR):
		return p.say.T("vejvis.not_folder", "path", path.Path)
	}
	if text, ok := p.explainSync(err); ok {
		return text
	}
	if text, ok := p.explainPIN(err); ok {
		return text
	}
	if key := localdb.MessageKey(err); key != "" && p.say.Has(key) {
		return p.say.T(key) + "\n  (" + err.Error() + ")"
	}
	return err.Error()
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "vejvis",
		Short:         p.say.T("vejvis.short"),
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return &usageError{p.say.T("vejvis.unknown_command", "name", args[0])}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return &usageError{p.say.T("vejvis.no_command")}
		},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err.Error()} })
	f := root.PersistentFlags()
	f.StringVar(&p.dir, "data", "", p.say.T("vejvis.flag.data"))
	f.BoolVar(&p.json, "json", false, p.say.T("vejvis.flag.json"))
	f.StringVar(&p.passphraseFile, "passphrase-file", "", p.say.T("vejvis.flag.passphrase_file"))
	f.StringVar(&p.pinFile, "pin-file", "", p.say.T("vejvis.flag.pin_file"))
	f.StringVar(&p.person, "person", "", p.say.T("vejvis.flag.person"))
	root.AddCommand(p.initCommand(), p.importCommand(), p.searchCommand(), p.handoutCommand(),
		p.referCommand(), p.eventCommand(), p.referralCommand(), p.followupCommand(), p.briefingCommand(), p.welcomeCommand(),
		p.postcardCommand(), p.posterCommand(), p.monthCommand(), p.bookletCommand(), p.exportCommand(), p.enrolCommand(), p.syncCommand(), p.verifyCommand(), p.kioskPINCommand(), p.dumpCommand(), p.statusCommand())
	root.CompletionOptions.HiddenDefaultCmd = true
	helptext.Frame(root, p.say)
	return root
}

// args makes cobra's argument checks end with 2 and words.
func (p *program) args(least, most int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < least || most >= 0 && len(args) > most {
			return &usageError{p.say.T("vejvis.usage." + what)}
		}
		return nil
	}
}

// open opens the store that --data names.
func (p *program) open(ctx context.Context) (*localdb.Store, error) {
	o, err := p.options()
	if err != nil {
		return nil, err
	}
	return localdb.Open(ctx, o)
}

func (p *program) options() (localdb.Options, error) {
	dir := p.dir
	if dir == "" {
		d, err := localdb.DefaultDir()
		if err != nil {
			return localdb.Options{}, err
		}
		dir = d
	}
	o := localdb.Options{Dir: dir, Keyring: p.keyring, Now: p.now, Rand: p.rand, Actor: "vejvis"}
	o.Passphrase, o.PIN, o.Person = said(p.passphraseFile), said(p.pinFile), p.person
	return o, nil
}

// with opens the store, does fn and closes it; an error of closing counts.
func (p *program) with(ctx context.Context, fn func(*localdb.Store) error) error {
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	err = fn(s)
	if cerr := s.Close(); err == nil {
		err = cerr
	}
	return err
}

// line writes one JSON object a line.
func (p *program) line(v any) error {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s\n", b)
	return err
}

// tell writes a message for people.
func (p *program) tell(format string, args ...any) { fmt.Fprintf(p.stderr, format+"\n", args...) }
