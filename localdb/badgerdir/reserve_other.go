//go:build !linux

package badgerdir

// Reserve does nothing: Windows gives a mapped file all of its room at once, and
// elsewhere the guard of free space is all there is.
func Reserve(string) error { return nil }
