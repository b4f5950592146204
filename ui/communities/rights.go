package communities

import "github.com/faellesskabsby/vejviser/localdb"

// rights are what a person may do on this PC: a PC without a hub and a guide's
// may change the directory; a desk reports; only a PC without a hub brings lists
// in, for the hub's list is the same for all.
type rights struct {
	known    bool
	enrolled bool
	role     string // assured_by: what somebody is, never who
}

func (r rights) edit() bool     { return r.known && (!r.enrolled || r.role == "guide") }
func (r rights) bringIn() bool  { return r.known && !r.enrolled }
func (r rights) report() bool   { return r.known && r.enrolled && r.role == "desk" }
func (r rights) settle() string { return map[bool]string{true: "enrolled", false: "alone"}[r.enrolled] }

func rightsOf(e *localdb.Enrolment) rights {
	if e == nil {
		return rights{known: true, role: "professional"}
	}
	return rights{known: true, enrolled: true, role: e.Role}
}
