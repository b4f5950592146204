package interchange

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
)

// exempt are the fields that hold numbers of organisations: they look like CPR
// numbers and are none. A source's own id is one only where it is beyond doubt.
var exempt = map[string]bool{
	"/id": true, "/source_id": true, "/organiser/cvr": true, "/organiser/p_number": true,
	"/contact/phone": true, "/contact/web": true,
}

// dashed is the written form of a CPR number. Telephone numbers of other lands
// may have ten digits, but none is written so: columns have slipped.
var dashed = regexp.MustCompile(`\b\d{6}-\d{4}\b`)

// writtenCPR says whether a text holds a number written DDMMYY-SSSS of which
// modulus 11 holds too: that is nobody's own numbering of rows.
func writtenCPR(text string, today directory.Day) bool {
	for _, m := range dashed.FindAllString(text, -1) {
		sum := 0
		for i, weight := range [...]int{4, 3, 2, 7, 6, 5, 0, 4, 3, 2, 1} {
			sum += weight * int(m[i]-'0')
		}
		if sum%11 == 0 && privacy.CheckCPR(m, today).Verdict == privacy.Stop {
			return true
		}
	}
	return false
}

// findCPR looks through every text of a record, unknown members too.
func findCPR(c *directory.Community, today directory.Day) (string, privacy.Verdict, error) {
	b, err := json.Marshal(c, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return "", 0, fmt.Errorf("interchange: %w", err)
	}
	d := jsontext.NewDecoder(bytes.NewReader(b), jsontext.AllowInvalidUTF8(true))
	for {
		tok, err := d.ReadToken()
		if err == io.EOF {
			return "", privacy.Pass, nil
		}
		if err != nil {
			return "", 0, fmt.Errorf("interchange: %w", err)
		}
		kind := tok.Kind()
		if kind != '"' && kind != '0' {
			continue
		}
		text := tok.String()
		if kind == '0' {
			if strings.ContainsAny(text, ".eE") {
				continue
			}
			if len(text) == 9 { // JSON knows no leading zero
				text = "0" + text
			}
		}
		at := string(d.StackPointer())
		if at == "/source_id" && writtenCPR(text, today) {
			return "source_id", privacy.Stop, nil
		}
		if exempt[at] && (at != "/contact/phone" || !dashed.MatchString(text)) {
			continue
		}
		if v := privacy.CheckCPR(text, today).Verdict; v != privacy.Pass {
			return fieldOf(at, today), v, nil
		}
	}
}

// fieldOf writes a JSON pointer as records name their fields: places[0].name.
// A part that may itself be the number is not repeated.
func fieldOf(pointer string, today directory.Day) string {
	var b strings.Builder
	for part := range jsontext.Pointer(pointer).Tokens() {
		if privacy.CheckCPR(part, today).Verdict != privacy.Pass {
			break
		}
		switch {
		case strings.Trim(part, "0123456789") == "":
			b.WriteString("[" + part + "]")
		case b.Len() > 0:
			b.WriteString("." + part)
		default:
			b.WriteString(part)
		}
	}
	return b.String()
}
