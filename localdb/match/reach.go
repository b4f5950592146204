package match

// reachKm is how far from the desk its own municipality and the neighbours lie:
// what a citizen can come to again and again. beyondFactor puts what lies
// further away after what fits within reach, and hides nothing.
const (
	reachKm      = 30.0
	beyondFactor = 0.3
)

// reachColumn is what lies out of reach from one place.
type reachColumn struct {
	origin Point
	beyond marks // nil where all is within reach
}

// reach finds what lies out of reach, where that counts: not where the whole
// country is asked for, or a place or a distance is named.
func (r *ranking) reach() {
	if r.q.Origin == nil || r.q.Wide {
		return
	}
	for i := range r.wishes {
		if k := r.wishes[i].Kind; k == WishArea || k == WishDistance {
			return
		}
	}
	c := &r.x.columns
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reach == nil || c.reach.origin != *r.q.Origin {
		c.reach = &reachColumn{*r.q.Origin, r.beyondReach()}
	}
	r.beyond = c.reach.beyond
}

func (r *ranking) beyondReach() marks {
	m := newMarks(r.x.records.len())
	any := false
	for d := range uint32(r.x.records.len()) {
		if r.near(r.x.records.points.at(d)) > reachKm {
			m.add(d)
			any = true
		}
	}
	if !any {
		return nil
	}
	return m
}

// far says that a record lies out of reach.
func (r *ranking) far(d uint32) bool { return r.beyond != nil && r.beyond.has(d) }

// within is what lying out of reach leaves of a score.
func (r *ranking) within(d uint32) float64 {
	if r.far(d) {
		return beyondFactor
	}
	return 1
}

// count counts a record that fits.
func (r *ranking) count(d uint32) {
	if r.far(d) {
		r.away++
	} else {
		r.total++
	}
}
