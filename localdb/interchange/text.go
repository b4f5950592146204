package interchange

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// encoding is how the letters of a text file are written.
type encoding string

const (
	utf8Text encoding = "utf-8"
	utf16LE  encoding = "utf-16le"
	utf16BE  encoding = "utf-16be"
	win1252  encoding = "windows-1252"
)

// probe is how much of a file is looked at to tell its encoding: a Danish file
// without any æ, ø or å in its first megabytes is not worth a second reading.
const probe = 4 << 20

// encodingOf tells the encoding from the beginning of a file. UTF-16 without a
// mark is told by its zeros. A file with letters that are not UTF-8 is
// Windows-1252, unless it holds an æ, ø or å (or any letter that begins with 0xc3,
// an "Ã" that no Danish word has) in UTF-8, or a byte that stands for nothing in
// Windows-1252. Others may happen to look like UTF-8, as "Å–" does. Else it is
// UTF-8, and broken lines are refused.
func encodingOf(head []byte) (e encoding, marked bool) {
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		return utf8Text, true
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return utf16LE, true
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return utf16BE, true
	}
	var odd, even int
	for i, b := range head[:min(len(head), 512)] {
		if b == 0 {
			if i%2 == 1 {
				odd++
			} else {
				even++
			}
		}
	}
	if n := min(len(head), 512); n >= 4 && odd > n/3 && even == 0 {
		return utf16LE, true
	} else if n >= 4 && even > n/3 && odd == 0 {
		return utf16BE, true
	}
	good, bad := 0, 0
	for i := 0; i < len(head); {
		if head[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(head[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			if len(head) == probe && !utf8.FullRune(head[i:]) {
				break // cut in the middle of a letter
			}
			if unused1252(head[i]) {
				return utf8Text, false
			}
			bad++
		case n > 1 && head[i] == 0xc3:
			return utf8Text, false
		case n > 1:
			good++
		}
		i += n
	}
	if bad > good {
		return win1252, false
	}
	return utf8Text, false
}

// unused1252 says whether a byte stands for no letter in Windows-1252.
func unused1252(b byte) bool {
	switch b {
	case 0x81, 0x8d, 0x8f, 0x90, 0x9d:
		return true
	}
	return false
}

// decoded gives the text behind r as UTF-8, without a byte order mark.
func decoded(r io.Reader, e encoding) io.Reader {
	switch e {
	case utf16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(r)
	case utf16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Reader(r)
	case win1252:
		return charmap.Windows1252.NewDecoder().Reader(r)
	}
	b := bufio.NewReader(r)
	if head, err := b.Peek(3); err == nil && bytes.Equal(head, []byte{0xef, 0xbb, 0xbf}) {
		if _, err := b.Discard(3); err != nil {
			return b
		}
	}
	return b
}

var (
	errLineTooLong = errors.New("interchange: a line is too long")
	errNoEnd       = errors.New("interchange: a line has no end")
)

// lines reads a text line by line and never holds more than one of at most
// maxLine bytes.
type lines struct {
	r  *bufio.Reader
	no int // of the line last read, from 1
}

func newLines(r io.Reader) *lines { return &lines{r: bufio.NewReaderSize(r, 64<<10)} }

// next gives the next line without its end (LF, CRLF or CR alone). A line that
// is too long is skipped and is errLineTooLong; where its end does not come
// within skipAhead either, errNoEnd: nobody writes such a file by hand, and a
// gigabyte without a line break must not cost a minute.
func (l *lines) next() ([]byte, error) {
	l.no++
	var line []byte
	size := 0
	for {
		part, err := l.r.ReadSlice('\n')
		size += len(part)
		if size <= maxLine+2 {
			line = append(line, part...)
		} else {
			line = nil
		}
		switch {
		case err == bufio.ErrBufferFull:
			if size > maxLine+skipAhead {
				return nil, errNoEnd
			}
			continue
		case err != nil && (err != io.EOF || size == 0):
			return nil, err
		case size > maxLine+2:
			return nil, errLineTooLong
		}
		line = bytes.TrimSuffix(line, []byte("\n"))
		return bytes.TrimSuffix(line, []byte("\r")), nil
	}
}
