package settings

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// spot is a town or housing area where the desk may be, and its middle.
type spot struct {
	name     string // "4100 Ringsted", or a housing area
	town     string // of a housing area
	lat, lon float64
	n        int
}

// spots gathers the towns and housing areas of the directory's public places.
// The middle of the places is near enough to say how far away something is.
type spots struct {
	list           []spot
	municipalities []string
}

func gatherSpots(each func(func(*directory.Community) error) error) (*spots, error) {
	at := map[string]*spot{}
	munis := map[string]bool{}
	add := func(name, town string, lat, lon float64) {
		if name == "" {
			return
		}
		k := name + "\x00" + town
		if at[k] == nil {
			at[k] = &spot{name: name, town: town}
		}
		s := at[k]
		s.lat, s.lon, s.n = s.lat+lat, s.lon+lon, s.n+1
	}
	err := each(func(c *directory.Community) error {
		for _, p := range c.Places {
			if p.Municipality != "" {
				munis[p.Municipality] = true
			}
			if p.Confidential || p.Lat == nil || p.Lon == nil {
				continue
			}
			town := strings.TrimSpace(p.Postcode + " " + p.City)
			add(town, "", *p.Lat, *p.Lon)
			add(p.HousingArea, town, *p.Lat, *p.Lon)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := &spots{}
	for _, s := range at {
		s.lat, s.lon = s.lat/float64(s.n), s.lon/float64(s.n)
		out.list = append(out.list, *s)
	}
	slices.SortFunc(out.list, func(a, b spot) int {
		return cmp.Or(cmp.Compare(a.label(), b.label()), cmp.Compare(a.lat, b.lat))
	})
	for m := range munis {
		out.municipalities = append(out.municipalities, m)
	}
	slices.Sort(out.municipalities)
	return out, nil
}

// label names a spot so that no two are the same: an area after its town.
func (s spot) label() string {
	if s.town == "" {
		return s.name
	}
	return s.town + " · " + s.name
}

// degrees writes a coordinate as settings keep it: to about a metre.
func degrees(v float64) string { return strconv.FormatFloat(v, 'f', 5, 64) }

// find gives the spot that the kept coordinates name, or -1.
func (s *spots) find(lat, lon string) int {
	for i, x := range s.list {
		if degrees(x.lat) == lat && degrees(x.lon) == lon {
			return i
		}
	}
	return -1
}

// near gives the spot nearest to kept coordinates, within about twenty
// kilometres, or -1: the middle of a town moves as the directory grows.
func (s *spots) near(lat, lon string) int {
	la, err1 := strconv.ParseFloat(lat, 64)
	lo, err2 := strconv.ParseFloat(lon, 64)
	if err1 != nil || err2 != nil {
		return -1
	}
	best, at := 0.03, -1 // squared degrees of latitude
	for i, x := range s.list {
		dlat, dlon := x.lat-la, (x.lon-lo)*0.56 // at 56° north
		if d := dlat*dlat + dlon*dlon; d < best {
			best, at = d, i
		}
	}
	return at
}
