package main

import (
	"context"
	"errors"
	"slices"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/sync/hub"
	"github.com/faellesskabsby/vejviser/ui/account"
	"github.com/spf13/cobra"
)

func (p *program) importCommand() *cobra.Command {
	var format, source, rescue string
	var dry, withExample bool
	var mapping map[string]string
	cmd := &cobra.Command{
		Use: "import PATH…", Short: p.say.T("vejvis.import"), Args: p.args(0, -1, "import"),
		RunE: func(cmd *cobra.Command, paths []string) error {
			if rescue != "" && len(paths) == 0 && !withExample {
				return p.importRescue(cmd, rescue)
			}
			if withExample != (len(paths) == 0) || rescue != "" {
				return &usageError{p.say.T("hub.usage.import")}
			}
			if withExample {
				return p.with(cmd.Context(), func(a hub.Admin) error { return p.importExample(cmd.Context(), a) })
			}
			if !slices.Contains([]string{"auto", "jsonl", "csv", "xlsx", "hsds"}, format) {
				return &usageError{p.say.T("vejvis.bad_format", "value", format)}
			}
			o := interchange.Options{Format: interchange.Format(format), Source: source, DryRun: dry, Today: directory.DayOf(p.now()), Mapping: mapping}
			return p.with(cmd.Context(), func(a hub.Admin) error { return p.importFiles(cmd.Context(), a, paths, o) })
		},
	}
	f := cmd.Flags()
	f.StringVar(&format, "format", "auto", p.say.T("vejvis.flag.format"))
	f.StringVar(&source, "source", "", p.say.T("vejvis.flag.source"))
	f.BoolVar(&withExample, "example", false, p.say.T("hub.flag.example"))
	f.StringVar(&rescue, "rescue", "", p.say.T("hub.flag.rescue"))
	f.BoolVar(&dry, "dry-run", false, p.say.T("vejvis.flag.dry_run"))
	f.StringToStringVar(&mapping, "map", nil, p.say.T("vejvis.flag.map"))
	return cmd
}

func (p *program) importFiles(ctx context.Context, a hub.Admin, paths []string, o interchange.Options) error {
	tell := &account.Teller{Say: p.say, Out: p.stdout, Err: p.stderr, JSON: p.json}
	plan, err := interchange.Plan(ctx, paths, o)
	var file *interchange.FileError
	if p.json && errors.As(err, &file) {
		err = errors.Join(tell.FileRefused(file), err)
	}
	if err != nil {
		return err
	}
	tell.Columns(plan.Columns())
	into := hub.NewImporting(a.Identify)
	acc, err := plan.Run(ctx, into, tell.Progress())
	if err != nil {
		return err
	}
	conflicts := 0
	if !o.DryRun {
		said := 0
		conflicts, err = a.Import(ctx, into.Edits(), func(done, total int) {
			if tenth := done * 10 / total; total >= 5000 && tenth > said {
				said = tenth
				p.tell("  %s", p.say.T("hub.import_progress", "done", p.say.Int(done), "total", p.say.Int(total)))
			}
		})
		if err != nil {
			return err
		}
	}
	if conflicts > 0 {
		p.tell("%s", p.say.N("hub.import_conflicts", conflicts))
	}
	if err := tell.Account(acc, o.DryRun); err != nil || acc.Refused == 0 {
		return err
	}
	return errPartly
}

// exampleOf gathers the built-in example for a hub.
type exampleOf struct {
	*hub.Importing
	people hub.People
	put    int
}

func (x *exampleOf) Import(_ context.Context, fn func(*exampleOf) error) error { return fn(x) }
func (x *exampleOf) Put(c *directory.Community) error {
	x.put++
	return x.Importing.Put(c)
}
func (x *exampleOf) PutOrganiser(o *directory.Organiser) error {
	x.people.Organisers = append(x.people.Organisers, *o)
	return nil
}
func (x *exampleOf) PutAmbassador(a *directory.Ambassador) error {
	x.people.Ambassadors = append(x.people.Ambassadors, *a)
	return nil
}

// importExample fills a hub with the fictional municipality, to try it with.
func (p *program) importExample(ctx context.Context, a hub.Admin) error {
	x := &exampleOf{Importing: hub.NewImporting(a.Identify)}
	if err := example.Fill(ctx, x, directory.DayOf(p.now())); err != nil {
		return err
	}
	if _, err := a.Import(ctx, x.Edits(), nil); err != nil {
		return err
	}
	if err := a.PutPeople(ctx, x.people); err != nil {
		return err
	}
	if p.json {
		return p.line(map[string]int{"communities": x.put})
	}
	p.tell("%s", p.say.N("vejvis.count.communities", x.put))
	return nil
}
