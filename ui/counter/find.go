package counter

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
)

func (c *Counter) query() match.Query {
	dropped := make(map[string]bool, len(c.dropped))
	for _, w := range c.dropped {
		dropped[w.Key()] = true
	}
	return match.Query{
		Text: c.search.Entry.Text, Done: c.stands, Filters: c.filters, Dropped: dropped,
		Origin: c.origin(), Wide: c.wide, Today: directory.DayOf(c.deps.Now()), Limit: shownHits,
	}
}

// origin is where the desk lies, for distances.
func (c *Counter) origin() *match.Point {
	lat, err1 := c.number(localdb.SettingLat)
	lon, err2 := c.number(localdb.SettingLon)
	if err1 != nil || err2 != nil {
		return nil
	}
	return &match.Point{Lat: lat, Lon: lon}
}

func (c *Counter) number(key string) (float64, error) {
	s, err := c.deps.Store.Setting(key)
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(s, 64)
}

// Find searches for what stands in the field, and shows it from its beginning.
func (c *Counter) Find() { c.find(false) }

// standAfter is how long a text must stand before it counts as written to its
// end: until then "ikke fod" may become any word, and takes nothing away.
const standAfter = 700 * time.Millisecond

// stand takes the text as written to its end. What is chosen stays chosen.
func (c *Counter) stand() {
	if !c.stands && c.search.Entry.Text != "" {
		c.stands = true
		c.find(true)
	}
}

// awaitStand lets the text stand after a pause.
func (c *Counter) awaitStand() {
	if c.pause != nil {
		c.pause.Stop()
	}
	if c.stands || c.search.Entry.Text == "" {
		return
	}
	asked := c.question
	c.pause = time.AfterFunc(standAfter, func() {
		c.deps.Post(func() {
			if c.question == asked {
				c.stand()
			}
		})
	})
}

// find searches for what stands in the field, and shows it. A search takes at
// most a few milliseconds and is done on the spot; an older one is cancelled.
// With keep, what was chosen stays chosen, and a list that says the same is left
// as it stands.
func (c *Counter) find(keep bool) {
	if c.cancel != nil {
		c.cancel()
	}
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	q := c.query()
	finder := c.deps.Finder()
	c.asked = q.Text != "" || len(q.Filters) > 0
	if q.Text == "" {
		c.dropped = nil
	}
	c.result = match.Result{}
	if finder != nil {
		c.result = finder.Search(ctx, q)
		c.keepDropped(ctx, finder, q)
	}
	cancel()
	c.noteGap(q)
	c.awaitStand()
	before, chosen := slices.Clone(c.views), c.selected()
	c.arrange()
	c.showCount(finder)
	c.fillChips()
	switch i := c.begins(keep, chosen); {
	case !keep:
		c.list.Reload(i)
	case !slices.EqualFunc(before, c.views, (*hitView).same):
		c.list.Renew(i)
	}
	c.showSelected()
	c.Relayout()
}

// begins is the hit that is chosen when a list is new: the first, or with keep
// the one that was.
func (c *Counter) begins(keep bool, chosen *hitView) int {
	first := 0
	if len(c.views) == 0 || !c.asked {
		first = -1
	}
	if keep && chosen != nil {
		return max(slices.IndexFunc(c.views, func(v *hitView) bool { return v.community.ID == chosen.community.ID }), first)
	}
	return first
}

// keepDropped lets a dropped chip stand as long as the text still says it.
func (c *Counter) keepDropped(ctx context.Context, finder Finder, q match.Query) {
	if len(c.dropped) == 0 {
		return
	}
	q.Dropped, q.Limit = nil, 1
	all := finder.Search(ctx, q).Wishes
	c.dropped = slices.DeleteFunc(c.dropped, func(d match.Wish) bool {
		return !slices.ContainsFunc(all, func(w match.Wish) bool { return w.Key() == d.Key() })
	})
}

func (c *Counter) showCount(f Finder) {
	switch {
	case f == nil:
		c.search.SetCount(c.cat.T("counter.loading"))
	case !c.asked:
		c.search.SetCount(c.cat.N("counter.count_all", f.Len()))
	case c.result.Errand:
		c.search.SetCount(c.cat.T("counter.count_errand"))
	case c.result.Beyond > 0 && c.result.Total == 0:
		c.search.SetCount(c.cat.T("counter.count_far_only", "n", c.result.Beyond))
	case c.result.Beyond > 0 && !c.result.Weak:
		c.search.SetCount(c.cat.T("counter.count_far", "n", c.result.Total, "far", c.result.Beyond))
	case c.result.Total == 0:
		c.search.SetCount(c.cat.T("counter.count_none"))
	case c.result.Weak:
		c.search.SetCount(c.cat.T("counter.count_weak"))
	default:
		c.search.SetCount(c.cat.N("counter.count", c.result.Total))
	}
}
