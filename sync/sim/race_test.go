//go:build race

package sim

// fewSeeds is how many seeds the tests live through where every access is watched.
const fewSeeds = 2
