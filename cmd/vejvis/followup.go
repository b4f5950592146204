package main

import (
	"fmt"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/spf13/cobra"
)

func (p *program) followupCommand() *cobra.Command {
	return &cobra.Command{
		Use: "followup", Short: p.say.T("vejvis.followup"), Args: p.args(0, 0, "followup"),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.with(cmd.Context(), p.followup) },
	}
}

// task is what is due in one life, as programs read it.
type task struct {
	Code        referral.Code     `json:"code"`
	Task        referral.TaskKind `json:"task"`
	On          directory.Day     `json:"on"`
	When        referral.When     `json:"when"`
	State       referral.State    `json:"state"`
	Communities []string          `json:"communities"`
}

// followup says what is due: late, today, this week, later, unclear.
func (p *program) followup(s *localdb.Store) error {
	var lives []referral.Told
	err := s.EachLife(func(r referral.Referral, evs []referral.Event) error {
		lives = append(lives, referral.Told{Referral: r, Life: referral.StateOf(r, evs)})
		return nil
	})
	if err != nil {
		return err
	}
	sessions, err := s.Sessions()
	if err != nil {
		return err
	}
	practice.Mark(lives, sessions)
	as, err := s.Ambassadors()
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for i := range as {
		there[as[i].ID] = true
	}
	referral.MarkGone(lives, func(id string) bool { return there[id] })
	group := referral.When("")
	for _, t := range referral.Due(lives, directory.DayOf(p.now())) {
		if p.json {
			err = p.line(task{t.Code, t.Kind, t.On, t.When, t.Life.State, append([]string{}, t.Referral.Communities...)})
		} else {
			if t.When != group {
				group = t.When
				if _, err := fmt.Fprintln(p.stdout, p.say.T("vejvis.followup_when."+string(t.When))); err != nil {
					return err
				}
			}
			_, err = fmt.Fprintf(p.stdout, "  %s  %s  %s (%s)\n", t.Code, p.say.ShortDay(t.On), p.say.T("vejvis.task."+string(t.Kind)), p.names(s, t.Referral.Communities))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// names says which communities, as far as they are known here.
func (p *program) names(s *localdb.Store, ids []string) string {
	var names []string
	for _, id := range ids {
		if c, err := s.Community(id); err == nil {
			names = append(names, c.Name)
		}
	}
	if len(names) == 0 {
		return p.say.T("vejvis.followup_elsewhere")
	}
	return strings.Join(names, ", ")
}
