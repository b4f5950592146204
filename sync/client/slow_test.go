package client

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
)

// toxic puts a proxy that breaks and slows before the hub.
func toxic(t *testing.T, h *hubs) *toxiproxy.Proxy {
	t.Helper()
	zerolog.SetGlobalLevel(zerolog.Disabled) // its toxics log to the global logger
	p := toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop()),
		"hub", "127.0.0.1:0", strings.TrimPrefix(h.url, "http://"))
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	return p
}

// Lines that are slow, that stop and that break: a machine gets on or backs off,
// and what a person does meanwhile takes no longer for it.
func TestABadLineHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.fill(t, 20)
	p := toxic(t, h)
	d := h.pc(t, desk, "Lindeby Bibliotek")
	d.wire.base.Host = p.Listen
	for _, c := range []struct {
		name, toxic string
		gets        bool // through, in the end
	}{
		{"slow to answer", `{"name":"x","type":"latency","attributes":{"latency":60,"jitter":50}}`, true},
		{"64 bytes at a time", `{"name":"x","type":"slicer","attributes":{"average_size":64,"size_variation":32,"delay":100}}`, true},
		{"16 kbit/s up", `{"name":"x","type":"bandwidth","stream":"upstream","attributes":{"rate":2}}`, true},
		{"64 kbit/s down", `{"name":"x","type":"bandwidth","attributes":{"rate":8}}`, true},
		{"reset at once", `{"name":"x","type":"reset_peer","attributes":{"timeout":0}}`, false},
		{"reset after a while", `{"name":"x","type":"reset_peer","stream":"upstream","attributes":{"timeout":20}}`, false},
		{"cut after 300 bytes", `{"name":"x","type":"limit_data","attributes":{"bytes":300}}`, false},
		{"silence", `{"name":"x","type":"timeout","attributes":{"timeout":0}}`, false},
	} {
		h.edit(t)
		if _, err := p.Toxics.AddToxicJson(strings.NewReader(c.toxic)); err != nil {
			t.Fatal(err)
		}
		d.line.CloseIdleConnections()
		d.drop(d.current)
		limit := 20 * time.Second
		if !c.gets {
			limit = 300 * time.Millisecond
		}
		ctx, stop := context.WithTimeout(context.Background(), limit)
		ended := make(chan error, 1)
		go func() { ended <- d.Sync(ctx, nil) }()
		for range 3 {
			start := time.Now()
			d.refer(t)
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("%s: a vejvisning took %s", c.name, took)
			}
		}
		if err := <-ended; (err == nil) != c.gets {
			t.Errorf("%s: %v", c.name, err)
		}
		stop()
		if err := p.Toxics.RemoveToxic(context.Background(), "x"); err != nil {
			t.Fatal(err)
		}
		d.line.CloseIdleConnections()
	}
	d.sync(t)
	if n := d.count(t).Waiting; n != 0 {
		t.Errorf("%d wait", n)
	}
	d.same(t)
	g := h.pc(t, guide, "Vejviserne")
	g.sync(t)
	if n := g.count(t).Referrals; n != 24 {
		t.Errorf("%d vejvisninger of 24 at the guide", n)
	}
}
