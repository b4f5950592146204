package interchange

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/xuri/excelize/v2"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

type eachFunc func(func(*directory.Community) error) error

func exportJSONL(w io.Writer, each eachFunc) error {
	b := bufio.NewWriterSize(w, 64<<10)
	err := each(func(c *directory.Community) error {
		line, err := json.Marshal(c)
		if err != nil {
			return err
		}
		if _, err := b.Write(line); err != nil {
			return err
		}
		return b.WriteByte('\n')
	})
	if err != nil {
		return err
	}
	return b.Flush()
}

// exportHeadings are the headings people read; the importer maps them back.
func exportHeadings() []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = translations.For("da").T(columnKey(f.field))
	}
	return out
}

// exportCSV writes what Excel in Danish opens by a double click: semicolons,
// UTF-8 with a mark, CRLF. No cell is a formula.
func exportCSV(w io.Writer, each eachFunc) error {
	b := bufio.NewWriterSize(w, 64<<10)
	if _, err := b.WriteString("\ufeff"); err != nil {
		return err
	}
	if err := csvLine(b, exportHeadings()); err != nil {
		return err
	}
	err := each(func(c *directory.Community) error {
		cells := make([]string, len(fields))
		for i, f := range fields {
			cells[i] = guard(f.get(c))
		}
		return csvLine(b, cells)
	})
	if err != nil {
		return err
	}
	return b.Flush()
}

func csvLine(b *bufio.Writer, cells []string) error {
	for i, c := range cells {
		if i > 0 {
			if err := b.WriteByte(';'); err != nil {
				return err
			}
		}
		if strings.ContainsAny(c, "\";\n\r\t,") || strings.TrimSpace(c) != c {
			c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		if _, err := b.WriteString(c); err != nil {
			return err
		}
	}
	_, err := b.WriteString("\r\n")
	return err
}

const excelCell = 32767 // characters in one cell

// exportXLSX writes one sheet of string cells: nothing in it is a formula, and
// phone numbers stay as they are. It streams.
func exportXLSX(w io.Writer, each eachFunc) (err error) {
	book := excelize.NewFile()
	defer func() {
		if cerr := book.Close(); err == nil {
			err = cerr
		}
	}()
	name := translations.For("da").T("import.sheet")
	if err := book.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	sw, err := book.NewStreamWriter(name)
	if err != nil {
		return err
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	plain, err := book.NewStyle(&excelize.Style{NumFmt: 49}) // text
	if err != nil {
		return err
	}
	if err := sw.SetColWidth(1, len(fields), 24); err != nil {
		return err
	}
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}); err != nil {
		return err
	}
	row := 1
	put := func(cells []string, style int) error {
		at, err := excelize.CoordinatesToCellName(1, row)
		if err != nil {
			return err
		}
		row++
		values := make([]any, len(cells))
		for i, c := range cells {
			if utf8.RuneCountInString(c) > excelCell {
				c = cutText(c, excelCell)
			}
			if c != "" { // nil leaves the cell out, which keeps a list of 20,000 small
				values[i] = excelize.Cell{StyleID: style, Value: c}
			}
		}
		return sw.SetRow(at, values)
	}
	if err := put(exportHeadings(), bold); err != nil {
		return err
	}
	err = each(func(c *directory.Community) error {
		cells := make([]string, len(fields))
		for i, f := range fields {
			cells[i] = f.get(c)
		}
		return put(cells, plain)
	})
	if err != nil {
		return err
	}
	if err := sw.Flush(); err != nil {
		return err
	}
	return book.Write(w)
}
