package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/google/uuid"
	"github.com/spf13/cobra"
)

func (p *program) referCommand() *cobra.Command {
	var depth, on, previous, origin string
	var wishes []string
	var along bool
	cmd := &cobra.Command{
		Use: "refer ID…", Short: p.say.T("vejvis.refer"), Args: p.args(1, -1, "refer"),
		RunE: func(cmd *cobra.Command, ids []string) error {
			if !slices.Contains(referral.Depths, referral.Depth(depth)) {
				return &usageError{p.say.T("vejvis.bad_depth", "value", depth)}
			}
			if !slices.Contains([]referral.Origin{referral.AskedFor, referral.ReachedOut, referral.FromKiosk, referral.Self}, referral.Origin(origin)) {
				return &usageError{p.say.T("vejvis.bad_origin", "value", origin)}
			}
			for _, w := range wishes {
				if !slices.Contains(referral.Wishes, w) {
					return &usageError{p.say.T("vejvis.bad_wish", "value", w, "list", strings.Join(referral.Wishes, " "))}
				}
			}
			day, err := p.day(on)
			if err != nil {
				return err
			}
			r := referral.Referral{Depth: referral.Depth(depth), At: day, Wishes: wishes, Origin: referral.Origin(origin), ShownBy: referral.ByProfessional}
			if previous != "" {
				if r.PreviousCode, err = referral.ParseCode(previous); err != nil {
					return p.codeError(previous, err)
				}
			}
			var more []referral.Kind
			if along {
				more = append(more, referral.AccompanimentWanted)
			}
			return p.with(cmd.Context(), func(s *localdb.Store) error { return p.refer(s, r, ids, more) })
		},
	}
	f := cmd.Flags()
	f.BoolVar(&along, "accompaniment", false, p.say.T("vejvis.flag.along"))
	f.StringVar(&depth, "depth", string(referral.Guided), p.say.T("vejvis.flag.depth"))
	f.StringVar(&on, "on", "", p.say.T("vejvis.flag.on"))
	f.StringVar(&origin, "origin", string(referral.AskedFor), p.say.T("vejvis.flag.origin"))
	f.StringVar(&previous, "previous-code", "", p.say.T("vejvis.flag.previous_code"))
	f.StringSliceVar(&wishes, "wish", nil, p.say.T("vejvis.flag.wish"))
	return cmd
}

func (p *program) refer(s *localdb.Store, r referral.Referral, ids []string, more []referral.Kind) error {
	cs, err := p.communities(s, ids)
	if err != nil {
		return err
	}
	for _, c := range cs {
		r.Communities = append(r.Communities, c.ID)
	}
	if r.Organisation, err = s.Organisation(); err != nil {
		return err
	}
	if r.Place, err = s.Setting(localdb.SettingDesk); err != nil {
		return err
	}
	id, err := uuid.NewV7FromReader(p.rand)
	if err != nil {
		return err
	}
	r.ID = id.String()
	if r.Code, err = p.record(s, r, more); err != nil {
		return err
	}
	if p.json {
		return p.line(struct {
			ID   string        `json:"id"`
			Code referral.Code `json:"code"`
		}{r.ID, r.Code})
	}
	_, err = fmt.Fprintln(p.stdout, r.Code)
	return err
}

// record draws a code and records the referral under it; a code that is taken
// already, once in billions, is drawn again.
func (p *program) record(s *localdb.Store, r referral.Referral, more []referral.Kind) (referral.Code, error) {
	for {
		code, err := referral.Draw(p.rand)
		if err != nil {
			return "", err
		}
		r.Code = code
		if err := s.RecordReferral(r, more...); !errors.Is(err, localdb.ErrDuplicate) {
			return code, err
		}
	}
}

func (p *program) eventCommand() *cobra.Command {
	var on string
	var late bool
	cmd := &cobra.Command{
		Use: "event CODE KIND", Short: p.say.T("vejvis.event"), Args: p.args(2, 2, "event"),
		RunE: func(cmd *cobra.Command, args []string) error {
			kind := referral.Kind(args[1])
			if !slices.Contains(referral.Kinds, kind) {
				return &usageError{p.say.T("vejvis.bad_kind", "value", args[1], "list", joinKinds())}
			}
			day, err := p.day(on)
			if err != nil {
				return err
			}
			code, err := referral.ParseCode(args[0])
			if err != nil {
				return p.codeError(args[0], err)
			}
			return p.with(cmd.Context(), func(s *localdb.Store) error { return p.event(s, code, kind, day, late) })
		},
	}
	cmd.Flags().StringVar(&on, "on", "", p.say.T("vejvis.flag.on"))
	cmd.Flags().BoolVar(&late, "late", false, p.say.T("vejvis.flag.late"))
	return cmd
}

func (p *program) event(s *localdb.Store, code referral.Code, kind referral.Kind, day directory.Day, late bool) error {
	id, err := uuid.NewV7FromReader(p.rand)
	if err != nil {
		return err
	}
	e := referral.Event{ID: id.String(), Code: code, Kind: kind, On: day, Late: late}
	known := true
	r, evs, err := s.Referral(code)
	switch {
	case err == nil && r.ID == "":
		known = false // a code from another desk: kept, and it waits for its referral
	case err == nil:
		e.Referral = r.ID
		if day < r.At && !late {
			return p.tooEarly(code, kind, r.At)
		}
		if err := referral.Allowed(referral.StateOf(r, evs), kind); err != nil && !late {
			return p.notNow(code, kind, err)
		}
	case isNotFound(err):
		known = false
	default:
		return err
	}
	if err := s.RecordEvent(e); err != nil {
		return err
	}
	if p.json {
		return p.line(map[string]any{"code": code, "kind": kind, "on": day, "known": known})
	}
	text := "vejvis.event_done"
	if !known {
		text = "vejvis.event_waits"
	}
	p.tell("%s", p.say.T(text, "code", code, "event", p.say.Label("event", string(kind))))
	return nil
}

func (p *program) notNow(code referral.Code, kind referral.Kind, err error) error {
	var not *referral.NotNowError
	if !errors.As(err, &not) {
		return err
	}
	if p.json {
		if err := p.line(map[string]any{"code": code, "kind": kind, "reason": "not_now", "state": not.State}); err != nil {
			return err
		}
	}
	p.tell("vejvis: %s %s", p.say.T("privacy.not_now", "event", p.say.Label("event", string(kind)), "state", p.say.Label("state", string(not.State))), p.say.T("vejvis.add_late"))
	return errPartly
}

// tooEarly says that nothing can follow a referral before its day.
func (p *program) tooEarly(code referral.Code, kind referral.Kind, shown directory.Day) error {
	if p.json {
		if err := p.line(map[string]any{"code": code, "kind": kind, "reason": "too_early", "shown": shown}); err != nil {
			return err
		}
	}
	p.tell("vejvis: %s: %s %s", code, p.reason("too_early"), p.say.T("vejvis.add_late"))
	return errPartly
}

// codeError says what is wrong with a code and, for programs, the reason.
func (p *program) codeError(code string, err error) error {
	var ce *referral.CodeError
	if !errors.As(err, &ce) {
		return err
	}
	if p.json {
		if err := p.line(map[string]any{"code": code, "reason": ce.Reason}); err != nil {
			return err
		}
	}
	p.tell("vejvis: %s: %s", code, p.reason(ce.Reason))
	return errPartly
}

// checkCPR stops a text that holds, or may hold, a CPR number: without a screen
// there is nobody to ask.
func (p *program) checkCPR(text string) error {
	switch privacy.CheckCPR(text, directory.DayOf(p.now())).Verdict {
	case privacy.Pass:
		return nil
	case privacy.Ask:
		p.tell("vejvis: %s", p.say.T("privacy.cpr_ask"))
	default:
		p.tell("vejvis: %s", p.say.T("privacy.cpr_stop"))
	}
	return errPartly
}

func joinKinds() string {
	var out []string
	for _, k := range referral.Kinds {
		out = append(out, string(k))
	}
	return strings.Join(out, " ")
}

func isNotFound(err error) bool { return errors.Is(err, localdb.ErrNotFound) }
