// Package localdb is what this machine knows and may do offline: one encrypted
// Badger store, and in front of it a journal.
//
// What a person does is acknowledged once its frame is appended to the journal
// and fsynced. Badger is the queryable view; it can always be rebuilt from the
// journal and the last import's snapshot (later: the hub), because Badger's own
// synchronous writes do nothing on Windows and a damaged table kills the
// process from inside (findings/reliability R1, R2).
//
// localdb knows neither sync nor ui. It names no citizen: no record it writes
// can hold a citizen's name.
package localdb
