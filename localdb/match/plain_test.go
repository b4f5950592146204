package match

import (
	"context"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// plainly is Search written down plainly: every record that a word touches is
// scored in full, nothing is skipped, packed or kept from one search to the
// next. What a search may do to be quick must not change what it answers.
func plainly(x *Index, q Query) Result {
	if q.Limit <= 0 {
		q.Limit = defaultLimit
	}
	q.Limit = min(q.Limit, maxLimit)
	rd := x.lang.Reader()
	defer rd.Done()
	reader := wish.Reader{Danish: rd, Rules: x.reading(&q), Places: x.places, Fields: fieldsOf(), Dropped: q.Dropped, Done: q.Done}
	read := reader.Read(withTopics(&q))
	wishes := x.allWishes(&read, &q)
	p := plain{x: x, rd: rd, s: newScratch(x.records.len()), seen: map[uint32]bool{}}
	x.heed(rd, &read)
	p.s.joint = x.soften(rd, &read)
	p.s.ensure(len(read.Terms))
	for _, light := range [2]bool{false, true} {
		p.s.closed = light && p.s.total > 0
		for i := range read.Terms {
			if t := &read.Terms[i]; (t.Weight < 1) == light {
				p.score(i, t)
			}
		}
	}
	if p.s.total > 0 {
		p.feedback()
	}
	for i := range read.Not {
		c := candidates{at: map[uint32]int{}}
		x.forTerm(rd, &read.Not[i], &c)
		found, _ := p.value(c.list)
		for d, v := range found {
			if v >= 0.35 {
				p.s.penalty[d] = max(p.s.penalty[d], min(1, v))
			}
		}
	}
	return p.rank(&q, &read, wishes)
}

type plain struct {
	x    *Index
	rd   *danish.Reader
	s    *scratch
	seen map[uint32]bool
}

func (p *plain) value(cs []candidate) (map[uint32]float32, float64) {
	found := map[uint32]float32{}
	topical, df := 0.0, 0
	for _, c := range cs {
		record, impact := p.x.posts.of(c.term)
		for k, d := range record {
			v, o := c.weight*(1.0/255)*float32(impact[k]), found[d]
			found[d] = max(v, o) + signals*min(v, o)
		}
		df += len(record)
		topical += float64(p.x.topic[c.term]) * float64(len(record))
	}
	if df == 0 {
		return found, 0
	}
	return found, p.x.idf(len(found)) * (0.35 + 0.65*topical/float64(df))
}

func (p *plain) score(i int, t *wish.Term) {
	x, cs := p.x, &candidates{at: map[uint32]int{}}
	p.s.terms[i] = cs
	x.forTerm(p.rd, t, cs)
	var parts []string
	if len(t.Fold) >= shortestSplit {
		parts = x.split(p.rd, t, len(cs.list) == 0)
	}
	found, w := p.value(cs.list)
	w *= t.Weight
	if len(parts) >= 2 {
		p.partsOf(found, cs, parts, t.Fold, t.Open, p.rd.Known(t.Fold) && len(found) == 0)
		if w == 0 && len(found) > 0 {
			w = x.idf(len(found)) * t.Weight * 0.8
		}
	}
	s := p.s
	if s.joint != wish.Together {
		w = math.Sqrt(w)
	}
	if s.closed {
		w = min(w, lightMost*s.total)
	}
	for d, v := range found {
		if w == 0 || (s.closed && !p.seen[d]) {
			continue
		}
		p.seen[d] = true
		s.acc[d] += float32(w) * powered(quality(v), s.joint)
		s.cov[d] += float32(w) * min(1, 2*v)
	}
	if !s.closed {
		s.total += w
		if w > 0 {
			s.topics++
		}
	}
}

func (p *plain) partsOf(found map[uint32]float32, cs *candidates, parts []string, fold string, open, fixed bool) {
	x := p.x
	sum, has := map[uint32]float32{}, map[uint32]int{}
	total, needed, missing := 0.0, 0, false
	for i, part := range parts {
		base := p.rd.Base(part)
		c := candidates{at: map[uint32]int{}}
		if last := i == len(parts)-1; last && open {
			x.forWord(p.rd, part, true, false, &c)
		} else {
			x.same(p.rd, part, base, 1, 1, &c)
		}
		values, w := p.value(c.list)
		typing := open && i == len(parts)-1
		head := (typing && x.hint(part, base)) || x.lang.Head(base) || (i == 0 && wish.GroupOf(part) != "")
		if (w == 0 && !x.lang.Head(base)) || (!head && !typing && x.topicalWord(p.rd, base) < topicalHardly) {
			missing = true
		}
		w *= w
		if head {
			w *= 0.15
		}
		total += w
		for d, v := range values {
			sum[d] += float32(w) * v
			if !head {
				has[d]++
			}
		}
		if head {
			continue
		}
		needed++
		for _, c := range c.list {
			if _, ok := cs.at[c.term]; !ok && c.weight >= nearPartRoot {
				cs.add(c.term, float64(c.weight)*0.6)
			}
		}
	}
	scale := partsScale(fold, parts)
	if missing {
		scale = 0.2
	}
	nothing := missing && (len(found) > 0 || total == 0)
	for d, v := range sum {
		if fixed && has[d] < needed {
			v *= fixedPart
		}
		if v = v / float32(total); v >= 0.12 && !nothing {
			found[d] = max(found[d], v*scale)
		}
	}
}

func (p *plain) feedback() {
	var best []scored
	for d := range p.seen {
		best = append(best, scored{d, p.s.topicScore(d, 0)})
	}
	slices.SortFunc(best, func(a, b scored) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	best = best[:min(len(best), 10)]
	sum := 0.0
	vote := map[uint32]float32{}
	var order []uint32
	for _, b := range best {
		sum += b.score
		for _, sp := range p.x.spots.of(b.record, nil) {
			if sp.field == fieldActivity {
				t := p.x.spelledT[sp.word]
				if _, ok := vote[t]; !ok {
					order = append(order, t)
				}
				vote[t] += float32(b.score)
			}
		}
	}
	if sum == 0 {
		return
	}
	var keep []candidate
	for _, t := range order {
		if v := vote[t] / float32(sum); v > feedbackShare {
			keep = append(keep, candidate{t, min(v, 1) * 0.5})
		}
	}
	found, w := p.value(keep)
	for d, v := range found {
		if !p.seen[d] {
			p.seen[d] = true
			p.s.cov[d] = feedbackCover * float32(p.s.total)
		}
		p.s.acc[d] += float32(w*feedbackGain) * v
	}
}

// rank scores every record and sorts them all.
func (p *plain) rank(q *Query, read *wish.Reading, wishes []asked) Result {
	x, s := p.x, p.s
	r := ranking{x: x, q: q, wishes: wishes, s: s, browse: !read.Strong(), today: dayNumber(q.Today)}
	r.missing(p.rd, read)
	r.families(read)
	for d := range uint32(x.records.len()) {
		if s.touched.has(d) {
			p.seen[d] = true
		}
	}
	r.ready()
	filters := r.filters()
	var list []scored
	for d := range uint32(x.records.len()) {
		if !p.seen[d] && !r.browse {
			continue
		}
		topic := r.topic(d)
		if topic < shown {
			continue
		}
		score, missed, fits := topic, 0, true
		if len(wishes) > 0 {
			score, missed, fits = r.judge(d, topic)
		}
		r.best = max(r.best, topic)
		if fits && topic >= floor {
			r.count(d)
		}
		f := x.facts(d)
		pr := priorOf(&f, r.today, r.browse)
		score = score * (pr.add - r.off(&f)) * pr.factor * r.within(d)
		switch {
		case filters && missed > 0:
			score = score * missedFilter / float64(missed)
		case filters:
			score = missedFilter + (1-missedFilter)*score
		}
		list = append(list, scored{d, score})
	}
	slices.SortFunc(list, func(a, b scored) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	s.top = list[:min(len(list), max(q.Limit, varietySpan*3))]
	out := r.result()
	out.Wishes, out.Topic = read.Wishes, !r.browse
	for i := range out.Hits {
		out.Hits[i].Reasons = x.reasons(s, read, wishes, s.top[i].record, q)
	}
	return out
}

// alike compares two results in every bit.
func alike(t interface{ Fatalf(string, ...any) }, q Query, got, want Result) {
	if reflect.DeepEqual(got, want) {
		return
	}
	if got.Total != want.Total || got.Weak != want.Weak || len(got.Hits) != len(want.Hits) || len(got.Near) != len(want.Near) {
		t.Fatalf("%+v: %d hits, total %d, weak %v, %d near; plainly %d, %d, %v, %d", q, len(got.Hits), got.Total, got.Weak, len(got.Near),
			len(want.Hits), want.Total, want.Weak, len(want.Near))
	}
	for i := range got.Hits {
		if !reflect.DeepEqual(got.Hits[i], want.Hits[i]) {
			t.Fatalf("%+v: hit %d is\n%+v, plainly\n%+v (%b, %b)", q, i, got.Hits[i], want.Hits[i], got.Hits[i].Score, want.Hits[i].Score)
		}
	}
	t.Fatalf("%+v:\n%+v\nplainly\n%+v", q, got, want)
}

// TestAQuickSearchAnswersAsAPlainOne types every development query and more,
// over directories small and large enough for every way of being quick.
func TestAQuickSearchAnswersAsAPlainOne(t *testing.T) {
	var texts []string
	for _, q := range queries(t) {
		texts = append(texts, q.Query)
	}
	texts = append(texts, "", "jeg ", "min mor på 78 ", "gratis tirsdag aften", "noget om tirsdagen men ikke noget med strik ", "kvindefodbold for unge", "følgeskab", "jeg sidder i kørestol ")
	for _, text := range worstTexts() {
		if len(text) < 400 {
			texts = append(texts, text)
		}
	}
	small, large := load(t, "communities-1k.jsonl"), load(t, "communities-20k.jsonl")
	for _, c := range []struct {
		cs   []*directory.Community
		step int // every so many key presses
	}{{small, 3}, {large[:6000], 97}} {
		x := Build(c.cs)
		n := 0
		for _, text := range texts {
			for end := range text + " " {
				if n++; n%c.step != 0 {
					continue
				}
				q := Query{Text: text[:end], Today: today, Limit: 20}
				if n%2 == 0 {
					q.Origin = &Point{56.15, 10.2}
					q.Wide = n%5 == 0
				}
				switch n % 7 {
				case 0:
					q.Filters = []Wish{{Kind: WishPrice, Value: "free"}}
				case 1:
					q.Filters = []Wish{{Kind: WishWeekday, Value: "2"}, {Kind: WishWeekday, Value: "4"}, {Kind: WishTime, Value: "evening"}}
				case 2:
					q.Filters = []Wish{{Kind: WishDistance, Number: 3}, {Kind: WishArea, Value: "8220"}}
				case 3:
					q.Limit, q.Today = 60, ""
				}
				alike(t, q, x.Search(context.Background(), q), plainly(x, q))
			}
		}
	}
}

// TestAQuickSearchAnswersAsAPlainOneWhateverIsAsked does the same with drawn
// directories, wishes and places.
func TestAQuickSearchAnswersAsAPlainOneWhateverIsAsked(t *testing.T) {
	kinds := []Wish{{Kind: WishPrice, Value: "free"}, {Kind: WishPrice, Value: "cheap"}, {Kind: WishWeekday, Value: "2"}, {Kind: WishTime, Value: "forenoon"}, {Kind: WishTime, Value: "weekend"},
		{Kind: WishArea, Value: "Benløseparken"}, {Kind: WishArea, Value: "Ringsted"}, {Kind: WishArea, Value: "Atlantis"}, {Kind: WishDistance, Number: 5}, {Kind: WishDistance, Number: math.NaN()}, {Kind: WishAge, Number: 70}, {Kind: WishAge, Number: 9},
		{Kind: WishGroup, Value: "seniors"}, {Kind: WishGroup, Value: "women"}, {Kind: WishGroup, Value: "?"}, {Kind: WishLanguage, Value: "ar"}, {Kind: WishAccessibility, Value: "wheelchair"},
		{Kind: WishAccessibility, Value: "lift"}, {Kind: WishConsideration, Value: "grief"}, {Kind: WishAccompaniment}, {Kind: WishRoom}, {Kind: WishAcross}, {Kind: WishKindOf, Value: "housing"}, {Kind: WishTopic, Value: "strik"}}
	texts := []string{"strik", "strikkecafé i Ringsted", "fodb", "kvindefodbold", "kolonihave for ældre", "k", "kor og sang om tirsdagen", "noget gratis", "min mor på 78 vil synge", "ikke noget med fodbold men strik", "haveforening", "spilaften", "x"}
	rapid.Check(t, func(t *rapid.T) {
		var cs []*directory.Community
		for i := range rapid.IntRange(0, 40).Draw(t, "records") {
			cs = append(cs, detailed(t, strings.Repeat("c", 1+i/10)+string(rune('0'+i%10))))
		}
		x := Build(cs)
		for range 3 {
			q := Query{Text: rapid.SampledFrom(texts).Draw(t, "text"), Limit: rapid.IntRange(0, 12).Draw(t, "limit")}
			q.Filters = rapid.SliceOfN(rapid.SampledFrom(kinds), 0, 4).Draw(t, "filters")
			for i := range q.Filters {
				q.Filters[i].Soft = rapid.IntRange(0, 3).Draw(t, "soft") == 0
			}
			if rapid.Bool().Draw(t, "today") {
				q.Today = today
			}
			if rapid.Bool().Draw(t, "origin") {
				q.Origin = &Point{55.4, 11.7}
				q.Wide = rapid.Bool().Draw(t, "wide")
			}
			got := x.Search(context.Background(), q)
			alike(t, q, got, plainly(x, q))
		}
	})
}

// detailed is a drawn record with facts of every kind.
func detailed(t *rapid.T, id string) *directory.Community {
	c := drawn(t, id)
	maybe := func(label string) bool { return rapid.Bool().Draw(t, label) }
	if maybe("scheduled") {
		c.Schedule = []directory.Slot{{Weekday: rapid.IntRange(1, 7).Draw(t, "day"), From: rapid.SampledFrom([]string{"", "08:00", "10:00", "14:00", "19:00"}).Draw(t, "from")}}
	}
	if maybe("priced") {
		c.Price = &directory.Price{Kind: rapid.SampledFrom([]directory.PriceKind{directory.PriceFree, directory.PricePerTime, directory.PriceYear}).Draw(t, "price"), DKK: rapid.Float64Range(1, 900).Draw(t, "dkk")}
	}
	if maybe("for some") {
		a := &directory.Audience{}
		if maybe("from age") {
			a.MinAge = num(rapid.IntRange(0, 90).Draw(t, "min"))
		}
		if maybe("to age") {
			a.MaxAge = num(rapid.IntRange(0, 120).Draw(t, "max"))
		}
		a.Gender = rapid.SampledFrom([]directory.Gender{"", directory.GenderWomen, directory.GenderMen}).Draw(t, "gender")
		a.Groups = rapid.SliceOfN(rapid.SampledFrom(directory.Groups), 0, 2).Draw(t, "groups")
		c.Audience = a
	}
	if maybe("going along") {
		c.Accompaniment = &directory.Accompaniment{Offered: new(maybe("offered"))}
	}
	if maybe("across said") {
		c.OpenAcrossHousingAreas = new(maybe("across"))
	}
	if maybe("capacity") {
		c.Capacity = &directory.Capacity{Free: num(rapid.IntRange(0, 3).Draw(t, "free"))}
	}
	c.Considerations = rapid.SliceOfN(rapid.SampledFrom(directory.Considerations), 0, 2).Draw(t, "considerations")
	c.Kind = rapid.SampledFrom([]directory.Kind{"", directory.Kinds[0], directory.Kinds[1]}).Draw(t, "kind")
	if maybe("paused") {
		c.Status = directory.StatusPaused
	}
	if maybe("confirmed") {
		c.AssuredAt = time.Date(2026, time.Month(rapid.IntRange(1, 11).Draw(t, "month")), 3, 9, 0, 0, 0, time.UTC)
	}
	for i := range c.Places {
		if maybe("lift") {
			c.Places[i].Accessibility = []string{"lift"}
		}
	}
	return c
}
