//go:build x11

package main

// x11Only says that this build has no Wayland in it.
const x11Only = true
