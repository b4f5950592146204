//go:build !windows

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// The socket lies in the hub's folder, which is its owner's alone. Where its path
// is longer than a socket's may be, it lies in a folder of its own, and the file
// socketAt says where.
const (
	socketName = "admin.sock"
	maxSocket  = 100
)

func socketOf(dir string) string {
	if b, err := os.ReadFile(filepath.Join(dir, socketAt)); err == nil {
		return strings.TrimSpace(string(b))
	}
	return filepath.Join(dir, socketName)
}

// dialAdmin speaks to the hub of a folder.
func dialAdmin(ctx context.Context, dir string) (net.Conn, error) {
	d := net.Dialer{Timeout: dialWait}
	return d.DialContext(ctx, "unix", socketOf(dir))
}

// listenAdmin opens the socket. The caller has the folder's locks, so that what
// lies there is of a hub that is gone.
func listenAdmin(dir string) (l net.Listener, remove func() error, err error) {
	path := filepath.Join(dir, socketName)
	at := filepath.Join(dir, socketAt)
	remove = func() error { return nil }
	if err := errors.Join(gone(os.Remove(path)), gone(os.Remove(at))); err != nil {
		return nil, remove, err
	}
	if len(path) > maxSocket {
		own, err := os.MkdirTemp("", "vejviser-hub-")
		if err != nil {
			return nil, remove, err
		}
		path = filepath.Join(own, socketName)
		remove = func() error { return errors.Join(gone(os.Remove(at)), os.RemoveAll(own)) }
		if err := os.WriteFile(at, []byte(path+"\n"), 0o600); err != nil {
			return nil, remove, errors.Join(err, remove())
		}
	}
	if l, err = net.Listen("unix", path); err != nil {
		return nil, remove, fmt.Errorf("%s: %w", path, errors.Join(err, remove()))
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, remove, errors.Join(err, l.Close(), remove())
	}
	return l, remove, nil
}
