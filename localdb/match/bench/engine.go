package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/match/judge"
)

// engine is one search, built from records and opened again later.
type engine interface {
	search(text string) judge.Answer
	close() error
}

// peer is one kind of engine. dir is a directory of its own.
type peer struct {
	name  string
	build func(dir string, cs []*directory.Community) (engine, error)
	open  func(dir string) (engine, error) // cold: in a process that has done nothing
}

var peers = []peer{
	{"ours", buildOurs, openOurs},
	{"bleve", buildBleve(false), openBleve(false)},
	{"bleve+layer", buildBleve(true), openBleve(true)},
	{"fts5", buildFTS5, openFTS5},
}

// ours keeps its index in memory and a snapshot of it on disk.
type ours struct{ x *match.Index }

func snapshotFile(dir string) string { return filepath.Join(dir, "ours.snapshot") }

func buildOurs(dir string, cs []*directory.Community) (engine, error) {
	x := match.Build(cs)
	return ours{x}, os.WriteFile(snapshotFile(dir), x.Encode(), 0o600)
}

func openOurs(dir string) (engine, error) {
	b, err := os.ReadFile(snapshotFile(dir))
	if err != nil {
		return nil, err
	}
	x, err := match.Load(b)
	return ours{x}, err
}

func (o ours) search(text string) judge.Answer {
	res := o.x.Search(context.Background(), match.Query{Text: text, Today: example.Base})
	a := judge.Answer{Weak: res.Weak}
	for _, h := range res.Hits {
		a.Hits = append(a.Hits, h.SourceID)
	}
	return a
}

func (o ours) close() error { return nil }

// diskOf is the bytes in a directory.
func diskOf(dir string) (n int64, err error) {
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		fi, err := d.Info()
		if err == nil {
			n += fi.Size()
		}
		return err
	})
	return n, err
}

// text of a record, by field; the same for every peer.
type text struct {
	Name, Summary, Description, Category, Activities, Organiser, Place string
}

func textOf(c *directory.Community) text {
	t := text{Name: c.Name, Summary: c.Summary, Description: c.Description, Category: c.Category}
	for _, a := range c.Activities {
		t.Activities += a + ". "
	}
	if c.Organiser != nil {
		t.Organiser = c.Organiser.Name
	}
	for i := range c.Places {
		p := &c.Places[i]
		t.Place += p.City + ". " + p.HousingArea + ". "
		if !p.Confidential {
			t.Place += p.Name + ". " + p.Address + ". "
		}
	}
	return t
}
