package localdb

import (
	"errors"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// CardKey is the key of one contact card, on its way to the hub or from it.
type CardKey struct {
	ID  string
	Key []byte // card.KeySize bytes
}

// CardKeysToSend gives the keys of cards here that the hub is not known to have.
func (s *Store) CardKeysToSend() ([]CardKey, error) {
	var out []CardKey
	err := s.withKeys(func(c *card.Sealed, here, sent bool) error {
		if !here || sent {
			return nil
		}
		k, err := s.cards.get(c.ID)
		if errors.Is(err, errNoCardKey) {
			s.cards.known = nil // somebody took it away
			return nil
		}
		out = append(out, CardKey{c.ID, k.key})
		return err
	})
	return out, err
}

// CardKeysWanted gives the ids of cards here of which there is no key.
func (s *Store) CardKeysWanted() ([]string, error) {
	var out []string
	err := s.withKeys(func(c *card.Sealed, here, _ bool) error {
		if !here && !s.dropped[c.ID] {
			out = append(out, c.ID)
		}
		return nil
	})
	return out, err
}

// withKeys calls fn with every card that may be seen, whether there is a key of it,
// and whether the hub has that.
func (s *Store) withKeys(fn func(c *card.Sealed, here, sent bool) error) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	if s.o.Hub {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*card.Sealed
	err := s.read(func(txn *badger.Txn) (err error) {
		all, err = s.visibleCards(txn)
		return err
	})
	if err != nil {
		return s.met(err)
	}
	known, err := s.cards.look()
	if err != nil {
		return err
	}
	for _, c := range all {
		sent, here := known[c.ID]
		if err := fn(c, here, sent); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) visibleCards(txn *badger.Txn) (all []*card.Sealed, err error) {
	today, _, err := s.cardDay(txn)
	if err != nil {
		return nil, err
	}
	err = eachCard(txn, func(c *card.Sealed, _ bool) error {
		if c.DeleteBy >= today {
			all = append(all, c)
		}
		return nil
	})
	return all, err
}

// CardKeySent notes that the hub has these keys on its disk.
func (s *Store) CardKeySent(ids []string) error { return s.markKeys(ids, true) }

// CardKeysLacking notes that the hub lacks these keys, as one that came back from a
// backup does: CardKeysToSend gives them again.
func (s *Store) CardKeysLacking(ids []string) error { return s.markKeys(ids, false) }

func (s *Store) markKeys(ids []string, sent bool) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		k, err := s.cards.get(id)
		if errors.Is(err, errNoCardKey) || err == nil && k.sent == sent {
			continue
		}
		if err == nil {
			err = s.cards.mark(id, sent)
		}
		if err != nil {
			return named(err)
		}
	}
	return nil
}

// TakeCardKeys keeps keys that came from the hub. One that opens no card here is
// let go.
func (s *Store) TakeCardKeys(ks []CardKey) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range ks {
		code, err := s.takeKey(k)
		if err != nil {
			return named(err)
		}
		if code != "" {
			s.feed.send(Change{"card", code})
		}
	}
	return nil
}

func (s *Store) takeKey(k CardKey) (code string, err error) {
	var c *card.Sealed
	err = s.read(func(txn *badger.Txn) error {
		today, _, err := s.cardDay(txn)
		if err != nil {
			return err
		}
		if c, err = cardByID(txn, k.ID); c != nil && c.DeleteBy < today {
			c = nil
		}
		return err
	})
	if err != nil || c == nil {
		return "", s.met(err)
	}
	if _, err := s.cards.get(k.ID); !errors.Is(err, errNoCardKey) {
		return "", err // it is here
	}
	if _, err := c.Open(k.Key); err != nil {
		s.o.Log.Warn("a key that came does not open its contact card", "card", k.ID)
		return "", nil
	}
	if err := s.cards.try(k.ID, cardKey{key: k.Key, by: c.DeleteBy, sent: true}); err != nil {
		return "", errors.Join(err, s.cards.destroy(k.ID))
	}
	delete(s.dropped, k.ID)
	return string(c.Code), s.cards.settle(k.ID)
}

// DropCardKeys destroys keys of cards that the hub says were erased.
func (s *Store) DropCardKeys(ids []string) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, id := range ids {
		if s.dropped == nil {
			s.dropped = map[string]bool{}
		}
		s.dropped[id] = true
		errs = append(errs, s.cards.destroy(id))
	}
	return named(errors.Join(errs...))
}

// lost notes that a card may no longer be here, so that its key goes as well.
func (c *changes) lost(k record.Kind, id string) {
	if k == record.Card {
		c.cards = append(c.cards, id)
	}
}

// unmake lets go of a card that was made here and that the log takes away: it was
// there, whether or not the answer came, and is not to be shown, sent or opened again.
func (c *changes) unmake(k record.Kind, id string) error {
	c.lost(k, id)
	if k != record.Card {
		return nil
	}
	op, err := c.own(k, id)
	if op == nil || err != nil {
		return err
	}
	c.unmade = append(c.unmade, op.Counter)
	return c.discard(op.Counter)
}

// destroyKeysOf destroys the keys of those cards that are no longer here. What
// fails is tried again at the next start. Callers hold s.mu.
func (s *Store) destroyKeysOf(v *view, ids []string) {
	if len(ids) == 0 || s.o.Hub {
		return
	}
	err := v.db.View(func(txn *badger.Txn) error {
		var errs []error
		for _, id := range ids {
			c, err := cardByID(txn, id)
			if err == nil && c == nil {
				err = s.cards.destroy(id)
			}
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	})
	if err != nil {
		s.o.Log.Warn("the key of a contact card that is gone could not be destroyed yet", "err", err)
	}
}

// sweepKeys settles what a kill left of keys: one on trial gets its name where its
// card is here, and every key goes of which the card was erased or removed, or, where
// all that there is is here (whole), is not here.
func (s *Store) sweepKeys(whole bool) error {
	if s.o.Hub {
		return nil
	}
	ids, trial, err := s.cards.list()
	if err != nil || len(ids) == 0 {
		return err
	}
	return s.read(func(txn *badger.Txn) error {
		m, err := metaOf(txn)
		if err != nil {
			return err
		}
		today, sure, err := s.cardDay(txn)
		if err != nil {
			return err
		}
		var errs []error
		for _, id := range ids {
			c, err := cardByID(txn, id)
			if err != nil {
				return err
			}
			k, kerr := s.cards.get(id)
			switch {
			case c != nil && kerr == nil && trial[id]:
				errs = append(errs, s.cards.settle(id))
			case c != nil && kerr == nil:
			case kerr != nil && !errors.Is(kerr, errNoCardKey):
				errs = append(errs, kerr)
			case kerr != nil, trial[id], whole, !m.Enrolled, sure && k.by < today, isGone(txn, id):
				errs = append(errs, s.cards.destroy(id))
			}
		}
		return errors.Join(errs...)
	})
}

// isGone says that the log, or a person here, has taken a card away.
func isGone(txn *badger.Txn, id string) bool {
	_, err := txn.Get(goneKey(record.Card, id))
	return err == nil || known(txn, indexErased, string(record.Card)+"/"+id)
}
