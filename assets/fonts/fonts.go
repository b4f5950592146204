// Package fonts holds the type of Vejviser, on screen and on paper: Noto Sans
// 400 and 700. It covers Latin, Greek and Cyrillic, has a plain zero (a slashed
// one reads as Ø to Danish eyes) and large small letters. Noto Sans Arabic beside
// it, for paper alone, has the letters of Arabic and Farsi and none of Latin.
//
// It knows the bytes of the font files and nothing else; their licence is in
// OFL.txt beside them.
package fonts

import (
	_ "embed"
	"slices"
)

//go:embed NotoSans-Regular.ttf
var regular []byte

//go:embed NotoSans-Bold.ttf
var bold []byte

// Regular gives a copy of Noto Sans 400 that the caller may change. Some PDF
// and font libraries edit the bytes that they are given.
func Regular() []byte { return slices.Clone(regular) }

// Bold gives a copy of Noto Sans 700 that the caller may change.
func Bold() []byte { return slices.Clone(bold) }

// SharedRegular gives Noto Sans 400 itself, without a copy, to callers that
// only read it, such as the screen's theme.
func SharedRegular() []byte { return regular }

// SharedBold gives Noto Sans 700 itself, without a copy, to callers that only
// read it.
func SharedBold() []byte { return bold }

//go:embed NotoSansArabic-Regular.ttf
var arabicRegular []byte

//go:embed NotoSansArabic-Bold.ttf
var arabicBold []byte

// SharedArabicRegular gives Noto Sans Arabic 400 itself, without a copy, to callers
// that only read it.
func SharedArabicRegular() []byte { return arabicRegular }

// SharedArabicBold gives Noto Sans Arabic 700 itself, without a copy, to callers
// that only read it.
func SharedArabicBold() []byte { return arabicBold }
