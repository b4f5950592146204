package main

import (
	"fmt"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/spf13/cobra"
)

func (p *program) referralCommand() *cobra.Command {
	return &cobra.Command{
		Use: "referral CODE", Short: p.say.T("vejvis.referral"), Args: p.args(1, 1, "referral"),
		RunE: func(cmd *cobra.Command, args []string) error {
			code, err := referral.ParseCode(args[0])
			if err != nil {
				return p.codeError(args[0], err)
			}
			return p.with(cmd.Context(), func(s *localdb.Store) error { return p.life(s, code) })
		},
	}
}

// happened is one event of a life, as programs read it. Odd is one that does not fit
// where it stands, and waits for a person to look at it.
type happened struct {
	Kind referral.Kind `json:"kind"`
	On   directory.Day `json:"on"`
	Odd  bool          `json:"odd,omitzero"`
}

// life says what has happened in the life of one code. It is looked up by the code
// alone: there is no other way in.
func (p *program) life(s *localdb.Store, code referral.Code) error {
	r, evs, err := s.Referral(code)
	if isNotFound(err) {
		if p.json {
			if err := p.line(map[string]any{"code": code, "reason": "unknown"}); err != nil {
				return err
			}
		}
		p.tell("vejvis: %s", p.say.T("vejvis.unknown_code", "code", code))
		return errPartly
	}
	if err != nil {
		return err
	}
	l := referral.StateOf(r, evs)
	told := make([]happened, 0, len(evs))
	for _, e := range l.Events {
		told = append(told, happened{Kind: e.Kind, On: e.On})
	}
	for _, e := range l.Odd {
		told = append(told, happened{e.Kind, e.On, true})
	}
	if p.json {
		return p.line(struct {
			Code        referral.Code  `json:"code"`
			State       referral.State `json:"state"`
			Known       bool           `json:"known"`
			Depth       referral.Depth `json:"depth,omitzero"`
			Communities []string       `json:"communities,omitempty"`
			Previous    referral.Code  `json:"previous_code,omitzero"`
			Events      []happened     `json:"events"`
		}{code, l.State, r.ID != "", r.Depth, r.Communities, r.PreviousCode, told})
	}
	if r.ID == "" {
		p.tell("%s", p.say.T("vejvis.code_waits", "code", code))
	}
	for _, e := range told {
		text := p.say.Label("event", string(e.Kind))
		if e.Odd {
			text = p.say.T("vejvis.odd_event", "event", text)
		}
		if _, err := fmt.Fprintf(p.stdout, "%s  %s\n", p.say.Day(e.On), text); err != nil {
			return err
		}
	}
	return nil
}
