package main

import (
	"context"
	"crypto/rand"
	"slices"
	"strconv"
	"time"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/keys"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/accompaniment"
	"github.com/faellesskabsby/vejviser/ui/ambassadors"
	"github.com/faellesskabsby/vejviser/ui/communities"
	"github.com/faellesskabsby/vejviser/ui/contact"
	"github.com/faellesskabsby/vejviser/ui/conversation"
	"github.com/faellesskabsby/vejviser/ui/counter"
	"github.com/faellesskabsby/vejviser/ui/followup"
	"github.com/faellesskabsby/vejviser/ui/insync"
	"github.com/faellesskabsby/vejviser/ui/lock"
	"github.com/faellesskabsby/vejviser/ui/practice"
	"github.com/faellesskabsby/vejviser/ui/printer"
	"github.com/faellesskabsby/vejviser/ui/readiness"
	"github.com/faellesskabsby/vejviser/ui/settings"
	"github.com/faellesskabsby/vejviser/ui/shell"
)

// sees is which pages a role has, in the order of the side; the last four stand at
// its foot.
var sees = map[string][]string{
	"guide":       {"counter", "followup", "accompaniment", "communities", "ambassadors", "practice", "readiness"},
	"desk":        {"counter", "followup", "accompaniment", "communities", "practice", "readiness"},
	"coordinator": {"communities", "readiness"},
	"kiosk":       {"counter", "communities"},
}

// atFoot are the pages that everybody has.
var atFoot = []string{"conversation", "sync", "settings"}

// currentRole is what the person at the screen is here: what the PC is at its hub,
// and no more; a PC without a hub is a guide's.
func (a *app) currentRole() string {
	e, err := a.store.Enrolment()
	if err != nil {
		return a.role // closing
	}
	role := "guide"
	if e != nil {
		role = e.Role
	}
	return lock.RoleOf(role, a.person())
}

// asPerson is the store as a page sees it that asks who may do what: the enrolment
// has the role of the person who is there.
type asPerson struct {
	*localdb.Store
	person func() *keys.Person
}

// Enrolment gives the enrolment with the role of the person who is there.
func (s asPerson) Enrolment() (*localdb.Enrolment, error) {
	e, err := s.Store.Enrolment()
	if e != nil {
		e.Role = lock.RoleOf(e.Role, s.person())
	}
	return e, err
}

// roleChanged builds the pages for another role, or because the lease ended or was
// renewed, once nothing lies over them.
func (a *app) roleChanged() {
	if s := a.now.Load(); s == nil || s.over || a.shell == nil || a.window.Canvas().Overlays().Top() != nil || a.currentRole() == a.role && a.leaseOver() == a.shut {
		return
	}
	a.build()
}

// leaseOver says that the PC was away from its hub for too long.
func (a *app) leaseOver() bool {
	l, err := a.store.Lease()
	return err == nil && l.Over
}

// notPublic are the pages of which nothing is shown when the lease is over.
var notPublic = map[string]string{"followup": "followup.title", "accompaniment": "accompaniment.title", "ambassadors": "ambassadors.title", "practice": "practice.title", "readiness": "readiness.title"}

// build makes the pages that the person has, and hands them to the shell. Made anew,
// for another language or role, the person stays where they are.
func (a *app) build() {
	was, place := a.asked, a.last.place
	if a.shell != nil {
		place = a.shell.Name()
		a.shell.Unbind()
	}
	for _, end := range a.pages {
		end()
	}
	kept := was.keep()
	a.pages, a.byDay, a.asked, a.counter, a.list = nil, nil, typing{}, nil, nil
	if l := a.setting(localdb.SettingLanguage); l != "" {
		a.mu.Lock()
		a.lang = l
		a.mu.Unlock()
	}
	toolkitWords(a.language())
	a.look()
	a.keepLook()
	a.role, a.shut = a.currentRole(), a.leaseOver()
	places := a.makePages()
	a.shell = shell.New(shell.Deps{Lang: a.language(), Settings: a.store, Standing: a.stands, Places: places,
		Who: a.who, Lock: func() { a.lock(lock.Asked, false) }, Switch: func() { a.lock(lock.Asked, true) }})
	a.window.SetContent(a.shell.Root())
	a.shell.Bind(a.window.Canvas())
	a.asked.resume(kept)
	a.shell.GoNamed(place)
	if a.counter != nil {
		a.counter.DirectoryChanged()
	}
}

// makePages makes the pages of the role, and what leads from one to another.
func (a *app) makePages() []shell.Place {
	m := &maker{app: a, lang: a.language(), post: a.poster(), store: asPerson{a.store, a.person}, made: map[string]shell.Place{}}
	m.paper = &sheets{a, a.store, m.lang, m.post}
	m.consent = contact.New(contact.Deps{Store: m.store, Lang: m.lang, Now: time.Now, Post: m.post})
	a.pages = append(a.pages, m.consent.Close)
	m.foot()
	for _, name := range sees[a.role] {
		m.page(name)
	}
	var places []shell.Place
	for _, name := range slices.Concat(sees[a.role], atFoot) {
		if p, ok := m.made[name]; ok {
			p.Name, p.Bottom = name, slices.Contains(atFoot, name)
			places = append(places, p)
		}
	}
	return places
}

// poster runs what a page posts, unless the PC was locked since.
func (a *app) poster() func(func()) {
	s := a.now.Load()
	return func(f func()) {
		a.do(func() {
			if s == a.now.Load() && (s == nil || !s.over) {
				f()
			}
		})
	}
}

// maker makes the pages of one role.
type maker struct {
	app   *app
	lang  string
	post  func(func())
	store asPerson
	made  map[string]shell.Place

	paper         *sheets
	consent       *contact.Desk
	help          *conversation.Page
	followup      *followup.Page
	accompaniment *accompaniment.Page
	practice      *practice.Page
}

// foot makes the pages that everybody has.
func (m *maker) foot() {
	a := m.app
	m.help = conversation.New(m.lang)
	m.made["conversation"] = shell.Place{Page: m.help}
	a.syncing = insync.New(insync.Deps{Store: a.store, Hub: a.hub, Lang: m.lang, Now: time.Now, Post: m.post})
	m.made["sync"] = shell.Place{Page: a.syncing, Badge: a.toLookAt}
	cat := translations.For(m.lang)
	a.people = lock.NewPeople(lock.PeopleDeps{Store: a.store, Lang: m.lang, Post: m.post, Role: a.deviceRole,
		Lock:    func() { a.lock(lock.Asked, false) },
		Print:   m.paper.words,
		Changed: func() { a.keepLook(); a.shell.Refresh(); a.roleChanged() },
		Relayout: func() {
			if a.choices != nil {
				a.choices.Relayout()
			}
		}})
	a.choices = settings.New(settings.Deps{Store: a.store, Printers: printers, Lang: m.lang, Version: version, Now: time.Now, Post: m.post,
		More:     []settings.Section{{Title: cat.T("lock.section"), Hint: cat.T("lock.section_hint"), Body: a.people.Content()}},
		Verified: func(r localdb.Report) { a.checked = nil; go a.found(!r.OK) }})
	if a.checked != nil {
		a.choices.Checked(a.checked.report, a.checked.err)
	}
	m.made["settings"] = shell.Place{Page: a.choices}
	a.pages = append(a.pages, a.syncing.Close, a.choices.Close, a.people.Close)
}

// deviceRole is what this PC is, whoever is there.
func (a *app) deviceRole() string {
	e, err := a.store.Enrolment()
	if err != nil || e == nil {
		return "guide"
	}
	return e.Role
}

// page makes one of the pages that not everybody has.
func (m *maker) page(name string) {
	a := m.app
	counts := name != "readiness" || a.role != "coordinator" // they have no vejvisninger, and nothing of persons
	if title := notPublic[name]; title != "" && a.shut && counts {
		m.made[name] = shell.Place{Page: lock.NewShut(m.lang, translations.For(m.lang).T(title), a.hub.Nudge, func() { a.shell.GoTo(a.syncing) })}
		return
	}
	switch name {
	case "counter":
		a.counter = counter.New(counter.Deps{
			Finder: func() counter.Finder {
				if x := a.library.finder(); x != nil {
					return x
				}
				return nil
			},
			Directory: a.library, Store: a.store, Paper: &paper{a.store}, Lang: m.lang,
			Now: time.Now, Rand: rand.Reader, Post: m.post,
			Help:     func() { a.shell.GoTo(m.help) },
			NewCard:  m.card,
			OwnWords: func() { a.shell.GoTo(a.choices); a.choices.OpenWords() },
		})
		m.made[name] = shell.Place{Page: a.counter}
	case "communities":
		a.list = communities.New(communities.Deps{Store: m.store, Finder: a.library, Lang: m.lang, Now: time.Now, Post: m.post,
			Material: func(ids []string) { a.material(m.lang, m.post, ids) }})
		m.made[name] = shell.Place{Page: a.list}
		a.pages = append(a.pages, a.list.Close)
		a.asked.list = a.list
	case "followup":
		m.followup = followup.New(followup.Deps{
			Store: m.store, Cards: a.store, Lang: m.lang, Now: time.Now, Rand: rand.Reader, Post: m.post, Counted: m.counted,
			Companion: func(code referral.Code) { m.companion(code) },
			ShowOther: func(code referral.Code, shown func([]string)) {
				a.shell.GoTo(a.counter)
				a.counter.ShowOther(code, shown)
			},
			ShowGround: func(code referral.Code, ground string) {
				a.shell.GoTo(a.counter)
				a.counter.Lay(code, []string{ground})
			},
			NewCard: func(code referral.Code) { m.card(code, m.lang) },
			MayEdit: func() bool { return a.list != nil && a.list.MayEdit() },
			Edit:    func(id string) { a.shell.GoTo(a.list); a.list.Edit(id) },
		})
		m.made[name] = shell.Place{Page: m.followup, Badge: m.followup.Badge}
		a.pages, a.byDay = append(a.pages, m.followup.Close), append(a.byDay, m.followup.Refresh)
	case "accompaniment":
		m.accompaniment = accompaniment.New(accompaniment.Deps{
			Store: m.store, Cards: a.store, Lang: m.lang, Now: time.Now, Rand: rand.Reader, Post: m.post, Counted: m.counted,
			FollowUp:      func(code referral.Code) { m.life(code) },
			NewCard:       func(code referral.Code) { m.card(code, m.lang) },
			PrintBriefing: m.paper.briefing, HostNote: m.paper.hostNote,
		})
		m.made[name] = shell.Place{Page: m.accompaniment, Badge: m.accompaniment.Badge}
		a.pages, a.byDay = append(a.pages, m.accompaniment.Close), append(a.byDay, m.accompaniment.Refresh)
	case "ambassadors":
		p := ambassadors.New(ambassadors.Deps{Store: m.store, Finder: a.library, Lang: m.lang, Now: time.Now, Rand: rand.Reader, Post: m.post,
			Print: m.paper.ambassador})
		m.made[name] = shell.Place{Page: p}
		a.pages = append(a.pages, p.Close)
		a.asked.ambassadors = p
	case "practice":
		m.practice = practice.New(practice.Deps{Store: m.store, Finder: a.library, Lang: m.lang, Now: time.Now, Rand: rand.Reader, Post: m.post,
			ShowOnward: func(previous referral.Code, ids []string) { a.shell.GoTo(a.counter); a.counter.Lay(previous, ids) },
			EditFrame:  func(id string) { a.shell.GoTo(a.list); a.list.Edit(id) },
			MayEdit:    func() bool { return a.list != nil && a.list.MayEdit() },
		})
		m.made[name] = shell.Place{Page: m.practice}
		a.pages = append(a.pages, m.practice.Close)
		a.asked.practice = m.practice
	case "readiness":
		p := readiness.New(readiness.Deps{Store: m.store, Lang: m.lang, Now: time.Now, Post: m.post})
		m.made[name] = shell.Place{Page: p}
		a.pages, a.byDay = append(a.pages, p.Close), append(a.byDay, p.Refresh)
		a.asked.readiness = p
	}
}

// counted has the side say anew how many wait.
func (m *maker) counted() {
	if m.app.shell != nil {
		m.app.shell.Refresh()
	}
}

// card leads to where a contact card is made, with consent, for a code.
func (m *maker) card(code referral.Code, language string) {
	m.consent.Open(m.app.shell.Root(), code, language, nil)
}

// companion leads to where somebody to go along is found.
func (m *maker) companion(code referral.Code) {
	if m.accompaniment != nil {
		m.app.shell.GoTo(m.accompaniment)
		m.accompaniment.Show(code)
	}
}

// life leads to the whole life of a code.
func (m *maker) life(code referral.Code) {
	if m.followup != nil {
		m.app.shell.GoTo(m.followup)
		m.followup.Show(code)
	}
}

// typing are the pages in which something may be typed and not kept.
type typing struct {
	list        *communities.Page
	ambassadors *ambassadors.Page
	practice    *practice.Page
	readiness   *readiness.Page
}

// typed is what stands in them, to be taken up when they are made anew.
type typed struct {
	list        *communities.Editing
	ambassadors *ambassadors.Left
	practice    *practice.Left
	readiness   *readiness.Left
}

func (t typing) keep() (k typed) {
	if t.list != nil {
		k.list = t.list.Unsaved()
	}
	if t.ambassadors != nil {
		k.ambassadors = t.ambassadors.Unsaved()
	}
	if t.practice != nil {
		k.practice = t.practice.Unsaved()
	}
	if t.readiness != nil {
		k.readiness = t.readiness.Unsaved()
	}
	return k
}

func (t typing) resume(k typed) {
	if t.list != nil {
		t.list.Resume(k.list)
	}
	if t.ambassadors != nil {
		t.ambassadors.Resume(k.ambassadors)
	}
	if t.practice != nil {
		t.practice.Resume(k.practice)
	}
	if t.readiness != nil {
		t.readiness.Resume(k.readiness)
	}
}

// asking is a page that asks before what is typed in it is lost.
type asking struct {
	page    shell.Page
	unsaved func() bool
	ask     func(then func())
}

func (t typing) pages() (out []asking) {
	if p := t.list; p != nil {
		out = append(out, asking{p, func() bool { return p.Unsaved() != nil }, p.AskToLeave})
	}
	if p := t.ambassadors; p != nil {
		out = append(out, asking{p, func() bool { return p.Unsaved() != nil }, p.AskToLeave})
	}
	if p := t.practice; p != nil {
		out = append(out, asking{p, func() bool { return p.Unsaved() != nil }, p.AskToLeave})
	}
	if p := t.readiness; p != nil {
		out = append(out, asking{p, func() bool { return p.Unsaved() != nil }, p.AskToLeave})
	}
	return out
}

func (a *app) toLookAt() string {
	if n := a.stands().Look; n > 0 {
		return strconv.Itoa(n)
	}
	return ""
}

func printers(ctx context.Context) ([]string, error) {
	names, standard, err := printer.Printers(ctx)
	for i, n := range names { // the default first
		if n == standard {
			names[0], names[i] = names[i], names[0]
		}
	}
	return names, err
}
