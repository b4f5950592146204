package main

import (
	"os"
	"path/filepath"

	"github.com/faellesskabsby/vejviser/localdb/match/danish"
	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// pack makes rules.pack and fields.pack of the lists written by hand that this
// program was built with.
func pack(out string) error {
	rules, fields, err := wish.ReadBuiltIn(danish.Open())
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, "rules.pack"), rules.Pack(wish.Print()), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "fields.pack"), fields.Pack(wish.Print()), 0o644)
}
