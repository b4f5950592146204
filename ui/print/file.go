package print

import (
	"bytes"
	"compress/zlib"
	"crypto/md5" //nolint:gosec // an identifier of the file, no secret
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// file is a finished gofpdf document taken apart into its objects, so that
// fonts, the logical structure and honest metadata can be put in and the whole
// written again in one piece. gofpdf has none of the three (its own fonts break
// on any character above U+FFFF and reverse numbers in right-to-left text).
type file struct {
	objects []string // by number; object 0 is unused
	pages   []int
	root    int
	info    int
}

var (
	startxref = regexp.MustCompile(`startxref\s+(\d+)\s+%%EOF\s*$`)
	rootRef   = regexp.MustCompile(`/Root (\d+) 0 R`)
	infoRef   = regexp.MustCompile(`/Info (\d+) 0 R`)
)

// takeApart reads what gofpdf writes; it is no reader of PDF in general.
func takeApart(in []byte) (*file, error) {
	m := startxref.FindSubmatch(in)
	if m == nil {
		return nil, fmt.Errorf("print: the file has no cross-reference")
	}
	at, err := strconv.Atoi(string(m[1]))
	if err != nil || at >= len(in) {
		return nil, fmt.Errorf("print: the cross-reference lies outside the file")
	}
	var first, n int
	if _, err := fmt.Sscanf(string(in[at:min(at+40, len(in))]), "xref\n%d %d", &first, &n); err != nil {
		return nil, fmt.Errorf("print: the cross-reference: %w", err)
	}
	rows := bytes.SplitN(in[at:], []byte("\n"), n+3)
	f := &file{objects: make([]string, n)}
	for i := 1; i < n; i++ {
		off, err := strconv.Atoi(string(rows[2+i][:10]))
		if err != nil {
			return nil, fmt.Errorf("print: object %d: %w", i, err)
		}
		f.objects[i] = objectBody(in[off:])
		if strings.HasPrefix(f.objects[i], "<</Type /Page\n") {
			f.pages = append(f.pages, i)
		}
	}
	tail := in[at:]
	for _, r := range []struct {
		re *regexp.Regexp
		to *int
	}{{rootRef, &f.root}, {infoRef, &f.info}} {
		m := r.re.FindSubmatch(tail)
		if m == nil {
			return nil, fmt.Errorf("print: the trailer lacks %s", r.re)
		}
		*r.to, _ = strconv.Atoi(string(m[1])) // digits, as matched
	}
	return f, nil
}

// objectBody is what stands between "N 0 obj" and "endobj". A compressed stream
// can hold the word "endobj" by chance, so that the end is looked for behind it.
func objectBody(in []byte) string {
	start := bytes.Index(in, []byte("obj")) + 3
	rest := in[start:]
	end := bytes.Index(rest, []byte("endobj"))
	if s := bytes.Index(rest, []byte("stream\n")); s >= 0 && s < end {
		if m := streamLength.FindSubmatch(rest[:s]); m != nil {
			n, _ := strconv.Atoi(string(m[1])) // digits, as matched
			s += len("stream\n") + n
			end = s + bytes.Index(rest[s:], []byte("endobj"))
		}
	}
	return strings.TrimSpace(string(rest[:end]))
}

var streamLength = regexp.MustCompile(`/Length (\d+)`)

// reserve gives the number of a new object.
func (f *file) reserve() int {
	f.objects = append(f.objects, "")
	return len(f.objects) - 1
}

func (f *file) put(n int, body string) { f.objects[n] = body }

func (f *file) add(body string) int {
	n := f.reserve()
	f.put(n, body)
	return n
}

// addStream adds a compressed stream; dict is what stands beside its length.
func (f *file) addStream(dict string, data []byte) (int, error) {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		return 0, err
	}
	if err := z.Close(); err != nil {
		return 0, err
	}
	return f.add(fmt.Sprintf("<<%s /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream", dict, b.Len(), b.Bytes())), nil
}

// replace changes one place of an object that must be there.
func (f *file) replace(n int, old, new string) error {
	if !strings.Contains(f.objects[n], old) {
		return fmt.Errorf("print: object %d lacks %q", n, old)
	}
	f.objects[n] = strings.Replace(f.objects[n], old, new, 1)
	return nil
}

// bytes writes the file. Its identifier is made of its content, so that the
// same sheet has the same bytes.
func (f *file) bytes() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(f.objects))
	for n := 1; n < len(f.objects); n++ {
		offsets[n] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, f.objects[n])
	}
	id := md5.Sum(b.Bytes()) //nolint:gosec // as above
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(f.objects))
	for n := 1; n < len(f.objects); n++ {
		fmt.Fprintf(&b, "%010d 00000 n \n", offsets[n])
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%X> <%X>]>>\nstartxref\n%d\n%%%%EOF\n",
		len(f.objects), f.root, f.info, id, id, at)
	return b.Bytes()
}
