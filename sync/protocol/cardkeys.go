package protocol

// CardKeys is what a device brings and asks for (POST PathKeys, after its push). Keys
// of contact cards are in no record, no journal and no backup, so that a card is gone
// everywhere when its key is (DESIGN §4). Each machine keeps them in files of their
// own; this is the one way in which they move.
type CardKeys struct {
	Put  []CardKey `json:"put,omitempty"`  // keys of cards that this device made, or that the hub lacks
	Want []string  `json:"want,omitempty"` // ids of cards in this device's feeds whose key it has not
}

// CardKey is the key of one card.
type CardKey struct {
	ID  string `json:"id"`
	Key []byte `json:"key"` // card.KeySize bytes
}

// CardKeysReply answers CardKeys.
type CardKeysReply struct {
	Keys   []CardKey `json:"keys,omitempty"`   // of what was wanted and may be seen
	Kept   []string  `json:"kept,omitempty"`   // of what was put, and is on the hub's disk
	Lacks  []string  `json:"lacks,omitempty"`  // cards that this device may see and the hub has no key of: after a restore, devices bring them back
	Erased []string  `json:"erased,omitempty"` // of what was put or wanted: the card was erased; the device destroys its key
}
