//go:build !race

package sim

// fewSeeds is how many seeds the tests live through; make sim takes 200.
const fewSeeds = 10
