package main

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/papers"
	"github.com/faellesskabsby/vejviser/ui/print"
	"github.com/spf13/cobra"
)

// sheetFlags are what every command says that makes a PDF.
type sheetFlags struct{ out, language, date string }

func (p *program) sheetFlags(cmd *cobra.Command, f *sheetFlags) {
	s := cmd.Flags()
	s.StringVar(&f.out, "out", "", p.say.T("vejvis.flag.out_pdf"))
	s.StringVar(&f.language, "language", "da", p.say.T("vejvis.flag.language"))
	s.StringVar(&f.date, "date", "", p.say.T("vejvis.flag.date"))
}

// check says what in the flags is wrong; what names the usage, languages are those
// that the sheet is made in.
func (p *program) check(f sheetFlags, what string, languages []string) error {
	switch {
	case f.out == "":
		return &usageError{p.say.T("vejvis.usage." + what)}
	case !slices.Contains(languages, f.language):
		return &usageError{p.say.T("vejvis.bad_language", "value", f.language, "list", strings.Join(languages, " "))}
	case f.date != "" && !directory.Day(f.date).Valid():
		return &usageError{p.say.T("vejvis.bad_day", "value", f.date)}
	}
	return nil
}

// today is the day of the sheet.
func (p *program) today(f sheetFlags) directory.Day {
	if f.date != "" {
		return directory.Day(f.date)
	}
	return directory.DayOf(p.now())
}

// write puts a finished PDF where it was asked for and says so.
func (p *program) write(out string, pdf []byte) error {
	if out == "-" {
		_, err := p.stdout.Write(pdf)
		return err
	}
	if err := writeWhole(out, func(w io.Writer) error { _, err := w.Write(pdf); return err }); err != nil {
		return err
	}
	p.tell("%s", p.say.T("vejvis.sheet_done", "out", out))
	return nil
}

// briefingCommand makes the sheet for who goes along.
func (p *program) briefingCommand() *cobra.Command {
	var f sheetFlags
	cmd := &cobra.Command{
		Use: "briefing CODE", Short: p.say.T("vejvis.briefing"), Args: p.args(1, 1, "briefing"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.check(f, "briefing", translations.Languages); err != nil {
				return err
			}
			code, err := referral.ParseCode(args[0])
			if err != nil {
				return p.codeError(args[0], err)
			}
			return p.with(cmd.Context(), func(s *localdb.Store) error {
				b, err := papers.Briefing(s, code, f.language, p.today(f))
				if err != nil {
					return p.noPlan(code, err)
				}
				pdf, err := print.CompanionBriefing(b)
				if err != nil {
					return err
				}
				return p.write(f.out, pdf)
			})
		},
	}
	p.sheetFlags(cmd, &f)
	return cmd
}

// noPlan says in words that there is nothing to make a sheet of.
func (p *program) noPlan(code referral.Code, err error) error {
	switch {
	case errors.Is(err, papers.ErrNoPlan):
		return &saidError{p.say.T("vejvis.no_plan", "code", code)}
	case isNotFound(err):
		return &saidError{p.say.T("vejvis.unknown_code", "code", code)}
	}
	return err
}

// welcomeCommand makes welcome cards for hosts: to lie ready, or for one who comes.
func (p *program) welcomeCommand() *cobra.Command {
	var f sheetFlags
	var code string
	var slips int
	cmd := &cobra.Command{
		Use: "welcome [--code CODE] [ID…]", Short: p.say.T("vejvis.welcome"),
		RunE: func(cmd *cobra.Command, ids []string) error {
			if err := p.check(f, "welcome", translations.Languages); err != nil {
				return err
			}
			if (code == "") == (len(ids) == 0) || slips < 0 {
				return &usageError{p.say.T("vejvis.usage.welcome")}
			}
			return p.with(cmd.Context(), func(s *localdb.Store) error { return p.welcome(s, f, code, slips, ids) })
		},
	}
	p.sheetFlags(cmd, &f)
	cmd.Flags().StringVar(&code, "code", "", p.say.T("vejvis.flag.welcome_code"))
	cmd.Flags().IntVar(&slips, "slips", 0, p.say.T("vejvis.flag.slips"))
	return cmd
}

func (p *program) welcome(s *localdb.Store, f sheetFlags, text string, each int, ids []string) error {
	if text != "" {
		code, err := referral.ParseCode(text)
		if err != nil {
			return p.codeError(text, err)
		}
		h, err := papers.HostNote(s, code, f.language, p.today(f))
		if err != nil {
			return p.noPlan(code, err)
		}
		pdf, err := print.HostCards([]print.HostNote{h})
		if err != nil {
			return err
		}
		return p.write(f.out, pdf)
	}
	cs, err := p.communities(s, ids)
	if err != nil {
		return err
	}
	from, err := papers.Sender(s)
	if err != nil {
		return err
	}
	var pdf []byte
	if each > 0 {
		pdf, err = print.WelcomeSlips(print.Slips{Language: f.language, Desk: from.Desk, Phone: from.Phone, Date: p.today(f), Communities: cs, Each: each})
	} else {
		var notes []print.HostNote
		for _, c := range cs {
			notes = append(notes, print.HostNote{Language: f.language, Desk: from.Desk, Phone: from.Phone, Date: p.today(f), Community: c})
		}
		pdf, err = print.HostCards(notes)
	}
	if err != nil {
		return err
	}
	return p.write(f.out, pdf)
}
