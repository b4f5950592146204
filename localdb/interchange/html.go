package interchange

import (
	"io"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var markup = regexp.MustCompile(`(?i)</?(p|br|div|span|ul|ol|li|b|i|u|em|strong|a|h[1-6]|table|tr|td|th|tbody|font|img|blockquote|script|style|section|article|sup|sub|hr)(\s[^>]*|/)?>|&(nbsp|amp|lt|gt|quot|aring|aelig|oslash|Aring|AElig|Oslash|#\d+|#x[0-9a-fA-F]+|ndash|mdash|rsquo|lsquo|eacute);`)

// plainText takes the markup out of a text that has any; "a < b" has none.
func plainText(s string) string {
	if !markup.MatchString(s) {
		return s
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	skip := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF {
				return s
			}
			return strings.TrimSpace(b.String())
		case html.TextToken:
			if skip == 0 {
				b.WriteString(html.UnescapeString(string(z.Raw())))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			switch atom.Lookup(name) {
			case atom.Script, atom.Style:
				skip++
			case atom.Br, atom.Tr, atom.Hr:
				b.WriteString("\n")
			case atom.P, atom.Div, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Table:
				b.WriteString("\n\n")
			case atom.Li:
				b.WriteString("\n– ")
			case atom.Td, atom.Th:
				b.WriteString(" ")
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			switch atom.Lookup(name) {
			case atom.Script, atom.Style:
				skip = max(0, skip-1)
			case atom.P, atom.Div, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Table:
				b.WriteString("\n\n")
			}
		}
	}
}
