package client

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
)

// maxName is how long the name of a machine may be, in bytes.
const maxName = 120

// Enrol makes a store the device of a hub. The code is an invitation; name is
// what the hub's list calls this machine. The hub is known by the print of its
// key in the invitation, so the secret goes to nobody else. A machine that is
// enrolled already may be enrolled anew, there or elsewhere: what people did goes
// where they enrol it. Errors: ErrAddress, protocol.ErrInvitation, *Error
// (Invitation, OtherHub, …), the store's.
func Enrol(ctx context.Context, o Options, hubURL, code, name string) error {
	o.fill()
	base, err := ParseAddress(hubURL)
	if err != nil {
		return err
	}
	inv, err := protocol.ParseInvitation(code)
	if err != nil {
		return err
	}
	c := newCaller(base, nil, identity{print: inv.Print}, &o)
	defer c.line.CloseIdleConnections()
	m, err := c.meet(ctx)
	if err != nil {
		return otherHub(err)
	}
	c.id = identity{key: m.hub.Key}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(o.Rand, seed); err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	key := ed25519.NewKeyFromSeed(seed)
	req := protocol.Enrol{Code: inv.Secret, Key: key.Public().(ed25519.PublicKey), Name: clean.Line(name, maxName), Program: o.Program}
	req.Proof = ed25519.Sign(key, req.Text())
	yes, err := post[protocol.Enrolled](ctx, c, protocol.PathDevices, "", req)
	if err != nil {
		return meant(err)
	}
	if err := taken(yes, m.hub.Key, req.Key); err != nil {
		return err
	}
	return o.Store.Enrol(localdb.Enrolment{
		Hub: base.String(), HubName: m.hub.Name, HubKey: m.hub.Key, CA: c.line.trusted(),
		Device: yes.Device, Seed: seed, Role: string(yes.Role), Organisation: yes.Organisation,
		Municipalities: yes.Municipalities, PublicURL: yes.PublicURL, At: o.Now().UTC().Truncate(time.Second),
	})
}

// taken looks at the hub's yes.
func taken(yes *protocol.Enrolled, hub, key []byte) error {
	if protocol.Verify(hub, yes.Text(key), yes.Signature) != nil || !bytes.Equal(yes.Hub.Key, hub) {
		return hostile("an enrolment that the hub did not sign")
	}
	if _, err := uuid.Parse(yes.Device); err != nil {
		return hostile("device %q", yes.Device)
	}
	if _, known := families[yes.Role]; !known {
		return problem(Version, "a role %q", yes.Role)
	}
	return nil
}

// otherHub says of "another hub answers" what it means to one who enrols: the
// invitation is from elsewhere, or the address is.
func otherHub(err error) error {
	var e *Error
	if errors.As(err, &e) && errors.Is(err, errOtherKey) {
		return &Error{Problem: OtherHub, Err: e.Err}
	}
	return meant(err)
}

// Config is the file with which an administrator enrols machines without
// touching each: {"hub","code","name"}. Without a name the machine's own is used.
type Config struct {
	Hub  string `json:"hub"`
	Code string `json:"code"`
	Name string `json:"name,omitzero"`
}

// ReadConfig reads such a file. A byte order mark, which editors on Windows
// leave, does no harm. Errors: the file system's, and those of JSON with the path.
func ReadConfig(path string) (Config, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return Config{}, err
	}
	var c Config
	if err := json.Unmarshal(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), &c, json.RejectUnknownMembers(true)); err != nil {
		return Config{}, &ConfigError{path, err}
	}
	if c.Hub == "" || c.Code == "" {
		return Config{}, &ConfigError{path, errors.New("it needs hub and code")}
	}
	return c, nil
}

// ConfigError says that a file is not a Config.
type ConfigError struct {
	Path string
	Err  error
}

func (e *ConfigError) Error() string { return "sync: " + e.Path + ": " + e.Err.Error() }
func (e *ConfigError) Unwrap() error { return e.Err }

// MachineName is what a machine is called in the hub's list where nobody gave it
// a name: the operating system's, without a domain.
func MachineName() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	name, _, _ = strings.Cut(name, ".")
	return name
}
