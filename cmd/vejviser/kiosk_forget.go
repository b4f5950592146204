package main

import (
	"runtime"
	"runtime/debug"
)

// forgetMemory lets what a visit left in memory go. What the search made of a
// visitor's words lies in small pieces among others; the runtime frees them and
// leaves them as they are until something else comes to lie there. So as many small
// pieces of each size are made as there is free room for, empty ones, and let go
// again; whole pages go back to the system, which empties them.
//
// It cannot reach what lies in frames of stacks that are done.
func forgetMemory() {
	runtime.GC()
	runtime.GC() // what had a finalizer goes the second time
	var pieces [][]byte
	for _, size := range []int{8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 160, 192, 256, 320, 384, 512, 1024} {
		room := 2 << 20
		if size > 128 {
			room = 512 << 10
		}
		for range room / size {
			pieces = append(pieces, make([]byte, size))
		}
	}
	runtime.KeepAlive(pieces)
	pieces = nil
	debug.FreeOSMemory()
}
