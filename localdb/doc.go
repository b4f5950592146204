// Package localdb is what this machine knows and may do offline: one encrypted
// Badger store, and in front of it a journal.
//
// What a person does is acknowledged once its frame is appended to the journal
// and fsynced. Badger is the queryable view; it can always be rebuilt from the
// journal and the last import's snapshot (later: the hub), because Badger's own
// synchronous writes do nothing on Windows and a damaged table kills the
// process from inside (findings/reliability R1, R2).
//
// In the data folder:
//
//	lock               held while a program has the store
//	keys.json          how the store key is wrapped (package keys)
//	journal/           what people did (package journal)
//	snapshot-….vjs     the directory as the last import left it
//	store/             the view; store.bad-… is one that was set aside
//	draft.sealed       the vejvisning being prepared, without the citizen
//	search.sealed        the search as it was last made; can always be made again
//	state.json         whether the last stop was clean
//
// localdb knows neither sync nor ui. It names no citizen: no record it writes
// can hold a citizen's name.
package localdb
