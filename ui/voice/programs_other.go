//go:build !windows && !darwin

package voice

import (
	"context"
	"os/exec"
	"strings"
)

var finders = []finder{
	func(ctx context.Context) (*System, error) { return espeak(ctx, "espeak-ng") },
	func(ctx context.Context) (*System, error) { return espeak(ctx, "espeak") },
	dispatcher,
}

// espeak speaks a little slower than its own 175 words a minute: who listens
// stands in a room with others.
func espeak(ctx context.Context, program string) (*System, error) {
	out, err := listed(ctx, program, "--voices")
	if err != nil {
		return nil, err
	}
	return &System{languages: espeakVoices(out), say: func(ctx context.Context, voice string) *exec.Cmd {
		return exec.CommandContext(ctx, program, "-v", voice, "-s", "150", "--stdin")
	}}, nil
}

// espeakVoices reads the list that espeak-ng --voices gives: priority, language,
// age and gender, name, file, and others. The first of a language is its best; its
// plain code is preferred to a region's.
func espeakVoices(list string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(list) {
		f := strings.Fields(line)
		if len(f) < 4 || f[0] == "Pty" {
			continue
		}
		if l := base(f[1]); out[l] == "" || f[1] == l {
			out[l] = f[1]
		}
	}
	return out
}

// dispatcher is speech-dispatcher, which goes on speaking when its client ends.
func dispatcher(ctx context.Context) (*System, error) {
	out, err := listed(ctx, "spd-say", "-L")
	if err != nil {
		return nil, err
	}
	return &System{languages: dispatcherVoices(out),
		say: func(ctx context.Context, voice string) *exec.Cmd {
			return exec.CommandContext(ctx, "spd-say", "--wait", "--pipe-mode", "-l", voice)
		},
		hush: func() *exec.Cmd { return exec.Command("spd-say", "--cancel") },
	}, nil
}

// dispatcherVoices reads the table that spd-say -L gives: name, language, variant.
func dispatcherVoices(list string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(list) {
		f := strings.Fields(line)
		if len(f) < 3 || f[1] == "LANGUAGE" {
			continue
		}
		lang := f[len(f)-2]
		if l := base(lang); len(l) >= 2 && len(l) <= 3 && out[l] == "" {
			out[l] = l
		}
	}
	return out
}
