// Command bench measures first sync, delta and the rest beside PouchDB and
// PocketBase, all on this machine in one run, interleaved: make bench-sync.
//
// Every server and every client is a process of its own, so that processor time
// and memory are the kernel's figures; every byte goes through a counting proxy
// in this process. Wall time is the client's own, from the first request to the
// last byte safe and checked; the start of a process is in nobody's.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/pprof"

	"github.com/faellesskabsby/vejviser/localdb"
)

func main() {
	localdb.CheckIfAsked()
	role := flag.String("role", "", "what this process is, when the measuring one starts it")
	o := options{}
	flag.IntVar(&o.records, "n", 20000, "records")
	flag.IntVar(&o.rounds, "rounds", 3, "interleaved rounds; medians are shown")
	flag.IntVar(&o.deltas, "deltas", 5, "deltas of 100 in each round")
	flag.StringVar(&o.only, "only", "", "measure this one alone: vejviser, pouchdb, pocketbase")
	flag.BoolVar(&o.large, "large", false, "also 100,000 records")
	flag.BoolVar(&o.load, "load", true, "also the outbox of 10,000 and 200 PCs at 08:00")
	dir := flag.String("dir", "", "with -role: its folder")
	addr := flag.String("addr", "", "with -role: where to listen, or whom to ask")
	file := flag.String("file", "", "with -role: the records")
	code := flag.String("code", "", "with -role: the invitation")
	profile := flag.String("profile", "", "a folder for processor and memory profiles of our client")
	flag.Parse()
	if *profile != "" {
		if err := os.Setenv(profileTo, *profile); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	switch *role {
	case "":
		err = measure(ctx, o)
	case "pocketbase-server":
		err = pocketServer(*dir, *addr, *file)
	case "pocketbase-client":
		err = pocketClient(*dir, *addr)
	case "vejviser-client":
		err = ourClient(ctx, *dir, *addr, *code)
	case "vejviser-outbox":
		err = ourOutbox(ctx, *dir, *addr, *code)
	default:
		err = fmt.Errorf("no role %q", *role)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type options struct {
	records, rounds, deltas int
	only                    string
	large, load             bool
}

// profileTo is the environment's word to our client that it is to be profiled.
const profileTo = "VEJVISER_BENCH_PROFILE"

// profiled runs f under a processor profile, and leaves a memory profile, where
// that is asked for.
func profiled(f func() error) error {
	dir := os.Getenv(profileTo)
	if dir == "" {
		return f()
	}
	cpu, err := os.Create(filepath.Join(dir, "cpu.prof"))
	if err != nil {
		return err
	}
	defer cpu.Close()
	if err := pprof.StartCPUProfile(cpu); err != nil {
		return err
	}
	err = f()
	pprof.StopCPUProfile()
	mem, merr := os.Create(filepath.Join(dir, "mem.prof"))
	if merr != nil {
		return errors.Join(err, merr)
	}
	defer mem.Close()
	return errors.Join(err, pprof.Lookup("allocs").WriteTo(mem, 0))
}

// heldNow leaves a profile of the memory that is held at this moment, where
// profiles are asked for.
func heldNow(name string) error {
	dir := os.Getenv(profileTo)
	if dir == "" {
		return nil
	}
	f, err := os.Create(filepath.Join(dir, name+".prof"))
	if err != nil {
		return err
	}
	return errors.Join(pprof.Lookup("heap").WriteTo(f, 0), f.Close())
}
