package settings

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
)

// longest is how long a name may be: what fits on one line of the sheet.
const longest = 80

// problem is the key of what is wrong with a typed text; empty is nothing.
type problem string

// checkName reads the name of a desk or an organisation.
func checkName(text string, today directory.Day) (string, problem) {
	v := clean.Line(text, 4*longest)
	switch {
	case utf8.RuneCountInString(v) > longest:
		return "", "settings.too_long"
	case privacy.CheckCPR(v, today).Verdict != privacy.Pass:
		return "", "settings.cpr"
	}
	return v, ""
}

// checkPhone reads the telephone number of the desk: eight digits, or one with its
// country, written as people write it.
func checkPhone(text string) (string, problem) {
	v := clean.Line(text, 4*longest)
	digits := 0
	for i, r := range v {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r != ' ' && (r != '+' || i > 0):
			return "", "settings.phone_bad"
		}
	}
	foreign := strings.HasPrefix(v, "+") && digits >= 8 && digits <= 15
	if v != "" && digits != 8 && !foreign {
		return "", "settings.phone_bad"
	}
	return v, ""
}

// checkURL reads the public address: a host over https, perhaps with a path,
// and nothing that would end up on paper by accident.
func checkURL(text string) (string, problem) {
	v := strings.TrimRight(strings.TrimSpace(text), "/")
	if v == "" {
		return "", ""
	}
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		strings.ContainsAny(v, "?# ") || len(v) > 200 {
		return "", "settings.public_url_bad"
	}
	if h := u.Hostname(); h != "localhost" && (!strings.Contains(h, ".") || strings.HasPrefix(h, ".") || strings.HasSuffix(h, ".")) {
		return "", "settings.public_url_bad"
	}
	return v, ""
}
