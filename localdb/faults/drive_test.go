package faults_test

import (
	"bufio"
	"context"
	crand "crypto/rand"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func init() { children["drive"] = drive }

// Words between driver and ledger, one line each, the parts parted by tabs. The
// second part is when it was said, so that nothing counts that was said after
// the power had gone.
const (
	saysOpen    = "open"   // the store is open
	saysBegin   = "?"      // an act begins: kind, id, value
	saysDone    = "!"      // it was acknowledged
	saysRefused = "-"      // it was refused: kind, id, value, message key, error
	saysFailed  = "failed" // the store could not be opened, or not closed: what, message key, error
	saysClosed  = "closed" // it was closed in good order
	kindRefer   = "referral"
	kindEvent   = "event"
	kindSuggest = "suggestion"
	kindGap     = "gap"
	kindSetting = "setting"
	kindImport  = "import"
	kindDraft   = "draft"
	kindEdit    = "edit"
)

// sizeEnv tells a driver how many communities each import brings; fewCommunities
// where it says nothing.
const (
	sizeEnv        = "FAULTS_COMMUNITIES"
	fewCommunities = 200
)

// say writes one line; a pipe takes it whole.
func say(word string, parts ...string) {
	now := strconv.FormatInt(time.Now().UnixNano(), 10)
	fmt.Println(strings.Join(append([]string{word, now}, parts...), "\t"))
}

// drive opens the store in args[0] and acts on it as fast as it can, in several
// places at once, saying what begins and what was acknowledged. args[1] seeds
// what it does and args[2] numbers its imports. It closes the store when its
// input ends or it is asked to end, with acts under way.
func drive(args []string) {
	seed, err := strconv.ParseUint(args[1], 10, 64)
	must(err)
	firstImport, err := strconv.Atoi(args[2])
	must(err)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	s, err := localdb.Open(ctx, localdb.Options{Dir: args[0], Create: true})
	if err != nil {
		say(saysFailed, "open", localdb.MessageKey(err), err.Error())
		os.Exit(1)
	}
	say(saysOpen)
	d := &driver{s: s, imports: firstImport, size: fewCommunities}
	if n := os.Getenv(sizeEnv); n != "" {
		d.size, err = strconv.Atoi(n)
		must(err)
	}
	var wg sync.WaitGroup
	for i, work := range []func(*rand.Rand) error{d.refer, d.refer, d.note, d.importing} {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		wg.Go(func() {
			for {
				if err := work(r); errors.Is(err, localdb.ErrClosed) {
					return
				} else if err != nil {
					time.Sleep(time.Millisecond) // a full disk is not asked a million times
				}
			}
		})
	}
	ended := make(chan struct{})
	go func() {
		_, _ = bufio.NewReader(os.Stdin).ReadByte()
		close(ended)
	}()
	select {
	case <-ended:
	case <-ctx.Done():
	}
	err = s.Close()
	wg.Wait()
	if err != nil {
		say(saysFailed, "close", localdb.MessageKey(err), err.Error())
		os.Exit(1)
	}
	say(saysClosed)
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
}

// driver is who sits at the desk.
type driver struct {
	s       *localdb.Store
	imports int
	size    int                  // communities in an import
	edited  *directory.Community // as it was last recorded
}

// act does one act and says so. detail is what must be there afterwards.
func act(kind, id, value string, do func() error) error {
	say(saysBegin, kind, id, value)
	err := do()
	if err != nil {
		say(saysRefused, kind, id, value, localdb.MessageKey(err), strings.ReplaceAll(err.Error(), "\n", " "))
		return err
	}
	say(saysDone, kind, id, value)
	return nil
}

// refer shows somebody the way, and sometimes hears how it went.
func (d *driver) refer(r *rand.Rand) error {
	code, err := referral.Draw(crand.Reader)
	if err != nil {
		return err
	}
	ref := referral.Referral{
		ID: newID(), Code: code, At: directory.DayOf(time.Now()), Depth: referral.Guided, Origin: referral.AskedFor,
		ShownBy: referral.ByProfessional, Communities: []string{uuid.NewString()}, Organisation: "Bibliotek",
	}
	if r.IntN(4) == 0 {
		ref.Depth = referral.Accompanied
	}
	if err := act(kindRefer, string(code), ref.ID, func() error { return d.s.RecordReferral(ref) }); err != nil {
		return err
	}
	for _, kind := range []referral.Kind{referral.Welcomed, referral.StillComing} {
		if r.IntN(3) > 0 {
			continue
		}
		e := referral.Event{ID: newID(), Code: code, Referral: ref.ID, Kind: kind, On: ref.At}
		if err := act(kindEvent, e.ID, string(code), func() error { return d.s.RecordEvent(e) }); err != nil {
			return err
		}
	}
	return nil
}

// note does one of the smaller acts.
func (d *driver) note(r *rand.Rand) error {
	word := letters(r)
	switch r.IntN(5) {
	case 0:
		g := localdb.Suggestion{ID: newID(), Community: uuid.NewString(), Text: "Der er flyttet til " + word}
		return act(kindSuggest, g.ID, g.Text, func() error { return d.s.Suggest(g) })
	case 1:
		g := match.Gap{Wishes: []string{"price:free", "topic"}, Area: word}
		return act(kindGap, word, "", func() error { return d.s.RecordGap(g) })
	case 2:
		key := settings[r.IntN(len(settings))]
		return act(kindSetting, key, word, func() error { return d.s.SetSetting(key, word) })
	case 3:
		return d.edit(r, word)
	default:
		dr := localdb.Draft{Communities: []string{uuid.NewString()}, Layout: "a4", Language: word}
		return act(kindDraft, "draft", word, func() error { return d.s.SaveDraft(dr) })
	}
}

// edit writes up a community by hand, or changes the one that was.
func (d *driver) edit(r *rand.Rand, word string) error {
	before := d.edited
	if before != nil && r.IntN(3) == 0 {
		before = nil
	}
	after := &directory.Community{ID: newID(), Name: "Strikkeklubben " + word}
	if before != nil {
		c := *before
		after = &c
	}
	after.Summary = word
	err := act(kindEdit, after.ID, word, func() error { return d.s.EditCommunity(before, after) })
	if err == nil {
		d.edited = after
	}
	return err
}

// settings are the keys of the settings that are made.
var settings = []string{localdb.SettingDesk, localdb.SettingPrinter, "own.one", "own.two"}

// importing makes the whole directory another one: each community says which
// import it came from.
func (d *driver) importing(r *rand.Rand) error {
	time.Sleep(time.Duration(r.IntN(60)) * time.Millisecond)
	d.imports++
	mark := importMark(d.imports)
	return act(kindImport, "directory", mark, func() error {
		return d.s.Import(context.Background(), func(tx *localdb.ImportTx) error {
			for i := range d.size {
				c := &directory.Community{Source: "rig", SourceID: strconv.Itoa(i), Name: "Gåklubben nr. " + strconv.Itoa(i),
					Summary: mark, Kind: directory.KindVoluntary, Schedule: []directory.Slot{{Weekday: 1 + i%7, From: "10:00", To: "11:30"}}}
				if err := tx.Put(c); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func importMark(n int) string { return "import nr. " + strconv.Itoa(n) }

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// letters draws a word that no rule takes for a number or a name.
func letters(r *rand.Rand) string {
	b := make([]byte, 14)
	for i := range b {
		b[i] = byte('a' + r.IntN(26))
	}
	return string(b)
}
