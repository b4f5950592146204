//go:build !x11

package main

const x11Only = false
