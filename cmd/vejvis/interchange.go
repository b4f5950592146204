package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/ui/account"
	"github.com/spf13/cobra"
)

func (p *program) importCommand() *cobra.Command {
	var format, source string
	var dry bool
	var mapping map[string]string
	cmd := &cobra.Command{
		Use: "import PATH…", Short: p.say.T("vejvis.import"), Args: p.args(1, -1, "import"),
		RunE: func(cmd *cobra.Command, paths []string) error {
			if !slices.Contains([]string{"auto", "jsonl", "csv", "xlsx", "hsds"}, format) {
				return &usageError{p.say.T("vejvis.bad_format", "value", format)}
			}
			return p.importFiles(cmd.Context(), paths, interchange.Options{
				Format: interchange.Format(format), Source: source, DryRun: dry,
				Today: directory.DayOf(p.now()), Mapping: mapping,
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&format, "format", "auto", p.say.T("vejvis.flag.format"))
	f.StringVar(&source, "source", "", p.say.T("vejvis.flag.source"))
	f.BoolVar(&dry, "dry-run", false, p.say.T("vejvis.flag.dry_run"))
	f.StringToStringVar(&mapping, "map", nil, p.say.T("vejvis.flag.map"))
	return cmd
}

func (p *program) importFiles(ctx context.Context, paths []string, o interchange.Options) error {
	return p.with(ctx, func(s *localdb.Store) error {
		tell := p.account()
		im, err := interchange.Plan(ctx, paths, o)
		var file *interchange.FileError
		if p.json && errors.As(err, &file) {
			err = errors.Join(tell.FileRefused(file), err)
		}
		if err != nil {
			return err
		}
		tell.Columns(im.Columns())
		var acc interchange.Account
		err = s.Import(ctx, func(tx *localdb.ImportTx) error {
			acc, err = im.Run(ctx, tx, tell.Progress())
			if err == nil && o.DryRun {
				return localdb.ErrDryRun // everything was tried, nothing is kept
			}
			return err
		})
		if err != nil && !errors.Is(err, localdb.ErrDryRun) {
			return err
		}
		if err := tell.Account(acc, o.DryRun); err != nil || acc.Refused == 0 {
			return err
		}
		return errPartly
	})
}

// account is how the import is told.
func (p *program) account() *account.Teller {
	return &account.Teller{Say: p.say, Out: p.stdout, Err: p.stderr, JSON: p.json}
}

// reason is the text of a reason code: an import's own, or a record's.
func (p *program) reason(code string) string { return account.Reason(p.say, code) }

func (p *program) exportCommand() *cobra.Command {
	var format, out string
	cmd := &cobra.Command{
		Use: "export", Short: p.say.T("vejvis.export"), Args: p.args(0, 0, "export"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return &usageError{p.say.T("vejvis.usage.export")}
			}
			if format == "" {
				format = strings.TrimPrefix(filepath.Ext(out), ".")
			}
			if !slices.Contains([]string{"jsonl", "csv", "xlsx", "hsds"}, format) {
				return &usageError{p.say.T("vejvis.bad_format", "value", format)}
			}
			if format == "hsds" && out == "-" {
				return &usageError{p.say.T("vejvis.usage.export")}
			}
			return p.export(cmd.Context(), interchange.Format(format), out)
		},
	}
	cmd.Flags().StringVar(&format, "format", "", p.say.T("vejvis.flag.export_format"))
	cmd.Flags().StringVar(&out, "out", "", p.say.T("vejvis.flag.out"))
	return cmd
}

func (p *program) export(ctx context.Context, format interchange.Format, out string) error {
	return p.with(ctx, func(s *localdb.Store) error {
		n := 0
		each := func(fn func(*directory.Community) error) error {
			return s.EachCommunity(func(c *directory.Community) error {
				n++
				return fn(c)
			})
		}
		var err error
		switch {
		case format == "hsds":
			err = interchange.ExportHSDS(ctx, out, each)
		case out == "-":
			return interchange.Export(ctx, p.stdout, format, each)
		default:
			err = writeWhole(out, func(f io.Writer) error { return interchange.Export(ctx, f, format, each) })
		}
		if err != nil {
			return err
		}
		if p.json {
			return p.line(map[string]any{"out": out, "communities": n})
		}
		p.tell("%s", p.say.N("vejvis.exported", n, "out", out))
		return nil
	})
}

// writeWhole writes a file so that it is there whole or not at all.
func writeWhole(path string, fill func(io.Writer) error) error {
	return interchange.WriteFile(path, fill)
}
