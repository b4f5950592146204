package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/client"
	"github.com/faellesskabsby/vejviser/sync/hub"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/google/uuid"
)

// device enrols a real machine at a hub that serves.
func (p *place) device(url, role string) (*localdb.Store, *client.Client, string) {
	p.t.Helper()
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: filepath.Join(p.t.TempDir(), "pc"), Create: true})
	if err != nil {
		p.t.Fatal(err)
	}
	code := strings.TrimSpace(p.ok("invite", "--role", role, "--organisation", "Lindeby Bibliotek"))
	if err := client.Enrol(context.Background(), client.Options{Store: s}, url, code, "Skranke"); err != nil {
		p.t.Fatal(err)
	}
	c, err := client.New(client.Options{Store: s})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		c.Close()
		if err := s.Close(); err != nil {
			p.t.Error(err)
		}
	})
	e, err := s.Enrolment()
	if err != nil {
		p.t.Fatal(err)
	}
	return s, c, e.Device
}

// An administrator erases what a citizen asks for, gives a machine another work, and
// takes in what a machine left: beside the running hub, with one command each.
func TestAnAdministratorErasesChangesARoleAndRescues(t *testing.T) {
	p := newPlace(t)
	url, _ := p.serve("--listen", "127.0.0.1:0", "--lease", "20")
	s, c, id := p.device(url, "desk")
	ctx := context.Background()
	code := referral.Code("K7M4-QXR")
	for _, r := range "23456789ABCDEFGHJKMNPQRSTUVWXYZ" {
		if x := code + referral.Code(r); x.Valid() {
			code = x
			break
		}
	}
	r := referral.Referral{ID: uuid.NewString(), Code: code, At: directory.DayOf(time.Now()), Organisation: "Lindeby Bibliotek", Depth: referral.Guided, Communities: []string{uuid.NewString()}}
	if err := s.RecordReferral(r); err != nil {
		t.Fatal(err)
	}
	if err := s.KeepCard(card.Card{Info: card.Info{Code: code, Consent: card.Consent{Text: "1", Language: "da", How: "spoken"}}, FirstName: "Anna"}); err != nil {
		t.Fatal(err)
	}
	if err := c.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if l, err := s.Lease(); err != nil || l.Days != 20 {
		t.Errorf("%+v %v", l, err)
	}
	for _, args := range [][]string{{"erase"}, {"erase", "--code", string(code), "--card", "x"}, {"erase", "--code", "AAAA-AAAA"}, {"role", id}} {
		if code, _, errs := p.run(args...); code != 2 || errs == "" {
			t.Errorf("%v: %d %q", args, code, errs)
		}
	}
	var got map[string]int
	if err := json.Unmarshal([]byte(p.ok("erase", "--code", strings.ToLower(string(code)), "--json")), &got); err != nil || got["erased"] != 1 || got["unmet_devices"] != 1 {
		t.Error(got, err)
	}
	if out := p.ok("devices"); !strings.Contains(out, "mangler 1 sletning") {
		t.Error(out)
	}
	if code, _, errs := p.run("erase", "--code", string(code)); code != 1 || !strings.Contains(errs, "slettet") {
		t.Error(code, errs)
	}
	if err := c.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if i, err := s.CardOf(code); err != nil || i != nil {
		t.Error("the card is here:", i, err)
	}
	if code, _, errs := p.run("role", id, "boss"); code != 1 || errs == "" {
		t.Error(code, errs)
	}
	p.ok("role", id[:13], "guide")
	if err := c.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if e, err := s.Enrolment(); err != nil || e.Role != "guide" {
		t.Errorf("%+v %v", e, err)
	}
	if err := s.RecordEvent(referral.Event{ID: uuid.NewString(), Code: code, Kind: referral.Welcomed, On: r.At}); err != nil {
		t.Fatal(err)
	}
	p.ok("revoke", id)
	var gone *client.RevokedError
	if err := c.Sync(ctx, nil); !errors.As(err, &gone) || gone.Rescue == "" {
		t.Fatal(err)
	}
	if _, err := os.Stat(gone.Rescue); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"taken":1`, `"known":1`} {
		if out := p.ok("import", "--rescue", gone.Rescue, "--json"); !strings.Contains(out, want) {
			t.Error(out)
		}
	}
	if code, _, errs := p.run("import", "--rescue", p.file("x", "no rescue")); code != 1 || !strings.Contains(errs, "redningsfil") {
		t.Error(code, errs)
	}
}

// Who starts a hub in the wrong folder is told that it is a new one; who hands a code
// on sees what it is for; and a certificate that runs out is told of in time.
func TestANewHubAnInvitationAndACertificateSayWhatTheyAre(t *testing.T) {
	p := newPlace(t)
	_, _, errs := p.run("status")
	if !strings.Contains(errs, "En ny er lavet") || !strings.Contains(errs, p.dir) {
		t.Error(errs)
	}
	if _, _, errs = p.run("status"); strings.Contains(errs, "En ny er lavet") {
		t.Error("said again:", errs)
	}
	if _, _, errs = p.run("invite", "--role", "desk", "--organisation", "Bibliotek"); !strings.Contains(errs, "Kommuner: alle") || !strings.Contains(errs, "kører ikke") {
		t.Error(errs)
	}
	p.serve("--listen", "0.0.0.0:0", "--public-url", "https://hub.lindeby.example")
	if _, _, errs = p.run("invite", "--role", "desk", "--organisation", "Bibliotek", "--municipality", "Lindeby"); !strings.Contains(errs, "Kommuner: Lindeby") || !strings.Contains(errs, "https://hub.lindeby.example") {
		t.Error(errs)
	}
	p.ok("backup", "--out", filepath.Join(t.TempDir(), "copy"))
	if _, _, errs = p.run("status"); !strings.Contains(errs, "læst igen") || !strings.Contains(errs, "Certifikatet gælder til") {
		t.Error(errs)
	}
	var said strings.Builder
	soon := p.program(&said, &said, "da")
	c := &certificate{cert: filepath.Join(p.dir, "certificate.pem"), key: filepath.Join(p.dir, "certificate.key")}
	until := c.until()
	soon.now = func() time.Time { return until.Add(-29 * 24 * time.Hour) }
	if code := soon.run(context.Background(), []string{"--data", p.dir, "status"}); code != 0 || !strings.Contains(said.String(), "Certifikatet udløber") {
		t.Error(code, said.String())
	}
}

// What a hub did not take of a rescue file is said in words: no code of the wire
// reaches a person.
func TestWhatARescueFileHeldAndWasRefusedIsSaidInWords(t *testing.T) {
	for _, lang := range []string{"da", "en"} {
		p := &program{say: say.In(lang)}
		said := map[string]bool{}
		for _, code := range []string{protocol.RefusedRole, protocol.RefusedCPR, protocol.RefusedMalformed, protocol.RefusedSignature,
			protocol.RefusedUnknown, protocol.RefusedGone, protocol.RefusedTaken, protocol.RefusedPoison, "of another day"} {
			why := p.whyRefused(hub.RescueRefuse{Code: code, Field: "delete_by"})
			if said[why] || strings.Contains(why, "insync") || strings.Contains(why, "delete_by") {
				t.Errorf("%s, %s: %q", lang, code, why)
			}
			said[why] = true
		}
		if why := p.whyRefused(hub.RescueRefuse{Code: protocol.RefusedGone, Field: "key"}); said[why] {
			t.Errorf("%s: %q", lang, why)
		}
		for _, kind := range []string{protocol.OpReferral, protocol.OpEvent, protocol.OpSuggestion, protocol.OpGap, protocol.OpEdit,
			protocol.OpResolve, protocol.OpClose, protocol.OpCard, protocol.OpErase, protocol.OpLook, "other"} {
			if !p.say.Has("hub.rescue_kind." + kind) {
				t.Errorf("%s: no words for %s", lang, kind)
			}
		}
	}
}
