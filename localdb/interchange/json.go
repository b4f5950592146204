package interchange

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// jsonLines reads one JSON object a line: native records, or HSDS services
// ("ndjson"), which are told apart by what they hold unless forced.
type jsonLines struct {
	path   string
	format Format // JSONL, HSDS, or Auto for each line as it is
}

func (s *jsonLines) columns() []Column { return nil }

func (s *jsonLines) rows(ctx context.Context, r *run) error {
	f, err := os.Open(s.path)
	if err != nil {
		return err
	}
	defer f.Close()
	head, err := headOf(f)
	if err != nil {
		return err
	}
	e, _ := encodingOf(head)
	if e == win1252 {
		e = utf8Text // JSON is UTF-8: each broken line is refused by itself
	}
	in := newLines(decoded(r.reader(ctx, f), e))
	for {
		line, err := in.next()
		switch {
		case err == io.EOF:
			return nil
		case errors.Is(err, errLineTooLong), errors.Is(err, errNoEnd):
			if err := r.take(refused(s.path, in.no, "", "line_too_long")); err != nil {
				return err
			}
			if errors.Is(err, errNoEnd) {
				r.note(Refusal{File: s.path, Line: in.no, Reason: "given_up"})
				return nil
			}
			continue
		case err != nil:
			return err
		}
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		if err := r.take(jsonRow(s.path, in.no, line, s.format)); err != nil {
			return err
		}
	}
}

func refused(file string, line int, field, reason string) *row {
	return &row{file: file, line: line, bad: &Refusal{file, line, field, reason, "", ""}}
}

// jsonRow makes a row of one JSON object.
func jsonRow(file string, line int, b []byte, f Format) *row {
	if !utf8.Valid(b) {
		return refused(file, line, "", "not_utf8")
	}
	var members map[string]jsontext.Value
	if err := json.Unmarshal(b, &members); err != nil {
		return refused(file, line, "", jsonReason(err))
	}
	if members == nil {
		return refused(file, line, "", "not_an_object")
	}
	if f == HSDS || f != JSONL && looksHSDS(members) {
		return hsdsRow(file, line, b)
	}
	return nativeRow(file, line, b, members)
}

func jsonReason(err error) string {
	var sem *json.SemanticError
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return "member_twice"
	case errors.As(err, &sem) && !errors.Is(err, io.ErrUnexpectedEOF):
		return "not_an_object"
	}
	return "not_json"
}

// nativeRow reads a record of DESIGN §4.
func nativeRow(file string, line int, b []byte, members map[string]jsontext.Value) *row {
	c := new(directory.Community)
	if err := json.Unmarshal(b, c); err != nil {
		field, reason := "", "not_json"
		var sem *json.SemanticError
		if errors.As(err, &sem) {
			field, reason = fieldOf(string(sem.JSONPointer), ""), "wrong_type"
		}
		return refused(file, line, field, reason)
	}
	carried := make([]string, 0, len(members))
	for name := range members {
		carried = append(carried, name)
	}
	return &row{
		file: file, line: line, fresh: c, native: true, format: JSONL,
		onto: func(old *directory.Community) (*directory.Community, error) { return overlay(old, c, carried) },
	}
}

// overlay gives old with the members that the row carries put in the place of
// what stood; a carried member without a value clears.
func overlay(old, fresh *directory.Community, carried []string) (*directory.Community, error) {
	base, err := membersOf(old)
	if err != nil {
		return nil, err
	}
	over, err := membersOf(fresh)
	if err != nil {
		return nil, err
	}
	for _, name := range carried {
		if v, ok := over[name]; ok {
			base[name] = v
		} else if name != "name" {
			delete(base, name)
		}
	}
	b, err := json.Marshal(base, json.Deterministic(true))
	if err != nil {
		return nil, err
	}
	out := new(directory.Community)
	return out, json.Unmarshal(b, out)
}

func membersOf(c *directory.Community) (map[string]jsontext.Value, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	var m map[string]jsontext.Value
	err = json.Unmarshal(b, &m)
	return m, err
}

// jsonDocument is a JSON file that is not lines: an array, one object, or a
// page with "contents". It is read value by value.
type jsonDocument struct {
	path   string
	format Format
}

func (s *jsonDocument) columns() []Column { return nil }

func (s *jsonDocument) rows(ctx context.Context, r *run) error {
	f, err := os.Open(s.path)
	if err != nil {
		return err
	}
	defer f.Close()
	head, err := headOf(f)
	if err != nil {
		return err
	}
	e, _ := encodingOf(head)
	if e == win1252 {
		e = utf8Text
	}
	in := &budget{r: decoded(r.reader(ctx, f), e), left: maxValue}
	counted := &lineCount{r: in}
	d := jsontext.NewDecoder(counted)
	w := &documentWalk{s: s, r: r, d: d, in: in, lines: counted}
	err = w.top()
	var syn *jsontext.SyntacticError
	switch {
	case err == io.EOF:
		return nil
	case errors.Is(err, errLineTooLong):
		return r.take(refused(s.path, counted.at(d.InputOffset()), "", "value_too_long"))
	case errors.As(err, &syn), errors.Is(err, io.ErrUnexpectedEOF):
		// What was read before it stands; what comes after cannot be told apart.
		reason := "not_json"
		if errors.Is(err, jsontext.ErrDuplicateName) {
			reason = "member_twice"
		}
		return r.take(refused(s.path, counted.at(d.InputOffset()), "", reason))
	}
	return err
}

// documentWalk finds the records in a document.
type documentWalk struct {
	s     *jsonDocument
	r     *run
	d     *jsontext.Decoder
	in    *budget
	lines *lineCount
}

// lists are the members of a page that hold records.
var lists = map[string]bool{"contents": true, "communities": true}

func (w *documentWalk) top() error {
	for {
		w.in.left = maxValue
		switch w.d.PeekKind() {
		case '[':
			if err := w.list(); err != nil {
				return err
			}
		case '{':
			if err := w.object(); err != nil {
				return err
			}
		default:
			if _, err := w.d.ReadToken(); err != nil {
				return err // io.EOF at the end of the document
			}
			if err := w.r.take(refused(w.s.path, w.line(), "", "not_an_object")); err != nil {
				return err
			}
		}
	}
}

func (w *documentWalk) line() int { return w.lines.at(w.d.InputOffset()) }

func (w *documentWalk) list() error {
	if _, err := w.d.ReadToken(); err != nil {
		return err
	}
	for w.d.PeekKind() != ']' {
		w.in.left = maxValue
		v, err := w.d.ReadValue()
		if err != nil {
			return err
		}
		if err := w.record(bytes.Clone(v)); err != nil {
			return err
		}
	}
	_, err := w.d.ReadToken()
	return err
}

// object reads a page of records, or one record. The members of a record are
// gathered; a list of records inside a page is streamed.
func (w *documentWalk) object() error {
	line := w.line() + 1
	if _, err := w.d.ReadToken(); err != nil {
		return err
	}
	var whole bytes.Buffer
	whole.WriteByte('{')
	paged := false
	for w.d.PeekKind() != '}' {
		w.in.left = maxValue
		name, err := w.d.ReadToken()
		if err != nil {
			return err
		}
		key := name.String()
		if lists[key] && w.d.PeekKind() == '[' {
			paged = true
			if err := w.list(); err != nil {
				return err
			}
			continue
		}
		v, err := w.d.ReadValue()
		if err != nil {
			return err
		}
		if whole.Len()+len(v) > maxValue {
			return errLineTooLong
		}
		if whole.Len() > 1 {
			whole.WriteByte(',')
		}
		quoted, err := jsontext.AppendQuote(nil, key)
		if err != nil {
			return err
		}
		whole.Write(quoted)
		whole.WriteByte(':')
		whole.Write(v)
	}
	if _, err := w.d.ReadToken(); err != nil {
		return err
	}
	whole.WriteByte('}')
	if paged {
		return nil
	}
	return w.take(line, whole.Bytes())
}

func (w *documentWalk) record(v []byte) error { return w.take(w.line(), v) }

// take brings one record on; an organization brings its services.
func (w *documentWalk) take(line int, v []byte) error {
	if w.s.format != JSONL {
		if services, ok := servicesOf(v); ok {
			for _, s := range services {
				if err := w.r.take(jsonRow(w.s.path, line, s, HSDS)); err != nil {
					return err
				}
			}
			if len(services) == 0 {
				w.r.note(Refusal{File: w.s.path, Line: line, Field: "services", Reason: "organisation_without_service"})
			}
			return nil
		}
	}
	return w.r.take(jsonRow(w.s.path, line, v, w.s.format))
}

// budget stops a reader after left bytes; it is filled up at each value.
type budget struct {
	r    io.Reader
	left int64
}

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLineTooLong
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	return n, err
}

// lineCount remembers where lines begin, to give the line of an offset.
type lineCount struct {
	r      io.Reader
	offset int64
	line   int     // lines before starts
	starts []int64 // offsets of the line ends not yet asked past
}

func (l *lineCount) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for i, b := range p[:n] {
		if b == '\n' {
			l.starts = append(l.starts, l.offset+int64(i))
		}
	}
	l.offset += int64(n)
	return n, err
}

// at gives the line of an offset; offsets are asked for in order.
func (l *lineCount) at(offset int64) int {
	n := 0
	for n < len(l.starts) && l.starts[n] < offset {
		n++
	}
	l.line += n
	l.starts = l.starts[n:]
	return l.line + 1
}

// looksLikeLines says whether a JSON file is one object a line.
func looksLikeLines(head []byte, whole bool) bool {
	head = bytes.TrimPrefix(head, []byte{0xef, 0xbb, 0xbf})
	text := strings.TrimLeft(string(head), " \t\r\n")
	if !strings.HasPrefix(text, "{") {
		return false
	}
	first, rest, more := strings.Cut(text, "\n")
	rest = strings.TrimLeft(rest, " \t\r\n")
	if jsontext.Value(strings.TrimSpace(first)).IsValid() {
		// One object alone is a document: it may be a page of records.
		return more && rest != ""
	}
	return more && strings.HasPrefix(rest, "{")
}
