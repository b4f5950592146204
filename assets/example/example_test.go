package example

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/go-json-experiment/json"
)

func all(t *testing.T) []*directory.Community {
	t.Helper()
	cs, err := Communities()
	if err != nil {
		t.Fatal(err)
	}
	return cs
}

// texts gives everything in a record that a person wrote.
func texts(c *directory.Community) []string {
	out := append([]string{c.Name, c.Summary, c.Description, c.Category, c.AssuredBy}, c.Activities...)
	if c.Organiser != nil {
		out = append(out, c.Organiser.Name)
	}
	if c.Accompaniment != nil {
		out = append(out, c.Accompaniment.How)
	}
	if w := c.Welcome; w != nil {
		out = append(append(out, w.Greeter, w.Where), w.FirstTime...)
	}
	if c.Price != nil {
		out = append(out, c.Price.Note)
	}
	for _, s := range c.Schedule {
		out = append(out, s.Note)
	}
	if r := c.Contact; r != nil {
		out = append(out, r.Role, r.Email, r.Web)
	}
	for _, p := range c.Places {
		out = append(out, p.Name, p.Address, p.City, p.HousingArea)
	}
	return out
}

func TestEveryRecordMayEnterAStore(t *testing.T) {
	ids, names := map[string]string{}, map[string]bool{}
	for _, c := range all(t) {
		if err := c.Validate(); err != nil {
			t.Errorf("%s: %v", c.SourceID, err)
		}
		if c.Source != Source || c.SourceID == "" || c.ID == "" {
			t.Errorf("%s: source %q, id %q", c.SourceID, c.Source, c.ID)
		}
		if other := ids[c.ID]; other != "" {
			t.Errorf("%s and %s share an id", other, c.SourceID)
		}
		ids[c.ID] = c.SourceID
		if key := strings.ToLower(c.Name); names[key] {
			t.Errorf("the name %q stands twice", c.Name)
		} else {
			names[key] = true
		}
		before, _ := json.Marshal(c)
		c.Normalize()
		if after, _ := json.Marshal(c); string(before) != string(after) {
			t.Errorf("%s is not written as Normalize writes it:\n%s\n%s", c.SourceID, before, after)
		}
		if c.Unknown != nil {
			t.Errorf("%s has members that no one knows: %s", c.SourceID, c.Unknown)
		}
	}
}

func TestTheExampleShowsEveryKindAndField(t *testing.T) {
	n := map[string]int{}
	count := func(what string, yes bool) {
		if yes {
			n[what]++
		}
	}
	for _, c := range all(t) {
		n["communities"]++
		n["kind "+string(c.Kind)]++
		f := c.Freshness(Base)
		count("never confirmed", !f.Stated)
		count("stale", f.Stated && f.Stale)
		count("fresh", f.Stated && f.Days <= 14)
		a := c.Accompaniment
		count("accompaniment", a != nil && a.Offered != nil && *a.Offered && a.How != "")
		count("no accompaniment", a != nil && a.Offered != nil && !*a.Offered)
		w := c.Welcome
		count("full welcome", w != nil && w.Greeter != "" && w.Where != "" && len(w.FirstTime) > 0)
		count("full house", c.Capacity != nil && c.Capacity.Free != nil && *c.Capacity.Free == 0)
		count("paused", c.IsPaused())
		count("closed", c.IsClosed())
		count("across", c.OpenAcrossHousingAreas != nil && *c.OpenAcrossHousingAreas)
		count("several places", len(c.Places) > 1)
		count("confidential", slices.ContainsFunc(c.Places, func(p directory.Place) bool { return p.Confidential && p.Address != "" }))
		count("no schedule", len(c.Schedule) == 0)
		count("no price", c.Price == nil)
		if c.Price != nil {
			n["price "+string(c.Price.Kind)]++
		}
		if c.Audience != nil {
			n["for "+string(c.Audience.Gender)]++
			for _, g := range c.Audience.Groups {
				n["group "+g]++
			}
		}
		for _, l := range c.Languages {
			n["language "+l]++
		}
		for _, h := range c.Considerations {
			n["consideration "+h]++
		}
		for _, p := range c.Places {
			for _, a := range p.Accessibility {
				n["place "+a]++
			}
		}
		for _, s := range c.Schedule {
			count("odd or even weeks", strings.Contains(s.RRule, "BYWEEKNO"))
			count("nth weekday", strings.Contains(s.RRule, "MONTHLY"))
			count("season", s.ValidFrom != "" && s.ValidTo != "")
			count("exceptions", len(s.Exceptions) > 0)
			count("slot note", s.Note != "")
		}
		count("practice period", c.Practice != nil && c.Practice.From.Valid() && c.Practice.To.Valid() && len(c.Practice.Onward) > 0)
	}
	want := map[string]int{
		"communities": 160, "never confirmed": 25, "stale": 25, "fresh": 25,
		"accompaniment": 40, "no accompaniment": 10, "full welcome": 90, "full house": 5,
		"paused": 4, "closed": 1, "across": 20, "several places": 2, "confidential": 4,
		"no schedule": 3, "no price": 5, "odd or even weeks": 5, "nth weekday": 10, "season": 5,
		"exceptions": 10, "slot note": 3, "practice period": 8, "for women": 5, "for men": 5,
		"kind association": 20, "kind voluntary": 20, "kind municipal": 10, "kind housing": 10,
		"kind informal": 15, "kind practice_ground": 8,
		"price free": 30, "price per_time": 15, "price month": 3, "price season": 5, "price year": 10,
	}
	for _, l := range []string{"da", "en", "uk", "ar", "so", "tr", "pl", "fa", "de"} {
		want["language "+l] = 2
	}
	for _, h := range directory.Considerations {
		want["consideration "+h] = 3
	}
	for _, a := range directory.Accessibilities {
		want["place "+a] = 3
	}
	for _, g := range directory.Groups {
		want["group "+g] = 1
	}
	for what, least := range want {
		if n[what] < least {
			t.Errorf("%s: %d, want at least %d", what, n[what], least)
		}
	}
	if n["closed"] > 2 {
		t.Errorf("closed: %d, want at most 2", n["closed"])
	}
}

// real names organisations that exist, which nothing here may be taken for.
var real = []string{
	"røde kors", "dgi", "ældre sagen", "ældresagen", "mødrehjælpen", "kræftens bekæmpelse",
	"hjernesagen", "alzheimerforeningen", "høreforeningen", "blindesamfund", "blå kors", "kirkens korshær",
	"kfum", "kfuk", "fdf", "lgbt+ danmark", "sabaah", "home-start", "venligboerne", "flygtningehjælp",
	"cykling uden alder", "boblberg", "elderlearn", "headspace", "ventilen", "livslinien", "natteravnene",
	"anonyme alkoholikere", "børns vilkår", "frelsens hær", "mænds mødesteder", "depressionsforeningen",
	"angstforeningen", "bedre psykiatri", "gigtforeningen", "diabetesforeningen", "parkinsonforeningen",
	"danner", "fountain house", "wefood", "stop spild af mad", "dbu", "fof", "aof", "sind", "ringsted",
}

var (
	realName  = regexp.MustCompile(`(?i)(^|[^\pL])(` + strings.ReplaceAll(regexp.QuoteMeta(strings.Join(real, "\x00")), "\x00", "|") + `)($|[^\pL])`)
	phoneLike = regexp.MustCompile(`\d{2}[ .]?\d{2}[ .]?\d{2}[ .]?\d{2}`)
	webLike   = regexp.MustCompile(`[@/]([a-z0-9.-]+)`)
)

func TestNothingInTheExampleIsReal(t *testing.T) {
	for _, c := range all(t) {
		if c.Contact != nil && c.Contact.Phone != "" && c.Contact.Phone != "00 00 00 00" {
			t.Errorf("%s: phone %q", c.SourceID, c.Contact.Phone)
		}
		for _, p := range c.Places {
			if p.Municipality != Municipality || (p.Lat != nil) != (p.Lon != nil) {
				t.Errorf("%s: place %+v", c.SourceID, p)
			}
			if p.Lat != nil && (*p.Lat < Lat-0.07 || *p.Lat > Lat+0.07 || *p.Lon < Lon-0.12 || *p.Lon > Lon+0.12) {
				t.Errorf("%s: %s lies outside the patch", c.SourceID, p.Name)
			}
		}
		for _, s := range texts(c) {
			checkText(t, c.SourceID, s)
		}
	}
	os, err := Organisers()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range os {
		for _, s := range []string{o.Name, o.About, o.Contact.Role, o.Contact.Email, o.Contact.Web} {
			checkText(t, o.Name, s)
		}
		if o.Contact.Phone != "00 00 00 00" {
			t.Errorf("%s: phone %q", o.Name, o.Contact.Phone)
		}
	}
}

func checkText(t *testing.T, who, s string) {
	t.Helper()
	if privacy.CheckCPR(s, Base).Verdict != privacy.Pass {
		t.Errorf("%s: the CPR guard does not pass %q", who, s)
	}
	if m := realName.FindString(s); m != "" {
		t.Errorf("%s: %q names a real organisation: %q", who, m, s)
	}
	if phoneLike.MatchString(s) {
		t.Errorf("%s: a phone number in %q", who, s)
	}
	if strings.Contains(s, "!") {
		t.Errorf("%s: an exclamation mark in %q", who, s)
	}
	if strings.Contains(s, "://") || strings.Contains(s, "@") {
		host := webLike.FindAllStringSubmatch(strings.Replace(s, "https://", "/", 1), -1)
		if len(host) == 0 || !strings.HasSuffix(host[0][1], ".example") {
			t.Errorf("%s: the address %q is not reserved", who, s)
		}
	}
}

func TestNoSentenceIsATemplate(t *testing.T) {
	in := map[string][]string{}
	end := regexp.MustCompile(`[.?:] `)
	for _, c := range all(t) {
		seen := map[string]bool{}
		sentences := []string{c.Summary}
		sentences = append(sentences, strings.Split(c.Description, "\n")...)
		if c.Accompaniment != nil {
			sentences = append(sentences, c.Accompaniment.How)
		}
		if c.Welcome != nil {
			sentences = append(sentences, c.Welcome.FirstTime...)
			for _, s := range c.Welcome.FirstTime {
				if len([]rune(s)) > 110 {
					t.Errorf("%s: too long for a short sentence: %q", c.SourceID, s)
				}
			}
			if len(c.Welcome.FirstTime) > 3 {
				t.Errorf("%s: more than three sentences the first time", c.SourceID)
			}
		}
		for _, s := range sentences {
			for _, one := range end.Split(s, -1) {
				one = strings.ToLower(strings.Trim(one, " .?"))
				if one != "" && !seen[one] {
					seen[one] = true
					in[one] = append(in[one], c.SourceID)
				}
			}
		}
	}
	for s, who := range in {
		if len(who) > 2 {
			t.Errorf("%q stands in %v", s, who)
		}
	}
}

func TestEveryOrganiserNamedIsInTheList(t *testing.T) {
	os, err := Organisers()
	if err != nil {
		t.Fatal(err)
	}
	if len(os) < 45 {
		t.Errorf("%d organisers, want at least 45", len(os))
	}
	known, ids := map[string]bool{}, map[string]bool{}
	for _, o := range os {
		if known[o.Name] || ids[o.ID] {
			t.Errorf("%s stands twice", o.Name)
		}
		known[o.Name], ids[o.ID] = true, true
	}
	used := map[string]bool{}
	for _, c := range all(t) {
		if c.Organiser == nil {
			continue
		}
		used[c.Organiser.Name] = true
		if !known[c.Organiser.Name] {
			t.Errorf("%s: no organiser %q", c.SourceID, c.Organiser.Name)
		}
	}
	for name := range known {
		if !used[name] {
			t.Errorf("%q organises nothing", name)
		}
	}
}

func TestAmbassadorsCarryCommunitiesThatExist(t *testing.T) {
	as, err := Ambassadors()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, c := range all(t) {
		ids[c.ID] = true
	}
	paused := 0
	for _, a := range as {
		if a.Paused {
			paused++
		}
		if len(a.Communities) == 0 || len(a.Areas) == 0 || len(a.Languages) == 0 || strings.Contains(a.Name, " ") {
			t.Errorf("%s: %+v", a.Name, a)
		}
		for _, id := range a.Communities {
			if !ids[id] {
				t.Errorf("%s carries %s, which does not exist", a.Name, id)
			}
		}
	}
	if len(as) < 12 || paused == 0 {
		t.Errorf("%d ambassadors, %d paused", len(as), paused)
	}
}

func TestEveryAmbassadorMayEnterAStore(t *testing.T) {
	as, err := Ambassadors()
	if err != nil {
		t.Fatal(err)
	}
	professionals := 0
	for i := range as {
		a := &as[i]
		before, _ := json.Marshal(a)
		a.Normalize()
		if after, _ := json.Marshal(a); string(before) != string(after) {
			t.Errorf("%s is not written as Normalize writes it", a.Name)
		}
		if err := a.Validate(); err != nil || a.Unknown != nil {
			t.Errorf("%s: %v %s", a.Name, err, a.Unknown)
		}
		if a.Role == directory.AtWork {
			professionals++
		}
		for _, w := range a.Interests {
			if !slices.Contains(referral.Wishes, w) {
				t.Errorf("%s: the interest %q is no wish", a.Name, w)
			}
		}
		for _, c := range a.Considers {
			if !slices.Contains(directory.Considerations, c) {
				t.Errorf("%s: %q is no consideration", a.Name, c)
			}
		}
		if len(a.Times) == 0 || len(a.Training) == 0 {
			t.Errorf("%s has neither times nor training", a.Name)
		}
	}
	if professionals == 0 {
		t.Error("nobody goes along at work")
	}
}

func TestWhatWasDoneMayEnterAStoreOnAnyDay(t *testing.T) {
	for _, today := range []directory.Day{Base, "2026-12-31", "2027-06-15", "2028-02-29", "2025-03-30"} {
		w, err := Works()
		if err != nil {
			t.Fatal(err)
		}
		w.MoveTo(today)
		grounds := map[string]*directory.Community{}
		cs := all(t)
		MoveTo(today, cs)
		for _, c := range cs {
			grounds[c.ID] = c
		}
		for _, s := range w.Sessions {
			g := grounds[s.Community]
			day, _ := s.On.Time()
			if err := s.Validate(); err != nil || s.On > today || g == nil || g.Kind != directory.KindPracticeGround || s.On < g.Practice.From || s.On > g.Practice.To ||
				!slices.ContainsFunc(g.Schedule, func(x directory.Slot) bool { return x.Weekday%7 == int(day.Weekday()) }) {
				t.Errorf("%s: a session on %s of %+v: %v", today, s.On, g, err)
			}
		}
		held := 0
		for _, m := range w.Meetings {
			if err := m.Validate(); err != nil || m.Held != (m.On <= today) {
				t.Errorf("%s: a meeting on %s: %v", today, m.On, err)
			}
			if m.Held {
				held++
			}
		}
		for _, v := range w.Volunteers {
			if err := v.Validate(); err != nil || v.Phone != "00 00 00 00" || v.ConsentOn > today {
				t.Errorf("%s: %+v: %v", today, v, err)
			}
		}
		for _, c := range w.Checks {
			if err := c.Validate(); err != nil || c.On > today {
				t.Errorf("%s: %+v: %v", today, c, err)
			}
		}
		for _, a := range w.Agreements {
			if err := a.Validate(); err != nil || a.NextTalk <= today {
				t.Errorf("%s: %+v: %v", today, a, err)
			}
		}
		if held == 0 || held == len(w.Meetings) || len(w.Sessions) < 10 || len(w.Checks) < 2 || len(w.Agreements) != 1 {
			t.Errorf("%s: %+v", today, w)
		}
		as, err := Ambassadors()
		if err != nil || len(as) != len(w.Volunteers) {
			t.Errorf("%d ambassadors, %d volunteers: %v", len(as), len(w.Volunteers), err)
		}
		for i, a := range as {
			if a.ID != w.Volunteers[i].ID {
				t.Errorf("%s is reached as somebody else", a.Name)
			}
		}
	}
}

// The counter's first search has to give good and different hits.
func TestThereAreWalksInTheForenoon(t *testing.T) {
	var walks, free, accompanied int
	areas := map[string]bool{}
	for _, c := range all(t) {
		if !slices.Contains(c.Activities, "gåtur") || !slices.ContainsFunc(c.Schedule, func(s directory.Slot) bool { return s.From >= "08:30" && s.From < "12:00" }) {
			continue
		}
		walks++
		if c.Price != nil && c.Price.Kind == directory.PriceFree {
			free++
		}
		if c.Accompaniment != nil && c.Accompaniment.Offered != nil && *c.Accompaniment.Offered {
			accompanied++
		}
		areas[c.Places[0].Name] = true
	}
	if walks < 5 || free < 3 || accompanied < 1 || len(areas) < 4 {
		t.Errorf("%d walks, %d free, %d accompanied, %d places", walks, free, accompanied, len(areas))
	}
}

func TestTheExampleIsAliveOnAnyDay(t *testing.T) {
	for _, today := range []directory.Day{"2026-11-23", "2026-12-31", "2027-02-28", "2027-04-30", "2027-06-15", "2027-08-01", "2028-02-29", "2031-10-10", "2026-01-05", "2025-03-30"} {
		t.Run(string(today), func(t *testing.T) {
			base, cs := all(t), all(t)
			MoveTo(today, cs)
			now, err := today.Time()
			if err != nil {
				t.Fatal(err)
			}
			dated, meets := 0, 0
			for i, c := range cs {
				if err := c.Validate(); err != nil {
					t.Errorf("%s: %v", c.SourceID, err)
				}
				if got, want := c.Freshness(today), base[i].Freshness(Base); got != want {
					t.Errorf("%s: %+v, want %+v", c.SourceID, got, want)
				}
				if c.Capacity != nil && c.Capacity.AsOf.DaysUntil(today) != base[i].Capacity.AsOf.DaysUntil(Base) {
					t.Errorf("%s: capacity as of %s", c.SourceID, c.Capacity.AsOf)
				}
				for j, s := range c.Schedule {
					for k, x := range s.Exceptions {
						a, _ := x.Time()
						b, _ := base[i].Schedule[j].Exceptions[k].Time()
						if a.Weekday() != b.Weekday() {
							t.Errorf("%s: exception %s is no longer on a %s", c.SourceID, x, b.Weekday())
						}
					}
				}
				if len(c.Schedule) == 0 || c.IsPaused() || c.IsClosed() {
					continue
				}
				dated++
				if next := c.Next(now, 1); len(next) > 0 {
					meets++
				} else if c.Practice != nil {
					t.Errorf("%s: a practice ground without a next time (%s – %s)", c.SourceID, c.Practice.From, c.Practice.To)
				}
			}
			if meets*100 < dated*80 {
				t.Errorf("only %d of %d have a next time", meets, dated)
			}
		})
	}
}

type counted struct{ communities, organisers, ambassadors int }

func (n *counted) Put(*directory.Community) error            { n.communities++; return nil }
func (n *counted) PutOrganiser(*directory.Organiser) error   { n.organisers++; return nil }
func (n *counted) PutAmbassador(*directory.Ambassador) error { n.ambassadors++; return nil }
func (n *counted) Import(_ context.Context, fn func(*counted) error) error {
	return fn(n)
}

func TestFillPutsEverything(t *testing.T) {
	var n counted
	if err := Fill(context.Background(), &n, Base); err != nil {
		t.Fatal(err)
	}
	if n.communities != len(all(t)) || n.organisers == 0 || n.ambassadors == 0 {
		t.Error(fmt.Sprint(n))
	}
}
