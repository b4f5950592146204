package keys

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"
)

const rightPIN, wrongPIN = "481973", "481974"

// desk is a store key that two people open, on a machine whose time is told.
type desk struct {
	t       *testing.T
	o       Options
	key     []byte
	mette   Person
	words   string
	up      time.Duration
	checked int
}

func newDesk(t *testing.T, withKeyring bool) *desk {
	t.Helper()
	if withKeyring {
		keyring.MockInit()
	} else {
		keyring.MockInitWithError(errors.New("no bus"))
	}
	d := &desk{t: t, up: time.Hour}
	d.o = Options{Dir: t.TempDir(), Keyring: true, cost: cheap, pinCost: cheap,
		Uptime: func() (time.Duration, error) { return d.up, nil }, checked: func() { d.checked++ }}
	k, err := Create(d.o)
	if err != nil {
		t.Fatal(err)
	}
	d.key = bytes.Clone(k.Bytes)
	if d.mette, d.words, err = AddPerson(d.o, k, "Mette", "guide", []byte(rightPIN)); err != nil {
		t.Fatal(err)
	}
	if _, again, err := AddPerson(d.o, k, "Bo", "desk", []byte("730415")); err != nil || again != "" {
		t.Fatal(again, err)
	}
	return d
}

func (d *desk) try(pin string) error {
	o := d.o
	o.Person, o.PIN = d.mette.ID, says(pin)
	k, err := Load(o)
	if err == nil && (!bytes.Equal(k.Bytes, d.key) || k.How != PIN || k.Person != d.mette.ID) {
		d.t.Fatal("another key", k)
	}
	return err
}

func (d *desk) keysFile() []byte {
	b, err := os.ReadFile(filepath.Join(d.o.Dir, FileName))
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

func (d *desk) restore(b []byte) {
	if err := os.WriteFile(filepath.Join(d.o.Dir, FileName), b, 0o600); err != nil {
		d.t.Fatal(err)
	}
}

func TestEachPersonOpensWithTheirOwnPIN(t *testing.T) {
	for _, withKeyring := range []bool{true, false} {
		d := newDesk(t, withKeyring)
		who, err := Who(d.o.Dir)
		if err != nil || len(who.Persons) != 2 || who.Persons[0] != d.mette || !who.Locked || who.Loose == withKeyring {
			t.Fatal(who, err)
		}
		if err := d.try(rightPIN); err != nil {
			t.Fatal(err)
		}
		for name, pin := range map[string]string{"mette": rightPIN, "Bo": "730415"} {
			o := d.o
			o.Person, o.PIN = name, says(pin)
			if _, err := Load(o); err != nil {
				t.Error(name, err)
			}
		}
		o := d.o
		o.Person, o.PIN = "Bo", says(rightPIN)
		var wrong *PINError
		if _, err := Load(o); !errors.As(err, &wrong) || wrong.Left != 9 || wrong.Free != 4 || wrong.Wait != 0 {
			t.Error("another's PIN:", err)
		}
		if o.Person = ""; true { // two are there: nobody is meant
			if _, err := Load(o); !errors.Is(err, ErrNoPerson) {
				t.Error(err)
			}
		}
	}
}

// Once there is a PIN, nothing that the machine holds opens the store by itself:
// not what is there, and not what a copy of before brings back.
func TestPINIsNotAPictureOfALock(t *testing.T) {
	for _, withKeyring := range []bool{true, false} {
		if withKeyring {
			keyring.MockInit()
		} else {
			keyring.MockInitWithError(errors.New("no bus"))
		}
		o := Options{Dir: t.TempDir(), Keyring: true, cost: cheap, pinCost: cheap}
		k, err := Create(o)
		if err != nil {
			t.Fatal(err)
		}
		before, err := os.ReadFile(filepath.Join(o.Dir, FileName))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := AddPerson(o, k, "Mette", "guide", []byte(rightPIN)); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(o); !errors.Is(err, ErrPINNeeded) {
			t.Error("it opens without a PIN:", err)
		}
		if err := os.WriteFile(filepath.Join(o.Dir, FileName), before, 0o600); err != nil {
			t.Fatal(err)
		}
		if k, err := Load(o); err == nil {
			t.Errorf("keys.json of before opens it (%s)", k.How)
		}
	}
}

func TestRecoveryWordsOpenWhereNoPINDoes(t *testing.T) {
	d := newDesk(t, true)
	if n := len(strings.Fields(d.words)); n != recoveryWords {
		t.Fatal(d.words)
	}
	if bytes.Contains(d.keysFile(), []byte(strings.Fields(d.words)[0]+" ")) {
		t.Error("the words stand in keys.json")
	}
	keyring.MockInit() // the keyring has lost everything
	if err := d.try(rightPIN); !errors.Is(err, ErrPINHalfGone) {
		t.Error(err)
	}
	o := d.o
	o.Passphrase = says(" " + strings.ToUpper(strings.ReplaceAll(d.words, " ", " - ")) + "\n")
	k, err := Load(o)
	if err != nil || !bytes.Equal(k.Bytes, d.key) || k.How != Recovery {
		t.Fatal(k, err)
	}
	if err := ResetPIN(o, k, d.mette.ID, []byte("902817")); err != nil {
		t.Fatal(err)
	}
	if err := d.try("902817"); err != nil {
		t.Error(err)
	}
	other, err := NewRecovery(o, k)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Load(o); !errors.Is(err, ErrPassphraseWrong) {
		t.Error("the words of before still open:", err)
	}
	o.Passphrase = says(other)
	if _, err := Load(o); err != nil {
		t.Error(err)
	}
}

func TestAPassphraseStaysAWayIn(t *testing.T) {
	keyring.MockInit()
	o := Options{Dir: t.TempDir(), Keyring: true, Passphrase: says("en lang sætning"), cost: cheap, pinCost: cheap}
	k, err := Create(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := AddPerson(o, k, "Mette", "guide", []byte(rightPIN)); err != nil {
		t.Fatal(err)
	}
	if got, err := Load(o); err != nil || got.How != Passphrase {
		t.Error(got, err)
	}
}

func TestWrongPINsWaitLongerAndLonger(t *testing.T) {
	d := newDesk(t, true)
	want := []time.Duration{0, 0, 0, 0, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, time.Hour}
	for i, wait := range want {
		var wrong *PINError
		if err := d.try(wrongPIN); !errors.As(err, &wrong) || wrong.Wait != wait || wrong.Left != MostTries-i-1 {
			t.Fatalf("try %d: %v", i+1, err)
		}
		if wait == 0 {
			continue
		}
		d.up += wait - time.Second
		var not *WaitError
		if err := d.try(rightPIN); !errors.As(err, &not) || not.Wait != time.Second {
			t.Fatalf("a second too early after try %d: %v", i+1, err)
		}
		d.up += time.Second
	}
	if err := d.try(wrongPIN); !errors.Is(err, ErrPINGone) {
		t.Fatal(err)
	}
	if err := d.try(rightPIN); !errors.Is(err, ErrPINGone) {
		t.Error("after ten wrong ones the right one opens:", err)
	}
	if who, err := Who(d.o.Dir); err != nil || !who.Persons[0].Spent || who.Persons[1].Spent {
		t.Error(who, err)
	}
}

func TestRightPINBeginsTheCountAnew(t *testing.T) {
	d := newDesk(t, true)
	for range 30 {
		for range 4 {
			if err := d.try(wrongPIN); err == nil {
				t.Fatal("opened")
			}
		}
		if err := d.try(rightPIN); err != nil {
			t.Fatal(err)
		}
	}
}

// The machine was restarted: what it has run since is the least that has passed.
func TestRestartOfTheMachineNeverShortensTheWait(t *testing.T) {
	d := newDesk(t, true)
	for range 7 { // ten minutes
		d.try(wrongPIN)
		d.up += 3 * time.Minute
	}
	d.up = time.Minute
	var not *WaitError
	if err := d.try(rightPIN); !errors.As(err, &not) || not.Wait != 9*time.Minute {
		t.Error(err)
	}
	d.up = 10 * time.Minute
	if err := d.try(rightPIN); err != nil {
		t.Error(err)
	}
}

// Ten guesses, ever: whatever is restarted, put back, taken away or set, and in
// whatever order (findings/reliability §5.3, row 39). The wall clock is not asked.
func TestAtMostTenGuessesEver(t *testing.T) {
	for seed := range uint64(20) {
		d := newDesk(t, true)
		r := rand.New(rand.NewPCG(seed, 39))
		copies := [][]byte{d.keysFile()}
		for range 120 {
			switch r.IntN(7) {
			case 0, 1:
				if d.try(wrongPIN) == nil {
					t.Fatal("a wrong PIN opens")
				}
			case 2:
				d.up += time.Duration(r.Int64N(int64(2 * time.Hour)))
			case 3: // the machine is restarted
				d.up = time.Duration(r.Int64N(int64(time.Hour)))
			case 4:
				copies = append(copies, d.keysFile())
			case 5:
				d.restore(copies[r.IntN(len(copies))])
			case 6: // somebody edits the count away
				d.restore(bytes.ReplaceAll(d.keysFile(), []byte(`"wrong"`), []byte(`"wrung"`)))
			}
		}
		if d.checked > MostTries {
			t.Fatalf("seed %d: %d guesses", seed, d.checked)
		}
		for range 2 * MostTries { // the rest, with all the time there is
			d.restore(copies[0])
			d.up += 2 * time.Hour
			if d.try(wrongPIN) == nil {
				t.Fatal("a wrong PIN opens")
			}
		}
		if d.checked != MostTries {
			t.Fatalf("seed %d: %d guesses with all the time there is", seed, d.checked)
		}
		d.restore(copies[0])
		if err := d.try(rightPIN); err == nil {
			t.Fatalf("seed %d: the right one opens after ten wrong ones, from a copy of before", seed)
		}
	}
}

// A guess that could not be counted is not made.
func TestUncountedGuessIsNotMade(t *testing.T) {
	d := newDesk(t, true)
	b := d.keysFile()
	keyring.MockInitWithError(errors.New("locked"))
	if err := d.try(rightPIN); !errors.Is(err, ErrKeyringUnavailable) || d.checked != 0 {
		t.Error(err, d.checked)
	}
	if !bytes.Equal(b, d.keysFile()) {
		t.Error("keys.json was changed")
	}
}

func TestEasyPINIsRefused(t *testing.T) {
	for pin, want := range map[string]error{
		"12345": ErrPINForm, "1234567890123": ErrPINForm, "12345a": ErrPINForm, "": ErrPINForm, "æøåæøå": ErrPINForm,
		"111111": ErrPINEasy, "123456": ErrPINEasy, "987654": ErrPINEasy, "890123": ErrPINEasy, "121212": ErrPINEasy, "123123": ErrPINEasy, "01234567": ErrPINEasy,
		rightPIN: nil, "112233": nil, "000123": nil,
	} {
		if err := GoodPIN([]byte(pin)); !errors.Is(err, want) {
			t.Errorf("%q: %v", pin, err)
		}
	}
}

// The role that a person has here is sealed with the key: an edited one opens nothing.
func TestEditedRoleDoesNotOpen(t *testing.T) {
	d := newDesk(t, true)
	d.restore(bytes.Replace(d.keysFile(), []byte(`"guide"`), []byte(`"admin"`), 1))
	if err := d.try(rightPIN); err == nil {
		t.Error("it opens")
	}
}

func TestForgetLeavesNothingInTheKeyring(t *testing.T) {
	d := newDesk(t, true)
	b := d.keysFile()
	if err := Forget(d.o); err != nil {
		t.Fatal(err)
	}
	d.restore(b)
	if err := d.try(rightPIN); !errors.Is(err, ErrPINHalfGone) {
		t.Error(err)
	}
	if err := Forget(Options{Dir: t.TempDir()}); err != nil {
		t.Error(err)
	}
}

func TestRecoveryWordsAreManyAndPlain(t *testing.T) {
	words := strings.Fields(wordFile)
	seen := map[string]bool{}
	for _, w := range words {
		if seen[w] || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") != "" || len(w) < 3 {
			t.Errorf("%q", w)
		}
		seen[w] = true
	}
	if len(words) < 512 {
		t.Error("only", len(words))
	}
}

func BenchmarkPIN(b *testing.B) {
	c := argonCost{Time: 3, MemoryKiB: 64 << 10, Threads: 2}
	for b.Loop() {
		stretch([]byte(rightPIN), make([]byte, Size), c)
	}
}
