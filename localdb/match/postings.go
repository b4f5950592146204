package match

import "math"

// How much a word weighs in each field, and how much its length tempers that.
var (
	fieldWeight  = [fields]float64{3.2, 2.2, 0.7, 1.3, 1.2, 0.7, 0.4, 0.4, 1.3}
	fieldLengthB = [fields]float64{0.35, 0.2, 0, 0.4, 0.4, 0.4, 0.2, 0.2, 0.2}
)

// impactK is the weight at which a word is half as telling as it can be.
const impactK = 1.5

// postings list by term the records that hold it, in order, and how much it
// says there.
type postings struct {
	ends   []uint32
	record []uint32
	impact []uint8
}

func (p *postings) of(t uint32) (record []uint32, impact []uint8) {
	from := uint32(0)
	if t > 0 {
		from = p.ends[t-1]
	}
	return p.record[from:p.ends[t]], p.impact[from:p.ends[t]]
}

// tally counts the words of one record at a time.
type tally struct {
	x       *Index
	guessed []guess
	count   [][fields]uint8 // by term
	terms   []uint32        // in order of appearance
	length  [fields]uint16
	buf     []spot
}

// of counts record d; records are asked for in order.
func (c *tally) of(d uint32) {
	for _, t := range c.terms {
		c.count[t] = [fields]uint8{}
	}
	c.terms, c.length = c.terms[:0], [fields]uint16{}
	c.buf = c.x.spots.of(d, c.buf)
	for _, s := range c.buf {
		c.add(c.x.spelledT[s.word], s.field)
	}
	for len(c.guessed) > 0 && c.guessed[0].record == d {
		for _, t := range c.guessed[0].terms {
			c.add(t, fieldGuess)
		}
		c.guessed = c.guessed[1:]
	}
}

func (c *tally) add(t uint32, f field) {
	n := &c.count[t]
	if *n == ([fields]uint8{}) {
		c.terms = append(c.terms, t)
	}
	if n[f] < math.MaxUint8 {
		n[f]++
	}
	if c.length[f] < math.MaxUint16 {
		c.length[f]++
	}
}

// postings works out impacts (BM25's saturation over weighted fields).
func (b *builder) postings() {
	x := b.x
	n := uint32(x.records.len())
	count := make([][fields]uint8, x.terms.len())
	df := make([]uint32, x.terms.len())
	var mean [fields]float64
	c := tally{x: x, guessed: b.guessed, count: count}
	total := 0
	for d := range n {
		c.of(d)
		for _, t := range c.terms {
			df[t]++
		}
		total += len(c.terms)
		for f := range mean {
			mean[f] += float64(c.length[f])
		}
	}
	for f := range mean {
		mean[f] = mean[f]/float64(max(1, n)) + 1e-9
	}
	p := postings{ends: make([]uint32, len(df)), record: make([]uint32, total), impact: make([]uint8, total)}
	next := make([]uint32, len(df))
	sum := uint32(0)
	for t, k := range df {
		next[t] = sum
		sum += k
		p.ends[t] = sum
	}
	topical := make([]uint32, len(df))
	clear(count)
	c = tally{x: x, guessed: b.guessed, count: count}
	for d := range n {
		c.of(d)
		var scale [fields]float64
		for f := range scale {
			scale[f] = fieldWeight[f] / (1 - fieldLengthB[f] + fieldLengthB[f]*float64(c.length[f])/mean[f])
		}
		for _, t := range c.terms {
			o := &count[t]
			w := 0.0
			for f, k := range o {
				if k > 0 {
					w += scale[f] * float64(k)
				}
			}
			if o[fieldName] > 0 || o[fieldActivity] > 0 {
				topical[t]++
			}
			p.record[next[t]] = d
			p.impact[next[t]] = uint8(max(1, math.Round(255*w/(w+impactK))))
			next[t]++
		}
	}
	x.posts = p
	x.topic = make([]float32, len(df))
	for t, k := range df {
		if k > 0 {
			x.topic[t] = float32(topical[t]) / float32(k)
		}
	}
}
