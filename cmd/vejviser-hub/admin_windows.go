package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"path/filepath"
	"strings"

	"github.com/Microsoft/go-winio"
)

// pipeRights let the hub's own account, the system and administrators in, and nobody
// from another machine.
const pipeRights = "D:P(D;;GA;;;NU)(A;;GA;;;OW)(A;;GA;;;SY)(A;;GA;;;BA)"

// pipeOf names the pipe of a folder: one of its own for each, on whatever drive, in
// whatever letters.
func pipeOf(dir string) string {
	h := sha256.Sum256([]byte(strings.ToLower(filepath.Clean(dir))))
	return `\\.\pipe\vejviser-hub-` + hex.EncodeToString(h[:8])
}

// dialAdmin speaks to the hub of a folder.
func dialAdmin(ctx context.Context, dir string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialWait)
	defer cancel()
	return winio.DialPipeContext(ctx, pipeOf(dir))
}

// listenAdmin opens the pipe. It is the first of its name, or it fails: nobody else
// answers in the hub's place.
func listenAdmin(dir string) (l net.Listener, remove func() error, err error) {
	remove = func() error { return nil } // it goes with the listener
	name := pipeOf(dir)
	if l, err = winio.ListenPipe(name, &winio.PipeConfig{SecurityDescriptor: pipeRights}); err != nil {
		return nil, remove, fmt.Errorf("%s: %w", name, err)
	}
	return l, remove, nil
}
