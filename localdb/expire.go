package localdb

import (
	"errors"
	"strings"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// expired gives the cards whose last day is over; own are those that no hub is known
// to have, which ends the others by itself.
func expired(txn *badger.Txn, today directory.Day) (own []Erasure, ids []string, err error) {
	err = eachCard(txn, func(c *card.Sealed, mine bool) error {
		if c.DeleteBy >= today {
			return nil
		}
		if ids = append(ids, c.ID); !mine {
			return nil
		}
		taken, err := acknowledged(txn, indexKey(indexCardID, c.ID))
		if err == nil && !taken {
			own = append(own, Erasure{record.Card, c.ID})
		}
		return err
	})
	return own, ids, err
}

// acknowledged says that a hub has taken the operation in that an index names.
func acknowledged(txn *badger.Txn, index []byte) (bool, error) {
	_, counter, err := getValue(txn, index)
	if err == nil {
		_, err = txn.Get(append([]byte(spaceKept), counter...))
	}
	if errors.Is(err, badger.ErrKeyNotFound) {
		return false, nil
	}
	return err == nil, err
}

// ExpireCards ends the contact cards whose last day is over: their keys are
// destroyed, and those that no hub has are erased. It says how many. Open does it,
// and a program that runs on does it daily. See cardDay for clocks that are wrong.
func (s *Store) ExpireCards() (int, error) {
	if err := s.begin(); err != nil {
		return 0, err
	}
	defer s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.expireCards()
}

func (s *Store) expireCards() (n int, err error) {
	if s.o.Hub {
		return 0, nil
	}
	var own []Erasure
	var ids []string
	var today directory.Day
	sure, any := false, false
	err = s.read(func(txn *badger.Txn) (err error) {
		if today, sure, err = s.cardDay(txn); err != nil {
			return err
		}
		if any, err = anyCard(txn); err != nil || !sure {
			return err
		}
		own, ids, err = expired(txn, today)
		return err
	})
	if err != nil {
		return 0, s.met(err)
	}
	var errs []error
	if any {
		errs = append(errs, s.noteCardDay(sure))
	}
	for _, id := range ids {
		if _, err := s.cards.get(id); !errors.Is(err, errNoCardKey) {
			n++
		}
		errs = append(errs, s.cards.destroy(id))
	}
	for len(own) > 0 {
		part := own[:min(len(own), eraseInOneAct)]
		if err := s.eraseLocked(part...); err != nil {
			errs = append(errs, err)
			break
		}
		own = own[len(part):]
	}
	errs = append(errs, s.sweepKeys(false))
	return n, named(errors.Join(errs...))
}

// eraseInOneAct bounds an act.
const eraseInOneAct = 200

func anyCard(txn *badger.Txn) (any bool, err error) {
	err = eachCard(txn, func(*card.Sealed, bool) error { any = true; return nil })
	return any, err
}

// settingCardDay keeps the latest day that this machine has seen while it had
// cards, and behind it a later one that it did not believe.
const settingCardDay = "card_day"

// Days by which a clock may be wrong.
const (
	longSleep    = 400 // a machine may have been off for so long; more is a clock that jumped
	believeAfter = 7   // unless it goes on being right for so long
)

// cardDay gives the day that counts for contact cards. A clock that was set back
// brings no card back: the latest day that was seen counts. One that jumped far
// ahead hides cards and destroys nothing (sure is false), until it has gone on from
// there for a week.
func (s *Store) cardDay(txn *badger.Txn) (day directory.Day, sure bool, err error) {
	today := directory.DayOf(s.o.Now())
	_, b, err := getValue(txn, []byte(spaceSetting+settingCardDay))
	if errors.Is(err, badger.ErrKeyNotFound) {
		return today, true, nil
	}
	if err != nil {
		return "", false, err
	}
	seen, odd := cardDays(string(b))
	switch ahead := seen.DaysUntil(today); {
	case !seen.Valid() || ahead < -card.MaxDays:
		return today, true, nil
	case ahead < 0:
		return seen, true, nil
	case ahead <= longSleep:
		return today, true, nil
	}
	return today, odd.Valid() && odd <= today.AddDays(-believeAfter), nil
}

func cardDays(v string) (seen, odd directory.Day) {
	a, b, _ := strings.Cut(v, " ")
	return directory.Day(a), directory.Day(b)
}

// noteCardDay keeps today as the latest day, or as one that is not believed yet.
// Callers hold s.mu.
func (s *Store) noteCardDay(sure bool) error {
	today := directory.DayOf(s.o.Now())
	old, err := s.Setting(settingCardDay)
	if err != nil {
		return err
	}
	seen, odd := cardDays(old)
	value := string(today)
	switch {
	case !sure && (!odd.Valid() || odd > today):
		value = string(seen) + " " + string(today)
	case !sure:
		return nil
	case seen.Valid() && seen >= today && today.DaysUntil(seen) <= card.MaxDays:
		return nil
	}
	op, err := s.newOp(opSetting, s.now(), setting{settingCardDay, value})
	if err != nil {
		return err
	}
	return s.actLocked(nil, op)
}
