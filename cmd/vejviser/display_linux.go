package main

import (
	"io"
	"log"
	"os"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// displayProblem says why no window can open here, as a key of the catalogue, or
// "". Without this the toolkit panics where there is no display, and runs on
// with no window where the display has no OpenGL.
func displayProblem() string {
	if headless {
		return ""
	}
	if os.Getenv("DISPLAY") == "" {
		if os.Getenv("WAYLAND_DISPLAY") != "" && !x11Only {
			return ""
		}
		return "app.no_display"
	}
	xgb.Logger = log.New(io.Discard, "", 0) // what it says is for nobody
	conn, err := xgb.NewConn()
	if err != nil {
		return "app.no_display"
	}
	defer conn.Close()
	if r, err := xproto.QueryExtension(conn, uint16(len("GLX")), "GLX").Reply(); err != nil || !r.Present {
		return "app.no_opengl"
	}
	return ""
}

// screenSize gives the size of the screen in pixels, 0 where it is not known.
func screenSize() (width, height float32) {
	if headless || os.Getenv("DISPLAY") == "" {
		return 0, 0
	}
	conn, err := xgb.NewConn()
	if err != nil {
		return 0, 0
	}
	defer conn.Close()
	s := xproto.Setup(conn).DefaultScreen(conn)
	return float32(s.WidthInPixels), float32(s.HeightInPixels)
}
