package match

import (
	"context"

	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// Limits of a search.
const (
	defaultLimit = 10
	maxLimit     = 1000
)

// floor is the least topic score of a good match. Below it "no good match" is
// said; what scores less than shown is left out.
const (
	floor = 0.30
	shown = 0.12
)

// Search ranks what fits. Text alone, filters alone, both or neither may be
// given: without any, the front list comes – confirmed, open to newcomers and
// soon. A filter that a community is known not to meet puts it below all others;
// nothing is hidden but closed communities. When ctx is done before the search
// is, the Result is empty.
func (x *Index) Search(ctx context.Context, q Query) Result {
	if q.Limit <= 0 {
		q.Limit = defaultLimit
	}
	q.Limit = min(q.Limit, maxLimit)
	rd := x.lang.Reader()
	defer rd.Done()
	s := x.pool.Get().(*scratch)
	defer x.pool.Put(s)
	defer s.reset()

	reader := wish.Reader{Danish: rd, Rules: x.reading(&q), Places: x.places, Fields: fieldsOf(), Dropped: q.Dropped, Done: q.Done}
	read := reader.Read(withTopics(&q))
	x.languages(rd, &read)
	wishes := x.allWishes(&read, &q)

	x.inquired(rd, &read)
	x.heed(rd, &read)
	x.named(rd, &read)
	s.joint = x.soften(rd, &read)
	s.total, s.topics = 0, 0
	s.ensure(len(read.Terms))
	for _, light := range [2]bool{false, true} { // topics first: words that say little only lift what answers a topic
		s.closed = light && s.total > 0
		for i := range read.Terms {
			if ctx.Err() != nil {
				return Result{}
			}
			if t := &read.Terms[i]; (t.Weight < 1) == light {
				x.score(rd, s, i, t)
			}
		}
	}
	if s.total > 0 {
		x.feedback(s)
	}
	browse := !read.Strong()
	x.unwanted(rd, s, read.Not)
	r := ranking{x: x, q: &q, wishes: wishes, s: s, browse: browse, today: dayNumber(q.Today)}
	r.missing(rd, &read)
	r.families(&read)
	out := r.run(ctx)
	out.Wishes = read.Wishes
	out.Topic = !browse
	for i := range out.Hits {
		h := &s.top[i]
		out.Hits[i].Reasons = x.reasons(s, &read, wishes, h.record, &q)
	}
	return out
}

// withTopics puts topics that were chosen by hand before the text.
func withTopics(q *Query) string {
	text := q.Text
	for _, f := range q.Filters {
		if f.Kind == WishTopic {
			text = f.Value + " . " + text
		}
	}
	return text
}

// allWishes readies the wishes that were read and the filters. A filter takes
// the place of the same wish. "Anywhere in the country" is no fact of a record:
// it opens the search.
func (x *Index) allWishes(read *wish.Reading, q *Query) []asked {
	var out []asked
	for _, f := range q.Filters {
		if f.Kind == WishWide {
			q.Wide = true
		} else if f.Kind != WishTopic {
			out = append(out, x.ask(f, true))
		}
	}
next:
	for _, w := range read.Wishes {
		if w.Kind == WishWide {
			q.Wide = true
			continue
		}
		for i := range out {
			if out[i].key == w.Key() {
				continue next
			}
		}
		out = append(out, x.ask(w, false))
	}
	// a time is wished on the weekdays that are wished
	days := [8]bool{}
	any := false
	for i := range out {
		if out[i].Kind == WishWeekday && !out[i].Soft {
			days[out[i].from], any = out[i].to > 0, true
		}
	}
	if any {
		for i := range out {
			if out[i].Kind == WishTime {
				out[i].days = &days
			}
		}
	}
	return out
}
