package main

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/print"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/google/uuid"
	"github.com/spf13/cobra"
)

// handout is what the flags of the command say.
type handout struct {
	out, layout, language, name, note, date, code, wishes string
	slip                                                  bool
}

func (p *program) handoutCommand() *cobra.Command {
	var h handout
	cmd := &cobra.Command{
		Use: "handout ID…", Short: p.say.T("vejvis.handout"), Args: p.args(1, -1, "handout"),
		RunE: func(cmd *cobra.Command, ids []string) error {
			switch {
			case h.out == "":
				return &usageError{p.say.T("vejvis.usage.handout")}
			case !slices.Contains([]string{print.A4, print.A5, print.Large}, h.layout):
				return &usageError{p.say.T("vejvis.bad_layout", "value", h.layout)}
			case !slices.Contains(translations.Sheets, h.language):
				return &usageError{p.say.T("vejvis.bad_language", "value", h.language, "list", strings.Join(translations.Sheets, " "))}
			case h.slip && h.code == "":
				return &usageError{p.say.T("vejvis.slip_needs_code")}
			case h.date != "" && !directory.Day(h.date).Valid():
				return &usageError{p.say.T("vejvis.bad_day", "value", h.date)}
			}
			go print.Warm()
			return p.with(cmd.Context(), func(s *localdb.Store) error { return p.handout(cmd.Context(), s, h, ids) })
		},
	}
	f := cmd.Flags()
	f.StringVar(&h.out, "out", "", p.say.T("vejvis.flag.out_pdf"))
	f.StringVar(&h.layout, "layout", "a4", p.say.T("vejvis.flag.layout"))
	f.StringVar(&h.language, "language", "da", p.say.T("vejvis.flag.language"))
	f.StringVar(&h.name, "name", "", p.say.T("vejvis.flag.name"))
	f.StringVar(&h.note, "note", "", p.say.T("vejvis.flag.note"))
	f.StringVar(&h.date, "date", "", p.say.T("vejvis.flag.date"))
	f.StringVar(&h.code, "code", "", p.say.T("vejvis.flag.code"))
	f.BoolVar(&h.slip, "slip", false, p.say.T("vejvis.flag.slip"))
	f.StringVar(&h.wishes, "wishes", "", p.say.T("vejvis.flag.wishes"))
	return cmd
}

func (p *program) handout(ctx context.Context, s *localdb.Store, h handout, ids []string) error {
	now := p.now()
	if h.date != "" {
		t, err := directory.Day(h.date).Time()
		if err != nil {
			return err
		}
		now = t // the whole day is ahead: the same input gives the same bytes at any hour
	}
	for _, text := range []string{h.name, h.note} {
		if err := p.checkCPR(text); err != nil {
			return err
		}
	}
	sheet := print.Sheet{Layout: h.layout, Language: h.language, Name: h.name, Greeting: h.note, Date: directory.DayOf(now), Now: now, Slip: h.slip}
	if h.code != "" {
		code, err := referral.ParseCode(h.code)
		if err != nil {
			return p.codeError(h.code, err)
		}
		sheet.Code = code
		if r, _, err := s.Referral(code); err == nil {
			sheet.DepthAccompanied = r.Depth == referral.Accompanied
		}
	}
	organisation, err := s.Organisation()
	if err != nil {
		return err
	}
	desk, err := s.Setting(localdb.SettingDesk)
	if err != nil {
		return err
	}
	sheet.Desk = say.Desk(organisation, desk)
	if sheet.PublicURL, err = s.Setting(localdb.SettingPublicURL); err != nil {
		return err
	}
	if sheet.Cards, err = p.cards(ctx, s, ids, h.wishes, directory.DayOf(now)); err != nil {
		return err
	}
	pdf, err := print.Handout(sheet)
	if err != nil {
		return err
	}
	if h.out == "-" {
		_, err = p.stdout.Write(pdf)
		return err
	}
	if err := writeWhole(h.out, func(f io.Writer) error { _, err := f.Write(pdf); return err }); err != nil {
		return err
	}
	p.tell("%s", p.say.N("vejvis.handout_done", len(sheet.Cards), "out", h.out))
	return nil
}

// cards looks the communities up and, where it is told what the citizen would
// like, why each of them fits.
func (p *program) cards(ctx context.Context, s *localdb.Store, ids []string, wishes string, today directory.Day) ([]print.Card, error) {
	cs, err := p.communities(s, ids)
	if err != nil {
		return nil, err
	}
	why := map[string][]match.Reason{}
	if wishes != "" {
		for _, h := range match.Build(cs).Search(ctx, match.Query{Text: wishes, Today: today, Limit: len(cs)}).Hits {
			why[h.ID] = h.Reasons
		}
	}
	out := make([]print.Card, 0, len(cs))
	for _, c := range cs {
		out = append(out, print.Card{Community: c, Reasons: why[c.ID]})
	}
	return out, nil
}

// communities finds each id, or source_id, in the order asked; all that are not
// found are named at once.
func (p *program) communities(s *localdb.Store, ids []string) ([]*directory.Community, error) {
	bySource := map[string]*directory.Community{}
	if slices.ContainsFunc(ids, func(id string) bool { return uuid.Validate(id) != nil }) {
		err := s.EachCommunity(func(c *directory.Community) error {
			if c.SourceID != "" && slices.Contains(ids, c.SourceID) {
				bySource[c.SourceID] = c
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	var out []*directory.Community
	var missing []string
	for _, id := range ids {
		c := bySource[id]
		if c == nil {
			var err error
			if c, err = s.Community(id); err != nil && !isNotFound(err) {
				return nil, err
			}
		}
		if c == nil {
			missing = append(missing, id)
			continue
		}
		out = append(out, c)
	}
	if len(missing) > 0 {
		return nil, &saidError{p.say.T("vejvis.unknown_community", "ids", strings.Join(missing, ", "))}
	}
	return out, nil
}

// day is --on as a day; none is today.
func (p *program) day(on string) (directory.Day, error) {
	today := directory.DayOf(p.now())
	switch d := directory.Day(on); {
	case on == "":
		return today, nil
	case !d.Valid():
		return "", &usageError{p.say.T("vejvis.bad_day", "value", on)}
	case today.DaysUntil(d) > 0:
		return "", &usageError{p.say.T("vejvis.day_ahead", "value", on)}
	default:
		return d, nil
	}
}
