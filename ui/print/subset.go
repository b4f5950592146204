package print

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// Flags of a composite glyph (OpenType, table glyf).
const (
	componentWords    = 0x0001
	componentScale    = 0x0008
	componentMore     = 0x0020
	componentXYScale  = 0x0040
	component2x2      = 0x0080
	componentHasInstr = 0x0100
)

// subset writes a TrueType font that holds the given glyphs in that order,
// glyph 0 first, and after them the parts that composite glyphs are made of.
// Hinting is left out: it is of no use on paper and is most of a small font.
func (t *typeface) subset(glyphs []int) []byte {
	order := append([]int{0}, glyphs...)
	place := map[int]int{}
	for i, g := range order {
		place[g] = i
	}
	var glyf, loca, hmtx []byte
	for i := 0; i < len(order); i++ { // order grows while composites are met
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(t.advance(order[i])))
		drawing := plainOutline(t.outline(order[i]), func(part int) int {
			if _, ok := place[part]; !ok {
				place[part] = len(order)
				order = append(order, part)
			}
			return place[part]
		})
		var left uint16
		if len(drawing) >= 4 {
			left = binary.BigEndian.Uint16(drawing[2:]) // xMin: the side bearing, as head says
		}
		hmtx = binary.BigEndian.AppendUint16(hmtx, left)
		glyf = append(glyf, drawing...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))

	head, hhea, maxp := slices.Clone(t.tables["head"]), slices.Clone(t.tables["hhea"]), slices.Clone(t.tables["maxp"])
	binary.BigEndian.PutUint32(head[8:], 0)  // checksum, set below
	binary.BigEndian.PutUint16(head[50:], 1) // long offsets
	binary.BigEndian.PutUint16(hhea[34:], uint16(len(order)))
	binary.BigEndian.PutUint16(maxp[4:], uint16(len(order)))
	return assemble([]table{{"glyf", glyf}, {"head", head}, {"hhea", hhea}, {"hmtx", hmtx}, {"loca", loca}, {"maxp", maxp}})
}

// plainOutline gives a copy of a glyph without its hinting instructions, its
// parts renumbered.
func plainOutline(g []byte, renumber func(int) int) []byte {
	if len(g) < 10 {
		return nil
	}
	contours := int(int16(binary.BigEndian.Uint16(g)))
	out := slices.Clone(g)
	if contours >= 0 {
		at := 10 + 2*contours
		n := int(binary.BigEndian.Uint16(g[at:]))
		out = append(out[:at], 0, 0)
		return append(out, g[at+2+n:]...)
	}
	for at := 10; ; {
		flags := binary.BigEndian.Uint16(out[at:])
		binary.BigEndian.PutUint16(out[at:], flags&^componentHasInstr)
		binary.BigEndian.PutUint16(out[at+2:], uint16(renumber(int(binary.BigEndian.Uint16(out[at+2:])))))
		at += 6
		if flags&componentWords != 0 {
			at += 2
		}
		switch {
		case flags&componentScale != 0:
			at += 2
		case flags&componentXYScale != 0:
			at += 4
		case flags&component2x2 != 0:
			at += 8
		}
		if flags&componentMore == 0 {
			return out[:at]
		}
	}
}

// table is one part of a font file.
type table struct {
	tag  string
	data []byte
}

// assemble writes a TrueType file from tables sorted by tag.
func assemble(ts []table) []byte {
	n := len(ts)
	log := bits.Len(uint(n)) - 1
	var out []byte
	out = binary.BigEndian.AppendUint32(out, 0x00010000)
	for _, v := range []int{n, 16 << log, log, 16*n - 16<<log} {
		out = binary.BigEndian.AppendUint16(out, uint16(v))
	}
	at := 12 + 16*n
	headAt := 0
	for _, t := range ts {
		if t.tag == "head" {
			headAt = at
		}
		out = append(out, t.tag...)
		for _, v := range []uint32{checksum(t.data), uint32(at), uint32(len(t.data))} {
			out = binary.BigEndian.AppendUint32(out, v)
		}
		at += (len(t.data) + 3) &^ 3
	}
	for _, t := range ts {
		out = append(out, t.data...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	binary.BigEndian.PutUint32(out[headAt+8:], 0xB1B0AFBA-checksum(out))
	return out
}

func checksum(b []byte) uint32 {
	var sum uint32
	for len(b) >= 4 {
		sum += binary.BigEndian.Uint32(b)
		b = b[4:]
	}
	var rest [4]byte
	copy(rest[:], b)
	return sum + binary.BigEndian.Uint32(rest[:])
}
