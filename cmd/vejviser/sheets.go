package main

import (
	"context"
	"errors"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/ambassadors"
	"github.com/faellesskabsby/vejviser/ui/counter"
	"github.com/faellesskabsby/vejviser/ui/print"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// sheets makes the papers that pages ask for, beside the screen, and puts them out
// on the printer, or as a file where there is none.
type sheets struct {
	app   *app
	store *localdb.Store
	lang  string
	post  func(func())
}

// put makes a paper and puts it out. file is the name of the file where there is no
// printer; "" keeps none. Neither it nor the job's title names anybody.
func (s *sheets) put(title, file string, build func() ([]byte, error)) {
	go func() {
		tone, text := widget.ToneGood, "app.paper_printed"
		path := ""
		pdf, err := build()
		if err == nil {
			out := &paper{s.store}
			err = out.Print(context.Background(), pdf, title, func(counter.PrintState) {})
			switch {
			case errors.Is(err, counter.ErrNoPrinter) && file != "":
				if path, err = out.Save(pdf, file); err == nil {
					text, err = "app.paper_saved", out.Open(path)
				}
			case errors.Is(err, counter.ErrNoPrinter):
				tone, text, err = widget.ToneWaiting, "app.paper_no_printer", nil
			}
		}
		if err != nil {
			tone, text = widget.ToneTrouble, "app.paper_failed"
		}
		s.post(func() { s.tell(tone, s.app.text(text, "path", path)) })
	}()
}

// tell says what came of a paper.
func (s *sheets) tell(tone widget.Tone, text string) {
	var pop *widget.Popup
	done := widget.NewPrimaryButton(s.app.text("shell.close"), "Esc", func() { pop.Close() })
	pop = widget.ShowDialog(s.app.shell.Root(), theme.Scaled(440), widget.NewColumn(theme.Space16,
		widget.NewBanner(tone, text, ""), widget.NewFlow(theme.Space8, done)))
}

// desk is who hands a paper out, and where the public pages are.
func (s *sheets) desk() (desk, public string, err error) {
	organisation, err1 := s.store.Organisation()
	name, err2 := s.store.Setting(localdb.SettingDesk)
	public, err3 := s.store.Setting(localdb.SettingPublicURL)
	return say.Desk(organisation, name), public, errors.Join(err1, err2, err3)
}

// agreed is what the papers about a code are made from: what was shown, what the
// citizen wished for, and the plan of the moment.
type agreed struct {
	referral  referral.Referral
	wanted    referral.Wanted
	plan      referral.Plan
	community *directory.Community
	companion string // first name
}

func (s *sheets) agreed(code referral.Code) (x agreed, err error) {
	r, events, err := s.store.Referral(code)
	if err != nil {
		return x, err
	}
	x.referral = r
	for _, e := range events {
		if e.Wanted != nil {
			x.wanted = *e.Wanted
		}
		if e.Plan != nil {
			x.plan = *e.Plan
		}
	}
	to := x.plan.To
	if to == "" && len(r.Communities) > 0 {
		to = r.Communities[0]
	}
	if x.community, err = s.store.Community(to); err != nil {
		return x, err
	}
	all, err := s.store.Ambassadors()
	for _, a := range all {
		if a.ID == x.plan.With {
			x.companion = a.Name
		}
	}
	return x, err
}

// briefing prints the companion's sheet. The citizen's name and phone are on it
// where they said yes to that, and that they were looked up is noted.
func (s *sheets) briefing(code referral.Code) {
	s.put(s.app.text("paper.briefing.file"), "vejviser-"+string(code)+"-1.pdf", func() ([]byte, error) { return s.makeBriefing(code) })
}

func (s *sheets) makeBriefing(code referral.Code) ([]byte, error) {
	x, err := s.agreed(code)
	if err != nil {
		return nil, err
	}
	desk, public, err := s.desk()
	if err != nil {
		return nil, err
	}
	b := print.Briefing{Language: s.lang, Desk: desk, Date: directory.DayOf(time.Now()), PublicURL: public,
		Companion: x.companion, Code: code, Community: x.community, On: x.plan.On, At: x.plan.At, Where: x.plan.Where,
		Considerations: x.wanted.Considerations, Languages: x.wanted.Languages, Wishes: x.referral.Wishes}
	info, err := s.store.CardOf(code)
	if err != nil {
		return nil, err
	}
	if info != nil && info.Consent.TellCompanion {
		c, err := s.store.OpenCard(info.ID, "accompany")
		if err != nil {
			return nil, err
		}
		b.FirstName, b.Call = c.FirstName, c.Phone
	}
	return print.CompanionBriefing(b)
}

// hostNote prints who comes, for the host, where the citizen said yes to that.
func (s *sheets) hostNote(code referral.Code) {
	s.put(s.app.text("paper.host.file"), "vejviser-"+string(code)+"-2.pdf", func() ([]byte, error) { return s.makeHostNote(code) })
}

func (s *sheets) makeHostNote(code referral.Code) ([]byte, error) {
	x, err := s.agreed(code)
	if err != nil {
		return nil, err
	}
	desk, _, err := s.desk()
	if err != nil {
		return nil, err
	}
	n := print.HostNote{Language: s.lang, Desk: desk, Date: directory.DayOf(time.Now()), Wishes: x.referral.Wishes,
		Companion: x.companion, Community: x.community, On: x.plan.On, At: x.plan.At, Code: code}
	info, err := s.store.CardOf(code)
	if err != nil {
		return nil, err
	}
	if info != nil && info.Consent.TellHost {
		c, err := s.store.OpenCard(info.ID, "host")
		if err != nil {
			return nil, err
		}
		n.FirstName = c.FirstName
	}
	return print.HostCards([]print.HostNote{n})
}

// ambassador prints an ambassador's page.
func (s *sheets) ambassador(x ambassadors.Sheet) {
	s.put(s.app.text("paper.ambassador.file"), "vejviser-ambassador.pdf", func() ([]byte, error) {
		desk, _, err := s.desk()
		if err != nil {
			return nil, err
		}
		p := print.AmbassadorPage{Language: s.lang, Desk: desk, Date: directory.DayOf(time.Now()), Now: time.Now(),
			Ambassador: x.Ambassador, Started: x.Started, Arranged: x.Arranged, CarriedOut: x.CarriedOut, Came: x.Meetings}
		if p.Meetings, err = s.store.Meetings(); err != nil {
			return nil, err
		}
		for _, id := range x.Ambassador.Communities {
			c, err := s.store.Community(id)
			if errors.Is(err, localdb.ErrNotFound) {
				continue // it is not in the directory any more
			}
			if err != nil {
				return nil, err
			}
			p.Carries = append(p.Carries, c)
		}
		return print.AmbassadorSheet(p)
	})
}

// words prints the recovery words, and leaves them in no file.
func (s *sheets) words(words string) {
	s.put(s.app.text("paper.words.file"), "", func() ([]byte, error) { return print.RecoveryWords(words, s.lang) })
}
