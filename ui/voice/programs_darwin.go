package voice

import (
	"context"
	"os/exec"
	"regexp"
	"strings"
)

var finders = []finder{func(ctx context.Context) (*System, error) {
	out, err := listed(ctx, "say", "-v", "?")
	if err != nil {
		return nil, err
	}
	return &System{languages: sayVoices(out), say: func(ctx context.Context, voice string) *exec.Cmd {
		return exec.CommandContext(ctx, "say", "-v", voice, "-f", "-")
	}}, nil
}}

var sayLine = regexp.MustCompile(`^(.*?)\s+([a-z]{2,3}[_-][A-Z0-9]{2,4})\s+#`)

// sayVoices reads the list of say -v ?: name, language, and a sentence.
func sayVoices(list string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(list) {
		if m := sayLine.FindStringSubmatch(line); m != nil && out[base(m[2])] == "" {
			out[base(m[2])] = m[1]
		}
	}
	return out
}
