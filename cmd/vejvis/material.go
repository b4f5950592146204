package main

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/ui/papers"
	"github.com/faellesskabsby/vejviser/ui/print"
	"github.com/spf13/cobra"
)

// selected is what the commands say that make something of a selection.
type selected struct {
	sheetFlags
	query, name, logo, colour string
	limit                     int
	all                       bool
}

// making is a command that makes something of a selection. add adds flags of its
// own; make makes the PDF.
func (p *program) making(what string, add func(*cobra.Command), make func(context.Context, print.Material) ([]byte, error)) *cobra.Command {
	var f selected
	cmd := &cobra.Command{
		Use: what + " ID… | --query Q | --all", Short: p.say.T("vejvis." + what),
		RunE: func(cmd *cobra.Command, ids []string) error {
			if err := p.check(f.sheetFlags, what, print.Languages()); err != nil {
				return err
			}
			ways := 0
			for _, said := range []bool{len(ids) > 0, f.query != "", f.all} {
				if said {
					ways++
				}
			}
			if ways != 1 || f.limit < 1 {
				return &usageError{p.say.T("vejvis.usage." + what)}
			}
			go print.Warm()
			return p.with(cmd.Context(), func(s *localdb.Store) error {
				m, err := p.material(cmd.Context(), s, f, ids)
				if err != nil {
					return err
				}
				pdf, err := make(cmd.Context(), m)
				if err != nil {
					return p.paperError(f, err)
				}
				return p.write(f.out, pdf)
			})
		},
	}
	p.sheetFlags(cmd, &f.sheetFlags)
	s := cmd.Flags()
	s.StringVar(&f.query, "query", "", p.say.T("vejvis.flag.query"))
	s.BoolVar(&f.all, "all", false, p.say.T("vejvis.flag.all"))
	s.IntVar(&f.limit, "limit", 50, p.say.T("vejvis.flag.limit_query"))
	s.StringVar(&f.name, "organisation", "", p.say.T("vejvis.flag.organisation_paper"))
	s.StringVar(&f.logo, "logo", "", p.say.T("vejvis.flag.logo"))
	s.StringVar(&f.colour, "colour", "", p.say.T("vejvis.flag.colour"))
	if add != nil {
		add(cmd)
	}
	return cmd
}

// material is the selection with whose it is.
func (p *program) material(ctx context.Context, s *localdb.Store, f selected, ids []string) (m print.Material, err error) {
	from, err := papers.Sender(s)
	if err != nil {
		return m, err
	}
	m = print.Material{Language: f.language, PublicURL: from.PublicURL, Date: p.today(f.sheetFlags), Brand: print.Brand{Name: f.name, Colour: f.colour}}
	if m.Now, err = m.Date.Time(); err != nil {
		return m, err
	}
	if m.Brand.Name == "" {
		m.Brand.Name = from.Desk
	}
	if f.logo != "" {
		if m.Brand.Logo, err = os.ReadFile(f.logo); err != nil {
			return m, err
		}
	}
	if len(ids) > 0 {
		m.Communities, err = p.communities(s, ids)
		return m, err
	}
	var open []*directory.Community
	err = s.EachCommunity(func(c *directory.Community) error {
		if !c.IsClosed() {
			open = append(open, c)
		}
		return ctx.Err()
	})
	if err != nil {
		return m, err
	}
	m.Communities = open
	if f.query != "" {
		byID := map[string]*directory.Community{}
		for _, c := range open {
			byID[c.ID] = c
		}
		m.Communities = nil
		for _, h := range match.Build(open).Search(ctx, match.Query{Text: f.query, Today: m.Date, Limit: f.limit}).Hits {
			m.Communities = append(m.Communities, byID[h.ID])
		}
	}
	if len(m.Communities) == 0 {
		return m, &saidError{p.say.T("vejvis.nothing_found")}
	}
	return m, nil
}

// paperError says in words what cannot be printed.
func (p *program) paperError(f selected, err error) error {
	var many *print.TooManyError
	switch {
	case errors.Is(err, print.ErrLogo):
		return &saidError{p.say.T("vejvis.bad_logo", "path", f.logo)}
	case errors.Is(err, print.ErrColour):
		return &usageError{p.say.T("vejvis.bad_colour", "value", f.colour)}
	case errors.As(err, &many):
		return &saidError{p.say.T("vejvis.too_many_paper", "have", p.say.Int(many.Have), "most", p.say.Int(many.Most))}
	}
	return err
}

func (p *program) postcardCommand() *cobra.Command {
	var c print.Postcard
	var address string
	return p.making("postcard", func(cmd *cobra.Command) {
		s := cmd.Flags()
		s.BoolVar(&c.FourUp, "four", false, p.say.T("vejvis.flag.four"))
		s.StringVar(&c.Message, "message", "", p.say.T("vejvis.flag.message"))
		s.StringVar(&c.Name, "name", "", p.say.T("vejvis.flag.name"))
		s.StringVar(&c.Text, "text", "", p.say.T("vejvis.flag.card_text"))
		s.StringVar(&c.From, "from", "", p.say.T("vejvis.flag.from_name"))
		s.StringVar(&address, "address", "", p.say.T("vejvis.flag.address"))
	}, func(ctx context.Context, m print.Material) ([]byte, error) {
		for _, text := range []string{c.Message, c.Name, c.Text, address} {
			if err := p.checkCPR(text); err != nil {
				return nil, err
			}
		}
		if address != "" {
			c.Address = strings.Split(address, ",")
		}
		return print.Postcards(ctx, m, c)
	})
}

func (p *program) posterCommand() *cobra.Command {
	var c print.Poster
	return p.making("poster", func(cmd *cobra.Command) {
		cmd.Flags().BoolVar(&c.A3, "a3", false, p.say.T("vejvis.flag.a3"))
		cmd.Flags().BoolVar(&c.Strips, "strips", true, p.say.T("vejvis.flag.strips"))
	}, func(ctx context.Context, m print.Material) ([]byte, error) { return print.Posters(ctx, m, c) })
}

func (p *program) monthCommand() *cobra.Command {
	var from, to string
	return p.making("month", func(cmd *cobra.Command) {
		cmd.Flags().StringVar(&from, "from", "", p.say.T("vejvis.flag.from_day"))
		cmd.Flags().StringVar(&to, "to", "", p.say.T("vejvis.flag.to_day"))
	}, func(ctx context.Context, m print.Material) ([]byte, error) {
		for _, d := range []string{from, to} {
			if d != "" && !directory.Day(d).Valid() {
				return nil, &usageError{p.say.T("vejvis.bad_day", "value", d)}
			}
		}
		return print.MonthList(ctx, m, print.Month{From: directory.Day(from), To: directory.Day(to)})
	})
}

func (p *program) bookletCommand() *cobra.Command {
	var b print.Booklet
	return p.making("booklet", func(cmd *cobra.Command) {
		s := cmd.Flags()
		s.StringVar(&b.Title, "title", "", p.say.T("vejvis.flag.title"))
		s.StringVar(&b.Subtitle, "subtitle", "", p.say.T("vejvis.flag.subtitle"))
		s.BoolVar(&b.Folded, "folded", false, p.say.T("vejvis.flag.folded"))
	}, func(ctx context.Context, m print.Material) ([]byte, error) {
		tenth := 0
		return print.BookletOf(ctx, m, b, func(v float32) { // each tenth, where it takes a while
			if n := int(v * 10); n > tenth && len(m.Communities) >= 500 {
				tenth = n
				p.tell("%s", p.say.T("vejvis.making", "percent", n*10))
			}
		})
	})
}
