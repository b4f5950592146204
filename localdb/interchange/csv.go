package interchange

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// csvFile is a table of text. Its reader is our own: it knows the line of every
// record through quoted line breaks, takes up again after a quotation mark that
// is never closed, and never holds more than one record.
type csvFile struct {
	path  string
	enc   encoding
	comma byte
	open  func() (io.ReadCloser, error) // of a file in a package; else path
}

// maxQuoted is over how many lines one quoted text may run; beyond it the
// quotation mark is a slip.
const maxQuoted = 200

// delimiterOf counts the signs that may part cells in the first lines, outside
// quotation marks, and takes the one that stands most evenly.
func delimiterOf(head string) byte {
	best, score := byte(';'), 0
	first := head
	if at := strings.IndexByte(head, '\n'); at >= 0 {
		first = head[:at]
	}
	for _, c := range []byte{';', ',', '\t'} {
		n, quoted := 0, false
		for i := 0; i < len(first); i++ {
			switch {
			case first[i] == '"':
				quoted = !quoted
			case first[i] == c && !quoted:
				n++
			}
		}
		if c == '\t' || c == ';' {
			n *= 2 // commas stand in texts too
		}
		if n > score {
			best, score = c, n
		}
	}
	return best
}

// record is one record of a table. Problem is a reason code, or empty.
type record struct {
	line    int
	cells   []string
	problem string
}

// each calls fn with every record that is not blank.
func (s *csvFile) each(ctx context.Context, wrap func(io.Reader) io.Reader, fn func(record) error) (givenUp int, err error) {
	open := s.open
	if open == nil {
		open = func() (io.ReadCloser, error) { return os.Open(s.path) }
	}
	f, err := open()
	if err != nil {
		return 0, err
	}
	defer f.Close()
	in := &csvReader{lines: newLines(decoded(wrap(f), s.enc)), comma: s.comma}
	for {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		rec, err := in.next()
		if err == io.EOF {
			return 0, nil
		}
		if errors.Is(err, errNoEnd) {
			return rec.line, fn(record{line: rec.line, problem: "line_too_long"})
		}
		if err != nil {
			return 0, err
		}
		if rec.problem == "" && blank(rec.cells) {
			continue
		}
		if err := fn(rec); err != nil {
			return 0, err
		}
	}
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// csvReader reads records. back holds lines that a failed record gave back.
type csvReader struct {
	lines *lines
	comma byte
	back  [][]byte
	first int // number of back[0]
}

func (r *csvReader) line() ([]byte, int, error) {
	if len(r.back) > 0 {
		b, no := r.back[0], r.first
		r.back, r.first = r.back[1:], r.first+1
		return b, no, nil
	}
	b, err := r.lines.next()
	return b, r.lines.no, err
}

func (r *csvReader) next() (record, error) {
	text, start, err := r.line()
	rec := record{line: start}
	if errors.Is(err, errLineTooLong) {
		rec.problem = "line_too_long"
		return rec, nil
	}
	if err != nil {
		return rec, err
	}
	p := &cellParser{comma: r.comma}
	var taken [][]byte
	size := 0
	for {
		if !utf8.Valid(text) {
			rec.problem = "not_utf8"
		}
		open := p.feed(text)
		if p.tooMany {
			rec.problem = "too_many_columns"
		}
		if !open {
			break
		}
		text, _, err = r.line()
		size += len(text)
		if err != nil || len(taken) >= maxQuoted || size > maxLine {
			if err == nil {
				taken = append(taken, bytes.Clone(text))
			}
			if err != nil && err != io.EOF && !errors.Is(err, errLineTooLong) && !errors.Is(err, errNoEnd) {
				return rec, err
			}
			rec.problem = "quote_open"
			r.back = append(taken, r.back...)
			r.first = start + 1
			return rec, nil
		}
		taken = append(taken, bytes.Clone(text))
	}
	rec.cells = p.end()
	return rec, nil
}

// cellParser parts a record into cells, line by line. It is as lenient as the
// programs that write such files: a quotation mark inside a cell stands for itself.
type cellParser struct {
	comma   byte
	cells   []string
	cell    strings.Builder
	quoted  bool // inside quotation marks
	begun   bool // the cell has begun
	lines   int
	tooMany bool
}

// feed takes one line and says whether a quoted cell goes on in the next.
func (p *cellParser) feed(line []byte) bool {
	if p.lines > 0 {
		p.cell.WriteByte('\n')
	}
	p.lines++
	for i := 0; i < len(line); i++ {
		b := line[i]
		switch {
		case p.quoted && b == '"':
			if i+1 < len(line) && line[i+1] == '"' {
				p.cell.WriteByte('"')
				i++
			} else {
				p.quoted = false
			}
		case p.quoted:
			p.cell.WriteByte(b)
		case b == p.comma:
			p.close()
		case b == '"' && !p.begun:
			p.quoted, p.begun = true, true
		default:
			p.begun = true
			p.cell.WriteByte(b)
		}
	}
	return p.quoted
}

func (p *cellParser) close() {
	if len(p.cells) >= maxColumns {
		p.tooMany = true
		p.cell.Reset()
		return
	}
	p.cells = append(p.cells, p.cell.String())
	p.cell.Reset()
	p.begun = false
}

func (p *cellParser) end() []string {
	p.close()
	return p.cells
}
