package main

import (
	"context"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/sync/hub"
	"github.com/spf13/cobra"
)

// serving is what serve is told.
type serving struct {
	listen, name, publicURL string
	cert, key, ca           string
	hosts                   []string
	lease, leaseKiosk       int // days
}

func (p *program) serveCommand() *cobra.Command {
	var s serving
	cmd := &cobra.Command{
		Use: "serve", Short: p.say.T("hub.serve"), Args: p.args(0, 0, "serve"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (s.cert == "") != (s.key == "") {
				return &usageError{p.say.T("hub.usage.cert")}
			}
			u, ok := cleanURL(s.publicURL)
			if !ok {
				return &usageError{p.say.T("vejvis.bad_public_url", "value", s.publicURL)}
			}
			s.publicURL = u
			if _, _, err := net.SplitHostPort(s.listen); err != nil {
				return &usageError{p.say.T("hub.bad_listen", "value", s.listen)}
			}
			if s.lease < 0 || s.leaseKiosk < 0 || s.lease > maxLease || s.leaseKiosk > maxLease {
				return &usageError{p.say.T("hub.usage.lease")}
			}
			return p.serve(cmd.Context(), s)
		},
	}
	f := cmd.Flags()
	f.StringVar(&s.listen, "listen", "127.0.0.1:8484", p.say.T("hub.flag.listen"))
	f.StringVar(&s.name, "name", "", p.say.T("hub.flag.name"))
	f.StringVar(&s.publicURL, "public-url", "", p.say.T("vejvis.flag.public_url"))
	f.StringVar(&s.cert, "cert", "", p.say.T("hub.flag.cert"))
	f.StringVar(&s.key, "key", "", p.say.T("hub.flag.key"))
	f.StringVar(&s.ca, "ca", "", p.say.T("hub.flag.ca"))
	f.StringSliceVar(&s.hosts, "host", nil, p.say.T("hub.flag.host"))
	f.IntVar(&s.lease, "lease", 0, p.say.T("hub.flag.lease"))
	f.IntVar(&s.leaseKiosk, "lease-kiosk", 0, p.say.T("hub.flag.lease_kiosk"))
	return cmd
}

// maxLease is the longest that a device may go on alone, in days.
const maxLease = 366

// shutdown is how long replies under way may take when the hub is stopped.
const shutdown = 20 * time.Second

func (p *program) serve(ctx context.Context, s serving) (err error) {
	dir, err := p.folder()
	if err != nil {
		return err
	}
	if p.level != nil {
		p.level.Set(slog.LevelInfo)
	}
	if running(ctx, dir) != nil {
		return errRunning
	}
	cert, err := p.certificate(dir, s)
	if err != nil {
		return err
	}
	o := hub.Options{Name: s.name, PublicURL: s.publicURL, Lease: s.lease, LeaseKiosk: s.leaseKiosk}
	if cert != nil {
		o.CA, o.CertificateUntil = cert.ca, cert.until
	}
	address := ""
	o.URL = func() string { return address }
	h, err := p.open(ctx, dir, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	listener, err := net.Listen("tcp", s.listen)
	if err != nil {
		return err
	}
	url := "http://" + listener.Addr().String()
	listener = hub.Listen(listener, hub.Limits{})
	if cert != nil {
		url = "https" + strings.TrimPrefix(url, "http")
		listener = tls.NewListener(listener, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: cert.get, NextProtos: []string{"http/1.1"}})
	}
	address = s.reached(url)
	admin, remove, err := listenAdmin(dir)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, remove()) }()
	return p.until(ctx, h, listener, admin, cert, func() error {
		if err := p.serves(h, url, cert); err != nil {
			return err
		}
		return notifyReady()
	})
}

// reached is the address that a device is told: the public one, else by the first name
// that was given, else where the hub listens.
func (s *serving) reached(url string) string {
	if s.publicURL != "" {
		return s.publicURL
	}
	_, port, err := net.SplitHostPort(s.listen)
	if err != nil || len(s.hosts) == 0 {
		return url
	}
	return "https://" + net.JoinHostPort(s.hosts[0], port)
}

// serves says where the hub is, for people and for programs.
func (p *program) serves(h *opened, url string, cert *certificate) error {
	if p.json {
		line := map[string]any{"url": url, "name": h.Name(), "print": h.Print()}
		if cert != nil {
			line["certificate"] = hex.EncodeToString(cert.print())
		}
		if err := p.line(line); err != nil {
			return err
		}
	}
	p.tell("%s", p.say.T("hub.serves", "name", h.Name(), "url", url))
	p.tell("%s", p.say.T("hub.print", "print", h.Print()))
	switch {
	case cert == nil:
		p.tell("%s", p.say.T("hub.plain"))
	case cert.own:
		p.tell("%s", p.say.T("hub.own_certificate", "print", colons(cert.print())))
	}
	p.watchCertificate(cert)
	if p.ready != nil {
		p.ready(url)
	}
	return nil
}

// watchCertificate says in the log that what the hub shows for itself runs out soon:
// then no device reaches it any more.
func (p *program) watchCertificate(cert *certificate) {
	if cert == nil {
		return
	}
	if u := cert.until(); !u.IsZero() && u.Sub(p.now()) < certificateWarning {
		p.logger.Warn("the certificate runs out", "until", u, "file", cert.cert)
	}
}

// until serves until ctx ends or something fails. Then requests that wait are
// answered, replies under way are finished, and nothing new is taken.
func (p *program) until(ctx context.Context, h *opened, public, admin net.Listener, cert *certificate, ready func() error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	servers := []*http.Server{h.Server(), {Handler: h.AdminHandler(), ReadHeaderTimeout: 10 * time.Second}}
	failed := make(chan error, 3)
	for i, l := range []net.Listener{public, admin} {
		go func() {
			if err := servers[i].Serve(l); !errors.Is(err, http.ErrServerClosed) {
				failed <- err
			}
		}()
	}
	daily := time.NewTicker(24 * time.Hour)
	defer daily.Stop()
	house := make(chan error, 1)
	go func() { house <- h.Run(ctx) }()
	err := ready()
	for ended := err != nil; !ended; {
		ended = true
		select {
		case <-ctx.Done():
		case err = <-failed:
		case err = <-house:
			house <- nil
		case <-daily.C:
			p.watchCertificate(cert)
			ended = false
		}
	}
	p.tell("%s", p.say.T("hub.stopping"))
	cancel()
	h.Wake()
	end, done := context.WithTimeout(context.Background(), shutdown)
	defer done()
	for _, s := range servers {
		if serr := s.Shutdown(end); serr != nil {
			err = errors.Join(err, serr, s.Close())
		}
	}
	return errors.Join(err, <-house)
}

// notifyReady tells systemd that the hub serves, where systemd asks for it.
func notifyReady() error {
	path := os.Getenv("NOTIFY_SOCKET")
	if path == "" {
		return nil
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return err
	}
	_, err = c.Write([]byte("READY=1"))
	return errors.Join(err, c.Close())
}
