package localdb

import (
	"fmt"
	"sync"
	"testing"
)

func TestChangesComeInOrderToWhoeverListens(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	var mu sync.Mutex
	var got []Change
	all := make(chan struct{})
	cancel := s.Subscribe(func(c Change) {
		if _, err := s.Setting(c.ID); err != nil { // no lock is held
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		if got = append(got, c); len(got) == 20 {
			close(all)
		}
	})
	for i := range 20 {
		if err := s.SetSetting(fmt.Sprint("k", i), "v"); err != nil {
			t.Fatal(err)
		}
	}
	<-all
	cancel()
	cancel()
	for i, c := range got {
		if want := (Change{"setting", fmt.Sprint("k", i)}); c != want {
			t.Errorf("%d: %v", i, c)
		}
	}
	if err := s.SetSetting("after", "v"); err != nil {
		t.Fatal(err)
	}
	closeStore(t, s)
	if len(got) != 20 {
		t.Errorf("%d changes after cancel", len(got))
	}
}

func TestListenerMayCancelInsideItsCall(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	calls := make(chan Change, 10)
	var cancel func()
	var ready sync.WaitGroup
	ready.Add(1)
	cancel = s.Subscribe(func(c Change) {
		ready.Wait()
		cancel()
		calls <- c
	})
	ready.Done()
	second := make(chan Change, 10)
	defer s.Subscribe(func(c Change) { second <- c })()
	for i := range 3 {
		if err := s.SetSetting(fmt.Sprint(i), "v"); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		<-second
	}
	if len(calls) != 1 {
		t.Errorf("%d calls", len(calls))
	}
}
