// Package voice reads aloud with the voice that the system has: espeak-ng or
// speech-dispatcher on Linux, SAPI through PowerShell on Windows, say on macOS.
//
// It knows programs and languages. It must not know a screen, a record or a
// visitor: it is handed a text, gives it to the program on its standard input –
// never as an argument, where every process of the machine could read it – and
// keeps nothing.
package voice

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// ErrNone says that the system has no voice.
var ErrNone = errors.New("voice: the system has none")

// System is the system's voice.
type System struct {
	languages map[string]string // what the program calls the voice of each language
	say       func(ctx context.Context, voice string) *exec.Cmd
	hush      func() *exec.Cmd // stops what another program speaks; nil where ending ours is enough
}

// finder looks for one program and asks which languages it speaks.
type finder func(ctx context.Context) (*System, error)

// Find gives the voice of this system; ErrNone where there is none.
func Find() (*System, error) {
	ctx, stop := context.WithTimeout(context.Background(), 8*time.Second)
	defer stop()
	var problems error
	for _, f := range finders {
		v, err := f(ctx)
		if err == nil && len(v.languages) > 0 {
			return v, nil
		}
		if err != nil && !errors.Is(err, exec.ErrNotFound) {
			problems = errors.Join(problems, err)
		}
	}
	return nil, errors.Join(ErrNone, problems)
}

// Speaks says whether there is a voice for a language ("da").
func (v *System) Speaks(lang string) bool { return v.languages[base(lang)] != "" }

// Say speaks until it has said all or ctx ends, which gives ctx's error.
func (v *System) Say(ctx context.Context, lang, text string) error {
	name := v.languages[base(lang)]
	if name == "" {
		return fmt.Errorf("%w for %s", ErrNone, lang)
	}
	c := v.say(ctx, name)
	c.WaitDelay = time.Second
	c.Stdin = strings.NewReader(text)
	c.Stdout, c.Stderr = io.Discard, io.Discard
	err := c.Run()
	if ctx.Err() != nil {
		if v.hush != nil {
			_ = v.hush().Run() // it would only speak on a little
		}
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("voice: %w", err)
	}
	return nil
}

func base(lang string) string {
	l, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(lang), "_", "-"), "-")
	return l
}

// listed runs a program that lists its voices.
func listed(ctx context.Context, name string, args ...string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", err
	}
	c := exec.CommandContext(ctx, path, args...)
	c.WaitDelay = time.Second
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("voice: %s: %w", name, err)
	}
	return string(out), nil
}
