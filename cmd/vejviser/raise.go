package main

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A second start raises the window of the first: the running app listens on the
// loopback address and leaves where, and a token, in a file beside its data that
// only this user can read. Whoever knows the token may ask for nothing but that.
const raiseFile = "window"

// raiseOther asks an app that already runs on dir to raise its window; false
// where none answers.
func raiseOther(dir string) bool {
	b, err := os.ReadFile(filepath.Join(dir, raiseFile))
	if err != nil {
		return false
	}
	addr, token, ok := strings.Cut(strings.TrimSpace(string(b)), " ")
	if !ok {
		return false
	}
	conn, err := net.DialTimeout("tcp", addr, 500*time.Millisecond)
	if err != nil {
		return false // left behind by an app that was ended by force
	}
	defer conn.Close()
	if conn.SetDeadline(time.Now().Add(2*time.Second)) != nil {
		return false
	}
	if _, err := io.WriteString(conn, token+"\n"); err != nil {
		return false
	}
	answer := make([]byte, 3)
	_, err = io.ReadFull(conn, answer)
	return err == nil && string(answer) == "ok\n"
}

// answerRaise lets later starts raise this window until stop is called.
func answerRaise(dir string, raise func()) (stop func() error, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	secret := make([]byte, 16)
	if _, err := rand.Read(secret); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	token := hex.EncodeToString(secret)
	path := filepath.Join(dir, raiseFile)
	if err := os.WriteFile(path, []byte(l.Addr().String()+" "+token+"\n"), 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // closed
			}
			go answer(conn, token, raise)
		}
	}()
	return func() error { return errors.Join(l.Close(), os.Remove(path)) }, nil
}

func answer(conn net.Conn, token string, raise func()) {
	defer conn.Close()
	if conn.SetDeadline(time.Now().Add(2*time.Second)) != nil {
		return
	}
	got := make([]byte, len(token)+1)
	if _, err := io.ReadFull(conn, got); err != nil {
		return
	}
	if subtle.ConstantTimeCompare(got[:len(token)], []byte(token)) != 1 {
		return
	}
	raise()
	if _, err := io.WriteString(conn, "ok\n"); err != nil {
		return // the other start has gone; the window is up all the same
	}
}
