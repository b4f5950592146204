//go:build !windows && !darwin

package voice

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// program puts a program of that name first in the path.
func program(t *testing.T, name, script string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+strings.ReplaceAll(script, "DIR", dir)), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":/usr/bin:/bin")
	return dir
}

const espeakList = `Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  da              --/M      Danish             gmq/da
 2  en-gb           --/M      English_(Great_Britain) gmw/en            (en 2)
 5  uk              --/M      Ukrainian          zle/uk
`

// What is read aloud goes to the program on its standard input, where no other
// program of the machine sees it, with a voice of the language.
func TestTextIsSpokenInItsLanguageAndNeverAnArgument(t *testing.T) {
	dir := program(t, "espeak-ng", `if [ "$1" = --voices ]; then cat <<'X'
`+espeakList+`X
exit; fi
echo "$@" > DIR/args; cat > DIR/said
`)
	v, err := Find()
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]bool{"da": true, "da-DK": true, "en": true, "uk": true, "so": false, "": false} {
		if v.Speaks(lang) != want {
			t.Errorf("%q is spoken: %v", lang, !want)
		}
	}
	if err := v.Say(t.Context(), "da", "Torsdagsspisning på Åhuset"); err != nil {
		t.Fatal(err)
	}
	args, err1 := os.ReadFile(filepath.Join(dir, "args"))
	said, err2 := os.ReadFile(filepath.Join(dir, "said"))
	if err1 != nil || err2 != nil || string(said) != "Torsdagsspisning på Åhuset" || strings.Contains(string(args), "Åhuset") || !strings.Contains(string(args), "-v da") {
		t.Errorf("args %q, said %q, %v %v", args, said, err1, err2)
	}
	if err := v.Say(t.Context(), "so", "x"); !errors.Is(err, ErrNone) {
		t.Errorf("Somali: %v", err)
	}
}

func TestReadingEndsAtOnce(t *testing.T) {
	program(t, "espeak-ng", `if [ "$1" = --voices ]; then echo " 5  da --/M Danish gmq/da"; exit; fi
exec sleep 30
`)
	v, err := Find()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	begin := time.Now()
	if err := v.Say(ctx, "da", "Længe"); !errors.Is(err, context.Canceled) || time.Since(begin) > 10*time.Second {
		t.Errorf("%v after %v", err, time.Since(begin))
	}
}

func TestASystemWithoutAVoiceSaysSo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if v, err := Find(); !errors.Is(err, ErrNone) {
		t.Errorf("%v %v", v, err)
	}
	if got := dispatcherVoices("                NAME      LANGUAGE        VARIANT\n      Danish+male1            da          none\n"); got["da"] != "da" {
		t.Errorf("speech-dispatcher: %v", got)
	}
}

// The system's own voice, where it has one.
func TestTheSystemsOwnVoiceSpeaksDanish(t *testing.T) {
	v, err := Find()
	if errors.Is(err, ErrNone) {
		t.Skip("this system has no voice")
	}
	if err != nil || !v.Speaks("da") {
		t.Errorf("%v", err)
	}
}
