package main

import (
	"context"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/sync/client"
	"github.com/faellesskabsby/vejviser/sync/hub"
	"github.com/faellesskabsby/vejviser/sync/log/embedded"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

const knitting = "0190a000-0000-7000-8000-000000000001"

// knitters is a real hub with one community.
func knitters(t *testing.T) (address string, invite func() string) {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	l, err := embedded.Open(ctx, embedded.Options{Dir: filepath.Join(dir, "log"), Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	h, err := hub.Open(ctx, hub.Options{Dir: dir, Log: l, Name: "Lindeby hub"})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h.Handler())
	t.Cleanup(func() {
		h.Wake()
		srv.Close()
		if err := h.Close(); err != nil {
			t.Error(err)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	im := hub.NewImporting(h.Identify)
	if err := im.Put(&directory.Community{ID: knitting, Name: "Strik og snak"}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Import(ctx, im.Edits(), func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	return srv.URL, func() string {
		i, err := h.Invite(ctx, hub.Invitation{Role: protocol.Guide, Organisation: "Lindeby Bibliotek"})
		if err != nil {
			t.Fatal(err)
		}
		return i.Code
	}
}

// Two guides write the same fact at the same time. Neither is lost: both values
// meet on the page about the hub, and one press chooses.
func TestTwoGuidesEditsMeetWhereAPersonChooses(t *testing.T) {
	address, invite := knitters(t)
	a, settle := screenless(t, t.TempDir())
	a.args.example = false
	a.begin()
	settle("the pages", func() bool { return a.shell != nil && a.library.finder() != nil })
	t.Cleanup(func() { a.end() })
	joined := make(chan error, 1)
	go func() { joined <- a.hub.Enrol(a.ctx, address, invite(), "Guiden") }()
	settle("the directory of the hub", func() bool {
		_, err := a.store.Community(knitting)
		return err == nil && a.library.finder().Len() == 1
	})
	if err := <-joined; err != nil {
		t.Fatal(err)
	}

	other, err := localdb.Open(t.Context(), localdb.Options{Dir: t.TempDir(), Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := client.Enrol(t.Context(), client.Options{Store: other}, address, invite(), "En anden guide"); err != nil {
		t.Fatal(err)
	}
	c, err := client.New(client.Options{Store: other})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Sync(t.Context(), nil); err != nil {
		t.Fatal(err)
	}

	a.shell.GoTo(a.list)
	settle("the list", func() bool { return a.list.MayEdit() })
	a.list.Edit(knitting)
	test.Type(a.window.Canvas().Focused(), " på havnen")
	was, err := other.Community(knitting)
	if err != nil {
		t.Fatal(err)
	}
	theirs := *was
	theirs.Name = "Strik og kaffe"
	if err := other.EditCommunity(was, &theirs); err != nil {
		t.Fatal(err)
	}
	if err := c.Sync(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	settle("the other's edit", func() bool {
		now, err := a.store.Community(knitting)
		return err == nil && now.Name == "Strik og kaffe"
	})
	a.list.Shortcuts()[2].Do()
	settle("the conflict", func() bool { return a.stands().Look == 1 && a.list.Unsaved() == nil })
	a.shell.GoTo(a.syncing)
	said := ""
	settle("both values", func() bool {
		said = ""
		for _, o := range test.LaidOutObjects(a.syncing.Content()) {
			if x, ok := o.(*canvas.Text); ok {
				said += x.Text + "\n"
			}
		}
		return strings.Contains(said, "Strik og kaffe") && strings.Contains(said, "Strik og snak på havnen")
	})
	if !strings.Contains(said, "To har rettet navnet") {
		t.Errorf("it says\n%s", said)
	}
	list, err := a.store.Conflicts()
	if err != nil || len(list) != 1 {
		t.Fatalf("%d conflicts, %v", len(list), err)
	}
	if err := a.store.Resolve(list[0], true); err != nil {
		t.Fatal(err)
	}
	settle("the choice at the other guide's", func() bool {
		if err := c.Sync(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		now, err := other.Community(knitting)
		return err == nil && now.Name == "Strik og snak på havnen"
	})
}
