package hub

import (
	"context"
	"slices"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// What a device may know is a value of one of the types below, made from its
// role and from nothing that it sends. Every byte of records that leaves the hub
// for a device goes through a stream of one of them; a kiosk's has one member,
// of a type that can read the directory's family and no other, so that no
// mistake in a filter can give it a case (findings/reliability §3.2).

// stream reads one family. The family is the stream's own: it is never a parameter.
type stream interface {
	feeds() []record.Feed
	after(ctx context.Context, s *localdb.Store, seq uint64, limit int) ([]record.Record, error)
	each(ctx context.Context, s *localdb.Store, f record.Feed, fn func(record.Record) error) error
	digests(ctx context.Context, s *localdb.Store, f record.Feed) (record.Digests, record.Position, error)
	extent() extent
}

// extent is how much of a record a stream lets be seen. Whatever is kept of a feed
// (a manifest, its chunks) is kept by extent, and is found by no stream of another.
type extent string

const (
	whole  extent = "whole"
	public extent = "public" // without what is confidential: see localdb.Public
)

// PublicDirectory is the directory for everybody: of some areas or of all, never
// with the address of a confidential place.
type PublicDirectory struct{ tokens }

// WholeDirectory is the directory for those who keep it, confidential places
// included. It has the same feeds as PublicDirectory, and other bytes.
type WholeDirectory struct{ tokens }

// StaffFeed is what helpers at desks know of one another: ambassadors.
type StaffFeed struct{ tokens }

// CaseFeed is referrals, their events and contact cards, and sessions of practice
// grounds: an organisation's own, or an area's.
type CaseFeed struct{ tokens }

// OwnCaseFeed is the same of one organisation, for its desks: in what it gives, no
// other organisation is named.
type OwnCaseFeed struct{ tokens }

// TipFeed is what those who keep the directory are told.
type TipFeed struct{ tokens }

// ProgressFeed is how organisations come along: self-checks and agreements.
type ProgressFeed struct{ tokens }

// holdings is what one device may know: Kiosk, Desk, Guide or Coordinator.
type holdings interface {
	streams() []stream
	figures() bool
}

// Kiosk, Desk, Guide and Coordinator hold what their role may know.
type (
	Kiosk struct{ Directory PublicDirectory }
	Desk  struct {
		Directory PublicDirectory
		Staff     StaffFeed
		Cases     OwnCaseFeed
		Progress  ProgressFeed
	}
	Guide struct {
		Directory WholeDirectory
		Staff     StaffFeed
		Cases     CaseFeed
		Tips      TipFeed
		Progress  ProgressFeed
	}
	Coordinator struct {
		Directory PublicDirectory
		Progress  ProgressFeed
	}
)

func (k Kiosk) streams() []stream { return []stream{k.Directory} }
func (d Desk) streams() []stream  { return []stream{d.Directory, d.Staff, d.Cases, d.Progress} }
func (g Guide) streams() []stream {
	return []stream{g.Directory, g.Staff, g.Cases, g.Tips, g.Progress}
}
func (c Coordinator) streams() []stream { return []stream{c.Directory, c.Progress} }

func (Kiosk) figures() bool       { return false }
func (Desk) figures() bool        { return false }
func (Guide) figures() bool       { return false }
func (Coordinator) figures() bool { return true }

// holdingsOf gives what a device may know; nil for a role that is not known.
func holdingsOf(d *deviceBody) holdings {
	areas := areasOf(d.Municipalities)
	wide := areas // what names no area concerns everybody
	if len(areas) > 0 {
		wide = append(slices.Clone(areas), record.Nowhere)
	}
	switch d.Role {
	case protocol.Kiosk:
		return Kiosk{PublicDirectory{wide}}
	case protocol.Desk:
		own := tokens{record.Organisation(d.Organisation)}
		return Desk{PublicDirectory{wide}, StaffFeed{}, OwnCaseFeed{own}, ProgressFeed{own}}
	case protocol.Guide:
		return Guide{WholeDirectory{wide}, StaffFeed{}, CaseFeed{areas}, TipFeed{wide}, ProgressFeed{areas}}
	case protocol.Coordinator:
		return Coordinator{PublicDirectory{wide}, ProgressFeed{areas}}
	}
	return nil
}

func areasOf(municipalities []string) tokens {
	var out tokens
	for _, m := range municipalities {
		if a := record.Area(m); a != record.Nowhere && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	slices.Sort(out)
	return out
}

// feedsOf lists the feeds of a device.
func feedsOf(h holdings) []record.Feed {
	var out []record.Feed
	for _, s := range h.streams() {
		out = append(out, s.feeds()...)
	}
	return out
}

// streamOf gives the stream that a feed belongs to, or nil where the device has
// no such feed.
func streamOf(h holdings, f record.Feed) stream {
	for _, s := range h.streams() {
		if slices.Contains(s.feeds(), f) {
			return s
		}
	}
	return nil
}

// tokens narrow a stream; none is all of the family.
type tokens []string

func (t tokens) of(f record.Family) []record.Feed {
	if len(t) == 0 {
		return []record.Feed{record.FeedOf(f, "")}
	}
	var out []record.Feed
	for _, token := range t {
		out = append(out, record.FeedOf(f, token))
	}
	return out
}

func (d PublicDirectory) feeds() []record.Feed { return d.of(record.Directory) }
func (d WholeDirectory) feeds() []record.Feed  { return d.of(record.Directory) }
func (s StaffFeed) feeds() []record.Feed       { return s.of(record.Staff) }
func (c CaseFeed) feeds() []record.Feed        { return c.of(record.Cases) }
func (c OwnCaseFeed) feeds() []record.Feed     { return c.of(record.Cases) }
func (t TipFeed) feeds() []record.Feed         { return t.of(record.Tips) }
func (p ProgressFeed) feeds() []record.Feed    { return p.of(record.Progress) }

func (PublicDirectory) extent() extent { return public }
func (WholeDirectory) extent() extent  { return whole }
func (StaffFeed) extent() extent       { return whole }
func (CaseFeed) extent() extent        { return whole }
func (OwnCaseFeed) extent() extent     { return whole }
func (TipFeed) extent() extent         { return whole }
func (ProgressFeed) extent() extent    { return whole }

func (PublicDirectory) digests(ctx context.Context, s *localdb.Store, f record.Feed) (record.Digests, record.Position, error) {
	return s.PublicDigests(ctx, f)
}
func (WholeDirectory) digests(ctx context.Context, s *localdb.Store, f record.Feed) (record.Digests, record.Position, error) {
	return s.Digests(ctx, f)
}
func (StaffFeed) digests(ctx context.Context, s *localdb.Store, f record.Feed) (record.Digests, record.Position, error) {
	return s.Digests(ctx, f)
}
func (CaseFeed) digests(ctx context.Context, s *localdb.Store, f record.Feed) (record.Digests, record.Position, error) {
	return s.Digests(ctx, f)
}
func (OwnCaseFeed) digests(ctx context.Context, s *localdb.Store, f record.Feed) (record.Digests, record.Position, error) {
	return s.Digests(ctx, f)
}
func (TipFeed) digests(ctx context.Context, s *localdb.Store, f record.Feed) (record.Digests, record.Position, error) {
	return s.Digests(ctx, f)
}
func (ProgressFeed) digests(ctx context.Context, s *localdb.Store, f record.Feed) (record.Digests, record.Position, error) {
	return s.Digests(ctx, f)
}

// after gives a community that must not be seen at all as one that is gone.
func (d PublicDirectory) after(ctx context.Context, s *localdb.Store, seq uint64, limit int) ([]record.Record, error) {
	rs, err := readAfter(ctx, s, record.Directory, seq, limit)
	for i := range rs {
		if p, ok := localdb.Public(rs[i]); ok {
			rs[i] = p
		} else {
			rs[i].Deleted, rs[i].Body = true, nil
		}
	}
	return rs, err
}
func (d WholeDirectory) after(ctx context.Context, s *localdb.Store, seq uint64, limit int) ([]record.Record, error) {
	return readAfter(ctx, s, record.Directory, seq, limit)
}
func (f StaffFeed) after(ctx context.Context, s *localdb.Store, seq uint64, limit int) ([]record.Record, error) {
	return readAfter(ctx, s, record.Staff, seq, limit)
}
func (c CaseFeed) after(ctx context.Context, s *localdb.Store, seq uint64, limit int) ([]record.Record, error) {
	return readAfter(ctx, s, record.Cases, seq, limit)
}
func (c OwnCaseFeed) after(ctx context.Context, s *localdb.Store, seq uint64, limit int) ([]record.Record, error) {
	return readAfter(ctx, s, record.Cases, seq, limit)
}
func (t TipFeed) after(ctx context.Context, s *localdb.Store, seq uint64, limit int) ([]record.Record, error) {
	return readAfter(ctx, s, record.Tips, seq, limit)
}
func (p ProgressFeed) after(ctx context.Context, s *localdb.Store, seq uint64, limit int) ([]record.Record, error) {
	return readAfter(ctx, s, record.Progress, seq, limit)
}

func (d PublicDirectory) each(ctx context.Context, s *localdb.Store, f record.Feed, fn func(record.Record) error) error {
	return readEach(ctx, s, record.Directory, f, func(r record.Record) error {
		if p, ok := localdb.Public(r); ok {
			return fn(p)
		}
		return nil
	})
}
func (d WholeDirectory) each(ctx context.Context, s *localdb.Store, f record.Feed, fn func(record.Record) error) error {
	return readEach(ctx, s, record.Directory, f, fn)
}
func (v StaffFeed) each(ctx context.Context, s *localdb.Store, f record.Feed, fn func(record.Record) error) error {
	return readEach(ctx, s, record.Staff, f, fn)
}
func (c CaseFeed) each(ctx context.Context, s *localdb.Store, f record.Feed, fn func(record.Record) error) error {
	return readEach(ctx, s, record.Cases, f, fn)
}
func (c OwnCaseFeed) each(ctx context.Context, s *localdb.Store, f record.Feed, fn func(record.Record) error) error {
	return readEach(ctx, s, record.Cases, f, fn)
}
func (t TipFeed) each(ctx context.Context, s *localdb.Store, f record.Feed, fn func(record.Record) error) error {
	return readEach(ctx, s, record.Tips, f, fn)
}
func (p ProgressFeed) each(ctx context.Context, s *localdb.Store, f record.Feed, fn func(record.Record) error) error {
	return readEach(ctx, s, record.Progress, f, fn)
}

// readAfter reads a family in order. What is not of it is dropped, whatever the
// store says.
func readAfter(ctx context.Context, s *localdb.Store, f record.Family, seq uint64, limit int) ([]record.Record, error) {
	rs, err := s.After(ctx, f, seq, limit)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rs, func(r record.Record) bool { return r.Kind.Family() != f }), nil
}

func readEach(ctx context.Context, s *localdb.Store, family record.Family, f record.Feed, fn func(record.Record) error) error {
	return s.EachRecord(ctx, f, func(r record.Record) error {
		if r.Kind.Family() != family || !f.Has(r.Kind, r.In) {
			return nil
		}
		return fn(f.Given(outgoing(r)))
	})
}

// outgoing is a record as devices get it: where it was before, and who set which
// member, is the hub's own. Of the directory, which every kiosk has, nobody learns
// which device changed it, or when; those who keep it get the same, so that the bytes
// are the same.
func outgoing(r record.Record) record.Record {
	r.Left, r.Unknown = nil, nil
	if r.Kind.Family() == record.Directory {
		r.Device, r.Op, r.At = "", "", time.Time{}
	}
	return r
}
