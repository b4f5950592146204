// Package faults does to files and disks what the world does to them: it cuts
// the power under a file system, damages a file, copies a folder while it is in
// use, fills a disk. Its tests are the rig that does all of this to the real
// product and reads back every record that was acknowledged.
//
// It knows files, folders and disks. It must not know what stands in them, so
// that every package with something to lose can be tried with it.
//
// A small share of the rig runs with the other tests. The whole of it runs with
//
//	make faults
//
// and takes about twenty minutes; -faults.kills, -faults.cuts and so on say how often,
// -faults.seed draws the same harm again.
package faults
