package main

import (
	"bufio"
	crand "crypto/rand"
	"fmt"
	"math/rand/v2"
	"os"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
)

// writeRecords writes n communities of about 1.1 kB as lines of JSON: those of
// the example with other names, ids and sentences, the same for the same n. round
// above 0 writes 100 of them, changed.
func writeRecords(path string, n, round int) error {
	cs, err := example.Communities()
	if err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	from, to := 0, n
	if round > 0 {
		from, to = round*100%n, round*100%n+100
	}
	for i := from; i < to; i++ {
		r := rand.New(rand.NewPCG(uint64(i), 42))
		c := *cs[i%len(cs)]
		c.ID = uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "bench %d", i)).String()
		c.Source, c.SourceID = "bench", fmt.Sprintf("b%06d", i)
		c.Name = fmt.Sprintf("%s %d", c.Name, i)
		for range 3 {
			c.Description += " " + cs[r.IntN(len(cs))].Summary
		}
		if round > 0 {
			c.Summary = fmt.Sprintf("Ændret %d", round)
		}
		b, err := json.Marshal(&c)
		if err != nil {
			return err
		}
		if _, err := w.Write(append(b, '\n')); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// rander is the system's randomness.
type rander struct{}

func (rander) Read(b []byte) (int, error) { return crand.Read(b) }
