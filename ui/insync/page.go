package insync

import (
	"errors"
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Page is the page. All methods are called on the screen's goroutine.
type Page struct {
	d   Deps
	say *say.Speaker

	seen    bool
	reading bool
	again   bool // something changed while it was read
	data    *data
	cancel  func()

	title, lead *widget.Text
	enrol       *enrolPart
	fetching    *fetchPart
	tiles       *tiles
	attention   *attentionPart
	check       *checkPart
	waits       *waitsPart
	inside      *fyne.Container
	scroll      *widget.Scroll
	root        *fyne.Container
}

// data is what the page shows, read in one go beside the screen.
type data struct {
	status    localdb.Status
	waiting   []localdb.Waiting
	refused   []localdb.RefusedOp
	conflicts []localdb.Conflict
	contact   localdb.Contact
	enrolled  *localdb.Enrolment
	names     map[string]string        // of the records that are spoken of, by id
	days      map[string]directory.Day // of the meetings and times that are spoken of
	desk      string
}

// New makes the page. It reads nothing before it comes into view.
func New(d Deps) *Page {
	p := &Page{d: d, say: say.In(d.Lang)}
	p.title = widget.NewText(p.t("title"), widget.Style{Size: theme.Page, Bold: true})
	p.lead = widget.NewText("", widget.Style{Ink: widget.Quiet})
	p.enrol = newEnrolPart(p)
	p.fetching = newFetchPart(p)
	p.tiles = newTiles(p)
	p.attention = newAttentionPart(p)
	p.check = newCheckPart(p)
	p.waits = newWaitsPart(p)
	p.inside = widget.NewColumn(theme.Space16)
	p.scroll = widget.NewScroll(widget.NewInset(theme.Space16, theme.Space24, theme.Space24, theme.Space24, p.inside))
	p.root = widget.NewWhole(p.scroll)
	p.show(&data{names: map[string]string{}})
	p.cancel = d.Store.Subscribe(func(c localdb.Change) {
		if c.Kind != "draft" {
			d.Post(p.changed)
		}
	})
	return p
}

func (p *Page) t(key string, args ...any) string        { return p.say.T("insync."+key, args...) }
func (p *Page) n(key string, n int, args ...any) string { return p.say.N("insync."+key, n, args...) }

// Close ends the page's interest in changes, and a check that is under way.
func (p *Page) Close() {
	p.cancel()
	p.check.stop()
	p.enrol.stop()
}

// Title is what the page is called.
func (p *Page) Title() string { return p.t("title") }

// Content is the page itself.
func (p *Page) Content() fyne.CanvasObject { return p.root }

// Focus goes to where work begins.
func (p *Page) Focus() {
	switch {
	case p.data.enrolled == nil:
		widget.FocusOn(p.enrol.hub.Entry)
	case p.attention.first() != nil:
		widget.FocusOn(p.attention.first())
	default:
		widget.FocusOn(p.check.button)
	}
}

// Refresh reads anew.
func (p *Page) Refresh() {
	p.seen = true
	p.read()
}

// Tick is called now and then while the page is in sight: minutes pass.
func (p *Page) Tick() {
	if p.seen {
		p.tiles.show(p.data)
		p.fetching.show()
		p.relayout()
	}
}

func (p *Page) changed() {
	if p.seen {
		p.read()
	}
}

// read reads beside the screen; while it reads, further changes wait for one
// more reading.
func (p *Page) read() {
	if p.reading {
		p.again = true
		return
	}
	p.reading = true
	store := p.d.Store
	go func() {
		d, err := readData(store)
		p.d.Post(func() {
			p.reading = false
			if err == nil {
				p.show(d)
			} else if !errors.Is(err, localdb.ErrClosed) {
				p.lead.SetText(p.t("read_failed"))
				p.relayout()
			}
			if p.again {
				p.again = false
				p.read()
			}
		})
	}()
}

func readData(s Store) (*data, error) {
	d := &data{names: map[string]string{}, days: map[string]directory.Day{}}
	var errs [7]error
	d.status, errs[0] = s.Status()
	d.waiting, errs[1] = s.Waiting()
	d.refused, errs[2] = s.Refused()
	d.conflicts, errs[3] = s.Conflicts()
	d.contact, errs[4] = s.Contact()
	d.enrolled, errs[5] = s.Enrolment()
	d.desk, errs[6] = s.Setting(localdb.SettingDesk)
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	name := func(id string) error {
		if id == "" || d.names[id] != "" {
			return nil
		}
		c, err := s.Community(id)
		if errors.Is(err, localdb.ErrNotFound) {
			return nil
		}
		if err == nil {
			d.names[id] = c.Name
		}
		return err
	}
	for _, c := range d.conflicts {
		if !isCommunity(c) {
			continue
		}
		if err := name(c.Community); err != nil {
			return nil, err
		}
	}
	if err := nameOthers(s, d, name); err != nil {
		return nil, err
	}
	for _, w := range d.spokenOf() {
		if w.Of != "" && w.Of != record.Community {
			continue
		}
		for _, id := range w.Communities {
			if err := name(id); err != nil {
				return nil, err
			}
		}
	}
	return d, nil
}

// show puts the parts in place for what is known.
func (p *Page) show(d *data) {
	p.data = d
	p.inside.Objects = []fyne.CanvasObject{widget.NewColumn(theme.Space4, p.title, p.lead)}
	if d.enrolled == nil {
		p.lead.SetText(p.t("lead_alone"))
		p.enrol.show(d)
		p.inside.Objects = append(p.inside.Objects, p.enrol.box)
		p.relayout()
		return
	}
	p.lead.SetText(p.t("lead"))
	if note := p.problem(d); note != nil {
		p.inside.Objects = append(p.inside.Objects, note)
	}
	p.fetching.show()
	p.tiles.show(d)
	p.attention.show(d)
	p.check.show(d)
	p.waits.show(d)
	p.inside.Objects = append(p.inside.Objects, p.fetching.box, p.tiles.box, p.attention.box, p.check.box, p.waits.box)
	p.relayout()
}

// problem says what stands in the way and is not simply the net being away: that
// the tile says.
func (p *Page) problem(d *data) fyne.CanvasObject {
	code := d.contact.Problem
	if code == "" || code == "offline" {
		return nil
	}
	return widget.NewBanner(widget.ToneWaiting, p.say.T("sync.problem."+code), p.say.T("sync.remedy."+code))
}

func (p *Page) relayout() {
	if p.root.Size().Width > 0 {
		p.scroll.Relayout()
	}
}

// when says a time as one says it to a colleague: today with the clock, else the day.
func (p *Page) when(t time.Time) string {
	t = t.In(directory.Copenhagen)
	switch day := directory.DayOf(t); day.DaysUntil(directory.DayOf(p.d.Now())) {
	case 0:
		return p.t("today_at", "clock", p.say.Clock(t))
	case 1:
		return p.t("yesterday_at", "clock", p.say.Clock(t))
	default:
		return p.t("day_at", "day", p.say.Day(day), "clock", p.say.Clock(t))
	}
}

func number(n int) string { return strconv.Itoa(n) }
