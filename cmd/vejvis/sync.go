package main

import (
	"context"
	"errors"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/sync/client"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/spf13/cobra"
)

func (p *program) clientOptions(s *localdb.Store) client.Options {
	return client.Options{Store: s, Now: p.now, Rand: p.rand, Program: "vejvis/" + version}
}

func (p *program) enrolCommand() *cobra.Command {
	var c client.Config
	var config string
	cmd := &cobra.Command{
		Use: "enrol --hub URL CODE", Short: p.say.T("vejvis.enrol"), Args: p.args(0, 1, "enrol"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if config != "" {
				from, err := client.ReadConfig(config)
				if err != nil {
					return err
				}
				c.Hub, c.Code = from.Hub, from.Code
				if c.Name == "" {
					c.Name = from.Name
				}
			}
			if len(args) > 0 {
				c.Code = args[0]
			}
			if c.Hub == "" || c.Code == "" {
				return &usageError{p.say.T("vejvis.usage.enrol")}
			}
			if _, err := client.ParseAddress(c.Hub); err != nil {
				return &usageError{p.say.T("sync.bad_address", "value", c.Hub)}
			}
			if _, err := protocol.ParseInvitation(c.Code); err != nil {
				return &usageError{p.say.T("sync.bad_code")}
			}
			if c.Name == "" {
				c.Name = client.MachineName()
			}
			return p.enrol(cmd.Context(), c)
		},
	}
	cmd.Flags().StringVar(&c.Hub, "hub", "", p.say.T("vejvis.flag.hub"))
	cmd.Flags().StringVar(&c.Name, "name", "", p.say.T("vejvis.flag.machine"))
	cmd.Flags().StringVar(&config, "config", "", p.say.T("vejvis.flag.config"))
	return cmd
}

// enrol makes this machine a device of a hub, with a store where there is none.
func (p *program) enrol(ctx context.Context, c client.Config) error {
	o, err := p.options()
	if err != nil {
		return err
	}
	o.Create = true
	s, err := localdb.Open(ctx, o)
	if err != nil {
		return err
	}
	return errors.Join(p.enrolAt(ctx, s, c), s.Close())
}

func (p *program) enrolAt(ctx context.Context, s *localdb.Store, c client.Config) error {
	if err := client.Enrol(ctx, p.clientOptions(s), c.Hub, c.Code, c.Name); err != nil {
		return err
	}
	e, err := s.Enrolment()
	if err != nil {
		return err
	}
	if p.json {
		return p.line(struct {
			Hub          string `json:"hub"`
			Name         string `json:"hub_name"`
			Device       string `json:"device"`
			Role         string `json:"role"`
			Organisation string `json:"organisation"`
		}{e.Hub, e.HubName, e.Device, e.Role, e.Organisation})
	}
	p.tell("%s", p.say.T("sync.enrolled", "hub", e.HubName, "role", p.say.T("sync.role."+e.Role)))
	return nil
}

// syncLine is what a script reads of a round, or with --watch of each change.
type syncLine struct {
	OK       bool           `json:"ok"`
	Problem  client.Problem `json:"problem,omitzero"`
	Retry    *time.Time     `json:"retry,omitzero"`
	Sent     int            `json:"sent"`
	Fetched  int            `json:"fetched"` // records
	Waiting  int            `json:"waiting"`
	Refused  int            `json:"refused"`
	Epoch    uint64         `json:"epoch"`
	Seq      uint64         `json:"seq"`
	LastSync *time.Time     `json:"last_sync"`
	Skew     float64        `json:"skew"` // seconds by which the clock here is behind the hub's
}

func (p *program) syncCommand() *cobra.Command {
	var watch bool
	cmd := &cobra.Command{
		Use: "sync", Short: p.say.T("vejvis.sync"), Args: p.args(0, 0, "sync"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(s *localdb.Store) error {
				c, err := client.New(p.clientOptions(s))
				if err != nil {
					return err
				}
				defer c.Close()
				if watch {
					return p.watch(cmd.Context(), s, c)
				}
				return p.sync(cmd.Context(), s, c)
			})
		},
	}
	cmd.Flags().BoolVar(&watch, "watch", false, p.say.T("vejvis.flag.watch"))
	return cmd
}

func (p *program) sync(ctx context.Context, s *localdb.Store, c *client.Client) error {
	before, err := s.Status()
	if err != nil {
		return err
	}
	work := map[string]int{}
	err = c.Sync(ctx, func(q client.Progress) {
		if q.Stage == "arrive" && work[q.Stage] == 0 && q.Done == 0 && q.Total > 0 && !p.json {
			p.tell("%s", p.say.N("sync.arriving", q.Total))
		}
		work[q.Stage] = q.Done
	})
	var gone *client.RevokedError
	if errors.As(err, &gone) || ctx.Err() != nil {
		return err
	}
	l, serr := p.stateOf(s)
	if serr != nil {
		return errors.Join(err, serr)
	}
	l.OK, l.Problem = err == nil, client.ProblemOf(err)
	l.Sent, l.Fetched = work["push"], work["arrive"]+work["changes"]
	if p.json {
		if lerr := p.line(l); lerr != nil {
			return lerr
		}
	}
	if err != nil {
		return err
	}
	if n := l.Refused - before.Refused; n > 0 {
		p.tell("%s", p.say.N("sync.done_refused", n))
		return errPartly
	}
	p.tell("%s", p.say.T("sync.done"))
	return nil
}

// stateOf says where this machine stands with its hub.
func (p *program) stateOf(s *localdb.Store) (syncLine, error) {
	st, err := s.Status()
	if err != nil {
		return syncLine{}, err
	}
	k, err := s.Contact()
	if err != nil {
		return syncLine{}, err
	}
	l := syncLine{OK: k.Problem == "", Problem: client.Problem(k.Problem), Waiting: st.Waiting, Refused: st.Refused,
		Epoch: st.Epoch, Seq: st.Seq, LastSync: st.LastSync, Skew: k.Skew.Seconds()}
	if !k.Retry.IsZero() {
		l.Retry = &k.Retry
	}
	return l, nil
}

// watch keeps in step until it is ended, and says what changes on the way.
func (p *program) watch(ctx context.Context, s *localdb.Store, c *client.Client) error {
	p.tell("%s", p.say.T("sync.watching"))
	changed := make(chan struct{}, 1)
	stop := s.Subscribe(func(ch localdb.Change) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	var last syncLine
	began := p.now()
	for {
		l, err := p.stateOf(s)
		if err == nil {
			if err := p.tellState(l, last, began); err != nil {
				return err
			}
			last = l
		}
		select {
		case <-changed:
		case err := <-ended:
			return err
		}
	}
}

// tellState says what is new since the state before. A script hears of no state
// that differs by its times alone. That all is sent and fetched is said once it
// is so: nothing waits, and the hub was heard to its end since began.
func (p *program) tellState(l, before syncLine, began time.Time) error {
	if p.json {
		now := l
		now.LastSync, before.LastSync = nil, nil
		now.Retry, before.Retry = nil, nil
		if now != before {
			return p.line(l)
		}
		return nil
	}
	switch {
	case l.Problem != before.Problem && l.Problem != "":
		p.tell("%s", p.problem(l.Problem))
		if l.Retry != nil {
			p.tell("%s", p.say.T("sync.again_at", "clock", p.say.Clock(l.Retry.In(directory.Copenhagen))))
		}
	case l.inStep(began) && !before.inStep(began):
		p.tell("%s", p.say.T("sync.done"))
	}
	return nil
}

// inStep says whether all is sent and fetched, as heard since began.
func (l syncLine) inStep(began time.Time) bool {
	return l.OK && l.Waiting == 0 && l.LastSync != nil && !l.LastSync.Before(began.Truncate(time.Second))
}

// problem says a problem: what happened, what is safe, what to do.
func (p *program) problem(code client.Problem) string {
	return p.say.T("sync.problem."+string(code)) + " " + p.say.T("sync.remedy."+string(code))
}

// explainSync says an error of the way to the hub; false where it is none.
func (p *program) explainSync(err error) (string, bool) {
	var gone *client.RevokedError
	var e *client.Error
	var config *client.ConfigError
	switch {
	case errors.As(err, &gone):
		if gone.Rescue == "" {
			return p.say.T("sync.problem.revoked") + " " + p.say.T("sync.remedy.revoked_empty"), true
		}
		return p.problem(client.Revoked) + "\n" + p.say.T("sync.rescue", "path", gone.Rescue), true
	case errors.As(err, &e):
		text := p.problem(e.Problem)
		if e.Problem == client.Clock {
			text += "\n" + p.say.T("sync.clock_off", "offset", e.Skew.Abs().Round(time.Minute).String())
		}
		return text + "\n  (" + err.Error() + ")", true
	case errors.As(err, &config):
		return p.say.T("sync.bad_config", "path", config.Path) + "\n  (" + config.Err.Error() + ")", true
	case errors.Is(err, client.ErrNotEnrolled):
		return p.say.T("sync.not_enrolled"), true
	case errors.Is(err, localdb.ErrExample):
		return p.say.T("sync.example"), true
	}
	return "", false
}

// verified is what verify found here, and at the hub.
type verified struct {
	localdb.Report
	Hub     *client.Report `json:"hub,omitzero"`
	Problem client.Problem `json:"problem,omitzero"` // why there is no Hub, on an enrolled machine
}

func (p *program) verifyCommand() *cobra.Command {
	var repair bool
	cmd := &cobra.Command{
		Use: "verify", Short: p.say.T("vejvis.verify"), Args: p.args(0, 0, "verify"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(s *localdb.Store) error { return p.verify(cmd.Context(), s, repair) })
		},
	}
	cmd.Flags().BoolVar(&repair, "repair", false, p.say.T("vejvis.flag.repair"))
	return cmd
}

// verify holds this machine against itself, and where it is enrolled against
// its hub.
func (p *program) verify(ctx context.Context, s *localdb.Store, repair bool) error {
	r, err := s.Verify(ctx, repair)
	if err != nil {
		return err
	}
	v := verified{Report: r}
	var herr error
	if v.Hub, herr = p.verifyAtHub(ctx, s, repair); herr != nil {
		var gone *client.RevokedError
		if errors.As(herr, &gone) || ctx.Err() != nil {
			return herr
		}
		v.Problem = client.ProblemOf(herr)
	}
	if p.json {
		if err := p.line(v); err != nil {
			return err
		}
	}
	if r.Missing > 0 { // a repair ends it, and then this is the only place where it was said
		p.tell("%s", p.say.T("store.missing"))
	}
	switch {
	case r.Repaired && r.OK:
		p.tell("%s", p.say.T("vejvis.verify_repaired"))
	case r.OK:
		p.tell("%s", p.say.N("vejvis.verify_ok", int(r.Records)))
	default:
		if r.View != "" {
			p.tell("  %s", r.View)
		}
		p.tell("%s", p.say.T("vejvis.verify_bad"))
		err = errPartly
	}
	if herr != nil {
		p.tell("%s", p.say.T("sync.verify_offline"))
		return herr
	}
	return errors.Join(err, p.tellHub(v.Hub))
}

func (p *program) verifyAtHub(ctx context.Context, s *localdb.Store, repair bool) (*client.Report, error) {
	c, err := client.New(p.clientOptions(s))
	if errors.Is(err, client.ErrNotEnrolled) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer c.Close()
	r, err := c.Verify(ctx, repair, nil)
	if err != nil {
		return nil, err
	}
	return &r, nil
}

func (p *program) tellHub(r *client.Report) error {
	if r == nil {
		return nil
	}
	if r.Repaired > 0 {
		p.tell("%s", p.say.N("sync.verify_repaired", r.Repaired))
	}
	if !r.OK {
		p.tell("%s", p.say.T("sync.verify_differs"))
		return errPartly
	}
	n := 0
	for _, f := range r.Feeds {
		n += int(f.Records)
	}
	p.tell("%s", p.say.N("sync.verified", n))
	return nil
}
