package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/interchange"
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
		im, err := interchange.Plan(ctx, paths, o)
		var file *interchange.FileError
		if p.json && errors.As(err, &file) {
			err = errors.Join(p.line(map[string]any{"file": file.File, "line": 0, "field": "", "reason": file.Reason}), err)
		}
		if err != nil {
			return err
		}
		p.showColumns(im.Columns())
		var acc interchange.Account
		err = s.Import(ctx, func(tx *localdb.ImportTx) error {
			acc, err = im.Run(ctx, tx, p.progress())
			if err == nil && o.DryRun {
				return localdb.ErrDryRun // everything was tried, nothing is kept
			}
			return err
		})
		if err != nil && !errors.Is(err, localdb.ErrDryRun) {
			return err
		}
		return p.account(acc, o.DryRun)
	})
}

// showColumns says how the headings were understood, before a row is read.
func (p *program) showColumns(cols []interchange.Column) {
	for _, c := range cols {
		switch {
		case c.Field == "":
			p.tell("  %s", p.say.T("vejvis.column_unused", "heading", c.Heading))
		case c.Sure:
			p.tell("  %s → %s", c.Heading, c.Field)
		default:
			p.tell("  %s → %s %s", c.Heading, c.Field, p.say.T("vejvis.column_guess"))
		}
	}
}

// progress says every tenth of a long import; a short one says nothing.
func (p *program) progress() func(done, total int64) {
	last := int64(0)
	return func(done, total int64) {
		if total < 8<<20 || done*10/total == last {
			return
		}
		last = done * 10 / total
		p.tell("  %d %%", last*10)
	}
}

func (p *program) account(a interchange.Account, dry bool) error {
	if p.json {
		for _, r := range a.Refusals {
			if err := p.line(map[string]any{"file": r.File, "line": r.Line, "field": r.Field, "reason": r.Reason}); err != nil {
				return err
			}
		}
		if err := p.line(struct {
			Rows      int `json:"rows"`
			Added     int `json:"added"`
			Updated   int `json:"updated"`
			Unchanged int `json:"unchanged"`
			Refused   int `json:"refused"`
		}{a.Rows, a.Added, a.Updated, a.Unchanged, a.Refused}); err != nil {
			return err
		}
	} else {
		for _, r := range a.Refusals {
			p.tell("%s", p.refusal(r))
		}
		p.notes(a.Notes)
		if dry {
			p.tell("%s", p.say.T("vejvis.dry_run"))
		}
		// The line on stdout is the same in every language: scripts read it.
		fmt.Fprintf(p.stdout, "added %d, updated %d, unchanged %d, refused %d\n", a.Added, a.Updated, a.Unchanged, a.Refused)
		p.tell("%s", p.say.T("vejvis.account",
			"added", p.say.Int(a.Added), "updated", p.say.Int(a.Updated), "unchanged", p.say.Int(a.Unchanged), "refused", p.say.Int(a.Refused)))
	}
	if a.Refused > 0 {
		return errPartly
	}
	return nil
}

func (p *program) refusal(r interchange.Refusal) string {
	where := r.File
	if r.Line > 0 {
		where += ":" + fmt.Sprint(r.Line)
	}
	text := p.reason(r.Reason)
	if r.Detail != "" {
		text += " (" + r.Detail + ")"
	}
	if name := cmp.Or(r.Heading, r.Field); name != "" { // the heading as the file has it
		text = name + ": " + text
	}
	return where + ": " + text
}

// reason is the text of a reason code: an import's own, or a record's.
func (p *program) reason(code string) string {
	for _, subject := range []string{"import.", "reasons.", "privacy."} {
		if p.say.Has(subject + code) {
			return p.say.T(subject + code)
		}
	}
	return code
}

// notes says what was handled on the way, many of a kind as one line.
func (p *program) notes(ns []interchange.Refusal) {
	const each = 5
	count := map[string]int{}
	for _, n := range ns {
		if count[n.Reason]++; count[n.Reason] <= each {
			p.tell("%s", p.refusal(n))
		}
	}
	for _, code := range slices.Sorted(keys(count)) {
		if n := count[code]; n > each {
			p.tell("%s", p.say.T("vejvis.more_notes", "n", p.say.Int(n-each), "reason", p.reason(code)))
		}
	}
}

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
