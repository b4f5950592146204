package counter

import (
	"time"

	"github.com/faellesskabsby/vejviser/localdb/match"
)

// gapAfter is how long a question must stand before it counts as asked: what is
// on the way to a word is no need.
const gapAfter = time.Second

// noteGap keeps, where a question stands and found nothing good, what was wished
// as an anonymous need: keys from fixed lists and the area, never the words. The
// store takes each need once a day.
func (c *Counter) noteGap(q match.Query) {
	c.question++
	gaps := match.Gaps(c.result, q)
	if !c.asked || len(gaps) == 0 {
		return
	}
	asked := c.question
	time.AfterFunc(gapAfter, func() {
		c.deps.Post(func() {
			if c.question == asked {
				c.deps.Go(func() { c.keepGaps(gaps) })
			}
		})
	})
}

// keepGaps records needs. One that cannot be kept – the disk is full, the
// program is closing – is not worth a word to somebody with a citizen before
// them; the same need comes again.
func (c *Counter) keepGaps(gaps []match.Gap) {
	for _, g := range gaps {
		if err := c.deps.Store.RecordGap(g); err != nil {
			return
		}
	}
}
