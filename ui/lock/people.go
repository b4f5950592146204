package lock

import (
	"errors"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/keys"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Store is what the part "Personer på denne pc" needs of the local database.
type Store interface {
	People() (keys.People, error)
	Person() (*keys.Person, error)
	AddPerson(name, role string, pin []byte) (keys.Person, string, error)
	ChangePIN(id string, old, pin []byte) error
	ResetPIN(id string, pin []byte) error
	RemovePerson(id string) error
	NewRecovery() (string, error)
	Setting(key string) (string, error)
	SetSetting(key, value string) error
	Status() (localdb.Status, error)
}

// PeopleDeps is what the part is built with.
type PeopleDeps struct {
	Store Store
	Lang  string
	Post  func(f func()) // runs f on the screen's goroutine
	// Role is what this PC is at the hub: no person is more here.
	Role func() string
	Lock func() // locks the PC
	// Changed is told when who shares the PC is another; may be nil.
	Changed func()
	// Relayout lays out what the part stands in.
	Relayout func()
	// Print puts the recovery words on paper; nil is no such button.
	Print func(words string)
}

// People is the part of the settings in which people are added, changed and removed.
type People struct {
	d       PeopleDeps
	say     *say.Speaker
	who     keys.People
	me      *keys.Person
	how     string // how the store was opened
	rows    *fyne.Container
	note    *widget.Text
	minutes *widget.Choice
	after   fyne.CanvasObject
	box     *fyne.Container
	root    *fyne.Container
	open    *widget.Popup // a dialog; nil is none
}

// NewPeople makes the part.
func NewPeople(d PeopleDeps) *People {
	p := &People{d: d, say: say.In(d.Lang), note: newNote()}
	p.rows = widget.NewColumn(theme.Space12)
	p.minutes = widget.NewChoice(p.minuteOptions(), "3", func(v string) {
		if err := d.Store.SetSetting(localdb.SettingLockAfter, v); err != nil {
			p.tell(p.words(err))
		}
	})
	p.after = widget.Labelled(p.t("after"), p.minutes)
	p.box = widget.NewColumn(theme.Space16)
	p.root = widget.NewColumn(theme.Space16, p.box, p.note)
	p.Load()
	return p
}

// Close closes a dialog that is open, and overwrites what was typed in it.
func (p *People) Close() {
	if p.open != nil {
		p.open.Close()
	}
}

// Content is the part itself.
func (p *People) Content() fyne.CanvasObject { return p.root }

func (p *People) t(key string, args ...any) string { return p.say.T("lock."+key, args...) }

func (p *People) tell(text string) {
	tell(p.note, text)
	p.d.Relayout()
}

func (p *People) minuteOptions() (out []widget.Option) {
	for n := range LongestIdle {
		out = append(out, widget.Option{Value: strconv.Itoa(n + 1), Text: p.say.N("lock.minutes", n+1)})
	}
	return out
}

// Load reads who shares the PC.
func (p *People) Load() {
	who, err := p.d.Store.People()
	me, err2 := p.d.Store.Person()
	st, err3 := p.d.Store.Status()
	after, err4 := p.d.Store.Setting(localdb.SettingLockAfter)
	if err := errors.Join(err, err2, err3, err4); err != nil {
		p.tell(p.words(err))
		return
	}
	p.who, p.me, p.how = who, me, st.Key
	p.minutes.Select(strconv.Itoa(IdleMinutes(after)))
	p.rows.Objects = nil
	for _, x := range who.Persons {
		p.rows.Add(p.row(x))
	}
	p.box.Objects = nil
	if !who.Locked {
		p.box.Add(widget.NewText(p.t("none"), widget.Style{}))
		p.box.Add(widget.NewFlow(theme.Space8, widget.NewQuietButton(p.t("begin"), "", p.add)))
		p.d.Relayout()
		return
	}
	if p.how == keys.Recovery {
		p.box.Add(widget.NewBanner(widget.ToneWaiting, p.t("by_words"), p.t("by_words_rest")))
	}
	if who.Loose {
		p.box.Add(widget.NewText(p.t("loose"), widget.Style{Size: theme.Quiet, Ink: widget.OnTrouble}))
	}
	p.box.Add(p.rows)
	p.box.Add(widget.NewFlow(theme.Space8, widget.NewQuietButton(p.t("add"), "", p.add),
		widget.NewQuietButton(p.t("new_words"), "", p.newWords), widget.NewQuietButton(p.t("lock_now"), "Ctrl L", p.d.Lock)))
	p.box.Add(p.after)
	p.d.Relayout()
}

// row is one person, and what can be done.
func (p *People) row(x keys.Person) fyne.CanvasObject {
	line := p.t("role." + x.Role)
	switch {
	case p.me != nil && p.me.ID == x.ID:
		line += " · " + p.t("you")
	case x.Spent:
		line += " · " + p.t("spent")
	}
	acts := widget.NewRow(theme.Space4)
	if p.mayChange(x) {
		acts.Add(widget.NewPlainButton(p.t("change"), func() { p.change(x) }))
	}
	if p.mayManage(x) {
		acts.Add(widget.NewPlainButton(p.t("remove"), func() { p.remove(x) }))
	}
	return widget.NewSplitRow(theme.Space8, theme.Scaled(140), widget.NewColumn(0,
		widget.NewText(x.Name, widget.Style{Bold: true}), widget.NewText(line, widget.Style{Size: theme.Quiet, Ink: widget.Quiet})), acts)
}

// rank orders roles by what they see; nobody manages one who sees more.
var rank = map[string]int{"desk": 1, "coordinator": 1, "guide": 2}

// mine is what whoever opened the store may give and manage: the recovery words
// are for everything.
func (p *People) mine() string {
	if p.me == nil {
		return p.d.Role()
	}
	return RoleOf(p.d.Role(), p.me)
}

func (p *People) mayManage(x keys.Person) bool { return rank[x.Role] <= rank[p.mine()] }

// mayChange: one's own PIN, and a new one for whoever has none any more or where
// the recovery words opened the store.
func (p *People) mayChange(x keys.Person) bool {
	own := p.me != nil && p.me.ID == x.ID
	return own || p.mayManage(x) && (x.Spent || p.freely())
}

func (p *People) freely() bool { return p.how == keys.Recovery || p.how == keys.Passphrase }

// roles are what a new person can be here.
func (p *People) roles() []string {
	switch p.mine() {
	case "guide":
		return []string{"desk", "guide"}
	case "":
		return []string{"desk"}
	}
	return []string{p.mine()}
}

// RoleOf is what a person is on a PC: their own role where the PC is a guide's,
// else the PC's. Without anybody it is the PC's.
func RoleOf(pc string, person *keys.Person) string {
	if person == nil || pc != "guide" || !slices.Contains([]string{"guide", "desk"}, person.Role) {
		return pc
	}
	return person.Role
}

// words says what went wrong.
func (p *People) words(err error) string {
	var field *directory.RefusedError
	var wrong *keys.PINError
	var wait *keys.WaitError
	switch {
	case errors.As(err, &field) && field.Field == "name":
		return p.t("name_"+field.Reason, "n", localdb.MostName)
	case errors.As(err, &wrong):
		return p.t("old_wrong")
	case errors.As(err, &wait):
		return p.t("old_wait")
	}
	return p.say.T(localdb.MessageKey(err))
}

func (p *People) changed() {
	p.Load()
	if p.d.Changed != nil {
		p.d.Changed()
	}
}
