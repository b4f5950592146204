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
	"github.com/faellesskabsby/vejviser/ui/papers"
	"github.com/faellesskabsby/vejviser/ui/print"
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

// briefing prints the companion's sheet. The citizen's name and phone are on it
// where they said yes to that, and that they were looked up is noted.
func (s *sheets) briefing(code referral.Code) {
	s.put(s.app.text("paper.briefing.file"), "vejviser-"+string(code)+"-1.pdf", func() ([]byte, error) { return s.makeBriefing(code) })
}

func (s *sheets) makeBriefing(code referral.Code) ([]byte, error) {
	b, err := papers.Briefing(s.store, code, s.lang, directory.DayOf(time.Now()))
	if err != nil {
		return nil, err
	}
	return print.CompanionBriefing(b)
}

// hostNote prints who comes, for the host, where the citizen said yes to that.
func (s *sheets) hostNote(code referral.Code) {
	s.put(s.app.text("paper.host.file"), "vejviser-"+string(code)+"-2.pdf", func() ([]byte, error) { return s.makeHostNote(code) })
}

func (s *sheets) makeHostNote(code referral.Code) ([]byte, error) {
	n, err := papers.HostNote(s.store, code, s.lang, directory.DayOf(time.Now()))
	if err != nil {
		return nil, err
	}
	return print.HostCards([]print.HostNote{n})
}

// ambassador prints an ambassador's page.
func (s *sheets) ambassador(x ambassadors.Sheet) {
	s.put(s.app.text("paper.ambassador.file"), "vejviser-ambassador.pdf", func() ([]byte, error) {
		p, err := papers.Ambassador(s.store, x.Ambassador, s.lang, time.Now())
		if err != nil {
			return nil, err
		}
		p.Arranged, p.CarriedOut, p.Came = x.Arranged, x.CarriedOut, x.Meetings
		return print.AmbassadorSheet(p)
	})
}

// words prints the recovery words, and leaves them in no file.
func (s *sheets) words(words string) {
	s.put(s.app.text("paper.words.file"), "", func() ([]byte, error) { return print.RecoveryWords(words, s.lang) })
}
