package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"
)

// filterFlags are the flags of search that choose a filter by hand.
type filterFlags struct {
	weekdays, times, price, areas, languages, access, considerations, groups, kinds []string
	accompaniment, room, across                                                     bool
	age, km                                                                         float64
	near                                                                            string
	wide                                                                            bool
}

func (f *filterFlags) bind(p *program, cmd *cobra.Command) {
	x := cmd.Flags()
	list := func(to *[]string, name string) {
		x.StringSliceVar(to, name, nil, p.say.T("vejvis.flag."+strings.ReplaceAll(name, "-", "_")))
	}
	list(&f.weekdays, "weekday")
	list(&f.times, "time")
	list(&f.price, "price")
	list(&f.areas, "area")
	list(&f.languages, "lang")
	list(&f.access, "accessibility")
	list(&f.considerations, "consideration")
	list(&f.groups, "group")
	list(&f.kinds, "kind")
	x.BoolVar(&f.accompaniment, "accompaniment", false, p.say.T("vejvis.flag.accompaniment"))
	x.BoolVar(&f.room, "room", false, p.say.T("vejvis.flag.room"))
	x.BoolVar(&f.across, "across", false, p.say.T("vejvis.flag.across"))
	x.Float64Var(&f.age, "age", 0, p.say.T("vejvis.flag.age"))
	x.Float64Var(&f.km, "km", 0, p.say.T("vejvis.flag.km"))
	x.StringVar(&f.near, "near", "", p.say.T("vejvis.flag.near"))
	x.BoolVar(&f.wide, "wide", false, p.say.T("vejvis.flag.wide"))
}

func (f *filterFlags) wishes() []match.Wish {
	var out []match.Wish
	add := func(k match.WishKind, values []string) {
		for _, v := range values {
			out = append(out, match.Wish{Kind: k, Value: v})
		}
	}
	add(match.WishWeekday, f.weekdays)
	add(match.WishTime, f.times)
	add(match.WishPrice, f.price)
	add(match.WishArea, f.areas)
	add(match.WishLanguage, f.languages)
	add(match.WishAccessibility, f.access)
	add(match.WishConsideration, f.considerations)
	add(match.WishGroup, f.groups)
	add(match.WishKindOf, f.kinds)
	for k, on := range map[match.WishKind]bool{match.WishAccompaniment: f.accompaniment, match.WishRoom: f.room, match.WishAcross: f.across} {
		if on {
			out = append(out, match.Wish{Kind: k})
		}
	}
	if f.age > 0 {
		out = append(out, match.Wish{Kind: match.WishAge, Number: f.age})
	}
	if f.km > 0 {
		out = append(out, match.Wish{Kind: match.WishDistance, Number: f.km})
	}
	return out
}

// check refuses a filter that no community could meet: a misspelt one would
// otherwise be left out, and the answers would look as if they met it.
func (f *filterFlags) check(p *program, cmd *cobra.Command) error {
	kinds := make([]string, len(directory.Kinds))
	for i, k := range directory.Kinds {
		kinds[i] = string(k)
	}
	for _, c := range []struct {
		name          string
		given, values []string
	}{
		{"weekday", f.weekdays, []string{"1", "2", "3", "4", "5", "6", "7"}},
		{"time", f.times, []string{"morning", "forenoon", "afternoon", "evening", "weekend", "weekday", "daytime"}},
		{"price", f.price, []string{"free", "cheap"}},
		{"accessibility", f.access, directory.Accessibilities},
		{"consideration", f.considerations, directory.Considerations},
		{"group", f.groups, append([]string{"women", "men"}, directory.Groups...)},
		{"kind", f.kinds, kinds},
	} {
		for _, v := range c.given {
			if !slices.Contains(c.values, v) {
				return p.badFilter(c.name, v, strings.Join(c.values, " "))
			}
		}
	}
	switch {
	case cmd.Flags().Changed("age") && !(f.age > 0 && f.age <= 120):
		return p.badFilter("age", fmt.Sprint(f.age), "1 … 120")
	case cmd.Flags().Changed("km") && !(f.km > 0 && f.km <= 1000):
		return p.badFilter("km", fmt.Sprint(f.km), "1 … 1000")
	}
	return nil
}

func (p *program) badFilter(name, value, list string) error {
	return &usageError{p.say.T("vejvis.bad_wish_filter", "name", "--"+name, "value", value, "list", list)}
}

func (p *program) searchCommand() *cobra.Command {
	var limit int
	var queries string
	var flags filterFlags
	cmd := &cobra.Command{
		Use: "search QUERY", Short: p.say.T("vejvis.search"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit < 1 {
				return &usageError{p.say.T("vejvis.bad_limit")}
			}
			if queries == "" && len(args) == 0 && len(flags.wishes()) == 0 || queries != "" && len(args) > 0 {
				return &usageError{p.say.T("vejvis.usage.search")}
			}
			if err := flags.check(p, cmd); err != nil {
				return err
			}
			q := match.Query{Text: strings.Join(args, " "), Done: true, Filters: flags.wishes(), Wide: flags.wide, Limit: limit, Today: directory.DayOf(p.now())}
			return p.with(cmd.Context(), func(s *localdb.Store) error {
				var err error
				if q.Origin, err = p.origin(s, flags.near); err != nil {
					return err
				}
				if q.Words, err = ownWords(s); err != nil {
					return err
				}
				x, err := index(s)
				if err != nil {
					return err
				}
				if queries != "" {
					return p.searchAll(cmd.Context(), x, queries, q)
				}
				return p.searchOne(cmd.Context(), s, x, q)
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 10, p.say.T("vejvis.flag.limit"))
	cmd.Flags().StringVar(&queries, "queries", "", p.say.T("vejvis.flag.queries"))
	flags.bind(p, cmd)
	return cmd
}

// origin is where distances are counted from: --near LAT,LON, else the desk.
func (p *program) origin(s *localdb.Store, near string) (*match.Point, error) {
	if near == "" {
		lat, err := s.Setting(localdb.SettingLat)
		if err != nil {
			return nil, err
		}
		lon, err := s.Setting(localdb.SettingLon)
		if err != nil || lat == "" || lon == "" {
			return nil, err
		}
		near = lat + "," + lon
	}
	a, b, ok := strings.Cut(near, ",")
	lat, err1 := strconv.ParseFloat(strings.TrimSpace(a), 64)
	lon, err2 := strconv.ParseFloat(strings.TrimSpace(b), 64)
	if !ok || err1 != nil || err2 != nil || lat < -90 || lat > 90 || lon < -180 || lon > 180 {
		return nil, &usageError{p.say.T("vejvis.bad_near", "value", near)}
	}
	return &match.Point{Lat: lat, Lon: lon}, nil
}

// ownWords are what the organisation added to the built-in lay words.
func ownWords(s *localdb.Store) (*match.Words, error) {
	ws, err := s.OwnWords()
	if err != nil {
		return nil, err
	}
	return localdb.SearchWords(ws)
}

// index gives the index over what the store holds.
func index(s *localdb.Store) (*match.Index, error) {
	x, err := s.Search()
	if err != nil {
		return nil, err
	}
	return x.Index, nil
}

func (p *program) searchOne(ctx context.Context, s *localdb.Store, x *match.Index, q match.Query) error {
	res := x.Search(ctx, q)
	for _, h := range res.Hits {
		if err := ctx.Err(); err != nil {
			return err
		}
		words := make([]string, 0, len(h.Reasons))
		for _, r := range h.Reasons {
			words = append(words, p.say.Reason(r))
		}
		if p.json {
			err := p.line(struct {
				ID       string   `json:"id"`
				SourceID string   `json:"source_id"`
				Name     string   `json:"name"`
				Score    float64  `json:"score"`
				Reasons  []string `json:"reasons"`
				Weak     bool     `json:"weak"`
			}{h.ID, h.SourceID, h.Name, h.Score, words, res.Weak})
			if err != nil {
				return err
			}
			continue
		}
		if err := p.showHit(s, h, words); err != nil {
			return err
		}
	}
	if res.Weak || len(res.Hits) == 0 {
		p.tell("%s", p.say.T("vejvis.no_match"))
	}
	if len(res.Near) > 0 {
		p.tell("%s", p.say.T("words.near.heading"))
		for _, n := range res.Near {
			p.tell("    %s: %s", n.Hit.Name, p.say.Near(n))
		}
	}
	return nil
}

func (p *program) showHit(s *localdb.Store, h match.Hit, words []string) error {
	c, err := s.Community(h.ID)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s  (%s)\n", h.Name, h.ID)
	facts := []string{p.say.Schedule(c.Schedule), p.say.ShortPlace(c.PublicPlace()), p.say.Distance(h.Km),
		p.say.Freshness(c.Freshness(directory.DayOf(p.now())))}
	fmt.Fprintf(p.stdout, "    %s\n", strings.Join(nonEmpty(facts), " · "))
	if len(words) > 0 {
		fmt.Fprintf(p.stdout, "    %s\n", strings.Join(words, " · "))
	}
	return nil
}

// searchAll answers a file of queries, one JSON object a line, for judging.
func (p *program) searchAll(ctx context.Context, x *match.Index, path string, base match.Query) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 4<<20)
	for n := 1; sc.Scan(); n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if strings.TrimSpace(sc.Text()) == "" {
			continue
		}
		var in struct {
			ID    string `json:"id"`
			Query string `json:"query"`
		}
		if err := json.Unmarshal(sc.Bytes(), &in); err != nil {
			return &saidError{p.say.T("vejvis.bad_query", "file", path, "line", strconv.Itoa(n))}
		}
		q := base
		q.Text = in.Query
		if err := p.line(answer(in.ID, x.Search(ctx, q))); err != nil {
			return err
		}
	}
	return sc.Err()
}

type judgedHit struct {
	ID       string  `json:"id"`
	SourceID string  `json:"source_id"`
	Score    float64 `json:"score"`
}

type judged struct {
	ID   string      `json:"id"`
	Hits []judgedHit `json:"hits"`
	Weak bool        `json:"weak"`
}

func answer(id string, res match.Result) judged {
	out := judged{ID: id, Hits: make([]judgedHit, 0, len(res.Hits)), Weak: res.Weak}
	for _, h := range res.Hits {
		out.Hits = append(out.Hits, judgedHit{h.ID, h.SourceID, h.Score})
	}
	return out
}

func nonEmpty(in []string) []string {
	var out []string
	for _, s := range in {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
