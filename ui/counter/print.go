package counter

import (
	"context"
	"errors"
	"path/filepath"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/print"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// recorded is a vejvisning that stands in the journal: printed again it is the
// same one.
type recorded struct {
	code   referral.Code
	pdf    []byte // the sheet, with the citizen's name: gone with the folder
	status *widget.Text
	help   *fyne.Container
	next   *widget.Button // Ny borger
	save   *widget.Button
	stop   context.CancelFunc // stops following the printer
	// A contact card may be needed: somebody is to go along, or to ask how it went.
	call     bool
	language string            // of the sheet
	offer    fyne.CanvasObject // of one; nil where it is not offered
}

// print is "Print og registrér"; once recorded, it prints the same sheet again.
func (f *folder) print() { f.make(f.send) }

// save is "Gem som PDF".
func (f *folder) save() { f.make(f.keep) }

// make builds the sheet and records the vejvisning, both once, and then hands
// the sheet on. The sheet is made off the screen's goroutine; it is made before
// anything is recorded, so that a sheet that cannot be made records nothing.
func (f *folder) make(then func(*recorded)) {
	if f.done != nil {
		then(f.done)
		return
	}
	if f.printIt.Disabled() || !f.ready() {
		return
	}
	code, err := referral.Draw(f.c.deps.Rand)
	if err != nil {
		f.c.notice.problem("counter.sheet_failed", err)
		return
	}
	sheet, r, more, turn, shown := f.sheet(code), f.referral(code), f.wanted(), f.turn, f.tie.shown
	f.busy(true)
	f.c.deps.Go(func() {
		pdf, err := print.Handout(sheet)
		if err != nil {
			f.c.deps.Post(func() { f.failed(turn, "counter.sheet_failed", err) })
			return
		}
		err = f.c.deps.Store.RecordReferralWith(r, more)
		f.c.deps.Post(func() {
			if err != nil {
				f.failed(turn, "counter.record_failed", err)
				return
			}
			if shown != nil && r.PreviousCode != "" {
				shown(r.Communities)
			}
			made := &recorded{code: code, pdf: pdf, call: len(more) > 0 || r.FollowUpOn != "", language: sheet.Language}
			if f.turn == turn {
				f.busy(false)
				f.confirm(made)
			}
			then(made) // the sheet is on its way, though its citizen may have left the screen
		})
	})
}

// failed says that nothing was made or recorded, and of whom where the desk has
// gone on to the next citizen meanwhile.
func (f *folder) failed(turn int, key string, err error) {
	if f.turn == turn {
		f.busy(false)
		f.c.notice.problem(key, err)
		return
	}
	f.c.notice.show(widget.ToneTrouble, f.c.cat.T(key), f.c.cat.T("counter.previous_failed"))
}

func (f *folder) busy(on bool) {
	text := f.c.cat.T("counter.print")
	if on {
		text = f.c.cat.T("counter.printing")
		f.printIt.Disable()
		f.saveIt.Disable()
	} else {
		f.printIt.Enable()
		f.saveIt.Enable()
	}
	f.printIt.SetText(text)
}

// ready says whether the sheet may be made; else what is missing is said.
func (f *folder) ready() bool {
	if f.empty() {
		f.c.notice.show(widget.ToneWaiting, f.c.cat.T("counter.nothing_in"), f.c.cat.T("counter.nothing_in_text"))
		f.c.Focus()
		return false
	}
	for _, g := range []*guard{f.name, f.hello} {
		if !g.check() {
			widget.FocusOn(g.field.Entry)
			g.inSight()
			return false
		}
	}
	f.relayout()
	return true
}

func (f *folder) setting(key string) string {
	v, err := f.c.deps.Store.Setting(key)
	if err != nil {
		return "" // a setting that cannot be read leaves its line off the sheet
	}
	return v
}

// organisation is whose desk it is: where the PC is enrolled, as the hub has it.
func (f *folder) organisation() string {
	v, err := f.c.deps.Store.Organisation()
	if err != nil {
		return "" // as with a setting
	}
	return v
}

func (f *folder) sheet(code referral.Code) print.Sheet {
	s := print.Sheet{
		Layout: f.layout.Value(), Language: f.lang.Value(), Slip: f.slip.On(),
		Name: f.name.field.Entry.Text, Greeting: f.hello.field.Entry.Text,
		Desk: say.Desk(f.organisation(), f.setting(localdb.SettingDesk)), Date: f.date(), Now: f.c.deps.Now(), Code: code,
		PublicURL:        f.setting(localdb.SettingPublicURL),
		DepthAccompanied: f.depth.Value() == string(referral.Accompanied),
	}
	for _, it := range f.items {
		s.Cards = append(s.Cards, print.Card{Community: it.community, Reasons: it.reasons, WantsAccompaniment: it.wants})
	}
	return s
}

func (f *folder) referral(code referral.Code) referral.Referral {
	r := referral.Referral{
		ID: f.c.newID(), Code: code, At: f.date(), Organisation: f.organisation(), Place: f.setting(localdb.SettingDesk),
		Depth: referral.Depth(f.depth.Value()), Wishes: WishIDs(append(f.c.wishes(), f.topics()...)),
		Origin: referral.AskedFor, ShownBy: referral.ByProfessional, PreviousCode: f.tie.code, FollowUpOn: f.followUpOn(),
	}
	for _, it := range f.items {
		r.Communities = append(r.Communities, it.community.ID)
	}
	return r
}

// topics are what the chosen communities answered: the search reads topics as
// words, not as wishes.
func (f *folder) topics() []match.Wish {
	var out []match.Wish
	for _, it := range f.items {
		for _, r := range it.reasons {
			if r.Fact == match.Met && (r.Kind == match.ReasonWord || r.Kind == match.ReasonKind(match.WishTopic)) {
				out = append(out, match.Wish{Kind: match.WishTopic, Value: r.Value})
			}
		}
	}
	return out
}

// wanted is what was said at the desk beside being shown the way: that somebody is
// to go along, and what matters for who.
func (f *folder) wanted() []referral.Event {
	if !f.along.asked() {
		return nil
	}
	return []referral.Event{{Kind: referral.AccompanimentWanted, Wanted: f.along.wanted()}}
}

func (c *Counter) newID() string {
	id, err := uuid.NewV7FromReader(c.deps.Rand)
	if err != nil {
		return uuid.NewString()
	}
	return id.String()
}

// confirm shows calmly that it is done: the code in large letters, and the way
// to the next citizen.
func (f *folder) confirm(r *recorded) {
	f.done = r
	t := f.c.cat.T
	if err := f.c.deps.Store.DropDraft(); err != nil {
		f.c.notice.problem("counter.draft_failed", err)
	}
	r.status = widget.NewText("", widget.Style{})
	r.help = widget.NewFlow(theme.Space8)
	f.column.Objects = []fyne.CanvasObject{
		widget.NewText(t("counter.recorded"), widget.Style{Size: theme.CardTitle, Bold: true}),
		widget.NewText(string(r.code), widget.Style{Size: theme.Page + 6, Bold: true, Ink: widget.Primary}),
		widget.NewText(t("counter.recorded_text"), widget.Style{Ink: widget.Quiet}),
		r.status, r.help,
	}
	f.offerCard(r)
	r.next = widget.NewPrimaryButton(t("counter.new_citizen"), "Esc", f.c.NewCitizen)
	r.save = widget.NewQuietButton(t("counter.save"), "Ctrl S", f.save)
	f.foot.Objects = []fyne.CanvasObject{r.next, widget.NewQuietButton(t("counter.print_again"), "Ctrl P", f.print), r.save}
	f.c.showSelected()
	f.relayout()
	f.scroll.ToTop()
	widget.FocusOn(r.next)
}

// offerCard is the quiet way to a contact card, where one may be needed.
func (f *folder) offerCard(r *recorded) {
	if !r.call || f.c.deps.NewCard == nil {
		return
	}
	t := f.c.cat.T
	r.offer = widget.NewColumn(theme.Space4,
		widget.NewText(t("card.offer"), widget.Style{Size: theme.Quiet, Ink: widget.Quiet}),
		widget.NewFlow(0, widget.NewPlainButton(t("card.offer_do"), func() { f.c.deps.NewCard(r.code, r.language) })))
	f.column.Objects = append(f.column.Objects, r.offer)
}

// CardChanged is told that a contact card of a code was made: none is offered any
// more, and keys go to the next citizen.
func (c *Counter) CardChanged(code referral.Code) {
	f := c.folder
	r := f.done
	if r == nil || r.code != code || r.offer == nil {
		return
	}
	f.column.Remove(r.offer)
	r.offer = nil
	f.relayout()
	if cv := fyne.CurrentApp().Driver().CanvasForObject(c.root); cv != nil && cv.Overlays().Top() == nil {
		widget.FocusOn(r.next)
	}
}

// tell changes the line that says how the sheet fares.
func (f *folder) tell(r *recorded, text string, help ...fyne.CanvasObject) {
	if f.done != r { // a new citizen has come meanwhile
		return
	}
	r.status.SetText(text)
	r.help.Objects = help
	f.relayout()
}

// prefer makes saving the PDF the one primary thing to do, where the sheet is
// not on paper; else it is the next citizen.
func (f *folder) prefer(r *recorded, pdf bool) {
	if f.done != r {
		return
	}
	r.next.SetPrimary(!pdf)
	r.save.SetPrimary(pdf)
	if pdf {
		widget.FocusOn(r.save)
	} else {
		widget.FocusOn(r.next)
	}
}

// send prints and follows the printer; trouble offers the PDF.
func (f *folder) send(r *recorded) {
	t := f.c.cat.T
	f.tell(r, t("counter.print_sending"))
	ctx, cancel := context.WithCancel(context.Background())
	if r.stop != nil {
		r.stop()
	}
	r.stop = cancel
	pdf, title := r.pdf, t("counter.job_title", "code", r.code)
	f.c.deps.Go(func() {
		err := f.c.deps.Paper.Print(ctx, pdf, title, func(s PrintState) {
			f.c.deps.Post(func() { f.printed(r, s) })
		})
		if err != nil && ctx.Err() == nil {
			f.c.deps.Post(func() {
				if errors.Is(err, ErrNoPrinter) {
					f.tell(r, t("counter.no_printer"))
					f.prefer(r, true)
					return
				}
				f.printed(r, PrintFailed)
			})
		}
	})
}

func (f *folder) printed(r *recorded, s PrintState) {
	t := f.c.cat.T
	switch s {
	case PrintSent:
		f.tell(r, t("counter.print_sent"))
	case PrintDone:
		f.tell(r, t("counter.print_done"))
		f.prefer(r, false)
	case PrintFailed:
		f.tell(r, t("counter.print_failed"))
		f.prefer(r, true)
	}
}

// keep saves the PDF under a name that names nobody.
func (f *folder) keep(r *recorded) {
	t := f.c.cat.T
	pdf, name := r.pdf, t("counter.file_name", "code", r.code)+".pdf"
	f.c.deps.Go(func() {
		path, err := f.c.deps.Paper.Save(pdf, name)
		f.c.deps.Post(func() {
			if err != nil {
				f.tell(r, t("counter.save_failed"))
				return
			}
			f.prefer(r, false)
			f.tell(r, t("counter.saved", "file", filepath.Base(path), "folder", filepath.Dir(path)),
				widget.NewQuietButton(t("counter.open"), "", func() { f.open(r, path) }))
		})
	})
}

func (f *folder) open(r *recorded, path string) {
	f.c.deps.Go(func() {
		if err := f.c.deps.Paper.Open(path); err != nil {
			f.c.deps.Post(func() { f.tell(r, f.c.cat.T("counter.open_failed", "folder", filepath.Dir(path))) })
		}
	})
}
