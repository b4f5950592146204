package keys

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

const realKeyring = "VEJVISER_TEST_REAL_KEYRING"

// The same as TestAtMostTenGuessesEver, once, with a keyring of the desktop in
// place of the one in memory: its own bus, its own home, nobody's secrets.
func TestAtMostTenGuessesWithARealKeyring(t *testing.T) {
	if os.Getenv(realKeyring) == "" {
		for _, name := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
			if _, err := exec.LookPath(name); err != nil {
				t.Skip(name + " is not installed")
			}
		}
		home := t.TempDir()
		cmd := exec.Command("dbus-run-session", "--", "sh", "-c",
			`printf geheim | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" -test.run '^TestAtMostTenGuessesWithARealKeyring$' -test.v`, os.Args[0])
		cmd.Env = append(os.Environ(), realKeyring+"=1", "HOME="+home, "XDG_RUNTIME_DIR="+home, "XDG_DATA_HOME="+home, "XDG_CONFIG_HOME="+home)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		t.Logf("%s", out)
		return
	}
	up, checked := time.Hour, 0
	o := Options{Dir: t.TempDir(), Keyring: true, Uptime: func() (time.Duration, error) { return up, nil }, checked: func() { checked++ }}
	k, err := Create(o)
	if err != nil || k.How != Keyring {
		t.Fatal("the keyring is not used:", k, err)
	}
	if _, _, err := AddPerson(o, k, "Mette", "guide", []byte(rightPIN)); err != nil {
		t.Fatal(err)
	}
	if who, err := Who(o.Dir); err != nil || who.Loose {
		t.Fatal("half of the key is in a file:", who, err)
	}
	name := filepath.Join(o.Dir, FileName)
	copied, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	o.PIN = says(rightPIN)
	begin := time.Now()
	if _, err := Load(o); err != nil {
		t.Fatal(err)
	}
	t.Logf("the right PIN, with a test's cost of a guess: %v", time.Since(begin).Round(time.Millisecond))
	o.PIN, checked = says(wrongPIN), 0
	for i := range 3 * MostTries {
		if _, err := Load(o); err == nil {
			t.Fatal("a wrong PIN opens")
		}
		up += time.Hour
		if i%3 == 0 {
			if err := os.WriteFile(name, copied, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if i%5 == 0 {
			up = 30 * time.Minute
		}
	}
	if checked != MostTries {
		t.Errorf("%d guesses", checked)
	}
	if err := os.WriteFile(name, copied, 0o600); err != nil {
		t.Fatal(err)
	}
	o.PIN = says(rightPIN)
	if _, err := Load(o); !errors.Is(err, ErrPINHalfGone) {
		t.Error("after ten wrong ones, from a copy of before:", err)
	}
}
