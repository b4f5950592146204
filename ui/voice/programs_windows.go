package voice

import (
	"context"
	"os/exec"
	"strings"
	"syscall"
)

var finders = []finder{func(ctx context.Context) (*System, error) {
	path, err := exec.LookPath("powershell.exe")
	if err != nil {
		return nil, err
	}
	c := powershell(ctx, path, listScript)
	out, err := c.Output()
	if err != nil {
		return nil, err
	}
	return &System{languages: sapiVoices(string(out)), say: func(ctx context.Context, voice string) *exec.Cmd {
		return powershell(ctx, path, strings.Replace(sayScript, "VOICE", strings.ReplaceAll(voice, "'", "''"), 1))
	}}, nil
}}

// powershell runs a script of our own with no window; the text to be read comes on
// its standard input.
func powershell(ctx context.Context, path, script string) *exec.Cmd {
	c := exec.CommandContext(ctx, path, "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-Command", script)
	c.SysProcAttr = &syscall.SysProcAttr{HideWindow: true, CreationFlags: 0x08000000} // CREATE_NO_WINDOW
	return c
}

const listScript = `[Console]::OutputEncoding = [Text.Encoding]::UTF8; Add-Type -AssemblyName System.Speech; ` +
	`(New-Object System.Speech.Synthesis.SpeechSynthesizer).GetInstalledVoices() | Where-Object Enabled | ForEach-Object { $_.VoiceInfo.Culture.Name + [char]9 + $_.VoiceInfo.Name }`

const sayScript = `[Console]::InputEncoding = [Text.Encoding]::UTF8; Add-Type -AssemblyName System.Speech; ` +
	`$s = New-Object System.Speech.Synthesis.SpeechSynthesizer; $s.SelectVoice('VOICE'); $s.Rate = -1; ` +
	`$r = New-Object IO.StreamReader([Console]::OpenStandardInput(), [Text.Encoding]::UTF8); $s.Speak($r.ReadToEnd())`

// sapiVoices reads a language and a name from each line, with a tab between.
func sapiVoices(list string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(list) {
		lang, name, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if l := base(lang); ok && l != "" && out[l] == "" {
			out[l] = name
		}
	}
	return out
}
