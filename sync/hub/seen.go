package hub

import (
	"io"
	"os"
	"sync"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/go-json-experiment/json"
)

// seen is when devices were here last and how far they were: for an
// administrator alone, so it is a file beside the log and may be lost.
type seen struct {
	path string
	mu   sync.Mutex
	by   map[string]sight
	new  bool
}

type sight struct {
	At  time.Time `json:"at"`
	Seq uint64    `json:"seq,omitzero"`
}

func openSeen(path string) *seen {
	s := &seen{path: path, by: map[string]sight{}}
	if b, err := os.ReadFile(path); err == nil {
		if json.Unmarshal(b, &s.by) != nil || s.by == nil {
			s.by = map[string]sight{}
		}
	}
	return s
}

func (s *seen) of(device string) sight {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.by[device]
}

func (s *seen) mark(device string, at time.Time, seq uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.by[device]
	s.by[device], s.new = sight{at, max(seq, was.Seq)}, true
}

func (s *seen) save() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.new {
		return nil
	}
	b, err := json.Marshal(s.by, json.Deterministic(true))
	if err != nil {
		return err
	}
	err = interchange.WriteFile(s.path, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
	s.new = err != nil
	return err
}
