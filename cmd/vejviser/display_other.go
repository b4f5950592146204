//go:build !linux

package main

// displayProblem is asked for on Linux alone: elsewhere there is always a
// display, and the toolkit itself says where OpenGL is missing.
func displayProblem() string { return "" }

// screenSize is not known here.
func screenSize() (width, height float32) { return 0, 0 }
