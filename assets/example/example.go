// Package example is the municipality that does not exist: Humlekær, with its
// communities, organisers and ambassadors, as people would write about them. It
// is what everybody sees first, and what tests and screens can lean on.
//
// It knows the record types of localdb/directory and its own embedded files. It
// must not know a store, a screen or the clock: the day is passed in, and Fill
// asks no more of a store than the two small interfaces below.
//
// Nobody and nothing in it is real. Towns, housing areas and organisations are
// invented, the postcodes are in nobody's use, the coordinates lie at sea, every
// phone is 00 00 00 00, every address on the web ends in the reserved .example.
//
// The records stand one JSON object a line: communities in one file a theme, and
// organisers, ambassadors and what was done in one each. A record has no id in the file. It gets
// the UUID v5 of its source and source id, the same on every machine; an
// organiser or ambassador is named by a short key in "id", and its UUID is made
// of that. Practice.Onward and Ambassador.Communities name source ids in the
// file, and hold ids once loaded; so do sessions, meetings and volunteers.
//
// Days stand in the files as they are on Base; MoveTo carries them to any other
// day, so that the example is alive whenever it is opened.
package example

import (
	"bufio"
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/go-json-experiment/json"
)

//go:embed communities/*.jsonl *.jsonl
var files embed.FS

// What the municipality is called, and where its desk stands.
const (
	Source       = "example"            // of every record
	Municipality = "Humlekær"           // as records write it
	Desk         = "Skranken"           // the desk of the example
	Organisation = "Humlekær Bibliotek" // whose desk it is
	Lat, Lon     = 56.3602, 11.4008     // degrees, WGS 84: the desk, which is the centre
)

// Communities gives every community as it is on Base, in the order of the
// files, with ids assigned and onward references resolved.
func Communities() ([]*directory.Community, error) {
	names, err := fs.Glob(files, "communities/*.jsonl")
	if err != nil {
		return nil, fmt.Errorf("example: %w", err)
	}
	var out []*directory.Community
	ids := map[string]string{}
	for _, name := range names {
		cs, err := read[directory.Community](name)
		if err != nil {
			return nil, err
		}
		for _, c := range cs {
			c.AssignID()
			if ids[c.SourceID] != "" {
				return nil, fmt.Errorf("example: %s: source id %q stands twice", name, c.SourceID)
			}
			ids[c.SourceID] = c.ID
			out = append(out, c)
		}
	}
	for _, c := range out {
		if c.Practice == nil {
			continue
		}
		if err := resolve(c.Practice.Onward, ids); err != nil {
			return nil, fmt.Errorf("example: %s: %w", c.SourceID, err)
		}
	}
	return out, nil
}

// Organisers gives the organisers, in the order of the file.
func Organisers() ([]directory.Organiser, error) {
	list, err := read[directory.Organiser]("organisers.jsonl")
	if err != nil {
		return nil, err
	}
	out := make([]directory.Organiser, len(list))
	for i, o := range list {
		o.ID = idOf("organiser/" + o.ID)
		out[i] = *o
	}
	return out, nil
}

// Ambassadors gives the ambassadors as they are on Base, in the order of the
// file, with the ids of the communities that they carry.
func Ambassadors() ([]directory.Ambassador, error) {
	ids, err := sourceIDs()
	if err != nil {
		return nil, err
	}
	list, err := read[directory.Ambassador]("ambassadors.jsonl")
	if err != nil {
		return nil, err
	}
	out := make([]directory.Ambassador, len(list))
	for i, a := range list {
		if err := errors.Join(resolve(a.Communities, ids), resolve(a.Started, ids)); err != nil {
			return nil, fmt.Errorf("example: ambassador %s: %w", a.ID, err)
		}
		a.ID = idOf("ambassador/" + a.ID)
		out[i] = *a
	}
	return out, nil
}

// Putter takes the records of an import; *localdb.ImportTx is one.
type Putter interface {
	Put(*directory.Community) error
	PutOrganiser(*directory.Organiser) error
	PutAmbassador(*directory.Ambassador) error
}

// Importer runs an import, all or nothing; *localdb.Store is one.
type Importer[P Putter] interface {
	Import(ctx context.Context, fn func(P) error) error
}

// Fill puts the whole municipality into a store, as it is on a day, and where the
// store takes what people do (Recorder) that as well.
func Fill[P Putter](ctx context.Context, s Importer[P], today directory.Day) error {
	cs, err := Communities()
	if err != nil {
		return err
	}
	os, err := Organisers()
	if err != nil {
		return err
	}
	as, err := Ambassadors()
	if err != nil {
		return err
	}
	MoveTo(today, cs)
	MoveAmbassadorsTo(today, as)
	if err := s.Import(ctx, func(tx P) error {
		for _, c := range cs {
			if err := tx.Put(c); err != nil {
				return fmt.Errorf("example: %s: %w", c.SourceID, err)
			}
		}
		for i := range os {
			if err := tx.PutOrganiser(&os[i]); err != nil {
				return fmt.Errorf("example: organiser %s: %w", os[i].Name, err)
			}
		}
		for i := range as {
			if err := tx.PutAmbassador(&as[i]); err != nil {
				return fmt.Errorf("example: ambassador %s: %w", as[i].Name, err)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if r, ok := any(s).(Recorder); ok {
		return Record(r, today)
	}
	return nil
}

// read parses one embedded file. An error names its file and line.
func read[T any](name string) ([]*T, error) {
	b, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("example: %w", err)
	}
	var out []*T
	lines := bufio.NewScanner(bytes.NewReader(b))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		v := new(T)
		if err := json.Unmarshal(lines.Bytes(), v); err != nil {
			return nil, fmt.Errorf("example: %s:%d: %w", name, n, err)
		}
		out = append(out, v)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("example: %s: %w", name, err)
	}
	return out, nil
}

// resolve turns source ids into ids, in place.
func resolve(refs []string, ids map[string]string) error {
	for i, ref := range refs {
		id, ok := ids[ref]
		if !ok {
			return fmt.Errorf("no community has the source id %q", ref)
		}
		refs[i] = id
	}
	return nil
}

// idOf makes the id of an organiser or ambassador as a community's is made, so
// that it too is the same on every machine.
func idOf(key string) string {
	c := directory.Community{Source: Source, SourceID: key}
	c.AssignID()
	return c.ID
}
