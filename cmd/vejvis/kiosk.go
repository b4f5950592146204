package main

import (
	"bytes"
	"os"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/spf13/cobra"
)

// kioskPINCommand sets the PIN by which staff leave a kiosk, from a file: a PIN on
// the command line would lie in the shell's history.
func (p *program) kioskPINCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "kiosk-pin", Short: p.say.T("kioskstaff.command"), Args: p.args(0, 0, "status"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file == "" {
				return &usageError{p.say.T("kioskstaff.command_usage")}
			}
			pin, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			defer clear(pin)
			return p.with(cmd.Context(), func(s *localdb.Store) error {
				if err := s.FitForKiosk(); err != nil {
					return err
				}
				if err := s.SetKioskPIN(bytes.TrimSpace(pin)); err != nil {
					return err
				}
				p.tell("%s", p.say.T("kioskstaff.command_done"))
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&file, "new-pin-file", "", p.say.T("kioskstaff.command_file"))
	return cmd
}
