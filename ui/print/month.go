package print

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Month says which days "Det sker" is about: From to To, both included. Empty is a
// month from the material's day on.
type Month struct{ From, To directory.Day }

const (
	maxPeriod    = 62 // days
	maxTimesEach = 62 // of one community in the period
	monthWhen    = 47.0
)

// MonthList makes "Det sker i denne måned": what happens where, day by day.
func MonthList(ctx context.Context, m Material, p Month) ([]byte, error) {
	_, out, err := monthList(ctx, m, p)
	return out, err
}

// happening is one time of one community.
type happening struct {
	at directory.Occurrence
	c  *directory.Community
}

func monthList(ctx context.Context, m Material, p Month) (*job, []byte, error) {
	return m.make(ctx, 210, 297, "outreach.month.file", maxMonth, func(j *job, l look) error {
		from, to, err := p.days(j)
		if err != nil {
			return err
		}
		f := j.flow(a4Margin, j.w-2*a4Margin, a4Margin, j.h-13)
		f.page()
		root := j.tree.root
		j.monthHead(f, root, l, from, to)
		areas, names, err := j.happenings(ctx, from, to)
		if err != nil {
			return err
		}
		if len(names) == 0 {
			f.put(j.paragraph(root.add("P"), []span{{text: j.say.T("outreach.month.none")}}, bodyText, f.w)...)
		}
		for _, name := range names {
			sect := root.add("Sect")
			head := append([]item{gap(4.5)}, j.paragraph(sect.add("H2"), []span{{text: name}}, leafHead.in(l.colour), f.w)...)
			for i := range head {
				head[i].keep = true
			}
			f.put(append(head, j.monthRows(sect, areas[name], f.w)...)...)
		}
		j.number(a4Margin, f.w)
		return nil
	})
}

// days is the period as moments.
func (p Month) days(j *job) (from, to time.Time, err error) {
	start := startOf(j.Sheet).In(directory.Copenhagen)
	from = time.Date(start.Year(), start.Month(), start.Day(), 0, 0, 0, 0, directory.Copenhagen)
	to = from.AddDate(0, 1, 0)
	if p.From != "" {
		if from, err = p.From.Time(); err != nil {
			return from, to, err
		}
		to = from.AddDate(0, 1, 0)
	}
	if p.To != "" {
		if to, err = p.To.Time(); err != nil {
			return from, to, err
		}
		to = to.AddDate(0, 0, 1)
	}
	if most := from.AddDate(0, 0, maxPeriod); to.After(most) {
		to = most
	}
	return from, to, nil
}

func (j *job) monthHead(f *flow, root *element, l look, from, to time.Time) {
	logo := 0.0
	if l.logo != "" {
		logo = j.logo(root, l, f.x, f.y, f.w, 14) + 5
	}
	if l.name != "" {
		f.put(j.paragraph(root.add("P"), []span{{text: l.name}}, smallText.in(quiet), f.w-logo)...)
	}
	last := to.AddDate(0, 0, -1)
	title := j.say.T("outreach.month.title_from", "from", j.say.ShortDay(directory.DayOf(from)), "to", j.say.ShortDay(directory.DayOf(last)))
	if from.Day() == 1 && to.Equal(from.AddDate(0, 1, 0)) {
		title = j.say.T("outreach.month.title", "month", j.say.T("words.month."+strconv.Itoa(int(from.Month()))))
	}
	f.put(j.paragraph(root.add("H1"), []span{{text: title}}, a4Title.in(l.colour), f.w-logo)...)
	f.put(j.paragraph(root.add("P"), []span{{text: j.say.T("outreach.month.lead")}}, bodyText, f.w)...)
}

// happenings gathers what happens, by area in the order of the alphabet and then
// by time.
func (j *job) happenings(ctx context.Context, from, to time.Time) (map[string][]happening, []string, error) {
	areas := map[string][]happening{}
	elsewhere := j.say.T("outreach.month.elsewhere")
	for _, card := range j.Cards {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		c := card.Community
		if c.IsClosed() || c.IsPaused() {
			continue
		}
		area := elsewhere
		if p := c.PublicPlace(); p != nil {
			for _, a := range []string{p.City, p.Municipality} {
				if a = clean.Line(a, 80); area == elsewhere && j.drawn(a) {
					area = a
				}
			}
		}
		for _, o := range c.Next(from, maxTimesEach) {
			if !o.Start.Before(to) {
				break
			}
			areas[area] = append(areas[area], happening{o, c})
		}
	}
	names := j.sorted(areas)
	if i := slices.Index(names, elsewhere); i >= 0 {
		names = append(slices.Delete(names, i, i+1), elsewhere)
	}
	for _, n := range names {
		slices.SortStableFunc(areas[n], func(a, b happening) int { return a.at.Start.Compare(b.at.Start) })
	}
	return areas, names, nil
}

// sorted gives the keys in the alphabet of the language.
func (j *job) sorted(m map[string][]happening) []string {
	var names []string
	for n := range m {
		names = append(names, n)
	}
	j.alphabet(names)
	return names
}

// alphabet sorts as the language does: æ, ø and å come last in Danish.
func (j *job) alphabet(names []string) {
	slices.Sort(names) // what the language holds for the same stands in a fixed order
	col := collate.New(language.Make(j.lang), collate.IgnoreCase)
	slices.SortStableFunc(names, col.CompareString)
}

// monthRows is a row for each time: when to the left, what and where to the right.
// A day is said once.
func (j *job) monthRows(sect *element, hs []happening, w float64) (out []item) {
	list := sect.add("L")
	was := ""
	for _, h := range hs {
		li := list.add("LI")
		lbl, body := li.add("Lbl"), li.add("LBody")
		day, clock := j.say.ShortNext(directory.Occurrence{Start: h.at.Start}), ""
		if h.at.HasTime {
			clock = j.say.T("words.clock.at", "from", j.say.Clock(h.at.Start))
		}
		when := strings.TrimSpace(day + " " + clock)
		if day == was {
			when = clock
		} else if was != "" {
			out = append(out, gap(1.6))
		}
		was = day
		what := []span{{text: h.c.Name, weight: bold}}
		if p := j.openPlace(h.c); p != "" {
			what = append(what, span{text: " " + clean.Line(p, 200)})
		}
		if phone := j.phone(h.c); phone != "" {
			what = append(what, span{text: " · " + j.say.T("outreach.month.call", "phone", unbroken(phone))})
		}
		out = append(out, beside(j.paragraph(lbl, []span{{text: when}}, smallText, monthWhen-3), j.paragraph(body, what, smallText, w-monthWhen), monthWhen)...)
		out = append(out, gap(0.6))
	}
	return out
}

// number puts the number of each page in the upper margin, where there are several.
func (j *job) number(x, w float64) {
	last := j.pdf.PageCount()
	for page := 1; last > 1 && page <= last; page++ {
		j.pdf.SetPage(page)
		j.lines(nil, x, 8, w, 1, j.set.set([]span{{text: j.say.T("sheet.page", "n", page, "total", last)}}, smallText.in(quiet), w))
	}
	j.pdf.SetPage(last)
}
