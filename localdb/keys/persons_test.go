package keys

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"
)

// An older keys.json brings no older PIN and no removed person back.
func TestChangedPINAndRemovedPersonStayGone(t *testing.T) {
	d := newDesk(t, true)
	old := d.keysFile()
	k := &Key{Bytes: bytes.Clone(d.key), Store: storeOf(t, d.o.Dir)}
	var wrong *PINError
	if err := ChangePIN(d.o, k, d.mette.ID, []byte(wrongPIN), []byte("902817")); !errors.As(err, &wrong) {
		t.Fatal("changed without the PIN of before:", err)
	}
	if err := ChangePIN(d.o, k, d.mette.ID, []byte(rightPIN), []byte("902817")); err != nil {
		t.Fatal(err)
	}
	if err := d.try("902817"); err != nil {
		t.Fatal(err)
	}
	between := d.keysFile()
	d.restore(old)
	if err := d.try(rightPIN); err == nil {
		t.Error("the PIN of before opens, from a copy")
	}
	d.restore(between)
	if err := RemovePerson(d.o, k, d.mette.ID); err != nil {
		t.Fatal(err)
	}
	d.restore(between)
	if err := d.try("902817"); err == nil {
		t.Error("a removed person is back, from a copy")
	}
}

func TestWithTheLastPersonTheMachineOpensByItselfAgain(t *testing.T) {
	for _, withKeyring := range []bool{true, false} {
		d := newDesk(t, withKeyring)
		k := &Key{Bytes: bytes.Clone(d.key), Store: storeOf(t, d.o.Dir), How: PIN}
		who, err := Who(d.o.Dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range who.Persons {
			if err := RemovePerson(d.o, k, p.ID); err != nil {
				t.Fatal(err)
			}
		}
		got, err := Load(d.o)
		if err != nil || !bytes.Equal(got.Bytes, d.key) || got.How != k.How || (got.How == Keyring) != withKeyring {
			t.Error(got, err)
		}
		if left, err := filepath.Glob(filepath.Join(d.o.Dir, "pin-*")); err != nil || len(left) > 0 {
			t.Error("left behind:", left, err)
		}
		o := d.o
		o.Keyring, o.Passphrase = false, says(d.words)
		if k, err := Load(o); err == nil && k.How == Recovery {
			t.Error("the recovery words still open")
		}
	}
}

func storeOf(t *testing.T, dir string) string {
	t.Helper()
	f, err := readFile(dir)
	if err != nil {
		t.Fatal(err)
	}
	return f.Store
}
