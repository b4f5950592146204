package main

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/keys"
	"github.com/spf13/cobra"
)

func (p *program) initCommand() *cobra.Command {
	var fill bool
	var publicURL string
	cmd := &cobra.Command{
		Use: "init", Short: p.say.T("vejvis.init"), Args: p.args(0, 0, "init"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			u, ok := cleanURL(publicURL)
			if !ok {
				return &usageError{p.say.T("vejvis.bad_public_url", "value", publicURL)}
			}
			return p.init(cmd.Context(), fill, u)
		},
	}
	cmd.Flags().BoolVar(&fill, "example", false, p.say.T("vejvis.flag.example"))
	cmd.Flags().StringVar(&publicURL, "public-url", "", p.say.T("vejvis.flag.public_url"))
	return cmd
}

func (p *program) init(ctx context.Context, fill bool, publicURL string) error {
	o, err := p.options()
	if err != nil {
		return err
	}
	switch s, err := localdb.Open(ctx, o); {
	case err == nil:
		p.tell("vejvis: %s", p.say.T("vejvis.already", "dir", o.Dir))
		return errors.Join(errPartly, s.Close())
	case !errors.Is(err, localdb.ErrNoStore):
		return err
	}
	o.Create = true
	s, err := localdb.Open(ctx, o)
	if err != nil {
		return err
	}
	err = p.fill(ctx, s, fill, publicURL)
	return errors.Join(err, s.Close())
}

// fill puts into a new store what init was asked for, and says what is there.
func (p *program) fill(ctx context.Context, s *localdb.Store, withExample bool, publicURL string) error {
	if withExample {
		if err := example.Fill(ctx, s, directory.DayOf(p.now())); err != nil {
			return err
		}
		if err := s.SettleIn(localdb.Desk{Name: example.Desk, Organisation: example.Organisation,
			Municipality: example.Municipality, Lat: example.Lat, Lon: example.Lon}); err != nil {
			return err
		}
	}
	if publicURL != "" {
		if err := s.SetSetting(localdb.SettingPublicURL, publicURL); err != nil {
			return err
		}
	}
	st, err := s.Status()
	if err != nil {
		return err
	}
	if p.json {
		return p.line(map[string]any{"dir": st.Dir, "communities": st.Communities, "key": st.Key})
	}
	p.tell("%s", p.say.N("vejvis.init_done", st.Communities, "dir", st.Dir))
	p.tell("%s", p.say.T("vejvis.key."+st.Key))
	return nil
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

func (p *program) statusCommand() *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: p.say.T("vejvis.status"), Args: p.args(0, 0, "status"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(s *localdb.Store) error {
				st, err := s.Status()
				if err != nil {
					return err
				}
				if p.json {
					return p.line(st)
				}
				p.tell("%s", p.say.N("vejvis.count.communities", st.Communities))
				p.tell("%s", p.say.N("vejvis.count.referrals", st.Referrals))
				p.tell("%s", p.say.N("vejvis.count.waiting", st.Waiting))
				p.tell("%s", p.say.T("vejvis.key."+st.Key))
				p.tell("%s", p.say.T("vejvis.dir", "dir", st.Dir))
				return nil
			})
		},
	}
}

func (p *program) dumpCommand() *cobra.Command {
	return &cobra.Command{
		Use: "dump", Short: p.say.T("vejvis.dump"), Args: p.args(0, 0, "dump"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(s *localdb.Store) error { return s.Dump(p.stdout) })
		},
	}
}

// said reads what somebody wrote into a file for a script: a passphrase or a PIN.
// Without a file it is nil.
func said(file string) func() ([]byte, error) {
	if file == "" {
		return nil
	}
	return func() ([]byte, error) {
		b, err := os.ReadFile(file)
		return bytes.TrimRight(b, "\r\n"), err
	}
}

// explainPIN says how many tries a PIN has left, and when the next is taken.
func (p *program) explainPIN(err error) (string, bool) {
	var wrong *keys.PINError
	var wait *keys.WaitError
	key, left, next := "store.pin_wrong", 0, time.Duration(0)
	switch {
	case errors.As(err, &wrong):
		left, next = wrong.Left, wrong.Wait
	case errors.As(err, &wait):
		key, left, next = "store.pin_wait", wait.Left, wait.Wait
	default:
		return "", false
	}
	text := p.say.T(key) + " " + p.say.N("vejvis.pin_left", left)
	if next > 0 {
		text += " " + p.say.N("vejvis.pin_next", int((next+time.Second-1)/time.Second))
	}
	return text, true
}
