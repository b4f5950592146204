package protocol

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/go-json-experiment/json"
)

// ErrSignature says that something was not signed by whom it should be.
var ErrSignature = errors.New("protocol: the signature does not fit")

// SignedText is what is signed: a fixed first line, what it is for, and each
// part with its length, so that no two lists of parts give one text.
func SignedText(what string, parts ...string) []byte {
	var b strings.Builder
	b.WriteString("vejviser sync 1\n" + what + "\n")
	for _, p := range parts {
		b.WriteString(strconv.Itoa(len(p)) + ":" + p + "\n")
	}
	return []byte(b.String())
}

// Verify holds a signature against a text.
func Verify(key, text, signature []byte) error {
	if len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, text, signature) {
		return ErrSignature
	}
	return nil
}

// Base64 is how bytes stand in a signed text.
func Base64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// Text is what the hub signs in answer to a nonce.
func (h *Hub) Text(nonce string) []byte {
	return SignedText("hub", nonce, Base64(h.Key), h.Name, string(h.CA))
}

// Text is what a machine signs that wants to become a device.
func (e *Enrol) Text() []byte { return SignedText("enrol", e.Code, Base64(e.Key), e.Name) }

// Text is what the hub signs when it took in the device with this key.
func (e *Enrolled) Text(key []byte) []byte { return SignedText("enrolled", e.Device, Base64(key)) }

// Text is what a device signs to get a session at the hub of this name.
func (r *SessionRequest) Text(hub string) []byte {
	return SignedText("session", r.Nonce, r.Device, r.Program, hub)
}

// Text is what the hub signs of a device that may no longer be one.
func (r *Revoked) Text() []byte {
	return SignedText("revoked", r.Device, r.At.UTC().Format(time.RFC3339))
}

// Text is what the device signs of an operation. Body counts byte by byte, as it
// stands in the push.
func (o *Op) Text(device string) []byte {
	body := sha256.Sum256(o.Body)
	return SignedText("op", device, strconv.FormatUint(o.Counter, 10), o.ID, o.Kind, strconv.Itoa(o.V),
		o.At.UTC().Format(time.RFC3339Nano), hex.EncodeToString(body[:]))
}

// OpPrint names an operation by its id, in 16 hexadecimal digits.
func OpPrint(id string) string {
	h := sha256.Sum256([]byte(id))
	return hex.EncodeToString(h[:8])
}

// Text is what the hub signs of a manifest.
func (m Manifest) Text() ([]byte, error) {
	m.Signature = nil
	b, err := json.Marshal(m, json.Deterministic(true))
	if err != nil {
		return nil, err
	}
	return SignedText("manifest", string(b)), nil
}

// FeedsPrint names a set of feeds in a request, in 16 hexadecimal digits.
func FeedsPrint(feeds []record.Feed) string {
	var all []string
	for _, f := range feeds {
		all = append(all, string(f))
	}
	slices.Sort(all)
	h := sha256.Sum256([]byte(strings.Join(slices.Compact(all), "\n")))
	return hex.EncodeToString(h[:8])
}

// FormatPosition and ParsePosition write and read epoch:seq.
func FormatPosition(p record.Position) string {
	return strconv.FormatUint(p.Epoch, 10) + ":" + strconv.FormatUint(p.Seq, 10)
}

// ParsePosition reads epoch:seq.
func ParsePosition(s string) (p record.Position, err error) {
	e, q, ok := strings.Cut(s, ":")
	if p.Epoch, err = strconv.ParseUint(e, 10, 64); err == nil {
		p.Seq, err = strconv.ParseUint(q, 10, 64)
	}
	if !ok || err != nil {
		return record.Position{}, fmt.Errorf("protocol: %q is not a position", s)
	}
	return p, nil
}
