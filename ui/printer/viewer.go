package printer

import (
	"fmt"
	"os/exec"
	"runtime"
	"time"
)

// viewerStart is how long a viewer is given to say that it cannot open the file.
const viewerStart = 3 * time.Second

// OpenInViewer opens a PDF in the program that the system has for it. It
// returns when that program has begun, and tells where none could.
func OpenInViewer(path string) error {
	name, args := viewer(runtime.GOOS, path)
	c := exec.Command(name, args...)
	if err := c.Start(); err != nil {
		return fmt.Errorf("printer: viewer: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("printer: viewer: %w", err)
		}
	case <-time.After(viewerStart): // some stay until the window is closed
	}
	return nil
}

// viewer is the command that opens a file on a system.
func viewer(system, path string) (string, []string) {
	switch system {
	case "windows":
		return "rundll32", []string{"url.dll,FileProtocolHandler", path}
	case "darwin":
		return "open", []string{path}
	}
	return "xdg-open", []string{path}
}
