package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/sync/hub"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/spf13/cobra"
)

func (p *program) inviteCommand() *cobra.Command {
	var i hub.Invitation
	var role string
	cmd := &cobra.Command{
		Use: "invite", Short: p.say.T("hub.invite"), Args: p.args(0, 0, "invite"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			i.Role = protocol.Role(role)
			if !slices.Contains(protocol.Roles, i.Role) || strings.TrimSpace(i.Organisation) == "" {
				return &usageError{p.say.T("hub.usage.invite")}
			}
			return p.with(cmd.Context(), func(a hub.Admin) error {
				got, err := a.Invite(cmd.Context(), i)
				if err != nil {
					return err
				}
				if p.json {
					return p.line(got)
				}
				fmt.Fprintln(p.stdout, got.Code)
				p.tell("%s", p.say.T("hub.invited", "role", p.say.T("hub.role."+role), "organisation", got.Organisation,
					"clock", p.say.Clock(got.Until.In(directory.Copenhagen))))
				return p.echo(cmd.Context(), a, got)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&role, "role", "", p.say.T("hub.flag.role"))
	f.StringVar(&i.Organisation, "organisation", "", p.say.T("hub.flag.organisation"))
	f.StringSliceVar(&i.Municipalities, "municipality", nil, p.say.T("hub.flag.municipality"))
	return cmd
}

// echo says what the code is for, so that a slip is seen before it is handed on: which
// municipalities, and the address at which the device finds the hub.
func (p *program) echo(ctx context.Context, a hub.Admin, i hub.Invitation) error {
	where := p.say.T("hub.all_municipalities")
	if len(i.Municipalities) > 0 {
		where = strings.Join(i.Municipalities, ", ")
	}
	p.tell("%s", p.say.T("hub.invited_where", "municipalities", where))
	s, err := a.Status(ctx)
	if err != nil {
		return err
	}
	switch {
	case s.URL != "":
		p.tell("%s", p.say.T("hub.invited_at", "url", s.URL))
	case !s.Running:
		p.tell("%s", p.say.T("hub.invited_not_running"))
	}
	return nil
}

func (p *program) devicesCommand() *cobra.Command {
	return &cobra.Command{
		Use: "devices", Short: p.say.T("hub.devices"), Args: p.args(0, 0, "devices"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(a hub.Admin) error {
				ds, err := a.Devices(cmd.Context())
				if err != nil {
					return err
				}
				for _, d := range ds {
					if p.json {
						if err := p.line(d); err != nil {
							return err
						}
						continue
					}
					fmt.Fprintf(p.stdout, "%s  %-16s  %s, %s  %s\n", d.ID, p.say.T("hub.role."+string(d.Role)), d.Organisation, d.Name, p.seen(d))
				}
				if len(ds) == 0 {
					p.tell("%s", p.say.T("hub.no_devices"))
				}
				return nil
			})
		},
	}
}

// seen says when a device was here last, or that it may not come any more.
func (p *program) seen(d hub.Device) string {
	switch {
	case !d.RevokedAt.IsZero():
		return p.say.T("hub.revoked_on", "day", p.say.Day(directory.DayOf(d.RevokedAt)))
	case d.LastSeen.IsZero():
		return p.say.T("hub.never_seen")
	}
	seen := p.say.T("hub.seen_on", "day", p.say.Day(directory.DayOf(d.LastSeen)), "clock", p.say.Clock(d.LastSeen.In(directory.Copenhagen)))
	if d.Unmet > 0 {
		seen += ", " + p.say.N("hub.unmet_here", d.Unmet)
	}
	return seen
}

func (p *program) revokeCommand() *cobra.Command {
	return &cobra.Command{
		Use: "revoke DEVICE", Short: p.say.T("hub.revoke"), Args: p.args(1, 1, "revoke"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(a hub.Admin) error {
				id, err := deviceOf(cmd.Context(), a, args[0])
				if err == nil {
					err = a.Revoke(cmd.Context(), id)
				}
				if err != nil {
					return err
				}
				if p.json {
					return p.line(map[string]string{"revoked": id})
				}
				p.tell("%s", p.say.T("hub.revoked"))
				return nil
			})
		},
	}
}

// deviceOf finds a device by its id, or by the beginning of it that no other has.
func deviceOf(ctx context.Context, a hub.Admin, id string) (string, error) {
	ds, err := a.Devices(ctx)
	if err != nil {
		return "", err
	}
	found := ""
	for _, d := range ds {
		if strings.HasPrefix(d.ID, strings.ToLower(id)) && len(id) >= 8 {
			if found != "" {
				return "", hub.ErrNoDevice
			}
			found = d.ID
		}
	}
	if found == "" {
		return "", hub.ErrNoDevice
	}
	return found, nil
}

func (p *program) backupCommand() *cobra.Command {
	var out, keyFile string
	var makeKey bool
	cmd := &cobra.Command{
		Use: "backup --out FILE", Short: p.say.T("hub.backup"), Args: p.args(0, 0, "backup"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" || makeKey && keyFile == "" {
				return &usageError{p.say.T("hub.usage.backup")}
			}
			key, err := p.backupKey(keyFile, makeKey)
			if err != nil {
				return err
			}
			return p.with(cmd.Context(), func(a hub.Admin) error {
				rec, err := a.Backup(cmd.Context(), func(rec hub.Receipt, r io.Reader) error { return p.keep(out, key, rec, r) })
				if err != nil {
					return err
				}
				if p.json {
					return p.line(rec)
				}
				p.tell("%s", p.say.T("hub.backed_up", "out", out, "records", p.say.Int(rec.Records)))
				if key == nil {
					p.tell("%s", p.say.T("hub.backup_secret"))
				} else {
					p.tell("%s", p.say.T("hub.backup_sealed", "key", keyFile))
				}
				return nil
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&out, "out", "", p.say.T("hub.flag.out"))
	f.StringVar(&keyFile, "key-file", "", p.say.T("hub.flag.key_file"))
	f.BoolVar(&makeKey, "make-key", false, p.say.T("hub.flag.make_key"))
	return cmd
}

func (p *program) restoreCommand() *cobra.Command {
	var erasures, revocations, keyFile string
	cmd := &cobra.Command{
		Use: "restore FILE", Short: p.say.T("hub.restore"), Args: p.args(1, 1, "restore"),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			ctx := cmd.Context()
			dir, err := p.folder()
			if err != nil {
				return err
			}
			if running(ctx, dir) != nil {
				return hub.ErrNotEmpty
			}
			f, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, f.Close()) }()
			key, err := p.backupKey(keyFile, false)
			if err != nil {
				return err
			}
			plain, err := openBackup(f, key)
			if err != nil {
				return err
			}
			at, err := hub.Restore(ctx, hub.RestoreOptions{Dir: dir, Backup: plain, Erasures: erasures, Revocations: revocations, Passphrase: p.passphrase(),
				Options: hub.Options{Now: p.now, Rand: p.rand},
				Log:     func() (log.Log, error) { return p.openLog(ctx, dir) }})
			if err == nil {
				err = p.remember(dir)
			}
			if err != nil {
				return err
			}
			if p.json {
				return p.line(at)
			}
			p.tell("%s", p.say.T("hub.restored", "dir", filepath.Clean(dir)))
			if revocations == "" {
				p.tell("%s", p.say.T("hub.restored_revoked"))
			}
			if erasures == "" {
				p.tell("%s", p.say.T("hub.restored_erased"))
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&erasures, "erasures", "", p.say.T("hub.flag.erasures"))
	cmd.Flags().StringVar(&keyFile, "key-file", "", p.say.T("hub.flag.key_file"))
	cmd.Flags().StringVar(&revocations, "revocations", "", p.say.T("hub.flag.revocations"))
	return cmd
}

func (p *program) statusCommand() *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: p.say.T("hub.status"), Args: p.args(0, 0, "status"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(a hub.Admin) error {
				s, err := a.Status(cmd.Context())
				if err != nil {
					return err
				}
				if p.json {
					return p.line(s)
				}
				state := "not_running"
				if s.Running {
					state = "running"
				}
				p.tell("%s", p.say.T("hub."+state, "name", s.Name))
				p.tell("%s", p.say.N("vejvis.count.communities", s.Communities))
				p.tell("%s", p.say.N("vejvis.count.referrals", s.Referrals))
				p.tell("%s", p.say.N("hub.count.devices", s.Devices))
				p.tell("%s", p.say.N("hub.count.conflicts", s.Conflicts))
				p.tellState(s)
				p.tell("%s", p.say.T("hub.audit."+s.Audit))
				p.tell("%s", p.say.T("hub.print", "print", s.Print))
				p.tell("%s", p.say.T("vejvis.key."+s.Key))
				p.tell("%s", p.say.T("vejvis.dir", "dir", s.Dir))
				return nil
			})
		},
	}
}

// certificateWarning is how long before its certificate runs out the hub says so.
const certificateWarning = 30 * 24 * time.Hour

// tellState says what of a hub may need somebody's hand.
func (p *program) tellState(s hub.Status) {
	when := func(t time.Time) []any {
		return []any{"day", p.say.Day(directory.DayOf(t)), "clock", p.say.Clock(t.In(directory.Copenhagen))}
	}
	switch {
	case s.Durable == 0:
		p.tell("%s", p.say.T("hub.no_backup"))
	case !s.Backup.IsZero():
		p.tell("%s", p.say.T("hub.backup_on", when(s.Backup)...))
	}
	if s.Unmet > 0 {
		p.tell("%s", p.say.N("hub.unmet", s.Unmet))
	}
	if u := s.CertificateUntil; !u.IsZero() {
		key := "certificate_until"
		if u.Sub(p.now()) < certificateWarning {
			key = "certificate_soon"
		}
		p.tell("%s", p.say.T("hub."+key, when(u)...))
	}
}

// cleanURL reads --public-url: the address of a web page, without a slash at
// its end. "" is none.
func cleanURL(v string) (string, bool) {
	v = strings.TrimRight(strings.TrimSpace(v), "/")
	if v == "" {
		return "", true
	}
	u, err := url.Parse(v)
	ok := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
	return v, ok && len(v) <= 200
}
