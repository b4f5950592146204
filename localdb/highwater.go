package localdb

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// highWaterName is how far a hub's log is known to have come. It is in no
// backup: a log that is behind it without being another one has lost something.
const highWaterName = "highwater.json"

// highWaterEvery is how often it is written while the log goes on.
const highWaterEvery = time.Second

type highWater struct {
	mu      sync.Mutex
	read    bool
	now     record.Position
	written record.Position
	at      time.Time
}

// noteHighWater keeps how far the log has come, on the disk at most once a second.
func (s *Store) noteHighWater(p record.Position) {
	if !s.o.Hub {
		return
	}
	h := &s.high
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := s.readHighWater(); err != nil {
		s.o.Log.Warn("how far the log had come cannot be read", "err", err)
	}
	if h.now.Epoch == p.Epoch && h.now.Seq > p.Seq {
		return // played again from its beginning
	}
	h.now, h.read = p, true
	if s.o.Now().Sub(h.at).Abs() < highWaterEvery && h.written.Epoch == p.Epoch {
		return
	}
	if err := s.writeHighWater(); err != nil {
		s.o.Log.Warn("how far the log has come was not kept", "err", err)
	}
}

func (s *Store) writeHighWater() error {
	b, err := json.Marshal(s.high.now)
	if err != nil {
		return err
	}
	if err := journal.WriteFile(s.o.fs, filepath.Join(s.o.Dir, highWaterName), b); err != nil {
		return err
	}
	s.high.written, s.high.at = s.high.now, s.o.Now()
	return nil
}

// HighWater gives how far which log is known to have come; zero where none was
// played. It outlives the view.
func (s *Store) HighWater() (record.Position, error) {
	if err := s.begin(); err != nil {
		return record.Position{}, err
	}
	defer s.end()
	s.high.mu.Lock()
	defer s.high.mu.Unlock()
	if err := s.readHighWater(); err != nil {
		return record.Position{}, err
	}
	return s.high.now, nil
}

// readHighWater reads what an earlier run kept. Callers hold its lock.
func (s *Store) readHighWater() error {
	h := &s.high
	if h.read {
		return nil
	}
	b, err := os.ReadFile(filepath.Join(s.o.Dir, highWaterName))
	if errors.Is(err, os.ErrNotExist) {
		h.read = true
		return nil
	}
	if err == nil {
		err = json.Unmarshal(b, &h.now)
	}
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamaged, highWaterName, err)
	}
	h.read, h.written = true, h.now
	return nil
}

func (s *Store) keepHighWater() error {
	s.high.mu.Lock()
	defer s.high.mu.Unlock()
	if !s.o.Hub || s.high.now == s.high.written {
		return nil
	}
	return s.writeHighWater()
}
