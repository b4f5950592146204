package sim

import (
	"errors"
	"fmt"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/readiness"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// locked says that the lease of this machine is over, as that of one with a wrong
// clock may be: nobody sees what is not public then.
func (p *pc) locked(err error) bool {
	if errors.Is(err, localdb.ErrLease) {
		p.w.count("locked by the lease")
		return true
	}
	if err != nil {
		p.w.wrong("%s: %v", p.name, err)
	}
	return err != nil
}

// ambassador has a guide register an ambassador, or change one.
func (p *pc) ambassador() {
	all, err := p.store.Ambassadors()
	if p.locked(err) {
		return
	}
	if len(all) == 0 || p.dice.IntN(3) == 0 && len(all) < 20 {
		p.did("new ambassador", p.store.EditAmbassador(nil, &directory.Ambassador{Name: fmt.Sprintf("Ambassadør %d", p.dice.IntN(1000)), Areas: []string{pick(p.dice, areas)}}))
		return
	}
	before := pick(p.dice, all)
	after := before
	switch p.dice.IntN(3) {
	case 0:
		after.Paused = !before.Paused
	case 1:
		after.Areas = []string{pick(p.dice, areas)}
	default:
		n := 1 + p.dice.IntN(4)
		after.AtOnce = &n
	}
	p.did("ambassador", p.store.EditAmbassador(&before, &after))
}

// session has a practice ground counted, or a count put right.
func (p *pc) session() {
	all, err := p.store.Sessions()
	if p.locked(err) {
		return
	}
	if len(all) == 0 || p.dice.IntN(2) == 0 {
		p.did("new session", p.store.EditSession(nil, &practice.Session{Community: p.uuid(), On: p.today(), Came: p.dice.IntN(12), Area: pick(p.dice, areas)}))
		return
	}
	before := pick(p.dice, all)
	after := before
	after.Came = len(before.Codes) + p.dice.IntN(12)
	p.did("session", p.store.EditSession(&before, &after))
}

// check has a desk look at itself.
func (p *pc) check() {
	c := readiness.Check{Organisation: p.org, On: p.today(), Answers: map[string]int{"time": 1 + p.dice.IntN(4)}}
	err := p.store.EditReadiness(nil, &c)
	if !errors.Is(err, localdb.ErrLease) {
		p.did("self-check", err)
	}
}

// keepCard has a citizen say yes to being called.
func (p *pc) keepCard() {
	p.w.mu.Lock()
	n := len(p.w.known.all)
	code := referral.Code("")
	if n > 0 {
		code = referral.Code(p.w.known.all[n-1-p.dice.IntN(min(n, 25))])
	}
	p.w.mu.Unlock()
	if code == "" {
		return
	}
	err := p.store.KeepCard(card.Card{Info: card.Info{ID: p.uuid(), Code: code, DeleteBy: p.today().AddDays(1 + p.dice.IntN(60)),
		Consent: card.Consent{Text: "1", Language: "da", How: "spoken"}}, FirstName: marker})
	if !errors.Is(err, localdb.ErrLease) {
		p.did("contact card", err)
	}
}

// eraseCard has a citizen take it back.
func (p *pc) eraseCard() {
	all, err := p.store.Cards()
	if p.locked(err) || len(all) == 0 {
		return
	}
	if err := p.store.EraseCard(pick(p.dice, all).ID); !errors.Is(err, localdb.ErrNotFound) {
		p.did("erasure", err)
	}
}
