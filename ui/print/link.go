package print

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// PageKey is the short name of a community's public page: directory.PageKey.
func PageKey(id string) string { return directory.PageKey(id) }

// PageAddress is the address of a community's public page as a sheet prints it
// and its QR code holds it: upper case, so that the code stays small. It is ""
// where the public address is none that a phone could open.
func PageAddress(publicURL, id string) string {
	scheme, rest := pageAddress(publicURL, id)
	if rest == "" {
		return ""
	}
	return strings.ToUpper(scheme + rest)
}

// runningAddress is the same address for people alone, away from the code: no
// scheme, the host in small letters, the path as it is.
func runningAddress(publicURL, id string) string {
	_, rest := pageAddress(publicURL, id)
	return rest
}

// pageAddress is the address of a community's public page in two parts, as in
// "https://" and "vejviser.example.dk/F/K7M4QXR9AB"; both "" where there is none.
func pageAddress(publicURL, id string) (scheme, rest string) {
	u, err := url.Parse(strings.TrimSpace(publicURL))
	if err != nil || u.Host == "" || id == "" || (!strings.EqualFold(u.Scheme, "https") && !strings.EqualFold(u.Scheme, "http")) {
		return "", ""
	}
	host, err := idna.Lookup.ToASCII(u.Hostname()) // "ringstedsø.dk" as phones look it up
	if err != nil {
		return "", ""
	}
	if p := u.Port(); p != "" {
		host += ":" + p
	}
	scheme = u.Scheme + "://"
	rest = strings.ToLower(host) + strings.TrimRight(u.EscapedPath(), "/") + "/F/" + PageKey(id)
	if len(scheme+rest) > 120 || strings.ContainsFunc(rest, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", ""
	}
	return scheme, rest
}

// calendarEntry is the smallest calendar entry that phones read from a QR code
// (RFC 5545): ASCII only, because readers guess at anything else, and in UTC, so
// that it needs no time zone table. place may be "".
func calendarEntry(name string, o directory.Occurrence, place string) string {
	var b strings.Builder
	b.WriteString("BEGIN:VEVENT\r\nSUMMARY:" + icsText(name, 40) + "\r\n")
	if o.HasTime {
		const utc = "20060102T150405Z"
		b.WriteString("DTSTART:" + o.Start.UTC().Format(utc) + "\r\n")
		if o.HasEnd && o.End.After(o.Start) {
			b.WriteString("DTEND:" + o.End.UTC().Format(utc) + "\r\n")
		}
	} else {
		b.WriteString("DTSTART;VALUE=DATE:" + o.Start.In(directory.Copenhagen).Format("20060102") + "\r\n")
	}
	if l := icsText(place, 60); l != "" {
		b.WriteString("LOCATION:" + l + "\r\n")
	}
	b.WriteString("END:VEVENT")
	return b.String()
}

// icsText is text for a calendar entry: ASCII, at most max letters, escaped.
func icsText(s string, max int) string {
	a := ascii(s)
	if len(a) > max {
		a = strings.TrimSpace(a[:max])
	}
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`).Replace(a)
}

var letters = strings.NewReplacer("æ", "ae", "ø", "oe", "å", "aa", "Æ", "Ae", "Ø", "Oe", "Å", "Aa", "ß", "ss", "ł", "l", "Ł", "L",
	"ı", "i", "–", "-", "—", "-", "’", "'", "”", `"`, "“", `"`, "·", "-")

// ascii writes text without a letter above 127: æ as ae, é as e; what has no
// such form is dropped.
func ascii(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, norm.NFD.String(letters.Replace(norm.NFC.String(s))))
	return strings.Join(strings.Fields(s), " ")
}

// geo is the address of a point on earth (RFC 5870).
func geo(lat, lon float64) string { return fmt.Sprintf("geo:%.5f,%.5f", lat, lon) }

// tel is the address of a telephone number (RFC 3966), "" where there is none.
func tel(phone string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
	switch {
	case len(digits) < 3 || len(digits) > 15:
		return ""
	case strings.HasPrefix(strings.TrimSpace(phone), "+"):
		return "tel:+" + digits
	case len(digits) == 8:
		return "tel:+45" + digits
	}
	return "tel:" + digits
}

// startOf is the moment from which next dates count.
func startOf(s Sheet) time.Time {
	if !s.Now.IsZero() {
		return s.Now
	}
	if t, err := s.Date.Time(); err == nil {
		return t
	}
	return time.Time{}
}
