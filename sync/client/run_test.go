package client

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestWhatAGuideSeesComesByItself(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.fill(t, 20)
		d, end := w.machine(t, desk, "Lindeby Bibliotek")
		defer end()
		g, end := w.machine(t, guide, "Vejviserne")
		defer end()
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan error, 2)
		for _, p := range []*pc{d, g} {
			go func() { ended <- p.Run(ctx) }()
		}
		time.Sleep(time.Minute)
		if n := d.count(t).Communities; n != 20 {
			t.Errorf("%d communities after a minute", n)
		}
		r := d.refer(t)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if _, _, err := g.s.Referral(r.Code); err != nil {
			t.Error("not at the guide after ten seconds:", err)
		}
		time.Sleep(10 * time.Minute)
		stop()
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		if k, err := d.s.Contact(); err != nil || k.Problem != "" {
			t.Errorf("%+v, %v", k, err)
		}
	})
}

// A line that dies without a word – a laptop that slept, another network – is
// given up after a minute, also in the middle of a long poll, and all goes on
// when there is one again.
func TestASilentLineIsGivenUp(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.fill(t, 5)
		d, end := w.machine(t, desk, "Lindeby Bibliotek")
		defer end()
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		time.Sleep(10 * time.Second)
		w.net.silence(true)
		d.refer(t)
		time.Sleep(3 * time.Minute) // the poll under way still ends well
		k, err := d.s.Contact()
		if err != nil || k.Problem != string(Offline) || k.Retry.IsZero() && k.LastTry.IsZero() {
			t.Errorf("after three silent minutes: %+v, %v", k, err)
		}
		w.net.silence(false)
		time.Sleep(6 * time.Minute)
		if k, err := d.s.Contact(); err != nil || k.Problem != "" || d.count(t).Waiting != 0 {
			t.Errorf("with a line again: %+v, %v, %d wait", k, err, d.count(t).Waiting)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
