package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/ui/kiosk"
	"github.com/faellesskabsby/vejviser/ui/printer"
	"github.com/faellesskabsby/vejviser/ui/voice"
)

// kioskPaper is the one printer that staff have chosen. It never falls back on the
// system's own: that may stand anywhere.
type kioskPaper struct{ store *localdb.Store }

// Printers implements kiosk.Paper.
func (p *kioskPaper) Printers(ctx context.Context) ([]string, error) {
	names, _, err := printer.Printers(ctx)
	if errors.Is(err, printer.ErrNotAvailable) {
		return nil, nil
	}
	return names, err
}

// Print implements kiosk.Paper.
func (p *kioskPaper) Print(ctx context.Context, pdf []byte, title string, copies int, state func(kiosk.PrintState)) error {
	queue, err := p.store.Setting(localdb.SettingPrinter)
	if err != nil {
		return err
	}
	if queue == "" {
		return kiosk.ErrNoPrinter
	}
	path, remove, err := printer.Spool(pdf)
	if err != nil {
		return err
	}
	job, err := printer.Print(ctx, queue, path, title, printer.Media("A4"), printer.Copies(copies))
	if err = errors.Join(err, remove()); err != nil {
		return err
	}
	state(kiosk.PrintSent)
	switch last := job.Follow(ctx, func(printer.State) {}); last.Stage {
	case printer.Printed:
		state(kiosk.PrintDone)
	default:
		state(kiosk.PrintFailed)
	}
	return nil
}

// systemVoice is the system's own voice, nil where it has none.
func systemVoice() kiosk.Voice {
	v, err := voice.Find()
	if err != nil {
		if !errors.Is(err, voice.ErrNone) {
			fmt.Fprintln(os.Stderr, "vejviser: "+translations.For(translations.Default).T("kioskstaff.voice_failed"))
		}
		return nil
	}
	return v
}
