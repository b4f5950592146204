package kiosk

import (
	"cmp"
	"slices"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// today is what happens today, and in the next days where that is nothing more. It
// is read beside the screen, once a quarter of an hour.
type today struct {
	k       *Kiosk
	day     directory.Day
	quarter int64
	list    []meeting
	loading bool
}

type meeting struct {
	id   string
	next directory.Occurrence
}

// mostMeetings is how many are shown: a large town has hundreds a day.
const mostMeetings = 40

// ahead is how many days are looked at where nothing more happens today.
const ahead = 7

func (t *today) forget() { t.day = "" }

// load reads the directory where what is known is old.
func (t *today) load() {
	now := t.k.deps.Now()
	day, quarter := directory.DayOf(now), now.Unix()/900
	if t.loading || t.day == day && t.quarter == quarter {
		return
	}
	t.loading = true
	t.k.deps.Go(func() {
		var list []meeting
		err := t.k.deps.Directory.EachCommunity(func(c *directory.Community) error {
			if c.IsClosed() || c.IsPaused() {
				return nil
			}
			if next := c.Next(now, 1); len(next) > 0 && day.DaysUntil(directory.DayOf(next[0].Start)) < ahead {
				list = append(list, meeting{c.ID, next[0]})
			}
			return nil
		})
		slices.SortFunc(list, func(a, b meeting) int {
			return cmp.Or(a.next.Start.Compare(b.next.Start), cmp.Compare(a.id, b.id))
		})
		t.k.deps.Post(func() {
			t.loading, t.day, t.quarter, t.list = false, day, quarter, list
			t.k.failed(err)
			if t.k.Page() == pageToday && t.k.staff == nil && !t.k.warned {
				t.k.show()
			}
		})
	})
}

const pageToday = "today"

// todayPage is "Det sker i dag".
func (k *Kiosk) todayPage() *view {
	k.today.load()
	return &view{name: pageToday, make: k.makeToday, spoken: func() string {
		out := k.t("tile.today") + ".\n"
		shown, _ := k.happening()
		for _, m := range shown[:min(len(shown), mostSpoken)] {
			if c, err := k.deps.Directory.Community(m.id); err == nil {
				out += c.Name + ", " + k.when(m.next) + ".\n"
			}
		}
		return out
	}}
}

// happening gives what still happens today; where that is nothing, what comes in
// the next days.
func (k *Kiosk) happening() (list []meeting, later bool) {
	day := directory.DayOf(k.deps.Now())
	all := k.today.list
	n := slices.IndexFunc(all, func(m meeting) bool { return directory.DayOf(m.next.Start) > day })
	if n < 0 {
		n = len(all)
	}
	if n > 0 {
		return all[:min(n, mostMeetings)], false
	}
	return all[:min(len(all), mostMeetings)], true
}

func (k *Kiosk) makeToday() fyne.CanvasObject {
	k.list = widget.NewColumn(k.u(14), k.bold(k.t("tile.today"), head))
	shown, later := k.happening()
	switch {
	case k.today.day == "":
		k.list.Add(k.text(k.t("loading"), body, widget.Quiet))
	case later && len(shown) == 0:
		k.list.Add(k.text(k.t("today_none"), body, widget.Quiet))
	case later:
		k.list.Add(k.text(k.t("today_later"), body, widget.Quiet))
	default:
		k.list.Add(k.text(k.say.WeekdayDay(k.deps.Now().In(directory.Copenhagen)), body, widget.Quiet))
	}
	var cards []fyne.CanvasObject
	for _, m := range shown {
		if c, err := k.deps.Directory.Community(m.id); err == nil {
			cards = append(cards, k.card(c, ""))
		}
	}
	k.list.Add(k.cards(cards))
	k.list.Add(k.askRow())
	return k.page(k.way(), k.list, nil)
}
