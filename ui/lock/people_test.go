package lock

import (
	"context"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/zalando/go-keyring"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/keys"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// shared is the part of the settings on a real store.
type shared struct {
	t     *testing.T
	store *localdb.Store
	part  *People
	win   fyne.Window
	queue chan func()
	role  string
}

func newShared(t *testing.T, look *theme.Theme, size fyne.Size) *shared {
	t.Helper()
	keyring.MockInit()
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: t.TempDir(), Create: true, Keyring: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look)
	d := &shared{t: t, store: s, queue: make(chan func(), 100), role: "guide"}
	var panel *fyne.Container
	d.part = NewPeople(PeopleDeps{Store: s, Lang: "da", Post: func(f func()) { d.queue <- f }, Role: func() string { return d.role }, Lock: func() {},
		Relayout: func() {
			if panel != nil {
				widget.Relayout(panel)
			}
		}})
	panel = widget.NewPad(theme.Space24, theme.Space24, widget.NewPanel(d.part.Content()))
	d.win = test.NewTempWindow(t, panel)
	d.win.SetPadded(false)
	d.win.Resize(size)
	return d
}

// answer runs what was posted next.
func (d *shared) answer() {
	d.t.Helper()
	select {
	case f := <-d.queue:
		f()
	case <-time.After(20 * time.Second):
		d.t.Fatal("nothing came of it")
	}
}

func (d *shared) top() fyne.CanvasObject {
	d.t.Helper()
	o := d.win.Canvas().Overlays().Top()
	if o == nil {
		d.t.Fatal("no dialog is open")
	}
	return o
}

func (d *shared) add(name, pin, again string) {
	d.t.Helper()
	var digits []*widget.Digits
	var field *widget.Field
	each(d.top(), func(o fyne.CanvasObject) {
		switch x := o.(type) {
		case *widget.Digits:
			digits = append(digits, x)
		case *widget.Field:
			field = x
		}
	})
	field.Entry.SetText(name)
	for i, p := range []string{pin, again} {
		digits[i].Wipe()
		test.Type(digits[i], p)
	}
	press(d.t, d.top(), "Lav PIN-koden")
}

func TestFirstPersonIsMadeAndTheWordsAreShownOnce(t *testing.T) {
	d := newShared(t, theme.New(theme.Normal, 1), fyne.NewSize(700, 760))
	press(t, d.part.Content(), "Brug PIN-koder på denne pc")
	for _, c := range [][4]string{
		{"", "481973", "481973", "Skriv et fornavn"},
		{"Mette", "123456", "123456", "prøver alle først"},
		{"Mette", "481973", "481974", "ikke ens"},
	} {
		d.add(c[0], c[1], c[2])
		if c[3] == "Skriv et fornavn" {
			d.answer()
		}
		if !strings.Contains(strings.Join(texts(d.top()), " "), c[3]) {
			t.Fatalf("%q is not said: %q", c[3], texts(d.top()))
		}
	}
	d.add("Mette", "481973", "481973")
	d.answer()
	all := strings.Join(texts(d.top()), " ")
	if !strings.Contains(all, "Skriv de seks ord af") || !strings.Contains(all, "6. ") {
		t.Fatal(all)
	}
	press(t, d.top(), "Færdig") // not before it is said that they are written down
	if d.win.Canvas().Overlays().Top() == nil {
		t.Error("the words are gone before they were written down")
	}
	press(t, d.top(), "Jeg har skrevet ordene af")
	press(t, d.top(), "Færdig")
	if d.win.Canvas().Overlays().Top() != nil {
		t.Error("the words are still shown")
	}
	if all := strings.Join(texts(d.part.Content()), " "); !strings.Contains(all, "Mette") || !strings.Contains(all, "Guide · det er dig") {
		t.Error(all)
	}
	if p, err := d.store.Person(); err != nil || p == nil || p.Name != "Mette" || p.Role != "guide" {
		t.Error(p, err)
	}
}

// Nobody gives away more than they have, or takes away who has more.
func TestNobodyIsMoreThanThePCAndNobodyManagesMore(t *testing.T) {
	for _, c := range []struct{ pc, person, want string }{
		{"guide", "guide", "guide"}, {"guide", "desk", "desk"}, {"desk", "guide", "desk"}, {"desk", "desk", "desk"},
		{"coordinator", "guide", "coordinator"}, {"guide", "admin", "guide"}, {"kiosk", "guide", "kiosk"},
	} {
		if got := RoleOf(c.pc, &keys.Person{Role: c.person}); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	d := newShared(t, theme.New(theme.Normal, 1), fyne.NewSize(700, 760))
	d.role = "desk"
	if got := d.part.roles(); len(got) != 1 || got[0] != "desk" {
		t.Error(got)
	}
	if d.part.mayManage(keys.Person{Role: "guide"}) || !d.part.mayManage(keys.Person{Role: "desk"}) {
		t.Error("a desk manages a guide, or no desk")
	}
}
