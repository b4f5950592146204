package lock

import (
	"bytes"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/keys"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// form is a dialog with PINs in it: they are overwritten when it closes.
type form struct {
	p     *People
	pop   *widget.Popup
	note  *widget.Text
	ok    *widget.Button
	pins  []*widget.Digits
	body  *fyne.Container
	busy  bool
	after func() // once it is closed
}

func (p *People) newForm(title, lead, ok string, do func(*form)) *form {
	f := &form{p: p, note: newNote(), body: widget.NewColumn(theme.Space16)}
	f.body.Add(widget.NewText(p.t(title), widget.Style{Size: theme.Heading, Bold: true}))
	if lead != "" {
		f.body.Add(widget.NewText(lead, widget.Style{Ink: widget.Quiet}))
	}
	f.ok = widget.NewPrimaryButton(p.t(ok), "", func() { f.run(do) })
	return f
}

// pin adds a PIN's field.
func (f *form) pin(label string) *widget.Digits {
	d := widget.NewDigits(keys.MaxPIN)
	f.pins = append(f.pins, d)
	n := len(f.pins)
	d.OnEnter = func() {
		if n < len(f.pins) {
			widget.FocusOn(f.pins[n])
			return
		}
		f.ok.Tapped(nil)
	}
	f.body.Add(widget.Labelled(f.p.t(label), d))
	return d
}

func (f *form) show() {
	f.body.Add(f.note)
	f.body.Add(widget.NewFlow(theme.Space8, f.ok, widget.NewQuietButton(f.p.t("cancel"), "Esc", func() { f.pop.Close() })))
	f.pop = widget.ShowDialog(f.p.root, theme.Scaled(440), f.body)
	if f.pop == nil {
		return
	}
	f.p.open = f.pop
	f.pop.OnClose = func() {
		f.p.open = nil
		for _, d := range f.pins {
			d.Wipe()
		}
		if f.after != nil {
			f.after()
		}
	}
}

func (f *form) tell(text string) {
	tell(f.note, text)
	f.pop.Fit()
}

func (f *form) run(do func(*form)) {
	if !f.busy {
		f.tell("")
		do(f)
	}
}

// work does something beside the screen, and closes the dialog where it went well.
func (f *form) work(do func() error, well func()) {
	f.busy = true
	f.ok.Disable()
	wait(f.note, f.p.t("working"))
	f.pop.Fit()
	go func() {
		err := do()
		f.p.d.Post(func() {
			f.busy = false
			f.ok.Enable()
			if err != nil {
				f.tell(f.p.words(err))
				return
			}
			f.after = well
			f.pop.Close()
		})
	}()
}

// fresh gives a new PIN that was typed twice the same, nil where it will not do.
func (f *form) fresh(pin, again *widget.Digits) []byte {
	a, b := pin.Typed(), again.Typed()
	defer clear(b)
	if err := keys.GoodPIN(a); err != nil {
		pin.SetWrong(true)
		f.tell(f.p.words(err))
		return nil
	}
	if pin.SetWrong(false); !bytes.Equal(a, b) {
		again.Wipe()
		again.SetWrong(true)
		f.tell(f.p.t("differ"))
		return nil
	}
	return a
}

// add asks for a new person's name, role and PIN.
func (p *People) add() {
	title, lead := "add_title", p.t("add_lead")
	first := !p.who.Locked
	if first {
		title, lead = "first_title", p.t("first_lead")
	}
	name := widget.NewField(p.t("name"))
	roles := p.roles()
	role := roles[0]
	if first {
		role = roles[len(roles)-1]
	}
	var pin, again *widget.Digits
	f := p.newForm(title, lead, "add_ok", func(f *form) {
		typed := f.fresh(pin, again)
		if typed == nil {
			return
		}
		var words string
		called, is := name.Entry.Text, role
		f.work(func() (err error) {
			_, words, err = p.d.Store.AddPerson(called, is, typed)
			clear(typed)
			return err
		}, func() {
			p.Load()
			if words == "" {
				p.changed()
				return
			}
			p.showWords(words)
		})
	})
	f.body.Add(name)
	if len(roles) > 1 {
		options := make([]widget.Option, len(roles))
		for i, r := range roles {
			options[i] = widget.Option{Value: r, Text: p.t("role." + r)}
		}
		f.body.Add(widget.Labelled(p.t("role"), widget.NewSegmented(options, role, func(v string) { role = v })))
	}
	pin, again = f.pin("new_pin"), f.pin("new_pin_again")
	name.Entry.OnSubmitted = func(string) { widget.FocusOn(pin) }
	f.show()
}

// change asks for another PIN, and for the one until now where there is one.
func (p *People) change(x keys.Person) {
	var old, pin, again *widget.Digits
	lead := ""
	if p.me == nil || p.me.ID != x.ID {
		lead = p.t("change_lead", "name", x.Name)
	}
	f := p.newForm("change_title", lead, "change_ok", func(f *form) {
		typed := f.fresh(pin, again)
		if typed == nil {
			return
		}
		var was []byte
		if old != nil {
			was = old.Typed()
		}
		f.work(func() error {
			defer clear(typed)
			defer clear(was)
			if p.freely() {
				return p.d.Store.ResetPIN(x.ID, typed)
			}
			return p.d.Store.ChangePIN(x.ID, was, typed)
		}, p.changed)
	})
	if !x.Spent && !p.freely() {
		old = f.pin("old_pin")
	}
	pin, again = f.pin("new_pin"), f.pin("new_pin_again")
	f.show()
}

// remove asks first: with the last person the lock goes.
func (p *People) remove(x keys.Person) {
	lead := p.t("remove_lead", "name", x.Name)
	if len(p.who.Persons) == 1 {
		lead = p.t("remove_last", "name", x.Name)
	}
	f := p.newForm("remove_title", lead, "remove_ok", func(f *form) {
		f.work(func() error { return p.d.Store.RemovePerson(x.ID) }, p.changed)
	})
	f.show()
}

// newWords makes other recovery words and shows them.
func (p *People) newWords() {
	var words string
	f := p.newForm("new_words_title", p.t("new_words_lead"), "new_words_ok", func(f *form) {
		f.work(func() (err error) {
			words, err = p.d.Store.NewRecovery()
			return err
		}, func() { p.showWords(words) })
	})
	f.show()
}

// showWords shows the recovery words, once.
func (p *People) showWords(words string) {
	list := widget.NewColumn(theme.Space8)
	half := strings.Fields(words)
	for i := 0; i+1 < len(half); i += 2 {
		list.Add(widget.NewPair(theme.Space16, theme.Scaled(120), p.word(i, half[i]), p.word(i+1, half[i+1])))
	}
	var pop *widget.Popup
	done := widget.NewPrimaryButton(p.t("words_done"), "", func() { pop.Close() })
	done.Disable()
	kept := widget.NewCheck(p.t("words_kept"), false, func(on bool) { enable(done, on) })
	acts := widget.NewFlow(theme.Space8, done)
	if p.d.Print != nil {
		acts.Add(widget.NewQuietButton(p.t("words_print"), "", func() { p.d.Print(words) }))
	}
	pop = widget.ShowDialog(p.root, theme.Scaled(520), widget.NewColumn(theme.Space16,
		widget.NewText(p.t("words_show_title"), widget.Style{Size: theme.Heading, Bold: true}),
		widget.NewText(p.t("words_show_lead"), widget.Style{}),
		widget.NewTonePanel(widget.ToneGood, list), kept, acts))
	if p.open = pop; pop != nil {
		pop.OnClose = func() {
			p.open = nil
			widget.ForgetMeasures()
			p.changed()
		}
	}
}

func (p *People) word(i int, w string) fyne.CanvasObject {
	return widget.NewText(p.t("word", "n", i+1, "word", w), widget.Style{Size: theme.CardTitle, Bold: true, Ink: widget.OnTint})
}
