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
