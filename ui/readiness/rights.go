package readiness

import (
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// rights are what a person may do on this PC: a desk looks at itself; guides and
// coordinators, and a PC without a hub, keep agreements too.
type rights struct {
	role string // "" is a PC without a hub
	own  string // the organisation of this PC, as record.Organisation makes it
}

func rightsOf(e *localdb.Enrolment, organisation string) rights {
	r := rights{own: record.Organisation(organisation)}
	if e != nil {
		r.role = e.Role
	}
	return r
}

// agree says whether agreements may be changed.
func (r rights) agree() bool { return r.role == "" || r.role == "guide" || r.role == "coordinator" }

// check says whether an organisation's self-checks may be.
func (r rights) check(organisation string) bool {
	return r.agree() || r.role == "desk" && r.sees(organisation)
}

// sees says whether an organisation is theirs to see: a desk sees its own.
func (r rights) sees(organisation string) bool {
	return r.agree() || record.Organisation(organisation) == r.own
}

// counts says whether the vejvisninger that the figures are made of are here: a
// coordinator has none.
func (r rights) counts() bool { return r.role != "coordinator" }
