//go:build !linux

package main

// displayProblem is asked for on Linux alone: elsewhere there is always a
// display, and the toolkit itself says where OpenGL is missing.
func displayProblem() string { return "" }
