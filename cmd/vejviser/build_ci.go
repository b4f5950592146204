//go:build ci

package main

// With the tag ci the toolkit draws in memory and needs no display.
const headless = true
