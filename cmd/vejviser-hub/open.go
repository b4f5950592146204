package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/sync/hub"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/log/embedded"
	"github.com/faellesskabsby/vejviser/sync/log/jetstream"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/go-json-experiment/json"
	"github.com/nats-io/nats.go"
)

// errInUse says that another process has this hub and cannot be asked.
var errInUse = embedded.ErrInUse

// errRunning says that this hub answers already.
var errRunning = errors.New("the hub is running already")

// settings are what a folder remembers of how its hub is run, so that a command
// finds the log that serve was told of. Credentials stand in a file of their own.
type settings struct {
	Log         string `json:"log,omitzero"`
	Credentials string `json:"credentials,omitzero"`
}

const settingsName = "hub.json"

// chosen settles which log is meant: the one that is named, else the one before.
func (p *program) chosen(dir string) (settings, error) {
	var s settings
	b, err := os.ReadFile(filepath.Join(dir, settingsName))
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	if p.logURL != "" {
		s.Log = p.logURL
	}
	if p.creds != "" {
		if s.Credentials, err = filepath.Abs(p.creds); err != nil {
			return s, err
		}
	}
	return s, nil
}

// remember keeps which log was named. It is called when the hub is open on it: a
// folder that remembered a log on which it cannot open would never open again.
func (p *program) remember(dir string) error {
	if p.logURL == "" && p.creds == "" {
		return nil
	}
	s, err := p.chosen(dir)
	if err != nil {
		return err
	}
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return interchange.WriteFile(filepath.Join(dir, settingsName), func(w io.Writer) error { _, err := w.Write(b); return err })
}

// openLog opens the log of a folder: on this machine, or on a cluster.
func (p *program) openLog(ctx context.Context, dir string) (log.Log, error) {
	s, err := p.chosen(dir)
	if err != nil {
		return nil, err
	}
	if s.Log != "" {
		o := jetstream.Options{URL: s.Log, Rand: p.rand, Log: p.logger}
		if s.Credentials != "" {
			o.Connect = append(o.Connect, nats.UserCredentials(s.Credentials))
		}
		return jetstream.Open(ctx, o)
	}
	key, err := hub.LogKey(dir, p.passphrase(), p.rand)
	if err != nil {
		return nil, err
	}
	return embedded.Open(ctx, embedded.Options{Dir: filepath.Join(dir, "log"), Key: key, Now: p.now, Rand: p.rand, Log: p.logger})
}

// opened is a hub and its log.
type opened struct {
	*hub.Hub
	log log.Log
}

func (o *opened) Close() error { return errors.Join(o.Hub.Close(), o.log.Close()) }

// open opens the hub of the folder in this process, or makes it.
func (p *program) open(ctx context.Context, dir string, o hub.Options) (*opened, error) {
	l, err := p.openLog(ctx, dir)
	if err != nil {
		return nil, err
	}
	o.Dir, o.Log, o.Passphrase, o.Now, o.Rand, o.Logger = dir, l, p.passphrase(), p.now, p.rand, p.logger
	o.Words = func(lang string) hub.Words { return say.In(lang) }
	h, err := hub.Open(ctx, o)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	if err := p.remember(dir); err != nil {
		return nil, errors.Join(err, h.Close(), l.Close())
	}
	if h.Made() {
		p.tell("%s", p.say.T("hub.made", "dir", dir))
	}
	return &opened{h, l}, nil
}

// with does fn on the hub of the folder: the running one, or one opened for it.
func (p *program) with(ctx context.Context, fn func(hub.Admin) error) (err error) {
	dir, err := p.folder()
	if err != nil {
		return err
	}
	if r := running(ctx, dir); r != nil {
		defer r.Client.CloseIdleConnections()
		return fn(r)
	}
	h, err := p.open(ctx, dir, hub.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	return fn(h)
}

// running gives the hub that serves this folder, or nil where none answers.
func running(ctx context.Context, dir string) *hub.Remote {
	c, err := dialAdmin(ctx, dir)
	if err != nil {
		return nil
	}
	_ = c.Close() // it was only to see whether somebody is there
	return hub.NewRemote(&http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dialAdmin(ctx, dir) },
	}})
}

// socketAt is the file that says where the socket is, where it is not in the folder;
// on Windows there is a named pipe instead.
const socketAt = "admin.at"

// dialWait is how long a hub on this machine may take to say that it is there.
const dialWait = 2 * time.Second

func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
