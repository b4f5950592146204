package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// process is a server or client that is told what to do line by line.
type process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// start runs a program and waits until it says that it is ready.
func start(ctx context.Context, name string, args ...string) (*process, error) {
	p := &process{cmd: exec.CommandContext(ctx, name, args...)}
	p.cmd.Stderr = os.Stderr
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	for {
		line, err := p.out.ReadString('\n')
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s ended before it was ready", name), p.stop())
		}
		if strings.TrimSpace(line) == "ready" {
			return p, nil
		}
	}
}

// do sends a line and gives the line that comes back.
func (p *process) do(line string) (string, error) {
	if _, err := io.WriteString(p.in, line+"\n"); err != nil {
		return "", err
	}
	return p.line()
}

func (p *process) line() (string, error) {
	s, err := p.out.ReadString('\n')
	return strings.TrimSpace(s), err
}

// cpu is the processor time the process has used, in milliseconds.
func (p *process) cpu() float64 { return cpuOf(p.cmd.Process.Pid) }

// cpuOf adds up what the kernel's scheduler says of each thread, in
// nanoseconds; the ticks of /proc/…/stat are 10 ms, more than a hub needs.
func cpuOf(pid int) (ms float64) {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil {
		return 0
	}
	for _, t := range tasks {
		b, err := os.ReadFile(t)
		if err != nil {
			continue // the thread has ended
		}
		ns, _ := strconv.ParseFloat(strings.Fields(string(b))[0], 64)
		ms += ns / 1e6
	}
	return ms
}

// peak is the most memory the process ever held, in MB.
func (p *process) peak() float64 { return peakOf(p.cmd.Process.Pid) }

func peakOf(pid int) float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024
		}
	}
	return 0
}

// stop ends the process: by closing its input, else by force.
func (p *process) stop() error {
	_ = p.in.Close()
	done := make(chan error, 1)
	go func() { done <- p.cmd.Wait() }()
	select {
	case <-done:
		return nil
	case <-time.After(500 * time.Millisecond):
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		_ = p.cmd.Process.Kill()
		<-done
	}
	return nil
}

// counter is a proxy on loopback that counts what goes through it.
type counter struct {
	l        net.Listener
	up, down atomic.Int64
}

func countTo(addr string) (*counter, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &counter{l: l}
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			go c.carry(in, addr)
		}
	}()
	return c, nil
}

func (c *counter) carry(in net.Conn, addr string) {
	defer in.Close()
	out, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer out.Close()
	done := make(chan struct{}, 2)
	go func() { _, _ = io.Copy(out, tally{in, &c.up}); done <- struct{}{} }()
	go func() { _, _ = io.Copy(in, tally{out, &c.down}); done <- struct{}{} }()
	<-done
}

func (c *counter) addr() string { return c.l.Addr().String() }

type tally struct {
	r io.Reader
	n *atomic.Int64
}

func (t tally) Read(b []byte) (int, error) {
	n, err := t.r.Read(b)
	t.n.Add(int64(n))
	return n, err
}

// freeAddr is an address nobody listens on.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
