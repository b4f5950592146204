// Package hub is the one place where machines meet: it orders what people did
// into the log, and answers each device with what its role may know (DESIGN §5).
//
// The hub appends to the log and never to its own store: the store is the log
// played by one goroutine (follow.go), as on any device, and can be lost. Reading
// is from the store; admission (admit.go) plans a batch against the store, appends
// it with expectations, and plans anew where somebody was faster. Which records
// may leave is decided by Go types (scope.go): what a kiosk holds has no member
// that could read a case.
//
// It knows the log, the store and HTTP. It must not know screens, nor say words
// to people beyond the public pages, whose words are handed in.
package hub
