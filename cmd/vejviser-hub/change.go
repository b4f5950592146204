package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/hub"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/spf13/cobra"
)

func (p *program) roleCommand() *cobra.Command {
	return &cobra.Command{
		Use: "role DEVICE ROLE", Short: p.say.T("hub.set_role"), Args: p.args(2, 2, "role"),
		RunE: func(cmd *cobra.Command, args []string) error {
			role := protocol.Role(args[1])
			return p.with(cmd.Context(), func(a hub.Admin) error {
				id, err := deviceOf(cmd.Context(), a, args[0])
				if err == nil {
					err = a.SetRole(cmd.Context(), id, role)
				}
				if err != nil {
					return err
				}
				if p.json {
					return p.line(map[string]string{"device": id, "role": args[1]})
				}
				p.tell("%s", p.say.T("hub.role_set", "role", p.say.T("hub.role."+args[1])))
				return nil
			})
		},
	}
}

func (p *program) eraseCommand() *cobra.Command {
	var what hub.ToErase
	var code string
	cmd := &cobra.Command{
		Use: "erase --card ID | --code CODE | --ambassador ID", Short: p.say.T("hub.erase"), Args: p.args(0, 0, "erase"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			named := 0
			for _, v := range []string{what.Card, what.Ambassador, code} {
				if strings.TrimSpace(v) != "" {
					named++
				}
			}
			if named != 1 {
				return &usageError{p.say.T("hub.usage.erase")}
			}
			if code != "" {
				c, err := referral.ParseCode(code)
				if err != nil {
					return &usageError{p.say.T("hub.bad_code", "value", code)}
				}
				what.Code = c
			}
			return p.with(cmd.Context(), func(a hub.Admin) error {
				n, err := a.EraseWhat(cmd.Context(), what)
				if err != nil {
					return err
				}
				ds, err := a.Devices(cmd.Context())
				if err != nil {
					return err
				}
				unmet := 0
				for _, d := range ds {
					if d.Unmet > 0 {
						unmet++
					}
				}
				if p.json {
					return p.line(map[string]int{"erased": n, "unmet_devices": unmet})
				}
				p.tell("%s", p.say.N("hub.erased", n))
				if unmet > 0 {
					p.tell("%s", p.say.N("hub.unmet", unmet))
				}
				return nil
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&what.Card, "card", "", p.say.T("hub.flag.card"))
	f.StringVar(&code, "code", "", p.say.T("hub.flag.code"))
	f.StringVar(&what.Ambassador, "ambassador", "", p.say.T("hub.flag.ambassador"))
	return cmd
}

// importRescue takes what a revoked machine left, and prints the account: a line of
// each refusal, then the sums.
func (p *program) importRescue(cmd *cobra.Command, path string) error {
	sealed, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return p.with(cmd.Context(), func(a hub.Admin) error {
		r, err := a.Rescue(cmd.Context(), sealed)
		if err != nil {
			return err
		}
		for _, no := range r.Refused {
			if p.json {
				err = p.line(no)
			} else {
				p.tell("  %s", p.say.T("hub.rescue_refused", "kind", p.say.T("hub.rescue_kind."+no.Kind), "n", fmt.Sprint(no.Counter), "why", p.whyRefused(no)))
			}
			if err != nil {
				return err
			}
		}
		if p.json {
			err = p.line(map[string]any{"device": r.Device, "taken": r.Taken, "known": r.Known, "refused": len(r.Refused)})
		} else {
			p.tell("%s", p.say.T("hub.rescued", "taken", p.say.Int(r.Taken), "known", p.say.Int(r.Known), "refused", p.say.Int(len(r.Refused))))
		}
		if err != nil || len(r.Refused) == 0 {
			return err
		}
		return errPartly
	})
}

// whyRefused says it in words, those of the screen on which a person meets what a
// hub did not take.
func (p *program) whyRefused(no hub.RescueRefuse) string {
	key := "insync.refused." + no.Code
	switch {
	case no.Code == protocol.RefusedGone && no.Field == "key":
		key = "hub.rescue_no_key"
	case !p.say.Has(key):
		key = "insync.refused.other"
	}
	return p.say.T(key)
}
